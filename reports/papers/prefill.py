"""What a paper of a unit usually has in its frame: issuer, symbol, signer, recipients, and decisions as bases."""

from __future__ import annotations

from datetime import date

from reports.papers import wording
from scoring.models import Campaign
from units.models import Unit, UnitType


def superior(unit: Unit) -> str:
    """The body above, abbreviated as the Decree allows; a province has none."""
    return wording.committee(unit.parent, short=True).upper() if unit.parent else ""


def issuer(unit: Unit) -> str:
    """The issuing body in its printed lines."""
    if unit.type == UnitType.AGENCY:
        return unit.name.upper()
    return f"ỦY BAN NHÂN DÂN\n{wording.in_text(unit).upper()}"


def symbol(unit: Unit, abbreviation: str = "BC") -> str:
    """The type of the paper and its body: BC-UBND; an agency's short code behind BC."""
    body = unit.code.rsplit("-", 1)[-1].upper() if unit.type == UnitType.AGENCY else "UBND"
    return f"{abbreviation}-{body}" if abbreviation else body


def seat(unit: Unit) -> Unit:
    """The unit whose name stands before the date."""
    return unit.parent if unit.type == UnitType.AGENCY and unit.parent else unit


def signers(unit: Unit) -> tuple[str, ...]:
    """On behalf of, deputy for, title: a committee's reports are usually signed by a deputy chairperson."""
    if unit.type == UnitType.AGENCY:
        return ("THỦ TRƯỞNG CƠ QUAN",)
    return "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"


def bases(campaign: Campaign, children: Campaign | None) -> list[str]:
    """The decisions that issued the criteria sets and published the result, as far as they have numbers."""
    found = []
    for criteria_set in dict.fromkeys(each.criteria_set for each in (campaign, children) if each):
        if criteria_set.decision_number:
            found.append(
                decision(criteria_set.decision_number, criteria_set.decision_on, criteria_set.issuer)
                + f" về việc ban hành {criteria_set.title.rstrip('.')}"
            )
    if campaign.decision_number:
        found.append(
            decision(campaign.decision_number, campaign.decision_on, campaign.owner)
            + f" về việc công bố kết quả {wording.INDEX} năm {campaign.year}"
        )
    return found


def decision(number: str, on: date | None, issuer: Unit) -> str:
    dated = f" {wording.day_in_words(on)}" if on else ""
    return f"Căn cứ Quyết định số {number}{dated} của {wording.committee(issuer)}"


# What communes are called below a town; below a rural district there are xã and thị trấn.
COMMUNES_OF = {"quận": "các phường", "thị xã": "các xã, phường", "thành phố": "các xã, phường"}


def recipients(unit: Unit) -> list[str]:
    """Who usually gets the paper; the purpose in brackets: (b/c) report, (th/h) carry out."""
    if unit.type == UnitType.AGENCY:
        above = [f"{wording.committee(unit.parent, short=True)} (b/c)"] if unit.parent else []
        return [*above, "Lưu: VT"]
    kind = wording.kind_of(unit)
    party = wording.PARTY_COMMITTEES.get(kind, f"Đảng ủy {kind}")
    listed = [
        f"Thường trực {party} (b/c)",
        f"Thường trực HĐND {kind} (b/c)",
        f"Chủ tịch, các Phó Chủ tịch UBND {kind}",
    ]
    if unit.parent and unit.type != UnitType.PROVINCE:
        listed.insert(0, f"{wording.committee(unit.parent, short=True)} (b/c)")
    if unit.type == UnitType.PROVINCE:
        listed += ["Các sở, ban, ngành (th/h)", "UBND các xã, phường (th/h)"]
    elif unit.type == UnitType.DISTRICT:
        listed += ["Các phòng, ban chuyên môn (th/h)", f"UBND {COMMUNES_OF.get(kind, 'các xã, thị trấn')} (th/h)"]
    return [*listed, "Lưu: VT"]

"""What a new report proposes: its head, bases, signer and recipients, from the units and their decisions."""

from __future__ import annotations

from datetime import date

from reports import wording
from reports.models import Report, ReportKind
from scoring.models import Campaign, UnitResult
from units.models import Unit, UnitType


def new_report(result: UnitResult, children: Campaign | None) -> Report:
    """An unsaved report (version 0) on a unit's result, filled in as far as the portal knows."""
    unit, campaign = result.unit, result.campaign
    subject = f"{wording.INDEX} năm {campaign.year}"
    signing = signers(unit)
    return Report(
        kind=ReportKind.RESPONSIBILITY_ANALYSIS,
        campaign=campaign,
        unit=unit,
        superior=superior(unit),
        issuer=issuer(unit),
        symbol=symbol(unit),
        place=wording.bare_name(seat(unit)),
        abstract=(f"Đánh giá, phân tích nguyên nhân, trách nhiệm về {subject} của {wording.in_text(unit)}"),
        bases="\n".join(bases(campaign, children)),
        opening=(
            f"Trên cơ sở kết quả {subject} đã được công bố, {wording.committee(unit)} báo cáo đánh giá, "
            f"phân tích "
            "nguyên nhân, trách nhiệm như sau:"
        ),
        authority=signing[0],
        deputy_for=signing[1],
        signer_title=signing[2],
        recipients="\n".join(recipients(unit)),
        version=0,
    )


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


def signers(unit: Unit) -> tuple[str, str, str]:
    """On behalf of, deputy for, title: a committee's reports are usually signed by a deputy chairperson."""
    if unit.type == UnitType.AGENCY:
        return "", "", "THỦ TRƯỞNG CƠ QUAN"
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
        listed += ["Các phòng, ban chuyên môn (th/h)", "UBND các xã, thị trấn (th/h)"]
    return [*listed, "Lưu: VT"]

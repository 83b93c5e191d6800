"""What decisions and reports are based on, and what decisions have in common.

What the data does not hold is left open for a person: "…".
"""

from __future__ import annotations

from django.utils.text import capfirst

from reports.papers.prefill import decision, signers
from reports.papers.wording import all_of, committee, in_text
from scoring.models import CriteriaSet
from units.models import Function, Unit, UnitType

OPEN = "…"
OPEN_DAY = f"ngày {OPEN} tháng {OPEN} năm {OPEN}"


def set_bases(criteria_set: CriteriaSet) -> tuple[str, ...]:
    """The decision that issued a criteria set, where it has a number."""
    if not criteria_set.decision_number:
        return ()
    issued = decision(criteria_set.decision_number, criteria_set.decision_on, criteria_set.issuer)
    return (f"{issued} về việc ban hành {criteria_set.title.rstrip('.')}",)


def law(issuer: Unit) -> tuple[str, ...]:
    """The law that a committee decides by."""
    return () if issuer.type == UnitType.AGENCY else ("Căn cứ Luật Tổ chức chính quyền địa phương",)


def home_affairs(unit: Unit, year: int) -> Unit | None:
    """The agency of home affairs that a unit had in a year, the later one of two (one query)."""
    agencies = Unit.objects.of_year(year).filter(parent=unit, type=UnitType.AGENCY, function=Function.HOME_AFFAIRS)
    return agencies.order_by("-valid_from", "code").first()


def bodies(units: str) -> str:
    """Who answers for all units of a level: Ủy ban nhân dân các xã, thị trấn. Shapes: `units` is `all_of`."""
    return units if units == all_of(()) else f"Ủy ban nhân dân {units}"


def proposal(agency: Unit | None) -> str:
    """On whose proposal: its number and day are filled in by hand."""
    by = agency.name if agency else OPEN
    return f"Theo đề nghị của {by} tại Tờ trình số {OPEN} {OPEN_DAY}"


def authority(unit: Unit) -> str:
    """Who decides, in capitals."""
    return unit.name.upper() if unit.type == UnitType.AGENCY else f"ỦY BAN NHÂN DÂN {in_text(unit).upper()}"


def chair(unit: Unit) -> tuple[str, ...]:
    """The signature of a decision: the head signs it on behalf of the committee."""
    return signers(unit) if unit.type == UnitType.AGENCY else ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


HEADS = {"Phòng": "Trưởng", "Ban": "Trưởng", "Sở": "Giám đốc", "Văn phòng": "Chánh", "Thanh tra": "Chánh"}


def head_of(agency: Unit) -> str:
    """Who heads an agency, by the kind of its name: Trưởng Phòng Nội vụ, Giám đốc Sở Nội vụ."""
    titles = (title for kind, title in HEADS.items() if agency.name.startswith(f"{kind} "))
    return f"{next(titles, 'Thủ trưởng')} {agency.name}"


def execution(issuer: Unit, agency: Unit | None, scored: str) -> str:
    """Who carries a decision out; the end of its last article. Shapes: `scored` is `all_of`."""
    body = bodies(scored)
    named = (
        "" if issuer.type == UnitType.AGENCY else f"Chánh Văn phòng {committee(issuer)}",
        head_of(agency) if agency else "",
        f"thủ trưởng các cơ quan, đơn vị có liên quan và {body if body == scored else f'Chủ tịch {body}'}",
    )
    return f"{capfirst('; '.join(filter(None, named)))} chịu trách nhiệm thi hành Quyết định này./."


def recipients(issuer: Unit, article: int) -> tuple[str, ...]:
    """Those named in the last article of a decision, then the superior."""
    above = (f"{committee(issuer.parent, short=True)} (b/c)",) if issuer.parent else ()
    return f"Như Điều {article}", *above, "Lưu: VT"

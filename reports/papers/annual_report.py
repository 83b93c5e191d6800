"""The periodic report on administrative reform: of a commune to its superior, of a district for its session.

Outlines 1 and 2 of the shared notes; sections in `annual_outline.py`, annexes in `statistics_annex.py`,
`dossiers_annex.py` and here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import override

from plans.models import PlanKind
from reports.basis import Basis
from reports.documents import Annex, Column, Document, Table
from reports.papers import prefill
from reports.papers.annual_data import DOSSIERS, OWN_FORMS, AnnualData, read_annual, superior_of
from reports.papers.annual_outline import sections
from reports.papers.annual_texts import plan_words
from reports.papers.dossiers_annex import dossiers_annex
from reports.papers.frames import Text, framed
from reports.papers.statistics_annex import returned_annex, summed_annex
from reports.papers.wording import DOCUMENT_LANGUAGE, committee, day, in_text
from reports.periods import Period, period_words
from units.models import Unit, UnitType

PROGRAMME = (
    "Căn cứ Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành Chương trình tổng thể cải cách "
    "hành chính nhà nước giai đoạn 2021 - 2030"
)
PROGRAMME_OF = date(2021, 7, 15)


def annual_report(basis: Basis) -> Document:
    """The whole paper as it is proposed."""
    with override(DOCUMENT_LANGUAGE):
        return report_of(read_annual(basis))


def report_of(data: AnnualData) -> Document:
    unit, basis = data.unit, data.basis
    period = period_words(basis.period, basis.year)
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Công tác cải cách hành chính {period}",
        bases=tuple(bases(data)),
        opening=(opening(data, period),),
        sections=sections(data),
        closing=f"Trên đây là báo cáo công tác cải cách hành chính {period} của {in_text(unit)}",
        annexes=tuple(annexes(data)),
        keywords=("cải cách hành chính", period, str(basis.year)),
        signing=signing(unit, basis.period),
        addressees=addressees(unit),
        recipients=tuple(recipients(unit)),
    )
    return framed(unit, text)


def bases(data: AnnualData) -> Iterator[str]:
    """The programme of the decade, and the plans of the year that have a number."""
    if data.basis.on >= PROGRAMME_OF:
        yield PROGRAMME
    plans = (*data.plans_of(PlanKind.SUPERIOR), *data.plans_of(PlanKind.OWN))
    yield from (f"Căn cứ {plan_words(plan)}" for plan in plans if plan.number)


def opening(data: AnnualData, period: str) -> str:
    """A commune answers to the plan of its superior, where that is known."""
    above = data.plans_of(PlanKind.SUPERIOR)
    by = f"Thực hiện {plan_words(above[0])}, " if above and data.is_commune else ""
    told = f"{committee(data.unit)} báo cáo kết quả công tác cải cách hành chính {period}"
    span = f"số liệu từ ngày {day(data.span.first)} đến ngày {day(data.span.last)}"
    return f"{by}{told} ({span}) như sau:"


def signing(unit: Unit, period: str) -> tuple[str, ...]:
    """The report of the year is signed by the chairperson, one within the year by a deputy."""
    if unit.type == UnitType.AGENCY or period != Period.YEAR:
        return prefill.signers(unit)
    return ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


def addressees(unit: Unit) -> tuple[str, ...]:
    """A commune reports to the committee above and its office of home affairs; a district to its own session."""
    above = unit.parent
    if unit.type != UnitType.COMMUNE or above is None:
        return ()
    office = "Sở Nội vụ" if above.type == UnitType.PROVINCE else "Phòng Nội vụ"
    return (committee(above), f"{office} {in_text(above)}")


def recipients(unit: Unit) -> list[str]:
    """Whom it is addressed to stands above already."""
    usual = prefill.recipients(unit)
    if not addressees(unit):
        return usual
    return ["Như trên", *(line for line in usual if line != f"{superior_of(unit)} (b/c)")]


# Annexes --------------------------------------------------------------------------------------------------


def annexes(data: AnnualData) -> Iterator[Annex]:
    """The statistics, the dossiers, and what the registers hold of the period."""
    told = {DOSSIERS, *OWN_FORMS}
    yield from (returned_annex(found) for code, found in data.returns.items() if code not in told)
    sums = {code: rolled for code, rolled in data.sums.items() if code not in told | data.returns.keys()}
    yield from (summed_annex(rolled) for rolled in sums.values())
    if dossiers := dossiers_annex(data):
        yield dossiers
    tables = tuple(table for table in (papers_table(data), initiatives_table(data)) if table)
    if tables:
        named = [name for name, rows in (("VĂN BẢN", data.papers), ("SÁNG KIẾN", data.initiatives)) if rows]
        yield Annex(f"DANH MỤC {', '.join(named)} VỀ CẢI CÁCH HÀNH CHÍNH", tables, key="registers")


def papers_table(data: AnnualData) -> Table | None:
    rows = tuple(
        (str(place), paper.number, day(paper.issued_on), paper.issuer, paper.subject, paper.field)
        for place, paper in enumerate(data.papers, 1)
    )
    columns = (
        Column("STT", 7),
        Column("Số, ký hiệu", 16, numeric=False),
        Column("Ngày ban hành", 15, numeric=False),
        Column("Cơ quan ban hành", 17, numeric=False),
        Column("Trích yếu", 28, numeric=False),
        Column("Lĩnh vực", 17, numeric=False),
    )
    return Table("Văn bản đã ban hành trong kỳ", columns, rows, name="papers") if rows else None


def initiatives_table(data: AnnualData) -> Table | None:
    rows = tuple(
        (
            str(place),
            each.title,
            each.unit.name,
            each.field,
            " ngày ".join(filter(None, (each.number, day(each.issued_on) if each.issued_on else ""))),
        )
        for place, each in enumerate(data.initiatives, 1)
    )
    columns = (
        Column("STT", 7),
        Column("Sáng kiến, cách làm mới", 37, numeric=False),
        Column("Đơn vị", 17, numeric=False),
        Column("Lĩnh vực", 19, numeric=False),
        Column("Quyết định công nhận", 20, numeric=False),
    )
    return Table("Sáng kiến, cách làm mới trong năm", columns, rows, name="initiatives") if rows else None

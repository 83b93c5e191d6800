"""The year before: what the unit reached then, field by field, and whether the two years can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from parportal.charts import TrendPoint
from reports.documents import Block, Column, Section, Table
from reports.papers.charts import trend_chart
from reports.papers.data import FieldFigures, UnitFigures, read_units
from reports.papers.frames import paragraph
from reports.papers.wording import (
    INDEX,
    in_text,
    of_maximum,
    percent,
    points,
    rounded,
    share,
    without_sign,
)
from scoring.models import Campaign, UnitResult
from scoring.years import ENOUGH, Year, of_unit, shared_percent, years_of

MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class YearBefore:
    """Units: `shared` in percent of the points of either set. Shapes: `years` are all up to the present one."""

    year: int
    own: UnitFigures
    shared: Decimal
    years: tuple[Year, ...]

    @property
    def is_comparable(self) -> bool:
        return self.shared >= ENOUGH


def read_year_before(result: UnitResult) -> YearBefore | None:
    """The last earlier year in which the unit has a result: two queries where there is none, a few more else."""
    years = of_unit(years_of(result.campaign, UnitResult.objects.all()), result.unit_id)
    earlier = [year for year in years if year.indexes and year.campaign != result.campaign_id]
    if not earlier:
        return None
    last = earlier[-1]
    campaign = Campaign.objects.select_related("criteria_set").get(pk=last.campaign)
    [own] = read_units(campaign.results.filter(unit__in=last.indexes), campaign)
    return YearBefore(last.year, own, shared_percent(last.criteria_set, result.campaign.criteria_set_id), years)


def section(own: UnitFigures, before: YearBefore | None, year: int) -> Section | None:
    """Both years field by field; in words where they cannot be compared; nothing without an earlier year."""
    if before is None:
        return None
    found: tuple[Block, ...] = (paragraph(unlike(before, year)),)
    if before.is_comparable:
        found = (paragraph(opening(own, before), leads=True), comparison(own, before, year))
    return Section(f"So sánh với năm {before.year}", (*found, *over_the_years(before)), key="own.before")


def over_the_years(before: YearBefore) -> tuple[Block, ...]:
    """The index of every year: a line where years can be compared, from three of them on."""
    told = [
        TrendPoint(str(year.year), next(iter(year.indexes.values()), None), year.follows) for year in before.years
    ]
    return trend_chart(told) if len(told) > 2 else ()


def unlike(before: YearBefore, year: int) -> str:
    shared = before.shared.quantize(Decimal(1), ROUND_FLOOR)
    return (
        f"{reached(before)}. Kết quả hai năm không so sánh được với nhau: chỉ {shared}% số điểm của bộ tiêu chí "
        f"năm {before.year} và năm {year} thuộc các tiêu chí có cùng cách chấm điểm."
    )


def reached(before: YearBefore) -> str:
    own = before.own
    points_of = of_maximum(own.earned, own.maximum)
    return f"Năm {before.year}, {in_text(own.unit)} đạt {points_of} điểm, {INDEX} đạt {percent(own.index)}"


def opening(own: UnitFigures, before: YearBefore) -> str:
    text = reached(before)
    if own.index is not None and before.own.index is not None:
        text += f"; năm nay {moved(own.index - before.own.index)}"
    return f"{text}. Kết quả theo từng lĩnh vực như sau:"


def moved(change: Decimal) -> str:
    if not change:
        return "không thay đổi"
    return f"{'tăng' if change > 0 else 'giảm'} {without_sign(abs(change))} điểm phần trăm"


def comparison(own: UnitFigures, before: YearBefore, year: int) -> Table:
    old = {(each.code, each.title): each for each in before.own.fields}
    old |= {("", each.title): each for each in before.own.fields}
    rows = [row(each, old.get((each.code, each.title)) or old.get(("", each.title))) for each in own.fields]
    total = row(as_field(own), as_field(before.own))
    return Table(
        caption=f"Bảng. So sánh kết quả năm {year} với năm {before.year}",
        columns=(
            Column("TT", 6),
            Column("Lĩnh vực", 34, numeric=False),
            Column(f"Năm {before.year} (điểm)", 15),
            Column(f"Năm {before.year} (%)", 11),
            Column(f"Năm {year} (điểm)", 13),
            Column(f"Năm {year} (%)", 10),
            Column("Tăng, giảm (%)", 11),
        ),
        rows=tuple((str(place), *each) for place, each in enumerate(rows, start=1)),
        total=("", *total),
        note=" ".join(filter(None, (extras(own, before.own), gone(own.fields, before.own.fields, before.year)))),
        name="year-before",
    )


def extras(*units: UnitFigures) -> str:
    """Why the last line is not the index: it holds points within the maximum alone."""
    return "Bảng không gồm điểm thưởng, điểm trừ." if any(each.bonus or each.penalty for each in units) else ""


def as_field(unit: UnitFigures) -> FieldFigures:
    return FieldFigures("", "Tổng cộng", unit.earned, unit.maximum)


def row(now: FieldFigures, before: FieldFigures | None) -> tuple[str, ...]:
    """Points and percent of both years; cells stay empty where there is nothing to compare with."""
    new, old = share(now.earned, now.maximum), share(before.earned, before.maximum) if before else None
    change = "" if new is None or old is None else signed(rounded(new) - rounded(old))
    return (
        now.title,
        of_maximum(before.earned, before.maximum) if before and old is not None else "",
        "" if old is None else without_sign(old),
        of_maximum(now.earned, now.maximum) if new is not None else "",
        "" if new is None else without_sign(new),
        change,
    )


def signed(value: Decimal) -> str:
    if not value:
        return "0"
    return f"{'+' if value > 0 else MINUS}{points(abs(value))}"


def gone(now: Iterable[FieldFigures], before: Iterable[FieldFigures], year: int) -> str:
    titles = {each.title for each in now}
    missing = [each.title for each in before if each.title not in titles]
    return f"Lĩnh vực chỉ có trong bộ tiêu chí năm {year}: {'; '.join(missing)}." if missing else ""

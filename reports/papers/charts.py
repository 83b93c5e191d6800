"""Charts of papers: `parportal.charts` in the letters and the language of documents, as blocks.

A chart stands beside the table of its figures; a long one is cut into blocks that fit a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.text import capfirst

from parportal.charts import Bar, Frame, HeatRow, Threshold, TrendPoint, bars, heat, trend
from reports.documents import Chart
from reports.papers.data import FieldFigures, LostPoints, UnitFigures
from reports.papers.wording import DOCUMENT_LANGUAGE, committee, points, share, without_sign
from scoring.lost import PartyLoss
from scoring.models import GradeScale

FACE = "Portal Serif, Times New Roman, Liberation Serif, serif"
HUNDRED = Decimal(100)
# A chart shows the greatest losses, as many as stand on a page; the table beside it holds all of them.
MOST_ROWS = 18
ALONE, TOGETHER = "Trách nhiệm riêng", "Trách nhiệm chung với cơ quan, đơn vị khác"
NOBODY = "Chưa xác định"


def framed(alt: str) -> Frame:
    return Frame(alt, face=FACE, language=DOCUMENT_LANGUAGE)


def blocks(name: str, caption: str, drawings: Sequence[str], alt: str) -> tuple[Chart, ...]:
    """A chart as blocks, one for each piece. The number of its caption is given when the paper is finished."""
    return tuple(
        Chart(
            caption=f"Biểu đồ. {caption}{f' ({place}/{len(drawings)})' if len(drawings) > 1 else ''}",
            svg=drawing,
            alt=alt,
            name=name if place == 1 else f"{name}-{place}",
        )
        for place, drawing in enumerate(drawings, start=1)
    )


def fields_chart(fields: Iterable[FieldFigures]) -> tuple[Chart, ...]:
    """What was reached in each field, in percent of its maximum; fields outside the maximum are not drawn."""
    drawn = [(each, part) for each in fields if (part := share(each.earned, each.maximum)) is not None]
    if not drawn:
        return ()
    caption = "Tỷ lệ điểm đạt được so với điểm tối đa theo lĩnh vực (%)"
    alt = f"{caption}: " + "; ".join(f"{each.title} {without_sign(part)}" for each, part in drawn)
    rows = [Bar(each.title, (part,), without_sign(part)) for each, part in drawn]
    return blocks("fields-chart", caption, bars(rows, framed(alt), most=HUNDRED), alt)


def losses_chart(losses: Sequence[LostPoints]) -> tuple[Chart, ...]:
    """Lost points by criterion, the greatest first."""
    ordered = by_size(losses)[:MOST_ROWS]
    if not ordered:
        return ()
    caption = "Điểm bị mất theo tiêu chí"
    if len(losses) > len(ordered):
        caption = f"{len(ordered)} tiêu chí bị mất điểm nhiều nhất"
    alt = f"{caption}: " + "; ".join(f"{each.code} mất {points(each.lost)} điểm" for each in ordered)
    rows = [Bar(f"{each.code} {each.title}", (each.lost,), points(each.lost)) for each in ordered]
    return blocks("losses-chart", caption, bars(rows, framed(alt)), alt)


def by_size(losses: Iterable[LostPoints]) -> list[LostPoints]:
    """The greatest loss first, equal ones in the order of the set."""
    return sorted(losses, key=lambda each: -each.lost)


def parties_chart(parties: Sequence[PartyLoss]) -> tuple[Chart, ...]:
    """What each party answers for, alone (solid) and with others (hatched)."""
    shown = parties[:MOST_ROWS]
    if not shown:
        return ()
    caption = "Điểm bị mất theo cơ quan, đơn vị chịu trách nhiệm"
    if len(parties) > len(shown):
        caption = f"{len(shown)} cơ quan, đơn vị có số điểm bị mất lớn nhất"
    alt = f"{caption}: " + "; ".join(f"{named(each)} {points(each.total)} điểm" for each in shown)
    rows = [Bar(named(each), (each.sole, each.shared), points(each.total)) for each in shown]
    return blocks("parties-chart", caption, bars(rows, framed(alt), parts=(ALONE, TOGETHER)), alt)


def named(party: PartyLoss) -> str:
    """The name with a capital at its beginning, as lists have it."""
    return capfirst(party.name or NOBODY)


def heat_chart(units: Sequence[UnitFigures], name: str = "children-heat") -> tuple[Chart, ...]:
    """Units × fields; units without a result are left out."""
    scored = [each for each in units if each.is_scored]
    fields = {field.code: field.title for each in scored for field in each.fields if not field.is_outside}
    caption = "Tỷ lệ điểm đạt được so với điểm tối đa áp dụng theo đơn vị và lĩnh vực (%)"
    alt = f"{caption}: ô càng đậm, tỷ lệ điểm bị mất càng lớn."
    rows = [
        HeatRow(
            committee(each.unit, short=True),
            tuple(reached.get(code) for code in fields),
        )
        for each in scored
        if (reached := {field.code: share(field.earned, field.maximum) for field in each.fields})
    ]
    return blocks(name, caption, heat(rows, list(fields.items()), framed(alt)), alt)


def league_chart(
    units: Sequence[UnitFigures], scale: GradeScale | None, name: str = "league-chart"
) -> tuple[Chart, ...]:
    """The index of each unit, with the lines from which grades are given."""
    if not any(each.is_scored for each in units):
        return ()
    caption = "Chỉ số theo đơn vị"
    lines = [
        Threshold(grade.from_index, f"{grade.name} từ {points(grade.from_index)}")
        for grade in (scale.all_grades if scale else ())
        if grade.from_index > 0
    ]
    rows = [
        Bar(
            committee(each.unit, short=True),
            () if each.index is None else (each.index,),
            without_sign(each.index) if each.index is not None else "không xếp hạng",
        )
        for each in units
    ]
    alt = f"{caption}: " + "; ".join(f"{row.label} {row.shown}" for row in rows)
    return blocks(name, caption, bars(rows, framed(alt), thresholds=lines, most=HUNDRED), alt)


def trend_chart(years: Sequence[TrendPoint], name: str = "trend-chart") -> tuple[Chart, ...]:
    """The index over the years, joined only where they can be compared."""
    caption = "Chỉ số qua các năm"
    apart = "Đường nét đứt: hai năm không so sánh được do bộ tiêu chí khác nhau nhiều."
    told = [f"năm {each.label} {without_sign(each.value)}" for each in years if each.value is not None]
    alt = f"{caption}: {'; '.join(told)}"
    return blocks(name, caption, trend(years, framed(alt), apart=apart), alt)

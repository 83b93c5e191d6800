"""The league table of a campaign: its units by rank, and what each reached in each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from reports.documents import Annex, Block, Column, Document, Section, Table
from reports.papers.analysis import children_table, difference_note
from reports.papers.data import FieldFigures, UnitFigures, read_units
from reports.papers.frames import Text, framed, paragraph
from reports.papers.prefill import bases
from reports.papers.wording import INDEX, all_of, committee, count, in_text, lowered, of_maximum, percent, points
from scoring.models import Campaign


def league_table(campaign: Campaign) -> Document:
    """The paper of a campaign; units that never submitted stand without figures."""
    found = read_units(campaign.results.all(), campaign)
    everyone = all_of(each.unit for each in found)
    subject = f"{INDEX} năm {campaign.year} của {everyone}"
    issuer = campaign.office
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Tổng hợp kết quả {subject}",
        bases=tuple(bases(campaign, None)),
        opening=(f"{committee(issuer)} tổng hợp kết quả {subject} thuộc {in_text(campaign.owner)} như sau:",),
        sections=(
            Section(
                "KẾT QUẢ XẾP HẠNG, XẾP LOẠI",
                (paragraph(summary(found)), *ranking_blocks(campaign, found)),
                key="ranking",
            ),
            *differing(found),
        ),
        closing=f"Trên đây là tổng hợp kết quả {subject}",
        annexes=(Annex("KẾT QUẢ THEO TỪNG LĨNH VỰC", (fields_table(found),), landscape=True, key="fields-table"),),
        keywords=("cải cách hành chính", "xếp hạng", str(campaign.year), campaign.code),
    )
    return framed(issuer, text)


def summary(found: Iterable[UnitFigures]) -> str:
    """How many units, and how many of them in each grade."""
    units = list(found)
    scored = [each for each in units if each.is_scored]
    grades = grades_text(scored)
    text = f"Có {count(len(scored))}/{count(len(units))} đơn vị được chấm điểm"
    if scored:
        highest = max(scored, key=lambda each: each.index or 0)
        lowest = min(scored, key=lambda each: each.index or 0)
        text += f"; cao nhất {percent(highest.index)}, thấp nhất {percent(lowest.index)}"
    return f"{text}{'; ' if grades else ''}{grades}."


def grades_text(units: Iterable[UnitFigures]) -> str:
    """How many units have which grade, in the order in which the units stand."""
    grades = Counter(each.grade for each in units if each.grade)
    return ", ".join(f"{count(number)} đơn vị xếp loại {grade}" for grade, number in grades.items())


def ranking_blocks(campaign: Campaign, found: Iterable[UnitFigures]) -> tuple[Block, ...]:
    """The table of all units, or one of each ranking block (one query)."""
    named = dict(campaign.results.exclude(block="").values_list("unit", "block"))
    blocks: dict[str, list[UnitFigures]] = {}
    for each in found:
        blocks.setdefault(named.get(each.unit.pk, ""), []).append(each)
    tables = []
    for number, (block, units) in enumerate(sorted(blocks.items()), start=1):
        table = children_table(tuple(units))
        caption = f"Bảng. Khối {lowered(block)}" if block else table.caption
        tables.append(replace(table, caption=caption, name=f"ranking-{number}"))
    return tuple(tables)


def differing(found: Iterable[UnitFigures]) -> tuple[Section, ...]:
    """Units whose printed figures are not what their fields add up to."""
    inside = tuple(
        Section(committee(each.unit, short=True), difference_note(each), key=f"differing.{each.unit.code}")
        for each in found
        if each.published
    )
    return (Section("SỐ LIỆU CẦN LƯU Ý", sections=inside, key="differing"),) if inside else ()


def fields_table(found: list[UnitFigures]) -> Table:
    """Units × fields: points of the maximum that applies to each unit."""
    fields = {field.code: field.title for each in found for field in each.fields}
    width = max(1, (100 - 5 - 14) // max(1, len(fields) + 1))
    return Table(
        caption="",
        columns=(
            Column("TT", 5),
            Column("Đơn vị", 100 - 5 - width * (len(fields) + 1), numeric=False),
            *(Column(title, width) for title in fields.values()),
            Column("Tổng điểm", width),
        ),
        rows=tuple(field_row(place, each, fields) for place, each in enumerate(found, start=1)),
        name="fields",
    )


def field_row(place: int, each: UnitFigures, fields: Iterable[str]) -> tuple[str, ...]:
    reached = {field.code: field_cell(field) for field in each.fields}
    cells = [reached.get(code, "") if each.is_scored else "" for code in fields]
    total = of_maximum(each.earned, each.maximum) if each.is_scored else ""
    return str(place), committee(each.unit, short=True), *cells, total


def field_cell(field: FieldFigures) -> str:
    """Points of the maximum, with bonus and penalty signed; of a field of nothing else, those alone."""
    parts = [of_maximum(field.earned, field.maximum)] if field.maximum else []
    parts += [f"+{points(field.bonus)}"] if field.bonus else []
    parts += [f"-{points(field.penalty)}"] if field.penalty else []
    return " ".join(parts) or ("" if field.is_outside else "không áp dụng")

"""Results of a campaign as JSON, CSV and XLSX: one source of rows for all three."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter

from scoring.models import Campaign, FieldResult, UnitResult
from scoring.results import differences
from scoring.rules import CountsAs
from scoring.standings import step_lines
from scoring.states import COUNTED, StateCounts, state_counts

FORMATS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STATES = tuple(state.value for state in COUNTED)
# Bonus and penalty, in the files of a set that has any.
EXTRAS = ("bonus_points", "penalty_points")
FIGURES = ("earned_points", "applicable_max_points", "index", "grade", "rank")
# A spreadsheet takes a CSV text that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | Decimal | None


def export_results(campaign: Campaign, format_: str) -> bytes:
    """The results of a campaign as a file; `format_` is a key of `FORMATS`."""
    match format_:
        case "json":
            return as_json(campaign)
        case "csv":
            return as_csv(campaign)
        case "xlsx":
            return as_xlsx(campaign)
        case _:
            raise ValueError(f"no export as {format_}")


def unit_results(campaign: Campaign) -> list[dict[str, Any]]:
    """One mapping a unit, by unit code, with Decimals.

    Shapes: `fields` in the order of the set; `published` is None, or holds those of the keys whose published
    figure differs (its `rank` follows from the published indexes where none was printed). The keys of `STATES`
    count rows of the sheet; `grade_steps` are lines in the reader's language.
    """
    published: dict[int, dict[str, Any]] = {}
    for difference in differences(campaign):
        if difference.key in FIGURES:
            published.setdefault(difference.unit.pk, {})[difference.key] = difference.published
    states = state_counts(campaign)
    results = campaign.results.select_related("campaign__criteria_set", "unit", "grade").prefetch_related(
        "fields__criterion"
    )
    return [
        {
            **exported(result, published),
            "grade_steps": step_lines(result),
            **extras(result),
            **counted(states.get(result.unit_id)),
        }
        for result in results.order_by("unit__code")
    ]


def extras(result: UnitResult) -> dict[str, Decimal | None]:
    """Bonus and penalty that count, where the set has any; nothing for a unit without a result."""
    if not result.campaign.criteria_set.has_extras:
        return {}
    return {name: None if result.index is None else getattr(result, name) for name in EXTRAS}


def counted(states: StateCounts | None) -> dict[str, int | None]:
    """Rows of a unit in each of the four states; nothing for a unit without a sheet."""
    return {name: getattr(states, name) if states else None for name in STATES}


def exported(result: UnitResult, published: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """One unit. A unit without a result has no points: missing is not 0."""
    scored = result.index is not None
    fields = [each for each in result.fields.all() if each.criterion.counts_as == CountsAs.BASE]
    differing = dict(published.get(result.unit_id, {}))
    if result.campaign.external and result.published_rank is not None:
        differing["rank"] = result.published_rank
    if changed := [each for each in fields if field_differs(each)]:
        differing["fields"] = [
            field_entry(each, each.published_points, each.published_max_points) for each in changed
        ]
    return {
        "unit_code": result.unit.code,
        "unit_name": result.unit.name,
        "earned_points": result.earned_points if scored else None,
        "applicable_max_points": result.applicable_max_points,
        "index": result.index,
        "grade": result.grade.name if result.grade else None,
        # Of an external campaign the portal knows one unit: its rank is the parent's to say.
        "rank": None if result.campaign.external else result.rank,
        "fields": [
            field_entry(each, each.earned_points if scored else None, each.applicable_max_points)
            for each in fields
        ],
        "published": differing or None,
    }


def field_differs(field: FieldResult) -> bool:
    pairs = (
        (field.published_points, field.earned_points),
        (field.published_max_points, field.applicable_max_points),
    )
    return any(published is not None and published != computed for published, computed in pairs)


def field_entry(field: FieldResult, earned: Decimal | None, highest: Decimal | None) -> dict[str, Any]:
    return {"code": field.criterion.code, "earned_points": earned, "max_points": highest}


def plain(value: Decimal) -> str:
    """A decimal as text with a point, without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_json(campaign: Campaign) -> bytes:
    def text(value: object) -> str:
        if isinstance(value, Decimal):
            return plain(value)
        raise TypeError(f"{value!r} is not exported")

    rows = unit_results(campaign)
    return json.dumps(rows, ensure_ascii=False, indent=2, default=text).encode() + b"\n"


def table(campaign: Campaign) -> tuple[list[str], Iterable[list[Cell]]]:
    """The same rows flat: a row a unit, `field_<code>_earned`, `field_<code>_max`, `published_<key>`, bonus and
    penalty, states, and the steps of the grade as one text. New columns come last: some read by position."""
    fields = campaign.criteria_set.fields.order_by("position")
    codes = list(fields.values_list("code", flat=True))
    more = (*(EXTRAS if campaign.criteria_set.has_extras else ()), *STATES)
    columns = ["unit_code", "unit_name", *FIGURES]
    columns += [f"field_{code}_{part}" for code in codes for part in ("earned", "max")]
    columns += [f"published_{name}" for name in FIGURES]
    columns += [*more, "grade_steps"]
    return columns, (flat(row, codes, more) for row in unit_results(campaign))


def flat(row: Mapping[str, Any], codes: Iterable[str], more: Iterable[str]) -> list[Cell]:
    fields = {each["code"]: each for each in row["fields"]}
    published = row["published"] or {}
    cells: list[Cell] = [row["unit_code"], row["unit_name"], *(row[name] for name in FIGURES)]
    for code in codes:
        field = fields.get(code, {})
        cells += [field.get("earned_points"), field.get("max_points")]
    cells += [*(published.get(name) for name in FIGURES), *(row[name] for name in more)]
    return [*cells, "; ".join(row["grade_steps"])]


def as_csv(campaign: Campaign) -> bytes:
    """Decimals with a point; a byte order mark, for Excel; a quote before what it would take for a formula."""
    columns, rows = table(campaign)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def csv_cell(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else str(cell)


def as_xlsx(campaign: Campaign) -> bytes:
    """Codes and names as text cells, figures as numbers."""
    columns, rows = table(campaign)
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("results")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, columns, bold)
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 28)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                write_cell(sheet, number, column, cell)
    return file.getvalue()


def write_cell(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)

"""The XLSX twin of a results file: written empty for a criteria set, or filled from results that were read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from scoring.importing.results_files import DECISION, HEAD, UNIT_COLUMNS, ResultsFile, UnitFigures

GUIDE = {
    "code": "code of the campaign",
    "owner": "official code of the scoring unit",
    "set": "code of the criteria set; its fields are the columns",
    "scale": "code of the grade scale",
    "rank_rule": "competition (1, 2, 2, 4) or dense (1, 2, 2, 3)",
    "decision_on": "dd/mm/yyyy",
}


def results_workbook(file: ResultsFile, codes: Iterable[str], units: Iterable[tuple[str, str]] = ()) -> bytes:
    """A workbook that `import_results` reads; `units` are codes and names, for rows that hold nothing yet."""
    codes = list(codes)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        # The same file again is the same bytes.
        book.set_properties({"created": datetime(2022, 1, 1, tzinfo=UTC)})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        head = book.add_worksheet("campaign")
        head.set_column(0, 0, 18)
        head.set_column(1, 1, 60, text)
        write_head(head, file, bold, text)
        sheet = book.add_worksheet("results")
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 12, text)
        sheet.set_column(1, 1, 28)
        write_units(sheet, file, codes, dict(units), bold, text)
    return target.getvalue()


def write_head(sheet: Any, file: ResultsFile, bold: Any, text: Any) -> None:
    sheet.write_row(0, 0, ["key", "value"], bold)
    for number, key in enumerate((*HEAD, *DECISION), start=1):
        value = getattr(file, key)
        shown = f"{value:%d/%m/%Y}" if key == "decision_on" and value else str(value or "")
        sheet.write_string(number, 0, key)
        sheet.write_string(number, 1, shown, text)
        if key in GUIDE:
            sheet.write_comment(number, 1, GUIDE[key])


def write_units(
    sheet: Any, file: ResultsFile, codes: list[str], names: Mapping[str, str], bold: Any, text: Any
) -> None:
    columns = ["unit_code", "unit_name", *UNIT_COLUMNS]
    columns += [f"field_{code}_{part}" for code in codes for part in ("earned", "max")]
    sheet.write_row(0, 0, columns, bold)
    filled = {figures.code: figures for figures in file.units}
    for number, code in enumerate(filled or names, start=1):
        sheet.write_string(number, 0, code, text)
        sheet.write_string(number, 1, names.get(code, ""))
        if code in filled:
            cells = figure_cells(filled[code], codes)
            for column, cell in enumerate(cells, start=2):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)


def figure_cells(figures: UnitFigures, codes: list[str]) -> list[Decimal | str | int | None]:
    values: list[Decimal | str | int | None] = [getattr(figures, name) for name in UNIT_COLUMNS]
    for code in codes:
        values += figures.fields.get(code, (None, None))
    return values

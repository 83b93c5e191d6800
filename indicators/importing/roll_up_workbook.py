"""The roll-up of a period as a workbook: sums, and beside them the figures of each unit they are made of."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.entering import Cell, shown_text
from indicators.form import Item
from indicators.models import Return, Value
from indicators.roll_up_page import SumRow, sum_rows
from indicators.roll_up_parts import figures_of, unit_parts
from indicators.rolling import NOTHING, Rolled

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HEADINGS = (
    gettext_lazy("Code"),
    gettext_lazy("Indicator"),
    gettext_lazy("Unit of measure"),
    gettext_lazy("Roll-up"),
    gettext_lazy("Figure"),
    gettext_lazy("Units that reported"),
    gettext_lazy("Units asked"),
)
WIDTHS = (10, 60, 16, 18, 16, 12, 12)
FIRST_ROW = 5
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def roll_up_book(rolled: Rolled) -> bytes:
    """One sheet with every figure, then one for each table with the lines of all units."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        rows = list(sum_rows(rolled))
        write_sums(book, rolled, rows)
        for row in rows:
            if row.item.is_table:
                write_table(book, rolled, row)
    return target.getvalue()


def formats(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1}),
        "bold": book.add_format({"bold": True, "text_wrap": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.####", "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 13}),
    }


def write_sums(book: Any, rolled: Rolled, rows: Sequence[SumRow]) -> None:
    looks, sheet = formats(book), book.add_worksheet(_("Sums"))
    period = rolled.period
    sheet.write_string(0, 0, f"{period.indicator_set.title} · {period}", looks["title"])
    sheet.write_string(1, 0, period.owner.name)
    sheet.write_string(2, 0, _("Counted: %(units)s") % {"units": named(rolled.counted)})
    sheet.write_string(3, 0, _("Missing: %(units)s") % {"units": named(rolled.left_out)})
    units = [each.unit.name for each in rolled.counted]
    for column, text in enumerate([*map(str, HEADINGS), *units]):
        sheet.write_string(FIRST_ROW - 1, column, text, looks["head"])
        sheet.set_column(column, column, WIDTHS[column] if column < len(WIDTHS) else 18)
    by_unit = cells_by_unit(rolled)
    for number, row in enumerate(rows, FIRST_ROW):
        write_row(sheet, number, row, looks)
        for column, each in enumerate(rolled.counted, len(HEADINGS)):
            write(sheet, (number, column), by_unit.get(each.pk, {}).get(row.item.pk), looks)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROW - 1)


def named(returns: Sequence[Return]) -> str:
    return ", ".join(each.unit.name for each in returns) or "–"


def write_row(sheet: Any, number: int, row: SumRow, looks: Mapping[str, Any]) -> None:
    indicator = row.indicator
    is_heading = not row.item.is_row
    sheet.write_string(number, 0, row.code, looks["bold" if is_heading else "wrap"])
    sheet.write_string(number, 1, indicator.title, looks["bold" if is_heading else "wrap"])
    if is_heading:
        return
    sheet.write_string(number, 2, indicator.measure, looks["wrap"])
    sheet.write_string(number, 3, "" if row.item.is_table else indicator.get_roll_up_display(), looks["wrap"])
    write(sheet, (number, 4), row.figure.number if not row.choices else in_words(row), looks)
    sheet.write_number(number, 5, row.units)
    sheet.write_number(number, 6, row.asked)


def in_words(row: SumRow) -> str:
    """How many units chose what."""
    return "; ".join(f"{each.text}: {len(each.units)}" for each in row.choices)


def cells_by_unit(rolled: Rolled) -> dict[int, dict[int, Cell]]:
    """What each counted unit reported, formulas computed. Shapes: by return, then by indicator. Two queries."""
    form, found = rolled.form, defaultdict[int, dict[int, Cell]](dict)
    texts = Value.objects.filter(entry__return_of__in=[each.pk for each in rolled.counted]).exclude(text="")
    for pk, indicator, text in texts.values_list("entry__return_of", "indicator", "text"):
        found[pk][indicator] = shown_text(form.by_pk[indicator], text)
    for pk, own in figures_of(form, rolled.counted, form.by_pk.values()).items():
        for code, number in own.items():
            found[pk][form.by_code[code].pk] = number
    return found


def write_table(book: Any, rolled: Rolled, row: SumRow) -> None:
    looks, item = formats(book), row.item
    sheet = book.add_worksheet(sheet_name(book, row))
    sheet.write_string(0, 0, f"{row.code} {row.indicator.title}", looks["title"])
    heads = [_("Unit"), _("Line"), *(each.title for each in item.columns)]
    for column, text in enumerate(heads):
        sheet.write_string(2, column, text, looks["head"])
        sheet.set_column(column, column, 30 if column < 2 else 16)
    number = 3
    for name, cells in table_rows(rolled, item):
        sheet.write_string(number, 0, name[0], looks["wrap"])
        sheet.write_string(number, 1, name[1], looks["wrap"])
        for column, cell in enumerate(cells, 2):
            write(sheet, (number, column), cell, looks)
        number += 1
    for line in rolled.named.get(item.pk, ()):
        sheet.write_string(number, 0, _("All units"), looks["bold"])
        sheet.write_string(number, 1, line.name, looks["bold"])
        for column, each in enumerate(item.columns, 2):
            write(sheet, (number, column), line.sums.get(each.pk), looks)
        number += 1
    sheet.write_string(number, 0, _("Total"), looks["bold"])
    for column, each in enumerate(item.columns, 2):
        write(sheet, (number, column), rolled.figures.get(each.pk, NOTHING).number, looks)
    sheet.freeze_panes(3, 2)


# The name of the unit and of the line, then the cells of its columns.
_TableRow = tuple[tuple[str, str], list[Cell | None]]


def table_rows(rolled: Rolled, item: Item) -> Iterator[_TableRow]:
    for part in unit_parts(rolled, item):
        for line in part.lines:
            yield (part.found.unit.name, line.title), list(line.cells)


def sheet_name(book: Any, row: SumRow) -> str:
    """At most 31 letters, none that Excel refuses, each name once."""
    name = f"{row.code} {row.indicator.title}".translate(FORBIDDEN)[:31].strip()
    taken = {each.get_name().lower() for each in book.worksheets()}
    return name if name.lower() not in taken else f"{name[:27]} {len(taken)}"


def write(sheet: Any, place: tuple[int, int], cell: Cell | None, looks: Mapping[str, Any]) -> None:
    """Nothing for what is missing; texts never become formulas."""
    if isinstance(cell, Decimal):
        sheet.write_number(*place, float(cell), looks["number"])
    elif cell:
        sheet.write_string(*place, str(cell), looks["wrap"])

"""The tables of a document as a workbook: a sheet for each, figures as numbers, text never as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from reports.documents import Annex, Block, Chart, Document, Section, Table
from reports.output.layout import layout

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MINUS = "\u2212"
# A figure as documents print it: its sign, thousands point, decimal comma; a leading zero only below ten.
FIGURE = re.compile(r"([-+\u2212]?)(0?\d|[1-9]\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?(%?)", re.ASCII)
DIGITS = 15  # as many as a workbook keeps
LONGEST = 32_767  # characters in a cell
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
HEAD_ROW = 3
WIDE = 8  # columns
# Widths of a page in characters, upright and across.
ACROSS, UPRIGHT = 130, 85
INCH = 25.4  # mm


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with where it stands in the document."""

    name: str
    title: str
    table: Table
    landscape: bool


def as_xlsx(document: Document) -> bytes:
    """The tables of figures of a document; one without any gets a sheet that says so."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"title": document.title[:255], "author": document.author[:255]})
        looks = Looks(book)
        for sheet in sheets_of(document):
            write(book, looks, document, sheet)
        if not book.worksheets():
            empty = book.add_worksheet("Bảng")
            empty.write_string(0, 0, document.title[:LONGEST], looks.of(bold=True, border=0))
            empty.write_string(1, 0, "Văn bản không có bảng số liệu.", looks.of(border=0))
    return target.getvalue()


def sheets_of(document: Document) -> Iterator[Sheet]:
    found: list[tuple[str, Table, bool]] = []
    for section in document.sections:
        found += [(title, table, False) for title, table in tables_in(section)]
    for annex in document.annexes:
        found += [(title, table, annex.landscape) for title, table in tables_in(annex)]
    for place, (title, table, landscape) in enumerate(found, start=1):
        name = f"{place}. {table.caption or title}".translate(FORBIDDEN)[:31].strip()
        yield Sheet(name, table.caption or title, table, landscape or len(table.columns) >= WIDE)


def tables_in(part: Section | Annex) -> Iterator[tuple[str, Table]]:
    """Each table with the title of the part it stands in, those behind charts too."""
    yield from ((part.title, table) for table in tables(part.blocks))
    for inside in part.sections:
        yield from tables_in(inside)


def tables(blocks: Iterable[Block]) -> Iterator[Table]:
    for block in blocks:
        table = block.table if isinstance(block, Chart) else block
        if isinstance(table, Table):
            yield table


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[frozenset[tuple[str, object]], Any] = {}

    def of(self, **values: object) -> Any:
        key = frozenset(values.items())
        if key not in self.made:
            base = {"font_name": "Times New Roman", "font_size": 12, "border": 1, "valign": "vcenter"}
            self.made[key] = self.book.add_format(base | values)
        return self.made[key]


def write(book: Any, looks: Looks, document: Document, sheet: Sheet) -> None:
    table, page = sheet.table, book.add_worksheet(sheet.name)
    page.write_string(0, 0, document.title[:LONGEST], looks.of(border=0, italic=True))
    page.write_string(1, 0, sheet.title[:LONGEST], looks.of(border=0, bold=True))
    room = ACROSS if sheet.landscape else UPRIGHT
    for place, column in enumerate(table.columns):
        page.set_column(place, place, max(5, column.width * room / 100))
        page.write_string(HEAD_ROW, place, column.title, looks.of(bold=True, text_wrap=True, align="center"))
    rows = [(texts, is_bold) for texts, is_bold in table.body]
    if table.foot:
        rows.append((table.foot, True))
    for line, (texts, is_bold) in enumerate(rows, start=HEAD_ROW + 1):
        for place, (text, column) in enumerate(texts):
            put(page, looks, (line, place), text, is_bold=is_bold, numeric=column.numeric)
    if table.note:
        page.write_string(HEAD_ROW + len(rows) + 2, 0, table.note[:LONGEST], looks.of(border=0, italic=True))
    set_up(page, sheet)


def set_up(page: Any, sheet: Sheet) -> None:
    """Heads that stay in sight and are printed on each page; A4 in the width of the table."""
    chosen = layout()
    page.freeze_panes(HEAD_ROW + 1, 0)
    page.repeat_rows(HEAD_ROW)
    page.set_paper(9)
    if sheet.landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(*(side / INCH for side in (chosen.left, chosen.right, chosen.top, chosen.bottom)))


def put(page: Any, looks: Looks, place: tuple[int, int], text: str, *, is_bold: bool, numeric: bool) -> None:
    """A figure as a number that looks as printed; everything else as the text it is."""
    figure = number_of(text) if numeric else None
    align = "center" if numeric else "left"
    if not text:
        page.write_blank(*place, None, looks.of(bold=is_bold))
    elif figure is None:
        page.write_string(*place, text[:LONGEST], looks.of(bold=is_bold, text_wrap=True, align=align))
    else:
        value, look = figure
        page.write_number(*place, float(value), looks.of(bold=is_bold, align=align, num_format=look))


def number_of(text: str) -> tuple[Decimal, str] | None:
    """The number a text stands for, and the format in which a workbook shows it the same way."""
    found = FIGURE.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, decimals, percent = found.groups(default="")
    digits = whole.replace(".", "")
    if len(digits) + len(decimals) > DIGITS:
        return None
    value = Decimal(f"{sign.replace(MINUS, '-')}{digits}.{decimals or 0}")
    look = "#,##0" if "." in whole else "0" * (2 if len(digits) == 2 and digits[0] == "0" else 1)
    look += f".{'0' * len(decimals)}" if decimals else ""
    look += percent
    signed = {"+": f"+{look}", MINUS: f'{look};"{MINUS}"{look}'}
    return value / 100 if percent else value, signed.get(sign, look)

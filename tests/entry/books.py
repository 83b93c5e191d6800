"""Workbooks made for the tests: good ones by openpyxl, hostile ones by altering their parts."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import openpyxl

from parportal.entry.workbooks import Row, Workbook, open_workbook

SHEET = "xl/worksheets/sheet1.xml"
CONTENT_TYPES = "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Table = Iterable[Iterable[object]]


def workbook(*, change: Callable[[Any], object] | None = None, **sheets: Table) -> io.BytesIO:
    """A workbook with the given sheets; `change` gets the openpyxl workbook before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        for line in table:
            sheet.append(list(line))
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return named(file.getvalue())


def named(content: bytes, name: str = "book.xlsx") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def with_parts(file: io.BytesIO, parts: Mapping[str, bytes | None]) -> io.BytesIO:
    """The same archive with parts replaced, added or (None) left out."""
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = parts.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in parts.items():
            if name not in old.namelist() and content is not None:
                new.writestr(name, content)
    return named(changed.getvalue())


def part(file: io.BytesIO, name: str) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return archive.read(name)


def with_sheet_xml(sheet_data: str, *, after: str = "", before: str = "") -> io.BytesIO:
    """A workbook whose only sheet, `s`, is the given XML."""
    xml = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{sheet_data}</sheetData>{after}</worksheet>'
    return with_parts(workbook(s=[["a"]]), {SHEET: xml.encode()})


def texts(line: int, *values: str) -> str:
    """A row of text cells in XML."""
    cells = "".join(
        f'<c r="{"ABCDEFGH"[place]}{line}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{line}">{cells}</row>'


def only_row(value: object, *, number_format: str | None = None) -> tuple[Row, Workbook]:
    """A table of one row; its column `value` holds the value."""

    def form(book: Any) -> None:
        if number_format:
            book["s"]["B2"].number_format = number_format

    book = open_workbook(workbook(change=form, s=[["name", "value"], ["x", value]]))
    (row,) = book.rows("s", required=["name", "value"])
    return row, book


def reasons(book: Workbook) -> list[str]:
    return [problem.reason for problem in book.problems]


def places(book: Workbook) -> list[tuple[str, str]]:
    return [(problem.sheet, problem.cell) for problem in book.problems]

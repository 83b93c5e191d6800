"""Workbooks from outside, read cell by cell with their addresses.

Nothing in a workbook is trusted or carried out: formulas are not evaluated (a formula in a cell that is read
is a problem: the value that Excel last saw may be old), links to other files are not followed, macros are
refused. Hidden rows and columns are read like all others and mentioned in `notes`. A merged range under a
column that is read is a problem, because only its first cell has the value. A column without a title is not
read.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePath
from typing import IO, Any

import openpyxl
from django.core.files import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.escape import unescape

from parportal.entry.archives import ArchiveProblem, Limits, is_damaged
from parportal.entry.inspection import SheetFacts, inspect_workbook
from parportal.entry.problems import ImportProblem, ImportProblems, ProblemLog
from parportal.entry.rows import Cell, CellKind, Row

__all__ = ["Cell", "CellKind", "Limits", "Row", "Workbook", "open_workbook", "safe_text"]

_KINDS = {
    "s": CellKind.TEXT,
    "str": CellKind.TEXT,
    "inlineStr": CellKind.TEXT,
    "n": CellKind.NUMBER,
    "b": CellKind.FLAG,
    "d": CellKind.DATE,
    "e": CellKind.ERROR,
    "f": CellKind.FORMULA,
}
# A percent sign in quotes or behind a backslash is only text to Excel.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Workbook:
    """An opened workbook; what is wrong in the sheets read so far is in `problems`."""

    def __init__(self, book: Any, facts: dict[str, SheetFacts]) -> None:
        self._sheets = {_key(sheet.title): (sheet, facts[sheet._worksheet_path]) for sheet in book.worksheets}
        self.sheet_names: tuple[str, ...] = tuple(sheet.title for sheet in book.worksheets)
        self.problems = ProblemLog()
        self.notes = ProblemLog()

    def titles(self, sheet: str, *, header_row: int = 1) -> tuple[str, ...]:
        """The column titles of a sheet, for tables whose columns depend on the file."""
        if not self._find(sheet):
            return ()
        return tuple(title for _column, title in self._titles(sheet, header_row))

    def rows(
        self, sheet: str, *, required: Sequence[str], optional: Sequence[str] = (), header_row: int = 1
    ) -> Iterator[Row]:
        """The rows under the titles, blank ones left out.

        Titles are compared without regard to capitals. A missing sheet, a missing, repeated or unknown column
        is noted at once, before the first row; without all required columns there are no rows.
        """
        if not self._find(sheet):
            return iter(())
        columns = self._columns(sheet, required, optional, header_row)
        if columns is None:
            return iter(())
        self._note_layout(sheet, set(columns.values()), header_row)
        return self._table(sheet, columns, header_row)

    def pairs(self, sheet: str, *, required: Sequence[str], optional: Sequence[str] = ()) -> Row:
        """A sheet of two columns, key and value, as one row whose columns are the keys.

        A first line "key | value" is passed over. Missing, repeated and unknown keys are noted.
        """
        cells = {name: Cell("") for name in (*required, *optional)}
        if self._find(sheet):
            wanted = {_key(name): name for name in cells}
            found: set[str] = set()
            self._note_layout(sheet, {1, 2}, 0)
            for number, (key, value) in self._lines(sheet, 1, 2):
                word = _key(str(key.value)) if key.kind is CellKind.TEXT else ""
                if number == 1 and word == "key":
                    continue
                if word not in wanted:
                    if (key.kind, value.kind) != (CellKind.BLANK, CellKind.BLANK):
                        self._refuse(sheet, key.address, key.shown(), _("This key is not known here."))
                elif word in found:
                    self._refuse(sheet, key.address, key.shown(), _("This key stands here twice."))
                else:
                    found.add(word)
                    cells[wanted[word]] = value
            for name in required:
                if _key(name) not in found:
                    self._refuse(sheet, "", name, _("This key is missing."))
        return Row(sheet, 0, cells, False, self.problems)

    def _find(self, name: str) -> bool:
        if _key(name) in self._sheets:
            return True
        self._refuse(name, "", "", _("This sheet is missing."))
        return False

    def _refuse(self, sheet: str, cell: str, value: str, reason: str | Promise) -> None:
        self.problems.add(sheet=sheet, cell=cell, value=value, reason=reason)

    def _titles(self, sheet: str, header_row: int) -> Iterator[tuple[int, str]]:
        """Column number and title of every column that has one."""
        _sheet, facts = self._sheets[_key(sheet)]
        for number, cells in self._lines(sheet, header_row, facts.last_column):
            if number > header_row:
                return
            for column, cell in enumerate(cells, start=1):
                if cell.kind is CellKind.TEXT:
                    yield column, " ".join(str(cell.value).split())
                elif cell.kind is not CellKind.BLANK:
                    self._refuse(sheet, cell.address, cell.shown(), _("A column title must be text."))

    def _columns(
        self, sheet: str, required: Sequence[str], optional: Sequence[str], header_row: int
    ) -> dict[str, int] | None:
        """The column number of each name, or None when the table cannot be read."""
        wanted = {_key(name): name for name in (*required, *optional)}
        columns: dict[str, int] = {}
        usable = True
        for column, title in self._titles(sheet, header_row):
            address = f"{get_column_letter(column)}{header_row}"
            name = wanted.get(_key(title))
            if name is None:
                self._refuse(
                    sheet, address, title, _("This column is not known here. Remove it or correct its title.")
                )
            elif name in columns:
                self._refuse(sheet, address, title, _("This column stands here twice."))
                usable = False
            else:
                columns[name] = column
        for name in required:
            if name not in columns:
                self._refuse(sheet, f"{header_row}:{header_row}", name, _("This column is missing."))
                usable = False
        if not usable:
            return None
        return {name: columns.get(name, 0) for name in (*required, *optional)}

    def _table(self, sheet: str, columns: dict[str, int], header_row: int) -> Iterator[Row]:
        _sheet, facts = self._sheets[_key(sheet)]
        for number, cells in self._lines(sheet, header_row + 1, max(columns.values())):
            named = {
                name: cells[column - 1] if column else Cell(f"{number}:{number}")
                for name, column in columns.items()
            }
            if any(cell.kind is not CellKind.BLANK for cell in named.values()):
                yield Row(sheet, number, named, number in facts.hidden_rows, self.problems)

    def _note_layout(self, sheet: str, columns: set[int], header_row: int) -> None:
        """Merged ranges under the columns read are problems; hidden rows and columns are only mentioned."""
        _sheet, facts = self._sheets[_key(sheet)]
        for merged in facts.merged:
            left, top, right, bottom = range_boundaries(merged)
            if bottom >= header_row and top <= facts.last_row and any(left <= c <= right for c in columns):
                self._refuse(sheet, merged, "", _("These cells are merged. Unmerge them and fill in each one."))
        for row in sorted(row for row in facts.hidden_rows if row > header_row):
            reason = _("This row is hidden. It was read like the others.")
            self.notes.add(sheet=sheet, cell=f"{row}:{row}", value="", reason=reason)
        for column in sorted(facts.hidden_columns & columns):
            letter = get_column_letter(column)
            reason = _("This column is hidden. It was read like the others.")
            self.notes.add(sheet=sheet, cell=f"{letter}:{letter}", value="", reason=reason)

    def _lines(self, name: str, first_row: int, width: int) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Row number and cells of every row from `first_row` to the last that holds something."""
        sheet, facts = self._sheets[_key(name)]
        if not width or first_row > facts.last_row:
            return
        lines = sheet.iter_rows(min_row=first_row, max_row=facts.last_row, max_col=width)
        for number in range(first_row, facts.last_row + 1):
            try:
                with warnings.catch_warnings(action="ignore"):
                    line = next(lines)
                    cells = tuple(_cell(cell, number, column) for column, cell in enumerate(line, start=1))
            except Exception:  # noqa: BLE001 - openpyxl raises anything at all for a sheet made to confuse it
                self._refuse(name, f"{number}:{number}", "", is_damaged().message)
                return
            yield number, cells


def open_workbook(file: IO[bytes] | File[Any] | Path, *, limits: Limits | None = None) -> Workbook:
    """Check a file and open it as a workbook.

    Raises: ImportProblems, when it is not a workbook that can be read safely.
    """
    try:
        data, facts = inspect_workbook(file, limits or Limits())
        return _load(data, facts)
    except ArchiveProblem as problem:
        name = PurePath(getattr(file, "name", None) or "").name
        raise ImportProblems((ImportProblem("", "", name, str(problem)),)) from None


def _load(data: bytes, facts: dict[str, SheetFacts]) -> Workbook:
    try:
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        return Workbook(book, facts)
    except Exception:  # noqa: BLE001 - openpyxl raises anything at all for a file made to confuse it
        raise is_damaged() from None


def safe_text(value: str) -> str | CellRichText:
    """Text for a cell of openpyxl that Excel must never take for a formula or an error.

    openpyxl makes a formula of every text that starts with "=". Texts that start with +, - or @ (bullet lines
    do) are safe as they are: in a workbook, unlike in CSV, a text cell stays text. Nothing is put before the
    text, so it comes back unchanged; only characters that a workbook cannot hold are left out.
    """
    text = _UNWRITABLE.sub("", value)
    return CellRichText(text) if text.startswith("=") or text in ERROR_CODES else text


def _cell(cell: Any, row: int, column: int) -> Cell:
    """Our cell of openpyxl's, with numbers as Excel shows them."""
    address = f"{get_column_letter(column)}{row}"
    value = cell.value
    kind = _KINDS.get(cell.data_type, CellKind.OTHER)
    if kind is CellKind.FORMULA:
        return Cell(address, kind, value if isinstance(value, str) else "=")
    if kind is CellKind.TEXT:
        text = _text(str(value or ""))
        return Cell(address, kind, text) if text else Cell(address)
    if kind is CellKind.NUMBER and value is not None:
        return _number_cell(address, value, cell.number_format or "")
    if kind is CellKind.DATE and not isinstance(value, date):
        return Cell(address, CellKind.OTHER, str(value))
    if value is None:
        return Cell(address)
    return Cell(address, kind, str(value) if kind is CellKind.ERROR else value)


def _number_cell(address: str, value: int | float, number_format: str) -> Cell:
    # Excel keeps and shows 15 significant digits: 71.07999999999997 is what it calls 71.08.
    number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return Cell(address, CellKind.ERROR, str(value))
    percent = "%" in _QUOTED.sub("", number_format)
    return Cell(address, CellKind.NUMBER, number * 100 if percent else number)


def _text(value: str) -> str:
    """NFC, with plain line ends and without Excel's way of writing control characters (_x000D_)."""
    return unicodedata.normalize("NFC", unescape(value)).replace("\r\n", "\n").replace("\r", "\n").strip()


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())

"""Rows of a workbook: each value is asked for by its kind, and what is wrong is noted at its cell.

A text cell is read as the same text typed in the browser would be (`numbers`, `dates`). The getters never
raise for what a person filled in: they note a problem and give the empty value of their kind.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parportal.entry.dates import check_year, format_date, parse_date
from parportal.entry.numbers import MAX_DIGITS, check_places, format_entry, parse_decimal, parse_integer
from parportal.entry.problems import EntryProblem, ProblemLog

YES = frozenset({"1", "x", "y", "yes", "true", "có", "đúng"})
NO = frozenset({"0", "n", "no", "false", "không", "sai"})

# Longer values are cut in problem lists; the cell is named beside them.
_SHOWN_CHARACTERS = 80


class CellKind(StrEnum):
    """What a cell holds, as Excel stored it."""

    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with its address.

    Units: a number in a cell shown as a percentage is kept as the percentage (0-100) that people see.
    """

    address: str
    kind: CellKind = CellKind.BLANK
    value: str | Decimal | bool | date | None = None

    def shown(self) -> str:
        """The value as a person would recognise it in a list of problems."""
        match self.value:
            case None:
                return ""
            case bool():
                return "TRUE" if self.value else "FALSE"
            case Decimal():
                return format_entry(self.value)
            case date():
                return format_date(self.value)
            case str():
                return self.value[:_SHOWN_CHARACTERS]


_MISFITS: Mapping[CellKind, str | Promise] = {
    CellKind.FORMULA: _("The cell holds a formula. Replace it by its value (copy, then paste values)."),
    CellKind.ERROR: _("The cell holds an error of Excel."),
    CellKind.DATE: _("Excel has made a date of this cell. Format the column as text and type the value again."),
    CellKind.FLAG: _("The cell holds TRUE or FALSE, which does not belong here."),
    CellKind.OTHER: _("The cell holds a time or something else that cannot be read here."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `cells` has an entry for every column asked for, blank where there is none."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    hidden: bool
    problems: ProblemLog

    def blank(self, name: str) -> bool:
        return self.cells[name].kind is CellKind.BLANK

    def refuse(self, name: str, reason: str | Promise) -> None:
        """Note a problem of the importer's own at a cell of this row."""
        cell = self.cells[name]
        self.problems.add(sheet=self.sheet, cell=cell.address, value=cell.shown(), reason=reason)

    def text(self, name: str, *, required: bool = False) -> str:
        """Text in NFC without blanks around it; a whole number is taken as its digits."""
        cell = self._filled(name, required=required, allowed=(CellKind.TEXT, CellKind.NUMBER))
        if cell is None:
            return ""
        if isinstance(cell.value, Decimal):
            return f"{cell.value:f}"
        text = str(cell.value)
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
            self.refuse(name, _("The text contains a character that cannot be shown."))
            return ""
        return text

    def code(self, name: str, *, required: bool = False) -> str:
        """A code such as 1.10, which Excel must have kept as text: as a number it has lost its last zero."""
        cell = self._filled(name, required=required, allowed=(CellKind.TEXT, CellKind.NUMBER))
        if cell is None:
            return ""
        if cell.kind is CellKind.NUMBER:
            self.refuse(
                name,
                _(
                    "The code is stored as a number, so 1.1 may have been 1.10. "
                    "Format the column as text and type the code again."
                ),
            )
            return ""
        code = self.text(name)
        if any(char.isspace() or unicodedata.category(char) == "Cf" for char in code):
            self.refuse(name, _("A code has no blanks in it."))
            return ""
        return code

    def integer(self, name: str, *, required: bool = False) -> int | None:
        """A whole number; see `numbers.parse_integer` for text cells."""
        cell = self._filled(name, required=required, allowed=(CellKind.TEXT, CellKind.NUMBER))
        if cell is None:
            return None
        try:
            if not isinstance(cell.value, Decimal):
                return parse_integer(str(cell.value))
            _check_size(cell.value)
            if cell.value == cell.value.to_integral_value():
                return int(cell.value)
            # Typed as 1.353, Excel may have taken a thousands mark for a decimal mark.
            raise EntryProblem(_("This must be a whole number. Type it without any marks."))
        except EntryProblem as problem:
            self.refuse(name, str(problem))
            return None

    def decimal(
        self, name: str, *, places: int | None = None, percent_sign: bool = True, required: bool = False
    ) -> Decimal | None:
        """A decimal number; see `numbers.parse_decimal` for text cells."""
        cell = self._filled(name, required=required, allowed=(CellKind.TEXT, CellKind.NUMBER))
        if cell is None:
            return None
        try:
            if not isinstance(cell.value, Decimal):
                return parse_decimal(str(cell.value), places=places, percent_sign=percent_sign)
            _check_size(cell.value)
            check_places(cell.value, places)
        except EntryProblem as problem:
            self.refuse(name, str(problem))
            return None
        return cell.value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no; a blank cell is the default."""
        cell = self._filled(name, required=False, allowed=(CellKind.TEXT, CellKind.NUMBER, CellKind.FLAG))
        if cell is None:
            return default
        if isinstance(cell.value, bool):
            return cell.value
        word = self.text(name).casefold()
        if word in YES or word in NO:
            return word in YES
        self.refuse(name, _("Write yes or no, or x for yes and nothing for no."))
        return default

    def one_of(self, name: str, choices: Collection[str], *, required: bool = False) -> str:
        """One word of a list, in the list's own spelling; capitals do not matter."""
        word = self.text(name, required=required)
        spellings = {choice.casefold(): choice for choice in choices}
        if not word or word.casefold() in spellings:
            return spellings.get(word.casefold(), "")
        self.refuse(name, str(_("Only these are possible: %(choices)s.")) % {"choices": ", ".join(choices)})
        return ""

    def date(self, name: str, *, required: bool = False) -> date | None:
        """A day, as a date of Excel or as text; see `dates.parse_date`."""
        cell = self._filled(name, required=required, allowed=(CellKind.TEXT, CellKind.DATE))
        if cell is None:
            return None
        try:
            if isinstance(cell.value, date):
                check_year(cell.value.year)
                return cell.value.date() if isinstance(cell.value, datetime) else cell.value
            return parse_date(str(cell.value))
        except EntryProblem as problem:
            self.refuse(name, str(problem))
            return None

    def _filled(self, name: str, *, required: bool, allowed: tuple[CellKind, ...]) -> Cell | None:
        """The cell when it holds something of an allowed kind; what is wrong otherwise is noted."""
        cell = self.cells[name]
        if cell.kind in allowed:
            return cell
        if cell.kind is CellKind.BLANK:
            if required:
                self.refuse(name, _("The cell is empty, but something is needed here."))
        elif cell.kind is CellKind.NUMBER:
            self.refuse(name, _("The cell holds a number, but a date is needed here."))
        else:
            self.refuse(name, _MISFITS[cell.kind])
        return None


def _check_size(value: Decimal) -> None:
    if value and value.adjusted() >= MAX_DIGITS:
        raise EntryProblem(_("This number is too long: at most %(digits)s digits."), {"digits": MAX_DIGITS})

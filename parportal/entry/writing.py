"""Workbooks that people fill in: texts that come back as they went out, open cells, drop-down lists.

Open cells are formatted as text. What is typed there stays as it was typed, so 1,5 is the same in a Vietnamese
and in an English Excel, and no code or fraction becomes a date. Everything else is locked.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

# The longest text that the writer puts into a cell; the database has no end.
LONGEST = 32_000
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
INK, GROUND, OPEN = "#1a2733", "#eaf1f9", "#fffbe6"


def word_key(word: str) -> str:
    """By which a word of a drop-down list is found again, whatever its capitals and blanks."""
    return " ".join(unicodedata.normalize("NFC", word).casefold().split())


def plain_text(text: str) -> str:
    """Text as it comes back from a workbook: NFC, plain line ends, no blanks around it."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def fingerprint(texts: Iterable[str]) -> str:
    """What the cells of a row say, in 16 characters: a row that nobody touched is known by it."""
    whole = "\x1f".join(plain_text(text) for text in texts)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def letter(place: int) -> str:
    """The letters of a column, counted from 0."""
    name: str = xl_col_to_name(place)
    return name


def written(title: str, write: Callable[[Any], None]) -> bytes:
    """The bytes of a workbook that `write` fills; the same content again is the same bytes."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "created": datetime(2022, 1, 1, tzinfo=UTC)})
        write(book)
    return target.getvalue()


class Looks:
    """The formats of the cells."""

    def __init__(self, book: Any) -> None:
        frame = {"border": 1, "border_color": "#c5d0db", "valign": "top", "text_wrap": True, "font_color": INK}
        self.head = book.add_format({**frame, "bold": True, "bg_color": GROUND, "valign": "vcenter"})
        self.group = book.add_format({**frame, "bold": True, "bg_color": "#f5f7fa"})
        self.fixed = book.add_format({**frame, "bg_color": "#fafafa", "num_format": "@"})
        self.figure = book.add_format({**frame, "bg_color": "#fafafa", "num_format": "@", "align": "right"})
        self.open = book.add_format({**frame, "bg_color": OPEN, "num_format": "@", "locked": False})
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": INK})
        self.bold = book.add_format({"bold": True, "font_color": INK})
        self.plain = book.add_format({"font_color": INK})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True, "font_color": INK})


def put(sheet: Any, row: int, column: int, text: str, form: Any) -> None:
    """A text in a cell, or an empty cell of this format."""
    cleaned = UNWRITABLE.sub("", text)
    if cleaned:
        sheet.write_string(row, column, cleaned, form)
    else:
        sheet.write_blank(row, column, None, form)


def put_pairs(sheet: Any, values: Mapping[str, str]) -> None:
    """What file this is, as pairs of key and value."""
    for number, (key, value) in enumerate(values.items()):
        sheet.write_string(number, 0, key)
        sheet.write_string(number, 1, UNWRITABLE.sub("", value))


def lock_and_print(sheet: Any, *, head: int, last: tuple[int, int], columns: int) -> None:
    """Only open cells can be changed; names of columns are hidden; printed on A4 as wide as the page.

    Units: rows and columns counted from 0. `head` is the row of the titles, the names that are read stand below
    it; `last` is the cell that the print ends with, `columns` how many are written.
    """
    sheet.set_row(head, 32)
    sheet.set_row(head + 1, None, None, {"hidden": True})
    sheet.ignore_errors({"number_stored_as_text": f"A1:{letter(columns - 1)}{last[0] + 1}"})
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, *last)
    sheet.set_footer("&C&P / &N")


class DropDowns:
    """The drop-down lists of a workbook. Their words stand in a hidden sheet; cells with the same share them."""

    def __init__(self, lists: Any) -> None:
        self.lists = lists
        self._listed: dict[tuple[str, ...], str] = {}
        self._offers: dict[tuple[Any, str], list[tuple[int, int]]] = {}

    def offer(self, sheet: Any, row: int, column: int, words: Sequence[str]) -> None:
        """Note that a cell takes one of these words; `finish` makes the rules."""
        self._offers.setdefault((sheet, self._list_of(tuple(words))), []).append((row, column))

    def finish(self) -> None:
        for (sheet, formula), cells in self._offers.items():
            rule = {
                "validate": "list",
                "source": formula,
                "error_title": _("Not in the list"),
                "error_message": _("Choose one of the words of the list."),
                "other_cells": [[row, column, row, column] for row, column in cells[1:]],
            }
            sheet.data_validation(*cells[0], *cells[0], rule)
        self.lists.hide()

    def _list_of(self, words: tuple[str, ...]) -> str:
        """The cells of the hidden sheet that hold the words of a list."""
        if words not in self._listed:
            place = len(self._listed)
            for number, word in enumerate(words):
                self.lists.write_string(number, place, UNWRITABLE.sub("", word))
            column = letter(place)
            self._listed[words] = f"={self.lists.get_name()}!${column}$1:${column}${len(words)}"
        return self._listed[words]

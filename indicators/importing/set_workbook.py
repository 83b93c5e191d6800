"""A set of indicators as a workbook to be changed in Excel; `set_reading` reads it back without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.content import CheckContent, IndicatorContent, SetContent
from indicators.importing.set_layout import (
    CHECKS,
    CHOICES,
    COLUMNS,
    GUIDE,
    INDICATORS,
    LEVELS,
    LINE,
    LISTS,
    MARK,
    MEANINGS,
    NO,
    OPTION,
    SET,
    YES,
)
from parportal.entry.writing import Looks, letter, put, written

Value = str | int | bool | Decimal | tuple[str, ...] | None
# Rows below the last one that get drop-down lists; more may be filled in.
PREPARED_ROWS = 500
WIDTHS = {
    "code": 12,
    "parent": 12,
    "title": 60,
    "guidance": 50,
    "rule": 40,
    "text": 50,
    "measure": 18,
    "levels": 26,
}
NARROW = 14


def set_workbook(content: SetContent) -> bytes:
    """The set as a workbook; imported again it gives the same set."""
    return written(content.title, lambda book: _Writer(book).write(content))


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.looks = Looks(book)
        self.text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.number = book.add_format({"valign": "top"})

    def write(self, content: SetContent) -> None:
        sheet = self.book.add_worksheet(SET)
        self.head(sheet, ("key", "value"))
        for number, name in enumerate(COLUMNS[SET], 1):
            put(sheet, number, 0, name, self.text)
            sheet.write_comment(number, 0, str(MEANINGS[SET][name]))
            self.cell(sheet, number, 1, getattr(content, name))
        sheet.set_column(0, 0, NARROW)
        sheet.set_column(1, 1, WIDTHS["title"])
        self.table(INDICATORS, (_cells(INDICATORS, each) for each in content.indicators))
        self.table(LISTS, _lists(content.indicators))
        self.table(CHECKS, (_cells(CHECKS, each) for each in content.checks))
        self.guide()

    def table(self, name: str, rows: Iterable[Sequence[Value]]) -> None:
        sheet = self.book.add_worksheet(name)
        self.head(sheet, COLUMNS[name])
        number = 0
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                self.cell(sheet, number, place, value)
        for place, column in enumerate(COLUMNS[name]):
            sheet.write_comment(0, place, str(MEANINGS[name][column]))
            # A code typed below what is filled in stays text too: 1.10 must not become 1.1.
            sheet.set_column(place, place, WIDTHS.get(column, NARROW), self.text)
            if words := CHOICES[name].get(column):
                cells = f"{letter(place)}2:{letter(place)}{number + PREPARED_ROWS}"
                sheet.data_validation(cells, {"validate": "list", "source": list(words)})
        sheet.freeze_panes(1, 1)

    def guide(self) -> None:
        """What each key and column means, in the language of the reader."""
        sheet = self.book.add_worksheet(GUIDE)
        self.head(sheet, (_("sheet"), _("column"), _("meaning"), _("possible values")))
        rows = ((name, column) for name, meanings in MEANINGS.items() for column in meanings)
        for number, (name, column) in enumerate(rows, 1):
            words = LEVELS if column == "levels" else CHOICES[name].get(column, ())
            for place, text in enumerate((name, column, str(MEANINGS[name][column]), ", ".join(words))):
                put(sheet, number, place, text, self.looks.wrapped)
        for place, width in enumerate((12, 16, 90, 40)):
            sheet.set_column(place, place, width)

    def head(self, sheet: Any, titles: Sequence[str]) -> None:
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title, self.looks.head)

    def cell(self, sheet: Any, row: int, place: int, value: Value) -> None:
        match value:
            case bool():
                put(sheet, row, place, YES if value else NO, self.text)
            case int() | Decimal():
                sheet.write_number(row, place, value, self.number)
            case tuple():
                put(sheet, row, place, f"{MARK} ".join(value), self.text)
            case _:
                put(sheet, row, place, value or "", self.text)


def _cells(sheet: str, each: IndicatorContent | CheckContent) -> list[Value]:
    return [getattr(each, name) for name in COLUMNS[sheet]]


def _lists(indicators: Iterable[IndicatorContent]) -> Iterator[Sequence[Value]]:
    for each in indicators:
        for kind, pairs in ((OPTION, each.options), (LINE, each.table_lines)):
            for key, text in pairs:
                yield (each.code, kind, key, text)

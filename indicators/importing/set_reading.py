"""A set of indicators from a workbook: the whole file is checked first, and every problem told with its cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext as _

from indicators.content import CheckContent, IndicatorContent, Pairs, SetContent
from indicators.importing.set_layout import (
    CHECKS,
    CHOICES,
    COLUMNS,
    INDICATORS,
    LEVELS,
    LINE,
    LISTS,
    MARK,
    OPTION,
    REQUIRED,
    SET,
    optional,
)
from indicators.lint import CHECK, INDICATOR, Finding, lint
from indicators.models import RollUp, Severity
from parportal.entry.problems import ImportProblem
from parportal.entry.workbooks import Row, Workbook, open_workbook

CODES = ("code", "parent", "numerator", "denominator", "explained_by")
WORDS = ("value_type", "levels", "roll_up", "lines", "severity")
NEEDED = {(INDICATORS, "code"), (INDICATORS, "title"), (CHECKS, "code"), (CHECKS, "rule")}
WHOLE = ("places", "from_year", "to_year")
BOUNDS = ("least", "most")
FLAGS = ("is_cumulative", "null_as_zero")
MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class ReadSet:
    """A workbook without a fault. Shapes: `notes` tell what was read although it is hidden."""

    content: SetContent
    notes: tuple[ImportProblem, ...]


def read_set(file: IO[bytes] | File[Any]) -> ReadSet:
    """Check a workbook as a whole and read it; nothing is stored.

    Raises: ImportProblems with everything that is wrong.
    """
    book = open_workbook(file)
    reader = _Reader(book)
    content = reader.content()
    book.problems.raise_if_any()
    for finding in lint(content):
        reader.refuse(finding)
    book.problems.raise_if_any()
    return ReadSet(content.in_reading_order(), tuple(book.notes))


class _Reader:
    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.head = book.pairs(SET, required=REQUIRED[SET], optional=optional(SET))
        self.indicators, self.lists, self.checks = map(self.rows, (INDICATORS, LISTS, CHECKS))

    def rows(self, name: str) -> list[Row]:
        return list(self.book.rows(name, required=REQUIRED[name], optional=optional(name)))

    def content(self) -> SetContent:
        listed = self.listed()
        nodes = tuple(self.indicator(row, listed) for row in self.indicators)
        checks = tuple(CheckContent(**self.cells(CHECKS, row)) for row in self.checks)
        return SetContent(
            code=self.head.code("code", required=True),
            version=self.head.integer("version") or 1,
            title=self.head.text("title", required=True),
            source=self.head.text("source"),
            indicators=nodes,
            checks=checks,
        )

    def indicator(self, row: Row, listed: dict[tuple[str, str], Pairs]) -> IndicatorContent:
        found = self.cells(INDICATORS, row)
        code = found["code"]
        return IndicatorContent(
            **found,
            options=listed.get((code, OPTION), ()),
            table_lines=listed.get((code, LINE), ()),
        )

    def cells(self, sheet: str, row: Row) -> dict[str, Any]:
        return {name: self.cell(sheet, row, name) for name in COLUMNS[sheet]}

    def cell(self, sheet: str, row: Row, name: str) -> Any:
        """The value of a cell in the shape that the content keeps."""
        required = (sheet, name) in NEEDED
        if name in CODES:
            return row.code(name, required=required)
        if name in WHOLE:
            return row.integer(name) or (0 if name == "places" else None)
        if name in BOUNDS:
            return row.decimal(name, places=MOST_PLACES)
        if name in FLAGS:
            return row.flag(name)
        return self.words(sheet, row, name) if name in WORDS else row.text(name, required=required)

    def words(self, sheet: str, row: Row, name: str) -> Any:
        if name == "levels":
            return self.levels(row)
        return row.one_of(name, CHOICES[sheet][name]) or DEFAULTS.get(name, "")

    def levels(self, row: Row) -> tuple[str, ...]:
        words = tuple(word.strip().casefold() for word in row.text("levels").split(MARK) if word.strip())
        if strange := [word for word in words if word not in LEVELS]:
            row.refuse("levels", _("There is no such level: %(levels)s.") % {"levels": ", ".join(strange)})
        return words

    def listed(self) -> dict[tuple[str, str], Pairs]:
        """Answers and given lines by the code and kind that they belong to; a code nobody has is refused."""
        known = {row.text("code") for row in self.indicators}
        found: dict[tuple[str, str], Pairs] = defaultdict(tuple)
        for row in self.lists:
            code, kind = row.code("code", required=True), row.one_of("kind", (OPTION, LINE), required=True)
            pair = row.text("key", required=True), row.text("text", required=True)
            found[code, kind] += (pair,)
            if code and code not in known:
                row.refuse("code", _("There is no indicator of this code in the sheet “indicators”."))
        return found

    def refuse(self, finding: Finding) -> None:
        """Note what the lint found at its cell; what the sheet of lists holds at the code of the indicator."""
        rows = {INDICATOR: self.indicators, CHECK: self.checks}.get(finding.kind)
        row = rows[finding.position] if rows else self.head
        column = finding.at if finding.at in row.cells else "code"
        row.refuse(column, finding.what)


# What an empty cell of a choice means.
DEFAULTS = {"roll_up": RollUp.NONE.value, "severity": Severity.ERROR.value}

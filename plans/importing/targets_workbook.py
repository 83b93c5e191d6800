"""The targets of a plan as a workbook to be filled in or changed in Excel; `targets_reading` reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parportal.entry.numbers import format_entry
from parportal.entry.writing import Looks, letter, put, written
from plans.importing.targets_layout import (
    CASE_MARK,
    CHOICES,
    COLUMNS,
    GUIDE,
    MARK,
    MEANINGS,
    NAMES,
    NO,
    RESULTS,
    TARGETS,
    YES,
)
from plans.models import Plan
from plans.plan_page import TargetRow, target_row
from plans.target_results import TargetJudged
from units.models import Party

# Rows below the last one that get drop-down lists; more may be filled in.
PREPARED_ROWS = 200
WIDTHS = {"field": 30, "title": 60, "levels": 26, "except": 40, "leads": 20, "source": 26}
NARROW = 13


def targets_workbook(plan: Plan, judged: Sequence[TargetJudged], parties: Iterable[Party]) -> bytes:
    """Targets to be changed and imported again, and beside them their results to be read.

    `parties` are those who can lead.
    """
    return written(plan.title, lambda book: _Writer(book).write(judged, parties))


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.looks = Looks(book)
        self.text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})

    def write(self, judged: Sequence[TargetJudged], parties: Iterable[Party]) -> None:
        self.targets(judged)
        self.results(judged)
        self.guide(parties)

    def targets(self, judged: Sequence[TargetJudged]) -> None:
        sheet = self.book.add_worksheet(TARGETS)
        self.head(sheet, COLUMNS)
        for number, each in enumerate(judged, 1):
            for place, name in enumerate(COLUMNS):
                put(sheet, number, place, cell_text(each, name), self.text)
        last = len(judged) + PREPARED_ROWS
        for place, name in enumerate(COLUMNS):
            sheet.write_comment(0, place, str(MEANINGS[name]))
            # Everything is text: 2.10 must not become 2.1, and 98,5 is the same in every Excel.
            sheet.set_column(place, place, WIDTHS.get(name, NARROW), self.text)
            if (words := CHOICES.get(name)) and name != "levels":
                cells = f"{letter(place)}2:{letter(place)}{last + 1}"
                sheet.data_validation(cells, {"validate": "list", "source": list(words)})
        sheet.ignore_errors({"number_stored_as_text": f"A1:{letter(len(COLUMNS) - 1)}{last + 1}"})
        sheet.freeze_panes(1, 0)

    def results(self, judged: Sequence[TargetJudged]) -> None:
        """What came of each target, in the language of the reader; nothing is read from here."""
        sheet = self.book.add_worksheet(RESULTS)
        titles = (
            _("Field"),
            _("Target"),
            _("Required"),
            _("Lead"),
            _("Actual value"),
            _("Result"),
            _("Note"),
            _("Proof"),
        )
        self.head(sheet, titles)
        lines = [line for each in judged for line in result_lines(target_row(each), each)]
        for number, line in enumerate(lines, 1):
            for place, text in enumerate(line):
                put(sheet, number, place, text, self.looks.wrapped)
        for place, width in enumerate((30, 60, 12, 30, 12, 16, 40, 30)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)

    def guide(self, parties: Iterable[Party]) -> None:
        """What each column means, and the codes of those who can lead."""
        sheet = self.book.add_worksheet(GUIDE)
        self.head(sheet, (_("column"), _("meaning"), _("possible values")))
        rows = [(name, str(MEANINGS[name]), ", ".join(CHOICES.get(name, ()))) for name in COLUMNS]
        rows += [("leads", each.name, each.code) for each in parties]
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row):
                put(sheet, number, place, text, self.looks.wrapped)
        for place, width in enumerate((16, 90, 40)):
            sheet.set_column(place, place, width)

    def head(self, sheet: Any, titles: Sequence[str]) -> None:
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title, self.looks.head)


def cell_text(judged: TargetJudged, name: str) -> str:
    """A cell of the sheet that is read back."""
    target = judged.target
    if name == "key":
        return str(target.pk)
    if name == "leads":
        return f"{MARK} ".join(each.code for each in target.leads.all())
    mark = CASE_MARK if name == "except" else MARK
    match getattr(target, NAMES.get(name, name)):
        case bool() as flag:
            text = YES if flag else NO
        case list() as texts:
            text = f"{mark} ".join(map(str, texts))
        case Decimal() as number:
            text = format_entry(number)
        case value:
            text = "" if value is None else str(value)
    return text


def result_lines(row: TargetRow, judged: TargetJudged) -> Iterable[Sequence[str]]:
    """A line for the target, and one for each part of it."""
    target = judged.target
    field = f"{target.field_code} {target.field_title}".strip()
    yield field, target.title, row.asked, row.leads, row.actual, row.state, row.note, row.evidence
    for part in row.parts:
        yield field, f"– {part.title}", row.asked, "", part.actual, part.state, part.note, part.evidence

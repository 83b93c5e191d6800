"""The board of a campaign as a workbook: completeness and timeliness by unit, to sort and to keep."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.board import BoardRow
from scoring.models import Campaign

WIDTHS = (12, 30, 20, 17, 17, 17, 10, 10, 10, 12, 10, 10, 12)


def board_workbook(campaign: Campaign, rows: Sequence[BoardRow], columns: Sequence[str]) -> bytes:
    """One row a unit; times are the office's. Shapes: `columns` name the steps of the rows."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {"time": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}), "text": book.add_format()}
        sheet = book.add_worksheet(_("Board"))
        sheet.write_string(0, 0, campaign.title, book.add_format({"bold": True, "font_size": 13}))
        sheet.write_string(1, 0, _("Deadline of the self-score"))
        write(sheet, (1, 2), campaign.self_score_due_at, formats)
        sheet.write_row(3, 0, [*headings(), *columns], bold)
        sheet.freeze_panes(4, 2)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(len(WIDTHS), len(WIDTHS) + len(columns), 22)
        for number, row in enumerate(rows, 4):
            for column, value in enumerate(cells(row)):
                write(sheet, (number, column), value, formats)
        sheet.autofilter(3, 0, 3 + len(rows), len(headings()) + len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(3)
    return target.getvalue()


def headings() -> tuple[str, ...]:
    return (
        _("Code"),
        _("Unit"),
        _("State"),
        _("Deadline of the unit"),
        _("Submitted"),
        _("Last change by the unit"),
        _("Days late"),
        _("Rows answered"),
        _("Rows"),
        _("Rows without evidence"),
        _("Rows appraised"),
        _("Rows to appraise"),
        _("Last reminded"),
    )


def cells(row: BoardRow) -> Iterator[object]:
    """Days late count from the campaign's own deadline; of an unsubmitted sheet, until now."""
    yield row.sheet.unit.code
    yield row.sheet.unit.name
    yield row.sheet.get_status_display()
    yield row.sheet.deadline_at
    yield row.sheet.submitted_at
    yield row.worked_at
    yield row.days_late
    yield row.answered
    yield row.leaves
    yield row.counts.without_evidence
    yield row.counts.appraised
    yield row.counts.decidable
    yield row.reminded_at
    for step in row.steps:
        yield step.in_words


def write(sheet: Any, place: tuple[int, int], value: object, formats: dict[str, Any]) -> None:
    """Nothing for what is missing; texts never become formulas."""
    if isinstance(value, datetime):
        sheet.write_datetime(*place, timezone.localtime(value).replace(tzinfo=None), formats["time"])
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    elif value:
        sheet.write_string(*place, str(value), formats["text"])

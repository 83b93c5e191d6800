"""The calendar of a year as a workbook: each obligation with its days, what was sent when, and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from parportal.display import day
from parportal.entry.writing import Looks, put, written
from plans.obligation_days import Calendar, DayLine, Section
from plans.task_workbook import HEAD, put_heads

WIDTHS = (50, 22, 26, 24, 22, 14, 30, 20, 26, 14, 12)


def calendar_book(calendar: Calendar, year: int, on: date) -> bytes:
    """One line for each thing that falls due, as it stands on a day."""
    title = _("Calendar of reports of the year %(year)s") % {"year": year}

    def write(book: Any) -> None:
        looks = Looks(book)
        sheet = book.add_worksheet(_("Calendar"))
        put(sheet, 0, 0, title, looks.title)
        put(sheet, 1, 0, _("as of %(day)s") % {"day": day(on)}, looks.plain)
        put_heads(sheet, heads(), WIDTHS, looks)
        lines = [(section, line) for section in calendar.sections for line in section.lines]
        for number, (section, line) in enumerate(lines, HEAD + 1):
            for column, text in enumerate(texts(section, line)):
                put(sheet, number, column, text, looks.fixed)
        sheet.freeze_panes(HEAD + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD)

    return written(title, write)


def heads() -> tuple[str, ...]:
    return (
        _("Report, plan or list"),
        _("Unit"),
        _("Sent to"),
        _("What falls due"),
        _("Deadline"),
        _("Last day"),
        _("Lead unit"),
        _("Standing"),
        _("Number and date of the paper"),
        _("Sent on"),
        _("Days late"),
    )


def texts(section: Section, each: DayLine) -> tuple[str, ...]:
    task = each.line.task if each.line else None
    obligation, line = section.obligation, each.line
    return (
        obligation.title,
        obligation.owner.name,
        obligation.recipient,
        each.label,
        each.due,
        day(task.last_day) if task else "",
        line.leads if line else "",
        line.words if line else _("not in the calendar yet"),
        each.paper,
        day(task.done_on) if task else "",
        str(line.days_late) if line and line.days_late else "",
    )

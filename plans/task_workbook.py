"""The board of tasks as a workbook: the counts, and the tasks that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parportal.display import day
from parportal.entry.writing import Looks, put, written
from plans.counting_tasks import TaskCounts
from plans.task_board import Board
from plans.task_list import TaskLine

COUNTED, LISTED = (44, 12, 14, 14, 18, 14, 14), (8, 60, 24, 36, 30, 24, 14, 20, 30)
HEAD = 3


def task_book(board: Board, lines: Sequence[TaskLine], title: str, on: date) -> bytes:
    """A sheet of counts and a sheet of tasks, as they stand on a day."""

    def write(book: Any) -> None:
        looks = Looks(book)
        counted, listed = book.add_worksheet(_("Board")), book.add_worksheet(_("Tasks"))
        for sheet in (counted, listed):
            put(sheet, 0, 0, title, looks.title)
            put(sheet, 1, 0, _("as of %(day)s") % {"day": day(on)}, looks.plain)
            sheet.freeze_panes(HEAD + 1, 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(HEAD)
        write_board(counted, board, looks)
        write_tasks(listed, lines, looks)

    return written(title, write)


def write_board(sheet: Any, board: Board, looks: Looks) -> None:
    put_heads(sheet, (_("Lead"), *count_heads(), _("Percent done")), COUNTED, looks)
    rows = [(row.lead.name, row.counts) for row in board.rows]
    total = (_("All tasks, each counted once"), board.total)
    for number, (name, counts) in enumerate([*rows, total], HEAD + 1):
        put(sheet, number, 0, name, looks.fixed)
        for column, figure in enumerate(numbers(counts), 1):
            sheet.write_number(number, column, figure, looks.figure)
        if counts.percent is not None:
            sheet.write_number(number, 6, round(float(counts.percent), 2), looks.figure)


def count_heads() -> tuple[str, ...]:
    return (
        pgettext("tasks", "Assigned"),
        pgettext("tasks", "Done on time"),
        pgettext("tasks", "Done late"),
        pgettext("tasks", "Overdue"),
        pgettext("tasks", "Under way"),
    )


def numbers(counts: TaskCounts) -> tuple[int, ...]:
    return (counts.assigned, counts.on_time, counts.late, counts.undone, counts.open)


def write_tasks(sheet: Any, lines: Sequence[TaskLine], looks: Looks) -> None:
    heads = (
        _("Year"),
        _("Task"),
        _("Origin"),
        _("Lead"),
        _("Cooperating"),
        _("Deadline"),
        _("Last day"),
        _("Standing"),
        _("Done on"),
    )
    put_heads(sheet, heads, LISTED, looks)
    for number, line in enumerate(lines, HEAD + 1):
        task = line.task
        texts = (
            str(task.year),
            task.title,
            task.get_origin_display(),
            line.leads,
            line.cooperating,
            line.deadline_words,
            day(task.last_day),
            line.words,
            day(task.done_on),
        )
        for column, text in enumerate(texts):
            put(sheet, number, column, text, looks.fixed)


def put_heads(sheet: Any, heads: Sequence[str], widths: Sequence[int], looks: Looks) -> None:
    for column, (text, width) in enumerate(zip(heads, widths, strict=True)):
        put(sheet, HEAD, column, text, looks.head)
        sheet.set_column(column, column, width)

"""A round of remediation as a workbook: the consolidated table, and who has sent what and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parportal.display import day
from parportal.entry.writing import Looks, put, written
from plans.task_workbook import HEAD, put_heads
from scoring.models import RemediationRound
from scoring.remediation_page import FilingLine, Papers, RowLine

TABLE, SENT = (8, 12, 44, 26, 12, 40, 40, 28, 44, 16, 44, 14, 18, 22), (8, 34, 12, 24, 16, 16, 18, 16, 40)


def remediation_book(round_: RemediationRound, papers: Papers, lines: Sequence[RowLine], on: date) -> bytes:
    """A sheet of lost leaves with what each unit does, and a sheet of plans and reports, as of a day."""
    title = _("Remediation of lost points: %(campaign)s") % {"campaign": round_.campaign.title}

    def write(book: Any) -> None:
        looks = Looks(book)
        sheets = (
            (_("Consolidated"), table_heads(), TABLE, table_rows(lines)),
            (_("Plans and reports"), sent_heads(), SENT, sent_rows(papers)),
        )
        for name, heads, widths, rows in sheets:
            sheet = book.add_worksheet(name)
            put(sheet, 0, 0, title, looks.title)
            put(sheet, 1, 0, _("as of %(day)s") % {"day": day(on)}, looks.plain)
            put_heads(sheet, heads, widths, looks)
            for number, texts in enumerate(rows, HEAD + 1):
                for column, text in enumerate(texts):
                    put(sheet, number, column, text, looks.fixed)
            sheet.freeze_panes(HEAD + 1, 2)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(HEAD)

    return written(title, write)


def table_heads() -> tuple[str, ...]:
    return (
        _("No."),
        pgettext("criterion", "Code"),
        _("Criterion"),
        _("Unit scored"),
        _("Points lost"),
        _("Cause"),
        _("Who answers for it"),
        _("Unit"),
        _("Measure"),
        _("To be done by"),
        _("Result of the remediation"),
        _("Done on"),
        _("Deadline of the report"),
        _("Standing"),
    )


def table_rows(lines: Sequence[RowLine]) -> Iterator[tuple[str, ...]]:
    """A row for each unit that answers for a leaf."""
    for number, line in enumerate(lines, 1):
        for each in line.measures:
            measure = each.measure
            yield (
                str(number),
                line.code,
                line.title,
                line.unit.name,
                line.lost,
                line.cause,
                line.responsible,
                measure.unit.name,
                said(measure.text, is_sent=each.is_plan_sent),
                day(measure.by_on),
                said(measure.result, is_sent=each.is_report_sent),
                day(measure.done_on),
                line.task.deadline_words,
                line.task.words,
            )


def said(text: str, *, is_sent: bool) -> str:
    """What a unit wrote; a draft is marked."""
    draft = _("not sent yet")
    return text if is_sent or not text else f"{text} ({draft})"


def sent_heads() -> tuple[str, ...]:
    return (
        _("No."),
        _("Unit"),
        _("Lost leaves"),
        _("Paper"),
        _("Last day"),
        _("Sent on"),
        _("Standing"),
        _("Date of the paper"),
        _("Number of the paper"),
    )


def sent_rows(papers: Papers) -> Iterator[tuple[str, ...]]:
    for number, line in enumerate(papers.units, 1):
        for paper in (line.plan, line.report):
            yield (str(number), line.unit.name, str(line.rows), *sent_cells(paper))


def sent_cells(paper: FilingLine) -> tuple[str, ...]:
    filing = paper.filing
    return (
        capfirst(filing.get_kind_display()),
        day(filing.last_day),
        day(filing.sent_on),
        paper.words,
        day(filing.issued_on),
        filing.number,
    )

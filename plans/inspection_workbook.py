"""The inspections of a year as a workbook: the numbers, and the rows that they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parportal.display import day
from parportal.entry.writing import Looks, put, written
from plans.counting_inspections import InspectionCounts
from plans.inspection_list import InspectionLine, Listed, Wanted, listed
from plans.inspection_page import UnitLine, unit_lines
from plans.task_workbook import HEAD, put_heads
from units.models import User

COUNTED = (34, 14, 14, 18, 18, 14, 14, 16, 14)
INSPECTED = (50, 24, 20, 30, 22, 14, 16, 16, 12, 12, 14, 14, 16, 14)
VISITED = (50, 36, 14, 14, 24, 18, 14, 14, 16, 14)
FOUND = (50, 36, 60, 36, 26, 20, 12, 14)


def inspections_book(user: User, wanted: Wanted, on: date) -> bytes:
    """Six queries, whatever the number of inspections."""
    found = listed(user, wanted, on)
    chosen = wanted.units(user).filter(inspection__in=wanted.inspections(user).order_by().values("pk"))
    units = sorted(unit_lines(chosen, on), key=lambda line: line.unit.inspection_id)
    title = _("Inspections of %(year)s") % {"year": wanted.year or ""}

    def write(book: Any) -> None:
        looks = Looks(book)
        names = (_("Figures"), _("Inspections"), _("Units"), _("Findings"))
        sheets = [book.add_worksheet(name) for name in names]
        for sheet in sheets:
            put(sheet, 0, 0, title, looks.title)
            put(sheet, 1, 0, _("as of %(day)s") % {"day": day(on)}, looks.plain)
            sheet.freeze_panes(HEAD + 1, 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(HEAD)
        figures, inspections, visited, findings = sheets
        write_figures(figures, found, looks)
        write_inspections(inspections, found.lines, looks)
        write_units(visited, units, looks)
        write_findings(findings, units, looks)

    return written(title, write)


def finding_heads() -> tuple[str, ...]:
    return (
        pgettext("findings", "Found"),
        pgettext("findings", "Fixed"),
        pgettext("findings", "Partly fixed"),
        pgettext("findings", "Not fixed"),
    )


def write_figures(sheet: Any, found: Listed, looks: Looks) -> None:
    heads = (
        _("Kind of inspection"),
        pgettext("inspections", "In the plan"),
        pgettext("inspections", "Done"),
        _("Units in the plan"),
        _("Units inspected"),
        *finding_heads(),
    )
    put_heads(sheet, heads, COUNTED, looks)
    rows = [*found.kinds, (_("All kinds"), found.figures.total)]
    for number, (words, counts) in enumerate(rows, HEAD + 1):
        put_row(sheet, number, (capfirst(words), *numbers(counts)), looks)


def numbers(counts: InspectionCounts) -> tuple[int, ...]:
    return (counts.planned, counts.done, counts.units_planned, counts.units_inspected, *outcome(counts))


def outcome(counts: Any) -> tuple[int, ...]:
    return (counts.found, counts.fixed, counts.partly, counts.open)


def write_inspections(sheet: Any, lines: Iterable[InspectionLine], looks: Looks) -> None:
    heads = (
        _("What is inspected"),
        _("Kind of inspection"),
        _("How it is done"),
        _("Inspected by"),
        _("Number of the paper"),
        _("Date of the paper"),
        _("In the plan of the year"),
        _("Standing"),
        _("Units"),
        _("Units inspected"),
        *finding_heads(),
    )
    put_heads(sheet, heads, INSPECTED, looks)
    for number, line in enumerate(lines, HEAD + 1):
        found = line.inspection
        said = (
            found.title,
            capfirst(found.get_kind_display()),
            capfirst(found.get_mode_display()),
            found.owner.name,
            found.number,
            day(found.issued_on),
            _("yes") if found.is_planned else _("no"),
            capfirst(line.words),
        )
        put_row(sheet, number, (*said, line.units, line.inspected, *outcome(line.counts)), looks)


def write_units(sheet: Any, lines: Iterable[UnitLine], looks: Looks) -> None:
    heads = (
        _("What is inspected"),
        _("Unit"),
        _("Planned on"),
        _("Inspected on"),
        _("Conclusion: number"),
        _("Conclusion: date"),
        *finding_heads(),
    )
    put_heads(sheet, heads, VISITED, looks)
    for number, line in enumerate(lines, HEAD + 1):
        unit = line.unit
        days = (day(unit.planned_on), day(unit.inspected_on))
        said = (unit.inspection.title, unit.party.name, *days, unit.number, day(unit.issued_on))
        put_row(sheet, number, (*said, *outcome(line.counts)), looks)


def write_findings(sheet: Any, lines: Iterable[UnitLine], looks: Looks) -> None:
    heads = (
        _("What is inspected"),
        _("Unit"),
        _("What was found"),
        _("What shows that it is fixed"),
        _("Deadline"),
        _("Standing"),
        _("Percent done"),
        _("Done on"),
    )
    put_heads(sheet, heads, FOUND, looks)
    rows = ((line.unit, finding) for line in lines for finding in line.findings)
    for number, (unit, finding) in enumerate(rows, HEAD + 1):
        task = finding.task
        said = (
            unit.inspection.title,
            unit.party.name,
            task.title,
            task.product,
            finding.deadline,
            capfirst(finding.words),
            "" if finding.percent is None else finding.percent,
            day(task.done_on),
        )
        put_row(sheet, number, said, looks)


def put_row(sheet: Any, number: int, values: Sequence[str | int], looks: Looks) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int):
            sheet.write_number(number, column, value, looks.figure)
        else:
            put(sheet, number, column, value, looks.fixed)

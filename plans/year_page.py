"""The figures of a unit for a year, each counted from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parportal.display import points
from plans import counting_targets
from plans.counting_inspections import FindingCounts, findings_at, inspection_counts, was_inspected
from plans.counting_obligations import obligation_counts
from plans.counting_registers import initiatives_of, meetings_of, recognised_of
from plans.counting_tasks import TaskCounts, count_by, tasks_of
from plans.models import (
    Document,
    DocumentKind,
    Initiative,
    Inspection,
    Meeting,
    Origin,
    Plan,
    PlanKind,
    Task,
)
from units.access import Role
from units.models import Unit, User


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, ready to print; `url` leads to the list in which it was counted."""

    words: str
    url: str
    cells: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class YearTable:
    """Shapes: a cell for each of the heads that follow the first one. `key` names it in the page."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def labelled(self) -> list[tuple[Row, list[tuple[str, object]]]]:
        return [(row, list(zip(self.heads[1:], row.cells, strict=True))) for row in self.rows]


def year_tables(unit: Unit, year: int, on: date) -> list[YearTable]:
    """What is known of a year as it stands on a day: a fixed number of queries; no table without a row."""
    tables = (tasks(unit, year, on), targets(unit, year), calendar(unit, year, on), inspections(unit, year, on))
    return [table for table in (*tables, findings(unit, year, on), registers(unit, year)) if table.rows]


def tasks(unit: Unit, year: int, on: date) -> YearTable:
    counts = count_by(tasks_of(unit).filter(year=year), "origin", on)
    heads = (
        _("Origin"),
        pgettext("tasks", "Assigned"),
        pgettext("tasks", "Done in all"),
        _("Percent done"),
        pgettext("tasks", "Done on time"),
        pgettext("tasks", "Done late"),
        pgettext("tasks", "Overdue"),
        pgettext("tasks", "Under way"),
    )
    rows = (
        Row(
            capfirst(str(origin.label)),
            f"{reverse('tasks')}?year={year}&origin={origin}",
            (each.assigned, each.done, percent(each.percent), each.on_time, each.late, each.undone, each.open),
        )
        for origin in Origin
        if (each := counts.get(origin))
    )
    return YearTable("tasks", _("Tasks"), heads, tuple(rows))


def percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{points(value)} %"


def targets(unit: Unit, year: int) -> YearTable:
    heads = (
        _("Whose plan"),
        _("Targets"),
        _("Met and exceeded"),
        _("Partly met"),
        pgettext("targets", "Not met"),
        _("Not known yet"),
    )
    counted = {kind: counting_targets.counts_of(unit, year, kind) for kind in PlanKind}
    rows = (
        Row(
            capfirst(str(kind.label)),
            f"{reverse('plans')}?year={year}",
            (each.total, each.reached, each.partial, each.unmet, each.unknown),
        )
        for kind, each in counted.items()
        if each.total
    )
    return YearTable("targets", _("Targets"), heads, tuple(rows))


def calendar(unit: Unit, year: int, on: date) -> YearTable:
    heads = (
        _("Calendar of reports"),
        pgettext("obligations", "Fall due"),
        pgettext("obligations", "Sent on time"),
        pgettext("obligations", "Sent late"),
        pgettext("obligations", "Missing"),
        pgettext("obligations", "Still to come"),
    )
    by_code = obligation_counts(unit, year, on)
    each = sum(by_code.values(), TaskCounts())
    cells = (each.assigned, each.on_time, each.late, each.undone, each.open)
    row = Row(_("Reports, plans and lists"), f"{reverse('obligations')}?year={year}", cells)
    return YearTable("calendar", _("Calendar of reports"), heads, (row,) if by_code else ())


def inspections(unit: Unit, year: int, on: date) -> YearTable:
    heads = (
        _("Kind of inspection"),
        pgettext("inspections", "Planned"),
        pgettext("inspections", "Carried out"),
        pgettext("inspections", "Units planned"),
        pgettext("inspections", "Units inspected"),
        *finding_heads(),
    )
    url = f"{reverse('inspections')}?year={year}&unit={unit.pk}"
    rows = (
        Row(
            capfirst(str(kind.label)),
            f"{url}&kind={kind.value}",
            (each.planned, each.done, each.units_planned, each.units_inspected, *finding_cells(each)),
        )
        for kind, each in inspection_counts(unit, year, on).by_kind.items()
    )
    return YearTable("inspections", _("Inspections"), heads, tuple(rows))


def findings(unit: Unit, year: int, on: date) -> YearTable:
    found = findings_at(unit, year, on)
    known = found.found or was_inspected(unit, year, on)
    row = Row(_("Found by others"), f"{reverse('inspections')}?year={year}&at={unit.pk}", finding_cells(found))
    heads = (_("Findings"), *finding_heads())
    return YearTable("findings", _("Findings of inspections at the unit"), heads, (row,) if known else ())


def finding_heads() -> tuple[str, ...]:
    return (
        pgettext("inspections", "Findings"),
        pgettext("findings", "Fixed"),
        pgettext("findings", "Partly fixed"),
        pgettext("findings", "Open"),
    )


def finding_cells(counts: FindingCounts) -> tuple[int, ...]:
    return counts.found, counts.fixed, counts.partly, counts.open


def registers(unit: Unit, year: int) -> YearTable:
    # The unit of an initiative need not be the one of its register: their list is not narrowed to it.
    initiatives, of_unit = f"{reverse('initiatives')}?year={year}", f"?year={year}&unit={unit.pk}"
    found = (
        (_("Initiatives"), initiatives, initiatives_of(unit, year)),
        (_("Initiatives that were recognised"), initiatives, recognised_of(unit, year)),
        (_("Steering meetings"), f"{reverse('meetings')}{of_unit}", meetings_of(unit, year)),
        *(
            (
                _("Papers issued: %(kind)s") % {"kind": kind.label},
                f"{reverse('documents')}{of_unit}&kind={kind.value}",
                papers,
            )
            for kind, papers in documents_by_kind(unit, year)
        ),
    )
    rows = (Row(words, url, (number,)) for words, url, number in found if number)
    return YearTable("registers", _("Registers"), (_("Register"), pgettext("registers", "Number")), tuple(rows))


def documents_by_kind(unit: Unit, year: int) -> list[tuple[DocumentKind, int]]:
    """How many papers of each type the register holds that were issued in the year: one query."""
    listed = Document.objects.filter(owner=unit, issued_on__year=year).order_by()
    numbers: Mapping[str, int] = dict(listed.values_list("kind").annotate(papers=Count("pk")))
    return [(each, numbers[each]) for each in DocumentKind if each in numbers]


def units_seen(user: User) -> QuerySet[Unit]:
    """Units whose figures a person reads: the own ones, and those below an office that he coordinates or leads."""
    own = user.units_as(Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)
    governed = user.units_as(Role.COORDINATOR, Role.LEADER)
    return Unit.objects.filter(Q(pk__in=own) | Q(parent__in=governed)).order_by("name", "valid_from")


def years_of(unit: Unit) -> list[int]:
    """Years in which something was entered for a unit, the latest first: one query."""
    by_year = [
        model.objects.filter(owner=unit).order_by().values_list("year", flat=True)
        for model in (Plan, Task, Inspection, Initiative)
    ]
    held = Meeting.objects.filter(owner=unit).annotate(year=ExtractYear("held_on")).order_by()
    issued = Document.objects.filter(owner=unit).annotate(year=ExtractYear("issued_on")).order_by()
    others = [each.values_list("year", flat=True) for each in (held, issued)]
    led = tasks_of(unit).order_by().values_list("year", flat=True)
    # PostgreSQL takes the year of a day out as a decimal number.
    return sorted({int(year) for year in led.union(*by_year, *others)}, reverse=True)

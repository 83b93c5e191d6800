"""Inspections of a year, the units inspected, what was found and what became of it: each number from rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery

from plans.models import InspectedUnit, Inspection, InspectionKind, InspectionMode, Origin, Progress, Task
from units.models import Party
from units.models.units import UnitType

if TYPE_CHECKING:
    from plans.models.inspections import InspectedUnitQuerySet, InspectionQuerySet
    from plans.models.tasks import TaskQuerySet
    from units.models import Unit


TYPES = (*UnitType, "")


class FindingState(StrEnum):
    """What became of a finding by a day."""

    FIXED = "fixed"
    PARTLY = "partly"
    OPEN = "open"


class InspectionState(StrEnum):
    """How far an inspection is: it is done when all its units were inspected."""

    AHEAD = "ahead"
    UNDER_WAY = "under_way"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCounts:
    """Findings by what became of them. Units: findings."""

    found: int = 0
    fixed: int = 0
    partly: int = 0

    @property
    def open(self) -> int:
        return self.found - self.fixed - self.partly


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionCounts(FindingCounts):
    """Inspections, the units in them and what they found, as they stand on a day.

    `planned` inspections stand in the plan of the year, `planned_done` of them are done; `done` counts also those
    that came unannounced, `digital` those of them that were done in digital form. A unit counts once, however
    often it is inspected; `units_planned` are those of the inspections in the plan.
    """

    planned: int = 0
    planned_done: int = 0
    done: int = 0
    under_way: int = 0
    digital: int = 0
    units_planned: int = 0
    units_inspected: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Inspections of the plan that are done, of a hundred in it; None without a plan. Not rounded."""
        return Decimal(100) * self.planned_done / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """Units of one type. Units: units, each once."""

    planned: int
    inspected: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in an inspection. Shapes: `key` is ("unit", pk), or ("party", pk) of who is no unit of the portal."""

    key: tuple[str, int]
    type: str
    is_inspected: bool


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspection as it stands on a day."""

    pk: int
    kind: InspectionKind
    mode: InspectionMode
    is_planned: bool
    units: tuple[UnitRow, ...]
    findings: Mapping[FindingState, int]

    @property
    def state(self) -> InspectionState:
        inspected = [unit.is_inspected for unit in self.units]
        if inspected and all(inspected):
            return InspectionState.DONE
        return InspectionState.UNDER_WAY if any(inspected) else InspectionState.AHEAD


@dataclass(frozen=True, slots=True)
class InspectionFigures:
    """Numbers of a choice of inspections: of all, by kind (those that occur), by the type of the units ("" is
    a body outside the portal), and by the primary key of each."""

    total: InspectionCounts
    by_kind: Mapping[InspectionKind, InspectionCounts]
    by_type: Mapping[str, UnitCounts]
    rows: Mapping[int, InspectionRow]


def inspection_counts(owner: Unit, year: int, on: date) -> InspectionFigures:
    """What a unit has inspected in a year, as it stands on a day: three queries."""
    return figures_of(Inspection.objects.filter(owner=owner, year=year), InspectedUnit.objects.all(), on)


def findings_at(unit: Unit, year: int, on: date) -> FindingCounts:
    """What others found at a unit in inspections of a year, whether alone or in a group: one query.

    What it found itself stands among its own inspections.
    """
    led = Task.objects.led_by_unit(unit).filter(origin=Origin.FINDING, year=year).exclude(owner=unit)
    states = Counter(state_of(done_on, percent, on) for _pk, done_on, percent in read_findings(led, on))
    return FindingCounts(**counted(states))


def was_inspected(unit: Unit, year: int, on: date) -> bool:
    """Whether others inspected a unit by a day: then that nothing was found is known. One query."""
    parties = Party.objects.filter(Q(unit=unit) | Q(members=unit)).values("pk")
    visits = InspectedUnit.objects.filter(party__in=parties, inspection__year=year, inspected_on__lte=on)
    return visits.exclude(inspection__owner=unit).exists()


def figures_of(inspections: InspectionQuerySet, units: InspectedUnitQuerySet, on: date) -> InspectionFigures:
    """Numbers of a choice of inspections, of those of their units that are in `units`: three queries."""
    rows = read(inspections, units, on)
    kinds = [kind for kind in InspectionKind if any(row.kind == kind for row in rows)]
    return InspectionFigures(
        total=counts_of(rows),
        by_kind={kind: counts_of([row for row in rows if row.kind == kind]) for kind in kinds},
        by_type=types_of(rows),
        rows={row.pk: row for row in rows},
    )


def read(inspections: InspectionQuerySet, units: InspectedUnitQuerySet, on: date) -> list[InspectionRow]:
    """Three queries, whatever the number of inspections."""
    heads = list(inspections.order_by().values_list("pk", "kind", "mode", "is_planned"))
    chosen = units.filter(inspection__in=inspections.order_by().values("pk")).order_by()
    columns = ("inspection", "party", "party__unit", "party__unit__type", "inspected_on")
    found = defaultdict[int, list[UnitRow]](list)
    for inspection, party, unit, type_, inspected_on in chosen.values_list(*columns):
        key = ("unit", unit) if unit is not None else ("party", party)
        is_inspected = inspected_on is not None and inspected_on <= on
        found[inspection].append(UnitRow(key, type_ or "", is_inspected))
    states = defaultdict[int, Counter[FindingState]](Counter)
    for inspection, done_on, percent in read_findings(Task.objects.filter(inspected__in=chosen.values("pk")), on):
        states[inspection][state_of(done_on, percent, on)] += 1
    return [
        InspectionRow(pk, InspectionKind(kind), InspectionMode(mode), is_planned, tuple(found[pk]), states[pk])
        for pk, kind, mode, is_planned in heads
    ]


def read_findings(tasks: TaskQuerySet, on: date) -> Iterable[tuple[int, date | None, int | None]]:
    """Inspection, day on which it was done and percent last reported of each finding made by a day: one query."""
    made = tasks.filter(inspected__inspected_on__lte=on).annotate(reported_percent=last_percent(on))
    return made.order_by().values_list("inspected__inspection", "done_on", "reported_percent")


def last_percent(on: date) -> Subquery:
    """What was last reported of a task by a day; nothing when nothing was."""
    last = Progress.objects.filter(task=OuterRef("pk"), percent__isnull=False, on__lte=on).order_by("-on", "-pk")
    return Subquery(last.values("percent")[:1])


def state_of(done_on: date | None, percent: int | None, on: date) -> FindingState:
    """Partly fixed is what is not done and of which something was last reported as done."""
    if done_on is not None and done_on <= on:
        return FindingState.FIXED
    return FindingState.PARTLY if percent else FindingState.OPEN


def counted(states: Mapping[FindingState, int]) -> dict[str, int]:
    fixed, partly = (states.get(state, 0) for state in (FindingState.FIXED, FindingState.PARTLY))
    return {"found": sum(states.values()), "fixed": fixed, "partly": partly}


def counts_of(rows: Collection[InspectionRow]) -> InspectionCounts:
    done = [row for row in rows if row.state == InspectionState.DONE]
    states = sum((Counter(row.findings) for row in rows), Counter[FindingState]())
    return InspectionCounts(
        planned=sum(row.is_planned for row in rows),
        planned_done=sum(row.is_planned for row in done),
        done=len(done),
        under_way=sum(row.state == InspectionState.UNDER_WAY for row in rows),
        digital=sum(row.mode == InspectionMode.DIGITAL for row in done),
        units_planned=len(planned(rows)),
        units_inspected=len(inspected(rows)),
        **counted(states),
    )


def types_of(rows: Collection[InspectionRow]) -> dict[str, UnitCounts]:
    """In the order of the types; those outside the portal last."""
    numbers = {
        type_: (of_type(planned(rows), type_), of_type(inspected(rows), type_)) for type_ in (*UnitType, "")
    }
    return {str(type_): UnitCounts(*pair) for type_, pair in numbers.items() if any(pair)}


def planned(rows: Iterable[InspectionRow]) -> dict[tuple[str, int], str]:
    return {unit.key: unit.type for row in rows if row.is_planned for unit in row.units}


def inspected(rows: Iterable[InspectionRow]) -> dict[tuple[str, int], str]:
    return {unit.key: unit.type for row in rows for unit in row.units if unit.is_inspected}


def of_type(units: Mapping[tuple[str, int], str], type_: str) -> int:
    return sum(each == type_ for each in units.values())

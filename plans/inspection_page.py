"""One inspection as its page and its workbook show it: unit by unit, with what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from plans.counting_inspections import FindingCounts, FindingState, counted, last_percent, state_of
from plans.inspection_list import FINDING_BADGES, finding_words
from plans.models import InspectedUnit, Standing, Task
from plans.models.inspections import InspectedUnitQuerySet
from plans.task_words import days_late, deadline_words
from units.names import unit_key


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding, ready to print. `percent` is what was last reported; None when nothing was."""

    task: Task
    state: FindingState
    percent: int | None
    is_overdue: bool

    @property
    def badge(self) -> str:
        return "overdue" if self.is_overdue else FINDING_BADGES[self.state]

    @property
    def words(self) -> str:
        return finding_words(self.state)

    @property
    def days_late(self) -> int:
        return days_late(self.task)

    @property
    def deadline(self) -> str:
        return deadline_words(self.task)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of an inspection with what was found there."""

    unit: InspectedUnit
    findings: tuple[FindingLine, ...]

    @property
    def is_inspected(self) -> bool:
        return self.unit.inspected_on is not None

    @property
    def counts(self) -> FindingCounts:
        return FindingCounts(**counted(Counter(each.state for each in self.findings)))


def unit_lines(units: InspectedUnitQuerySet, on: date) -> list[UnitLine]:
    """Units by name, as they stand on a day: two queries."""
    found = units.select_related("party", "inspection__owner", "document")
    in_order = sorted(found, key=lambda each: (unit_key(each.party.name), each.pk))
    tasks = Task.objects.filter(inspected__in=units.order_by().values("pk"))
    lines: dict[int | None, list[FindingLine]] = {}
    for task in tasks.annotate(reported_percent=last_percent(on)).order_by("position", "pk"):
        lines.setdefault(task.inspected_id, []).append(finding_line(task, on))
    return [UnitLine(unit, tuple(lines.get(unit.pk, ()))) for unit in in_order]


def finding_line(task: Task, on: date) -> FindingLine:
    percent: int | None = getattr(task, "reported_percent", None)
    state = state_of(task.done_on, percent, on)
    is_done = state == FindingState.FIXED
    return FindingLine(task, state, None if is_done else percent, task.standing(on) == Standing.OVERDUE)

"""How many tasks were done on time, late, or not at all: each number from rows, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from plans.models import DeadlineKind, Origin, Standing, Task

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet
    from units.models import Unit


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Tasks by how they stand on a day. `undone` ones are past their last day, `open` ones are not.

    Units: tasks.
    """

    on_time: int = 0
    late: int = 0
    undone: int = 0
    open: int = 0

    def __add__(self, other: TaskCounts) -> TaskCounts:
        return TaskCounts(
            self.on_time + other.on_time,
            self.late + other.late,
            self.undone + other.undone,
            self.open + other.open,
        )

    @property
    def assigned(self) -> int:
        return self.on_time + self.late + self.undone + self.open

    @property
    def done(self) -> int:
        return self.on_time + self.late

    @property
    def percent(self) -> Decimal | None:
        """Tasks that are done, of a hundred that were assigned; None when none was. Not rounded."""
        return Decimal(100) * self.done / self.assigned if self.assigned else None

    def of(self, standing: Standing) -> int:
        return {
            Standing.ON_TIME: self.on_time,
            Standing.LATE: self.late,
            Standing.OVERDUE: self.undone,
            Standing.OPEN: self.open,
        }[standing]


# With "before a date" the date itself is too late, with every other kind it is the last day.
BEFORE = Q(deadline_kind=DeadlineKind.BEFORE)
DONE_LATE = (BEFORE & Q(done_on__gte=F("deadline_on"))) | (~BEFORE & Q(done_on__gt=F("deadline_on")))
DONE_IN_TIME = (
    Q(deadline_on=None) | (BEFORE & Q(done_on__lt=F("deadline_on"))) | (~BEFORE & Q(done_on__lte=F("deadline_on")))
)


def standing_as(standing: Standing, on: date) -> Q:
    """The tasks that stand so on a day: `Task.standing` for the database."""
    done = Q(done_on__lte=on)
    undone = Q(done_on=None) | Q(done_on__gt=on)
    past = (BEFORE & Q(deadline_on__lte=on)) | (~BEFORE & Q(deadline_on__lt=on))
    ahead = Q(deadline_on=None) | (BEFORE & Q(deadline_on__gt=on)) | (~BEFORE & Q(deadline_on__gte=on))
    return {
        Standing.ON_TIME: done & DONE_IN_TIME,
        Standing.LATE: done & DONE_LATE,
        Standing.OVERDUE: undone & past,
        Standing.OPEN: undone & ahead,
    }[standing]


def count(tasks: TaskQuerySet, on: date) -> TaskCounts:
    """How tasks stand on a day: one query. Not for a query with joins that repeat rows."""
    return TaskCounts(**tasks.order_by().aggregate(**numbers(on)))


def count_by(tasks: TaskQuerySet, column: str, on: date) -> dict[str, TaskCounts]:
    """The same for each value of a column of the task: one query."""
    rows = tasks.order_by().values_list(column).annotate(**numbers(on))
    return {value: TaskCounts(*found) for value, *found in rows}


def numbers(on: date) -> dict[str, Count]:
    """The numbers of `TaskCounts` in their order."""
    return {
        "on_time": Count("pk", filter=standing_as(Standing.ON_TIME, on)),
        "late": Count("pk", filter=standing_as(Standing.LATE, on)),
        "undone": Count("pk", filter=standing_as(Standing.OVERDUE, on)),
        "open": Count("pk", filter=standing_as(Standing.OPEN, on)),
    }


def tasks_of(unit: Unit) -> TaskQuerySet:
    """What a unit has to do: tasks that it keeps as an office, and those that it leads."""
    led = Task.objects.led_by_unit(unit).values("pk")
    return Task.objects.filter(Q(owner=unit) | Q(pk__in=led))


def counts_of(unit: Unit, year: int, origin: Origin, on: date) -> TaskCounts:
    """The tasks of a unit in a year, of one origin, as they stand on a day: one query."""
    return count(tasks_of(unit).filter(year=year, origin=origin), on)

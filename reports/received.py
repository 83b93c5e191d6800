"""What the units below have sent for a period: on time, late, missing, still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from parportal.deadlines import Deadline
from plans.counting_tasks import TaskCounts
from plans.models import Progress, Standing, Task
from plans.obligation_words import sent_words
from plans.task_words import BADGES, deadline_at
from reports.models import Report
from reports.periods import span_of
from reports.sending import (
    Chosen,
    asked_of_each,
    is_about_reform,
    period_of,
    sent_reports,
    with_parties,
)
from units.models import Unit, UnitType
from units.models.units import today
from units.names import unit_key


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """A unit with what it sent. `paper` is its number and day, as sent or as the calendar records it."""

    unit: Unit
    standing: Standing
    due: date
    received: date | None = None
    report: Report | None = None
    task: Task | None = None
    paper: str = ""

    @property
    def words(self) -> str:
        return sent_words(self.standing)

    @property
    def badge(self) -> str:
        return BADGES[self.standing]

    @property
    def days_late(self) -> int:
        return max(0, (self.received - self.due).days) if self.received else 0

    @property
    def deadline(self) -> Deadline | None:
        """How far away the due day is, as long as nothing was received."""
        return None if self.received else deadline_at(self.due, today())


@dataclass(frozen=True, slots=True)
class Received:
    """The units in the order of their names. `counts` are of units."""

    lines: tuple[ReceivedLine, ...]
    counts: TaskCounts


def received_by(unit: Unit, chosen: Chosen, on: date) -> Received:
    """Six queries at most, whatever the number of units.

    Administrative units are expected to report; agencies where the calendar asks them, or where one has sent.
    """
    reports = sent_reports(unit, chosen.year, chosen.period)
    tasks = tasks_by_unit(unit, chosen)
    there = Unit.objects.on(span_of(chosen.period, chosen.year).last)
    expected = there.filter(parent=unit).exclude(type=UnitType.AGENCY)
    asked = Q(pk__in={*reports, *tasks})
    units = Unit.objects.filter(asked | Q(pk__in=expected.values("pk"))).exclude(pk=unit.pk)
    ordered = sorted(units, key=lambda each: unit_key(each.name))
    lines = tuple(line_of(each, reports.get(each.pk), tasks.get(each.pk), chosen, on) for each in ordered)
    found = Counter(line.standing for line in lines)
    return Received(
        lines,
        TaskCounts(
            on_time=found[Standing.ON_TIME],
            late=found[Standing.LATE],
            undone=found[Standing.OVERDUE],
            open=found[Standing.OPEN],
        ),
    )


def tasks_by_unit(unit: Unit, chosen: Chosen) -> dict[int, Task]:
    """What the calendar asks of each unit for the period; of several the one that falls due last."""
    found: dict[int, Task] = {}
    tasks = with_parties(asked_of_each(unit, chosen.year)).order_by("deadline_on", "pk")
    for task in tasks:
        if is_about_reform(task) and period_of(task) == chosen.period:
            found |= dict.fromkeys(leading(task), task)
    return found


def leading(task: Task) -> Iterator[int]:
    for party in task.leads.all():
        if party.unit_id is not None:
            yield party.unit_id
        yield from (member.pk for member in party.members.all())


def line_of(unit: Unit, report: Report | None, task: Task | None, chosen: Chosen, on: date) -> ReceivedLine:
    due = span_of(chosen.period, chosen.year).due
    if task is not None and task.last_day is not None:
        due = task.last_day
    received, paper = None, ""
    if report is not None and report.sent_at is not None:
        received, paper = timezone.localdate(report.sent_at), vars(report)["sent_number"] or ""
    elif task is not None and task.done_on is not None and task.done_on <= on:
        received, paper = task.done_on, paper_of(task.progress.all())
    return ReceivedLine(unit, standing_of(received, due, on), due, received, report, task, paper)


def paper_of(entries: Iterable[Progress]) -> str:
    return next((entry.paper for entry in entries if entry.is_done), "")


def standing_of(received: date | None, due: date, on: date) -> Standing:
    if received is not None:
        return Standing.LATE if received > due else Standing.ON_TIME
    return Standing.OVERDUE if on > due else Standing.OPEN

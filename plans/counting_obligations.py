"""What a unit had to send in a year and what it sent: on time, late, missing, counted from tasks in one query."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from plans.counting_tasks import TaskCounts, count_by
from plans.models import Task
from units.models import Unit


def obligation_counts(unit: Unit, year: int, on: date) -> dict[str, TaskCounts]:
    """By code of the obligation: what the unit sends itself, by its own calendar or one that asks each unit."""
    led = Task.objects.led_by_unit(unit).values("pk")
    own = Q(owner=unit, due_day__obligation__for_each=False) | Q(pk__in=led, due_day__obligation__for_each=True)
    tasks = Task.objects.filter(own, year=year, due_day__isnull=False)
    return count_by(tasks, "due_day__obligation__code", on)

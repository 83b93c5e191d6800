"""Obligations of the tests' district."""

from datetime import date
from typing import Any

from plans.actions.obligations import DaySaid, create_obligation
from plans.actions.tasks import report_progress
from plans.models import Obligation, Progress, Task
from tests.plans.tasks_world import party
from tests.world import World
from units.models import Unit

YEAR = 2025
QUARTER, WHOLE = DaySaid(None, "quý I", 15, 3), DaySaid(None, "năm", 15, 12, is_before=True)


def make_obligation(world: World, *days: DaySaid, lead: Unit | str | None = None, **columns: Any) -> Obligation:
    """One of the district that begins in `YEAR`."""
    usual = {"owner": world.district, "code": "bao_cao", "title": "Báo cáo CCHC", "recipient": "Sở Nội vụ"}
    usual |= {"first_year": YEAR, "lead": party(world, lead) if lead else None}
    return create_obligation(
        obligation=Obligation(**usual | columns), days=days or (QUARTER, WHOLE), by=world.coordinator
    )


def tasks_of(obligation: Obligation, year: int = YEAR) -> list[Task]:
    """In the order of their days and leads."""
    found = Task.objects.filter(due_day__obligation=obligation, year=year)
    return list(found.order_by("deadline_on", "leads__name"))


def send(world: World, task: Task, on: date) -> Task:
    entry = Progress(on=on, is_done=True)
    return report_progress(task=task, progress=entry, version=task.version, by=world.coordinator)


def said(obligation: Obligation) -> list[DaySaid]:
    """Its days as a form brings them back."""
    return [
        DaySaid(day.pk, day.label, day.day, day.month, day.year_offset, day.is_before)
        for day in obligation.days.all()
    ]

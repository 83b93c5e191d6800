"""Tasks of the tests' district."""

from datetime import date, timedelta
from typing import Any

from plans.actions.tasks import Item, Parties, give_task
from plans.models import (
    Conclusion,
    DeadlineKind,
    DueDay,
    InspectedUnit,
    Inspection,
    Obligation,
    Origin,
    Task,
)
from tests.world import World
from units.models import Party, Unit
from units.models.units import today

YEAR = 2025


def party(world: World, unit: Unit | str) -> Party:
    """The party of a unit of the district, or of a code."""
    named = {"code": unit} if isinstance(unit, str) else {"unit": unit}
    return Party.objects.get(owner=world.district, **named)


def make_task(world: World, *leads: Unit | str, **columns: Any) -> Task:
    """A task that nobody was told of."""
    usual = {"owner": world.district, "year": YEAR, "origin": Origin.ASSIGNED, "title": "Báo cáo quý"}
    task = Task.objects.create(**usual | columns)
    task.leads.set(party(world, each) for each in leads)
    return task


def given(world: World, *leads: Unit | str, item: Item | None = None, **columns: Any) -> Task:
    """A task as its coordinator gives it."""
    usual = {"owner": world.district, "year": YEAR, "origin": Origin.DIRECTIVE if item else Origin.ASSIGNED}
    task = Task(**usual | {"title": "Báo cáo quý"} | columns)
    parties = Parties([party(world, each) for each in leads])
    return give_task(task=task, parties=parties, item=item, by=world.coordinator)


def follow_up(world: World) -> Task:
    return make_task(world, world.commune_a, origin=Origin.FOLLOW_UP)


def recurring(world: World, *, owner: Unit | None = None) -> Task:
    """A task of the calendar, led by commune A."""
    columns = {"code": "bao_cao_cchc", "title": "Báo cáo CCHC", "recipient": "UBND tỉnh", "first_year": YEAR}
    obligation = Obligation.objects.create(owner=owner or world.district, **columns)
    due = DueDay.objects.create(obligation=obligation, label="quý I", day=15, month=3)
    deadline = {"deadline_kind": DeadlineKind.BY, "deadline_on": due.on(YEAR)}
    return make_task(
        world, world.commune_a, owner=obligation.owner, origin=Origin.OBLIGATION, due_day=due, **deadline
    )


def finding(world: World) -> Task:
    """A finding of an inspection of commune A by the district."""
    inspection = Inspection.objects.create(owner=world.district, year=YEAR, kind="reform", title="Kiểm tra CCHC")
    at = InspectedUnit.objects.create(inspection=inspection, party=party(world, world.commune_a))
    return make_task(world, world.commune_a, origin=Origin.FINDING, inspected=at, title="Chưa niêm yết TTHC")


def before(day: date) -> dict[str, Any]:
    return {"deadline_kind": DeadlineKind.BEFORE, "deadline_on": day}


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def make_conclusion(world: World) -> Conclusion:
    return Conclusion.objects.create(owner=world.district, year=YEAR, session="Phiên họp tháng 1")

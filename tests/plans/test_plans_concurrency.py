"""Two people at once at the calendar and at inspections; on SQLite, which queues writers, nothing is collected."""

from datetime import date

import pytest
from django.db import connection

from plans.actions.inspections import create_inspection
from plans.actions.obligation_tasks import add_year
from plans.actions.obligations import ObligationRefused, remove_obligation
from plans.models import Inspection, InspectionKind, Obligation, Task
from tests.plans.calendars import QUARTER, WHOLE, YEAR, make_obligation, send, tasks_of
from tests.two_people import meanwhile
from tests.world import World, make_world
from units.models import Party

__test__ = connection.vendor == "postgresql"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_a_year_that_two_people_add_at_once_is_there_once(world: World) -> None:
    obligation = make_obligation(world, QUARTER, WHOLE)

    def add() -> int:
        return add_year(owner=world.district, year=YEAR, by=world.coordinator)

    assert meanwhile(add, add).result == 0
    assert len(tasks_of(obligation)) == 2


def test_of_two_new_obligations_with_one_code_the_second_is_refused(world: World) -> None:
    other = meanwhile(lambda: make_obligation(world), lambda: make_obligation(world))
    assert isinstance(other.error, ObligationRefused)
    assert Obligation.objects.count() == 1


def test_two_new_obligations_make_the_party_of_a_member_once(world: World) -> None:
    Party.objects.filter(owner=world.district, unit=world.commune_b).delete()

    def enter(code: str) -> Obligation:
        return make_obligation(world, lead="G_XA", for_each=True, code=code)

    other = meanwhile(lambda: enter("a"), lambda: enter("b"))
    assert other.error is None
    assert Party.objects.filter(owner=world.district, unit=world.commune_b).count() == 1


def test_an_obligation_of_which_something_is_sent_at_the_same_moment_stays(world: World) -> None:
    obligation = make_obligation(world)
    add_year(owner=world.district, year=YEAR, by=world.coordinator)
    task = tasks_of(obligation)[0]

    def remove() -> None:
        remove_obligation(obligation=obligation, version=1, by=world.coordinator)

    other = meanwhile(lambda: send(world, task, date(YEAR, 3, 1)), remove)
    assert isinstance(other.error, ObligationRefused)
    assert Task.objects.filter(pk=task.pk, done_on=date(YEAR, 3, 1)).exists()


def test_two_self_inspections_make_the_own_party_once(world: World) -> None:
    Party.objects.filter(unit=world.commune_a).delete()

    def inspect() -> Inspection:
        columns = {"owner": world.commune_a, "year": YEAR, "kind": InspectionKind.SELF, "title": "Tự kiểm tra"}
        return create_inspection(inspection=Inspection(**columns), by=world.officer_a)

    assert meanwhile(inspect, inspect).error is None
    assert Party.objects.filter(unit=world.commune_a).count() == 1

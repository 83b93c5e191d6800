"""Two people at one return, on real connections; see tests/scoring/test_concurrency.py. PostgreSQL only."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from indicators.actions.entries import RowSaid, filling_of, lock_for_saving, save_entry
from indicators.actions.moves import move_return
from indicators.actions.periods import close_period
from indicators.models import Entry, Return
from indicators.workflow import MoveRefused
from parportal.entry.versions import StaleVersion
from tests.indicators.reporting import fill, indicator, make_period, make_set, return_of
from tests.two_people import meanwhile
from tests.world import World, make_world

__test__ = connection.vendor == "postgresql"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def found(world: World) -> Return:
    made = return_of(make_period(world, make_set()), world.commune_a)
    fill(made)
    return made


def saving(world: World, found: Return, number: int, *, version: int = 1) -> Callable[[], Any]:
    """The unit's officer saves a figure, as the view does."""
    pk = indicator(found.period, "1.1").pk

    def save() -> None:
        by = world.fresh("officer_a")
        with transaction.atomic():
            filling = filling_of(lock_for_saving(by, found.pk))
            said = RowSaid({pk: Decimal(number)})
            save_entry(filling=filling, place=(pk, ""), said=said, version=version, by=by)

    return save


def stored(found: Return) -> Decimal | None:
    return Entry.objects.get(return_of=found, indicator__code="1.1").values.get().number


def test_of_two_people_at_one_row_the_second_is_told(world: World, found: Return) -> None:
    other = meanwhile(saving(world, found, 11), saving(world, found, 12))
    assert isinstance(other.error, StaleVersion)
    assert stored(found) == 11


def test_nothing_is_saved_after_the_period_was_closed(world: World, found: Return) -> None:
    other = meanwhile(lambda: close_period(period=found.period, by=world.coordinator), saving(world, found, 12))
    assert isinstance(other.error, MoveRefused)
    assert stored(found) == 10


def test_nothing_is_saved_after_the_return_was_submitted(world: World, found: Return) -> None:
    def submit() -> None:
        move_return(found=found, name="submit", by=world.officer_a)

    other = meanwhile(submit, saving(world, found, 12))
    assert isinstance(other.error, MoveRefused)
    assert stored(found) == 10


def test_a_return_is_submitted_with_what_was_being_saved(world: World, found: Return) -> None:
    """8 of 5 tasks done: the check that this breaks is judged after the save."""

    def submit() -> None:
        move_return(found=found, name="submit", by=world.fresh("officer_a"))

    other = meanwhile(saving(world, found, 5), submit)
    assert isinstance(other.error, MoveRefused)
    found.refresh_from_db()
    assert found.status == "draft"

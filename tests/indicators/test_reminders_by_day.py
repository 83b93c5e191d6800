"""Units are reminded of figures that are due: once in each stage of the deadline."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from indicators.actions.reminding import remind_by_day, url_of
from indicators.models import Period, PeriodStatus, Return, ReturnStatus
from tests.indicators.reporting import make_period, make_set, return_of
from tests.world import World
from units.models import Notice

DUE = datetime(2026, 6, 20, 17, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def period(world: World) -> Period:
    """The figures of both communes, due at 17:00 on 20 June."""
    made = make_period(world, make_set(world.district))
    made.due_at = DUE
    made.save()
    return made


def run(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return remind_by_day(timezone.now())


def told(found: Return) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(url=url_of(found), read_at=None)
    return list(rows.values_list("user__username", "kind"))


def test_officers_are_told_once_in_each_stage(world: World, period: Period) -> None:
    mornings = [DUE - timedelta(days=10, hours=10) + timedelta(days=each) for each in range(25)]
    counts = {at.day: found for at in mornings if (found := run(at))}
    assert [run(at) for at in mornings[-1:]] == [0]
    # 7, 3 and 1 days before the 20th; 1 and 3 days after it, then every 7: both officers.
    assert counts == dict.fromkeys([13, 17, 19, 21, 23, 30], 2)
    assert told(return_of(period, world.commune_a)) == [("officer_a", Notice.Kind.OVERDUE)]


def test_only_what_a_unit_has_in_hand_in_an_open_period(world: World, period: Period) -> None:
    sent = return_of(period, world.commune_a)
    Return.objects.filter(pk=sent.pk).update(status=ReturnStatus.SUBMITTED)
    assert run(DUE - timedelta(days=2)) == 1
    assert told(sent) == []
    Period.objects.update(status=PeriodStatus.CLOSED)
    assert run(DUE + timedelta(days=2)) == 0


def test_an_own_deadline_counts_and_without_an_officer_the_leader_is_told(world: World, period: Period) -> None:
    Return.objects.filter(unit=world.commune_a).update(due_at=DUE + timedelta(days=30))
    world.officer_b.memberships.all().delete()
    assert run(DUE) == 1
    assert told(return_of(period, world.commune_b)) == [("leader_b", Notice.Kind.DUE_SOON)]


def test_the_queries_do_not_grow_with_the_returns(
    world: World, period: Period, django_assert_num_queries: Any
) -> None:
    with time_machine.travel(DUE - timedelta(days=2), tick=False):
        assert remind_by_day(timezone.now()) == 2
        with django_assert_num_queries(4):
            assert remind_by_day(timezone.now()) == 0


def test_the_daily_command_reminds_of_returns(world: World, period: Period) -> None:
    with time_machine.travel(DUE - timedelta(days=1), tick=False):
        call_command("send_reminders", "--no-mail")
    assert told(return_of(period, world.commune_a)) == [("officer_a", Notice.Kind.DUE_SOON)]

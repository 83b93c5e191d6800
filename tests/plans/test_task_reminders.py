"""The reminders of each day: one line a person, once in each stage of a deadline."""

from datetime import date, datetime, time, timedelta

import time_machine
from django.utils import timezone

from plans.actions.task_reminders import pressing_url, remind_by_day
from plans.models import Origin
from tests.plans.tasks_world import before, make_task
from tests.world import World
from units.models import Notice

DUE = date(2026, 6, 20)  # the last day is the 19th


def run(day: date) -> int:
    """A run on a morning."""
    at = timezone.make_aware(datetime.combine(day, time(7)))
    with time_machine.travel(at, tick=False):
        return remind_by_day(timezone.localdate())


def lines() -> dict[str, tuple[str, str]]:
    """The unread line of each person, with its kind."""
    found = Notice.objects.filter(read_at=None, url=pressing_url()).select_related("user")
    return {each.user.username: (each.kind, each.subject) for each in found}


def test_people_are_told_once_in_each_stage(world: World) -> None:
    make_task(world, world.justice, year=2026, title="Báo cáo", **before(DUE))
    days = [date(2026, 6, 10) + timedelta(days=each) for each in range(25)]
    told = [day.day for day in days for _ in range(2) if run(day)]
    # 7, 3 and 1 days before the 19th; 1 and 3 days after it, then every 7.
    assert told == [12, 16, 18, 20, 22, 29]
    assert [kind for kind, _subject in lines().values()] == [Notice.Kind.OVERDUE]
    assert Notice.objects.filter(url=pressing_url(), read_at=None).count() == 1


def test_a_missed_day_is_made_up_for_and_what_is_far_away_or_done_is_left_alone(world: World) -> None:
    make_task(world, world.justice, year=2026, **before(DUE))
    make_task(world, world.commune_a, year=2026, **before(DUE), done_on=date(2026, 6, 1))
    make_task(world, world.commune_b, year=2026)
    make_task(world, world.commune_b, year=2020, **before(date(2020, 6, 20)))
    assert run(date(2026, 6, 9)) == 0
    assert run(date(2026, 6, 14)) == 1
    assert run(date(2026, 6, 15)) == 0


def test_a_person_gets_one_line_for_all_his_tasks(world: World) -> None:
    make_task(world, "G_XA", world.commune_a, year=2026, title="Việc gấp", **before(date(2026, 6, 11)))
    make_task(world, world.commune_a, year=2026, title="Việc sau", origin=Origin.DIRECTIVE, **before(DUE))
    assert run(date(2026, 6, 13)) == 4
    assert "Việc gấp" in lines()["officer_a"][1]
    assert lines()["officer_a"] != lines()["officer_b"]
    assert set(lines()) == {"officer_a", "officer_b", "leader_a", "leader_b"}

"""The calendar of recurring obligations: its tasks are added once, follow their days, and are counted."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parportal.entry.versions import StaleVersion
from plans.actions.obligation_tasks import add_by_day, add_year
from plans.actions.obligations import DaySaid, ObligationRefused, change_obligation, remove_obligation
from plans.actions.task_reminders import remind_by_day
from plans.counting_obligations import obligation_counts
from plans.counting_tasks import TaskCounts
from plans.models import DeadlineKind, DueDay, Obligation, Standing, Task
from tests.plans.calendars import QUARTER, WHOLE, YEAR, make_obligation, said, send, tasks_of
from tests.plans.tasks_world import party
from tests.world import World
from units.models import AuditEvent, Notice, Party

pytestmark = pytest.mark.any_database

# The clock of the tests stands in 2026: nothing of 2025 is added by itself.
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(f"{TODAY}T03:00:00+00:00", tick=False):
        yield


def change(world: World, obligation: Obligation, days: list[DaySaid] | None = None, **columns: Any) -> None:
    kept = said(obligation) if days is None else days
    for name, value in columns.items():
        setattr(obligation, name, value)
    change_obligation(obligation=obligation, days=kept, version=obligation.version, by=world.coordinator)
    obligation.refresh_from_db()


def add(world: World, year: int = YEAR) -> int:
    return add_year(owner=world.district, year=year, by=world.coordinator)


def test_a_year_is_added_once_with_deadlines_recipient_and_lead(world: World) -> None:
    obligation = make_obligation(world, lead=world.justice)
    assert (add(world), add(world)) == (2, 0)
    first, last = tasks_of(obligation)
    assert (first.title, first.recipient, first.year) == ("Báo cáo CCHC: quý I", "Sở Nội vụ", YEAR)
    assert [party.unit for party in first.leads.all()] == [world.justice]
    assert (first.deadline_kind, first.last_day) == (DeadlineKind.BY, date(YEAR, 3, 15))
    assert (last.deadline_kind, last.last_day) == (DeadlineKind.BEFORE, date(YEAR, 12, 14))
    assert AuditEvent.objects.filter(action="obligations.added").count() == 1


def test_a_new_obligation_has_the_tasks_of_the_running_year_at_once(world: World) -> None:
    obligation = make_obligation(world)
    assert len(tasks_of(obligation, TODAY.year)) == 2
    assert tasks_of(obligation, YEAR) == []


def test_the_day_itself_is_in_time_unless_it_says_before(world: World) -> None:
    obligation = make_obligation(world)
    add(world)
    first, last = tasks_of(obligation)
    assert send(world, first, date(YEAR, 3, 15)).standing(TODAY) == Standing.ON_TIME
    assert send(world, last, date(YEAR, 12, 15)).standing(TODAY) == Standing.LATE


@given(
    day=st.integers(1, 31),
    month=st.integers(1, 12),
    offset=st.sampled_from([-1, 0, 1]),
    year=st.integers(2008, 2099),
)
def test_every_rule_gives_a_day_of_its_month_in_every_year(day: int, month: int, offset: int, year: int) -> None:
    on = DueDay(day=day, month=month, year_offset=offset).on(year)
    assert (on.year, on.month) == (year + offset, month)
    assert on.day == day or (on.day < day and on.day >= 28)


def test_each_member_of_a_group_has_a_task_of_its_own_and_a_party_is_made_where_it_is_missing(
    world: World,
) -> None:
    Party.objects.get(owner=world.district, unit=world.commune_b).delete()
    obligation = make_obligation(world, QUARTER, lead="G_XA", for_each=True)
    assert add(world) == 2
    led = {lead.unit for task in tasks_of(obligation) for lead in task.leads.all()}
    assert led == {world.commune_a, world.commune_b}
    assert Party.objects.filter(owner=world.district, unit=world.commune_b).count() == 1
    assert add(world) == 0


def test_a_member_that_joins_gets_its_tasks_and_one_without_a_lead_is_led_by_the_unit_itself(world: World) -> None:
    group = party(world, "G_XA")
    group.members.remove(world.commune_b)
    make_obligation(world, QUARTER, lead="G_XA", for_each=True)
    own = make_obligation(world, QUARTER, code="rieng")
    assert add(world) == 2
    group.members.add(world.commune_b)
    assert add(world) == 1
    assert [lead.unit for lead in tasks_of(own)[0].leads.all()] == [world.district]


def test_a_member_that_ended_gets_nothing_that_falls_due_afterwards(world: World) -> None:
    obligation = make_obligation(world, QUARTER, WHOLE, lead="G_XA", for_each=True)
    world.commune_b.valid_to = date(YEAR, 6, 30)
    world.commune_b.save()
    assert add(world) == 3
    assert add(world, YEAR + 2) == 2
    late = [task for task in tasks_of(obligation) if task.deadline_on == date(YEAR, 12, 15)]
    assert [lead.unit for task in late for lead in task.leads.all()] == [world.commune_a]


def test_every_day_the_running_year_is_added_and_what_falls_due_in_it_for_the_next(world: World) -> None:
    plan = DaySaid(None, "kế hoạch năm sau", 20, 12, -1)
    obligation = make_obligation(world, QUARTER, plan)
    Task.objects.all().delete()
    assert (add_by_day(TODAY), add_by_day(TODAY)) == (3, 0)
    assert [task.deadline_on for task in tasks_of(obligation, TODAY.year + 1)] == [date(TODAY.year, 12, 20)]
    world.district.valid_to = date(2026, 5, 1)
    world.district.save()
    Task.objects.all().delete()
    assert add_by_day(TODAY) == 0


def test_what_is_not_sent_follows_a_changed_day_and_what_is_sent_stays(world: World) -> None:
    obligation = make_obligation(world, lead=world.justice)
    add(world)
    send(world, tasks_of(obligation)[0], date(YEAR, 3, 1))
    quarter, whole = said(obligation)
    days = [replace(quarter, day=10, label="quý 1"), replace(whole, month=11, is_before=False)]
    change(world, obligation, days, title="Báo cáo", lead=party(world, world.home_affairs))
    sent, moved = tasks_of(obligation)
    assert (sent.deadline_on, sent.title) == (date(YEAR, 3, 15), "Báo cáo CCHC: quý I")
    assert (moved.deadline_on, moved.deadline_kind) == (date(YEAR, 11, 15), DeadlineKind.BY)
    assert moved.title == "Báo cáo: năm"
    leads = [[lead.unit for lead in task.leads.all()] for task in (sent, moved)]
    assert leads == [[world.justice], [world.home_affairs]]


def test_two_days_can_change_their_names_with_each_other(world: World) -> None:
    obligation = make_obligation(world)
    quarter, whole = said(obligation)
    change(world, obligation, [replace(quarter, label="năm"), replace(whole, label="quý I")])
    assert [day.label for day in obligation.days.all()] == ["năm", "quý I"]


def test_what_is_new_is_not_missing_in_years_that_are_over(world: World) -> None:
    obligation = make_obligation(world, QUARTER, lead=world.justice)
    add(world)
    send(world, tasks_of(obligation)[0], date(YEAR, 3, 1))
    group = party(world, "G_XA")
    change(world, obligation, [*said(obligation), WHOLE], lead=group, for_each=True)
    assert [task.done_on for task in tasks_of(obligation)] == [date(YEAR, 3, 1)]
    assert len(tasks_of(obligation, TODAY.year)) == 4
    assert add(world) == 4


def test_a_day_goes_with_its_unsent_tasks_and_stays_when_something_was_sent(world: World) -> None:
    obligation = make_obligation(world)
    add(world)
    change(world, obligation, said(obligation)[1:])
    (left,) = tasks_of(obligation)
    send(world, left, date(YEAR, 12, 1))
    with pytest.raises(ObligationRefused, match="năm"):
        change(world, obligation, [DaySaid(None, "quý II", 15, 6)])
    assert [day.label for day in obligation.days.all()] == ["năm"]


def test_the_last_year_ends_it(world: World) -> None:
    obligation = make_obligation(world)
    add(world)
    send(world, tasks_of(obligation)[0], date(YEAR, 3, 1))
    change(world, obligation, last_year=YEAR)
    assert len(tasks_of(obligation, YEAR)) == 2
    assert tasks_of(obligation, TODAY.year) == []
    assert (add(world, YEAR), add(world, TODAY.year), add_by_day(TODAY)) == (0, 0, 0)


def test_turning_into_one_of_each_member_and_back_leaves_one_task_for_each_who_sends(world: World) -> None:
    obligation = make_obligation(world, QUARTER, lead=world.justice)
    add(world)
    change(world, obligation, lead=party(world, "G_XA"), for_each=True)
    assert {lead.unit for task in tasks_of(obligation) for lead in task.leads.all()} == {
        world.commune_a,
        world.commune_b,
    }
    change(world, obligation, for_each=False)
    (one,) = tasks_of(obligation)
    assert [lead.code for lead in one.leads.all()] == ["G_XA"]


def test_it_is_removed_with_its_tasks_unless_something_was_sent(world: World) -> None:
    obligation, kept = make_obligation(world), make_obligation(world, code="khac")
    add(world)
    remove_obligation(obligation=obligation, version=1, by=world.coordinator)
    assert not Task.objects.filter(title__startswith="Báo cáo", due_day__obligation__code="bao_cao").exists()
    send(world, tasks_of(kept)[0], date(YEAR, 3, 1))
    with pytest.raises(ObligationRefused):
        remove_obligation(obligation=kept, version=1, by=world.coordinator)
    with pytest.raises(StaleVersion):
        remove_obligation(obligation=kept, version=0, by=world.coordinator)
    assert [event.scope for event in AuditEvent.objects.filter(action="obligation.removed")] == [world.district]


def test_rows_keep_to_what_must_hold(world: World) -> None:
    obligation = make_obligation(world)
    for broken in (
        {"code": "bao_cao"},
        {"code": "x", "first_year": 2025, "last_year": 2024},
        {"code": "y", "for_each": True},
    ):
        usual = {"owner": world.district, "title": "B", "recipient": "S", "first_year": YEAR}
        with pytest.raises(IntegrityError), transaction.atomic():
            Obligation.objects.create(**usual | broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        DueDay.objects.create(obligation=obligation, label="x", day=32, month=1)


def test_a_unit_counts_what_it_sends_itself(world: World, django_assert_num_queries: Any) -> None:
    own = make_obligation(world, lead=world.justice)
    asked = make_obligation(world, QUARTER, code="cua_xa", lead="G_XA", for_each=True)
    add(world)
    send(world, tasks_of(own)[0], date(YEAR, 3, 16))
    send(world, tasks_of(asked)[0], date(YEAR, 3, 15))
    with django_assert_num_queries(1):
        counts = obligation_counts(world.district, YEAR, TODAY)
    assert counts == {"bao_cao": TaskCounts(late=1, undone=1)}
    both = [obligation_counts(unit, YEAR, TODAY) for unit in (world.commune_a, world.commune_b)]
    assert sorted(both, key=str) == [{"cua_xa": TaskCounts(undone=1)}, {"cua_xa": TaskCounts(on_time=1)}]
    assert obligation_counts(world.justice, YEAR, TODAY) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(sent=st.lists(st.none() | st.dates(date(YEAR, 3, 12), date(YEAR, 3, 18)), min_size=2, max_size=2))
def test_the_counts_are_those_of_the_single_tasks(world: World, sent: list[date | None]) -> None:
    Task.objects.all().delete()
    Obligation.objects.all().delete()
    obligation = make_obligation(world, replace(QUARTER, is_before=True), replace(QUARTER, label="khác"))
    add(world)
    for task, on in zip(tasks_of(obligation), sent, strict=True):
        if on is not None:
            send(world, task, on)
    found = [task.standing(TODAY) for task in tasks_of(obligation)]
    counts = obligation_counts(world.district, YEAR, TODAY)["bao_cao"]
    assert [counts.of(each) for each in Standing] == [found.count(each) for each in Standing]


def test_who_sends_is_reminded_like_of_other_tasks(world: World) -> None:
    make_obligation(world, DaySaid(None, "tháng 6", 4, 6), lead="G_XA", for_each=True)
    assert remind_by_day(TODAY) == 4
    notice = Notice.objects.filter(user=world.officer_a, kind=Notice.Kind.DUE_SOON).get()
    assert "Báo cáo CCHC: tháng 6" in notice.subject


def test_the_whole_round_is_told_in_the_history(world: World) -> None:
    obligation = make_obligation(world, WHOLE)
    change(world, obligation, [replace(said(obligation)[0], month=11)])
    changes = AuditEvent.objects.about(obligation)[0].changes.values_list("attribute", "old", "new")
    assert list(changes) == [("days", "năm: trước ngày 15/12", "năm: trước ngày 15/11")]


def test_the_daily_job_adds_the_running_year_before_it_reminds(world: World) -> None:
    make_obligation(world, DaySaid(None, "tháng 6", 4, 6), lead=world.commune_a)
    Task.objects.all().delete()
    for _run in range(2):
        call_command("send_reminders", "--no-mail", verbosity=0)
    assert Task.objects.count() == 1
    assert Notice.objects.filter(user=world.officer_a, kind=Notice.Kind.DUE_SOON).count() == 1

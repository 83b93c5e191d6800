"""What becomes of a task: given, reported, done, taken back, removed; and who may do it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given as example
from hypothesis import strategies as st

from parportal.entry.versions import StaleVersion
from plans.actions.tasks import (
    Parties,
    TaskRefused,
    change_task,
    remove_task,
    reopen_task,
    report_progress,
)
from plans.models import DeadlineKind, Origin, Plan, Progress, Standing, Task
from plans.task_words import days_late, deadline_in_full, left_words
from tests.plans.tasks_world import before, finding, follow_up, given, in_days, make_task, party, recurring
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice
from units.models.units import today

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
DATED = st.sampled_from([kind for kind in DeadlineKind if kind != DeadlineKind.NONE])


def told(kind: Notice.Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


@pytest.mark.parametrize(
    ("columns", "words", "last_day"),
    [
        (before(date(2024, 2, 7)), "before 07/02/2024 · last day 06/02/2024", date(2024, 2, 6)),
        (
            {"deadline_kind": DeadlineKind.WITHIN_MONTH, "deadline_on": date(2024, 2, 29)},
            "within the month 02/2024 · last day 29/02/2024",
            date(2024, 2, 29),
        ),
        (
            {"deadline_kind": DeadlineKind.BY, "deadline_on": date(2026, 3, 10)},
            "by 10/03/2026",
            date(2026, 3, 10),
        ),
        ({"deadline_kind": DeadlineKind.SEASON, "season": "Tết Giáp Thìn"}, "Tết Giáp Thìn", None),
        ({}, "no deadline", None),
    ],
)
def test_a_deadline_of_each_kind_names_the_last_day(
    columns: dict[str, object], words: str, last_day: date | None
) -> None:
    task = Task(**columns)
    with override("en"):
        assert (deadline_in_full(task), task.last_day) == (words, last_day)


@example(kind=DATED, on=DAYS, done=DAYS)
def test_what_is_done_on_the_last_day_is_in_time_and_the_day_after_is_late(
    kind: DeadlineKind, on: date, done: date
) -> None:
    task = Task(deadline_kind=kind, deadline_on=on, done_on=done)
    last_day = on - timedelta(days=1) if kind == DeadlineKind.BEFORE else on
    assert task.standing(done) == (Standing.LATE if done > last_day else Standing.ON_TIME)
    assert (days_late(task) > 0) == (done > last_day)


@example(on=DAYS, done=DAYS, as_of=DAYS)
def test_what_is_done_later_is_not_done_on_a_day(on: date, done: date, as_of: date) -> None:
    task = Task(deadline_kind=DeadlineKind.BEFORE, deadline_on=on, done_on=done)
    undone = Task(deadline_kind=DeadlineKind.BEFORE, deadline_on=on)
    assert task.standing(as_of) == (undone if as_of < done else Task(**before(on), done_on=done)).standing(as_of)
    assert (undone.standing(as_of) == Standing.OVERDUE) == (as_of >= on)


@example(done=DAYS, as_of=DAYS)
def test_a_task_without_a_last_day_is_never_late(done: date, as_of: date) -> None:
    assert Task(done_on=done).standing(as_of) in (Standing.ON_TIME, Standing.OPEN)


def test_the_last_day_itself_still_counts() -> None:
    day = date(2025, 3, 1)
    with override("en"):
        assert left_words(day, day) == "today is the last day"
        assert left_words(day, date(2025, 2, 27)) == "2 days left"
        assert left_words(day, date(2025, 3, 2)) == "1 day overdue"


def test_those_who_work_on_a_task_are_told_and_nobody_else(world: World) -> None:
    task = given(world, world.commune_a, **before(in_days(5)))
    assert told(Notice.Kind.TASK_GIVEN) == {"officer_a", "leader_a"}
    assert AuditEvent.objects.about(task).get().action == Action.TASK_SAVED


def test_a_group_is_told_member_by_member_once(world: World) -> None:
    given(world, "G_XA", world.commune_a)
    notices = Notice.objects.filter(kind=Notice.Kind.TASK_GIVEN)
    assert sorted(notices.values_list("user__username", flat=True)) == [
        "leader_a",
        "leader_b",
        "officer_a",
        "officer_b",
    ]


def test_a_change_tells_only_those_who_are_new(world: World) -> None:
    task = given(world, world.commune_a)
    Notice.objects.all().delete()
    task.title = "Báo cáo năm"
    parties = Parties([party(world, world.commune_a)], [party(world, world.justice)])
    changed = change_task(task=task, parties=parties, version=1, by=world.coordinator)
    assert (changed.title, changed.version) == ("Báo cáo năm", 2)
    assert told(Notice.Kind.TASK_GIVEN) == {"justice_officer"}
    changes = AuditEvent.objects.about(task)[0].changes.all()
    assert {each.attribute: (each.old, each.new) for each in changes} == {
        "title": ("Báo cáo quý", "Báo cáo năm"),
        "cooperating": ("", "Phòng Tư pháp"),
    }


def test_a_change_of_an_older_version_is_refused(world: World) -> None:
    task = given(world, world.commune_a)
    with pytest.raises(StaleVersion):
        change_task(task=task, parties=Parties(), version=0, by=world.coordinator)


def test_the_day_of_the_entry_that_says_done_is_the_day_of_the_task(world: World) -> None:
    task = make_task(world, world.commune_a, **before(in_days(-3)))
    report_progress(task=task, progress=Progress(on=in_days(-9), percent=40), version=1, by=world.officer_a)
    done = Progress(on=in_days(-4), is_done=True, paper="12/BC-UBND")
    stored = report_progress(task=task, progress=done, version=2, by=world.officer_a)
    assert (stored.done_on, stored.standing(today())) == (in_days(-4), Standing.ON_TIME)
    assert told(Notice.Kind.TASK_DONE) == {"coordinator"}


def test_progress_of_tomorrow_or_of_a_done_task_is_refused(world: World) -> None:
    task = make_task(world, world.commune_a)
    with pytest.raises(TaskRefused):
        report_progress(task=task, progress=Progress(on=in_days(1)), version=1, by=world.officer_a)
    report_progress(task=task, progress=Progress(on=today(), is_done=True), version=1, by=world.officer_a)
    with pytest.raises(TaskRefused):
        report_progress(task=task, progress=Progress(on=today()), version=2, by=world.officer_a)
    assert task.progress.count() == 1


def test_a_task_is_reopened_with_a_reason_and_keeps_what_was_reported(world: World) -> None:
    task = make_task(world, world.commune_a)
    with pytest.raises(TaskRefused):
        reopen_task(task=task, reason="Nhầm", version=1, by=world.officer_a)
    report_progress(task=task, progress=Progress(on=today(), is_done=True), version=1, by=world.officer_a)
    with pytest.raises(TaskRefused):
        reopen_task(task=task, reason=" ", version=2, by=world.officer_a)
    stored = reopen_task(task=task, reason="Nhầm nhiệm vụ", version=2, by=world.coordinator)
    assert (stored.done_on, task.progress.get().is_done) == (None, False)
    event = AuditEvent.objects.about(task)[0]
    assert (event.action, event.reason) == (Action.TASK_REOPENED, "Nhầm nhiệm vụ")


def test_what_is_removed_is_kept_in_the_history_of_the_office(world: World) -> None:
    task = given(world, world.commune_a)
    remove_task(task=task, version=1, by=world.coordinator)
    assert not Task.objects.filter(pk=task.pk).exists()
    event = AuditEvent.objects.about(world.district).get(action=Action.TASK_REMOVED)
    assert event.changes.get(attribute="title").old == "Báo cáo quý"


def test_a_task_of_a_plan_is_of_the_year_of_the_plan(world: World) -> None:
    plan = Plan.objects.create(owner=world.district, year=2023, title="Kế hoạch CCHC")
    task = given(world, world.justice, plan=plan, origin=Origin.PLAN)
    assert (task.year, list(plan.tasks.all())) == (2023, [task])
    remove_task(task=task, version=1, by=world.coordinator)
    assert AuditEvent.objects.about(plan).get().action == Action.TASK_REMOVED


@pytest.mark.parametrize("step", [change_task, remove_task])
@pytest.mark.parametrize("make", [follow_up, recurring, finding])
def test_what_arose_elsewhere_is_changed_there(world: World, step: object, make: Callable[[World], Task]) -> None:
    task = make(world)
    more = {"parties": Parties()} if step is change_task else {}
    with pytest.raises(TaskRefused):
        step(task=task, version=1, by=world.coordinator, **more)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "sees", "reports", "changes"),
    [
        ("coordinator", True, True, True),
        ("district_leader", True, False, False),
        ("officer_a", True, True, False),
        ("leader_b", True, True, False),
        ("justice_officer", True, True, False),
        ("administrator", False, False, False),
        ("outsider", False, False, False),
    ],
)
def test_who_sees_reports_and_changes_a_task(
    world: World, name: str, sees: bool, reports: bool, changes: bool
) -> None:
    task = make_task(world, "G_XA")
    task.cooperating.add(party(world, world.justice))
    user, tasks = world.people[name], Task.objects.all()
    found = (tasks.visible_to(user), tasks.reportable_by(user), tasks.kept_by(user))
    assert tuple(task in each for each in found) == (sees, reports, changes)

"""Remediation of lost points: a task for each lost leaf, plans and reports of those who answer for it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parportal.entry.versions import StaleVersion
from plans.actions.tasks import TaskRefused
from plans.models import DeadlineKind, Origin, Standing, Task
from scoring.actions.remediation import (
    Days,
    Paper,
    RemediationRefused,
    add_to_round,
    change_days,
    consolidate,
    finish_remediation,
    open_round,
)
from scoring.actions.remediation_filings import (
    Said,
    StaleMeasures,
    give_back,
    save_measures,
    send_filing,
)
from scoring.actions.remediation_reminders import remind_of_filings
from scoring.last_losses import last_losses
from scoring.models import (
    Campaign,
    Filing,
    FilingKind,
    Loss,
    Measure,
    Remediation,
    RemediationRound,
    Responsibility,
    Score,
    ScoreSheet,
)
from scoring.remediation_page import papers_of
from scoring.remediation_work import remediation_work
from tests.scoring.remedying import filing, in_days, measures, opened, publish, send, write
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice, Party
from units.models.units import today

PLAN, REPORT = FilingKind.PLAN, FilingKind.REPORT
DAYS = Days(date(2030, 1, 10), date(2030, 2, 10))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def test_each_lost_leaf_becomes_a_task_of_those_who_answer_for_it(world: World) -> None:
    found = opened(world)
    lost = Score.objects.lossy().filter(sheet__campaign=world.campaign)
    assert found.remediations.count() == lost.count() == 5
    task = Remediation.objects.get(loss__score__sheet__unit=world.commune_a).task
    assert (task.origin, task.owner, task.year) == (Origin.FOLLOW_UP, world.district, today().year)
    assert (task.deadline_kind, task.deadline_on) == (DeadlineKind.BEFORE, found.report_before)
    assert "2.2 (Xã Tân Lập): Công khai văn bản" in task.title
    assert [party.code for party in task.leads.all()] == ["G_XA"]
    # A group answers by its members: each of them for every leaf.
    assert len(measures(found, world.commune_a)) == len(measures(found, world.commune_b)) == 5
    assert Filing.objects.filter(round=found).count() == 4
    told = Notice.objects.filter(kind=Notice.Kind.REMEDIATION_ASKED).values_list("user__username", flat=True)
    assert set(told) == {"officer_a", "leader_a", "officer_b", "leader_b"}


def test_a_monitor_answers_for_nothing_and_the_scored_unit_where_nobody_is_named(world: World) -> None:
    publish(world)
    Responsibility.objects.filter(loss__score__sheet__unit=world.commune_b).update(role="monitor")
    Loss.objects.filter(score__sheet__unit=world.commune_a).delete()
    found = open_round(campaign=world.campaign, days=DAYS, by=world.coordinator)
    parties = {
        unit: Party.objects.get(owner=world.district, unit=unit) for unit in (world.commune_a, world.commune_b)
    }
    for each in found.remediations.select_related("task", "loss__score__sheet__unit"):
        unit = each.loss.score.sheet.unit
        assert list(each.task.leads.all()) == [parties[unit]]
        assert [measure.unit for measure in each.measures.all()] == [unit]
    assert Loss.objects.get(score__sheet__unit=world.commune_a).cause == ""


def test_a_round_needs_a_published_campaign_that_counts(world: World) -> None:
    with pytest.raises(RemediationRefused, match="published"):
        open_round(campaign=world.campaign, days=DAYS, by=world.coordinator)
    publish(world)
    Campaign.objects.update(training=True)
    with pytest.raises(RemediationRefused, match="training"):
        open_round(campaign=world.campaign, days=DAYS, by=world.coordinator)
    assert not Task.objects.exists()
    Campaign.objects.update(training=False)
    open_round(campaign=world.campaign, days=DAYS, by=world.coordinator)
    with pytest.raises(RemediationRefused, match="already"):
        open_round(campaign=world.campaign, days=DAYS, by=world.coordinator)


def test_a_round_without_losses_is_not_opened(world: World) -> None:
    publish(world)
    ScoreSheet.objects.update(status="draft")
    with pytest.raises(RemediationRefused, match="lost"):
        open_round(campaign=world.campaign, days=DAYS, by=world.coordinator)
    assert not RemediationRound.objects.exists()


def test_adding_takes_what_was_lost_since_and_leaves_what_people_wrote(world: World) -> None:
    found = opened(world)
    write(world, found, PLAN, on=in_days(3))
    before = list(Measure.objects.order_by("pk").values())
    assert add_to_round(round_=found, by=world.coordinator).tasks == 0
    assert list(Measure.objects.order_by("pk").values()) == before
    gone = found.remediations.select_related("task", "loss")[0]
    gone.task.delete()
    Score.objects.filter(sheet__unit=world.commune_a, criterion__code="2.1").update(points=0)
    loss = Loss.objects.create(score=world.score(world.commune_a, "2.1"), cause="Giảm điểm khi điều chỉnh")
    justice = Party.objects.get(owner=world.district, unit=world.justice)
    Responsibility.objects.create(loss=loss, party=justice)
    added = add_to_round(round_=found, by=world.coordinator)
    assert (added.tasks, added.units) == (2, (world.justice.pk,))
    assert Notice.objects.filter(user=world.justice_officer, kind=Notice.Kind.REMEDIATION_ASKED).count() == 1
    kept = {row["id"]: row["text"] for row in before if row["remediation_id"] != gone.pk}
    assert {pk: Measure.objects.get(pk=pk).text for pk in kept} == kept


def test_measures_are_saved_under_a_version_each_and_refused_together(world: World) -> None:
    found = opened(world)
    first, second, *_rest = measures(found, world.commune_a)
    said = {first.pk: Said("Lập kế hoạch", in_days(5), 0)}
    assert save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=said, by=world.officer_a) == 1
    both = {first.pk: Said("Việc khác", None, 0), second.pk: Said("Việc hai", None, 0)}
    with pytest.raises(StaleMeasures) as stale:
        save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=both, by=world.leader_a)
    assert {pk: row.text for pk, row in stale.value.rows.items()} == {first.pk: "Lập kế hoạch"}
    second.refresh_from_db()
    assert (second.text, second.version) == ("", 0)
    event = AuditEvent.objects.get(action=Action.MEASURE_SAVED)
    assert [(each.attribute, each.new) for each in event.changes.all()] == [
        ("text", "Lập kế hoạch"),
        ("by_on", f"{in_days(5):%d/%m/%Y}"),
    ]
    again = {first.pk: Said("Lập kế hoạch", in_days(5), 1)}
    assert save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=again, by=world.officer_a) == 0


def test_a_measure_of_another_unit_is_not_touched(world: World) -> None:
    found = opened(world)
    other = measures(found, world.commune_b)[0]
    said = {other.pk: Said("Sửa hộ", None, 0)}
    assert save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=said, by=world.officer_a) == 0
    other.refresh_from_db()
    assert other.text == ""


def test_the_plan_is_sent_then_the_report_and_each_is_closed_by_it(world: World) -> None:
    found = opened(world)
    with pytest.raises(RemediationRefused, match="nothing written"):
        send(world, found)
    with pytest.raises(RemediationRefused, match="once the plan"):
        write(world, found, REPORT)
    write(world, found, PLAN, on=in_days(3))
    sent = send(world, found)
    assert (sent.sent_on, sent.sent_by, sent.number) == (today(), world.officer_a, "7/KH-UBND")
    assert Notice.objects.get(kind=Notice.Kind.REMEDIATION_SENT).user == world.coordinator
    for attempt in (lambda: write(world, found, PLAN), lambda: send(world, found)):
        with pytest.raises(RemediationRefused, match="was sent"):
            attempt()
    write(world, found, REPORT, on=today())
    assert send(world, found, REPORT).sent_on == today()


def test_what_was_given_back_can_be_written_again(world: World) -> None:
    found = opened(world)
    write(world, found, PLAN)
    sent = send(world, found)
    with pytest.raises(RemediationRefused, match="reason"):
        give_back(filing=sent, reason=" ", version=sent.version, by=world.coordinator)
    back = give_back(filing=sent, reason="Chưa rõ thời hạn", version=sent.version, by=world.coordinator)
    assert (back.sent_on, back.sent_by, back.note, back.number) == (None, None, "Chưa rõ thời hạn", "7/KH-UBND")
    assert "Chưa rõ thời hạn" in Notice.objects.filter(user=world.officer_a).latest("pk").subject
    with pytest.raises(RemediationRefused, match="not been sent"):
        give_back(filing=back, reason="Lại", version=back.version, by=world.coordinator)
    with pytest.raises(StaleVersion):
        send_filing(filing=back, paper=Paper(), version=1, by=world.officer_a)
    write(world, found, PLAN)
    send(world, found)
    write(world, found, REPORT)
    send(world, found, REPORT)
    plan = filing(found, world.commune_a)
    with pytest.raises(RemediationRefused, match="report back first"):
        give_back(filing=plan, reason="Sai", version=plan.version, by=world.coordinator)


@pytest.mark.parametrize(
    ("sent", "looked", "standing"),
    [
        (None, -1, Standing.OPEN),
        (None, 0, Standing.OVERDUE),
        (-1, 5, Standing.ON_TIME),
        (0, 5, Standing.LATE),
    ],
)
def test_the_day_itself_is_too_late(sent: int | None, looked: int, standing: Standing) -> None:
    before = date(2030, 1, 10)
    found = Filing(
        round=RemediationRound(plan_before=before, report_before=before),
        kind=PLAN,
        sent_on=None if sent is None else before + timedelta(days=sent),
    )
    assert found.standing(before + timedelta(days=looked)) == standing


@given(st.integers(-40, 40), st.none() | st.integers(-40, 40))
def test_a_paper_stands_as_a_task_that_is_due_before_the_same_day(looked: int, sent: int | None) -> None:
    before = date(2030, 1, 10)
    on = before + timedelta(days=looked)
    sent_on = None if sent is None else min(on, before + timedelta(days=sent))
    round_ = RemediationRound(plan_before=date(2029, 1, 1), report_before=before)
    task = Task(deadline_kind=DeadlineKind.BEFORE, deadline_on=before, done_on=sent_on)
    assert Filing(round=round_, kind=REPORT, sent_on=sent_on).standing(on) == task.standing(on)


def test_counts_follow_from_the_papers(world: World) -> None:
    found = opened(world)
    write(world, found, PLAN)
    send(world, found)
    late = filing(found, world.commune_b)
    with time_machine.travel(timezone.make_aware(datetime.combine(in_days(12), time(9))), tick=False):
        send_filing(filing=late, paper=Paper("9/BC"), version=1, by=world.coordinator, received_on=in_days(-2))
        counts = papers_of(found, today()).plans
        assert (counts.on_time, counts.late, counts.undone, counts.open) == (1, 1, 0, 0)
        counts = papers_of(found, today()).reports
        assert (counts.on_time, counts.late, counts.undone, counts.open) == (0, 0, 0, 2)
    report = filing(found, world.commune_b, REPORT)
    with pytest.raises(RemediationRefused, match="future"):
        send_filing(filing=report, paper=Paper(), version=1, by=world.coordinator, received_on=in_days(1))


def test_other_days_move_the_tasks_that_are_not_done(world: World) -> None:
    found = opened(world)
    done, *_others = Task.objects.filter(remediation__round=found)
    Task.objects.filter(pk=done.pk).update(done_on=today())
    days = Days(in_days(20), in_days(60))
    changed = change_days(round_=found, days=days, version=1, by=world.coordinator)
    assert changed.version == 2
    moved = Task.objects.filter(remediation__round=found, deadline_on=in_days(60))
    assert set(moved.values_list("done_on", flat=True)) == {None}
    assert moved.count() == 4
    with pytest.raises(StaleVersion):
        change_days(round_=found, days=days, version=1, by=world.coordinator)


def test_the_consolidation_is_recorded_and_taken_back(world: World) -> None:
    found = opened(world)
    paper = Paper("12/KH-UBND", today())
    kept = consolidate(round_=found, on=today(), paper=paper, version=1, by=world.coordinator)
    assert (kept.consolidated_on, kept.number, kept.version) == (today(), "12/KH-UBND", 2)
    with pytest.raises(RemediationRefused):
        consolidate(round_=found, on=in_days(1), paper=paper, version=2, by=world.coordinator)
    assert (
        consolidate(round_=found, on=None, paper=Paper(), version=2, by=world.coordinator).consolidated_on is None
    )
    assert AuditEvent.objects.filter(action=Action.REMEDIATION_CONSOLIDATED).count() == 2


def test_a_task_ends_when_every_unit_has_said_when_it_was_done(world: World) -> None:
    found = opened(world)
    row = found.remediations.select_related("task")[0]
    first, second = row.measures.all()
    Filing.objects.update(sent_on=today(), sent_by=world.officer_a)
    Measure.objects.filter(pk=first.pk).update(result="Đã ban hành", done_on=in_days(-5))
    with pytest.raises(RemediationRefused):
        finish_remediation(remediation=row, version=row.task.version, by=world.coordinator)
    Measure.objects.filter(pk=second.pk).update(result="Đã công khai", done_on=in_days(-2))
    finish_remediation(remediation=row, version=row.task.version, by=world.coordinator)
    task = Task.objects.get(pk=row.task_id)
    assert task.done_on == in_days(-2)
    assert "Đã công khai" in task.progress.get().text
    with pytest.raises(TaskRefused):
        finish_remediation(remediation=row, version=task.version, by=world.coordinator)


def test_next_years_appraiser_reads_what_was_sent(world: World) -> None:
    found = opened(world)
    write(world, found, PLAN, on=date(2030, 5, 4))
    newer = Campaign.objects.create(
        code="dot-sau", title="Đợt sau", owner=world.district, criteria_set=world.criteria_set, year=2025
    )
    sheet = ScoreSheet.objects.create(campaign=newer, unit=world.commune_a)
    criterion = world.criteria_set.criteria.get(code="2.2")
    row = Score.objects.create(sheet=sheet, criterion=criterion, counted_max_points=1)
    remediation = found.remediations.get(loss__score__sheet__unit=world.commune_a)
    measure = remediation.measures.get(unit=world.commune_a)

    def told() -> str:
        return last_losses(newer, [row])[row.pk][0].text

    assert measure.text not in told(), "a draft is nobody else's"
    send(world, found)
    assert told().endswith(f"Xã Tân Lập plans: {measure.text} (by 04/05/2030)")
    write(world, found, REPORT, on=today())
    assert "has done" not in told()
    send(world, found, REPORT)
    assert told().endswith(f"Xã Tân Lập has done: {measure.text} ({today():%d/%m/%Y})")


def work(world: World, name: str) -> list[tuple[str, str]]:
    return [(task.title, task.text) for each in remediation_work(world.fresh(name)) for task in each.tasks]


def test_units_find_what_to_send_and_leaders_what_is_overdue(world: World) -> None:
    found = opened(world)
    assert [title for title, _text in work(world, "officer_a")] == ["Plan of remediation: Xã Tân Lập"]
    write(world, found, PLAN)
    send(world, found)
    assert [title for title, _text in work(world, "leader_a")] == ["Report of remediation: Xã Tân Lập"]
    assert work(world, "district_leader") == []
    with time_machine.travel(timezone.make_aware(datetime.combine(in_days(41), time(9))), tick=False):
        # A has its report, B both papers to send; every task is overdue.
        expected = [(world.campaign.title, "3 papers are missing · 5 tasks are overdue")]
        assert work(world, "district_leader") == work(world, "coordinator") == expected
        assert work(world, "outsider") == work(world, "justice_officer") == []


def test_units_are_reminded_once_in_each_stage(world: World) -> None:
    found = opened(world, plan=10)
    write(world, found, PLAN)
    send(world, found)
    told = []
    for count in range(14):
        with time_machine.travel(timezone.make_aware(datetime.combine(in_days(count), time(7))), tick=False):
            told += [count for _ in range(2) if remind_of_filings(timezone.localdate())]
    # The last day is the ninth from now: 7, 3 and 1 days before, 1 and 3 after.
    assert told == [2, 6, 8, 10, 12]
    lines = Notice.objects.filter(kind__in=(Notice.Kind.DUE_SOON, Notice.Kind.OVERDUE), read_at=None)
    assert set(lines.values_list("user__username", "kind")) == {
        ("officer_b", Notice.Kind.OVERDUE),
        ("leader_b", Notice.Kind.OVERDUE),
    }

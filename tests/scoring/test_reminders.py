"""Who is reminded on which day: the calendar of `scoring.reminders`, run day by day by the real command."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from scoring.actions import reminders as actions
from scoring.actions.reminders import remind, remind_by_timer
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.models import Campaign, Criterion, Reminder, Share, SheetStatus
from scoring.reminders import SELF_SCORE, ReminderKind, day_of, deadline_stage, silence_stage
from tests.world import World, excuse_missing_evidence, submit
from units.models import AuditEvent, Notice, Unit
from units.notices import notify_anew

pytestmark = pytest.mark.any_database

OFFICE = timezone.get_default_timezone()


def at(day: str, hour: int = 7, minute: int = 0) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=OFFICE)


@pytest.fixture
def december(world: World) -> World:
    """The self-score is due on 15 December 2024 at 17:00, the appraisal on the 28th."""
    Campaign.objects.update(self_score_due_at=at("2024-12-15", 17), appraisal_due_at=at("2024-12-28", 17))
    world.campaign.refresh_from_db()
    return world


def days(first: str, last: str) -> Iterator[date]:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day
        day += timedelta(days=1)


def run(day: date | str, hour: int = 7) -> list[tuple[str, str, str]]:
    """What one run tells: person, kind of notice, kind of reminder of each sheet."""
    last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with time_machine.travel(at(str(day), hour), tick=False):
        call_command("send_reminders", "--no-mail", stdout=StringIO())
    return list(Notice.objects.filter(pk__gt=last).order_by("pk").values_list("user__username", "kind", "subject"))


def told(first: str, last: str) -> list[tuple[str, str, str]]:
    """Day, person and kind of all notices of a run on each of the days."""
    return [(f"{day:%m-%d}", username, kind) for day in days(first, last) for username, kind, _subject in run(day)]


def only(lines: list[tuple[str, str, str]], *people: str) -> list[tuple[str, str]]:
    return [(day, kind) for day, person, kind in lines if person in people]


# The rules -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "kind", "since"),
    [
        ("2024-12-07 23:59", None, None),
        ("2024-12-08 00:00", "due", "2024-12-08"),
        ("2024-12-11 12:00", "due", "2024-12-08"),
        ("2024-12-12 00:00", "due", "2024-12-12"),
        ("2024-12-14 00:00", "due", "2024-12-14"),
        ("2024-12-15 17:00", "due", "2024-12-14"),
        ("2024-12-15 17:01", None, None),
        ("2024-12-16 00:00", "overdue", "2024-12-16"),
        ("2024-12-17 12:00", "overdue", "2024-12-16"),
        ("2024-12-18 00:00", "overdue", "2024-12-18"),
        ("2024-12-24 23:59", "overdue", "2024-12-18"),
        ("2024-12-25 00:00", "overdue", "2024-12-25"),
        ("2025-01-02 00:00", "overdue", "2025-01-01"),
    ],
)
def test_a_deadline_has_stages(now: str, kind: str | None, since: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=OFFICE)
    stage = deadline_stage(at("2024-12-15", 17), moment, SELF_SCORE)
    found = (stage.kind.value, stage.since.isoformat()) if stage else (None, None)
    assert found == (kind, since)


def test_no_deadline_has_no_stage_and_midnight_ends_its_day() -> None:
    assert deadline_stage(None, at("2024-12-15"), SELF_SCORE) is None
    assert day_of(at("2024-12-16", 0)) == date(2024, 12, 15)


def test_silence_has_stages() -> None:
    since = at("2024-12-02", 15)
    found = [
        stage.since.day if (stage := silence_stage(since, at(f"2024-12-{day:02}"), ReminderKind.RETURNED)) else 0
        for day in range(3, 12)
    ]
    assert found == [0, 4, 4, 4, 7, 7, 7, 10, 10]
    assert silence_stage(None, since, ReminderKind.RETURNED) is None


# The calendar --------------------------------------------------------------------------------------------------
def test_a_unit_that_never_submits(december: World) -> None:
    found = told("2024-12-01", "2025-01-02")
    before = [("12-08", "due_soon"), ("12-12", "due_soon"), ("12-14", "due_soon")]
    after = [("12-16", "overdue"), ("12-18", "overdue"), ("12-25", "overdue"), ("01-01", "overdue")]
    assert only(found, "officer_b") == before + after
    assert only(found, "leader_b") == after
    assert only(found, "coordinator", "justice_officer", "outsider", "administrator") == []


def test_a_sheet_from_the_officer_to_the_agencies(december: World) -> None:
    unit = december.commune_a
    excuse_missing_evidence(december, unit)
    with time_machine.travel(at("2024-12-10", 9), tick=False):
        move_sheet(sheet=december.sheet(unit), name="propose", by=december.officer_a)
    found = told("2024-12-08", "2024-12-13")
    # The leader has it since the 10th: the deadline comes first, a sheet is the subject of one reminder a day.
    assert only(found, "officer_a") == []
    assert only(found, "leader_a") == [("12-08", "due_soon"), ("12-12", "due_soon"), ("12-13", "reminded")]
    with time_machine.travel(at("2024-12-13", 9), tick=False):
        move_sheet(sheet=december.sheet(unit), name="submit", by=december.leader_a)
    found = told("2024-12-14", "2024-12-31")
    assert only(found, "officer_a", "leader_a") == []
    appraisal = [("12-21", "due_soon"), ("12-25", "due_soon"), ("12-27", "due_soon")]
    late = [("12-29", "overdue"), ("12-31", "overdue")]
    assert only(found, "justice_officer") == appraisal + late
    assert only(found, "coordinator") == appraisal + late


def test_a_returned_sheet_that_nobody_opens(december: World) -> None:
    unit = december.commune_a
    with time_machine.travel(at("2024-12-13", 9), tick=False):
        submit(december, unit)
    with time_machine.travel(at("2024-12-18", 9), tick=False):
        move_sheet(
            sheet=december.sheet(unit),
            name="return",
            by=december.coordinator,
            reason="Thiếu báo cáo quý",
            due_at=at("2025-01-10", 17),
        )
    found = told("2024-12-18", "2024-12-27")
    assert only(found, "officer_a") == [("12-20", "reminded"), ("12-23", "reminded"), ("12-26", "reminded")]
    assert "Thiếu báo cáo quý" in Notice.objects.filter(user=december.officer_a, kind="reminded")[0].subject


def test_an_extension_has_stages_of_its_own(december: World) -> None:
    assert [kind for _person, kind, _subject in run("2024-12-14") if _person == "officer_a"] == ["due_soon"]
    with time_machine.travel(at("2024-12-14", 9), tick=False):
        extend_deadline(
            sheet=december.sheet(december.commune_a),
            due_at=at("2024-12-20", 17),
            by=december.coordinator,
            reason="Mất điện",
        )
    found = told("2024-12-15", "2024-12-22")
    assert only(found, "officer_a") == [("12-17", "due_soon"), ("12-19", "due_soon"), ("12-21", "overdue")]


def test_an_explanation_is_reminded_of_and_then_the_second_appraisal(december: World) -> None:
    sheet = december.sheet(december.commune_a)
    sheet.status, sheet.explanation_due_at = SheetStatus.EXPLAINING, at("2025-01-05", 17)
    sheet.save()
    found = told("2024-12-29", "2025-01-06")
    days_told = [("12-29", "due_soon"), ("01-02", "due_soon"), ("01-04", "due_soon"), ("01-06", "overdue")]
    assert only(found, "officer_a") == only(found, "leader_a") == days_told


def test_a_part_is_reminded_of_to_whom_it_was_given(december: World) -> None:
    sheet, codes = december.sheet(december.commune_a), {"1.1": december.officer_a, "2": december.justice}
    for code, who in codes.items():
        Share.objects.create(
            sheet=sheet,
            criterion=Criterion.objects.get(criteria_set=december.criteria_set, code=code),
            due_at=at("2024-12-05", 17),
            by=december.leader_a,
            **{"unit" if isinstance(who, Unit) else "user": who},
        )
    found = told("2024-12-01", "2024-12-07")
    days_told = [("12-01", "due_soon"), ("12-02", "due_soon"), ("12-04", "due_soon"), ("12-06", "overdue")]
    assert only(found, "officer_a") == only(found, "justice_officer") == days_told
    Share.objects.update(done_at=at("2024-12-07"), done_by=december.officer_a)
    assert told("2024-12-08", "2024-12-08") == [
        (day, person, "due_soon") for day, person in (("12-08", "officer_b"), ("12-08", "officer_a"))
    ]


@pytest.mark.parametrize("change", [{"status": "closed"}, {"status": "draft"}])
def test_only_open_campaigns_remind(december: World, change: dict[str, str]) -> None:
    Campaign.objects.update(**change)
    assert run("2024-12-14") == []


def test_a_rehearsal_is_reminded_by_its_own_clock(december: World) -> None:
    Campaign.objects.update(training=True, clock_offset=timedelta(days=13))
    assert {kind for _person, kind, _subject in run("2024-12-01")} == {"due_soon"}
    assert Reminder.objects.values_list("on", flat=True).distinct().get() == date(2024, 12, 14)
    Campaign.objects.update(clock_offset=timedelta(days=15))
    assert {kind for _person, kind, _subject in run("2024-12-01")} == {"overdue"}


# Once a day, whatever happens ------------------------------------------------------------------------------------
def test_a_second_run_of_the_day_tells_nothing(december: World) -> None:
    assert run("2024-12-14") != []
    assert run("2024-12-14", 7) == run("2024-12-14", 15) == []


def test_a_missed_day_is_made_up_for(december: World) -> None:
    assert only(told("2024-12-13", "2024-12-13"), "officer_a") == [("12-13", "due_soon")]
    assert only(told("2024-12-14", "2024-12-15"), "officer_a") == [("12-14", "due_soon")]


def test_a_sheet_that_fails_does_not_stop_the_others_and_is_tried_again(
    december: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, real = december.sheet(december.commune_b).pk, actions.write_down

    def write_down(sheets: list[int], *others: object) -> None:
        real(sheets, *others)  # type: ignore[arg-type]
        if failing in sheets:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(actions, "write_down", write_down)
    with time_machine.travel(at("2024-12-14"), tick=False), pytest.raises(CommandError, match="1 of them failed"):
        call_command("send_reminders", stdout=StringIO())
    reminded = Reminder.objects.values_list("sheet__unit__code", flat=True)
    assert list(reminded) == [december.commune_a.code]
    monkeypatch.undo()
    assert [person for person, _kind, _subject in run("2024-12-14", 8)] == ["officer_b"]


def test_a_run_that_is_killed_is_taken_up_by_the_next_one(
    december: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = notify_anew

    def killed(users: list[object], **others: object) -> None:
        real(users, **others)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "notify_anew", killed)
    with time_machine.travel(at("2024-12-14"), tick=False), pytest.raises(KeyboardInterrupt):
        remind_by_timer()
    assert not Notice.objects.filter(kind="due_soon").exists()
    monkeypatch.undo()
    assert sorted(person for person, _kind, _subject in run("2024-12-14", 8)) == ["officer_a", "officer_b"]


def test_two_runs_at_once_tell_it_once(december: World) -> None:
    with time_machine.travel(at("2024-12-14"), tick=False):
        late = actions.UnitSide.of(december.campaign)
        assert remind_by_timer().told == 2
        outcome = actions.Outcome()
        late.remind(outcome)
    assert (outcome.told, outcome.failed) == (0, 0)
    assert Notice.objects.filter(kind="due_soon").count() == 2


# What it says ----------------------------------------------------------------------------------------------------
def test_a_notice_names_unit_campaign_time_and_what_is_missing(december: World) -> None:
    [subject] = [subject for person, _kind, subject in run("2024-12-14") if person == "officer_a"]
    for part in ("Xã Tân Lập", "Đợt chấm điểm thử", "17:00 15/12/2024", "6"):
        assert part in subject
    assert "dot-thu" not in subject


def test_a_later_reminder_takes_the_place_of_an_unread_one(december: World) -> None:
    told("2024-12-08", "2024-12-18")
    unread = Notice.objects.filter(user=december.officer_b, read_at=None, kind__in=("due_soon", "overdue"))
    assert [notice.kind for notice in unread] == ["overdue"]


def test_by_hand_whoever_has_the_sheet_is_told_with_a_note(december: World) -> None:
    excuse_missing_evidence(december, december.commune_b)
    with time_machine.travel(at("2024-12-10"), tick=False):
        submit(december, december.commune_a)
        move_sheet(sheet=december.sheet(december.commune_b), name="propose", by=december.officer_b)
    with time_machine.travel(at("2024-12-12"), tick=False):
        count = remind(
            campaign=december.campaign,
            sheets=december.campaign.sheets.all(),
            by=december.coordinator,
            note="Gọi 0900 nếu vướng",
        )
    lines = Notice.objects.filter(kind="reminded").values_list("user__username", "subject")
    people = sorted(person for person, _subject in lines)
    assert people == ["justice_officer", "leader_b"]
    assert count == 2
    assert all(subject.endswith("Gọi 0900 nếu vướng") for _person, subject in lines)
    event = AuditEvent.objects.get(action="sheet.reminded")
    assert (event.by, event.reason, event.changes.count()) == (december.coordinator, "Gọi 0900 nếu vướng", 2)
    # Whom the coordinator reminded is left in peace by the timer that day.
    assert [person for person, *_rest in run("2024-12-12", 9) if person in ("leader_b", "officer_b")] == []

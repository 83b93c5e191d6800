"""Who is reminded of what, and when: rules over dates, without a query.

A reminder belongs to a stage: some days before a deadline, some days after it, or some days of silence. It goes
out once in its stage, on the first day on which `manage.py send_reminders` runs: a day that the timer missed is
made up for, and a second run of the same day finds nothing to do. Days are those of the campaign's clock.

    before a deadline    7, 3 and 1 days
    after a deadline     on day 1 and day 3, then every 7 days
    without a sign       after 2 days, then every 3: a returned sheet without a save, a sheet before its leader

A new deadline (an extension, a return) has stages of its own. A sheet is the subject of one reminder a day at
most; parts of it that were given away are reminded of each on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from parportal.deadlines import stage_began, step_reached
from scoring.models import ScoreSheet, Share, SheetStatus
from units.models import Notice

SILENT = 2
SILENT_AGAIN = 3


class ReminderKind(StrEnum):
    """What somebody was reminded of; that of a part is followed by its number ("part_due:12")."""

    DUE = "due"
    OVERDUE = "overdue"
    RETURNED = "returned"
    LEADER = "leader"
    PART_DUE = "part_due"
    PART_OVERDUE = "part_overdue"
    EXPLAIN_DUE = "explain_due"
    EXPLAIN_OVERDUE = "explain_overdue"
    APPRAISE_DUE = "appraise_due"
    APPRAISE_OVERDUE = "appraise_overdue"
    SECOND_DUE = "second_due"
    SECOND_OVERDUE = "second_overdue"
    BY_HAND = "by_hand"

    @property
    def notice(self) -> Notice.Kind:
        if self.value.endswith("overdue"):
            return Notice.Kind.OVERDUE
        return Notice.Kind.DUE_SOON if self.value.endswith("due") else Notice.Kind.REMINDED


SELF_SCORE = (ReminderKind.DUE, ReminderKind.OVERDUE)
PART = (ReminderKind.PART_DUE, ReminderKind.PART_OVERDUE)
EXPLANATION = (ReminderKind.EXPLAIN_DUE, ReminderKind.EXPLAIN_OVERDUE)
APPRAISAL = (ReminderKind.APPRAISE_DUE, ReminderKind.APPRAISE_OVERDUE)
SECOND = (ReminderKind.SECOND_DUE, ReminderKind.SECOND_OVERDUE)
# A sheet is the subject of one of these a day.
OF_A_SHEET = (*SELF_SCORE, *EXPLANATION, ReminderKind.RETURNED, ReminderKind.LEADER, ReminderKind.BY_HAND)


@dataclass(frozen=True, slots=True)
class Stage:
    """A reminder that is to go out once from `since` on. `part` is the primary key of a part, or 0."""

    kind: ReminderKind
    since: date
    part: int = 0

    @property
    def key(self) -> str:
        """As `Reminder.kind` stores it."""
        return f"{self.kind}:{self.part}" if self.part else self.kind.value

    def is_new(self, past: Mapping[str, date], today: date) -> bool:
        """Whether none has gone out in this stage. Shapes: `past` holds the last day of each key."""
        last = past.get(self.key)
        return last is None or not self.since <= last <= today


def day_of(due_at: datetime) -> date:
    """The last day of a deadline: midnight belongs to the day that it ends."""
    return timezone.localdate(due_at - timedelta(microseconds=1))


def deadline_stage(
    due_at: datetime | None, now: datetime, kinds: tuple[ReminderKind, ReminderKind], *, part: int = 0
) -> Stage | None:
    """The stage in which a deadline is now. Shapes: `kinds` are those before and after it."""
    if due_at is None:
        return None
    is_past = now > due_at
    since = stage_began(day_of(due_at), timezone.localdate(now), is_past=is_past)
    return None if since is None else Stage(kinds[1] if is_past else kinds[0], since, part)


def silence_stage(since: datetime | None, now: datetime, kind: ReminderKind) -> Stage | None:
    """The stage of a sheet on which nothing has happened since then."""
    if since is None:
        return None
    first = timezone.localdate(since)
    days = step_reached((timezone.localdate(now) - first).days, (SILENT,), SILENT_AGAIN)
    return None if days is None else Stage(kind, first + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Silence:
    """The last sign of the unit: its last save or the return of the sheet, and its proposal to the leader."""

    worked_at: datetime | None = None
    proposed_at: datetime | None = None


def stage_of_sheet(sheet: ScoreSheet, silence: Silence, past: Mapping[str, date], now: datetime) -> Stage | None:
    """Of what the unit that has the sheet in hand is to be reminded now."""
    today = timezone.localdate(now)
    if any(past.get(kind) == today for kind in OF_A_SHEET):
        return None
    stages: tuple[Stage | None, ...] = ()
    if sheet.status == SheetStatus.DRAFT:
        returned = silence.worked_at if sheet.return_reason else None
        stages = (
            deadline_stage(sheet.deadline_at, now, SELF_SCORE),
            silence_stage(returned, now, ReminderKind.RETURNED),
        )
    elif sheet.status == SheetStatus.AWAITING_LEADER:
        stages = (
            deadline_stage(sheet.deadline_at, now, SELF_SCORE),
            silence_stage(silence.proposed_at, now, ReminderKind.LEADER),
        )
    elif sheet.status == SheetStatus.EXPLAINING:
        stages = (deadline_stage(sheet.explanation_deadline_at, now, EXPLANATION),)
    return next((stage for stage in stages if stage and stage.is_new(past, today)), None)


def stages_of_parts(
    sheet: ScoreSheet, parts: Iterable[Share], past: Mapping[str, date], now: datetime
) -> list[tuple[Share, Stage]]:
    """Which parts of a draft, given with an inner deadline and not reported as done, are to be reminded of now."""
    if sheet.status != SheetStatus.DRAFT:
        return []
    today = timezone.localdate(now)
    stages = ((part, deadline_stage(part.due_at, now, PART, part=part.pk)) for part in parts if not part.done_at)
    return [(part, stage) for part, stage in stages if stage and stage.is_new(past, today)]

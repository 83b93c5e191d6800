"""Deadlines: how long is left, in words, and how many days late something came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from parportal.display import moment

SOON = timedelta(days=3)
# When people are reminded: days before a deadline, days after it, and then every so many days.
BEFORE = (1, 3, 7)
AFTER = (1, 3)
AFTER_AGAIN = 7


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline, ready to print. `is_soon` within three days, not when it has passed."""

    text: str
    iso: str
    left: str
    is_past: bool
    is_soon: bool

    @classmethod
    def of(cls, due_at: datetime | None, now: datetime | None = None) -> Deadline | None:
        """`now` is the time of the campaign (`Campaign.now`)."""
        if due_at is None:
            return None
        rest = due_at - (now or timezone.now())
        is_past = rest < timedelta(0)
        left = gettext("%(time)s overdue") if is_past else gettext("%(time)s left")
        return cls(
            text=moment(due_at),
            iso=timezone.localtime(due_at).isoformat(timespec="minutes"),
            left=left % {"time": duration(abs(rest))},
            is_past=is_past,
            is_soon=not is_past and rest < SOON,
        )


def days_late(due_at: datetime | None, at: datetime) -> int:
    """Days that were begun after a deadline; 0 in time, the deadline itself included."""
    if due_at is None or at <= due_at:
        return 0
    return -((due_at - at) // timedelta(days=1))


def stage_began(last_day: date, today: date, *, is_past: bool) -> date | None:
    """The first day of the stage in which a deadline is: people are reminded once in each. None: not yet."""
    left = (last_day - today).days
    if not is_past:
        step = next((each for each in BEFORE if left <= each), None)
        return None if step is None else last_day - timedelta(days=step)
    days = step_reached(-left, AFTER, AFTER_AGAIN)
    return None if days is None else last_day + timedelta(days=days)


def step_reached(days: int, steps: tuple[int, ...], again: int) -> int | None:
    """The last of `steps`, then of every `again` days after the last one, that is not in the future."""
    last = steps[-1]
    if days >= last:
        return last + (days - last) // again * again
    return max((step for step in steps if step <= days), default=None)


def duration(rest: timedelta) -> str:
    """The largest whole unit that fits: days, hours or minutes."""
    minutes = int(rest.total_seconds()) // 60
    days, hours = minutes // (24 * 60), minutes // 60
    if days:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if hours:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}

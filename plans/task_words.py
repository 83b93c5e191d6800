"""A task in words: its deadline, the last day on which it is in time, and how it stands."""

from __future__ import annotations

import calendar
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from parportal.deadlines import Deadline
from parportal.display import day
from plans.models import DeadlineKind, Origin, Standing, Task

SOON = 3
BADGES = {
    Standing.ON_TIME: "done",
    Standing.LATE: "info",
    Standing.OVERDUE: "overdue",
    Standing.OPEN: "waiting",
}


def last_of_month(on: date) -> date:
    """The last valid day of a deadline "within the month"."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def standing_words(standing: Standing) -> str:
    return {
        Standing.ON_TIME: pgettext("task", "done on time"),
        Standing.LATE: pgettext("task", "done late"),
        Standing.OVERDUE: pgettext("task", "not done, overdue"),
        Standing.OPEN: pgettext("task", "under way"),
    }[standing]


def deadline_words(task: Task) -> str:
    """The deadline as it was set: before 07/02/2024, by that day, within 02/2024, a season, none."""
    on = task.deadline_on
    match task.deadline_kind:
        case DeadlineKind.BEFORE:
            return _("before %(day)s") % {"day": day(on)}
        case DeadlineKind.BY:
            return _("by %(day)s") % {"day": day(on)}
        case DeadlineKind.WITHIN_MONTH if on is not None:
            return _("within the month %(month)s") % {"month": f"{on:%m/%Y}"}
        case DeadlineKind.SEASON:
            return task.season or day(on)
    return _("no deadline")


def last_day_words(task: Task) -> str:
    """The last day on which it is in time; empty without one, and where the deadline itself names it."""
    if task.last_day is None or task.deadline_kind == DeadlineKind.BY:
        return ""
    return _("last day %(day)s") % {"day": day(task.last_day)}


def deadline_in_full(task: Task) -> str:
    return " · ".join(filter(None, (deadline_words(task), last_day_words(task))))


def changed_where(task: Task) -> str:
    """Where a task is changed and removed that no form of a task offers; empty for the others."""
    return {
        Origin.FOLLOW_UP: _("A task of remediation is changed where it was proposed."),
        Origin.OBLIGATION: _("A task of the calendar is changed with its recurring obligation."),
        Origin.FINDING: _("A finding is changed on the page of its inspection."),
    }.get(Origin(task.origin), "")


def left_words(last_day: date, on: date) -> str:
    """How far away the last day is: the day itself still counts."""
    days = (last_day - on).days
    if days == 0:
        return _("today is the last day")
    if days > 0:
        return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
    return ngettext("%(count)s day overdue", "%(count)s days overdue", -days) % {"count": -days}


def days_late(task: Task) -> int:
    """Days after the last day on which it was done; 0 in time."""
    if task.done_on is None or task.last_day is None:
        return 0
    return max(0, (task.done_on - task.last_day).days)


def deadline_of(task: Task, on: date) -> Deadline | None:
    """The last day, of a task that is not done, as lists of work show it."""
    return deadline_at(task.last_day, on) if task.last_day is not None and task.done_on is None else None


def deadline_at(last_day: date, on: date) -> Deadline:
    days = (last_day - on).days
    return Deadline(
        text=day(last_day),
        iso=last_day.isoformat(),
        left=left_words(last_day, on),
        is_past=days < 0,
        is_soon=0 <= days <= SOON,
    )

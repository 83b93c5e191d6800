"""The calendar in words: a day of every year, and how what falls due stands."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plans.models import DeadlineKind, DueDay, Standing, Task
from plans.task_words import deadline_words, last_day_words


def sent_words(standing: Standing) -> str:
    return {
        Standing.ON_TIME: pgettext("obligation", "sent on time"),
        Standing.LATE: pgettext("obligation", "sent late"),
        Standing.OVERDUE: pgettext("obligation", "not sent, overdue"),
        Standing.OPEN: pgettext("obligation", "still to come"),
    }[standing]


def day_words(day: DueDay) -> str:
    """One day of every year: "Quarter I: before 15/03"."""
    return f"{day.label}: {rule_words(day)}"


def rule_words(day: DueDay) -> str:
    """When it falls due in every year."""
    on = {"day": f"{day.day:02}/{day.month:02}"}
    words = _("before %(day)s") % on if day.is_before else _("by %(day)s") % on
    beside = {-1: _("of the year before"), 1: _("of the year after")}.get(day.year_offset, "")
    return f"{words} {beside}".strip()


def due_words(day: DueDay, year: int) -> str:
    """The day of one year, as the deadline of its task will say it."""
    return deadline_words(planned(day, year))


def last_day_of(day: DueDay, year: int) -> str:
    return last_day_words(planned(day, year))


def planned(day: DueDay, year: int) -> Task:
    """The task that a day will have; not stored."""
    return Task(deadline_kind=kind_of(day), deadline_on=day.on(year))


def kind_of(day: DueDay) -> DeadlineKind:
    return DeadlineKind.BEFORE if day.is_before else DeadlineKind.BY

"""Reminding people of tasks: by hand, and each day of those whose last day is near or has passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.deadlines import stage_began
from plans.models import Task
from plans.task_leads import members_of, people_by_unit
from plans.task_words import deadline_words, left_words
from units.audit import Action, Change, record
from units.models import Notice, Party, User
from units.notices import notify_anew

TITLE_LENGTH = 120
NOTE_LENGTH = 100


@transaction.atomic
def remind_of_tasks(*, tasks: Collection[Task], by: User, note: str = "") -> int:
    """Remind the people who work on chosen tasks that are not done. Returns how many lines were left."""
    told = 0
    for task, people in to_remind(tasks):
        if not people:
            continue
        with override(settings.LANGUAGE_CODE):
            words = (Truncator(task.title).chars(TITLE_LENGTH), deadline_words(task), note.strip()[:NOTE_LENGTH])
        url = reverse("task", args=[task.pk])
        notify_anew(people, kind=Notice.Kind.REMINDED, subject=" · ".join(filter(None, words)), url=url)
        change = Change(task, "reminded", "", ", ".join(map(str, people)))
        record(Action.TASK_REMINDED, task, by=by, reason=note.strip(), changes=[change])
        told += len(people)
    return told


def to_remind(tasks: Collection[Task]) -> list[tuple[Task, list[User]]]:
    """The tasks that are not done, each with the people who work on it: two queries.

    Shapes: the parties of `tasks` are prefetched.
    """
    undone = [task for task in tasks if task.done_on is None]
    units = units_by_task(undone)
    people = people_by_unit({unit for found in units.values() for unit in found})
    return [(task, once(people.get(unit, []) for unit in sorted(units[task.pk]))) for task in undone]


def once(lists: Iterable[Iterable[User]]) -> list[User]:
    return list({user.pk: user for people in lists for user in people}.values())


def units_by_task(tasks: Collection[Task]) -> dict[int, set[int]]:
    """The units that work on each task, groups by their members: one query."""
    parties = {task.pk: [*task.leads.all(), *task.cooperating.all()] for task in tasks}
    members = members_of({party.pk for found in parties.values() for party in found if party.unit_id is None})

    def units(party: Party) -> set[int]:
        if party.unit_id is not None:
            return {party.unit_id}
        return {unit for unit, _name in members.get(party.pk, [])}

    return {pk: set[int]().union(*map(units, found)) for pk, found in parties.items()}


@dataclass(frozen=True, slots=True)
class Pressing:
    """What one person is reminded of. `began` is the first day of the newest stage among the tasks."""

    tasks: tuple[Task, ...]
    began: date


def remind_by_day(on: date) -> int:
    """One line for each person, once in each stage of the deadline of a task of his. Returns how many were left.

    A day that was missed is made up for; a second run of a day finds nothing to do.
    """
    pressing = pressing_by_person(on)
    last = last_told([user.pk for user in pressing])
    alike = defaultdict[tuple[str, Notice.Kind], list[User]](list)
    for user, found in pressing.items():
        if user.pk not in last or last[user.pk] < found.began:
            alike[summary(found, on)].append(user)
    with transaction.atomic():
        for (subject, kind), users in alike.items():
            notify_anew(users, kind=kind, subject=subject, url=pressing_url())
    return sum(map(len, alike.values()))


def pressing_url() -> str:
    return f"{reverse('tasks')}?mine=1&show=undone"


def pressing_by_person(on: date) -> dict[User, Pressing]:
    """Tasks of this year and the last one whose deadline is in a stage: five queries."""
    dated = Task.objects.filter(done_on=None, deadline_on__isnull=False, year__gte=on.year - 1)
    began = {task: since for task in dated.prefetch_related("leads", "cooperating") if (since := stage(task, on))}
    found = defaultdict[User, list[Task]](list)
    for task, people in to_remind(list(began)):
        for user in people:
            found[user].append(task)
    return {user: Pressing(tuple(tasks), max(began[each] for each in tasks)) for user, tasks in found.items()}


def stage(task: Task, on: date) -> date | None:
    last_day = task.last_day
    return last_day and stage_began(last_day, on, is_past=on > last_day)


def last_told(users: Collection[int]) -> dict[int, date]:
    """The day on which each person was last told so: one query."""
    kinds = (Notice.Kind.DUE_SOON, Notice.Kind.OVERDUE)
    told = Notice.objects.filter(user__in=users, kind__in=kinds, url=pressing_url())
    rows = told.order_by().values("user").annotate(last=Max("at")).values_list("user", "last")
    return {user: timezone.localdate(at) for user, at in rows}


def summary(found: Pressing, on: date) -> tuple[str, Notice.Kind]:
    """The line of the notice: how many, and the one whose last day comes first."""
    days = [task.last_day for task in found.tasks if task.last_day is not None]
    overdue = sum(each < on for each in days)
    first = min(found.tasks, key=lambda task: (task.last_day or date.max, task.pk))
    with override(settings.LANGUAGE_CODE):
        shown = {"overdue": overdue, "soon": len(days) - overdue}
        words = _("tasks overdue: %(overdue)s, near their last day: %(soon)s") % shown
        subject = f"{words} · {Truncator(first.title).chars(TITLE_LENGTH)} ({left_words(min(days), on)})"
    return subject, Notice.Kind.OVERDUE if overdue else Notice.Kind.DUE_SOON

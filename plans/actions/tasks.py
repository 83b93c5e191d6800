"""Tasks are given, changed and removed by the unit that keeps them; who works on one reports its progress."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.display import day
from parportal.entry.versions import check_version
from plans.actions.conclusions import directive_of, settle_directives
from plans.models import KEEPERS, Conclusion, Progress, Task
from plans.task_leads import people_of
from plans.task_words import changed_where, deadline_in_full, deadline_words
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Party, User
from units.models.units import today
from units.notices import notify

SAID = ("year", "basis", "is_request", "title", "product", "recipient", "via", "season")
TITLE_LENGTH = 160


class TaskRefused(Exception):
    """Something that cannot be done with a task now, and why; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who works on a task."""

    leads: Collection[Party] = ()
    cooperating: Collection[Party] = ()

    @property
    def all(self) -> list[Party]:
        return [*self.leads, *self.cooperating]


@dataclass(frozen=True, slots=True)
class Item:
    """The numbered item of a conclusion notice that a task belongs to."""

    conclusion: Conclusion
    code: str


@transaction.atomic
def give_task(*, task: Task, parties: Parties, item: Item | None = None, by: User) -> Task:
    """Keep a new task and tell those who work on it."""
    task.directive = directive_of(item.conclusion, item.code) if item else None
    # What stands below a plan or a notice is counted in the year of it.
    if above := item.conclusion if item else task.plan:
        task.year = above.year
    task.position = next_position(task)
    task.save()
    set_parties(task, parties)
    if item:
        settle_directives(item.conclusion)
    record(Action.TASK_SAVED, task, by=by, changes=changes_of(task, {}, shown(task, parties)))
    tell_given(task, parties.all, by)
    return task


@transaction.atomic
def change_task(
    *, task: Task, parties: Parties, item: Item | None = None, version: int | str | None, by: User
) -> Task:
    """Save what was changed; people who are new to it are told. `task` carries the new values.

    Raises: StaleVersion, TaskRefused.
    """
    stored = lock(task.pk)
    check_version(stored.version, version)
    expect_given(stored)
    kept = parties_of(stored)
    before = shown(stored, kept)
    for name in (*SAID, "fields", "deadline_kind", "deadline_on"):
        setattr(stored, name, getattr(task, name))
    if item:
        stored.directive = directive_of(item.conclusion, item.code)
    stored.version += 1
    stored.save()
    set_parties(stored, parties)
    if item:
        settle_directives(item.conclusion)
    record(Action.TASK_SAVED, stored, by=by, changes=changes_of(stored, before, shown(stored, parties)))
    told = {party.pk for party in kept.all}
    tell_given(stored, [party for party in parties.all if party.pk not in told], by)
    return stored


@transaction.atomic
def remove_task(*, task: Task, version: int | str | None, by: User) -> None:
    """Remove a task with its progress; the history of what it stood below keeps what it said.

    Raises: StaleVersion, TaskRefused.
    """
    stored = lock(task.pk)
    check_version(stored.version, version)
    expect_given(stored)
    conclusion = stored.directive.conclusion if stored.directive else None
    above = conclusion or stored.plan or stored.owner
    gone = shown(stored, parties_of(stored))
    record(Action.TASK_REMOVED, above, by=by, changes=[Change(stored, name, gone[name]) for name in gone])
    stored.delete()
    if conclusion:
        settle_directives(conclusion)


@transaction.atomic
def report_progress(*, task: Task, progress: Progress, version: int | str | None, by: User) -> Task:
    """Keep what was done by a day. The entry that says "done" ends the task on its day.

    Raises: StaleVersion, TaskRefused for a task that is done, or that others end.
    """
    stored = lock(task.pk)
    check_version(stored.version, version)
    if progress.is_done:
        expect_ender(stored, by)
    if stored.done_on is not None:
        raise TaskRefused(_("The task was reported as done on %(day)s.") % {"day": day(stored.done_on)})
    if progress.on > today():
        raise TaskRefused(_("This day lies in the future."))
    progress.task, progress.by = stored, by
    progress.save()
    if progress.is_done:
        stored.done_on = progress.on
    stored.version += 1
    stored.save(update_fields=["done_on", "version"])
    record(Action.TASK_REPORTED, stored, by=by, changes=reported(stored, progress))
    if progress.is_done:
        tell_done(stored, by)
    return stored


@transaction.atomic
def reopen_task(*, task: Task, reason: str, version: int | str | None, by: User) -> Task:
    """Take back that a task is done; what was reported stays.

    Raises: StaleVersion, TaskRefused.
    """
    stored = lock(task.pk)
    check_version(stored.version, version)
    expect_ender(stored, by)
    if stored.done_on is None:
        raise TaskRefused(_("The task is not done: there is nothing to take back."))
    if not reason.strip():
        raise TaskRefused(_("Give the reason."))
    change = Change(stored, "done_on", day(stored.done_on), "")
    stored.progress.filter(is_done=True).update(is_done=False)
    stored.done_on = None
    stored.version += 1
    stored.save(update_fields=["done_on", "version"])
    record(Action.TASK_REOPENED, stored, by=by, reason=reason.strip(), changes=[change])
    return stored


def lock(pk: int) -> Task:
    locked = Task.objects.select_for_update(of=("self",))
    return locked.select_related("owner", "plan", "directive__conclusion", "remediation").get(pk=pk)


def is_ended_by(task: Task, user: User) -> bool:
    """Whether the person may say that a task is done, or take it back.

    Who works on a lost leaf says so in a report, and the office judges.
    """
    return not hasattr(task, "remediation") or task.owner_id in user.units_as(*KEEPERS)


def expect_ender(task: Task, by: User) -> None:
    """Raises: TaskRefused."""
    if not is_ended_by(task, by):
        raise TaskRefused(_("The office that keeps the remediation says when this task is done."))


def expect_given(task: Task) -> None:
    """Raises: TaskRefused for a task that arose elsewhere and is changed there."""
    if words := changed_where(task):
        raise TaskRefused(words)


def next_position(task: Task) -> int:
    """Behind the others of the office and the year."""
    siblings = Task.objects.filter(owner=task.owner, year=task.year)
    last: int | None = siblings.aggregate(last=Max("position"))["last"]
    return 1 if last is None else last + 1


def parties_of(task: Task) -> Parties:
    return Parties(list(task.leads.all()), list(task.cooperating.all()))


def set_parties(task: Task, parties: Parties) -> None:
    task.leads.set(parties.leads)
    task.cooperating.set(parties.cooperating)


def shown(task: Task, parties: Parties) -> dict[str, object]:
    """What the history keeps of a task, as a person reads it."""
    return {
        **{name: getattr(task, name) for name in SAID},
        "is_request": _("yes") if task.is_request else "",
        "fields": ", ".join(task.fields),
        "deadline_on": deadline_in_full(task),
        "leads": named(parties.leads),
        "cooperating": named(parties.cooperating),
        "directive": task.directive.code if task.directive else "",
    }


def changes_of(task: Task, before: dict[str, object], after: dict[str, object]) -> Iterator[Change]:
    for name, new in after.items():
        yield Change(task, name, before.get(name, ""), new)


def reported(task: Task, progress: Progress) -> Iterator[Change]:
    yield Change(progress, "text", "", progress.text)
    yield Change(progress, "percent", "", progress.percent)
    yield Change(progress, "paper", "", progress.paper)
    yield Change(task, "done_on", "", day(task.done_on))


def named(parties: Iterable[Party]) -> str:
    return "; ".join(sorted(party.name for party in parties))


def tell_given(task: Task, parties: Collection[Party], by: User) -> None:
    """Tell the people of units that are to work on it."""
    if not parties:
        return
    with override(settings.LANGUAGE_CODE):
        subject = f"{Truncator(task.title).chars(TITLE_LENGTH)} · {deadline_words(task)}"
    kind, url = Notice.Kind.TASK_GIVEN, reverse("task", args=[task.pk])
    notify(people_of(parties, but=by), kind=kind, subject=subject, url=url)


def tell_done(task: Task, by: User) -> None:
    """Tell the coordinators of the office that keeps it."""
    told = User.objects.holding(Role.COORDINATOR, units=[task.owner_id]).exclude(pk=by.pk)
    subject = f"{Truncator(task.title).chars(TITLE_LENGTH)} · {by}"
    notify(told, kind=Notice.Kind.TASK_DONE, subject=subject, url=reverse("task", args=[task.pk]))

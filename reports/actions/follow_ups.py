"""The follow-up tasks of an analysis: what is done about its losses, by field and of the organisation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from parportal.entry.versions import check_version
from plans.models import DeadlineKind, Task
from reports.actions.drafts import lock_open, touch
from reports.models import Report
from scoring.models import Criterion, FollowUp
from units.audit import Action, Change, differences, record
from units.models import Party, User


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """What a person says of a follow-up task; without a field it belongs to the organisation."""

    criterion: Criterion | None
    title: str
    leads: Collection[Party]
    product: str = ""
    recipient: str = ""
    via: str = ""
    deadline_kind: str = DeadlineKind.NONE
    deadline_on: date | None = None


SAVED = ("title", "product", "recipient", "via", "deadline_kind", "deadline_on")


@transaction.atomic
def add_follow_up(*, report: Report, entry: TaskEntry, by: User) -> FollowUp:
    """A new task, behind the others of its field.

    Raises: MoveRefused.
    """
    lock_open(report)
    assert report.campaign is not None
    task = Task(
        owner=report.unit,
        year=report.campaign.year + 1,
        position=next_position(report, entry.criterion),
        **{name: getattr(entry, name) for name in SAVED},
    )
    task.save()
    task.leads.set(entry.leads)
    follow_up = FollowUp.objects.create(
        campaign=report.campaign, unit=report.unit, criterion=entry.criterion, task=task
    )
    changes = [Change(task, "title", "", task.title), Change(task, "leads", "", named(entry.leads))]
    touch(report, by)
    record(Action.FOLLOW_UP_SAVED, report, by=by, changes=changes)
    return follow_up


@transaction.atomic
def save_follow_up(
    *, report: Report, follow_up: FollowUp, entry: TaskEntry, version: int | str | None, by: User
) -> None:
    """Change a task.

    Raises: StaleVersion, MoveRefused.
    """
    lock_open(report)
    task = Task.objects.select_for_update().get(pk=follow_up.task_id)
    check_version(task.version, version)
    before = {name: getattr(task, name) for name in SAVED}
    leads_before = named(task.leads.all())
    for name in SAVED:
        setattr(task, name, getattr(entry, name))
    if follow_up.criterion != entry.criterion:
        task.position = next_position(report, entry.criterion)
    task.version += 1
    task.save()
    task.leads.set(entry.leads)
    change = Change(follow_up, "criterion", follow_up.criterion, entry.criterion)
    follow_up.criterion = entry.criterion
    follow_up.save(update_fields=["criterion"])
    changes = [*differences(task, before), Change(task, "leads", leads_before, named(entry.leads)), change]
    touch(report, by)
    record(Action.FOLLOW_UP_SAVED, report, by=by, changes=changes)


@transaction.atomic
def move_follow_up(*, report: Report, follow_up: FollowUp, up: bool, by: User) -> None:
    """Change places with the neighbour in the same field; at the end of the list nothing happens.

    Raises: MoveRefused.
    """
    lock_open(report)
    siblings = FollowUp.objects.filter(campaign=report.campaign, unit=report.unit, criterion=follow_up.criterion)
    tasks = [each.task for each in siblings.select_related("task").order_by("task__position", "pk")]
    place = next(at for at, task in enumerate(tasks) if task.pk == follow_up.task_id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(tasks):
        return
    tasks[place], tasks[other] = tasks[other], tasks[place]
    for position, task in enumerate(tasks):
        task.position = position
    Task.objects.bulk_update(tasks, ["position"])
    touch(report, by)
    record(
        Action.FOLLOW_UP_SAVED,
        report,
        by=by,
        changes=[Change(follow_up.task, "position", place + 1, other + 1)],
    )


@transaction.atomic
def remove_follow_up(*, report: Report, follow_up: FollowUp, by: User) -> None:
    """Remove a task; the history keeps what it said.

    Raises: MoveRefused.
    """
    lock_open(report)
    task = follow_up.task
    change = Change(task, "title", task.title, "")
    touch(report, by)
    record(Action.FOLLOW_UP_REMOVED, report, by=by, changes=[change])
    task.delete()


def next_position(report: Report, criterion: Criterion | None) -> int:
    siblings = FollowUp.objects.filter(campaign=report.campaign, unit=report.unit, criterion=criterion)
    last: int | None = siblings.aggregate(last=Max("task__position"))["last"]
    return 0 if last is None else last + 1


def named(parties: Collection[Party]) -> str:
    return "; ".join(party.name for party in parties)

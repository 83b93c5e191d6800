"""What an inspection found at a unit: a task of that unit, kept by whoever inspected it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from plans.actions.inspections import InspectionRefused, lock_unit
from plans.actions.tasks import Parties, changes_of, give_task, lock, parties_of, shown
from plans.models import InspectedUnit, Origin, Task
from units.audit import Action, Change, record
from units.models import User

SAID = ("title", "product", "deadline_kind", "deadline_on")


@transaction.atomic
def add_finding(*, task: Task, unit: InspectedUnit, by: User) -> Task:
    """Keep a finding and tell the unit of it, as of a task that it was given.

    Raises: InspectionRefused for a unit that was not inspected yet.
    """
    stored = lock_unit(unit.pk)
    if stored.inspected_on is None:
        raise InspectionRefused(_("Enter first on which day the unit was inspected."))
    inspection = stored.inspection
    task.owner, task.year, task.origin, task.inspected = (
        inspection.owner,
        inspection.year,
        Origin.FINDING,
        stored,
    )
    return give_task(task=task, parties=Parties([stored.party]), by=by)


@transaction.atomic
def change_finding(*, task: Task, version: int | str | None, by: User) -> Task:
    """Save its words and its deadline; who leads it stays.

    Raises: StaleVersion.
    """
    stored = lock(task.pk)
    check_version(stored.version, version)
    parties = parties_of(stored)
    before = shown(stored, parties)
    for name in SAID:
        setattr(stored, name, getattr(task, name))
    stored.version += 1
    stored.save()
    record(Action.TASK_SAVED, stored, by=by, changes=changes_of(stored, before, shown(stored, parties)))
    return stored


@transaction.atomic
def remove_finding(*, task: Task, version: int | str | None, by: User) -> None:
    """Remove a finding with what was reported of it; the history of its inspection keeps what it said.

    Raises: StaleVersion.
    """
    stored = lock(task.pk)
    check_version(stored.version, version)
    assert stored.inspected is not None
    gone = shown(stored, parties_of(stored))
    changes = [Change(stored, name, gone[name]) for name in gone]
    record(Action.TASK_REMOVED, stored.inspected.inspection, by=by, changes=changes)
    stored.delete()

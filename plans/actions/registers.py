"""The registers of initiatives and of steering meetings: entered, corrected, removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db import transaction

from parportal.display import day
from parportal.entry.versions import check_version
from plans.models import Initiative, Meeting
from units.audit import Action, Change, record
from units.models import User

INITIATIVE = ("unit", "year", "title", "field", "recognised_by", "number", "issued_on", "document")
MEETING = ("held_on", "subject", "chair", "number", "issued_on", "document", "conclusion")

R = TypeVar("R", Initiative, Meeting)


@transaction.atomic
def enter(*, row: R, by: User) -> R:
    row.save()
    record(saved(row), row, by=by, changes=changes_of(row, None))
    return row


@transaction.atomic
def change(*, row: R, version: int | str | None, by: User) -> R:
    """Save what was changed; the register stays.

    Raises: StaleVersion.
    """
    stored = lock(row)
    check_version(stored.version, version)
    changes = list(changes_of(row, stored))
    for name in columns(row):
        setattr(stored, name, getattr(row, name))
    stored.version += 1
    stored.save()
    record(saved(stored), stored, by=by, changes=changes)
    return stored


@transaction.atomic
def remove(*, row: R, version: int | str | None, by: User) -> None:
    """Take it out of the register; the history of the unit keeps what it said.

    Raises: StaleVersion.
    """
    stored = lock(row)
    check_version(stored.version, version)
    removed = Action.INITIATIVE_REMOVED if isinstance(stored, Initiative) else Action.MEETING_REMOVED
    gone = [Change(stored, name, shown(stored, name), "") for name in columns(stored)]
    record(removed, stored.owner, by=by, changes=gone)
    stored.delete()


def lock(row: R) -> R:
    return type(row).objects.select_for_update(of=("self",)).select_related("owner").get(pk=row.pk)


def columns(row: Initiative | Meeting) -> tuple[str, ...]:
    return INITIATIVE if isinstance(row, Initiative) else MEETING


def saved(row: Initiative | Meeting) -> Action:
    return Action.INITIATIVE_SAVED if isinstance(row, Initiative) else Action.MEETING_SAVED


def changes_of(after: R, before: R | None) -> Iterator[Change]:
    for name in columns(after):
        yield Change(after, name, shown(before, name) if before else "", shown(after, name))


def shown(row: Initiative | Meeting, name: str) -> object:
    """A value as the history tells it."""
    value = getattr(row, name)
    if name.endswith("_on"):
        return day(value)
    return "" if value is None else value if name == "year" else str(value)

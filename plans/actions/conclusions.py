"""Conclusion notices and their numbered items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.display import day
from parportal.entry.versions import check_version
from plans.models import Conclusion, Directive, Task
from units.audit import Action, Change, record
from units.models import User

HEAD = ("owner", "year", "number", "issued_on", "session", "session_on")
_NUMBERS = re.compile(r"[0-9]+|[^0-9.\s]+")


class ConclusionRefused(Exception):
    """Something that cannot be done with a notice now, and why; nothing was changed."""


@transaction.atomic
def create_conclusion(*, conclusion: Conclusion, by: User) -> Conclusion:
    conclusion.save()
    record(Action.CONCLUSION_SAVED, conclusion, by=by, changes=changes_of(conclusion, None))
    return conclusion


@transaction.atomic
def change_conclusion(*, conclusion: Conclusion, version: int | str | None, by: User) -> Conclusion:
    """Save its head; its tasks are of the year of the notice.

    Raises: StaleVersion.
    """
    stored = lock(conclusion.pk)
    check_version(stored.version, version)
    conclusion.owner = stored.owner
    changes = list(changes_of(conclusion, stored))
    for name in HEAD:
        setattr(stored, name, getattr(conclusion, name))
    stored.version += 1
    stored.save()
    Task.objects.filter(directive__conclusion=stored).exclude(year=stored.year).update(year=stored.year)
    record(Action.CONCLUSION_SAVED, stored, by=by, changes=changes)
    return stored


@transaction.atomic
def delete_conclusion(*, conclusion: Conclusion, version: int | str | None, by: User) -> None:
    """Delete a notice without tasks that no meeting names.

    Raises: StaleVersion, ConclusionRefused.
    """
    stored = lock(conclusion.pk)
    check_version(stored.version, version)
    if Task.objects.filter(directive__conclusion=stored).exists():
        raise ConclusionRefused(_("The notice has tasks: remove them first."))
    if stored.meetings.exists():
        raise ConclusionRefused(_("A meeting of the register names this notice: choose none there first."))
    record(Action.CONCLUSION_DELETED, stored.owner, by=by, changes=[Change(stored, "session", stored.session)])
    stored.delete()


def changes_of(after: Conclusion, before: Conclusion | None) -> Iterator[Change]:
    for name in HEAD:
        yield Change(after, name, shown(before, name) if before else "", shown(after, name))


def shown(conclusion: Conclusion, name: str) -> object:
    value = getattr(conclusion, name)
    return day(value) if name.endswith("_on") else value


def lock(pk: int) -> Conclusion:
    return Conclusion.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)


def directive_of(conclusion: Conclusion, code: str) -> Directive:
    """The item of a number, made when the notice does not have it yet."""
    lock(conclusion.pk)
    return Directive.objects.get_or_create(conclusion=conclusion, code=code)[0]


def settle_directives(conclusion: Conclusion) -> None:
    """Items in the order of their numbers, and none without a task."""
    conclusion.directives.filter(tasks=None).delete()
    items = sorted(conclusion.directives.all(), key=lambda each: code_key(each.code))
    for position, item in enumerate(items, 1):
        item.position = position
    Directive.objects.bulk_update(items, ["position"])


def code_key(code: str) -> list[tuple[bool, int, str]]:
    """Numbers as numbers: 2.4b before 2.5a before 2.10."""
    parts = _NUMBERS.findall(code)
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]

"""The calendar of recurring obligations: entered with its days, changed, removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from plans.actions.obligation_tasks import add_missing, lock, running_year, settle
from plans.models import DueDay, Obligation, Task
from plans.obligation_words import day_words
from units.audit import Action, Change, record
from units.models import Unit, User

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet

SAID = ("code", "kind", "title", "field", "recipient", "basis", "lead", "for_each", "first_year", "last_year")
ON = ("label", "day", "month", "year_offset", "is_before")


class ObligationRefused(Exception):
    """Something that cannot be done with an obligation now, and why; nothing was changed."""


@dataclass(frozen=True, slots=True)
class DaySaid:
    """One day as it was typed; `pk` is None for a new one. The columns are those of `DueDay`."""

    pk: int | None
    label: str
    day: int
    month: int
    year_offset: int = 0
    is_before: bool = False

    @property
    def in_year(self) -> tuple[int, int, int]:
        return (self.year_offset, self.month, self.day)


@transaction.atomic
def create_obligation(*, obligation: Obligation, days: Sequence[DaySaid], by: User) -> Obligation:
    """Keep a new obligation and add its tasks of the running year.

    Raises: ObligationRefused when another one of the unit took its code meanwhile.
    """
    expect_own_code(obligation)
    obligation.save()
    save_days(obligation, days)
    changes = list(changes_of(obligation, {}, shown(obligation)))
    add_missing(obligation, running_year())
    record(Action.OBLIGATION_SAVED, obligation, by=by, changes=changes)
    return obligation


@transaction.atomic
def change_obligation(
    *, obligation: Obligation, days: Sequence[DaySaid], version: int | str | None, by: User
) -> Obligation:
    """Save what was changed; the tasks that are not sent follow it, those that are sent stay as they are.

    Raises: StaleVersion; ObligationRefused when a day would go for which something was sent, or when another
    one of the unit took the code meanwhile.
    """
    stored = lock(obligation.owner_id)[obligation.pk]
    check_version(stored.version, version)
    expect_own_code(obligation)
    before, was_for_each = shown(stored), stored.for_each
    for name in SAID:
        setattr(stored, name, getattr(obligation, name))
    stored.version += 1
    stored.save()
    save_days(stored, days)
    settle(stored, was_for_each=was_for_each)
    record(Action.OBLIGATION_SAVED, stored, by=by, changes=changes_of(stored, before, shown(stored)))
    return stored


@transaction.atomic
def remove_obligation(*, obligation: Obligation, version: int | str | None, by: User) -> None:
    """Remove an obligation for which nothing was sent, with its tasks.

    Raises: StaleVersion, ObligationRefused.
    """
    stored = lock(obligation.owner_id)[obligation.pk]
    check_version(stored.version, version)
    tasks = Task.objects.filter(due_day__obligation=stored)
    if sent_days(tasks):
        raise ObligationRefused(
            _("Something was sent for it already: give it a last year instead, then what was sent stays.")
        )
    gone = shown(stored)
    record(
        Action.OBLIGATION_REMOVED,
        stored.owner,
        by=by,
        changes=[Change(stored, name, gone[name]) for name in gone],
    )
    tasks.delete()
    stored.delete()


def expect_own_code(obligation: Obligation) -> None:
    """The unit is locked: two people at once do not give the same code. Raises: ObligationRefused."""
    Unit.objects.select_for_update(no_key=True).get(pk=obligation.owner_id)
    others = Obligation.objects.filter(owner=obligation.owner_id, code=obligation.code)
    if others.exclude(pk=obligation.pk).exists():
        raise ObligationRefused(_("Another obligation of the unit has this code."))


def sent_days(tasks: TaskQuerySet) -> set[int | None]:
    """The days for which something was sent; the tasks are locked: nothing is sent meanwhile."""
    return {task.due_day_id for task in tasks.select_for_update(of=("self",)) if task.done_on is not None}


def save_days(obligation: Obligation, said: Sequence[DaySaid]) -> None:
    """Write the days in the order of the year.

    Raises: ObligationRefused.
    """
    stored = {day.pk: day for day in DueDay.objects.filter(obligation=obligation)}
    remove_days([day for pk, day in stored.items() if pk not in {each.pk for each in said}])
    # Labels are unique: two days that change theirs with each other would meet on the way.
    for each in said:
        if each.pk is not None and each.label != stored[each.pk].label:
            DueDay.objects.filter(pk=each.pk).update(label=f"#{each.pk}")
    for position, each in enumerate(sorted(said, key=lambda one: one.in_year), 1):
        row = stored[each.pk] if each.pk is not None else DueDay(obligation=obligation)
        for name in ON:
            setattr(row, name, getattr(each, name))
        row.position = position
        row.save()


def remove_days(days: Sequence[DueDay]) -> None:
    """Remove days with their tasks. Raises: ObligationRefused when something was sent for one."""
    tasks = Task.objects.filter(due_day__in=days)
    sent = sent_days(tasks)
    for day in days:
        if day.pk in sent:
            words = _("Something was sent for “%(label)s” already: it stays. End the obligation by its last year.")
            raise ObligationRefused(words % {"label": day.label})
    tasks.delete()
    DueDay.objects.filter(pk__in=[day.pk for day in days]).delete()


def shown(obligation: Obligation) -> dict[str, object]:
    """What the history keeps of an obligation, as a person reads it."""
    return {
        **{name: getattr(obligation, name) for name in SAID},
        "kind": obligation.get_kind_display(),
        "lead": obligation.lead.name if obligation.lead else "",
        "for_each": _("yes") if obligation.for_each else "",
        "days": "; ".join(day_words(day) for day in obligation.days.order_by("position", "pk")),
    }


def changes_of(obligation: Obligation, before: dict[str, object], after: dict[str, object]) -> Iterator[Change]:
    for name, new in after.items():
        yield Change(obligation, name, before.get(name, ""), new)

"""Inspections and the units that they inspect. Findings are tasks: `plans/actions/findings.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _

from parportal.display import day
from parportal.entry.versions import check_version
from plans.models import InspectedUnit, Inspection, InspectionKind, Task
from plans.own_parties import own_parties, party_of_itself
from units.audit import Action, Change, record
from units.models import Party, Unit, User
from units.models.units import today

PAPER = ("number", "issued_on", "document")
HEAD = ("year", "kind", "mode", "title", "is_planned", *PAPER)
WORDS = ("planned_on", "inspected_on", *PAPER)


class InspectionRefused(Exception):
    """Something that cannot be done with an inspection now, and why; nothing was changed."""


@transaction.atomic
def create_inspection(*, inspection: Inspection, by: User) -> Inspection:
    """Enter an inspection; one of oneself has the own unit from the start."""
    inspection.save()
    changes = list(changes_of(inspection, None, HEAD))
    if inspection.kind == InspectionKind.SELF:
        changes += added(inspection, parties_for(inspection.owner, [inspection.owner]), None)
    record(Action.INSPECTION_SAVED, inspection, by=by, changes=changes)
    return inspection


@transaction.atomic
def change_inspection(*, inspection: Inspection, version: int | str | None, by: User) -> Inspection:
    """Save its head; its findings are of its year.

    Raises: StaleVersion.
    """
    stored = lock(inspection.pk)
    check_version(stored.version, version)
    changes = list(changes_of(inspection, stored, HEAD))
    for name in HEAD:
        setattr(stored, name, getattr(inspection, name))
    stored.version += 1
    stored.save()
    Task.objects.filter(inspected__inspection=stored).exclude(year=stored.year).update(
        year=stored.year, version=F("version") + 1
    )
    record(Action.INSPECTION_SAVED, stored, by=by, changes=changes)
    return stored


@transaction.atomic
def remove_inspection(*, inspection: Inspection, version: int | str | None, by: User) -> None:
    """Remove an inspection without findings, with its units.

    Raises: StaleVersion, InspectionRefused.
    """
    stored = lock(inspection.pk)
    check_version(stored.version, version)
    if Task.objects.filter(inspected__inspection=stored).exists():
        raise InspectionRefused(_("The inspection has findings: remove them first."))
    changes = [Change(stored, name, shown(stored, name)) for name in HEAD]
    changes += [Change(unit, "party", unit.party.name) for unit in stored.units.select_related("party")]
    record(Action.INSPECTION_REMOVED, stored.owner, by=by, changes=changes)
    stored.delete()


@transaction.atomic
def add_units(
    *,
    inspection: Inspection,
    units: Collection[Unit],
    others: Collection[Party] = (),
    planned_on: date | None = None,
    by: User,
) -> list[InspectedUnit]:
    """Add units to an inspection, and bodies outside the portal; those that are in it already stay as they are.
    Returns the new ones.

    Raises: InspectionRefused when none is new.
    """
    stored = lock(inspection.pk)
    changes = added(stored, [*parties_for(stored.owner, units), *others], planned_on)
    if not changes:
        raise InspectionRefused(_("Choose at least one unit that is not in the inspection yet."))
    record(Action.INSPECTED_UNIT_SAVED, stored, by=by, changes=changes)
    return [change.row for change in changes if isinstance(change.row, InspectedUnit)]


@transaction.atomic
def change_unit(*, unit: InspectedUnit, version: int | str | None, by: User) -> InspectedUnit:
    """Save when a unit was inspected, and the conclusion about it.

    Raises: StaleVersion, InspectionRefused.
    """
    stored = lock_unit(unit.pk)
    check_version(stored.version, version)
    if unit.inspected_on is None and stored.findings.exists():
        raise InspectionRefused(_("The unit has findings: the day of its inspection cannot be taken away."))
    if unit.inspected_on is not None and unit.inspected_on > today():
        raise InspectionRefused(_("This day lies in the future."))
    changes = list(changes_of(unit, stored, WORDS))
    for name in WORDS:
        setattr(stored, name, getattr(unit, name))
    stored.version += 1
    stored.save()
    record(Action.INSPECTED_UNIT_SAVED, stored.inspection, by=by, changes=changes)
    return stored


@transaction.atomic
def remove_unit(*, unit: InspectedUnit, version: int | str | None, by: User) -> None:
    """Take a unit without findings out of an inspection.

    Raises: StaleVersion, InspectionRefused.
    """
    stored = lock_unit(unit.pk)
    check_version(stored.version, version)
    if stored.findings.exists():
        raise InspectionRefused(_("The unit has findings: remove them first."))
    changes = [Change(stored, name, shown(stored, name)) for name in ("party", *WORDS)]
    record(Action.INSPECTED_UNIT_REMOVED, stored.inspection, by=by, changes=changes)
    stored.delete()


def lock(pk: int) -> Inspection:
    return Inspection.objects.select_for_update(of=("self",)).select_related("owner", "document").get(pk=pk)


def lock_unit(pk: int) -> InspectedUnit:
    """The row of its inspection is locked before it: findings are added and units removed one after another."""
    found = InspectedUnit.objects.only("inspection").get(pk=pk)
    lock(found.inspection_id)
    locked = InspectedUnit.objects.select_for_update(of=("self",))
    return locked.select_related("inspection__owner", "party", "document").get(pk=pk)


def added(inspection: Inspection, parties: Collection[Party], planned_on: date | None) -> list[Change]:
    """Store units that are not there yet, without an event."""
    kept = set(inspection.units.values_list("party", flat=True))
    new = list({party.pk: party for party in parties if party.pk not in kept}.values())
    rows = [InspectedUnit(inspection=inspection, party=party, planned_on=planned_on) for party in new]
    InspectedUnit.objects.bulk_create(rows)
    return [Change(row, "party", "", row.party.name) for row in rows]


def parties_for(owner: Unit, units: Collection[Unit]) -> list[Party]:
    """The party that stands for each unit, made where there is none."""
    itself = [party_of_itself(owner)] if any(unit.pk == owner.pk for unit in units) else []
    below = own_parties(owner, [unit for unit in units if unit.pk != owner.pk])
    return [*itself, *below.values()]


def changes_of(after: Model, before: Model | None, names: Collection[str]) -> Iterator[Change]:
    for name in names:
        yield Change(after, name, shown(before, name) if before else "", shown(after, name))


def shown(row: Model, name: str) -> object:
    """A value as the history tells it."""
    value = getattr(row, name)
    if name == "is_planned":
        return _("yes") if value else ""
    if name in ("kind", "mode"):
        return getattr(row, f"get_{name}_display")()
    return day(value) if name.endswith("_on") else value

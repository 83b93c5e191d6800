"""Units of the national register written to the database, again and again without doing harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from units.audit import Action, Change, record
from units.importing.register import Era, Register, RegisterUnit
from units.models import Lineage, LineageKind, Unit, User


@dataclass
class Stored:
    """What an import did (or would do)."""

    new: list[Unit] = field(default_factory=list)
    changed: list[Unit] = field(default_factory=list)
    unchanged: int = 0
    linked: int = 0


@transaction.atomic
def import_units(
    register: Register, era: Era, chosen: Sequence[RegisterUnit], *, by: User | None, dry_run: bool = False
) -> Stored:
    """Write units of an era, matched by code and first day, and the lineage to whatever the other era has here.

    The register wins over a name that was changed by hand; nothing is ever removed. A dry run does the same and
    takes it back.

    Shapes: `chosen` holds parents before children, as `Register.choose` gives them.
    """
    stored = Stored()
    present = {unit.code: unit for unit in Unit.objects.filter(valid_from=era.first_day).select_related("parent")}
    changes: list[Change] = []
    for entry in chosen:
        changes += store_unit(entry, era, present, stored)
    units = [present[entry.code] for entry in chosen]
    changes += store_lineage(register, era, {unit.code for unit in units}, stored)
    if changes:
        reason = f"vietnamadminunits, {era.value}"
        record(Action.UNITS_IMPORTED, units[0], by=by, reason=reason, changes=changes)
    if dry_run:
        transaction.set_rollback(True)
    return stored


def store_unit(entry: RegisterUnit, era: Era, present: dict[str, Unit], stored: Stored) -> list[Change]:
    """Write one unit and note it in `present`."""
    values = {
        "name": entry.name,
        "type": entry.type.value,
        "parent": present[entry.parent] if entry.parent else None,
        "valid_to": era.last_day,
    }
    unit = present.get(entry.code)
    if unit is None:
        unit = Unit.objects.create(code=entry.code, valid_from=era.first_day, **values)
        present[entry.code] = unit
        stored.new.append(unit)
        return [Change(unit, "name", "", f"{unit.name} ({unit.code})")]
    changes = [Change(unit, name, getattr(unit, name), value) for name, value in values.items()]
    real = [change for change in changes if change.is_real]
    if real:
        for name, value in values.items():
            setattr(unit, name, value)
        unit.save(update_fields=list(values))
        stored.changed.append(unit)
    else:
        stored.unchanged += 1
    return real


def store_lineage(register: Register, era: Era, codes: set[str], stored: Stored) -> list[Change]:
    """Link the units just written with those of the other era that are in the database.

    A whole transfer has the share 1; the register does not tell how much a part is.
    """
    links = [link for link in register.links if (link.old if era is Era.LEGACY else link.new) in codes]
    old = by_code(Era.LEGACY, {link.old for link in links})
    new = by_code(Era.FROM_2025, {link.new for link in links})
    known = {
        (row.predecessor_id, row.successor_id): row
        for row in Lineage.objects.filter(predecessor__in=old.values(), successor__in=new.values())
    }
    changes: list[Change] = []
    for link in links:
        if link.old in old and link.new in new:
            pair = old[link.old], new[link.new]
            row = known.get((pair[0].pk, pair[1].pk))
            kind, share = register.kind(link), Decimal(1) if link.whole else None
            if row is None:
                row = Lineage.objects.create(predecessor=pair[0], successor=pair[1], kind=kind, share=share)
                changes.append(Change(row, "kind", "", kind.label))
                stored.linked += 1
            elif row.kind != kind:
                changes.append(correct_kind(row, kind))
    return changes


def correct_kind(row: Lineage, kind: LineageKind) -> Change:
    change = Change(row, "kind", row.get_kind_display(), kind.label)
    row.kind = kind
    row.save(update_fields=["kind"])
    return change


def by_code(era: Era, codes: set[str]) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(valid_from=era.first_day, code__in=codes)}

"""The parties by which an office names single units: each unit's own one, made where it is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction

from units.models import Party, Unit

CODE_LENGTH = 20


def own_parties(owner: Unit, units: Iterable[Unit]) -> dict[int, Party]:
    """The party of the owner that stands for each unit, itself included, by the primary key of the unit.

    One query when none is missing. Shapes: each party comes with its unit.
    """
    wanted = {unit.pk: unit for unit in units}
    found = standing_for(owner, wanted)
    if len(found) < len(wanted):
        found = with_missing(owner, wanted)
    for pk, unit in wanted.items():
        found[pk].unit = unit
    return {pk: found[pk] for pk in wanted}


def standing_for(owner: Unit, units: Collection[int]) -> dict[int, Party]:
    """Of two for one unit the older one: one query."""
    parties = Party.objects.filter(owner=owner, unit__in=units).order_by("-pk")
    return {party.unit_id: party for party in parties if party.unit_id is not None}


@transaction.atomic
def with_missing(owner: Unit, wanted: Mapping[int, Unit]) -> dict[int, Party]:
    """The row of the owner is locked meanwhile: two people at once do not make the same party."""
    Unit.objects.select_for_update(no_key=True).get(pk=owner.pk)
    found = standing_for(owner, wanted)
    taken = set(Party.objects.filter(owner=owner).values_list("code", flat=True))
    for pk, unit in wanted.items():
        if pk not in found:
            found[pk] = Party.objects.create(owner=owner, code=free_code(unit, taken), name=unit.name, unit=unit)
            taken.add(found[pk].code)
    return found


def free_code(unit: Unit, taken: Iterable[str]) -> str:
    """The code of the unit; with its primary key where a party has that code already."""
    code = unit.code[:CODE_LENGTH]
    return f"{code[: CODE_LENGTH - 12]}-{unit.pk}" if code in taken else code


def party_of_itself(unit: Unit) -> Party:
    """The party that stands for a unit: its own one, or its superior's; made where neither is there."""
    found = Party.objects.filter(unit=unit, owner__in=[each for each in (unit.pk, unit.parent_id) if each])
    by_owner = {party.owner_id: party for party in found.order_by("-pk")}
    if party := by_owner.get(unit.pk) or by_owner.get(unit.parent_id or 0):
        return party
    return own_parties(unit, [unit])[unit.pk]

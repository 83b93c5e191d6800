"""Who leads which task: a group counts for each of its members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from plans.models import Task
from units.access import Role
from units.models import Membership, Party, User
from units.models.units import today

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet

# Who is told of a task, and reminded of it.
TOLD = (Role.OFFICER, Role.LEADER, Role.APPRAISER)
# The members of groups, as (unit, name), by the primary key of the group.
Members: TypeAlias = Mapping[int, list[tuple[int, str]]]


@dataclass(frozen=True, slots=True, order=True)
class Lead:
    """A unit, or a party that stands for none of the portal's units. `key` names it in addresses."""

    name: str
    key: str


def leads_of(tasks: TaskQuerySet) -> dict[int, set[Lead]]:
    """Who leads each task: units, members of a group one by one, and parties without a unit.

    Shapes: by the task's primary key; a task that nobody leads is missing. Two queries.
    """
    through = Task.leads.through.objects.filter(task__in=tasks.order_by().values("pk"))
    columns = ("task", "party", "party__unit", "party__unit__name", "party__name")
    rows = list(through.values_list(*columns))
    members = members_of({party for _task, party, unit, *_names in rows if unit is None})
    found = defaultdict[int, set[Lead]](set)
    for task, party, unit, unit_name, party_name in rows:
        if unit is not None:
            found[task].add(Lead(unit_name, f"u{unit}"))
        elif party in members:
            found[task].update(Lead(name, f"u{pk}") for pk, name in members[party])
        else:
            found[task].add(Lead(party_name, f"p{party}"))
    return dict(found)


def members_of(parties: Iterable[int]) -> Members:
    """The units of groups by the primary key of the group; one query."""
    found = defaultdict[int, list[tuple[int, str]]](list)
    rows = Party.members.through.objects.filter(party__in=parties)
    for party, unit, name in rows.values_list("party", "unit", "unit__name"):
        found[party].append((unit, name))
    return dict(found)


def units_of(parties: Iterable[Party]) -> set[int]:
    """The units that parties stand for, groups by their members: one query."""
    listed = list(parties)
    groups = members_of([party.pk for party in listed])
    units = {unit for members in groups.values() for unit, _name in members}
    return units | {party.unit_id for party in listed if party.unit_id is not None}


def people_by_unit(units: Iterable[int]) -> dict[int, list[User]]:
    """Who is told of the tasks of each unit today: one query."""
    held = Membership.objects.on(today()).filter(unit__in=list(units), role__in=TOLD, user__is_active=True)
    found = defaultdict[int, dict[int, User]](dict)
    for membership in held.select_related("user").order_by("user__full_name", "pk"):
        found[membership.unit_id][membership.user_id] = membership.user
    return {unit: list(people.values()) for unit, people in found.items()}


def people_of(parties: Iterable[Party], *, but: User | None = None) -> list[User]:
    """Who works for one of the parties, each person once: two queries."""
    found = {user.pk: user for people in people_by_unit(units_of(parties)).values() for user in people}
    return [user for user in found.values() if user != but]

"""The list of accounts that a coordinator manages: found without diacritics, by unit, role and state."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from units.access import Role
from units.accounts import locked_names, login_name
from units.models import Membership, Unit, User
from units.models.units import today
from units.names import folded


@dataclass(frozen=True, slots=True)
class Listed:
    """One account of the list.

    Shapes: `roles` are those held today in units that the coordinator manages.
    """

    person: User
    roles: list[Membership]
    locked: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means all."""

    text: str = ""
    unit: Unit | None = None
    role: str = ""
    state: str = ""


def listed_people(manager: User, wanted: Wanted) -> list[Listed]:
    """Accounts by name, in three queries whatever their number."""
    units = Unit.objects.managed_by(manager)
    present = Membership.objects.on(today()).filter(unit__in=units.values("pk")).select_related("unit")
    people = User.objects.managed_by(manager).prefetch_related(
        Prefetch("memberships", queryset=present, to_attr="present_roles")
    )
    locked = locked_names()
    rows = (
        Listed(person, person.present_roles, login_name(person.username) in locked)  # type: ignore[attr-defined]
        for person in people
    )
    return sorted((row for row in rows if fits(row, wanted)), key=by_given_name)


def fits(row: Listed, wanted: Wanted) -> bool:
    words = folded(f"{row.person.full_name} {row.person.username} {row.person.title}")
    if not all(word in words for word in folded(wanted.text).split()):
        return False
    roles: Iterable[Membership] = row.roles
    if wanted.unit is not None:
        roles = [each for each in roles if each.unit_id == wanted.unit.pk]
    if wanted.role:
        roles = [each for each in roles if each.role == Role(wanted.role)]
    if (wanted.unit or wanted.role) and not roles:
        return False
    return has_state(row, wanted.state)


def has_state(row: Listed, state: str) -> bool:
    return {
        "": True,
        "active": row.person.is_active,
        "inactive": not row.person.is_active,
        "locked": row.locked,
        "one_time": row.person.must_change_password,
    }[state]


def by_given_name(row: Listed) -> tuple[str, str, str]:
    """Vietnamese lists go by the given name, which stands last."""
    words = folded(row.person.full_name).split()
    return (words[-1] if words else "", " ".join(words), row.person.username)

"""Delegated roles as pages name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from units.access import Role
from units.models import Membership, User
from units.models.units import today


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation, ready to print. `state` is "now", "later" or "ended"."""

    membership: Membership
    state: str
    can_end: bool


def given_by(user: User) -> list[DelegationLine]:
    """What the person delegated, the latest first."""
    given = Membership.objects.filter(delegated_by=user).select_related("user", "unit", "delegated_by")
    return [line_of(each) for each in given.order_by("-valid_from", "-pk")]


def given_to(user: User) -> list[DelegationLine]:
    """What was delegated to the person, the latest first."""
    given = user.memberships.filter(delegated_by__isnull=False).select_related("user", "unit", "delegated_by")
    return [line_of(each) for each in given.order_by("-valid_from", "-pk")]


def line_of(membership: Membership) -> DelegationLine:
    day = today()
    last = membership.valid_to or day
    state = "later" if membership.valid_from > day else "ended" if last < day else "now"
    return DelegationLine(membership, state, can_end=last > day)


def acting_name(user: User, role: Role, unit_id: int, on: date) -> str:
    """The name of who acted in a role on a day, with the word for a substitute; one query."""
    roles = user.memberships.on(on).filter(role=role, unit=unit_id).values_list("delegated_by", flat=True)
    held = list(roles)
    if held and all(each is not None for each in held):
        return _("%(name)s (substitute)") % {"name": user}
    return str(user)

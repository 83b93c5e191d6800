"""Roles with their dates: given, ended, handed over."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry.dates import format_date
from units.access import Role
from units.actions.guards import (
    PersonRefused,
    is_substitute,
    require_known,
    require_not_last_own,
    require_other,
    require_role,
    require_unit,
)
from units.audit import Action, Change, record
from units.models import Membership, Notice, Unit, User
from units.models.units import today
from units.notices import notify


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """A role as it was typed: both days included, without a last day it stays.

    `delegated_by` holds the same role and gives it to a substitute.
    """

    unit: Unit
    role: Role
    valid_from: date
    valid_to: date | None = None
    delegated_by: User | None = None


@transaction.atomic
def give_role(*, person: User, entry: RoleEntry, by: User, reason: str = "") -> Membership:
    """Nobody gives a role to himself: who proposes and who approves must be two people.

    Raises: PersonRefused, also when the person already holds the role on one of these days.
    """
    require_other(by, person)
    require_unit(by, entry.unit)
    require_role(by, entry.role)
    require_known(by, person)
    membership, changes = add_membership(person, entry)
    record(Action.ROLE_GIVEN, person, by=by, reason=reason, changes=changes)
    return membership


def add_membership(person: User, entry: RoleEntry) -> tuple[Membership, list[Change]]:
    """Store a role and tell what changed; the caller has checked the unit and the role.

    Raises: PersonRefused.
    """
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        raise PersonRefused(_("The last day lies before the first day."))
    held = held_meanwhile(person, entry)
    if held is not None:
        raise PersonRefused(
            _("%(person)s already holds this role there: %(period)s."),
            {"person": person, "period": period(held)},
        )
    membership = Membership.objects.create(
        user=person,
        unit=entry.unit,
        role=entry.role,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        delegated_by=entry.delegated_by,
    )
    return membership, described(membership, given=True)


def held_meanwhile(person: User, entry: RoleEntry) -> Membership | None:
    """The same role in the same unit on one of the days of `entry`."""
    same = person.memberships.filter(unit=entry.unit, role=entry.role)
    same = same.filter(Q(valid_to=None) | Q(valid_to__gte=entry.valid_from))
    if entry.valid_to is not None:
        same = same.filter(valid_from__lte=entry.valid_to)
    return same.first()


def period(membership: Membership) -> str:
    """01/01/2020 – 31/12/2025, or the first day and an open end."""
    until = format_date(membership.valid_to) if membership.valid_to else "…"
    return f"{format_date(membership.valid_from)} – {until}"


def described(membership: Membership, *, given: bool) -> list[Change]:
    """A whole role as changes: from nothing when it is given, to nothing when it is removed."""
    values = {
        "unit": membership.unit,
        "role": membership.get_role_display(),
        "valid_from": format_date(membership.valid_from),
        "valid_to": format_date(membership.valid_to) if membership.valid_to else "",
        "delegated_by": membership.delegated_by or "",
    }
    return [
        Change(membership, name, "" if given else value, value if given else "") for name, value in values.items()
    ]


@transaction.atomic
def end_role(*, membership: Membership, last_on: date, by: User, reason: str = "") -> None:
    """Let a role end with the day `last_on`; a role that would end before it began is removed.

    Raises: PersonRefused.
    """
    require_unit(by, membership.unit)
    require_role(by, membership.role)
    require_not_last_own(by, membership)
    changes = close_membership(membership, last_on)
    record(Action.ROLE_ENDED, membership.user, by=by, reason=reason, changes=changes)
    end_delegated(membership, last_on, by=by)


def end_delegated(membership: Membership, last_on: date, *, by: User) -> None:
    """What a person delegated ends with the role at the latest; one event for each substitute."""
    if membership.delegated_by_id is not None:
        return
    same = Membership.objects.filter(
        delegated_by=membership.user_id, unit=membership.unit_id, role=membership.role, valid_to__gt=last_on
    )
    for each in same.select_related("user", "unit", "delegated_by"):
        record(Action.ROLE_ENDED, each.user, by=by, changes=close_membership(each, last_on))


def close_membership(membership: Membership, last_on: date) -> list[Change]:
    """Raises: PersonRefused when the role ended earlier already."""
    if membership.valid_to is not None and membership.valid_to <= last_on:
        raise PersonRefused(_("This role ended on %(day)s already."), {"day": format_date(membership.valid_to)})
    if last_on < membership.valid_from:
        changes = described(membership, given=False)
        Membership.objects.filter(pk=membership.pk).delete()
        return changes
    before = format_date(membership.valid_to) if membership.valid_to else ""
    membership.valid_to = last_on
    membership.save(update_fields=["valid_to"])
    return [Change(membership, "valid_to", before, format_date(last_on))]


@transaction.atomic
def hand_over_work(*, person: User, to: User, by: User, reason: str = "") -> list[Membership]:
    """Give the open work of one person to another: the roles that `to` lacks begin today, those of `person` end.

    Open work belongs to units, and a person meets it by role; so the roles in the units that the coordinator
    manages are what is handed over. A role outside them and the administrator's stay. `person` keeps the account.

    Raises: PersonRefused.
    """
    require_known(by, person)
    require_known(by, to)
    require_other(by, person)
    require_other(by, to)
    if person.pk == to.pk or not to.is_active:
        raise PersonRefused(_("Choose another person with an active account."))
    held = list(handed_over(by, person))
    if not held:
        raise PersonRefused(_("%(person)s holds no role today that could be handed over."), {"person": person})
    given: list[Membership] = []
    changes: list[Change] = []
    last_on = today() - timedelta(days=1)
    for membership in held:
        role, until, giver = Role(membership.role), membership.valid_to, membership.delegated_by
        closed = close_membership(membership, last_on)
        # First, for `to` may be the substitute: what was delegated to him ends, what is handed over stays.
        end_delegated(membership, last_on, by=by)
        entry = RoleEntry(membership.unit, role, today(), until, delegated_by=giver)
        if held_meanwhile(to, entry) is None:
            new, described_new = add_membership(to, entry)
            given.append(new)
            changes += described_new
        changes += closed
    record(Action.WORK_HANDED_OVER, person, by=by, reason=reason, changes=changes)
    subject = _("%(person)s has handed over: %(roles)s") % {"person": person, "roles": role_list(held)}
    notify([to], kind=Notice.Kind.HANDED_OVER, subject=subject, url=reverse("home"))
    return given


def handed_over(by: User, person: User) -> list[Membership]:
    """The roles of `person` that a hand-over by this coordinator would move."""
    units = Unit.objects.managed_by(by).values("pk")
    present = person.memberships.on(today()).filter(unit__in=units).exclude(role=Role.ADMINISTRATOR)
    if is_substitute(by):
        present = present.exclude(role=Role.COORDINATOR)
    return list(present.select_related("unit", "delegated_by"))


def role_list(memberships: list[Membership]) -> str:
    return "; ".join(f"{each.get_role_display()}, {each.unit}" for each in memberships)

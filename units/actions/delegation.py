"""A role given to a deputy or substitute for a time, by whoever holds it."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry.dates import format_date
from units.access import Role
from units.actions.guards import PersonRefused, require_other
from units.actions.roles import RoleEntry, add_membership, close_membership, period
from units.audit import Action, record
from units.models import Membership, Notice, Unit, User
from units.models.units import today
from units.notices import notify

# An officer shares his work by parts of the sheet; an administrator is appointed, not represented.
DELEGABLE = (Role.LEADER, Role.COORDINATOR, Role.APPRAISER)


def delegable(user: User) -> QuerySet[Membership]:
    """The roles that the person may delegate: held today, and not delegated to him by somebody else."""
    held = user.memberships.on(today()).filter(role__in=DELEGABLE, delegated_by=None)
    return held.select_related("unit").order_by("role", "unit__code")


def substitutes_of(user: User, unit: Unit) -> QuerySet[User]:
    """Who may stand in for the person in a unit: active people of it, and those whose account he manages."""
    inside = Membership.objects.on(today()).filter(unit=unit).values("user")
    managed = User.objects.managed_by(user).values("pk")
    found = User.objects.filter(Q(pk__in=inside) | Q(pk__in=managed), is_active=True)
    return found.exclude(pk=user.pk).order_by("full_name")


@transaction.atomic
def delegate_role(
    *, membership: Membership, to: User, first_on: date, last_on: date, by: User, reason: str = ""
) -> Membership:
    """Give the own role to a substitute from a day to a day; both then hold it.

    Raises: PersonRefused. A delegated role is not delegated further.
    """
    require_other(by, to)
    if not delegable(by).filter(pk=membership.pk).exists():
        raise PersonRefused(_("Only a role that you hold yourself can be delegated."))
    if not substitutes_of(by, membership.unit).filter(pk=to.pk).exists():
        raise PersonRefused(
            _("%(person)s holds no role in %(unit)s today."), {"person": to, "unit": membership.unit}
        )
    if first_on < today():
        raise PersonRefused(_("A role is delegated from today on at the earliest."))
    if membership.valid_to is not None and last_on > membership.valid_to:
        raise PersonRefused(
            _("Your own role ends on %(day)s: it cannot be delegated for longer."),
            {"day": format_date(membership.valid_to)},
        )
    entry = RoleEntry(membership.unit, Role(membership.role), first_on, last_on, delegated_by=by)
    given, changes = add_membership(to, entry)
    record(Action.ROLE_DELEGATED, to, by=by, reason=reason.strip(), changes=changes)
    words = {"who": by, "role": given.get_role_display(), "unit": given.unit, "period": period(given)}
    subject = _("%(who)s: %(role)s, %(unit)s, %(period)s") % words
    notify([to], kind=Notice.Kind.DELEGATED, subject=subject, url=reverse("delegation"))
    return given


@transaction.atomic
def end_delegation(*, membership: Membership, by: User) -> None:
    """End a delegation before its time: today is its last day; one that has not begun is removed.

    Raises: PersonRefused.
    """
    if membership.delegated_by_id != by.pk:
        raise PersonRefused(_("Only who delegated a role ends this early."))
    changes = close_membership(membership, today())
    record(Action.ROLE_ENDED, membership.user, by=by, changes=changes)

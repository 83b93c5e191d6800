"""Whose accounts a person may manage: a coordinator the own unit's and its children's, an administrator all."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parportal.entry.problems import EntryProblem
from units.access import Role
from units.models import Membership, Unit, User
from units.models.units import today


class PersonRefused(EntryProblem):
    """A change of an account or a role that is not made, in words for the coordinator."""


def administers(by: User) -> bool:
    """Whether the person keeps the portal as a whole, and so the accounts of all units."""
    return by.has_role(Role.ADMINISTRATOR)


def require_unit(by: User, unit: Unit) -> None:
    """Raises: PersonRefused unless the unit is the coordinator's own or a child of it."""
    if not administers(by) and not Unit.objects.managed_by(by).filter(pk=unit.pk).exists():
        raise PersonRefused(_("%(unit)s does not belong to the units that you manage."), {"unit": unit})


def require_role(by: User, role: str) -> None:
    """Raises: PersonRefused for the administrator's role, which only administrators give and end, and for the
    coordinator's when `by` holds it as a substitute: it is not delegated further, nor taken from its owner."""
    if role == Role.ADMINISTRATOR and not administers(by):
        raise PersonRefused(_("The role of administrator is not given or ended here."))
    if role == Role.COORDINATOR and is_substitute(by):
        raise PersonRefused(_("A substitute of the coordinator does not give or end the role of coordinator."))


def is_substitute(by: User) -> bool:
    """Whether the person coordinates only because somebody delegated that role for a time."""
    if administers(by) or not by.has_role(Role.COORDINATOR):
        return False
    return not by.memberships.on(today()).filter(role=Role.COORDINATOR, delegated_by=None).exists()


def require_known(by: User, person: User) -> None:
    """Raises: PersonRefused unless the person holds or held a role in the units managed."""
    if not administers(by) and not User.objects.managed_by(by).filter(pk=person.pk).exists():
        raise PersonRefused(_("This account does not belong to the units that you manage."))


def has_other_masters(by: User, person: User) -> bool:
    """Whether the account reaches beyond the coordinator: a role elsewhere, or that of administrator.

    Whoever sets the password of such an account would hold rights that are not the coordinator's to give.
    """
    if administers(by):
        return False
    present = person.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=today()))
    beyond = ~Q(unit__in=Unit.objects.managed_by(by).values("pk")) | Q(role=Role.ADMINISTRATOR)
    if is_substitute(by):
        beyond |= Q(role=Role.COORDINATOR)
    return person.is_superuser or present.filter(beyond).exists()


def require_account(by: User, person: User) -> None:
    """Raises: PersonRefused unless every present role of the account is the coordinator's to give."""
    require_known(by, person)
    if has_other_masters(by, person):
        raise PersonRefused(
            _("%(person)s also holds a role outside the units that you manage, or administers the portal."),
            {"person": person},
        )


def require_other(by: User, person: User) -> None:
    """Raises: PersonRefused when the coordinator means the own account."""
    if by.pk == person.pk:
        raise PersonRefused(_("This is your own account: another coordinator has to do that."))


def require_not_last_own(by: User, membership: Membership) -> None:
    """Raises: PersonRefused when a person would end the own last role of coordinator or administrator."""
    role = membership.role
    if membership.user_id != by.pk or role not in (Role.COORDINATOR, Role.ADMINISTRATOR):
        return
    others = by.memberships.on(today()).filter(role=role, valid_to=None).exclude(pk=membership.pk)
    if not others.exists():
        raise PersonRefused(
            _("This is your last role of %(role)s: another %(role)s has to end it."),
            {"role": Role(role).label.lower()},
        )

"""Accounts: opened, changed, closed, opened again; passwords and lock-outs."""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from units.accounts import lift_lock
from units.actions.guards import PersonRefused, require_account, require_other, require_role, require_unit
from units.actions.roles import RoleEntry, add_membership, end_delegated
from units.audit import Action, Change, differences, record
from units.models import User
from units.models.units import today

# Without letters and figures that are mistaken for each other on paper: l 1 i, o 0.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """What is written about a person."""

    full_name: str
    title: str = ""
    email: str = ""
    phone: str = ""


def one_time_password() -> str:
    """Twelve random letters and figures in three groups, easy to read from paper (59 bits)."""
    return "-".join("".join(secrets.choice(_READABLE) for _each in range(4)) for _group in range(3))


@transaction.atomic
def create_person(*, username: str, entry: PersonEntry, role: RoleEntry, by: User) -> tuple[User, str]:
    """Open an account with its first role; returns it with its one-time password, which is kept nowhere.

    Raises: PersonRefused.
    """
    password = one_time_password()
    return open_account(username=username, entry=entry, role=role, by=by, password=password), password


@transaction.atomic
def open_account(*, username: str, entry: PersonEntry, role: RoleEntry, by: User, password: str | None) -> User:
    """An account with a given first password; without one nobody can log in yet.

    Raises: PersonRefused.
    """
    require_unit(by, role.unit)
    require_role(by, role.role)
    return store_account(username=username, entry=entry, role=role, by=by, password=password)


def store_account(
    *, username: str, entry: PersonEntry, role: RoleEntry, by: User | None, password: str | None
) -> User:
    """Raises: PersonRefused when the user name is taken or no user name."""
    name = username.strip().lower()
    try:
        User._meta.get_field("username").run_validators(name)
    except ValidationError as error:
        raise PersonRefused(" ".join(error.messages)) from None
    if not name or User.objects.filter(username__iexact=name).exists():
        raise PersonRefused(_("The user name “%(name)s” is taken."), {"name": name})
    person = User.objects.create_user(name, password, must_change_password=True, **asdict(entry))
    changes = [Change(person, "username", "", name)]
    changes += [Change(person, attribute, "", value) for attribute, value in asdict(entry).items()]
    changes += add_membership(person, role)[1]
    record(Action.PERSON_CREATED, person, by=by, changes=changes)
    return person


@transaction.atomic
def change_person(*, person: User, entry: PersonEntry, by: User) -> User:
    """Correct what is written about a person; the user name stays for good.

    Raises: PersonRefused.
    """
    if person.pk != by.pk:
        require_account(by, person)
    before = {name: getattr(person, name) for name in asdict(entry)}
    for name, value in asdict(entry).items():
        setattr(person, name, value)
    changes = [change for change in differences(person, before) if change.is_real]
    if changes:
        person.save(update_fields=list(before))
        record(Action.PERSON_CHANGED, person, by=by, changes=changes)
    return person


@transaction.atomic
def deactivate_person(*, person: User, by: User, reason: str = "") -> None:
    """Close an account: its sessions end at once, what it entered stays, the account is never deleted.

    Raises: PersonRefused.
    """
    require_other(by, person)
    require_account(by, person)
    set_active(person, False, Action.PERSON_DEACTIVATED, by=by, reason=reason)
    for membership in person.memberships.on(today()).select_related("unit"):
        end_delegated(membership, today() - timedelta(days=1), by=by)


@transaction.atomic
def reactivate_person(*, person: User, by: User, reason: str = "") -> None:
    """Raises: PersonRefused."""
    require_account(by, person)
    set_active(person, True, Action.PERSON_REACTIVATED, by=by, reason=reason)


def set_active(person: User, active: bool, action: Action, *, by: User, reason: str) -> None:
    if person.is_active == active:
        raise PersonRefused(_("The account is in this state already."))
    person.is_active = active
    person.save(update_fields=["is_active"])
    words = {True: _("yes"), False: _("no")}
    record(
        action,
        person,
        by=by,
        reason=reason,
        changes=[Change(person, "is_active", words[not active], words[active])],
    )


@transaction.atomic
def unlock_person(*, person: User, by: User) -> int:
    """Lift a lock-out after wrong passwords; returns the number of failed attempts that were forgotten.

    Raises: PersonRefused.
    """
    require_account(by, person)
    count = lift_lock(person)
    record(Action.PERSON_UNLOCKED, person, by=by)
    return count


@transaction.atomic
def issue_one_time_password(*, person: User, by: User) -> str:
    """Replace a lost password by a random one that must be changed at the next login; lifts a lock-out too.

    The password is returned once, kept only as a hash, and ends all sessions of the account.

    Raises: PersonRefused.
    """
    require_other(by, person)
    require_account(by, person)
    password = one_time_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    lift_lock(person)
    record(Action.PASSWORD_ISSUED, person, by=by)
    return password

"""The first administrator, appointed by whoever runs the machine: nobody is on the portal yet who could."""

from django.db import transaction

from units.access import Role
from units.actions.people import PersonEntry, one_time_password, store_account
from units.actions.roles import RoleEntry
from units.models import Unit, User
from units.models.units import today


@transaction.atomic
def create_administrator(*, username: str, entry: PersonEntry, unit: Unit) -> tuple[User, str]:
    """Open an account with the role of administrator; returns it with its one-time password.

    Raises: PersonRefused.
    """
    password = one_time_password()
    role = RoleEntry(unit, Role.ADMINISTRATOR, today())
    return store_account(username=username, entry=entry, role=role, by=None, password=password), password

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from parportal.commands import PortalCommand
from units.actions.administrators import create_administrator
from units.actions.guards import PersonRefused
from units.actions.people import PersonEntry
from units.models import Unit
from units.models.units import today

EPILOG = """Example:
  manage.py import_units --province "Quảng Ngãi" --era 2025
  manage.py create_administrator quantri --full-name "Quản trị hệ thống" --unit 51

Prints the one-time password, which has to be changed at the first login. The administrator then opens the accounts
of coordinators under "Administration"; they open all others."""


class Command(PortalCommand):
    help = "Open the account of an administrator, the first one of all accounts."
    epilog = EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username", help="user name, in small letters")
        parser.add_argument("--full-name", required=True, metavar="NAME")
        parser.add_argument(
            "--unit", required=True, metavar="CODE", help="code of the unit that the person works in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        entry = PersonEntry(full_name=" ".join(options["full_name"].split()))
        try:
            user, password = create_administrator(
                username=options["username"], entry=entry, unit=find_unit(options["unit"])
            )
        except PersonRefused as refused:
            raise CommandError(" ".join(str(refused).split())) from refused
        self.stdout.write(_("Account: %(name)s") % {"name": user.username})
        self.stdout.write(_("One-time password: %(password)s") % {"password": password})


def find_unit(code: str) -> Unit:
    """The unit that exists today.

    Raises: CommandError.
    """
    unit = Unit.objects.on(today()).filter(code=code).first()
    if unit is None:
        raise CommandError(_("No unit with the code %(code)s exists today.") % {"code": code})
    return unit

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from parportal.demo.accounts import ACCOUNTS, PASSWORD, load_accounts
from parportal.demo.fixtures import load_fixtures
from parportal.demo.kon_ray import load_kon_ray
from parportal.demo.training import load_trainings


class Command(BaseCommand):
    help = (
        "Load the demonstration data, or what of it is missing. Needs the setting DEMO.\n\n"
        "Example:\n  DEMO=on manage.py load_demo"
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is not on: demonstration data is never loaded into a real portal.")
        with transaction.atomic():
            load_fixtures()
            load_accounts()
            load_kon_ray()
            load_trainings(timezone.localdate())
        self.stdout.write(f"Demo accounts (password of all: {PASSWORD})")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<18} {account.role.value:<14} {account.unit_name}")

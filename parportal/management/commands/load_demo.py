from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from parportal.commands import PortalCommand
from parportal.demo.accounts import ACCOUNTS, PASSWORD, load_accounts
from parportal.demo.annual import load_annual
from parportal.demo.calendar import load_calendars
from parportal.demo.documents import load_documents
from parportal.demo.fixtures import load_fixtures
from parportal.demo.inspections import load_inspections
from parportal.demo.kon_ray import load_kon_ray
from parportal.demo.plans import load_plans
from parportal.demo.registers import load_registers
from parportal.demo.remediation import load_remediation
from parportal.demo.statistics import load_statistics
from parportal.demo.tasks import load_tasks
from parportal.demo.training import load_trainings


class Command(PortalCommand):
    help = "Load the demonstration data, or what of it is missing. Needs the setting DEMO."
    epilog = "Example:\n  DEMO=on manage.py load_demo"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is not on: demonstration data is never loaded into a real portal.")
        with transaction.atomic():
            load_fixtures()
            load_accounts()
            load_kon_ray()
            load_statistics(timezone.localdate())
            load_tasks()
            load_remediation()
            load_calendars(timezone.localdate())
            load_plans()
            load_documents()
            load_registers()
            load_inspections()
            load_annual(timezone.localdate())
            load_trainings(timezone.localdate())
        self.stdout.write(f"Demo accounts (password of all: {PASSWORD})")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<18} {account.role.value:<14} {account.unit_name}")

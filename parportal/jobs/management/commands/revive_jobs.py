import argparse
from typing import Any

from django.core.management.base import BaseCommand

from parportal.jobs.actions import revive_dead


class Command(BaseCommand):
    help = "Queue again the background jobs whose worker died; print how many. A timer may run it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = "Example:\n  manage.py revive_jobs"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(revive_dead()))

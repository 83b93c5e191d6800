from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from parportal.commands import PortalCommand
from parportal.entry.problems import ImportProblems
from scoring.actions.criteria import import_criteria_set, publish_set
from scoring.content import SetContent
from scoring.importing.criteria import read_criteria_set
from scoring.lint import lint
from scoring.models import CriteriaSet
from scoring.workflow import MoveRefused

EPILOG = """
example:
  manage.py import_criteria fixtures/mau-xa-2024.xlsx --dry-run
  manage.py import_criteria set.xlsx
  manage.py import_criteria set.xlsx --publish
  manage.py import_criteria set.xlsx --publish --reason "numbered as in the decision"

The workbook (docs/criteria-workbook.md) is checked as a whole first; with any problem nothing is stored. It
becomes a draft, or the new content of the draft with the same code and version. Published sets never change.
Warnings do not keep a workbook from being imported; to publish a set that has some, give the reason.
"""


class Command(PortalCommand):
    help = "Load a criteria set from a workbook."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and show, keep nothing")
        parser.add_argument("--publish", action="store_true", help="publish the set at once")
        parser.add_argument("--reason", metavar="TEXT", default="", help="why its warnings may stand")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = read_criteria_set(options["file"], by=None)
            with transaction.atomic():
                stored = import_criteria_set(content=content, by=None)
                if options["publish"]:
                    stored = publish_set(criteria_set=stored, by=None, reason=options["reason"])
                transaction.set_rollback(options["dry_run"])
        except ImportProblems as problems:
            raise CommandError("\n".join(str(problem) for problem in problems.problems)) from None
        except MoveRefused as refusal:
            raise CommandError("\n".join([str(refusal), *(each.line for each in lint(content))])) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        self.show(content, stored, dry_run=options["dry_run"])

    def show(self, content: SetContent, stored: CriteriaSet, *, dry_run: bool) -> None:
        leaves = sum(bool(each.method) for each in content.criteria)
        kept = ", nothing kept (dry run)" if dry_run else ""
        self.stdout.write(
            f"{stored}: {len(content.criteria)} criteria, {leaves} scored, {content.total_points} points, "
            f"{stored.status}{kept}"
        )

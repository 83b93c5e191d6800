from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from parportal.commands import PortalCommand
from parportal.entry.problems import ImportProblems
from scoring.actions.results import Stored, store_results
from scoring.importing.results import ResultsPlan, check_results, with_options
from scoring.importing.results_files import ResultsFile, read_results
from scoring.importing.results_template import results_workbook
from scoring.models import Campaign
from scoring.publishing import difference_line
from scoring.results import differences
from scoring.workflow import MoveRefused
from units.models import Unit

EPILOG = """
example:
  manage.py import_results fixtures/kon-ray-2021.yaml --dry-run
  manage.py import_results fixtures/kon-ray-2021.yaml
  manage.py import_results corrected.xlsx --reason "Decision 12/QĐ-UBND of 5 May 2022"
  manage.py import_results fixtures/kon-ray-2021.yaml --template twin.xlsx

The file (YAML or XLSX, docs/results-import.md) is checked as a whole first. Published figures are kept as they
are, the portal's own stand beside them, and every difference is shown. The same file again changes nothing.
"""


class Command(PortalCommand):
    help = "Load published results that have no score sheets (old years, other offices)."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--campaign", metavar="CODE", default="", help="code of the campaign")
        parser.add_argument("--title", default="", help="title of the campaign")
        parser.add_argument("--set", metavar="CODE[:VERSION]", default="", help="criteria set")
        parser.add_argument("--scale", metavar="CODE", default="", help="grade scale")
        parser.add_argument("--reason", metavar="TEXT", default="", help="why published figures are amended")
        parser.add_argument(
            "--closed", action="store_true", help="leave a new campaign closed, to be published on the portal"
        )
        parser.add_argument("--dry-run", action="store_true", help="check and show, keep nothing")
        parser.add_argument("--template", metavar="FILE", type=Path, help="write the file's XLSX twin and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = with_options(
                read_results(options["file"]),
                campaign=options["campaign"],
                title=options["title"],
                criteria_set=options["set"],
                scale=options["scale"],
            )
            if options["template"]:
                return self.write_template(file, options["template"])
            self.store(check_results(file), options)
        except ImportProblems as problems:
            raise CommandError("\n".join(str(problem) for problem in problems.problems)) from None
        except MoveRefused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        return None

    def store(self, plan: ResultsPlan, options: dict[str, Any]) -> None:
        with transaction.atomic():
            stored = store_results(plan=plan, by=None, reason=options["reason"], closed=options["closed"])
            if options["verbosity"]:
                self.show(plan, stored, dry_run=options["dry_run"])
            transaction.set_rollback(options["dry_run"])

    def show(self, plan: ResultsPlan, stored: Stored, *, dry_run: bool) -> None:
        for change in stored.changes:
            self.stdout.write(f"{change.row}: {change.attribute} {change.old} → {change.new}")
        campaign = Campaign.objects.get(pk=stored.campaign.pk)
        for difference in differences(campaign):
            line = f"{difference.unit.name} ({difference.unit.code}): {difference_line(difference)}"
            self.stdout.write(self.style.WARNING(line))
        done = "nothing new" if stored.is_unchanged else "created" if stored.created else "changed"
        kept = ", nothing kept (dry run)" if dry_run else ""
        self.stdout.write(f"{plan.code}: {len(plan.units)} units, {done}{kept}")

    def write_template(self, file: ResultsFile, target: Path) -> None:
        """The twin of the file; units are named as the register names them."""
        codes = list(file.units[0].fields) if file.units else []
        year = file.year or 0
        units = Unit.objects.of_year(year).filter(code__in=[each.code for each in file.units])
        target.write_bytes(results_workbook(file, codes, units.values_list("code", "name")))
        self.stdout.write(f"{target}: {len(file.units)} units")

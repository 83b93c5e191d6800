from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from indicators.actions.sets import find_target, import_set, publish_set, stored_as
from indicators.content import SetContent
from indicators.importing.yaml_set import read_yaml_set
from indicators.models import IndicatorSet
from indicators.workflow import MoveRefused
from parportal.commands import PortalCommand
from parportal.entry.problems import ImportProblems

EPILOG = """
example:
  manage.py import_indicators fixtures/indicators/*.yaml --publish
  manage.py import_indicators set.yaml --dry-run

Each file is checked as a whole first; with any problem in any of them nothing is stored. A set becomes a draft, or
the new content of the draft with the same code. Published sets never change: what is published and the same is
passed over, what is published and differs needs the next version in the file.
"""


class Command(PortalCommand):
    help = "Load sets of statistical indicators, which belong to everybody, from YAML files."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", type=Path, nargs="+")
        parser.add_argument("--dry-run", action="store_true", help="check and show, keep nothing")
        parser.add_argument("--publish", action="store_true", help="publish the sets at once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                lines = [self.load(path, publish=options["publish"]) for path in options["files"]]
                transaction.set_rollback(options["dry_run"])
        except ImportProblems as problems:
            raise CommandError("\n".join(str(problem) for problem in problems.problems)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        kept = ", nothing kept (dry run)" if options["dry_run"] else ""
        for line in lines:
            self.stdout.write(f"{line}{kept}")

    def load(self, path: Path, *, publish: bool) -> str:
        content = read_yaml_set(path)
        stored = stored_as(content)
        unchanged = ", unchanged" if stored else ""
        try:
            if stored is None:
                _require_version(content)
                stored = import_set(content=content, office=None, by=None)
            if publish and not stored.is_frozen:
                stored = publish_set(indicator_set=stored, by=None)
        except MoveRefused as refused:
            raise CommandError(f"{path}: {refused}") from None
        return _told(content, stored) + unchanged


def _require_version(content: SetContent) -> None:
    """Raises: MoveRefused where the file calls itself a version that it cannot become."""
    target = find_target(content, office=None)
    if not target.refusal and target.version != content.version:
        raise MoveRefused(f"published sets never change: give the file version {target.version}")


def _told(content: SetContent, stored: IndicatorSet) -> str:
    figures = sum(bool(each.value_type) for each in content.indicators)
    return (
        f"{stored.code} v{stored.version}: {len(content.indicators)} rows, {figures} figures, "
        f"{len(content.checks)} checks, {stored.status}"
    )

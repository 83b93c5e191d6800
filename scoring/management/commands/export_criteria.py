from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from parportal.commands import PortalCommand
from scoring.content import SetContent
from scoring.importing.criteria_workbook import criteria_workbook
from scoring.models import CriteriaSet
from scoring.tree import Tree

EPILOG = """
example:
  manage.py export_criteria mau-xa-2024 --output mau-xa-2024.xlsx
  manage.py export_criteria mau-xa-2024 --version 2 --output mau-xa-2024-v2.xlsx

Without a version the latest one is written. import_criteria reads the workbook again.
"""


class Command(PortalCommand):
    help = "Write a criteria set as a workbook."
    epilog = EPILOG
    # Django's own --version prints the version of Django; here it names that of the set.
    parser_options: ClassVar = {"conflict_handler": "resolve"}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--version", metavar="N", type=int, dest="set_version", help="version of the set")
        parser.add_argument("--output", metavar="FILE", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        code, version = options["code"], options["set_version"]
        found = CriteriaSet.objects.filter(code=code).select_related("issuer").order_by("-version")
        if version is not None:
            found = found.filter(version=version)
        criteria_set = found.first()
        if criteria_set is None:
            wanted = code if version is None else f"{code} v{version}"
            raise CommandError(f"There is no criteria set {wanted}.")
        content = SetContent.of(Tree.of(criteria_set))
        try:
            options["output"].write_bytes(criteria_workbook(content))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        self.stdout.write(f"{options['output']}: {criteria_set}, {len(content.criteria)} criteria")

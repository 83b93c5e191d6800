from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from parportal.commands import PortalCommand
from scoring.exporting import FORMATS, export_results
from scoring.models import Campaign

EPILOG = """
example:
  manage.py export_results kon-ray-2021-commune --format json
  manage.py export_results kon-ray-2021-commune --format xlsx --output results.xlsx

JSON gives decimals as text with a point; `published` is null, or holds the keys whose published figure differs
from the computed one. CSV and XLSX have one row a unit.
"""


class Command(PortalCommand):
    help = "Write the results of a campaign as JSON, CSV or XLSX."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CAMPAIGN", help="code of the campaign")
        parser.add_argument("--format", choices=list(FORMATS), default="json")
        parser.add_argument("--output", metavar="FILE", type=Path, help="standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.select_related("criteria_set").filter(code=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"there is no campaign with the code {options['campaign']}")
        content = export_results(campaign, options["format"])
        output: Path | None = options["output"]
        if output:
            try:
                output.write_bytes(content)
            except OSError as error:
                raise CommandError(f"{output} cannot be written: {error.strerror}") from None
        elif options["format"] == "xlsx":
            sys.stdout.buffer.write(content)
        else:
            self.stdout.write(content.decode("utf-8-sig"), ending="")

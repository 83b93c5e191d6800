import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from guide.chapters import SLUGS, chapter
from guide.printing import as_pdf
from parportal.commands import PortalCommand
from reports.output.pdf import PdfUnavailable


class Command(PortalCommand):
    help = "Write the guide for a role to a PDF file."
    epilog = """Example:
  manage.py render_guide can-bo-xa --output huong-dan.pdf"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("role", choices=SLUGS)
        parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            options["output"].write_bytes(as_pdf(chapter(options["role"])))
        except (PdfUnavailable, OSError) as problem:
            raise CommandError(" ".join(str(problem).split())) from problem

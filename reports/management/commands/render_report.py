import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.commands import PortalCommand
from reports.data import ChildrenUnclear
from reports.documents import Document
from reports.kinds import KINDS, KINDS_OF_YEAR, NoPaper, OfYear, Wanted
from reports.pdf import PdfUnavailable, as_html
from reports.rendering import RENDERED
from scoring.models import Campaign

EPILOG = """Examples:
  manage.py render_report responsibility-analysis --campaign kon-ray-2021-district --unit 614 \\
      --format pdf --output analysis.pdf
  manage.py render_report league-table --campaign kon-ray-2021-commune --format docx --output table.docx"""


class Command(PortalCommand):
    help = "Write an official paper about a campaign, or about a unit of one, to a file."
    epilog = EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=[*KINDS, *KINDS_OF_YEAR])
        parser.add_argument("--campaign", metavar="CODE", help="campaign that scored the unit")
        parser.add_argument("--year", type=int, help="year of a plan or notice")
        parser.add_argument("--number", type=int, default=1, help="which of several in the year")
        parser.add_argument("--unit", default="", metavar="CODE", help="unit that it is about, or that issues it")
        parser.add_argument("--format", choices=[*RENDERED, "html"], default="pdf")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="file to write")
        parser.add_argument(
            "--children-campaign",
            metavar="CODE",
            help="campaign with the results of the unit's communes, if it cannot be told by unit and year",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # A paper is Vietnamese whatever language the console speaks.
            with override(settings.LANGUAGE_CODE):
                document = self.document(options)
            options["output"].write_bytes(rendered(document, options["format"]))
        except ChildrenUnclear as problem:
            raise CommandError(f"{problem} (--children-campaign CODE)") from problem
        except (NoPaper, PdfUnavailable, OSError) as problem:
            raise CommandError(" ".join(str(problem).split())) from problem

    def document(self, options: dict[str, Any]) -> Document:
        of_year = KINDS_OF_YEAR.get(options["kind"])
        if (of_year or KINDS[options["kind"]].of_unit) and not options["unit"]:
            raise CommandError(_("This paper is about one unit: name it by --unit CODE."))
        if of_year and not options["year"]:
            raise CommandError(_("This paper is about one year: name it by --year YEAR."))
        if of_year:
            return of_year(OfYear(options["unit"], options["year"], options["number"]))
        if not options["campaign"]:
            raise CommandError(_("This paper is about a campaign: name it by --campaign CODE."))
        kind, children = KINDS[options["kind"]], options["children_campaign"]
        return kind.build(
            Wanted(
                find_campaign(options["campaign"], published=kind.published),
                options["unit"] if kind.of_unit else "",
                find_campaign(children, published=True) if children else None,
            )
        )


def rendered(document: Document, format_: str) -> bytes:
    return as_html(document).encode() if format_ == "html" else RENDERED[format_](document)


def find_campaign(code: str, *, published: bool) -> Campaign:
    """Raises: CommandError."""
    related = ("criteria_set__issuer", "owner__parent", "kept_by__parent")
    campaign = Campaign.objects.select_related(*related).filter(code=code).first()
    if campaign is None:
        raise CommandError(_("There is no campaign %(code)s.") % {"code": code})
    if published and not campaign.is_public:
        raise CommandError(_("The results of the campaign %(code)s are not published.") % {"code": code})
    return campaign

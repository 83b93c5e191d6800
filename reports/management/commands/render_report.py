import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from parportal.commands import PortalCommand
from reports.data import ChildrenUnclear
from reports.documents import Document
from reports.models import ReportKind, with_sheet
from reports.pdf import PdfUnavailable, as_html, as_pdf
from reports.rendering import document_of, report_of
from scoring.models import Campaign, UnitResult

EPILOG = """Example:
  manage.py render_report responsibility-analysis --campaign kon-ray-2021-district --unit 614 \\
      --format pdf --output analysis.pdf"""


class Command(PortalCommand):
    help = "Write a report on a unit's published result to a file; what was edited on its page is used."
    epilog = EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=ReportKind.values)
        parser.add_argument("--campaign", required=True, metavar="CODE", help="campaign that scored the unit")
        parser.add_argument("--unit", required=True, metavar="CODE", help="unit of that campaign")
        parser.add_argument("--format", choices=["pdf", "html"], default="pdf")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="file to write")
        parser.add_argument(
            "--children-campaign",
            metavar="CODE",
            help="campaign with the results of the unit's communes, if it cannot be told by unit and year",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = self.document(options["campaign"], options["unit"], options["children_campaign"])
            content = as_pdf(document) if options["format"] == "pdf" else as_html(document).encode()
            options["output"].write_bytes(content)
        except ChildrenUnclear as problem:
            raise CommandError(f"{problem} (--children-campaign CODE)") from problem
        except (PdfUnavailable, OSError) as problem:
            raise CommandError(" ".join(str(problem).split())) from problem

    def document(self, campaign: str, unit: str, children: str | None) -> Document:
        result = find_result(find_campaign(campaign), unit)
        report = report_of(result, Campaign.objects.all())
        if children:
            report.children_campaign = find_campaign(children)
        return document_of(result, report, Campaign.objects.all())


def find_campaign(code: str) -> Campaign:
    """A published campaign.

    Raises: CommandError.
    """
    campaign = Campaign.objects.filter(code=code).first()
    if campaign is None:
        raise CommandError(_("There is no campaign %(code)s.") % {"code": code})
    if not campaign.is_public:
        raise CommandError(_("The results of the campaign %(code)s are not published.") % {"code": code})
    return campaign


def find_result(campaign: Campaign, code: str) -> UnitResult:
    """The result of a unit in a campaign.

    Raises: CommandError.
    """
    results = UnitResult.objects.filter(campaign=campaign, unit__code=code)
    related = ("campaign__criteria_set__issuer", "campaign__owner", "unit__parent")
    result = with_sheet(results).select_related(*related).first()
    if result is not None:
        return result
    values = {"unit": code, "campaign": campaign.code}
    if results.exists():
        raise CommandError(
            _("The unit %(unit)s has no score sheet in the campaign %(campaign)s: its lost points are not known.")
            % values
        )
    raise CommandError(_("There is no unit %(unit)s in the campaign %(campaign)s.") % values)

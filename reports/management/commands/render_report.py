import argparse
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import CommandError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.commands import PortalCommand
from plans.models import Conclusion, Inspection, Plan
from reports.basis import Basis, NoPaper
from reports.documents import Document
from reports.kinds import KINDS, Kind, Subject
from reports.output.pdf import PdfUnavailable, as_html
from reports.papers.data import ChildrenUnclear
from reports.periods import Period
from reports.rendering import RENDERED, paper_of
from scoring.models import Campaign
from units.models import Unit
from units.models.units import today

M = TypeVar("M", bound=Model)
EPILOG = """What is needed by KIND:
  --campaign --unit           responsibility-analysis, score-sheet, self-scoring-report
  --campaign                  league-table, progress, criteria-set, publishing-decision, council-minutes,
                              reminder-letter, remediation-plan
  --unit --year [--period]    annual-report
  --unit --year [--number]    plan, conclusion-notice, inspection-conclusion

A paper that somebody has begun to write in the portal is printed as it is written there; others as they are
proposed. Papers of a scored unit hold of its appraisal what the unit may know: nothing before the publication.

Examples:
  manage.py render_report responsibility-analysis --campaign kon-ray-2021-district --unit 614 \\
      --format pdf --output analysis.pdf
  manage.py render_report league-table --campaign kon-ray-2021-commune --format xlsx --output table.xlsx
  manage.py render_report reminder-letter --campaign mau-xa-2024 --format docx --output letter.docx
  manage.py render_report annual-report --unit 614 --year 2021 --period half --output half-year.pdf
  manage.py render_report plan --unit 614 --year 2025 --format html --output plan.html"""


class Command(PortalCommand):
    help = "Write an official paper to a file: about a campaign, a unit of one, or a year of a unit."
    epilog = EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS), metavar="KIND", help=", ".join(sorted(KINDS)))
        parser.add_argument("--campaign", metavar="CODE", help="campaign that it is about")
        parser.add_argument("--year", type=int, help="year of a report, plan, notice or inspection")
        parser.add_argument(
            "--period",
            choices=Period.values,
            default=Period.YEAR,
            help="period of the annual report (default: year)",
        )
        parser.add_argument(
            "--number", type=int, default=1, help="which of several plans, notices or inspections of the year"
        )
        parser.add_argument("--unit", default="", metavar="CODE", help="unit that it is about, or that issues it")
        parser.add_argument("--format", choices=[*RENDERED, "html"], default="pdf", help="default: pdf")
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
                document = paper_of(options["kind"], basis_of(KINDS[options["kind"]], options))
            options["output"].write_bytes(rendered(document, options["format"]))
        except ChildrenUnclear as problem:
            raise CommandError(f"{problem} (--children-campaign CODE)") from problem
        except (NoPaper, PdfUnavailable, OSError) as problem:
            raise CommandError(" ".join(str(problem).split())) from problem


def rendered(document: Document, format_: str) -> bytes:
    return as_html(document).encode() if format_ == "html" else RENDERED[format_](document)


def basis_of(kind: Kind, options: dict[str, Any]) -> Basis:
    """Raises: CommandError, NoPaper."""
    if kind.subject in (Subject.CAMPAIGN, Subject.CAMPAIGN_UNIT):
        return campaign_basis(kind, options)
    if not options["unit"]:
        raise CommandError(_("This paper is about one unit: name it by --unit CODE."))
    if not options["year"]:
        raise CommandError(_("This paper is about one year: name it by --year YEAR."))
    year, on = options["year"], today()
    unit = find_unit(options["unit"], year)
    if kind.subject is Subject.PERIOD:
        return Basis(unit, year, on, period=options["period"])
    return year_basis(kind.subject, unit, year, on, options["number"])


def year_basis(subject: Subject, unit: Unit, year: int, on: date, number: int) -> Basis:
    """Raises: NoPaper."""
    if subject is Subject.PLAN:
        return Basis(unit, year, on, plan=numbered(Plan.objects.all(), unit, year, number))
    if subject is Subject.CONCLUSION:
        return Basis(unit, year, on, conclusion=numbered(Conclusion.objects.all(), unit, year, number))
    return Basis(unit, year, on, inspection=numbered(Inspection.objects.all(), unit, year, number))


def numbered(found: QuerySet[M], unit: Unit, year: int, number: int) -> M:
    """The one of several of a year, counted from 1 in the order of their keys.

    Raises: NoPaper.
    """
    rows = list(found.filter(owner=unit, year=year).select_related("owner__parent").order_by("pk")[:number])
    if number < 1 or len(rows) < number:
        text = _("The unit %(unit)s has nothing of this kind in %(year)s under the number %(number)s.")
        raise NoPaper(text % {"unit": unit.code, "year": year, "number": number})
    return rows[-1]


def campaign_basis(kind: Kind, options: dict[str, Any]) -> Basis:
    """Raises: CommandError, NoPaper."""
    of_unit = kind.subject is Subject.CAMPAIGN_UNIT
    if of_unit and not options["unit"]:
        raise CommandError(_("This paper is about one unit: name it by --unit CODE."))
    if not options["campaign"]:
        raise CommandError(_("This paper is about a campaign: name it by --campaign CODE."))
    campaign, children = find_campaign(options["campaign"], published=kind.published), options["children_campaign"]
    unit = find_unit_of(campaign, options["unit"]) if of_unit else campaign.office
    return Basis(
        unit=unit,
        year=campaign.year,
        on=today(),
        campaign=campaign,
        children=find_campaign(children, published=True) if children else None,
        # As on the pages: a paper of the scored unit tells what the unit may know.
        is_inside=unit.pk == campaign.office_id,
    )


def find_unit(code: str, year: int) -> Unit:
    """The unit that had the code in the year; codes were given anew in 2025.

    Raises: NoPaper.
    """
    found = Unit.objects.of_year(year).select_related("parent")
    unit = found.filter(code=code).order_by("-valid_from").first()
    if unit is None:
        raise NoPaper(_("There was no unit %(unit)s in %(year)s.") % {"unit": code, "year": year})
    return unit


def find_unit_of(campaign: Campaign, code: str) -> Unit:
    """Raises: NoPaper."""
    result = campaign.results.select_related("unit__parent").filter(unit__code=code).first()
    if result is None:
        text = _("There is no unit %(unit)s in the campaign %(campaign)s.")
        raise NoPaper(text % {"unit": code, "campaign": campaign.code})
    return result.unit


def find_campaign(code: str, *, published: bool) -> Campaign:
    """Raises: CommandError."""
    related = ("criteria_set__issuer", "owner__parent", "kept_by__parent")
    campaign = Campaign.objects.select_related(*related).filter(code=code).first()
    if campaign is None:
        raise CommandError(_("There is no campaign %(code)s.") % {"code": code})
    if published and not campaign.is_public:
        raise CommandError(_("The results of the campaign %(code)s are not published.") % {"code": code})
    return campaign

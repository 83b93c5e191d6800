"""The kinds of papers that the portal makes, each from the campaign, or the unit of one, that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from plans.models import Conclusion, Inspection, Plan
from reports.documents import Document
from reports.inspection_paper import inspection_paper
from reports.league_table import league_table
from reports.models import ReportKind
from reports.plan_papers import conclusion_paper, plan_paper
from reports.remediation_paper import remediation_paper
from reports.rendering import document_of, report_of
from reports.score_sheet import score_sheet
from scoring.models import Campaign, RemediationRound, ScoreSheet, SheetStatus, UnitResult
from units.models.units import today

M = TypeVar("M", bound=Model)


class NoPaper(Exception):
    """What a paper was asked of is not there, in words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Shapes: `unit` is the code of a unit of the campaign, empty for a paper about all of it."""

    campaign: Campaign
    unit: str = ""
    children: Campaign | None = None


def remediation(wanted: Wanted) -> Document:
    """Raises: NoPaper."""
    rounds = RemediationRound.objects.select_related("campaign__owner__parent", "campaign__kept_by__parent")
    found = rounds.filter(campaign=wanted.campaign).first()
    if found is None:
        text = _("The campaign %(campaign)s has no round of remediation.")
        raise NoPaper(text % {"campaign": wanted.campaign.code})
    return remediation_paper(found, today())


@dataclass(frozen=True, slots=True)
class OfYear:
    """What of a unit and year; `number` tells several of them apart, counted from 1 in the order of their keys."""

    unit: str
    year: int
    number: int = 1


def analysis(wanted: Wanted) -> Document:
    """Raises: NoPaper, ChildrenUnclear."""
    result = find_result(wanted)
    report = report_of(result, Campaign.objects.all())
    if wanted.children:
        report.children_campaign = wanted.children
    return document_of(result, report, Campaign.objects.all())


def find_result(wanted: Wanted) -> UnitResult:
    """Raises: NoPaper."""
    related = ("campaign__criteria_set__issuer", "campaign__owner", "unit__parent")
    result = wanted.campaign.results.filter(unit__code=wanted.unit).select_related(*related).first()
    if result is None:
        raise NoPaper(no_unit(wanted))
    if not wanted.campaign.sheets.filter(unit=result.unit, status=SheetStatus.PUBLISHED).exists():
        text = _(
            "The unit %(unit)s has no score sheet in the campaign %(campaign)s: its lost points are not known."
        )
        raise NoPaper(text % {"unit": wanted.unit, "campaign": wanted.campaign.code})
    return result


def no_unit(wanted: Wanted) -> str:
    values = {"unit": wanted.unit, "campaign": wanted.campaign.code}
    return _("There is no unit %(unit)s in the campaign %(campaign)s.") % values


def sheet_paper(wanted: Wanted) -> Document:
    """Raises: NoPaper."""
    sheets = ScoreSheet.objects.select_related("campaign__criteria_set", "unit__parent")
    sheet = sheets.filter(campaign=wanted.campaign, unit__code=wanted.unit).first()
    if sheet is None:
        raise NoPaper(no_unit(wanted))
    return score_sheet(sheet)


def plan_of_year(wanted: OfYear) -> Document:
    """Raises: NoPaper."""
    plans = Plan.objects.filter(owner__code=wanted.unit, year=wanted.year).order_by("pk")
    return plan_paper(numbered(plans.select_related("owner__parent"), wanted))


def conclusion_of_year(wanted: OfYear) -> Document:
    """Raises: NoPaper."""
    found = Conclusion.objects.filter(owner__code=wanted.unit, year=wanted.year).order_by("pk")
    return conclusion_paper(numbered(found.select_related("owner__parent"), wanted))


def inspection_of_year(wanted: OfYear) -> Document:
    """Raises: NoPaper."""
    found = Inspection.objects.filter(owner__code=wanted.unit, year=wanted.year).order_by("pk")
    return inspection_paper(numbered(found.select_related("owner__parent"), wanted), today())


def numbered(found: QuerySet[M], wanted: OfYear) -> M:
    """Raises: NoPaper."""
    rows = list(found[: wanted.number])
    if wanted.number < 1 or len(rows) < wanted.number:
        text = _("The unit %(unit)s has nothing of this kind in %(year)s under the number %(number)s.")
        raise NoPaper(text % {"unit": wanted.unit, "year": wanted.year, "number": wanted.number})
    return rows[-1]


@dataclass(frozen=True, slots=True)
class Kind:
    """`of_unit`: about one unit of the campaign; `published`: only once the results are."""

    build: Callable[[Wanted], Document]
    of_unit: bool = True
    published: bool = True


KINDS: Mapping[str, Kind] = {
    ReportKind.RESPONSIBILITY_ANALYSIS: Kind(analysis),
    "score-sheet": Kind(sheet_paper, published=False),
    "league-table": Kind(lambda wanted: league_table(wanted.campaign), of_unit=False),
    "remediation-plan": Kind(remediation, of_unit=False),
}
KINDS_OF_YEAR: Mapping[str, Callable[[OfYear], Document]] = {
    "plan": plan_of_year,
    "conclusion-notice": conclusion_of_year,
    "inspection-conclusion": inspection_of_year,
}

"""The kinds of papers that the portal makes: what each is about, and who builds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext as _

from reports.basis import Basis, NoPaper
from reports.documents import Document
from reports.models import Report, ReportKind
from reports.papers import analysis
from reports.papers.annual_report import annual_report
from reports.papers.conclusion_paper import conclusion_paper
from reports.papers.council_minutes import council_minutes_of
from reports.papers.criteria_paper import criteria_set_of
from reports.papers.data import children_campaign, read_analysis, scores_of
from reports.papers.inspection_paper import inspection_paper
from reports.papers.league_table import league_table
from reports.papers.plan_papers import plan_paper
from reports.papers.progress_paper import progress_of
from reports.papers.publishing_paper import publishing_of
from reports.papers.remediation_paper import remediation_paper
from reports.papers.reminder_letter import reminder_of
from reports.papers.score_sheet import score_sheet_of
from reports.papers.self_scoring_paper import self_scoring_of
from reports.papers.year_before import read_year_before
from scoring.models import Campaign, FollowUp, RemediationRound, SheetStatus, UnitResult


class Subject(Enum):
    """What a paper is about; `CAMPAIGN`: all units of one, issued by the office that keeps it."""

    CAMPAIGN_UNIT = "campaign and unit"
    CAMPAIGN = "campaign"
    PERIOD = "year and period"
    PLAN = "plan"
    CONCLUSION = "conclusion"
    INSPECTION = "inspection"


@dataclass(frozen=True, slots=True)
class Kind:
    """`published`: made only once the results of the campaign are."""

    build: Callable[[Basis], Document]
    subject: Subject
    published: bool = False


def analysis_of(basis: Basis) -> Document:
    """Raises: NoPaper, ChildrenUnclear."""
    result = find_result(basis)
    every = Campaign.objects.all()
    children = children_campaign(basis.unit, year=basis.year, chosen=basis.children, campaigns=every)
    data = read_analysis(
        result=result,
        scores=scores_of(result),
        children=children,
        follow_ups=FollowUp.objects.filter(campaign=result.campaign, unit=result.unit),
    )
    return analysis.build(result.campaign, children, data, read_year_before(result))


def find_result(basis: Basis) -> UnitResult:
    """Raises: NoPaper."""
    campaign = basis.of_campaign
    related = ("campaign__criteria_set__issuer", "campaign__owner", "unit__parent")
    result = campaign.results.filter(unit=basis.unit).select_related(*related).first()
    if result is None:
        raise basis.without_unit
    if not campaign.sheets.filter(unit=result.unit, status=SheetStatus.PUBLISHED).exists():
        text = _(
            "The unit %(unit)s has no score sheet in the campaign %(campaign)s: its lost points are not known."
        )
        raise NoPaper(text % {"unit": basis.unit.code, "campaign": campaign.code})
    return result


def remediation_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    rounds = RemediationRound.objects.select_related("campaign__owner__parent", "campaign__kept_by__parent")
    found = rounds.filter(campaign=basis.campaign).first()
    if found is None:
        text = _("The campaign %(campaign)s has no round of remediation.")
        raise NoPaper(text % {"campaign": basis.of_campaign.code})
    return remediation_paper(found, basis.on)


def plan_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    if basis.plan is None:
        raise NoPaper(_("The plan of this paper was removed."))
    return plan_paper(basis.plan)


def conclusion_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    if basis.conclusion is None:
        raise NoPaper(_("The notice of this paper was removed."))
    return conclusion_paper(basis.conclusion)


def inspection_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    if basis.inspection is None:
        raise NoPaper(_("The inspection of this paper was removed."))
    return inspection_paper(basis.inspection, basis.on)


KINDS: Mapping[str, Kind] = {
    ReportKind.RESPONSIBILITY_ANALYSIS: Kind(analysis_of, Subject.CAMPAIGN_UNIT, published=True),
    ReportKind.SCORE_SHEET: Kind(score_sheet_of, Subject.CAMPAIGN_UNIT),
    ReportKind.LEAGUE_TABLE: Kind(lambda basis: league_table(basis.of_campaign), Subject.CAMPAIGN, published=True),
    ReportKind.REMEDIATION_PLAN: Kind(remediation_of, Subject.CAMPAIGN, published=True),
    ReportKind.PLAN: Kind(plan_of, Subject.PLAN),
    ReportKind.CONCLUSION_NOTICE: Kind(conclusion_of, Subject.CONCLUSION),
    ReportKind.INSPECTION_CONCLUSION: Kind(inspection_of, Subject.INSPECTION),
    ReportKind.SELF_SCORING_REPORT: Kind(self_scoring_of, Subject.CAMPAIGN_UNIT),
    ReportKind.PROGRESS: Kind(progress_of, Subject.CAMPAIGN),
    ReportKind.CRITERIA_SET: Kind(criteria_set_of, Subject.CAMPAIGN),
    ReportKind.PUBLISHING_DECISION: Kind(publishing_of, Subject.CAMPAIGN),
    ReportKind.COUNCIL_MINUTES: Kind(council_minutes_of, Subject.CAMPAIGN),
    ReportKind.REMINDER_LETTER: Kind(reminder_of, Subject.CAMPAIGN),
    ReportKind.ANNUAL_REPORT: Kind(annual_report, Subject.PERIOD),
}


def basis_of(report: Report, on: date) -> Basis:
    """What a stored report is made of, as it stands on a day."""
    return Basis(
        unit=report.unit,
        year=report.year,
        on=on,
        period=report.period,
        campaign=report.campaign,
        children=report.children_campaign,
        plan=report.plan,
        conclusion=report.conclusion,
        inspection=report.inspection,
        is_inside=report.campaign is None or report.unit_id == report.campaign.office_id,
    )


def stored(kind: str, basis: Basis) -> Report | None:
    """The report of a kind that was begun already."""
    same = Report.objects.filter(kind=kind, unit=basis.unit)
    if KINDS[kind].subject is Subject.PERIOD:
        same = same.filter(year=basis.year, period=basis.period)
    else:
        same = same.filter(
            campaign=basis.campaign, plan=basis.plan, conclusion=basis.conclusion, inspection=basis.inspection
        )
    return same.first()

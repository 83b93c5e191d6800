"""From a person's report to a finished paper: the document, and the PDF that a worker makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.jobs.tasks import JobFailed, Keep, Progress
from reports import analysis
from reports.actions import archive
from reports.data import ChildrenUnclear, children_campaign, read_analysis
from reports.documents import Document
from reports.docx import as_docx
from reports.models import Format, Report, reportable_by
from reports.pdf import PdfUnavailable, as_pdf
from reports.prefill import new_report
from scoring.models import Campaign, FollowUp, Score, UnitResult
from units.models import User

STEPS = 3
RENDERED: Mapping[str, Callable[[Document], bytes]] = {Format.PDF: as_pdf, Format.DOCX: as_docx}


def report_of(result: UnitResult, campaigns: QuerySet[Campaign]) -> Report:
    """The stored report on a result, or a proposed one (version 0)."""
    stored = Report.objects.filter(campaign=result.campaign, unit=result.unit).first()
    if stored is not None:
        stored.campaign, stored.unit = result.campaign, result.unit
        return stored
    try:
        children = children_campaign(result.unit, year=result.campaign.year, chosen=None, campaigns=campaigns)
    except ChildrenUnclear:
        children = None
    return new_report(result, children)


def document_of(result: UnitResult, report: Report, campaigns: QuerySet[Campaign]) -> Document:
    """The paper on a result that the reader was found to be allowed to report on.

    `campaigns` are those the reader sees: the results of the communes come from one of them.

    Raises: ChildrenUnclear.
    """
    children = children_campaign(
        result.unit, year=result.campaign.year, chosen=report.children_campaign, campaigns=campaigns
    )
    data = read_analysis(
        result=result,
        scores=scores_of(result),
        children=children,
        follow_ups=FollowUp.objects.filter(campaign=result.campaign, unit=result.unit),
    )
    return analysis.build(report, data)


def scores_of(result: UnitResult) -> QuerySet[Score]:
    return Score.objects.filter(sheet__campaign=result.campaign_id, sheet__unit=result.unit_id)


def make_file(progress: Progress, *, report_id: int, user_id: int, made_as: str) -> Keep:
    """The job behind "Make the PDF": what the person may not report on any more is not made.

    Shapes: `made_as` is a value of `Format`.

    Raises: JobFailed.
    """
    progress(0, STEPS)
    user = User.objects.get(pk=user_id)
    report = Report.objects.select_related("children_campaign").get(pk=report_id)
    allowed = reportable_by(user).select_related("campaign__criteria_set", "unit__parent")
    result = allowed.filter(campaign=report.campaign_id, unit=report.unit_id).first()
    if result is None:
        raise JobFailed(_("You may no longer make this report. Ask your coordinator."))
    try:
        document = document_of(result, report, Campaign.objects.visible_to(user))
        progress(1, STEPS)
        content = RENDERED[made_as](document)
    except (ChildrenUnclear, PdfUnavailable) as problem:
        raise JobFailed(str(problem)) from problem
    progress(2, STEPS)

    def keep() -> dict[str, str]:
        made = archive(report=report, content=content, made_as=Format(made_as), by=user)
        label = _("Download %(format)s") % {"format": made.get_format_display()}
        return {"url": reverse("report_file", args=[made.pk]), "label": label}

    return keep

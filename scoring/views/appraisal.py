"""The appraiser's pages: one sheet by fields, or one criterion across all units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from parportal.display import points
from scoring.actions.appraisals import accept_rest
from scoring.appraisal_pages import (
    FILTERS,
    Changed,
    Progress,
    chosen_filter,
    filters_of,
    rows_of,
    sections_of,
)
from scoring.appraisal_rows import Desk, for_page, may_read, readable_rows
from scoring.comparable import bases_of
from scoring.computing import SheetSums, stored_sums
from scoring.models import SUBMITTED_OR_LATER, Campaign, Criterion, Score, ScoreSheet
from scoring.sheet_panel import extras_text
from scoring.tree import Tree
from scoring.workflow import MoveRefused, offered, why_appraisal_is_locked
from units.access import find, person, require
from units.models import User


@require_safe
def appraisal(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    return sheet_page(request, user, find_sheet(user, pk), Changed.nothing())


def find_sheet(user: User, pk: int) -> ScoreSheet:
    """A sheet that the person sees from the appraisers' side."""
    sheets = ScoreSheet.objects.visible_to(user).select_related(
        "unit", "campaign__owner", "campaign__criteria_set", "campaign__grade_scale"
    )
    sheet = find(sheets, pk=pk)
    require(may_read(user, sheet), _("Nobody appraises the sheet of the own unit."))
    return sheet


def sheet_page(
    request: HttpRequest, user: User, sheet: ScoreSheet, changed: Changed, *, status: int = 200
) -> HttpResponse:
    """All rows of one sheet that the person may read, by fields."""
    campaign = sheet.campaign
    tree = Tree.of(campaign.criteria_set)
    desk = Desk.of(user, campaign)
    scores = list(for_page(readable_rows(user, sheet.scores.all(), campaign)))
    for score in scores:
        score.sheet = sheet
    desk = with_bases(desk, scores)
    rows = rows_of(scores, desk, changed)
    chosen = chosen_filter(request.GET.get("show", ""))
    context = {
        "sheet": sheet,
        "campaign": campaign,
        "desk": desk,
        "view": "unit",
        "locked": why_appraisal_is_locked(sheet),
        "sections": sections_of(scores, rows, tree, chosen, keep=changed.pks()),
        "filters": filters_of(rows.values(), chosen),
        "show": chosen,
        "progress": Progress.of(rows.values()),
        "sees_all": len(scores) == len(tree.leaves),
        "moves": {move.name: move.refusal(sheet) for move in offered(sheet, user)},
        **tally(stored_sums(sheet), sheet),
    }
    return render(request, "scoring/appraisal/sheet.html", context, status=status)


def with_bases(desk: Desk, scores: list[Score]) -> Desk:
    """The desk with last year's values of the rows that score a change."""
    criteria_set = desk.campaign.criteria_set
    rows = (
        (score.sheet.unit_id, score, score.criterion.scoring_method(criteria_set))
        for score in scores
        if score.criterion.method == "change"
    )
    return replace(desk, bases=bases_of(desk.campaign, rows))


def tally(sums: SheetSums, sheet: ScoreSheet) -> dict[str, Any]:
    """The sheet's sums as they count now, ready to print."""
    return {
        "earned": points(sums.totals.earned),
        "applicable_max": points(sums.totals.applicable_max),
        "extras": extras_text(sums.totals),
        "index": points(sums.index),
        "grade": sums.grade_name,
    }


@require_safe
def appraisal_by_criterion(request: HttpRequest, code: str, criterion_code: str) -> HttpResponse:
    user = person(request)
    campaign = find_campaign(user, code)
    return criterion_page(request, user, campaign, criterion_code, Changed.nothing())


def find_campaign(user: User, code: str) -> Campaign:
    """A campaign in which the person appraises or governs."""
    campaigns = Campaign.objects.visible_to(user).select_related("owner", "criteria_set", "grade_scale")
    campaign = find(campaigns, code=code)
    appraises = user.units_as(user.roles.APPRAISER)
    assigned = bool(appraises) and campaign.assignments.filter(agency__in=appraises).exists()
    require(campaign.governed_by(user) or assigned, _("Only appraisers of this campaign open this page."))
    return campaign


def criterion_page(
    request: HttpRequest,
    user: User,
    campaign: Campaign,
    criterion_code: str,
    changed: Changed,
    *,
    status: int = 200,
) -> HttpResponse:
    """One leaf of all units whose sheets have been submitted."""
    readable = readable_rows(user, submitted_rows(campaign), campaign)
    leaves = readable_leaves(readable, campaign)
    position = next((place for place, leaf in enumerate(leaves) if leaf.code == criterion_code), None)
    if position is None:
        raise Http404
    desk = Desk.of(user, campaign)
    scores = list(for_page(readable.filter(criterion=leaves[position])))
    for score in scores:
        score.sheet.campaign = campaign
    desk = with_bases(desk, scores)
    rows = rows_of(scores, desk, changed)
    chosen = chosen_filter(request.GET.get("show", ""))
    test, kept = FILTERS[chosen][1], changed.pks()
    context = {
        "campaign": campaign,
        "criterion": leaves[position],
        "desk": desk,
        "view": "criterion",
        "rows": [row for row in rows.values() if test(row) or row.pk in kept],
        "filters": filters_of(rows.values(), chosen),
        "show": chosen,
        "progress": Progress.of(rows.values()),
        "previous": leaves[position - 1] if position else None,
        "next": leaves[position + 1] if position + 1 < len(leaves) else None,
        "leaves": leaves,
        "not_submitted": not_submitted(user, campaign),
    }
    return render(request, "scoring/appraisal/criterion.html", context, status=status)


def submitted_rows(campaign: Campaign) -> QuerySet[Score]:
    """Rows that lie with the appraisers; of an external campaign all, for its sheet is never submitted."""
    rows = Score.objects.filter(sheet__campaign=campaign)
    return rows if campaign.external else rows.filter(sheet__status__in=SUBMITTED_OR_LATER)


def readable_leaves(readable: QuerySet[Score], campaign: Campaign) -> list[Criterion]:
    """The leaves of which the person reads rows, in order: previous and next stay inside them."""
    pks = readable.order_by().values("criterion").distinct()
    return list(campaign.criteria_set.criteria.filter(pk__in=pks).order_by("position"))


def not_submitted(user: User, campaign: Campaign) -> int:
    """How many units are not there yet; told to those who govern the campaign."""
    if campaign.external or not campaign.governed_by(user):
        return 0
    return campaign.sheets.exclude(status__in=SUBMITTED_OR_LATER).count()


@require_POST
def appraisal_accept_rest(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    sheet = find_sheet(user, pk)
    require(not Desk.of(user, sheet.campaign).reads_only, _("Leaders only read here."))
    try:
        count = accept_rest(sheet=sheet, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(count)s row was accepted.", "%(count)s rows were accepted.", count)
        messages.success(request, text % {"count": count})
    return redirect("appraisal", pk)

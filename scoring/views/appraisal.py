"""The appraiser's page of one sheet, by fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from parportal.display import points
from scoring.actions.appraisals import accept_rest
from scoring.appraisal_pages import (
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
from scoring.last_losses import last_losses
from scoring.models import Assignment, Campaign, Score, ScoreSheet
from scoring.sheet_panel import extras_text
from scoring.sources import kept_lines
from scoring.tree import Tree
from scoring.workflow import MoveRefused, offered, why_appraisal_is_locked
from units.access import find, person, require
from units.models import User

# Who saved within this time is said to be at work.
LATELY = timedelta(minutes=15)


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
    desk = with_records(desk, scores)
    rows = rows_of(scores, desk, changed)
    chosen = chosen_filter(request.GET.get("show", ""))
    context = {
        "sheet": sheet,
        "campaign": campaign,
        "desk": desk,
        "view": "unit",
        "locked": why_appraisal_is_locked(sheet, user),
        "sections": sections_of(scores, rows, tree, chosen, keep=changed.pks()),
        "filters": filters_of(rows.values(), chosen),
        "show": chosen,
        "progress": Progress.of(rows.values()),
        "others": also_at_work(scores, user),
        "sees_all": len(scores) == len(tree.leaves),
        "moves": {move.name for move in offered(sheet, user)},
        **tally(stored_sums(sheet), sheet),
    }
    return render(request, "scoring/appraisal/sheet.html", context, status=status)


def with_records(desk: Desk, scores: list[Score]) -> Desk:
    """The desk with what is recorded elsewhere.

    Last year's values of the rows that score a change, what units had reported, and what each row lost last time.
    """
    criteria_set = desk.campaign.criteria_set
    rows = (
        (score.sheet.unit_id, score, score.criterion.scoring_method(criteria_set))
        for score in scores
        if score.criterion.method == "change"
    )
    return replace(
        desk,
        bases=bases_of(desk.campaign, rows),
        sources=kept_lines(scores, criteria_set),
        last=last_losses(desk.campaign, scores),
    )


@dataclass(frozen=True, slots=True)
class AtWork:
    """Another person who has just saved rows of a sheet."""

    name: str
    at: str


def also_at_work(scores: Iterable[Score], user: User) -> list[AtWork]:
    """Who else has appraised rows of the sheet in the last minutes, as far as the person reads them."""
    since = timezone.now() - LATELY
    found = (each for score in scores for each in score.appraisals.all() if each.at >= since)
    others = sorted((each for each in found if each.by_id != user.pk), key=lambda each: each.at)
    last = {str(each.by): each.at for each in others}
    return [AtWork(name, f"{timezone.localtime(at):%H:%M}") for name, at in last.items()]


def tally(sums: SheetSums, sheet: ScoreSheet) -> dict[str, Any]:
    """The sheet's sums as they count now, ready to print."""
    return {
        "earned": points(sums.totals.earned),
        "applicable_max": points(sums.totals.applicable_max),
        "extras": extras_text(sums.totals),
        "index": points(sums.index),
        "grade": sums.grade_name,
    }


def find_campaign(user: User, code: str, **facts: Combinable) -> Campaign:
    """A campaign in which the person appraises or governs, in one query; `facts` are annotated."""
    mine = Assignment.objects.filter(campaign=OuterRef("pk"), agency__in=user.units_as(user.roles.APPRAISER))
    campaigns = Campaign.objects.visible_to(user).select_related("owner", "criteria_set", "grade_scale")
    campaign = find(campaigns.annotate(is_assigned=Exists(mine), **facts), code=code)
    assigned: bool = campaign.is_assigned  # type: ignore[attr-defined]
    require(campaign.governed_by(user) or assigned, _("Only appraisers of this campaign open this page."))
    return campaign


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

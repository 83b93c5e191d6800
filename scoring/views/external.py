"""What a parent outside the portal published of the own unit: recorded, compared, closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parportal.display import points
from parportal.entry.versions import StaleVersion
from scoring.actions.external import publish_external, record_external
from scoring.forms.external import ExternalForm
from scoring.models import Campaign, Loss, Score, UnitResult
from scoring.publishing import readiness, shown
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def external_result(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    campaign = find_external(user, code)
    result = campaign.results.select_related("unit", "grade").get()
    if request.method != "POST":
        return page(request, campaign, result, ExternalForm.stored(campaign, result))
    require(campaign.coordinated_by(user), _("Only the coordinator records the parent's appraisal."))
    form = ExternalForm(request.POST)
    if not form.is_valid():
        return page(request, campaign, result, form, status=422)
    try:
        record_external(
            campaign=campaign,
            entry=form.entry(),
            decision=form.decision(),
            version=request.POST.get("version"),
            by=user,
        )
    except (StaleVersion, MoveRefused) as refusal:
        form.add_error(None, str(refusal))
        return page(request, campaign, result, form, status=409)
    messages.success(request, _("The published figures were recorded."))
    return redirect("external_result", code)


def find_external(user: User, code: str) -> Campaign:
    """An external campaign that the person coordinates or leads.

    Raises: Http404 also for a campaign that is not external.
    """
    campaigns = Campaign.objects.visible_to(user).filter(external=True)
    campaign = find(campaigns.select_related("owner", "criteria_set", "grade_scale", "kept_by"), code=code)
    require(campaign.governed_by(user), _("Only the office that keeps this campaign opens this page."))
    return campaign


@require_POST
def external_publish(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    campaign = find_external(user, code)
    require(campaign.coordinated_by(user), _("Only the coordinator closes this campaign."))
    acknowledged = request.POST.get("acknowledged") == "1"
    try:
        publish_external(campaign=campaign, by=user, warnings_acknowledged=acknowledged)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("external_result", code)
    messages.success(request, _("The campaign was closed as published by the parent."))
    return redirect("results_campaign", code)


def page(
    request: HttpRequest, campaign: Campaign, result: UnitResult, form: ExternalForm, *, status: int = 200
) -> HttpResponse:
    scores = Score.objects.filter(sheet__campaign=campaign)
    total, undecided = scores.count(), scores.filter(appraisals=None).count()
    found = readiness(campaign)
    context = {
        "campaign": campaign,
        "result": result,
        "sheet": campaign.sheets.first(),
        "form": form,
        "version": request.POST.get("version") if status == 422 else campaign.version,
        "can_edit": campaign.coordinated_by(person(request)) and not campaign.is_public,
        "total": total,
        "decided": total - undecided,
        "causes_missing": causes_missing(campaign),
        "figures": comparison(result),
        "blockers": [each.text for each in found.blockers],
        # What is about a sheet (not submitted) means nothing where the parent scores outside the portal.
        "warnings": [each.text for each in found.warnings if each.sheet is None],
    }
    return render(request, "scoring/appraisal/external.html", context, status=status)


def causes_missing(campaign: Campaign) -> int:
    """Recorded rows that lost points and lack their cause or a party."""
    lossy = Score.objects.lossy().filter(sheet__campaign=campaign).exclude(appraisals=None)
    named = Loss.objects.exclude(cause="").filter(responsibilities__isnull=False)
    return lossy.exclude(loss__in=named).count()


def comparison(result: UnitResult) -> list[tuple[str, str, str, bool]]:
    """Published beside computed: what, published, computed, whether they differ."""
    pairs: list[tuple[str, Any, Any]] = [
        (_("Points"), result.published_points, result.earned_points),
        (_("Applicable maximum"), result.published_max_points, result.applicable_max_points),
        (_("Index"), result.published_index, result.index),
        (_("Grade"), result.published_grade or None, result.grade.name if result.grade else None),
    ]
    return [
        (what, as_shown(published), as_shown(computed), published is not None and published != computed)
        for what, published, computed in pairs
    ]


def as_shown(value: Any) -> str:
    return shown(value) if value is None or isinstance(value, str) else points(value)

"""Decisions of people on the grade of one unit, from the page of its result."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from scoring.actions.grading import decide_grade, remove_decision
from scoring.forms.campaigns import ReasonForm
from scoring.forms.grading import GradeDecisionForm
from scoring.models import GradeDecision, UnitResult
from scoring.views.results import readable_campaign, unit_page
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User


def decidable(user: User, code: str, unit: str) -> UnitResult:
    """Raises: Http404, PermissionDenied."""
    campaign = readable_campaign(user, code)
    require(campaign.coordinated_by(user), _("The coordinators of the office record decisions on grades."))
    results = UnitResult.objects.visible_to(user).filter(campaign=campaign)
    result = find(results.select_related("unit"), unit__code=unit)
    result.campaign = campaign
    return result


@require_POST
def grade_decide(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """A cap, a precondition that is not met, or the grade that the council gives."""
    user = person(request)
    result = decidable(user, code, unit)
    form = GradeDecisionForm(request.POST, result=result)
    if not form.is_valid():
        return unit_page(request, result, user, decision_form=form, status=422)
    try:
        reason = form.cleaned_data.get("amendment_reason", "")
        decide_grade(result=result, entry=form.entry(), by=user, amendment_reason=reason)
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return unit_page(request, result, user, decision_form=form, status=409)
    messages.success(request, _("The decision was recorded."))
    return redirect("results_unit", code, unit)


@require_POST
def grade_decision_remove(request: HttpRequest, code: str, unit: str, decision: int) -> HttpResponse:
    user = person(request)
    result = decidable(user, code, unit)
    decisions = GradeDecision.objects.filter(result=result).select_related("grade", "result__campaign")
    found = find(decisions, pk=decision)
    form = ReasonForm(request.POST, auto_id=f"remove_{found.pk}_%s")
    if not form.is_valid():
        return unit_page(request, result, user, removal=(found.pk, form), status=422)
    remove_decision(decision=found, reason=form.cleaned_data["reason"], by=user)
    messages.success(request, _("The decision was removed."))
    return redirect("results_unit", code, unit)

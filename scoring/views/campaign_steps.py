"""The steps of a campaign, each a POST, and the page that prepares its publication."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from scoring.actions.campaigns import (
    close_campaign,
    open_campaign,
    propose_publication,
    publish_campaign,
    reopen_campaign,
    withdraw_proposal,
)
from scoring.forms.campaigns import DecisionForm, ReasonForm
from scoring.models import Campaign, CampaignStatus
from scoring.publishing import Finding, Readiness, readiness
from scoring.views.campaign_edit import coordinated
from scoring.views.campaigns import campaign_of, head
from scoring.workflow import MoveRefused
from units.access import person, require
from units.models import User


def governed(user: User, code: str) -> Campaign:
    """Raises: Http404 to outsiders, PermissionDenied to members who neither coordinate nor lead."""
    found = campaign_of(user, code)
    require(found.governed_by(user), _("The office that runs the campaign publishes its results."))
    return found


def attempt(request: HttpRequest, step: Callable[[], object], *, done: str, back: str, code: str) -> HttpResponse:
    """Take a step and go back to a page of the campaign, with what happened."""
    try:
        step()
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back, code)


@require_POST
def campaign_open(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    return attempt(
        request,
        lambda: open_campaign(campaign=found, by=user),
        done=_("The campaign is open; every unit has its score sheet."),
        back="campaign",
        code=code,
    )


@require_POST
def campaign_close(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    return attempt(
        request,
        lambda: close_campaign(campaign=found, by=user),
        done=_("The campaign is closed and its units are ranked."),
        back="campaign",
        code=code,
    )


@require_POST
def campaign_reopen(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    return attempt(
        request,
        lambda: reopen_campaign(campaign=found, by=user, reason=request.POST.get("reason", "")),
        done=_("The campaign is open again."),
        back="campaign",
        code=code,
    )


@require_GET
def campaign_publication(request: HttpRequest, code: str) -> HttpResponse:
    """What stands in the way of publication, what must be noted, and the step that comes next."""
    user = person(request)
    return publication_page(request, governed(user, code), user)


def publication_page(
    request: HttpRequest, found: Campaign, user: User, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    ready = readiness(found) if not found.is_public else Readiness((), ())
    ticked = set(request.POST.getlist("seen"))
    context: dict[str, Any] = {
        **head(found),
        "blockers": ready.blockers,
        "warnings": [(key_of(each), each, key_of(each) in ticked) for each in ready.warnings],
        "coordinates": found.coordinated_by(user),
        "leads": found.led_by(user),
        "is_closed": found.status == CampaignStatus.CLOSED,
        "decision_form": form or DecisionForm(),
        "reason_form": ReasonForm(),
    }
    return render(request, "scoring/campaigns/publication.html", context, status=status)


def key_of(finding: Finding) -> str:
    """Names a warning by what it says: a warning that changed must be ticked again."""
    return hashlib.sha256(f"{finding.unit}|{finding.text}".encode()).hexdigest()[:16]


def all_noted(request: HttpRequest, found: Campaign) -> bool:
    ticked = set(request.POST.getlist("seen"))
    return {key_of(each) for each in readiness(found).warnings} <= ticked


@require_POST
def campaign_propose(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    noted = all_noted(request, found)
    return attempt(
        request,
        lambda: propose_publication(campaign=found, by=user, warnings_acknowledged=noted),
        done=_("The publication was proposed to the leader."),
        back="campaign_publication",
        code=code,
    )


@require_POST
def campaign_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """The leader declines, or the coordinator takes the proposal back."""
    user = person(request)
    found = governed(user, code)
    return attempt(
        request,
        lambda: withdraw_proposal(campaign=found, by=user, reason=request.POST.get("reason", "")),
        done=_("The proposal was withdrawn; the results stay closed."),
        back="campaign_publication",
        code=code,
    )


@require_POST
def campaign_publish(request: HttpRequest, code: str) -> HttpResponse:
    """The leader approves the proposal, or the coordinator records the signed decision."""
    user = person(request)
    found = governed(user, code)
    decision: tuple[str, date] | None = None
    if "decision_number" in request.POST:
        require(found.coordinated_by(user), _("The coordinator records the signed decision."))
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return publication_page(request, found, user, form=form, status=422)
        decision = form.cleaned_data["decision_number"], form.cleaned_data["decision_on"]
    else:
        require(found.led_by(user), _("The leader approves the publication."))
    noted = all_noted(request, found)
    try:
        publish_campaign(campaign=found, by=user, warnings_acknowledged=noted, decision=decision)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("campaign_publication", code)
    messages.success(request, _("The results are published; every unit has been told."))
    return redirect("results_campaign", code)

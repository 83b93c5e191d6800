"""The page of the rehearsal clocks: training campaigns with their calendars, for those who try them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from parportal.deadlines import Deadline
from scoring.actions.rehearsal import set_clock
from scoring.forms.rehearsal import ClockForm
from scoring.models import Campaign
from units.access import Role, find, person, require

ASIDE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """A deadline of the calendar, with times to type for the minute before it and the minute after."""

    title: str
    deadline: Deadline
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One training campaign: its code, title and calendar, and nothing of its scores."""

    campaign: Campaign
    stops: tuple[Stop, ...]
    form: ClockForm


@require_http_methods(["GET", "HEAD", "POST"])
def rehearsal(request: HttpRequest) -> HttpResponse:
    user = person(request)
    allowed = user.has_role(Role.ADMINISTRATOR) or user.has_role(Role.COORDINATOR)
    require(allowed, _("Rehearsal clocks are set by administrators, and by coordinators of a training campaign."))
    campaigns = Campaign.objects.rehearsable_by(user)
    if request.method != "POST":
        context = {"rehearsals": [of(each) for each in campaigns]}
        return render(request, "scoring/campaigns/rehearsal.html", context)
    chosen = find(campaigns, code=request.POST.get("campaign", ""))
    if "true-time" in request.POST:
        set_clock(campaign=chosen, at=None, by=user)
        messages.success(request, _("%(campaign)s runs by true time again.") % {"campaign": chosen.title})
        return redirect("rehearsal")
    form = ClockForm(request.POST, prefix=chosen.code) if "at" not in request.POST else ClockForm(request.POST)
    if not form.is_valid():
        shown = [of(each, form if each.pk == chosen.pk else None) for each in campaigns]
        return render(request, "scoring/campaigns/rehearsal.html", {"rehearsals": shown}, status=422)
    set_clock(campaign=chosen, at=form.cleaned_data["at"], by=user)
    messages.success(request, _("The clock of %(campaign)s was set.") % {"campaign": chosen.title})
    return redirect("rehearsal")


def of(campaign: Campaign, form: ClockForm | None = None) -> Rehearsal:
    calendar = (
        (_("Self-score"), campaign.self_score_due_at),
        (_("First appraisal"), campaign.appraisal_due_at),
        (pgettext("of the unit", "Explanation"), campaign.explanation_due_at),
        (_("Second appraisal"), campaign.second_appraisal_due_at),
    )
    stops = (stop(title, due_at, campaign.now()) for title, due_at in calendar if due_at is not None)
    return Rehearsal(campaign, tuple(stops), form or ClockForm(prefix=campaign.code))


def stop(title: str, due_at: datetime, now: datetime) -> Stop:
    deadline = Deadline.of(due_at, now)
    assert deadline is not None
    return Stop(title, deadline, typed(due_at - ASIDE), typed(due_at + ASIDE))


def typed(at: datetime) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}"

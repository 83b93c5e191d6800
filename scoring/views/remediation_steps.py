"""What the office does with a round of remediation: open it, change its days, add, consolidate, end a task."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from parportal.entry.versions import StaleVersion
from plans.actions.tasks import TaskRefused
from scoring.actions.remediation import (
    RemediationRefused,
    add_to_round,
    change_days,
    consolidate,
    finish_remediation,
    open_round,
)
from scoring.forms.remediation import ConsolidationForm, DaysForm, paper_of, proposed_days, stored_days
from scoring.models import Campaign, Remediation, RemediationRound
from scoring.views.remediation import coordinated_round
from units.access import find, person, require


@require_http_methods(["GET", "HEAD", "POST"])
def remediation_open(request: HttpRequest, code: str) -> HttpResponse:
    """The days are proposed; one click opens the round. Once it is there, its own page takes over."""
    user = person(request)
    campaigns = Campaign.objects.visible_to(user).published().filter(training=False)
    campaign = find(campaigns.select_related("owner", "kept_by"), code=code)
    require(campaign.coordinated_by(user), _("The coordinators of the office run the remediation."))
    if there := RemediationRound.objects.filter(campaign=campaign).first():
        return redirect("remediation", there.pk)
    form = DaysForm(request.POST or None, initial=proposed_days(campaign))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                opened = open_round(campaign=campaign, days=form.days(), by=user)
            except RemediationRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The round is open; the units have been told."))
                return redirect("remediation", opened.pk)
    context = {"form": form, "campaign": campaign}
    return render(request, "scoring/remediation/open.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remediation_days(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = coordinated_round(user, pk)
    form = DaysForm(request.POST or None, initial=stored_days(found))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_days(round_=found, days=form.days(), version=request.POST.get("version"), by=user)
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The days were saved."))
                return redirect("remediation", pk)
    context = {
        "form": form,
        "round": found,
        "campaign": found.campaign,
        "version": request.POST.get("version", found.version),
    }
    return render(request, "scoring/remediation/days.html", context, status=status)


@require_POST
def remediation_add(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    added = add_to_round(round_=coordinated_round(user, pk), by=user)
    if added.asked:
        words = ngettext("%(count)s lost leaf was added.", "%(count)s lost leaves were added.", added.tasks)
        messages.success(request, words % {"count": added.tasks})
    else:
        messages.info(request, _("Nothing is missing: every lost leaf is in the round."))
    return redirect("remediation", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def remediation_consolidate(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = coordinated_round(user, pk)
    form = ConsolidationForm(request.POST or None, user=user, round_=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            on, version = form.cleaned_data["on"], request.POST.get("version")
            try:
                consolidate(round_=found, on=on, paper=paper_of(form), version=version, by=user)
            except (StaleVersion, RemediationRefused) as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The consolidation was recorded."))
                return redirect("remediation", pk)
    context = {
        "form": form,
        "round": found,
        "campaign": found.campaign,
        "version": request.POST.get("version", found.version),
    }
    return render(request, "scoring/remediation/consolidate.html", context, status=status)


@require_POST
def remediation_done(request: HttpRequest, pk: int, remediation_pk: int) -> HttpResponse:
    """The task of a lost leaf ends when every unit has said what it did."""
    user = person(request)
    found = coordinated_round(user, pk)
    rows = Remediation.objects.visible_to(user).filter(round=found).select_related("task")
    row = find(rows, pk=remediation_pk)
    try:
        finish_remediation(remediation=row, version=request.POST.get("version"), by=user)
    except (StaleVersion, RemediationRefused, TaskRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The task is reported as done."))
    return redirect("remediation", pk)

"""Findings of an inspection: entered, corrected, removed. Their progress is reported on the pages of tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from plans.actions.findings import add_finding, change_finding, remove_finding
from plans.actions.inspections import InspectionRefused
from plans.forms.inspections import FindingForm
from plans.models import DeadlineKind, InspectedUnit, Origin, Task
from plans.views.inspected_units import kept_unit, place_of
from plans.views.inspections import keeps
from units.access import find, person, require
from units.models import User


def finding_of(user: User, pk: int) -> tuple[Task, InspectedUnit]:
    """Raises: Http404 for a task that does not concern the person, or that is no finding."""
    related = ("owner", "inspected__inspection__owner", "inspected__party")
    findings = Task.objects.visible_to(user).filter(origin=Origin.FINDING)
    found = find(findings.select_related(*related), pk=pk)
    assert found.inspected is not None
    return found, found.inspected


def kept_finding(user: User, pk: int) -> tuple[Task, InspectedUnit]:
    """Raises: Http404, PermissionDenied."""
    found, unit = finding_of(user, pk)
    require(keeps(user, unit.inspection), _("Only the unit that inspects keeps its inspections."))
    return found, unit


@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    unit = kept_unit(user, pk)
    made = Task(inspected=unit, deadline_kind=DeadlineKind.BY)
    form = FindingForm(request.POST or None, instance=made)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                add_finding(task=made, unit=unit, by=user)
            except InspectionRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The finding was saved; the unit has been told."))
                if "another" in request.POST:
                    return redirect("finding_new", pk)
                return redirect(place_of(unit))
    context = {"form": form, "unit": unit, "inspection": unit.inspection}
    return render(request, "plans/finding_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found, unit = kept_finding(user, pk)
    form = FindingForm(request.POST or None, instance=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_finding(task=found, version=request.POST.get("version"), by=user)
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The finding was saved."))
                return redirect(place_of(unit))
    # Read again: a form that is refused has changed the object. A stale form keeps its stale version.
    stored, unit = finding_of(user, pk)
    context: dict[str, Any] = {"form": form, "finding": stored, "unit": unit, "inspection": unit.inspection}
    context["version"] = request.POST.get("version", stored.version)
    return render(request, "plans/finding_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    found, unit = kept_finding(user, pk)
    if request.method != "POST":
        return remove_page(request, found, unit)
    try:
        remove_finding(task=found, version=request.POST.get("version"), by=user)
    except StaleVersion as refusal:
        return remove_page(request, *finding_of(user, pk), refusal=str(refusal), status=409)
    messages.success(request, _("The finding was removed."))
    return redirect(place_of(unit))


def remove_page(
    request: HttpRequest, found: Task, unit: InspectedUnit, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "finding": found,
        "unit": unit,
        "inspection": unit.inspection,
        "entries": found.progress.count(),
        "refusal": refusal,
    }
    return render(request, "plans/finding_remove.html", context, status=status)

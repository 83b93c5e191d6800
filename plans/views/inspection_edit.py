"""Entering an inspection, changing it, removing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from plans.actions.inspections import (
    InspectionRefused,
    change_inspection,
    create_inspection,
    remove_inspection,
)
from plans.forms.inspections import InspectionForm
from plans.models import Inspection, Task
from plans.views.inspections import inspection_of, kept_inspection
from plans.views.targets import usual_year
from units.access import Role, person, require


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    require(
        user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR),
        _("Inspections are entered by officers of a unit and by coordinators of an office."),
    )
    form = InspectionForm(request.POST or None, user=user, initial={"year": usual_year(request)})
    if request.method == "POST" and form.is_valid():
        made = create_inspection(inspection=form.save(commit=False), by=user)
        if made.units.exists():
            messages.success(request, _("The inspection was saved."))
            return redirect("inspection", made.pk)
        messages.success(request, _("The inspection was saved. Choose the units to inspect."))
        return redirect("inspected_unit_new", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "plans/inspection_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_inspection(user, pk)
    form = InspectionForm(request.POST or None, instance=found, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_inspection(inspection=found, version=request.POST.get("version"), by=user)
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The inspection was saved."))
                return redirect("inspection", pk)
    # Read again: a form that is refused has changed the object. A stale form keeps its stale version.
    stored = inspection_of(user, pk)
    version = request.POST.get("version", stored.version)
    context: dict[str, Any] = {"form": form, "inspection": stored, "version": version}
    return render(request, "plans/inspection_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    found = kept_inspection(user, pk)
    if request.method != "POST":
        return remove_page(request, found)
    try:
        remove_inspection(inspection=found, version=request.POST.get("version"), by=user)
    except (StaleVersion, InspectionRefused) as refusal:
        return remove_page(request, inspection_of(user, pk), refusal=str(refusal), status=409)
    messages.success(request, _("The inspection was removed."))
    return redirect("inspections")


def remove_page(request: HttpRequest, found: Inspection, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "inspection": found,
        "units": found.units.select_related("party"),
        "findings": Task.objects.filter(inspected__inspection=found).count(),
        "refusal": refusal,
    }
    return render(request, "plans/inspection_remove.html", context, status=status)

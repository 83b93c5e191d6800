"""The units of an inspection: adding several at once, saying when one was inspected, taking one out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from plans.actions.inspections import InspectionRefused, add_units, change_unit, remove_unit
from plans.forms.inspections import AddUnitsForm, InspectedUnitForm
from plans.models import InspectedUnit
from plans.views.inspections import keeps, kept_inspection
from units.access import find, person, require
from units.models import User


def unit_of(user: User, pk: int) -> InspectedUnit:
    """Raises: Http404 for a unit of an inspection that does not concern the person."""
    related = ("inspection__owner", "party", "document")
    return find(InspectedUnit.objects.visible_to(user).select_related(*related), pk=pk)


def kept_unit(user: User, pk: int) -> InspectedUnit:
    """Raises: Http404, PermissionDenied."""
    found = unit_of(user, pk)
    require(keeps(user, found.inspection), _("Only the unit that inspects keeps its inspections."))
    return found


def place_of(unit: InspectedUnit) -> str:
    """Where the page of the inspection shows the unit."""
    return f"{reverse('inspection', args=[unit.inspection_id])}#unit-{unit.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
def inspected_unit_new(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_inspection(user, pk)
    form = AddUnitsForm(request.POST or None, inspection=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            units, others, on = form.chosen_units(), form.chosen_others(), form.cleaned_data["planned_on"]
            try:
                new = add_units(inspection=found, units=units, others=others, planned_on=on, by=user)
            except InspectionRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                words = ngettext("%(count)s unit was added.", "%(count)s units were added.", len(new))
                messages.success(request, words % {"count": len(new)})
                return redirect("inspection", pk)
    context = {"form": form, "inspection": found}
    return render(request, "plans/inspected_unit_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def inspected_unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_unit(user, pk)
    form = InspectedUnitForm(request.POST or None, instance=found, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_unit(unit=found, version=request.POST.get("version"), by=user)
            except (StaleVersion, InspectionRefused) as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The unit was saved."))
                return redirect(place_of(found))
    # Read again: a form that is refused has changed the object. A stale form keeps its stale version.
    stored = unit_of(user, pk)
    version = request.POST.get("version", stored.version)
    context: dict[str, Any] = {"form": form, "unit": stored, "inspection": stored.inspection, "version": version}
    return render(request, "plans/inspected_unit_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def inspected_unit_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    found = kept_unit(user, pk)
    if request.method != "POST":
        return remove_page(request, found)
    try:
        remove_unit(unit=found, version=request.POST.get("version"), by=user)
    except (StaleVersion, InspectionRefused) as refusal:
        return remove_page(request, unit_of(user, pk), refusal=str(refusal), status=409)
    messages.success(request, _("The unit was taken out of the inspection."))
    return redirect("inspection", found.inspection_id)


def remove_page(
    request: HttpRequest, found: InspectedUnit, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "unit": found,
        "inspection": found.inspection,
        "findings": found.findings.count(),
        "refusal": refusal,
    }
    return render(request, "plans/inspected_unit_remove.html", context, status=status)

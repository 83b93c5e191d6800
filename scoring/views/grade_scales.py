"""Grade scales: all to read, those of the own office to change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parportal.entry.versions import StaleVersion
from scoring.actions.grade_scales import change_scale, create_scale
from scoring.forms.grade_scales import ScaleForm
from scoring.models import GradeScale
from scoring.workflow import MoveRefused
from units.access import Role, find, person, require
from units.models import Unit, User


def reader(request: HttpRequest) -> User:
    """Raises: PermissionDenied."""
    user = person(request)
    allowed = user.has_role(Role.COORDINATOR) or user.has_role(Role.ADMINISTRATOR)
    require(allowed, _("Grade scales are kept by coordinators."))
    return user


@require_GET
def grade_scales(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    scales = GradeScale.objects.prefetch_related("grades").order_by("name")
    mine = set(GradeScale.objects.editable_by(user).values_list("pk", flat=True))
    context = {
        "rows": [(scale, scale.pk in mine) for scale in scales],
        "may_create": user.has_role(Role.COORDINATOR),
        "administers": user.has_role(Role.ADMINISTRATOR),
    }
    return render(request, "scoring/campaigns/grade_scales.html", context)


@require_http_methods(["GET", "POST"])
def grade_scale_new(request: HttpRequest) -> HttpResponse:
    """A scale of the own office, empty or as a copy of another one (`?copy=<code>`)."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Grade scales are kept by coordinators."))
    copied = GradeScale.objects.filter(code=request.GET.get("copy", "")).first()
    form = ScaleForm(request.POST or None, scale=copied, is_copy=True)
    offices = Unit.objects.filter(pk__in=user.units_as(Role.COORDINATOR)).order_by("code")
    if request.method == "POST" and form.is_valid():
        create_scale(entry=form.entry(), office=offices[0], by=user)
        messages.success(request, _("The grade scale was created."))
        return redirect("grade_scales")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "copied": copied}
    return render(request, "scoring/campaigns/grade_scale_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def grade_scale_edit(request: HttpRequest, scale: str) -> HttpResponse:
    """Change a scale of the own office; one that graded published results is copied instead."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Grade scales are kept by coordinators."))
    found = find(GradeScale.objects.all(), code=scale)
    if not GradeScale.objects.editable_by(user).filter(pk=found.pk).exists():
        text = _("This scale is not your office's, or results were graded by it. Copy it.")
        messages.info(request, text)
        return redirect("grade_scales")
    form = ScaleForm(request.POST or None, scale=found)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            change_scale(scale=found, entry=form.entry(), version=request.POST.get("version"), by=user)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        except StaleVersion:
            form.add_error(
                None, _("Somebody else changed this scale meanwhile. Save again to keep what you typed.")
            )
            status = 409
        else:
            messages.success(request, _("The grade scale was saved."))
            return redirect("grade_scales")
    context = {"form": form, "scale": found, "version": found.version}
    return render(request, "scoring/campaigns/grade_scale_edit.html", context, status=status)

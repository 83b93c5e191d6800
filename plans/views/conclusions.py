"""Conclusion notices with their numbered items."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parportal.entry.versions import StaleVersion
from plans.actions.conclusions import (
    ConclusionRefused,
    change_conclusion,
    create_conclusion,
    delete_conclusion,
)
from plans.counting_tasks import count
from plans.forms.conclusions import ConclusionForm
from plans.models import Conclusion, Task
from plans.task_history import history_lines
from plans.task_list import task_lines
from units.access import Role, find, person, require
from units.models import User
from units.models.units import today


def conclusion_of(user: User, pk: int) -> Conclusion:
    """Raises: Http404."""
    return find(Conclusion.objects.visible_to(user).select_related("owner"), pk=pk)


def coordinated(user: User, pk: int) -> Conclusion:
    """Raises: Http404, PermissionDenied."""
    found = conclusion_of(user, pk)
    allowed = found.owner_id in user.units_as(Role.COORDINATOR)
    require(allowed, _("The coordinators of the office that issued a notice enter it."))
    return found


@require_safe
def conclusions(request: HttpRequest) -> HttpResponse:
    """Notices by year, each with the number of its items and of the tasks that the person sees: one query."""
    user = person(request)
    visible = Q(directives__tasks__in=Task.objects.visible_to(user).values("pk"))
    found = Conclusion.objects.visible_to(user).select_related("owner")
    counted = found.annotate(
        items=Count("directives", filter=visible, distinct=True),
        tasks=Count("directives__tasks", filter=visible, distinct=True),
    )
    years = [(year, list(each)) for year, each in groupby(counted, key=lambda each: each.year)]
    context = {"years": years, "may_create": user.has_role(Role.COORDINATOR)}
    return render(request, "plans/conclusions.html", context)


@require_safe
def conclusion(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice item by item, with the tasks that concern the person."""
    user = person(request)
    found = conclusion_of(user, pk)
    tasks = Task.objects.visible_to(user).filter(directive__conclusion=found)
    lines = task_lines(tasks.order_by("directive__position", "position", "pk"), today())
    may_change = found.owner_id in user.units_as(Role.COORDINATOR)
    context: dict[str, Any] = {
        "conclusion": found,
        "lines": lines,
        "counts": count(tasks, today()),
        "requests": sum(line.task.is_request for line in lines),
        "may_change": may_change,
        "history": history_lines(found) if may_change else [],
    }
    return render(request, "plans/conclusion.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conclusion_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Conclusion notices are entered by coordinators."))
    form = ConclusionForm(request.POST or None, user=user, initial={"year": today().year})
    if request.method == "POST" and form.is_valid():
        made = create_conclusion(conclusion=form.save(commit=False), by=user)
        messages.success(request, _("The notice was saved. Enter the tasks of its items."))
        return redirect("conclusion", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "plans/conclusion_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def conclusion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = coordinated(user, pk)
    form = ConclusionForm(request.POST or None, instance=found, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_conclusion(conclusion=found, version=request.POST.get("version"), by=user)
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The notice was saved."))
                return redirect("conclusion", pk)
    stored = conclusion_of(user, pk)
    version = request.POST.get("version", stored.version)
    context = {"form": form, "conclusion": stored, "version": version}
    return render(request, "plans/conclusion_edit.html", context, status=status)


@require_POST
def conclusion_delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = coordinated(user, pk)
    try:
        delete_conclusion(conclusion=found, version=request.POST.get("version"), by=user)
    except (StaleVersion, ConclusionRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("conclusion", pk)
    messages.success(request, _("The notice was deleted."))
    return redirect("conclusions")

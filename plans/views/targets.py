"""Plans: the list of a year, a plan with its targets, its head, and its removal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from indicators.workflow import MoveRefused
from parportal.entry.versions import StaleVersion
from plans.actions.targets import change_plan, create_plan, delete_plan
from plans.counting_targets import TargetCounts, count, counts_by_plan
from plans.forms.targets import PlanForm
from plans.models import Plan
from plans.plan_page import FILTERS, groups, paper_words, tabs
from plans.target_entry import FIRST_YEAR, LAST_YEAR
from plans.target_results import judged_plans
from plans.task_list import plan_tasks
from units.access import Role, find, person, require
from units.models import AuditEvent, User

HISTORY_LENGTH = 20


def plan_of(user: User, pk: int) -> Plan:
    """Raises: Http404 for a plan that does not concern the person."""
    return find(Plan.objects.visible_to(user).select_related("owner"), pk=pk)


def edited_plan(user: User, pk: int) -> Plan:
    """Raises: Http404, PermissionDenied."""
    found = plan_of(user, pk)
    require(may_edit(user, found), _("Only the unit itself keeps its plans."))
    return found


def may_edit(user: User, found: Plan) -> bool:
    """As `Plan.objects.editable_by`, without a query."""
    return found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans of one year, each with the numbers of its targets; the own ones first."""
    user = person(request)
    visible = Plan.objects.visible_to(user)
    years = sorted(set(visible.order_by().values_list("year", flat=True)), reverse=True)
    year = chosen_year(request, years)
    found = list(visible.filter(year=year or 0).select_related("owner").order_by("owner__name", "kind", "pk"))
    counts = counts_by_plan(found)
    own = user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)
    found.sort(key=lambda each: each.owner_id not in own)
    context = {
        "rows": [(each, paper_words(each), counts[each.pk]) for each in found],
        "year": year,
        "tabs": [(f"?year={each}", each, each == year) for each in years],
        "may_create": user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR),
    }
    return render(request, "plans/plans.html", context)


def chosen_year(request: HttpRequest, years: list[int]) -> int | None:
    """The year that the address names, if there are plans of it; else the latest."""
    typed = request.GET.get("year", "")
    if typed.isascii() and typed.isdigit() and len(typed) == 4 and int(typed) in years:
        return int(typed)
    return years[0] if years else None


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """By field: what was asked, who leads, what came of it, and the numbers at the head."""
    user = person(request)
    found = plan_of(user, pk)
    judged = judged_plans([found])[found.pk]
    counts: TargetCounts = count(judged)
    show = request.GET.get("show", "")
    show = show if show in FILTERS else ""
    context: dict[str, Any] = {
        "plan": found,
        "paper": paper_words(found),
        "counts": counts,
        "tabs": tabs(counts, show),
        "groups": groups(judged, show),
        "edits": may_edit(user, found),
        **plan_tasks(found, user),
        "history": AuditEvent.objects.about(found)[:HISTORY_LENGTH],
    }
    return render(request, "plans/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    require(
        user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR),
        _("Plans are kept by officers of a unit and by coordinators of an office."),
    )
    form = PlanForm(request.POST or None, user=user, initial={"year": usual_year(request)})
    if request.method == "POST" and form.is_valid():
        created = create_plan(plan=form.save(commit=False), by=user)
        messages.success(request, _("The plan was created. Enter its targets, or import them from a workbook."))
        return redirect("plan", created.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "plans/plan_edit.html", {"form": form}, status=status)


def usual_year(request: HttpRequest) -> int:
    typed = request.GET.get("year", "")
    named = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
    return named if FIRST_YEAR <= named <= LAST_YEAR else timezone.localdate().year


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = edited_plan(user, pk)
    form = PlanForm(request.POST or None, instance=found, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_plan(plan=form.save(commit=False), version=request.POST.get("version"), by=user)
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The plan was saved."))
                return redirect("plan", found.pk)
    # A stale form keeps its stale version: to save again, the page must be read again.
    context = {"form": form, "plan": plan_of(user, pk), "version": request.POST.get("version", found.version)}
    return render(request, "plans/plan_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would be lost, then, once confirmed, the removal."""
    user = person(request)
    found = edited_plan(user, pk)
    context: dict[str, Any] = {"plan": found, "counts": counts_by_plan([found])[found.pk]}
    if request.method != "POST":
        return render(request, "plans/plan_delete.html", context)
    try:
        delete_plan(plan=found, version=request.POST.get("version"), by=user)
    except (StaleVersion, MoveRefused) as refusal:
        return render(request, "plans/plan_delete.html", {**context, "refusal": str(refusal)}, status=409)
    messages.success(request, _("The plan was deleted."))
    return redirect("plans")

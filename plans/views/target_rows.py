"""Targets of a plan, one at a time: entered, changed, removed, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.workflow import MoveRefused
from parportal.entry.versions import StaleVersion
from plans.actions.targets import change_target, create_target, remove_target, save_results
from plans.forms.targets import NEW_PARTS, ResultForm, TargetForm
from plans.models import Plan, Target
from plans.plan_page import target_row
from plans.target_results import figures_of, judge
from plans.target_words import LEVELS, PERCENT
from plans.views.targets import edited_plan, may_edit
from units.access import find, person, require
from units.models import User


def edited_target(user: User, pk: int) -> Target:
    """Raises: Http404, PermissionDenied."""
    found = find(Target.objects.visible_to(user).select_related("plan__owner"), pk=pk)
    require(may_edit(user, found.plan), _("Only the unit itself keeps its plans."))
    return found


def back_to(target: Target) -> HttpResponse:
    return redirect(f"{reverse('plan', args=[target.plan_id])}#target-{target.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def target_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new target, in the field of the last one."""
    user = person(request)
    found = edited_plan(user, pk)
    form = TargetForm(request.POST or None, plan=found, instance=Target(plan=found), initial=usual(found))
    if request.method == "POST" and form.is_valid():
        target = form.save(commit=False)
        create_target(target=target, leads=list(form.cleaned_data["leads"]), by=user)
        messages.success(request, _("The target was added."))
        return redirect("target_new", found.pk) if "another" in request.POST else back_to(target)
    status = 422 if request.method == "POST" else 200
    return edit_page(request, found, form, status=status)


def usual(plan: Plan) -> dict[str, Any]:
    """What the form of a new target begins with."""
    last = plan.targets.order_by("position").last()
    field = {"field_code": last.field_code, "field_title": last.field_title} if last else {}
    return {"measure": PERCENT, **field}


@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = edited_target(user, pk)
    form = TargetForm(request.POST or None, plan=found.plan, instance=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            leads = list(form.cleaned_data["leads"])
            try:
                saved = change_target(
                    target=form.save(commit=False), leads=leads, version=request.POST.get("version"), by=user
                )
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The target was saved."))
                return back_to(saved)
    return edit_page(request, found.plan, form, target=edited_target(user, pk), status=status)


def edit_page(
    request: HttpRequest, plan: Plan, form: TargetForm, *, target: Target | None = None, status: int = 200
) -> HttpResponse:
    version = request.POST.get("version", target.version) if target else None
    fields = dict.fromkeys(plan.targets.order_by("position").values_list("field_title", flat=True))
    context = {"plan": plan, "form": form, "target": target, "version": version, "fields": list(fields)}
    return render(request, "plans/target_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def target_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would be lost, then, once confirmed, the removal."""
    user = person(request)
    found = edited_target(user, pk)
    context: dict[str, Any] = {"plan": found.plan, "target": found, "row": row_of(found)}
    if request.method != "POST":
        return render(request, "plans/target_remove.html", context)
    try:
        remove_target(target=found, version=request.POST.get("version"), by=user)
    except StaleVersion as refusal:
        return render(request, "plans/target_remove.html", {**context, "refusal": str(refusal)}, status=409)
    messages.success(request, _("The target was removed."))
    return redirect("plan", found.plan_id)


def row_of(target: Target) -> Any:
    return target_row(judge(target, target.results.all(), figures_of([target]).get(target.pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def target_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of one target, as a whole or in parts; then back to the plan, or on to the next target."""
    user = person(request)
    found = edited_target(user, pk)
    forms = result_forms(request, found)
    if request.method != "POST":
        return result_page(request, found, forms)
    # Every form is asked, so that each shows what is wrong in it.
    valid = [form.is_valid() for form in forms]
    if not all(valid):
        return result_page(request, found, forms, status=422)
    said = [form.as_said() for form in forms if not form.is_unused]
    try:
        save_results(target=found, said=said, by=user)
    except (StaleVersion, MoveRefused) as refusal:
        return result_page(request, found, forms, refusal=str(refusal), status=409)
    messages.success(request, _("The result was saved: %(target)s") % {"target": found.title})
    following = next_target(found) if "next" in request.POST else None
    return redirect("target_result", following.pk) if following else back_to(found)


def result_forms(request: HttpRequest, target: Target) -> list[ResultForm]:
    """The whole, the parts there are, and a few for new ones. A target with a reported figure has no parts."""
    data = request.POST or None
    stored = list(target.results.all())
    whole = next((each for each in stored if not each.part), None)
    found = [ResultForm(data, prefix="whole", target=target, stored=whole, is_part=False)]
    if target.source:
        return found
    parts = [each for each in stored if each.part]
    found += [
        ResultForm(data, prefix=f"part-{each.pk}", target=target, stored=each, is_part=True) for each in parts
    ]
    numbers = range(1, NEW_PARTS + 1)
    return found + [
        ResultForm(data, prefix=f"new-{number}", target=target, stored=None, is_part=True) for number in numbers
    ]


def result_page(
    request: HttpRequest, target: Target, forms: Sequence[ResultForm], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    whole, *parts = forms
    new = [form for form in parts if form.stored is None]
    context = {
        "plan": target.plan,
        "target": target,
        "row": row_of(target),
        "whole": whole,
        "parts": [form for form in parts if form.stored is not None],
        "new": new,
        "new_is_open": any(form.is_bound and form.has_changed() for form in new),
        "levels": [LEVELS.get(each, each) for each in target.levels],
        "following": next_target(target),
        "refusal": refusal,
    }
    return render(request, "plans/target_result.html", context, status=status)


def next_target(target: Target) -> Target | None:
    return target.plan.targets.filter(position__gt=target.position).order_by("position").first()

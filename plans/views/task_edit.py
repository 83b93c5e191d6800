"""Giving a task and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from plans.actions.tasks import Item, Parties, TaskRefused, change_task, give_task
from plans.forms.tasks import TaskForm
from plans.models import GIVEN, KEEPERS, Conclusion, Origin, Plan, Task
from plans.own_parties import party_of_itself
from plans.task_words import changed_where
from plans.views.tasks import kept_task, task_of
from units.access import find, person, require
from units.models import Party, User


def number(text: str | None) -> int:
    """A primary key of the address; 0 is nobody's."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def new_task(request: HttpRequest, user: User) -> tuple[Task, Conclusion | None]:
    """The task that the address asks for: below a plan, below a conclusion notice, or assigned.

    Raises: Http404, PermissionDenied.
    """
    why = _("Tasks are given by officers of the unit that keeps them and by coordinators of an office.")
    keeps = user.units_as(*KEEPERS)
    require(bool(keeps), why)
    if "conclusion" in request.GET:
        above = find(Conclusion.objects.visible_to(user), pk=number(request.GET["conclusion"]))
        require(above.owner_id in keeps, why)
        return Task(owner=above.owner, year=above.year, origin=Origin.DIRECTIVE), above
    if "plan" in request.GET:
        plan = find(Plan.objects.visible_to(user), pk=number(request.GET["plan"]))
        require(plan.owner_id in keeps, why)
        return Task(owner=plan.owner, year=plan.year, origin=Origin.PLAN, plan=plan), None
    return Task(origin=Origin.ASSIGNED), None


@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    made, conclusion = new_task(request, user)
    initial = {"code": request.GET.get("code", "")[:20]}
    form = TaskForm(request.POST or None, instance=made, user=user, conclusion=conclusion, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = give_task(task=made, parties=parties_of(form), item=item_of(form, conclusion), by=user)
        messages.success(request, _("The task was given; those who work on it have been told."))
        if "another" in request.POST:
            return redirect(request.get_full_path())
        return redirect("task", given.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "conclusion": conclusion, "plan": made.plan}
    return render(request, "plans/task_edit.html", context, status=status)


def parties_of(form: TaskForm) -> Parties:
    """Who was ticked; where nobody was, and the unit names no others, the unit leads its task itself."""
    leads, owner = list(form.cleaned_data["leads"]), form.instance.owner
    if not leads and not Party.objects.filter(owner=owner).exclude(unit=owner).exists():
        leads = [party_of_itself(owner)]
    return Parties(leads, list(form.cleaned_data["cooperating"]))


def item_of(form: TaskForm, conclusion: Conclusion | None) -> Item | None:
    return Item(conclusion, form.cleaned_data["code"].strip()) if conclusion else None


@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_task(user, pk)
    require(found.origin in GIVEN, changed_where(found))
    conclusion = found.directive.conclusion if found.directive else None
    form = TaskForm(request.POST or None, instance=found, user=user, conclusion=conclusion)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                item, version = item_of(form, conclusion), request.POST.get("version")
                change_task(task=found, parties=parties_of(form), item=item, version=version, by=user)
            except (StaleVersion, TaskRefused) as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The task was saved."))
                return redirect("task", pk)
    # Read again: a form that is refused has changed the object.
    stored = task_of(user, pk)
    context: dict[str, Any] = {"form": form, "task": stored, "conclusion": conclusion, "plan": stored.plan}
    context["version"] = request.POST.get("version", stored.version)
    return render(request, "plans/task_edit.html", context, status=status)

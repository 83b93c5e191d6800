"""Tasks: the list of those that a person may see, and the page of one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.forms.tasks import ProgressForm, ReopenTaskForm
from plans.models import Origin, Task
from plans.task_history import history_lines
from plans.task_list import NOBODY, Wanted, lead_choices, standing_so, tabs, task_line, task_lines
from plans.task_words import deadline_in_full
from units.access import Role, find, person, require
from units.models import User
from units.models.units import today

PAGE_ROWS = 50


def task_of(user: User, pk: int) -> Task:
    """Raises: Http404 for a task that does not concern the person."""
    related = ("owner", "plan", "directive__conclusion")
    return find(Task.objects.visible_to(user).select_related(*related), pk=pk)


def coordinated(user: User, pk: int) -> Task:
    """Raises: Http404, PermissionDenied."""
    found = task_of(user, pk)
    require(is_coordinated(found, user), _("The coordinators of the office that keeps a task give and change it."))
    return found


def is_coordinated(task: Task, user: User) -> bool:
    return task.owner_id in user.units_as(Role.COORDINATOR)


def is_reportable(task: Task, user: User) -> bool:
    return Task.objects.reportable_by(user).filter(pk=task.pk).exists()


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What the address narrows it to, in pages."""
    user, on = person(request), today()
    wanted = Wanted.of(request.GET)
    found = wanted.tasks(user)
    chosen = standing_so(found, wanted.show, on).order_by("-year", "origin", "position", "pk")
    page = Paginator(chosen, PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    visible = Task.objects.visible_to(user)
    coordinates = user.has_role(Role.COORDINATOR)
    lines = task_lines(page.object_list, on)  # type: ignore[arg-type]
    context: dict[str, Any] = {
        "page": page,
        "lines": lines,
        "wanted": wanted,
        "query": query.urlencode(),
        "is_narrowed": any((wanted.year, wanted.origin, wanted.lead, wanted.mine)),
        "tabs": tabs(found, wanted, request.GET, on),
        "years": list(visible.order_by("-year").values_list("year", flat=True).distinct()),
        "origins": Origin.choices,
        "leads": lead_choices(visible),
        "nobody": NOBODY,
        "governs": coordinates or user.has_role(Role.LEADER),
        "may_give": coordinates,
        "may_remind": {line.task.pk for line in lines if not line.is_done and is_coordinated(line.task, user)},
    }
    return render(request, "plans/tasks.html", context)


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    return task_page(request, task_of(user, pk), user)


def task_page(
    request: HttpRequest,
    found: Task,
    user: User,
    *,
    progress: ProgressForm | None = None,
    reopen: ReopenTaskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a task, with a form that was sent in vain and what is wrong with it."""
    line = task_line(found, today())
    reports, is_ours = is_reportable(found, user), is_coordinated(found, user)
    context = {
        "task": found,
        "line": line,
        "deadline_in_full": deadline_in_full(found),
        "above": above_of(found, user),
        "entries": found.progress.select_related("by"),
        "progress": (progress or ProgressForm(initial={"on": today()})) if reports and not line.is_done else None,
        "reopen": (reopen or ReopenTaskForm()) if reports and line.is_done else None,
        # A stale form keeps its stale version: to save again, the page must be read again.
        "version": request.POST.get("version", found.version),
        "may_change": is_ours and found.origin != Origin.FOLLOW_UP,
        "may_remind": is_ours and not line.is_done,
        "history": history_lines(found),
    }
    return render(request, "plans/task.html", context, status=status)


def above_of(found: Task, user: User) -> dict[str, Any]:
    """What the task stands below, as far as the person may see it."""
    plan, conclusion = found.plan, found.directive.conclusion if found.directive else None
    if plan is not None and not type(plan).objects.visible_to(user).filter(pk=plan.pk).exists():
        plan = None
    return {"plan": plan, "conclusion": conclusion}

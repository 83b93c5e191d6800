"""Tasks: the list of those that a person may see, and the page of one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.actions.tasks import is_ended_by
from plans.forms.tasks import ProgressForm, ReopenTaskForm
from plans.models import GIVEN, KEEPERS, Inspection, Obligation, Origin, Task
from plans.task_history import history_lines
from plans.task_list import NOBODY, Wanted, lead_choices, standing_so, tabs, task_line, task_lines
from plans.task_words import deadline_in_full
from units.access import Role, find, person, require
from units.models import User
from units.models.units import today

PAGE_ROWS = 50


def task_of(user: User, pk: int) -> Task:
    """Raises: Http404 for a task that does not concern the person."""
    related = (
        "owner",
        "plan",
        "directive__conclusion",
        "due_day__obligation",
        "inspected__inspection",
        "remediation__round",
    )
    return find(Task.objects.visible_to(user).select_related(*related), pk=pk)


def kept_task(user: User, pk: int) -> Task:
    """Raises: Http404, PermissionDenied."""
    found = task_of(user, pk)
    require(is_kept(found, user), _("Officers and coordinators of the unit that keeps a task give and change it."))
    return found


def is_kept(task: Task, user: User) -> bool:
    """As `Task.objects.kept_by`, without a query."""
    return task.owner_id in user.units_as(*KEEPERS)


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
    keeps = bool(user.units_as(*KEEPERS))
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
        "governs": keeps or user.has_role(Role.LEADER),
        "may_give": keeps,
        "may_remind": {line.task.pk for line in lines if not line.is_done and is_kept(line.task, user)},
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
    reports, is_ours, ends = is_reportable(found, user), is_kept(found, user), is_ended_by(found, user)
    shown = progress or ProgressForm(initial={"on": today()}, may_end=ends)
    context = {
        "task": found,
        "line": line,
        "deadline_in_full": deadline_in_full(found),
        "above": above_of(found, user),
        "entries": found.progress.select_related("by"),
        "progress": shown if reports and not line.is_done else None,
        "reopen": (reopen or ReopenTaskForm()) if reports and ends and line.is_done else None,
        # A stale form keeps its stale version: to save again, the page must be read again.
        "version": request.POST.get("version", found.version),
        "may_change": is_ours and found.origin in GIVEN,
        "may_remind": is_ours and not line.is_done,
        "history": history_lines(found),
    }
    return render(request, "plans/task.html", context, status=status)


def above_of(found: Task, user: User) -> dict[str, Any]:
    """What the task stands below, as far as the person may see it."""
    plan, conclusion = found.plan, found.directive.conclusion if found.directive else None
    if plan is not None and not type(plan).objects.visible_to(user).filter(pk=plan.pk).exists():
        plan = None
    above: dict[str, Any] = {"plan": plan, "conclusion": conclusion}
    if found.due_day is not None:
        visible = Obligation.objects.visible_to(user)
        above["obligation"] = visible.filter(pk=found.due_day.obligation_id).first()
    if found.inspected is not None:
        above["inspection"] = Inspection.objects.visible_to(user).filter(pk=found.inspected.inspection_id).first()
    if hasattr(found, "remediation"):
        rounds = type(found.remediation.round).objects.visible_to(user)
        above["round"] = rounds.filter(pk=found.remediation.round_id).first()
    return above

"""Follow-up tasks of an analysis: a page of their own, each form goes here and comes back to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from parportal.entry.versions import StaleVersion
from reports.actions.follow_ups import TaskEntry, add_follow_up, move_follow_up, remove_follow_up, save_follow_up
from reports.forms import TaskForm
from reports.kinds import basis_of, find_result
from reports.models import Report, ReportKind
from reports.papers.data import scores_of
from reports.proposing import propose_follow_ups
from reports.views.finding import report_written
from reports.views.telling import telling
from reports.workflow import MoveRefused
from scoring.models import FollowUp
from units.access import find, person
from units.models import Party, User
from units.models.units import today


def analysis_of(user: User, pk: int) -> Report:
    """Raises: Http404 for papers without follow-up tasks, PermissionDenied."""
    found = report_written(user, pk)
    if found.kind != ReportKind.RESPONSIBILITY_ANALYSIS:
        raise Http404
    return found


def tasks_of(report: Report) -> QuerySet[FollowUp]:
    follow_ups = FollowUp.objects.filter(campaign=report.campaign, unit=report.unit)
    return (
        follow_ups.select_related("task", "criterion")
        .prefetch_related(Prefetch("task__leads", queryset=Party.objects.order_by("pk")))
        .order_by("task__position", "pk")
    )


@require_safe
def report_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """One task at most stands open for editing (?task=7, ?task=new)."""
    return tasks_page(request, analysis_of(person(request), pk))


def tasks_page(
    request: HttpRequest,
    report: Report,
    *,
    form: TaskForm | None = None,
    editing: FollowUp | None = None,
    status: int = 200,
) -> HttpResponse:
    follow_ups = list(tasks_of(report))
    if form is None and report.is_open:
        editing, form = opened_task(request, report, follow_ups)
    context = {
        "report": report,
        "sections": grouped(report, follow_ups),
        "task_form": form,
        "editing": editing,
    }
    return render(request, "reports/report_tasks.html", context, status=status)


def opened_task(
    request: HttpRequest, report: Report, follow_ups: list[FollowUp]
) -> tuple[FollowUp | None, TaskForm | None]:
    """The task that the address asks to open, and its form."""
    wanted = request.GET.get("task", "")
    if wanted == "new":
        return None, TaskForm(report=report, initial={"criterion": request.GET.get("section")})
    for each in follow_ups:
        if str(each.pk) == wanted:
            return each, TaskForm(report=report, initial=task_values(each))
    return None, None


def task_values(follow_up: FollowUp) -> dict[str, Any]:
    task = follow_up.task
    names = ("title", "product", "recipient", "via", "deadline_kind", "deadline_on")
    return {
        "criterion": follow_up.criterion_id,
        "leads": [party.pk for party in task.leads.all()],
        **{name: getattr(task, name) for name in names},
    }


def grouped(report: Report, follow_ups: list[FollowUp]) -> list[dict[str, Any]]:
    """The tasks under their fields, those of the organisation last."""
    assert report.campaign is not None
    sections = report.campaign.criteria_set.criteria.filter(parent=None).order_by("position")
    return [
        {
            "section": section,
            "tasks": [each for each in follow_ups if each.criterion_id == (section.pk if section else None)],
        }
        for section in [*sections, None]
    ]


@require_POST
def report_task_add(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    report = analysis_of(user, pk)
    form = TaskForm(request.POST, report=report)
    if not form.is_valid():
        return tasks_page(request, report, form=form, status=422)
    try:
        added = add_follow_up(report=report, entry=entry_of(form), by=user)
    except MoveRefused as refused:
        form.add_error(None, str(refused))
        return tasks_page(request, report, form=form, status=409)
    messages.success(request, _("The task was added."))
    return back_to(report, added)


@require_POST
def report_task(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    user = person(request)
    report = analysis_of(user, pk)
    follow_up = find(tasks_of(report), pk=task)
    form = TaskForm(request.POST, report=report)
    if not form.is_valid():
        return tasks_page(request, report, form=form, editing=follow_up, status=422)
    version = request.POST.get("version")
    try:
        save_follow_up(report=report, follow_up=follow_up, entry=entry_of(form), version=version, by=user)
    except (StaleVersion, MoveRefused) as refused:
        form.add_error(None, str(refused))
        return tasks_page(request, report, form=form, editing=follow_up, status=409)
    messages.success(request, _("The task was saved."))
    return back_to(report, follow_up)


@require_POST
def report_task_move(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    user = person(request)
    report = analysis_of(user, pk)
    follow_up = find(tasks_of(report), pk=task)
    with telling(request):
        move_follow_up(report=report, follow_up=follow_up, up=request.POST.get("direction") == "up", by=user)
    return back_to(report, follow_up)


@require_POST
def report_task_remove(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    user = person(request)
    report = analysis_of(user, pk)
    follow_up = find(tasks_of(report), pk=task)
    with telling(request, _("The task was removed.")):
        remove_follow_up(report=report, follow_up=follow_up, by=user)
    return back_to(report, None)


@require_POST
def report_tasks_propose(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    report = analysis_of(user, pk)
    with telling(request):
        scores = scores_of(find_result(basis_of(report, today())))
        added = propose_follow_ups(report=report, scores=scores, by=user)
        if added:
            line = ngettext("%(count)s task was proposed.", "%(count)s tasks were proposed.", added)
            messages.success(request, line % {"count": added})
        else:
            messages.info(request, _("Every field that lost points has a task already."))
    return back_to(report, None)


def entry_of(form: TaskForm) -> TaskEntry:
    return TaskEntry(**form.cleaned_data)


def back_to(report: Report, follow_up: FollowUp | None) -> HttpResponse:
    """The page of the tasks, at the one that was worked on."""
    anchor = f"task-{follow_up.pk}" if follow_up else "tasks"
    return redirect(f"{reverse('report_tasks', args=[report.pk])}#{anchor}")

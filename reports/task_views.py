"""Follow-up tasks on the page of a report: each form goes here and comes back to the page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from parportal.entry.versions import StaleVersion
from reports.actions import (
    TaskEntry,
    add_follow_up,
    move_follow_up,
    remove_follow_up,
    save_follow_up,
    stored_report,
)
from reports.forms import TaskForm
from reports.proposing import propose_follow_ups
from reports.rendering import scores_of
from reports.views import address, authorised, edit_page, tasks_of
from scoring.models import FollowUp, UnitResult
from units.access import find, person


@require_POST
def report_task_add(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    user = person(request)
    result, report = authorised(user, code, unit)
    form = TaskForm(request.POST, report=report)
    if not form.is_valid():
        return edit_page(request, result, report, task_form=form, status=422)
    added = add_follow_up(report=stored_report(report, by=user), entry=entry_of(form), by=user)
    messages.success(request, _("The task was added."))
    return back_to(result, added)


@require_POST
def report_task(request: HttpRequest, code: str, unit: str, task: int) -> HttpResponse:
    user = person(request)
    result, report = authorised(user, code, unit)
    follow_up = find(tasks_of(result), pk=task)
    form = TaskForm(request.POST, report=report)
    if not form.is_valid():
        return edit_page(request, result, report, task_form=form, editing=follow_up, status=422)
    try:
        save_follow_up(
            report=stored_report(report, by=user),
            follow_up=follow_up,
            entry=entry_of(form),
            version=request.POST.get("version"),
            by=user,
        )
    except StaleVersion as stale:
        form.add_error(None, str(stale))
        return edit_page(request, result, report, task_form=form, editing=follow_up, status=409)
    messages.success(request, _("The task was saved."))
    return back_to(result, follow_up)


@require_POST
def report_task_move(request: HttpRequest, code: str, unit: str, task: int) -> HttpResponse:
    user = person(request)
    result, report = authorised(user, code, unit)
    follow_up = find(tasks_of(result), pk=task)
    up = request.POST.get("direction") == "up"
    move_follow_up(report=stored_report(report, by=user), follow_up=follow_up, up=up, by=user)
    return back_to(result, follow_up)


@require_POST
def report_task_remove(request: HttpRequest, code: str, unit: str, task: int) -> HttpResponse:
    user = person(request)
    result, report = authorised(user, code, unit)
    follow_up = find(tasks_of(result), pk=task)
    remove_follow_up(report=stored_report(report, by=user), follow_up=follow_up, by=user)
    messages.success(request, _("The task was removed."))
    return back_to(result, None)


@require_POST
def report_tasks_propose(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    user = person(request)
    result, report = authorised(user, code, unit)
    added = propose_follow_ups(report=stored_report(report, by=user), scores=scores_of(result), by=user)
    if added:
        line = ngettext("%(count)s task was proposed.", "%(count)s tasks were proposed.", added)
        messages.success(request, line % {"count": added})
    else:
        messages.info(request, _("Every field that lost points has a task already."))
    return back_to(result, None)


def entry_of(form: TaskForm) -> TaskEntry:
    return TaskEntry(**form.cleaned_data)


def back_to(result: UnitResult, follow_up: FollowUp | None) -> HttpResponse:
    """The page of the report, at the task that was worked on."""
    anchor = f"task-{follow_up.pk}" if follow_up else "tasks"
    return redirect(f"{reverse('report_edit', args=address(result))}#{anchor}")

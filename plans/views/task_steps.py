"""What is done with a task: progress, taking it back, removing it, reminding of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from parportal.entry.versions import StaleVersion
from plans.actions.task_reminders import remind_of_tasks, to_remind
from plans.actions.tasks import TaskRefused, is_ended_by, remove_task, reopen_task, report_progress
from plans.forms.tasks import ProgressForm, ReopenTaskForm, TaskReminderForm
from plans.models import KEEPERS, Task
from plans.task_list import task_line
from plans.views.tasks import is_reportable, kept_task, task_of, task_page
from units.access import person, require
from units.models import User
from units.models.units import today


def reportable(user: User, pk: int) -> Task:
    """Raises: Http404, PermissionDenied."""
    found = task_of(user, pk)
    require(is_reportable(found, user), _("Who works on a task, or the unit that keeps it, reports its progress."))
    return found


@require_POST
def task_progress(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = reportable(user, pk)
    form = ProgressForm(request.POST, may_end=is_ended_by(found, user))
    if not form.is_valid():
        return task_page(request, found, user, progress=form, status=422)
    try:
        entry = form.save(commit=False)
        report_progress(task=found, progress=entry, version=request.POST.get("version"), by=user)
    except (StaleVersion, TaskRefused) as refusal:
        form.add_error(None, str(refusal))
        return task_page(request, task_of(user, pk), user, progress=form, status=409)
    done = form.cleaned_data.get("is_done")
    messages.success(request, _("The task is reported as done.") if done else _("The progress was saved."))
    return redirect("task", pk)


@require_POST
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = reportable(user, pk)
    form = ReopenTaskForm(request.POST)
    if not form.is_valid():
        return task_page(request, found, user, reopen=form, status=422)
    try:
        version, reason = request.POST.get("version"), form.cleaned_data["reason"]
        reopen_task(task=found, reason=reason, version=version, by=user)
    except (StaleVersion, TaskRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("task", pk)
    messages.success(request, _("The task is open again."))
    return redirect("task", pk)


@require_POST
def task_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_task(user, pk)
    conclusion, plan = found.directive.conclusion_id if found.directive else None, found.plan_id
    try:
        remove_task(task=found, version=request.POST.get("version"), by=user)
    except (StaleVersion, TaskRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("task", pk)
    messages.success(request, _("The task was removed."))
    if conclusion:
        return redirect("conclusion", conclusion)
    return redirect("plan", plan) if plan else redirect("tasks")


@require_POST
def tasks_remind(request: HttpRequest) -> HttpResponse:
    """First who would be told, then, once confirmed, the reminder."""
    user = person(request)
    require(bool(user.units_as(*KEEPERS)), _("Who keeps tasks for a unit reminds of them."))
    back = way_back(request)
    chosen = ticked(request, user)
    if not chosen:
        messages.warning(request, _("Tick the tasks of your unit of which people are to be reminded."))
        return redirect(back)
    confirmed = "confirmed" in request.POST
    form = TaskReminderForm(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        told = remind_of_tasks(tasks=chosen, by=user, note=form.cleaned_data["note"])
        words = ngettext("%(count)s reminder was left.", "%(count)s reminders were left.", told)
        messages.success(request, words % {"count": told})
        return redirect(back)
    shown = [(task_line(task, today()), people) for task, people in to_remind(chosen)]
    context = {"form": form, "lines": shown, "back": back}
    return render(request, "plans/task_remind.html", context, status=422 if confirmed else 200)


def ticked(request: HttpRequest, user: User) -> Sequence[Task]:
    """The ticked tasks that the person keeps."""
    sent = request.POST.getlist("tasks")
    pks = [int(each) for each in sent if each.isascii() and each.isdigit() and len(each) < 19]
    found = Task.objects.visible_to(user).kept_by(user).filter(pk__in=pks)
    return list(found.prefetch_related("leads", "cooperating"))


def way_back(request: HttpRequest) -> str:
    """The page of the portal that the form names, or the list of tasks."""
    back = request.POST.get("back", "")
    is_own = url_has_allowed_host_and_scheme(back, allowed_hosts=None, require_https=request.is_secure())
    return back if is_own and back.startswith("/tasks/") else "tasks"

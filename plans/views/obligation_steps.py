"""What is done with the calendar: adding the tasks of a year, recording what was sent, taking it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods, require_POST

from parportal.entry.versions import StaleVersion
from plans.actions.obligation_tasks import add_year
from plans.actions.tasks import TaskRefused, reopen_task, report_progress
from plans.forms.documents import register_units
from plans.forms.obligations import SentForm
from plans.forms.tasks import ReopenTaskForm
from plans.models import Document, Obligation, Progress, Task
from plans.obligation_days import due_tasks, sendable, sent_line, with_sent, year_of
from plans.task_history import history_lines
from plans.views.obligations import expect_keeper
from units.access import find, person, require
from units.models import User
from units.models.units import today


@require_POST
def obligations_year(request: HttpRequest) -> HttpResponse:
    """Add the tasks of a year that the person's calendars lack."""
    user = person(request)
    expect_keeper(user)
    year = year_of(request.POST.get("year", ""))
    if year is None:
        messages.error(request, _("Choose a year."))
        return redirect("obligations")
    made = sum(add_year(owner=owner, year=year, by=user) for owner in register_units(user).order_by("pk"))
    words = ngettext("%(count)s task was added.", "%(count)s tasks were added.", made)
    messages.success(
        request, words % {"count": made} if made else _("Every day of this year has its tasks already.")
    )
    return redirect(f"{reverse('obligations')}?year={year}")


def due_task(user: User, pk: int) -> Task:
    """A task of a calendar, with its day and its parties.

    Raises: Http404, PermissionDenied.
    """
    found = find(with_sent(due_tasks(user)), pk=pk)
    require(
        sendable(user).filter(pk=found.pk).exists(),
        _("Who sends it, or the office that keeps the calendar, records what was sent."),
    )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def obligation_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent for one day of the calendar, and on which day; or, with a reason, that it was not."""
    user = person(request)
    found = due_task(user, pk)
    if request.method != "POST":
        return sent_page(request, found)
    return take_back(request, user, found) if "reason" in request.POST else keep_sent(request, user, found)


def keep_sent(request: HttpRequest, user: User, found: Task) -> HttpResponse:
    form = SentForm(request.POST)
    form.offer_papers(user, sender_of(found), found.year)
    if not form.is_valid():
        return sent_page(request, found, sent=form, status=422)
    try:
        report_progress(task=found, progress=entry_of(form), version=request.POST.get("version"), by=user)
    except (StaleVersion, TaskRefused) as refusal:
        return sent_page(request, due_task(user, found.pk), sent=form, refusal=str(refusal), status=409)
    messages.success(request, _("What was sent is recorded."))
    return redirect(f"{reverse('obligations')}?year={found.year}")


def take_back(request: HttpRequest, user: User, found: Task) -> HttpResponse:
    form = ReopenTaskForm(request.POST)
    if not form.is_valid():
        return sent_page(request, found, reopen=form, status=422)
    try:
        reason, version = form.cleaned_data["reason"], request.POST.get("version")
        reopen_task(task=found, reason=reason, version=version, by=user)
    except (StaleVersion, TaskRefused) as refusal:
        return sent_page(request, due_task(user, found.pk), reopen=form, refusal=str(refusal), status=409)
    messages.success(request, _("It counts as not sent again."))
    return redirect("obligation_sent", found.pk)


def entry_of(form: SentForm) -> Progress:
    """The entry that says what was sent; the paper in the words of the portal, whoever records it."""
    said = form.cleaned_data
    with override(settings.LANGUAGE_CODE):
        paper = form.paper_words()
    return Progress(on=said["on"], paper=paper, document=said["document"], text=said["text"], is_done=True)


def sender_of(task: Task) -> int:
    """The unit whose register holds the paper: that of the member that sends its own, else the owner."""
    if task.due_day is not None and task.due_day.obligation.for_each:
        units = [party.unit_id for party in task.leads.all() if party.unit_id is not None]
        return units[0] if units else task.owner_id
    return task.owner_id


def sent_page(
    request: HttpRequest,
    found: Task,
    *,
    sent: SentForm | None = None,
    reopen: ReopenTaskForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with a form that was sent in vain and what is wrong with it."""
    user, day = person(request), found.due_day
    assert day is not None
    is_done = found.done_on is not None
    if sent is None and not is_done:
        sent = SentForm()
        sent.offer_papers(user, sender_of(found), found.year)
    entries = list(found.progress.filter(is_done=True).select_related("document", "by"))
    papers = [entry.document_id for entry in entries if entry.document_id]
    context: dict[str, Any] = {
        "task": found,
        "day": sent_line(found, day, may_send=True, on=today()),
        "obligation": day.obligation,
        "opened": Obligation.objects.visible_to(user).filter(pk=day.obligation_id).exists(),
        "entries": entries,
        "documents": set(Document.objects.visible_to(user).filter(pk__in=papers).values_list("pk", flat=True)),
        "refusal": refusal,
        "sent": None if is_done else sent,
        "reopen": (reopen or ReopenTaskForm()) if is_done else None,
        # A stale form keeps its stale version: to save again, the page must be read again.
        "version": request.POST.get("version", found.version),
        "history": history_lines(found),
    }
    return render(request, "plans/obligation_sent.html", context, status=status)

"""The register of steering meetings: its list, an entry, its removal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.versions import StaleVersion
from plans.actions.registers import change, enter, remove
from plans.forms.registers import MeetingForm
from plans.models import Conclusion, Meeting
from plans.paper_words import paper_words
from plans.register_lists import Wanted
from plans.task_history import history_lines
from plans.views.documents import PAGE_ROWS, expect_keeper
from units.access import Role, find, person, require
from units.models import Unit, User


def meeting_of(user: User, pk: int) -> Meeting:
    """Raises: Http404, PermissionDenied."""
    found = find(Meeting.objects.visible_to(user).select_related("owner", "conclusion"), pk=pk)
    allowed = found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)
    require(allowed, _("Only the unit whose register it is changes it."))
    return found


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What the address narrows it to, in pages."""
    user = person(request)
    wanted = Wanted.of(request.GET)
    found = wanted.meetings(user).select_related("owner", "conclusion")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    visible = Meeting.objects.visible_to(user).order_by()
    keeps = user.units_as(Role.OFFICER, Role.COORDINATOR)
    notices = set(Conclusion.objects.visible_to(user).values_list("pk", flat=True))
    context: dict[str, Any] = {
        "page": page,
        "lines": [
            (each, paper_words(each), each.owner_id in keeps, each.conclusion_id in notices)
            for each in page.object_list
        ],
        "wanted": wanted,
        "query": query.urlencode(),
        "years": [day.year for day in visible.dates("held_on", "year", order="DESC")],
        "units": list(Unit.objects.filter(pk__in=visible.values("owner")).order_by("name")),
        "may_keep": bool(keeps),
    }
    return render(request, "plans/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    expect_keeper(user)
    form = MeetingForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        enter(row=form.save(commit=False), by=user)
        messages.success(request, _("The meeting was saved."))
        return redirect("meetings")
    status = 422 if request.method == "POST" else 200
    return render(request, "plans/meeting_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = meeting_of(user, pk)
    form = MeetingForm(request.POST or None, instance=found, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change(row=form.save(commit=False), version=request.POST.get("version"), by=user)
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The meeting was saved."))
                return redirect("meetings")
    # A stale form keeps its stale version: to save again, the page must be read again.
    stored = meeting_of(user, pk)
    context: dict[str, Any] = {
        "form": form,
        "meeting": stored,
        "version": request.POST.get("version", stored.version),
    }
    context["history"] = history_lines(stored)
    return render(request, "plans/meeting_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    context: dict[str, Any] = {"meeting": meeting_of(user, pk)}
    if request.method != "POST":
        return render(request, "plans/meeting_remove.html", context)
    try:
        remove(row=context["meeting"], version=request.POST.get("version"), by=user)
    except StaleVersion as refusal:
        return render(request, "plans/meeting_remove.html", {**context, "refusal": str(refusal)}, status=409)
    messages.success(request, _("The meeting was removed from the register."))
    return redirect("meetings")

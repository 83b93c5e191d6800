"""The register of initiatives: its list, an entry, its removal."""

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
from plans.forms.registers import InitiativeForm
from plans.models import Initiative
from plans.paper_words import paper_words
from plans.register_lists import Wanted
from plans.task_history import history_lines
from plans.views.documents import PAGE_ROWS, expect_keeper
from units.access import Role, find, person, require
from units.models import Unit, User


def initiative_of(user: User, pk: int) -> Initiative:
    """Raises: Http404, PermissionDenied."""
    found = find(Initiative.objects.visible_to(user).select_related("owner", "unit"), pk=pk)
    allowed = found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)
    require(allowed, _("Only the unit whose register it is changes it."))
    return found


@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """What the address narrows it to, in pages; what a decision recognises is counted."""
    user = person(request)
    wanted = Wanted.of(request.GET)
    found = wanted.initiatives(user)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    visible = Initiative.objects.visible_to(user).order_by()
    keeps = user.units_as(Role.OFFICER, Role.COORDINATOR)
    context: dict[str, Any] = {
        "page": page,
        "lines": [(each, paper_words(each), each.owner_id in keeps) for each in page.object_list],
        "recognised": sum(bool(each.number) for each in found),
        "wanted": wanted,
        "query": query.urlencode(),
        "years": sorted(set(visible.values_list("year", flat=True)), reverse=True),
        "units": list(Unit.objects.filter(pk__in=visible.values("unit")).order_by("name")),
        "may_keep": bool(keeps),
    }
    return render(request, "plans/initiatives.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    expect_keeper(user)
    form = InitiativeForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        enter(row=form.save(commit=False), by=user)
        messages.success(request, _("The initiative was saved."))
        return redirect("initiatives")
    status = 422 if request.method == "POST" else 200
    return render(request, "plans/initiative_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = initiative_of(user, pk)
    form = InitiativeForm(request.POST or None, instance=found, user=user)
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
                messages.success(request, _("The initiative was saved."))
                return redirect("initiatives")
    # A stale form keeps its stale version: to save again, the page must be read again.
    stored = initiative_of(user, pk)
    context: dict[str, Any] = {
        "form": form,
        "initiative": stored,
        "version": request.POST.get("version", stored.version),
    }
    context["history"] = history_lines(stored)
    return render(request, "plans/initiative_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    context: dict[str, Any] = {"initiative": initiative_of(user, pk)}
    if request.method != "POST":
        return render(request, "plans/initiative_remove.html", context)
    try:
        remove(row=context["initiative"], version=request.POST.get("version"), by=user)
    except StaleVersion as refusal:
        return render(request, "plans/initiative_remove.html", {**context, "refusal": str(refusal)}, status=409)
    messages.success(request, _("The initiative was removed from the register."))
    return redirect("initiatives")

"""A row of a register of initiatives or meetings: entered, corrected, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from parportal.entry.versions import StaleVersion
from plans.actions.registers import change, enter, remove
from plans.task_history import history_lines
from plans.views.documents import expect_keeper
from units.access import Role, find, person, require
from units.models import User


@dataclass(frozen=True, slots=True)
class Register:
    """What tells two registers apart.

    Shapes: `name` is that of a row in templates, `page` that of the list; `rows` are those a person sees; `saved`
    and `removed` are told afterwards.
    """

    name: str
    page: str
    rows: Callable[[User], QuerySet[Any]]
    form: Callable[..., Any]
    saved: str | Promise
    removed: str | Promise

    def row(self, user: User, pk: int) -> Any:
        """Raises: Http404, PermissionDenied."""
        found = find(self.rows(user), pk=pk)
        allowed = found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)
        require(allowed, _("Only the unit whose register it is changes it."))
        return found


def row_new(request: HttpRequest, register: Register) -> HttpResponse:
    user = person(request)
    expect_keeper(user)
    form = register.form(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        enter(row=form.save(commit=False), by=user)
        messages.success(request, str(register.saved))
        return redirect(register.page)
    status = 422 if request.method == "POST" else 200
    return render(request, f"plans/{register.name}_edit.html", {"form": form}, status=status)


def row_edit(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    user = person(request)
    form = register.form(request.POST or None, instance=register.row(user, pk), user=user)
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
                messages.success(request, str(register.saved))
                return redirect(register.page)
    stored = register.row(user, pk)
    # A stale form keeps its stale version: to save again, the page must be read again.
    version = request.POST.get("version", stored.version)
    context = {"form": form, register.name: stored, "version": version, "history": history_lines(stored)}
    return render(request, f"plans/{register.name}_edit.html", context, status=status)


def row_remove(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    row = register.row(user, pk)
    page, context = f"plans/{register.name}_remove.html", {register.name: row}
    if request.method != "POST":
        return render(request, page, context)
    try:
        remove(row=row, version=request.POST.get("version"), by=user)
    except StaleVersion as refusal:
        return render(request, page, {**context, "refusal": str(refusal)}, status=409)
    messages.success(request, str(register.removed))
    return redirect(register.page)

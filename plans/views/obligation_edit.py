"""Entering an obligation with its days, changing and removing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from plans.actions.obligations import (
    ObligationRefused,
    change_obligation,
    create_obligation,
    remove_obligation,
)
from plans.forms.obligations import (
    PRESETS,
    USUAL_DAY,
    DayForms,
    ObligationForm,
    preset_day,
    preset_rows,
    stored_rows,
    typed_rows,
)
from plans.models import Obligation, Task
from plans.views.obligations import expect_keeper, kept_obligation, obligation_of
from units.access import person
from units.models import User

NEW_ROWS, MORE_ROWS = 4, 4


@require_http_methods(["GET", "HEAD", "POST"])
def obligation_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    expect_keeper(user)
    if request.method != "POST":
        return edit_page(request, ObligationForm(user=user), DayForms.of([], NEW_ROWS))
    if asks_for_rows(request):
        return with_rows(request, user)
    form, days = ObligationForm(request.POST, user=user), DayForms.sent(request.POST, None)
    status = 422
    if both_valid(form, days):
        try:
            made = create_obligation(obligation=form.save(commit=False), days=days.said, by=user)
        except ObligationRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("The obligation was saved; its tasks of this year are in the calendar."))
            return redirect("obligation", made.pk)
    return edit_page(request, form, days, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def obligation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_obligation(user, pk)
    if request.method != "POST":
        days = DayForms.of(stored_rows(found.days.all()))
        return edit_page(request, ObligationForm(instance=found, user=user), days, obligation=found)
    if asks_for_rows(request):
        return with_rows(request, user, found)
    form, days, status = (
        ObligationForm(request.POST, instance=found, user=user),
        DayForms.sent(request.POST, found),
        422,
    )
    if both_valid(form, days):
        try:
            said, version = form.save(commit=False), request.POST.get("version")
            change_obligation(obligation=said, days=days.said, version=version, by=user)
        except (StaleVersion, ObligationRefused) as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("The obligation was saved; what is not sent yet follows it."))
            return redirect("obligation", pk)
    # Read again: a form that is refused has changed the object.
    return edit_page(request, form, days, obligation=obligation_of(user, pk), status=status)


def both_valid(form: ObligationForm, days: DayForms) -> bool:
    """Both are looked at: all that is wrong is told at once."""
    return all((form.is_valid(), days.is_valid()))


def asks_for_rows(request: HttpRequest) -> bool:
    return "fill" in request.POST or "more" in request.POST


def with_rows(request: HttpRequest, user: User, obligation: Obligation | None = None) -> HttpResponse:
    """The form as it was typed, with the days of a preset or with more empty rows; nothing is saved or checked."""
    # A box that is not ticked is not sent.
    form = ObligationForm(initial={"for_each": False, **request.POST.dict()}, instance=obligation, user=user)
    rows = typed_rows(request.POST)
    if "fill" not in request.POST:
        return edit_page(request, form, DayForms.of(rows, MORE_ROWS), obligation=obligation)
    preset, day = request.POST.get("preset", ""), preset_day(request.POST.get("preset_day", ""))
    filled = preset_rows(preset, day)
    kept = [row for row in rows if row["pk"] or not filled]
    return edit_page(request, form, DayForms.of([*kept, *filled]), obligation=obligation)


def edit_page(
    request: HttpRequest,
    form: ObligationForm,
    days: DayForms,
    *,
    obligation: Obligation | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "days": days,
        "obligation": obligation,
        "presets": PRESETS.items(),
        "preset": request.POST.get("preset", ""),
        "preset_day": preset_day(request.POST.get("preset_day", str(USUAL_DAY))),
    }
    if obligation is not None:
        # A stale form keeps its stale version: to save again, the page must be read again.
        context["version"] = request.POST.get("version", obligation.version)
    return render(request, "plans/obligation_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def obligation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    found = kept_obligation(user, pk)
    refusal = ""
    if request.method == "POST":
        try:
            remove_obligation(obligation=found, version=request.POST.get("version"), by=user)
        except (StaleVersion, ObligationRefused) as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The obligation was removed from the calendar."))
            return redirect("obligations")
    tasks = Task.objects.filter(due_day__obligation=found)
    context = {
        "obligation": obligation_of(user, pk),
        "tasks": tasks.count(),
        "sent": tasks.filter(done_on__isnull=False).count(),
        "refusal": refusal,
    }
    return render(request, "plans/obligation_remove.html", context, status=409 if refusal else 200)

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.actions.periods import askable_units, change_period, create_period
from indicators.forms.periods import DeadlineForm, PeriodForm, usual
from indicators.models import Period, PeriodStatus
from indicators.views.periods import coordinated, period_of
from indicators.workflow import MoveRefused
from parportal.entry.versions import StaleVersion
from units.access import Role, person, require
from units.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def period_new(request: HttpRequest) -> HttpResponse:
    """The head of a new period; its units follow on the next page."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Reporting periods are created by coordinators."))
    form = PeriodForm(request.POST or None, user=user, initial=usual(request.GET))
    if request.method == "POST" and form.is_valid():
        created = create_period(period=form.save(commit=False), by=user)
        messages.success(request, _("The period was created. Check its units and its deadline, then open it."))
        return redirect("period_edit", created.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "indicators/period_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def period_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything while it is prepared; once open, its deadline and further units."""
    user = person(request)
    found = coordinated(user, pk)
    if found.status == PeriodStatus.CLOSED:
        messages.info(request, _("The period is closed: reopen it first."))
        return redirect("period", found.pk)
    form = form_for(request, found, user)
    if request.method != "POST":
        return edit_page(request, found, form)
    units = chosen(request, found)
    head = (found.owner_id, found.indicator_set_id, found.year)
    if not form.is_valid():
        return edit_page(request, period_of(user, pk), form, chosen=units, status=422)
    if isinstance(form, DeadlineForm):
        found.due_at = form.cleaned_data["due_at"]
    same_units = head == (found.owner_id, found.indicator_set_id, found.year)
    try:
        change_period(
            period=found, units=units if same_units else None, version=request.POST.get("version"), by=user
        )
    except (StaleVersion, MoveRefused) as refusal:
        form.add_error(None, str(refusal))
        return edit_page(request, period_of(user, pk), form, chosen=units, status=409)
    messages.success(request, _("The period was saved."))
    return redirect("period" if same_units else "period_edit", found.pk)


def form_for(request: HttpRequest, found: Period, user: User) -> PeriodForm | DeadlineForm:
    if found.status == PeriodStatus.OPEN:
        return DeadlineForm(request.POST or None, initial={"due_at": found.due_at})
    return PeriodForm(request.POST or None, instance=found, user=user)


def chosen(request: HttpRequest, found: Period) -> Collection[int]:
    """The ticked units, from inputs `unit-<pk>`."""
    return [unit.pk for unit in askable_units(found) if f"unit-{unit.pk}" in request.POST]


def edit_page(
    request: HttpRequest,
    found: Period,
    form: PeriodForm | DeadlineForm,
    *,
    chosen: Collection[int] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_draft = found.status == PeriodStatus.DRAFT
    asked = set(found.returns.values_list("unit", flat=True))
    ticked = asked if chosen is None else set(chosen) | (set() if is_draft else asked)
    units = [
        {"unit": unit, "chosen": unit.pk in ticked, "is_fixed": not is_draft and unit.pk in asked}
        for unit in askable_units(found)
    ]
    # A stale form keeps its stale version: to save again, the page must be read again.
    version = request.POST.get("version", found.version)
    context = {"form": form, "period": found, "units": units, "version": version, "is_draft": is_draft}
    return render(request, "indicators/period_edit.html", context, status=status)

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from indicators.actions.periods import close_period, open_period, opening_problems, reopen_period
from indicators.actions.reminding import remind_units, to_remind
from indicators.forms.periods import ReminderForm, ReopenForm
from indicators.models import HANDED_IN, Period, PeriodStatus, Return, ReturnStatus
from indicators.period_board import FILTERS, SORTS, BoardRow, board_rows, timeliness
from indicators.workflow import MoveRefused
from parportal.deadlines import Deadline
from units.access import Role, find, person, require
from units.models import AuditEvent, User

HISTORY_LENGTH = 20


def period_of(user: User, pk: int) -> Period:
    """Raises: Http404 for a period that does not concern the person."""
    return find(Period.objects.visible_to(user).select_related("owner", "indicator_set"), pk=pk)


def governed(user: User, pk: int) -> Period:
    """Raises: Http404, PermissionDenied."""
    found = period_of(user, pk)
    require(found.is_governed_by(user), _("Only the office that asks sees the figures of every unit."))
    return found


def coordinated(user: User, pk: int) -> Period:
    """Raises: Http404, PermissionDenied."""
    found = period_of(user, pk)
    require(found.is_coordinated_by(user), _("The coordinators of the office run its reporting periods."))
    return found


@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """What the own unit is asked for, and what the own office asks."""
    user = person(request)
    units = user.units_as(Role.OFFICER, Role.LEADER)
    own = Return.objects.visible_to(user).filter(unit__in=units).exclude(period__status=PeriodStatus.DRAFT)
    rows = board_rows(own) if units else []
    rows.sort(key=lambda row: (not row.in_hand, -row.found.period.ends_on.toordinal(), row.found.pk))
    context = {
        "rows": rows,
        "years": asked_periods(user),
        "governs": user.has_role(Role.COORDINATOR) or user.has_role(Role.LEADER),
        "may_create": user.has_role(Role.COORDINATOR),
    }
    return render(request, "indicators/periods.html", context)


def asked_periods(user: User) -> list[tuple[int, list[Period]]]:
    """The periods of the person's offices by year, each with the numbers of its returns: one query."""
    asked = Period.objects.filter(owner__in=user.units_as(Role.COORDINATOR, Role.LEADER))
    counted = asked.select_related("owner", "indicator_set").annotate(
        units=Count("returns"),
        handed_in=Count("returns", filter=Q(returns__status__in=HANDED_IN)),
        accepted=Count("returns", filter=Q(returns__status=ReturnStatus.ACCEPTED)),
    )
    in_order = counted.order_by("-year", "-ends_on", "indicator_set__code", "pk")
    return [(year, list(found)) for year, found in groupby(in_order, key=lambda each: each.year)]


@require_safe
def period(request: HttpRequest, pk: int) -> HttpResponse:
    """The board for the office that asks; for a unit that is asked, its own return."""
    user = person(request)
    found = period_of(user, pk)
    if not found.is_governed_by(user):
        own = Return.objects.visible_to(user).filter(period=found)
        return render(request, "indicators/period_own.html", {**head(found), "rows": board_rows(own)})
    rows = board_rows(found.returns.all())
    context: dict[str, Any] = {
        **head(found),
        **chosen_rows(request.GET, rows),
        "coordinates": found.is_coordinated_by(user),
        "problems": opening_problems(found) if found.status == PeriodStatus.DRAFT else [],
        "unfinished": sum(row.found.status != ReturnStatus.ACCEPTED for row in rows),
        "reopen": ReopenForm(),
        "history": AuditEvent.objects.about(found)[:HISTORY_LENGTH],
    }
    return render(request, "indicators/period.html", context)


def head(found: Period) -> dict[str, Any]:
    is_open = found.status == PeriodStatus.OPEN
    return {"period": found, "deadline": Deadline.of(found.due_at) if is_open else None}


def chosen_rows(asked: QueryDict, rows: list[BoardRow]) -> dict[str, Any]:
    """The rows of the filter and in the order that the address names, with the links to other choices."""
    show, sort = asked.get("show", ""), asked.get("sort", "")
    show, sort = show if show in FILTERS else "", sort if sort in SORTS else ""
    kept = f"&sort={sort}" if sort else ""
    filters = filter_titles()
    sorts = {"": _("unit"), "reported": _("completeness"), "late": _("lateness")}
    return {
        "rows": sorted(filter(FILTERS[show], rows), key=SORTS[sort]),
        "total": len(rows),
        "timeliness": timeliness(rows),
        "may_remind": any(row.in_hand for row in rows),
        "tabs": [
            (f"?show={name}{kept}", filters[name], sum(map(FILTERS[name], rows)), name == show) for name in FILTERS
        ],
        "sorts": [(f"?show={show}&sort={name}", words, name == sort) for name, words in sorts.items()],
    }


def filter_titles() -> dict[str, str]:
    return {
        "": _("All units"),
        "not-submitted": _("Not submitted"),
        "late": _("Late"),
        "submitted": pgettext("returns of units", "To accept"),
        "accepted": pgettext("returns of units", "Accepted"),
        "returned": pgettext("returns of units", "Returned"),
    }


@require_POST
def period_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Open, close or reopen."""
    user = person(request)
    found = coordinated(user, pk)
    try:
        match request.POST.get("step"):
            case "open":
                open_period(period=found, by=user)
                messages.success(request, _("The period is open; its units have been told."))
            case "close":
                close_period(period=found, by=user)
                messages.success(request, _("The period is closed."))
            case "reopen":
                reopen_period(period=found, by=user, reason=request.POST.get("reason", ""))
                messages.success(request, _("The period is open again."))
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("period", found.pk)


def ticked(sent: QueryDict) -> Collection[int]:
    """The returns ticked on the board."""
    return [int(each) for each in sent.getlist("returns") if each.isascii() and each.isdigit() and len(each) < 19]


@require_http_methods(["POST"])
def period_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """First who would be told, then, once confirmed, the reminder."""
    user = person(request)
    found = coordinated(user, pk)
    returns = ticked(request.POST)
    if not returns:
        messages.warning(request, _("Tick the units that are to be reminded."))
        return redirect("period", found.pk)
    confirmed = "confirmed" in request.POST
    form = ReminderForm(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        try:
            told = remind_units(period=found, returns=returns, by=user, note=form.cleaned_data["note"])
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("period", found.pk)
        words = ngettext("%(count)s person was reminded.", "%(count)s people were reminded.", told)
        messages.success(request, words % {"count": told})
        return redirect("period", found.pk)
    context = {**head(found), "form": form, "lines": to_remind(found, returns)}
    return render(request, "indicators/period_remind.html", context, status=422 if confirmed else 200)

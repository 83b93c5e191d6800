"""The calendar of recurring obligations: a year of it, and one obligation over the years."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.counting_tasks import count_by
from plans.models import Obligation, Standing
from plans.obligation_days import (
    EVERY,
    Wanted,
    by_day,
    calendar_of,
    due_tasks,
    lines_by_obligation,
    other_owners,
    sendable_in,
    years_of,
)
from plans.obligation_words import rule_words, sent_words
from plans.task_history import history_lines
from units.access import Role, find, person, require
from units.models import User
from units.models.units import today


def obligation_of(user: User, pk: int) -> Obligation:
    """Raises: Http404 for an obligation that does not concern the person."""
    return find(Obligation.objects.visible_to(user).select_related("owner", "lead"), pk=pk)


def kept_obligation(user: User, pk: int) -> Obligation:
    """Raises: Http404, PermissionDenied."""
    found = obligation_of(user, pk)
    require(may_edit(user, found), _("Only the unit itself keeps its calendar."))
    return found


def may_edit(user: User, found: Obligation) -> bool:
    return found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)


def may_keep(user: User) -> bool:
    return user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR)


def expect_keeper(user: User) -> None:
    """Raises: PermissionDenied."""
    require(may_keep(user), _("The calendar is kept by officers of a unit and by coordinators of an office."))


@require_safe
def obligations(request: HttpRequest) -> HttpResponse:
    """What the address narrows it to."""
    user, on = person(request), today()
    wanted = Wanted.of(request.GET, on.year)
    context: dict[str, Any] = {
        "calendar": calendar_of(user, wanted, on),
        "wanted": wanted,
        "query": request.GET.urlencode(),
        "years": years_of(user, wanted, on.year),
        "units": other_owners(user),
        "every": EVERY,
        "shows": [(standing.value, sent_words(standing)) for standing in Standing],
        "may_keep": may_keep(user),
    }
    return render(request, "plans/obligations.html", context)


@require_safe
def obligation(request: HttpRequest, pk: int) -> HttpResponse:
    """One obligation: its days, how each year stands, and what each unit sent in the chosen year."""
    user, on = person(request), today()
    found = obligation_of(user, pk)
    tasks = due_tasks(user).filter(due_day__obligation=found)
    years = {int(key): counts for key, counts in sorted(count_by(tasks, "year", on).items(), reverse=True)}
    year = chosen_year(request, list(years), on.year)
    lines = lines_by_obligation(tasks.filter(year=year), sendable_in(user, year), on)
    context = {
        "obligation": found,
        "days": [(day, rule_words(day)) for day in found.days.all()],
        "years": years.items(),
        "year": year,
        "lines": sorted(lines.get(found, ()), key=by_day),
        "may_edit": may_edit(user, found),
        "history": history_lines(found),
    }
    return render(request, "plans/obligation.html", context)


def chosen_year(request: HttpRequest, years: list[int], running: int) -> int:
    """The year of the address, else the running one, else the newest one that has tasks."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and int(asked[:5]) in years:
        return int(asked)
    return running if running in years or not years else years[0]

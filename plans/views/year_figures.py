"""The figures of a unit for a year, on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.document_list import number_of
from plans.year_page import units_seen, year_tables, years_of
from units.access import Role, find, person, require
from units.models import Unit, User
from units.models.units import today


@require_safe
def year_page(request: HttpRequest) -> HttpResponse:
    user, on = person(request), today()
    units = list(units_seen(user))
    require(bool(units))
    unit = chosen_unit(user, units, request.GET.get("unit", ""))
    years = years_of(unit)
    year = chosen_year(request.GET.get("year", ""), years, on.year)
    context = {
        "units": units,
        "unit": unit,
        "years": sorted({*years, year}, reverse=True),
        "year": year,
        "today": on,
        "tables": year_tables(unit, year, on),
    }
    return render(request, "plans/year_figures.html", context)


def chosen_unit(user: User, units: list[Unit], asked: str) -> Unit:
    """Raises: Http404 for a unit that the person does not see. Without a choice the own one."""
    if asked:
        return find(
            units_seen(user), pk=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
        )
    own = user.units_as(Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)
    return next((each for each in units if each.pk in own), units[0])


def chosen_year(asked: str, years: list[int], now: int) -> int:
    """The year of the address; else this one, or the latest of which something is known."""
    return number_of(asked, 4) or (now if now in years or not years else years[0])

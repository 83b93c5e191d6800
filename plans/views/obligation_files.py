"""The calendar as a workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from parportal.entry.uploads import CONTENT_TYPES
from plans.obligation_days import Wanted, calendar_of
from plans.obligation_workbook import calendar_book
from units.access import person
from units.models.units import today


@require_safe
def obligations_workbook(request: HttpRequest) -> HttpResponse:
    """What the page shows, with a line for each unit of a group."""
    user, on = person(request), today()
    wanted = Wanted.of(request.GET, on.year)
    content = calendar_book(calendar_of(user, wanted, on, folded=False), wanted.year, on)
    name = f"lich-bao-cao-{wanted.year}-{on:%Y%m%d}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=disposition)

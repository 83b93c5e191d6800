"""The register of initiatives as a workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from parportal.entry.uploads import CONTENT_TYPES
from plans.initiative_workbook import initiatives_book
from plans.register_lists import Wanted
from units.access import person
from units.models.units import today


@require_safe
def initiatives_workbook(request: HttpRequest) -> HttpResponse:
    """What the list shows, of all its pages."""
    found = Wanted.of(request.GET).initiatives(person(request))
    disposition = {"Content-Disposition": f'attachment; filename="sang-kien-{today():%Y%m%d}.xlsx"'}
    return HttpResponse(initiatives_book(found), content_type=CONTENT_TYPES["xlsx"], headers=disposition)

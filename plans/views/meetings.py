"""The register of steering meetings: its list, an entry, its removal."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from plans.forms.registers import MeetingForm
from plans.models import Conclusion, Meeting
from plans.paper_words import paper_words
from plans.register_lists import Wanted
from plans.views.documents import PAGE_ROWS
from plans.views.registers import Register, row_edit, row_new, row_remove
from units.access import Role, person
from units.models import Unit

REGISTER = Register(
    name="meeting",
    page="meetings",
    rows=lambda user: Meeting.objects.visible_to(user).select_related("owner", "conclusion"),
    form=MeetingForm,
    saved=_("The meeting was saved."),
    removed=_("The meeting was removed from the register."),
)


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
    return row_new(request, REGISTER)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return row_edit(request, REGISTER, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return row_remove(request, REGISTER, pk)

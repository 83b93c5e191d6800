from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET

from indicators.figures import Place
from indicators.form import form_of
from indicators.models import HANDED_IN, Return, ReturnStatus
from indicators.period_board import BADGES
from indicators.reading import judged, rows_in
from indicators.return_history import return_events, row_events
from indicators.return_page import ReturnPage, return_page, writer_of
from indicators.return_panel import following_parts, panel_of, panel_parts
from indicators.table_html import lines_of
from indicators.typed_rows import Refusal, row_name
from indicators.workflow import offered
from parportal.deadlines import Deadline, days_late
from units.access import find, person
from units.models import User


def return_seen(user: User, pk: int) -> Return:
    """A return the person may see, with all that its pages name.

    Raises: Http404.
    """
    seen = Return.objects.visible_to(user).select_related("unit", "period__owner", "period__indicator_set")
    return find(seen, pk=pk)


@require_GET
def show_return(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    return render_return(request, return_seen(user, pk), user)


def render_return(
    request: HttpRequest,
    found: Return,
    user: User,
    *,
    refusals: Mapping[Place, Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = return_page(found, user, refusals=refusals, token=get_token(request))
    return render(request, "indicators/return.html", return_context(found, user, page), status=status)


def return_context(found: Return, user: User, page: ReturnPage) -> dict[str, object]:
    return {
        "found": found,
        "period": found.period,
        "page": page,
        "can_edit": not page.locked,
        "deadline": None if found.status in HANDED_IN else Deadline.of(found.deadline_at),
        "days_late": days_late(found.deadline_at, found.submitted_at) if found.submitted_at else 0,
        "moves": offered(found, user),
        "badge": BADGES[ReturnStatus(found.status)],
        "is_own": found.is_owned_by(user),
    }


@require_GET
def return_panel(request: HttpRequest, pk: int) -> JsonResponse:
    """What follows from the rows: the page asks for it when a burst of saves is over."""
    found = return_seen(person(request), pk)
    read = judged(found)
    writer = writer_of(found, read)
    roots = read.form.roots_for(found.unit.type, found.period.year)
    items = {item.pk: item for root in roots for item in root.walk()}
    panel, following = panel_parts(panel_of(roots, writer)), following_parts(items, writer)
    return JsonResponse({kind: panel[kind] | following[kind] for kind in ("texts", "html")})


@require_GET
def return_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who wrote what of a return, or of one row of it; a script asks for the list alone."""
    user = person(request)
    found = return_seen(user, pk)
    form = form_of(found.period.indicator_set)
    row = request.GET.get("row", "")
    item = form.items.get(int(row)) if row.isdecimal() and len(row) < 19 else None
    context: dict[str, object] = {"found": found, "period": found.period}
    if item is not None:
        place = item.pk, request.GET.get("line", "")
        context |= {
            "item": item,
            "row_name": row_name(place),
            "line_text": dict(lines_of(item, rows_in(found))).get(place[1], "") if item.is_table else "",
            "events": row_events(found, form, place),
        }
        name = "indicators/return_history_row.html"
        return render(request, f"{name}#events" if request.htmx else name, context)  # type: ignore[attr-defined]
    events, page = return_events(found, form, page=request.GET.get("page"))
    return render(request, "indicators/return_history.html", context | {"events": events, "page": page})

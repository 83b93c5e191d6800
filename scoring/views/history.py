from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scoring.history import row_events, sheet_events
from scoring.models import Score
from scoring.replacing import criterion_now
from scoring.views.sheets import sheet_of
from units.access import find, person
from units.models import User


@require_GET
def sheet_history(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    sheet = sheet_of(user, pk)
    events, page = sheet_events(sheet, user, page=request.GET.get("page"))
    context = {"sheet": sheet, "campaign": sheet.campaign, "events": events, "page": page}
    return render(request, "scoring/sheets/history.html", context)


@require_GET
def row_history(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Who wrote what of one row; a script asks for the list alone and shows it beside the row."""
    user = person(request)
    score = row_of(user, pk, criterion_pk)
    context = {
        "score": score,
        "sheet": score.sheet,
        "campaign": score.sheet.campaign,
        "events": row_events(score, user),
    }
    name = "scoring/sheets/history_row.html"
    return render(request, f"{name}#events" if request.htmx else name, context)  # type: ignore[attr-defined]


def row_of(user: User, pk: int, criterion_pk: int) -> Score:
    """The row; a page opened before the set was replaced names the old criterion.

    Raises: Http404.
    """
    rows = Score.objects.visible_to(user).select_related(
        "criterion__criteria_set", "sheet__unit", "sheet__campaign"
    )
    found = rows.filter(sheet=pk, criterion=criterion_pk).first()
    return found or find(rows, sheet=pk, criterion=criterion_now(pk, criterion_pk))

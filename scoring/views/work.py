from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scoring.work import work_of
from units.access import person

NOTICES_SHOWN = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = person(request)
    context = {
        "lists": work_of(user),
        "unread": list(user.notices.filter(read_at=None)[:NOTICES_SHOWN]),
        "has_role": bool(user.units_as()),
    }
    return render(request, "scoring/sheets/home.html", context)

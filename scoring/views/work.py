from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from scoring.work import work_of
from units.access import Role, person
from units.models import User

NOTICES_SHOWN = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = person(request)
    context = {
        "lists": work_of(user),
        "unread": list(user.notices.filter(read_at=None)[:NOTICES_SHOWN]),
        "has_role": bool(user.units_as()),
        "places": places_of(user),
    }
    return render(request, "scoring/sheets/home.html", context)


def places_of(user: User) -> list[tuple[str, str]]:
    """Where a person goes when nothing waits, and an administrator always: address and words, by role."""
    places = []
    if user.units_as(Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR):
        places.append((reverse("sheets"), _("Score sheets")))
    if user.has_role(Role.COORDINATOR):
        places.append((reverse("campaign_new"), _("New campaign")))
        places.append((reverse("criteria_sets"), _("Criteria sets")))
    if user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR):
        places.append((reverse("results"), _("Results")))
    if user.has_role(Role.ADMINISTRATOR):
        places.append((reverse("admin:index"), _("Administration: units, accounts, settings")))
        places.append((reverse("grade_scales"), _("Grade scales")))
    return places

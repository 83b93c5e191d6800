"""What the page frame needs on every page: the person's unit, the menu, the demonstration's accounts."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from parportal.demo.accounts import ACCOUNTS, PASSWORD
from parportal.entry.receipts import user_key
from parportal.middleware import current_request_id
from units.access import Role
from units.models import User

# Pages that an entry of the menu stands for besides its own.
AREAS = {
    "plans": ("obligations", "inspections", "initiatives", "meetings", "documents", "year_figures"),
    "results": ("remediations",),
    "tasks": ("conclusions",),
}


@dataclass(frozen=True, slots=True)
class NavEntry:
    url: str
    label: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    context: dict[str, Any] = {"demo": settings.DEMO, "request_id": current_request_id()}
    if settings.DEMO and not request.user.is_authenticated:
        context["demo_accounts"] = [
            {"username": each.username, "role": each.role_name, "unit": each.unit_name, "password": PASSWORD}
            for each in ACCOUNTS
        ]
    if isinstance(request.user, User):
        user = request.user
        context |= {
            "nav": navigation(request, user),
            "user_key": user_key(user),
            "unit_name": user.standing.unit_name,
            "notice_count": SimpleLazyObject(lambda: unread_notices(user)),
        }
    return context


def navigation(request: HttpRequest, user: User) -> list[NavEntry]:
    """The menu of a person, by role; what a role cannot open is not offered."""
    scored = user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR, Role.APPRAISER)
    coordinates = user.has_role(Role.COORDINATOR)
    entries = [("home", _("My work"), True)]
    entries += [("sheets", _("Score sheets"), bool(scored))]
    entries += [("campaigns", _("Campaigns"), bool(scored))]
    entries += [("results", _("Results"), bool(scored))]
    entries += [("criteria_sets", _("Criteria sets"), bool(scored))]
    entries += [("periods", _("Statistics"), bool(scored))]
    entries += [("plans", _("Plans"), bool(scored))]
    entries += [("tasks", _("Tasks"), bool(scored))]
    writes = user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)
    entries += [("reports", _("Reports"), bool(writes))]
    entries += [("people", _("Accounts"), coordinates)]
    # Coordinators find the clocks beside their campaigns.
    rehearses = user.has_role(Role.ADMINISTRATOR) and not coordinates
    entries += [("rehearsal", _("Rehearsal clocks"), rehearses)]
    entries += [("admin:index", _("Administration"), user.has_role(Role.ADMINISTRATOR))]
    offers = ((name, reverse(name), label) for name, label, offered in entries if offered)
    return [
        NavEntry(url, label, is_current(request.path, url, *AREAS.get(name, ()))) for name, url, label in offers
    ]


def unread_notices(user: User) -> int:
    """Counted on every page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM units_notice WHERE user_id = %s AND read_at IS NULL", [user.pk])
        return int(cursor.fetchone()[0])


def is_current(path: str, url: str, *beside: str) -> bool:
    """Whether a page belongs to an entry: below its address, or below one of the pages `beside` it."""
    return path == url if url == "/" else path.startswith((url, *map(reverse, beside)))

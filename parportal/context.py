"""What the page frame needs on every page: the person's unit, the menu, the demonstration's accounts."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from parportal.demo.accounts import ACCOUNTS, PASSWORD
from parportal.middleware import current_request_id
from units.access import Role
from units.models import User


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
            "unit_name": SimpleLazyObject(lambda: first_unit_name(user)),
            "notice_count": SimpleLazyObject(lambda: user.notices.filter(read_at=None).count()),
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
    entries += [("reports", _("Reports"), user.has_role(Role.LEADER) or coordinates)]
    entries += [("people", _("Accounts"), coordinates)]
    entries += [("admin:index", _("Administration"), user.has_role(Role.ADMINISTRATOR))]
    return [
        NavEntry(reverse(name), label, is_current(request.path, reverse(name)))
        for name, label, offered in entries
        if offered
    ]


def is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def first_unit_name(user: User) -> str:
    membership = user.memberships.filter(unit__in=user.units_as()).select_related("unit").first()
    return membership.unit.name if membership else ""

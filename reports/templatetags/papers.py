from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from reports.models import WRITERS
from units.models import User

register = template.Library()


@register.inclusion_tag("reports/papers_link.html", takes_context=True)
def papers(context: dict[str, Any], *units: int, **about: object) -> dict[str, Any]:
    """A button that leads to the papers about something, for people of one of `units` (keys) who write them.

    Shapes: `about` are the names and values of `reports.starting.Wish`.
    """
    user = context["request"].user
    writes = isinstance(user, User) and not user.units_as(*WRITERS).isdisjoint(units)
    return {"url": f"{reverse('report_about')}?{urlencode(about)}" if writes else ""}

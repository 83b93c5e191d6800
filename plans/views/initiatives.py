"""The register of initiatives: its list, an entry, its removal."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from plans.forms.registers import InitiativeForm
from plans.models import Initiative
from plans.paper_words import paper_words
from plans.register_lists import Wanted
from plans.views.documents import PAGE_ROWS
from plans.views.registers import Register, row_edit, row_new, row_remove
from units.access import Role, person
from units.models import Unit

REGISTER = Register(
    name="initiative",
    page="initiatives",
    rows=lambda user: Initiative.objects.visible_to(user).select_related("owner", "unit"),
    form=InitiativeForm,
    saved=_("The initiative was saved."),
    removed=_("The initiative was removed from the register."),
)


@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """What the address narrows it to, in pages; what a decision recognises is counted."""
    user = person(request)
    wanted = Wanted.of(request.GET)
    found = wanted.initiatives(user)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    visible = Initiative.objects.visible_to(user).order_by()
    keeps = user.units_as(Role.OFFICER, Role.COORDINATOR)
    context: dict[str, Any] = {
        "page": page,
        "lines": [(each, paper_words(each), each.owner_id in keeps) for each in page.object_list],
        "recognised": sum(bool(each.number) for each in found),
        "wanted": wanted,
        "query": query.urlencode(),
        "years": sorted(set(visible.values_list("year", flat=True)), reverse=True),
        "units": list(Unit.objects.filter(pk__in=visible.values("unit")).order_by("name")),
        "may_keep": bool(keeps),
    }
    return render(request, "plans/initiatives.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_new(request: HttpRequest) -> HttpResponse:
    return row_new(request, REGISTER)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return row_edit(request, REGISTER, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return row_remove(request, REGISTER, pk)

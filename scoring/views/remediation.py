"""Remediation of lost points: the rounds that a person sees, and one round for the office that runs it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scoring.exporting import FORMATS
from scoring.models import Filing, RemediationRound
from scoring.models.remediation import concerned
from scoring.remediation_page import (
    Wanted,
    counted,
    filing_line,
    history_of,
    in_order,
    papers_of,
    row_lines,
    scored_units,
    show_words,
    whole_rows,
)
from scoring.remediation_workbook import remediation_book
from units.access import find, person, require
from units.models import User
from units.models.units import today

PAGE_ROWS = 50
RELATED = ("campaign__owner", "campaign__kept_by", "document", "opened_by")


def round_of(user: User, pk: int) -> RemediationRound:
    """Raises: Http404 for a round that asks nothing of the person and that he does not govern."""
    return find(RemediationRound.objects.visible_to(user).select_related(*RELATED), pk=pk)


def governed_round(user: User, pk: int) -> RemediationRound:
    """Raises: Http404, PermissionDenied."""
    found = round_of(user, pk)
    require(found.campaign.governed_by(user), _("Only the office that runs the remediation opens this page."))
    return found


def coordinated_round(user: User, pk: int) -> RemediationRound:
    """Raises: Http404, PermissionDenied."""
    found = round_of(user, pk)
    require(found.campaign.coordinated_by(user), _("The coordinators of the office run the remediation."))
    return found


@require_safe
def remediations(request: HttpRequest) -> HttpResponse:
    """The rounds, with the papers of all units for the office and those of the own unit."""
    user, on = person(request), today()
    rounds = list(RemediationRound.objects.visible_to(user).select_related("campaign__owner"))
    filings = Filing.objects.visible_to(user).filter(round__in=rounds).select_related("unit", "round")
    papers = defaultdict[int, list[Any]](list)
    for filing in filings.order_by("unit__name", "kind"):
        papers[filing.round_id].append(filing_line(filing, on))
    own = set(concerned(user).values_list("pk", flat=True))
    rows = [
        {
            "round": each,
            "governs": each.campaign.governed_by(user),
            "counts": counted(papers[each.pk]),
            "mine": [line for line in papers[each.pk] if line.filing.unit_id in own],
        }
        for each in rounds
    ]
    return render(request, "scoring/remediation/rounds.html", {"rows": rows})


@require_safe
def remediation(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has sent what, and what is done about each lost leaf; a unit is led to its own page."""
    user, on = person(request), today()
    found = round_of(user, pk)
    if not found.campaign.governed_by(user):
        own = Filing.objects.filter(round=found, unit__in=concerned(user)).order_by("unit__name")
        return redirect("remediation_own", pk, own.values_list("unit", flat=True)[:1].get())
    wanted = Wanted.of(request.GET)
    papers = papers_of(found, on)
    rows = wanted.rows(found.remediations.all(), on)
    page = Paginator(whole_rows(in_order(rows)), PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "round": found,
        "campaign": found.campaign,
        "papers": papers,
        "page": page,
        "query": query.urlencode(),
        "wanted": wanted,
        "lines": row_lines(page.object_list, papers, on),
        "scored": scored_units(found),
        "shows": show_words().items(),
        "coordinates": found.campaign.coordinated_by(user),
        "history": history_of(found),
    }
    return render(request, "scoring/remediation/round.html", context)


@require_safe
def remediation_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The consolidated table, and who has sent what and when."""
    found, on = governed_round(person(request), pk), today()
    papers = papers_of(found, on)
    lines = row_lines(whole_rows(in_order(found.remediations.all())), papers, on)
    response = HttpResponse(remediation_book(found, papers, lines, on), content_type=FORMATS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{found.campaign.code}-khac-phuc.xlsx"'
    return response

"""All claims "not applicable" of a campaign on one page, to be granted or refused one after the other."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scoring.appraisal_rows import RefusedRow
from scoring.claims import STATES, claims_of, counts, not_yet_submitted
from scoring.models import Campaign, Score
from scoring.views.campaigns import campaign_of, head
from units.access import person, require
from units.models import User


@require_safe
def campaign_claims(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = campaign_of(user, code)
    require(found.governed_by(user), _("Only the office that runs the campaign opens this page."))
    return claims_page(request, found, user)


def claims_page(
    request: HttpRequest,
    found: Campaign,
    user: User,
    *,
    refused: Mapping[int, RefusedRow] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The claims of one state; a refused decision stays in its row with what was typed."""
    decidable = Score.objects.appraisable_by(user) if found.coordinated_by(user) else Score.objects.none()
    claims = claims_of(found, decidable)
    show = request.GET.get("show", "")
    show = show if show in STATES else "open"
    counted = counts(claims)
    refused = refused or {}
    context = {
        **head(found),
        "rows": [
            {"claim": each, "refused": refused.get(each.score.pk)}
            for each in claims
            if each.state == show or each.score.pk in refused
        ],
        "tabs": [(name, title(name), counted[name]) for name in STATES],
        "show": show,
        "waiting": not_yet_submitted(found),
        "total": len(claims),
    }
    return render(request, "scoring/campaigns/claims.html", context, status=status)


def title(name: str) -> str:
    return {"open": _("To decide"), "granted": _("Granted"), "refused": _("Refused")}[name]

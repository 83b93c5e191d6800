from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from scoring.forms.simulation import SimulationForm
from scoring.simulation import Changes, present, simulate
from scoring.views.results import readable_campaign
from units.access import person, require


@require_GET
def results_simulate(request: HttpRequest, code: str) -> HttpResponse:
    """Other bounds, quotas, ties or points tried on a copy; the address keeps what is tried."""
    user = person(request)
    campaign = readable_campaign(user, code)
    require(campaign.governed_by(user), _("The office that runs the campaign tries out its rules."))
    require(not campaign.external, _("In this campaign the parent grades: record what it published."))
    grading = present(campaign)
    form = SimulationForm(request.GET.dict(), campaign=campaign, grading=grading)
    is_tried = form.is_bound and form.is_valid()
    rows = simulate(campaign, grading, form.changes() if is_tried else Changes())
    context = {
        "campaign": campaign,
        "form": form,
        "rows": rows,
        "is_tried": is_tried,
        "moved": sum(row.has_moved for row in rows),
        "has_blocks": any(row.result.block for row in rows),
    }
    status = 422 if form.is_bound and not is_tried else 200
    return render(request, "scoring/results/simulate.html", context, status=status)

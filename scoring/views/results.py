from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scoring.exporting import FORMATS, export_results
from scoring.league import league
from scoring.models import Campaign, CampaignStatus, ScoreSheet, UnitResult
from scoring.publishing import difference_line
from units.access import Role, find, person
from units.models import User


def with_results(user: User) -> list[Campaign]:
    """Campaigns whose results the person may see: published ones, and governed ones from their opening on."""
    seen = UnitResult.objects.visible_to(user).values("campaign")
    found = Campaign.objects.visible_to(user).filter(pk__in=seen).exclude(status=CampaignStatus.DRAFT)
    return list(found.select_related("owner", "criteria_set").order_by("-year", "code"))


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """Campaigns with results, the latest year first, with the own unit's place in each."""
    user = person(request)
    found = with_results(user)
    own = UnitResult.objects.visible_to(user).filter(
        campaign__in=found, unit__in=user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)
    )
    mine: dict[int, list[UnitResult]] = {}
    for each in own.select_related("unit", "grade").order_by("unit__code"):
        mine.setdefault(each.campaign_id, []).append(each)
    rows = [{"campaign": campaign, "mine": mine.get(campaign.pk, [])} for campaign in found]
    return render(
        request, "scoring/results/results.html", {"rows": rows, "may_import": user.has_role(Role.COORDINATOR)}
    )


def readable_campaign(user: User, code: str) -> Campaign:
    """A campaign whose results the person may see now.

    Raises: Http404.
    """
    seen = UnitResult.objects.visible_to(user).values("campaign")
    visible = Campaign.objects.visible_to(user).filter(pk__in=seen).exclude(status=CampaignStatus.DRAFT)
    return find(visible.select_related("owner", "kept_by", "criteria_set", "grade_scale"), code=code)


@require_GET
def results_campaign(request: HttpRequest, code: str) -> HttpResponse:
    """League table, heat map, published figures that differ, publication and amendments."""
    user = person(request)
    campaign = readable_campaign(user, code)
    table = league(
        campaign,
        UnitResult.objects.visible_to(user).filter(campaign=campaign),
        sheets=ScoreSheet.objects.visible_to(user),
        own_units=user.units_as(Role.OFFICER, Role.LEADER),
        governed=campaign.governed_by(user),
    )
    context: dict[str, Any] = {
        "campaign": campaign,
        "league": table,
        "differing": [
            (row.result.unit, map(difference_line, row.differences.values()))
            for row in table.rows
            if row.differences
        ],
        "publications": campaign.publications.defer("data").order_by("number"),
        "governs": campaign.governed_by(user),
    }
    return render(request, "scoring/results/campaign.html", context)


@require_GET
def results_unit(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One unit's result by field; its rows are on the sheet, for those who may read it."""
    user = person(request)
    campaign = readable_campaign(user, code)
    visible = UnitResult.objects.visible_to(user).filter(campaign=campaign)
    wanted = find(visible, unit__code=unit)
    table = league(
        campaign,
        visible,
        sheets=ScoreSheet.objects.visible_to(user),
        own_units=user.units_as(Role.OFFICER, Role.LEADER),
        governed=campaign.governed_by(user),
    )
    row = next(each for each in table.rows if each.result.pk == wanted.pk)
    context = {
        "campaign": campaign,
        "league": table,
        "row": row,
        "result": row.result,
        "fields": zip(table.fields, row.cells, strict=True),
        "differing": map(difference_line, row.differences.values()),
    }
    return render(request, "scoring/results/unit.html", context)


@require_GET
def results_export(request: HttpRequest, code: str, format_: str) -> HttpResponse:
    """The league table as a file; only those who see the results of every unit may take it."""
    campaign = readable_campaign(person(request), code)
    response = HttpResponse(export_results(campaign, format_), content_type=FORMATS[format_])
    response["Content-Disposition"] = f'attachment; filename="{campaign.code}.{format_}"'
    return response

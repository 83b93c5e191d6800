from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from parportal.charts import joined
from scoring.applicability import left_out_of
from scoring.exporting import FORMATS, export_results
from scoring.forms.campaigns import ReasonForm
from scoring.forms.grading import GradeDecisionForm
from scoring.league import League, league
from scoring.models import Campaign, CampaignStatus, GradeDecision, RemediationRound, ScoreSheet, UnitResult
from scoring.publishing import difference_line
from scoring.results_charts import campaign_charts, unit_charts
from scoring.standings import step_lines
from scoring.states import state_counts
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


def league_for(user: User, campaign: Campaign) -> League:
    """The league table as this person may see it."""
    return league(
        campaign,
        UnitResult.objects.visible_to(user).filter(campaign=campaign),
        sheets=ScoreSheet.objects.visible_to(user),
        own_units=user.units_as(Role.OFFICER, Role.LEADER),
        governed=campaign.governed_by(user),
    )


@require_GET
def results_campaign(request: HttpRequest, code: str) -> HttpResponse:
    """League table, heat map, published figures that differ, publication and amendments."""
    user = person(request)
    campaign = readable_campaign(user, code)
    table = league_for(user, campaign)
    context: dict[str, Any] = {
        "campaign": campaign,
        "league": table,
        "charts": campaign_charts(table, user),
        "differing": [
            (row.result.unit, map(difference_line, row.differences.values()))
            for row in table.rows
            if row.differences
        ],
        "publications": campaign.publications.defer("data").order_by("number"),
        "governs": campaign.governed_by(user),
        "remediation": RemediationRound.objects.visible_to(user).filter(campaign=campaign).first(),
        "may_remedy": campaign.is_public and not campaign.training and campaign.coordinated_by(user),
    }
    return render(request, "scoring/results/campaign.html", context)


@require_GET
def results_unit(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One unit's result by field and how its grade came about; its rows are on the sheet, for those who may
    read it."""
    user = person(request)
    campaign = readable_campaign(user, code)
    visible = UnitResult.objects.visible_to(user).filter(campaign=campaign)
    return unit_page(request, find(visible.select_related("campaign"), unit__code=unit), user)


def unit_page(
    request: HttpRequest,
    wanted: UnitResult,
    user: User,
    *,
    decision_form: GradeDecisionForm | None = None,
    removal: tuple[int, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The result of one unit and how its grade came about; coordinators record decisions on it."""
    campaign = readable_campaign(user, wanted.campaign.code)
    table = league_for(user, campaign)
    row = next(each for each in table.rows if each.result.pk == wanted.pk)
    may_decide = campaign.coordinated_by(user) and not campaign.external
    context: dict[str, Any] = {
        "campaign": campaign,
        "league": table,
        "row": row,
        "result": row.result,
        "fields": zip(table.fields, row.cells, strict=True),
        "differing": map(difference_line, row.differences.values()),
        "steps": step_lines(row.result),
        "charts": unit_charts(row.result, row.sheet, user, is_provisional=table.is_provisional),
        "states": state_counts(campaign, unit=row.result.unit_id).get(row.result.unit_id),
        # Reasons stay with those who may read the rows.
        "left_out": left_out_of(row.sheet.scores.all()) if row.sheet else (),
        "may_decide": may_decide,
        "decisions": decisions_of(row.result, removal) if may_decide else [],
        "decision_form": (decision_form or GradeDecisionForm(result=row.result)) if may_decide else None,
    }
    return render(request, "scoring/results/unit.html", context, status=status)


def decisions_of(
    result: UnitResult, removal: tuple[int, ReasonForm] | None
) -> list[tuple[GradeDecision, ReasonForm]]:
    """The decisions on a unit, each with the form that takes it back."""
    return [
        (
            each,
            removal[1] if removal and removal[0] == each.pk else ReasonForm(auto_id=f"remove_{each.pk}_%s"),
        )
        for each in result.grade_decisions.select_related("grade", "by")
    ]


@require_GET
def results_chart(request: HttpRequest, code: str, chart: str) -> HttpResponse:
    """One chart as a file, that of a unit where `?unit=` names one: all its pieces in one drawing."""
    user = person(request)
    campaign = readable_campaign(user, code)
    table = league_for(user, campaign)
    if wanted := request.GET.get("unit"):
        row = next((each for each in table.rows if each.result.unit.code == wanted), None)
        if row is None:
            raise Http404
        found = unit_charts(row.result, row.sheet, user, is_provisional=table.is_provisional)
    else:
        found = campaign_charts(table, user)
    drawn = next((each.svgs for each in found if each.name == chart), ())
    if not drawn:
        raise Http404
    response = HttpResponse(joined(drawn), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{campaign.code}-{chart}.svg"'
    return response


@require_GET
def results_export(request: HttpRequest, code: str, format_: str) -> HttpResponse:
    """The league table as a file; only those who see the results of every unit may take it."""
    campaign = readable_campaign(person(request), code)
    response = HttpResponse(export_results(campaign, format_), content_type=FORMATS[format_])
    response["Content-Disposition"] = f'attachment; filename="{campaign.code}.{format_}"'
    return response

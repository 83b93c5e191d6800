"""Where other pages lead to papers: only those who write them see the button."""

import pytest
from django.urls import reverse

from reports.models import ReportKind
from tests.reports.report_forms import ClientOf, text_of
from tests.world import World, publish

pytestmark = pytest.mark.any_database


def test_pages_of_results_lead_those_who_write_to_the_papers(world: World, client_of: ClientOf) -> None:
    publish(world)
    code, unit = world.campaign.code, world.commune_a.code
    page, about = reverse("results_unit", args=[code, unit]), f"?campaign={code}&amp;unit={unit}"
    for name in ("officer_a", "coordinator"):
        assert about in text_of(client_of(world.people[name]).get(page))
    for name in ("officer_b", "justice_officer"):
        assert about not in text_of(client_of(world.people[name]).get(page))
    listed = text_of(client_of(world.officer_a).get(reverse("report_about"), {"campaign": code, "unit": unit}))
    assert reverse("report_start", args=[ReportKind.RESPONSIBILITY_ANALYSIS]) in listed
    assert reverse("report_start", args=[ReportKind.LEAGUE_TABLE]) not in listed
    whole = text_of(client_of(world.coordinator).get(reverse("report_about"), {"campaign": code}))
    assert reverse("report_start", args=[ReportKind.LEAGUE_TABLE]) in whole
    assert reverse("campaign_zip", args=[code]) in whole
    of_plan = text_of(client_of(world.officer_a).get(reverse("report_about"), {"plan": "1"}))
    assert reverse("report_start", args=[ReportKind.PLAN]) in of_plan

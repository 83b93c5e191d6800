"""Who begins and reads which papers in the small district."""

import pytest
from django.urls import reverse

from reports.actions.comments import add_comment
from reports.actions.states import move_report
from reports.models import OF_CAMPAIGN, Report, ReportKind, ReportStatus
from reports.starting import kinds_for
from scoring.models import Campaign, CampaignStatus, ScoreSheet, SheetStatus
from tests.reports.kon_ray import member
from tests.reports.report_forms import KIND, ClientOf, text_of, url
from tests.reports.test_report_states import titles
from tests.world import World, person
from units.access import Role
from units.models import Notice

pytestmark = pytest.mark.any_database


def test_a_commune_reports_on_itself_and_its_office_on_it(world: World, client_of: ClientOf) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(
        status=CampaignStatus.PUBLISHED, published_at=world.campaign.self_score_due_at
    )
    ScoreSheet.objects.update(status=SheetStatus.PUBLISHED)
    own, other = (
        {"campaign": world.campaign.code, "unit": each.code} for each in (world.commune_a, world.commune_b)
    )
    page = reverse("report_start", args=[KIND])
    for persona in (world.officer_a, world.leader_a):
        client = client_of(persona)
        listed = text_of(client.get(page))
        assert "Tân Lập" in listed
        assert "Ruồng" not in listed
        assert client.get(page, own).status_code == 200
        assert client.post(page, other).status_code == 403
    for persona in (world.coordinator, world.district_leader):
        listed = text_of(client_of(persona).get(page))
        assert "Tân Lập" in listed
        assert "Ruồng" in listed
    for stranger in (world.administrator, world.outsider):
        assert client_of(stranger).post(page, own).status_code == 404
    assert not Report.objects.exists()


def test_an_agency_has_no_periodic_report(world: World, client_of: ClientOf) -> None:
    """Neither is it offered one, nor does an address begin it."""
    officer = member("agency_officer", "Cán bộ", world.justice, Role.OFFICER)
    page = reverse("report_start", args=[ReportKind.ANNUAL_REPORT])
    wish = {"unit": world.justice.code, "year": "2025", "period": "year"}
    assert client_of(officer).get(page, wish).status_code == 404
    wish["unit"] = world.commune_a.code
    assert client_of(world.officer_a).get(page, wish).status_code == 200


def test_papers_about_a_whole_campaign_are_kept_from_officers(world: World, client_of: ClientOf) -> None:
    """They tell what is not published yet: in "My work" and in notices, too."""
    officer = person("officer", (Role.OFFICER, world.district), (Role.APPRAISER, world.home_affairs))
    client, about = client_of(officer), {"campaign": world.campaign.code}
    for kind in OF_CAMPAIGN:
        assert client.get(reverse("report_start", args=[kind]), about).status_code == 403
        assert kind not in dict(kinds_for(officer))
        assert reverse("report_start", args=[kind]) not in text_of(client.get(reverse("report_about"), about))
    client_of(world.coordinator).post(reverse("report_start", args=[ReportKind.PROGRESS]), about)
    report = Report.objects.get()
    add_comment(report=report, key="", text="Xã Tân Lập mất điểm", by=world.district_leader)
    Report.objects.update(status=ReportStatus.FOR_APPROVAL)
    leader = world.district_leader
    move_report(report=report, name="return", version=1, by=leader, reason="Xã Tân Lập mất điểm")
    assert titles(officer) == []
    assert titles(world.coordinator) != []
    assert {each.user for each in Notice.objects.filter(kind__startswith="report")} == {world.coordinator}
    assert client.get(url(report)).status_code == 404

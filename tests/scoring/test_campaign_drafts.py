from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from scoring.models import Campaign, GradeScale
from tests.world import World, unit
from units.audit import Action
from units.models import AuditEvent, UnitType

Login = Callable[[str], Client]


def posted(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "code": "dot-moi",
        "title": "Đợt mới",
        "office": world.district.pk,
        "criteria_set": world.criteria_set.pk,
        "year": 2024,
        "window_from": "15/12/2023",
        "window_to": "14/12/2024",
        "self_score_due_at": "15/12/2030 17:00",
        "appraisal_due_at": "31/12/2030 17:00",
        "grade_scale": GradeScale.objects.get().pk,
        "rank_rule": "competition",
        **changes,
    }


@pytest.fixture
def draft(world: World, login: Login) -> Campaign:
    response = login("coordinator").post(reverse("campaign_new"), posted(world))
    assert response.status_code == 302
    return Campaign.objects.get(code="dot-moi")


def test_a_new_draft_has_the_communes_of_the_year_and_agencies_by_function(world: World, draft: Campaign) -> None:
    assert draft.status == "draft"
    assert {each.unit for each in draft.results.all()} == {world.commune_a, world.commune_b}
    assigned = {each.criterion.code: each.agency for each in draft.assignments.all()}
    assert assigned == {"1": world.home_affairs, "2": world.justice, "3": world.home_affairs}
    assert AuditEvent.objects.about(draft).get().action == Action.CAMPAIGN_CREATED


def test_times_are_read_day_first_in_the_time_of_vietnam(draft: Campaign) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert draft.self_score_due_at == datetime(2030, 12, 15, 17, tzinfo=zone)
    assert (draft.window_from, draft.window_to) == (date(2023, 12, 15), date(2024, 12, 14))


@pytest.mark.parametrize("name", ["officer_a", "leader_a", "district_leader", "justice_officer", "administrator"])
def test_only_coordinators_create_campaigns(world: World, login: Login, name: str) -> None:
    assert login(name).get(reverse("campaign_new")).status_code == 403
    assert login(name).post(reverse("campaign_new"), posted(world)).status_code == 403
    assert not Campaign.objects.filter(code="dot-moi").exists()


def test_a_coordinator_cannot_create_for_another_office(world: World, login: Login) -> None:
    response = login("outsider").post(reverse("campaign_new"), posted(world))
    assert response.status_code == 422
    assert not Campaign.objects.filter(code="dot-moi").exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("officer_a", 404),
        ("justice_officer", 404),
        ("outsider", 404),
        ("district_leader", 403),
        ("coordinator", 200),
    ],
)
def test_a_draft_is_seen_by_its_office_and_edited_by_its_coordinators(
    draft: Campaign, login: Login, name: str, status: int
) -> None:
    for page in ("campaign_edit", "campaign_assign"):
        assert login(name).get(reverse(page, args=["dot-moi"])).status_code == status


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "dot-thu"}, "code"),
        ({"code": "new"}, "code"),
        ({"self_score_due_at": "2030"}, "self_score_due_at"),
        ({"window_to": "01/01/2023"}, "window_to"),
        ({"appraisal_due_at": "01/12/2030 17:00"}, "appraisal_due_at"),
        ({"year": "abc"}, "year"),
    ],
)
def test_wrong_input_is_refused_at_its_place_and_kept(
    world: World, login: Login, changes: dict[str, str], field: str
) -> None:
    response = login("coordinator").post(reverse("campaign_new"), posted(world, **changes))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert next(iter(changes.values())) in response.content.decode()


def test_units_are_chosen_by_ticks_with_their_blocks(world: World, draft: Campaign, login: Login) -> None:
    data = posted(
        world,
        version=draft.version,
        **{f"unit-{world.commune_a.pk}": "on", f"block-{world.commune_a.pk}": "Khối 1"},
    )
    login("coordinator").post(reverse("campaign_edit", args=["dot-moi"]), data)
    assert [(each.unit, each.block) for each in draft.results.all()] == [(world.commune_a, "Khối 1")]


def test_a_unit_of_another_parent_cannot_be_smuggled_in(world: World, draft: Campaign, login: Login) -> None:
    foreign = unit("99999", "Xã ngoài", UnitType.COMMUNE, world.province)
    data = posted(world, version=draft.version, **{f"unit-{foreign.pk}": "on"})
    login("coordinator").post(reverse("campaign_edit", args=["dot-moi"]), data)
    assert not draft.results.filter(unit=foreign).exists()


def test_a_unit_that_did_not_exist_in_the_year_is_not_offered(world: World, draft: Campaign, login: Login) -> None:
    young = unit("88888", "Xã mới lập", UnitType.COMMUNE, world.district)
    young.valid_from = date(2025, 7, 1)
    young.save()
    assert (
        "Xã mới lập" not in login("coordinator").get(reverse("campaign_edit", args=["dot-moi"])).content.decode()
    )


def test_a_stale_form_is_refused_and_its_words_kept(world: World, draft: Campaign, login: Login) -> None:
    data = posted(world, version=draft.version, title="Tên thứ nhất")
    client = login("coordinator")
    assert client.post(reverse("campaign_edit", args=["dot-moi"]), data).status_code == 302
    response = client.post(reverse("campaign_edit", args=["dot-moi"]), {**data, "title": "Tên thứ hai"})
    assert response.status_code == 409
    assert "Tên thứ hai" in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Tên thứ nhất"


def test_every_change_of_a_draft_is_in_its_history(world: World, draft: Campaign, login: Login) -> None:
    data = posted(world, version=draft.version, title="Tên mới", **{f"unit-{world.commune_a.pk}": "on"})
    login("coordinator").post(reverse("campaign_edit", args=["dot-moi"]), data)
    event = AuditEvent.objects.about(draft).first()
    assert event is not None
    assert {(each.attribute, each.old, each.new) for each in event.changes.all()} >= {
        ("title", "Đợt mới", "Tên mới")
    }
    assert "chosen" in {each.attribute for each in event.changes.all()}


def test_an_external_campaign_scores_its_keeper_for_the_parent(world: World, login: Login) -> None:
    login("coordinator").post(reverse("campaign_new"), posted(world, external="on"))
    campaign = Campaign.objects.get(code="dot-moi")
    assert (campaign.owner, campaign.kept_by) == (world.province, world.district)
    assert [each.unit for each in campaign.results.all()] == [world.district]


def test_a_criterion_may_go_to_another_agency_than_its_field(world: World, draft: Campaign, login: Login) -> None:
    client, url = login("coordinator"), reverse("campaign_assign", args=["dot-moi"])
    nodes = {each.code: each.pk for each in world.criteria_set.criteria.all()}
    data = {
        "version": draft.version,
        f"agency-{nodes['1']}": world.home_affairs.pk,
        f"agency-{nodes['1.2']}": world.justice.pk,
        f"agency-{nodes['2']}": world.justice.pk,
    }
    assert client.post(url, data).status_code == 302
    page = client.get(url).content.decode()
    assert {each.criterion.code: each.agency.code for each in draft.assignments.all()} == {
        "1": "614-PNV",
        "1.2": "614-TP",
        "2": "614-TP",
    }
    assert "Nobody appraises: 3." in page or "3." in page


def test_an_open_campaign_is_not_left_with_rows_that_nobody_appraises(world: World, login: Login) -> None:
    client, url = login("coordinator"), reverse("campaign_assign", args=["dot-thu"])
    nodes = {each.code: each.pk for each in world.criteria_set.criteria.all()}
    world.campaign.refresh_from_db()
    data = {"version": world.campaign.version, f"agency-{nodes['1']}": world.home_affairs.pk}
    assert client.post(url, data).status_code == 409
    assert world.campaign.assignments.count() == 3


def test_an_agency_of_another_district_cannot_be_assigned(world: World, draft: Campaign, login: Login) -> None:
    foreign = unit("610-TP", "Phòng Tư pháp khác", UnitType.AGENCY, world.province)
    nodes = {each.code: each.pk for each in world.criteria_set.criteria.all()}
    url = reverse("campaign_assign", args=["dot-moi"])
    login("coordinator").post(url, {"version": draft.version, f"agency-{nodes['3']}": foreign.pk})
    assert not draft.assignments.filter(agency=foreign).exists()


def test_an_incomplete_draft_is_not_opened(world: World, draft: Campaign, login: Login) -> None:
    draft.assignments.all().delete()
    login("coordinator").post(reverse("campaign_open", args=["dot-moi"]))
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_opening_gives_every_unit_its_sheet(draft: Campaign, login: Login) -> None:
    login("coordinator").post(reverse("campaign_open", args=["dot-moi"]))
    draft.refresh_from_db()
    assert draft.status == "open"
    assert draft.sheets.count() == 2

"""Who appraises what: coverage, proposals, and changes while a campaign is open."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.assignments import assign
from scoring.assignments import assigned, coverage
from scoring.models import Score, Share, UnitResult
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from tests.scoring.appraising import submitted
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Membership

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
URL = "/campaigns/dot-thu/assign/"


def nodes(world: World) -> dict[str, int]:
    return dict(world.criteria_set.criteria.values_list("code", "pk"))


def form(world: World, **agencies: Any) -> dict[str, Any]:
    """All three fields to Home Affairs and Justice as they are, but for `agencies` by code (f2, f1_2)."""
    world.campaign.refresh_from_db()
    pks = nodes(world)
    chosen = {"1": world.home_affairs, "2": world.justice, "3": world.home_affairs}
    chosen |= {name.removeprefix("f").replace("_", "."): unit for name, unit in agencies.items()}
    inputs = {f"agency-{pks[code]}": unit.pk for code, unit in chosen.items() if unit}
    return {"version": world.campaign.version, "reason": "Phân công lại", **inputs}


def test_undecided_rows_go_to_the_new_agency_and_decided_ones_stay(world: World, login: Login) -> None:
    submitted(world)
    entry = AppraisalEntry(points=Decimal(1), reason="Thiếu")
    save_appraisal(score=world.score(world.commune_a, "2.1"), entry=entry, version=0, by=world.coordinator)
    response = login("coordinator").post(URL, form(world, f2=world.home_affairs), follow=True)
    assert response.status_code == 200
    agencies = {
        (each.sheet.unit_id, each.criterion.code): each.agency
        for each in Score.objects.filter(criterion__code__in=("2.1", "2.2")).select_related(
            "sheet", "criterion", "agency"
        )
    }
    assert agencies[world.commune_a.pk, "2.1"] == world.justice
    assert agencies[world.commune_a.pk, "2.2"] == world.home_affairs
    assert agencies[world.commune_b.pk, "2.1"] == world.home_affairs
    event = AuditEvent.objects.filter(action=Action.CAMPAIGN_CHANGED).first()
    assert event is not None
    assert event.reason == "Phân công lại"
    assert [change.new for change in event.changes.all()] == [str(world.home_affairs)]


def test_an_open_campaign_is_changed_with_a_reason_only(world: World, login: Login) -> None:
    data = form(world, f2=world.home_affairs) | {"reason": " "}
    response = login("coordinator").post(URL, data)
    assert response.status_code == 409
    assert world.campaign.assignments.get(criterion__code="2").agency == world.justice
    with pytest.raises(MoveRefused):
        assign(campaign=world.campaign, agencies={}, version=world.campaign.version, by=world.coordinator)


def test_what_is_refused_stays_as_it_was_chosen(world: World, login: Login) -> None:
    data = form(world, f3=None)
    response = login("coordinator").post(URL, data)
    assert response.status_code == 409
    assert response.context["uncovered"] == ["3"]
    rows = {row.node.criterion.code: row for row in response.context["rows"]}
    assert (rows["3"].effective, rows["1.1"].from_code) == ("", "1")


def test_nothing_changed_is_no_event_and_needs_no_reason(world: World, login: Login) -> None:
    assert login("coordinator").post(URL, form(world) | {"reason": ""}).status_code == 302
    assert not AuditEvent.objects.filter(action=Action.CAMPAIGN_CHANGED).exists()


def test_each_leaf_says_who_appraises_it_and_from_where(world: World, login: Login) -> None:
    response = login("coordinator").get(URL + "?all=1")
    rows = {row.node.criterion.code: (row.effective, row.from_code) for row in response.context["rows"]}
    assert rows["2.1"] == ("Phòng Tư pháp", "2")
    assert rows["3"] == ("Phòng Nội vụ", "")
    assert rows["1.2.1"] == ("Phòng Nội vụ", "1")


def covers(world: World) -> dict[str, Any]:
    tree = Tree.of(world.criteria_set)
    found = coverage(world.campaign, tree, assigned(world.campaign), [world.home_affairs, world.justice])
    return {each.agency.code: each for each in found}


def test_an_agency_without_an_account_is_warned_about(world: World) -> None:
    found = covers(world)
    assert (found["614-TP"].leaves, found["614-TP"].appraisers, found["614-TP"].warnings) == (2, 1, ())
    assert found["614-PNV"].appraisers == 0
    assert len(found["614-PNV"].warnings) == 1
    assert found["614-TP"].open_rows == 4
    Membership.objects.filter(user=world.justice_officer).update(valid_to=timezone.localdate().replace(year=2021))
    assert covers(world)["614-TP"].appraisers == 0


def test_an_agency_that_fills_in_what_it_appraises_is_warned_about(world: World) -> None:
    field = world.criteria_set.criteria.get(code="2")
    sheet = world.sheet(world.commune_a)
    Share.objects.create(sheet=sheet, criterion=field, unit=world.justice, by=world.officer_a)
    (warning,) = covers(world)["614-TP"].warnings
    assert "2.1, 2.2" in warning
    UnitResult.objects.create(campaign=world.campaign, unit=world.justice)
    assert len(covers(world)["614-TP"].warnings) == 2


def test_a_proposal_by_function_is_shown_and_not_saved(world: World, login: Login) -> None:
    world.campaign.assignments.filter(criterion__code="2").update(agency=world.home_affairs)
    response = login("coordinator").get(URL + "?propose=1")
    rows = {row.node.criterion.code: row.agency for row in response.context["rows"]}
    assert rows["2"] == world.justice.pk
    assert reverse("campaign_assign", args=["dot-thu"]) == URL
    assert world.campaign.assignments.get(criterion__code="2").agency == world.home_affairs

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.models import Campaign, Loss, Publication
from scoring.publishing import readiness
from scoring.views.campaign_steps import key_of
from tests.scoring.results_world import answer, appraise, bring_to_closing, publish, submit
from tests.world import World
from units.models import Notice

Login = Callable[[str], Client]
STEPS = (
    "campaign_open",
    "campaign_close",
    "campaign_reopen",
    "campaign_propose",
    "campaign_withdraw",
    "campaign_publish",
)


def go(login: Login, name: str, step: str, **data: Any) -> Any:
    return login(name).post(reverse(step, args=["dot-thu"]), data)


def status(world: World) -> str:
    world.campaign.refresh_from_db()
    return str(world.campaign.status)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("name", "answer_"),
    [("officer_a", 403), ("leader_a", 403), ("justice_officer", 403), ("outsider", 404), ("administrator", 404)],
)
def test_nobody_else_takes_a_step(world: World, login: Login, step: str, name: str, answer_: int) -> None:
    before = status(world)
    assert go(login, name, step, reason="thử").status_code == answer_
    assert status(world) == before


@pytest.mark.parametrize("step", STEPS[:4])
def test_the_leader_of_the_office_does_not_run_the_campaign(world: World, login: Login, step: str) -> None:
    assert go(login, "district_leader", step).status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_never_taken_by_reading(world: World, login: Login, step: str) -> None:
    assert login("coordinator").get(reverse(step, args=["dot-thu"])).status_code == 405


def test_a_campaign_closes_when_submitted_sheets_are_appraised(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    go(login, "coordinator", "campaign_close")
    assert status(world) == "open"
    appraise(world, world.commune_a, points={"3": "2"})
    go(login, "coordinator", "campaign_close")
    assert status(world) == "closed"
    ranks = {each.unit.code: each.rank for each in world.campaign.results.select_related("unit")}
    assert ranks == {"23497": 1, "23488": None}


def test_reopening_needs_a_reason(world: World, login: Login) -> None:
    bring_to_closing(world)
    go(login, "coordinator", "campaign_reopen", reason=" ")
    assert status(world) == "closed"
    go(login, "coordinator", "campaign_reopen", reason="bổ sung tài liệu")
    assert status(world) == "open"


def test_a_lost_point_without_its_cause_blocks_publication(world: World, login: Login) -> None:
    campaign = bring_to_closing(world)
    Loss.objects.filter(score__sheet__unit=world.commune_b, score__criterion__code="2.1").delete()
    [blocker] = readiness(campaign).blockers
    assert "2.1" in blocker.text
    page = login("coordinator").get(reverse("campaign_publication", args=["dot-thu"])).content.decode()
    assert reverse("appraisal", args=[world.sheet(world.commune_b).pk]) in page
    go(login, "coordinator", "campaign_propose")
    world.campaign.refresh_from_db()
    assert not world.campaign.is_proposed


def close_with_a_warning(world: World) -> Campaign:
    """Commune B submits nothing, so it will not be ranked: to be noted before publication."""
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    appraise(world, world.commune_a, points={"3": "2"})
    Campaign.objects.filter(pk=world.campaign.pk).update(status="closed")
    world.campaign.refresh_from_db()
    return world.campaign


def test_every_warning_must_be_ticked(world: World, login: Login) -> None:
    campaign = close_with_a_warning(world)
    [warning] = readiness(campaign).warnings
    go(login, "coordinator", "campaign_propose")
    campaign.refresh_from_db()
    assert not campaign.is_proposed
    page = login("coordinator").get(reverse("campaign_publication", args=["dot-thu"])).content.decode()
    [shown] = login("coordinator").get(reverse("campaign_publication", args=["dot-thu"])).context["warnings"]
    assert shown[0] in page
    assert warning.unit == shown[1].unit
    go(login, "coordinator", "campaign_propose", seen=shown[0])
    campaign.refresh_from_db()
    assert campaign.is_proposed


def test_another_warning_is_not_covered_by_an_old_tick(world: World) -> None:
    campaign = close_with_a_warning(world)
    [missing] = readiness(campaign).warnings
    campaign.results.filter(unit=world.commune_a).update(published_points="9")
    keys = {key_of(each) for each in readiness(campaign).warnings}
    assert len(keys) == 2
    assert key_of(missing) in keys


def test_the_coordinator_proposes_and_the_leader_approves(world: World, login: Login) -> None:
    bring_to_closing(world)
    assert go(login, "coordinator", "campaign_publish").status_code == 403
    go(login, "coordinator", "campaign_propose")
    assert Notice.objects.filter(user=world.district_leader).exists()
    response = go(login, "district_leader", "campaign_publish")
    assert response.url == reverse("results_campaign", args=["dot-thu"])
    assert status(world) == "published"
    assert Publication.objects.get().by == world.district_leader
    assert Notice.objects.filter(user=world.officer_b, kind=Notice.Kind.PUBLISHED).exists()


def test_a_leader_does_not_publish_what_was_not_proposed(world: World, login: Login) -> None:
    bring_to_closing(world)
    go(login, "district_leader", "campaign_publish")
    assert status(world) == "closed"


def test_a_declined_proposal_needs_a_reason_and_stays_closed(world: World, login: Login) -> None:
    bring_to_closing(world)
    go(login, "coordinator", "campaign_propose")
    go(login, "district_leader", "campaign_withdraw", reason="")
    world.campaign.refresh_from_db()
    assert world.campaign.is_proposed
    go(login, "district_leader", "campaign_withdraw", reason="xem lại điểm xã B")
    assert status(world) == "closed"
    assert not world.campaign.is_proposed


def test_the_signed_decision_publishes_and_is_recorded(world: World, login: Login) -> None:
    bring_to_closing(world)
    bad = go(login, "coordinator", "campaign_publish", decision_number="", decision_on="31/02/2025")
    assert bad.status_code == 422
    assert status(world) == "closed"
    go(login, "coordinator", "campaign_publish", decision_number="12/QĐ-UBND", decision_on="5/1/2025")
    assert status(world) == "published"
    publication = Publication.objects.get()
    assert (publication.decision_number, f"{publication.decision_on:%Y-%m-%d}") == ("12/QĐ-UBND", "2025-01-05")


def test_a_leader_does_not_record_a_decision(world: World, login: Login) -> None:
    bring_to_closing(world)
    data = {"decision_number": "12/QĐ-UBND", "decision_on": "5/1/2025"}
    assert go(login, "district_leader", "campaign_publish", **data).status_code == 403


@pytest.mark.parametrize(
    ("name", "answer_"),
    [("officer_a", 403), ("justice_officer", 403), ("outsider", 404), ("district_leader", 200)],
)
def test_readiness_is_read_by_the_office_alone(world: World, login: Login, name: str, answer_: int) -> None:
    bring_to_closing(world)
    assert login(name).get(reverse("campaign_publication", args=["dot-thu"])).status_code == answer_


def test_published_results_are_not_reopened(world: World, login: Login) -> None:
    publish(world)
    go(login, "coordinator", "campaign_reopen", reason="thử")
    assert status(world) == "published"

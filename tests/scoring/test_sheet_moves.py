from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scoring.models import ScoreSheet
from tests.scoring.approving import approval
from tests.world import World
from units.models import Notice

Login = Callable[[str], Client]


def url(world: World) -> str:
    return reverse("sheet_move", args=[world.sheet(world.commune_a).pk])


def status(world: World) -> str:
    return ScoreSheet.objects.get(campaign=world.campaign, unit=world.commune_a).status


def test_proposing_asks_once_and_lists_everything_still_open(world: World, login: Login) -> None:
    page = login("officer_a").get(url(world), {"move": "propose"}).content.decode()
    for code in ("1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"):
        assert f">{code} " in page
    assert status(world) == "draft"


def test_officer_proposes_leader_submits_and_the_next_are_told(world: World, login: Login) -> None:
    assert login("officer_a").post(url(world), {"move": "propose"}).status_code == 302
    assert status(world) == "awaiting_leader"
    assert Notice.objects.filter(user=world.leader_a, kind="proposed").exists()
    leader = login("leader_a")
    assert leader.post(url(world), approval(leader, url(world))).status_code == 302
    assert status(world) == "submitted"
    assert Notice.objects.filter(user=world.coordinator, kind="submitted").exists()


def test_the_leader_sends_back_only_with_a_reason(world: World, login: Login) -> None:
    login("officer_a").post(url(world), {"move": "propose"})
    client = login("leader_a")
    assert client.post(url(world), {"move": "send_back", "reason": " "}).status_code == 422
    assert status(world) == "awaiting_leader"
    assert client.post(url(world), {"move": "send_back", "reason": "Thiếu số liệu"}).status_code == 302
    assert status(world) == "draft"
    page = login("officer_a").get(reverse("sheet", args=[world.sheet(world.commune_a).pk])).content.decode()
    assert "Thiếu số liệu" in page


def test_the_coordinator_returns_a_submitted_sheet_with_an_own_deadline(world: World, login: Login) -> None:
    login("officer_a").post(url(world), {"move": "propose"})
    login("leader_a").post(url(world), approval(login("leader_a"), url(world)))
    later = timezone.localtime(timezone.now() + timedelta(days=20)).replace(
        hour=17, minute=0, second=0, microsecond=0
    )
    data = {"move": "return", "reason": "Bổ sung", "due_at": later.strftime("%d/%m/%Y %H:%M")}
    assert login("coordinator").post(url(world), {**data, "due_at": "31/13/2026 17:00"}).status_code == 422
    assert login("coordinator").post(url(world), data).status_code == 302
    sheet = world.sheet(world.commune_a)
    assert (sheet.status, sheet.due_at) == ("draft", later)


def test_a_return_after_the_deadline_needs_a_new_one(world: World, login: Login) -> None:
    login("officer_a").post(url(world), {"move": "propose"})
    login("leader_a").post(url(world), approval(login("leader_a"), url(world)))
    world.campaign.self_score_due_at = timezone.now() - timedelta(minutes=1)
    world.campaign.save()
    assert login("coordinator").post(url(world), {"move": "return", "reason": "Bổ sung"}).status_code == 422
    assert status(world) == "submitted"


@pytest.mark.parametrize(
    ("who", "move"),
    [("leader_a", "return"), ("officer_a", "submit"), ("coordinator", "propose"), ("officer_a", "nothing")],
)
def test_a_step_that_is_not_theirs_is_refused(world: World, login: Login, who: str, move: str) -> None:
    assert login(who).post(url(world), {"move": move, "reason": "x"}).status_code == 403
    assert status(world) == "draft"


def test_a_move_that_came_too_late_is_told_and_changes_nothing(world: World, login: Login) -> None:
    world.campaign.self_score_due_at = timezone.now() - timedelta(minutes=1)
    world.campaign.save()
    refused = login("officer_a").post(url(world), {"move": "propose"})
    assert refused.status_code == 409
    assert 'role="alert"' in refused.content.decode()
    assert status(world) == "draft"


def test_the_way_back_is_never_another_site(world: World, login: Login) -> None:
    done = login("officer_a").post(url(world), {"move": "propose", "next": "https://example.org/"})
    assert done.headers["Location"] == reverse("sheet", args=[world.sheet(world.commune_a).pk])

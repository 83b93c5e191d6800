"""Correcting a published row."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.models import Appraisal, CampaignStatus, Publication, Round, ScoreSheet, UnitResult
from tests.scoring.appraising import published, submitted
from tests.world import World
from units.models import Notice

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def url(world: World, sheet: ScoreSheet, code: str = "1.2.2") -> str:
    return reverse("score_amend", args=[sheet.pk, world.score(world.commune_a, code).criterion_id])


def form(**data: Any) -> dict[str, Any]:
    filled = {"version": "0", "loss_version": "0", "points": "1", "reason": "Kết luận thanh tra số 5"}
    return {**filled, "cause": "Khai thừa", "party": "Xã Tân Lập", "role": "responsible", **data}


def test_before_and_after_are_shown_and_nothing_is_changed(world: World, login: Login) -> None:
    sheet = published(world)
    Notice.objects.all().delete()
    response = login("coordinator").post(url(world, sheet), form())
    assert response.status_code == 200
    before, after = response.context["comparison"]
    assert (before.points, after.points) == ("2,00 / 2,00", "1,00 / 2,00")
    assert (before.earned, after.earned) == ("8,57 / 10,00", "7,57 / 10,00")
    assert (before.grade, after.grade) == ("Tốt", "Khá")
    assert (before.rank, after.rank) == ("1", "2")
    assert Publication.objects.count() == 1
    assert not Notice.objects.exists()
    assert world.score(world.commune_a, "1.2.2").points == Decimal(2)


def test_a_confirmed_amendment_makes_the_second_snapshot_and_keeps_the_first(world: World, login: Login) -> None:
    sheet = published(world)
    Notice.objects.all().delete()
    first = Publication.objects.get()
    response = login("coordinator").post(url(world, sheet), form(confirmed="1"))
    assert response.status_code == 302
    world.campaign.refresh_from_db()
    assert world.campaign.status == CampaignStatus.AMENDED
    again, second = Publication.objects.order_by("number")
    assert (again.data, again.sha256) == (first.data, first.sha256)
    assert second.reason == "Kết luận thanh tra số 5"
    rows = {row["code"]: row for unit in second.data["units"] if unit["code"] == "23497" for row in unit["rows"]}
    assert Decimal(rows["1.2.2"]["points"]) == 1
    assert rows["1.2.2"]["cause"] == "Khai thừa"
    assert UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a).rank == 2
    assert Appraisal.objects.get(round=Round.AMENDMENT).by == world.coordinator
    told = set(Notice.objects.filter(kind=Notice.Kind.AMENDED).values_list("user__username", flat=True))
    assert {"officer_a", "leader_a", "officer_b", "leader_b"} <= told


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"reason": " "}, 409),
        ({"points": "7"}, 422),
        ({"points": "hai"}, 422),
        ({"cause": ""}, 409),
        ({"party": ""}, 409),
        ({"party": "Không có"}, 422),
        ({"version": "3"}, 409),
    ],
)
def test_what_is_not_complete_is_refused_and_kept(
    world: World, login: Login, data: dict[str, str], status: int
) -> None:
    sheet = published(world)
    response = login("coordinator").post(url(world, sheet), form(confirmed="1", **data))
    assert response.status_code == status
    assert 'role="alert"' in response.content.decode()
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("district_leader", 403),
        ("justice_officer", 404),
        ("officer_a", 403),
        ("officer_b", 404),
        ("outsider", 404),
    ],
)
def test_who_opens_an_amendment(world: World, login: Login, who: str, status: int) -> None:
    sheet = published(world)
    assert login(who).get(url(world, sheet)).status_code == status


def test_unpublished_results_are_not_amended(world: World, login: Login) -> None:
    sheet = submitted(world)
    assert login("coordinator").get(url(world, sheet)).status_code == 403

"""Claims "not applicable" of all units on one page: granted, or refused with a reason."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.scores import RowEntry, save_score
from scoring.rules import LeafState
from tests.scoring.appraising import at_most, published, submitted
from tests.world import World
from units.models import Unit

Login = Callable[[str], Client]
ZERO = Decimal(0)


def page(client: Client, show: str = "") -> Any:
    return client.get(reverse("campaign_claims", args=["dot-thu"]), {"show": show} if show else {})


def decide(world: World, client: Client, how: str, unit: Unit | None = None, **data: str) -> Any:
    row = world.score(unit or world.commune_a, "3")
    version = str(row.appraisals.get().version if row.appraisals.exists() else 0)
    sent = {"view": "claims", "how": how, "version": version, "reason": "", "points": "", **data}
    return client.post(reverse("appraisal_row", args=[row.sheet_id, row.criterion_id]), sent)


def test_claims_of_all_units_stand_on_one_page(world: World, login: Login) -> None:
    for unit in (world.commune_a, world.commune_b):
        submitted(world, unit)
    text = page(login("coordinator")).content.decode()
    for words in ("Xã Tân Lập", "Xã Đắk Ruồng", "Không có trụ sở riêng", "Văn hóa công sở"):
        assert words in text


def test_a_granted_claim_leaves_the_list_and_the_maximum(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    answer = decide(world, client, "not_applicable")
    assert answer["Location"] == reverse("campaign_claims", args=["dot-thu"])
    row = world.score(world.commune_a, "3")
    assert (row.points, row.counted_max_points) == (ZERO, ZERO)
    assert page(client).context["rows"] == []
    [granted] = page(client, "granted").context["rows"]
    assert granted["claim"].decided.startswith("Cán bộ coordinator")


def test_a_claim_is_refused_only_with_a_reason(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    answer = decide(world, client, "refuse", points="0,5")
    assert answer.status_code == 422
    assert 'value="0,5"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert world.score(world.commune_a, "3").counted_max_points == 2
    assert decide(world, client, "refuse", points="0,5", reason="Có trụ sở chung").status_code == 302
    row = world.score(world.commune_a, "3")
    assert (row.points, row.counted_max_points) == (Decimal("0.5"), Decimal(2))
    [refused] = page(client, "refused").context["rows"]
    assert (refused["claim"].given, refused["claim"].reason) == ("0,50", "Có trụ sở chung")


def test_a_decision_can_be_changed_while_the_appraisal_lasts(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    decide(world, client, "refuse", reason="Có trụ sở chung")
    assert decide(world, client, "not_applicable", reason="Đã xác minh").status_code == 302
    assert world.score(world.commune_a, "3").counted_max_points == 0


def test_a_stale_decision_is_refused(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    decide(world, client, "refuse", reason="Có trụ sở chung")
    answer = decide(world, client, "not_applicable", version="0")
    assert answer.status_code == 409
    assert world.score(world.commune_a, "3").points == 0


def test_claims_that_are_not_submitted_are_only_counted(world: World, login: Login) -> None:
    entry = RowEntry(LeafState.NOT_APPLICABLE, {}, reason="Không phát sinh")
    save_score(score=world.score(world.commune_b, "3"), entry=entry, version=1, by=world.officer_b)
    found = page(login("coordinator"))
    assert found.context["rows"] == []
    assert found.context["waiting"] == 1
    assert "Không phát sinh" not in found.content.decode()


def test_the_leader_reads_and_decides_nothing(world: World, login: Login) -> None:
    submitted(world)
    client = login("district_leader")
    [row] = page(client).context["rows"]
    assert not row["claim"].can_decide
    assert "<button" not in page(client).content.decode().partition("<article")[2].partition("</article")[0]
    assert decide(world, client, "not_applicable").status_code == 403


def test_an_agency_never_sees_the_claims_of_others(world: World, login: Login) -> None:
    submitted(world)
    client = login("justice_officer")
    assert page(client).status_code == 403
    row = world.score(world.commune_a, "2.1")
    url = reverse("appraisal_row", args=[row.sheet_id, row.criterion_id])
    answer = client.post(url, {"view": "claims", "points": "99", "version": "0"})
    assert answer.status_code == 422
    assert "Không có trụ sở riêng" not in answer.content.decode()


def test_after_publication_the_unit_reads_the_decision_on_its_sheet(world: World, login: Login) -> None:
    sheet = published(world)
    text = login("officer_a").get(reverse("sheet", args=[sheet.pk])).content.decode()
    assert re.search(r"<b>[^<]*: không áp dụng</b>", text)
    assert not page(login("coordinator"), "granted").context["rows"][0]["claim"].can_decide


def test_the_campaign_names_the_claims_that_wait(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    url = reverse("campaign_claims", args=["dot-thu"])
    board = reverse("campaign", args=["dot-thu"])
    assert url in [line.url for line in client.get(board).context["todo"]]
    decide(world, client, "not_applicable")
    assert url not in [line.url for line in client.get(board).context["todo"]]


@pytest.mark.parametrize("show", ["open", "granted", "nonsense"])
def test_the_page_needs_few_queries(world: World, login: Login, show: str) -> None:
    for unit in (world.commune_a, world.commune_b):
        submitted(world, unit)
    client = login("coordinator")
    with at_most(12):
        assert page(client, show).status_code == 200

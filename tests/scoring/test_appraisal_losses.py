"""Cause and responsible parties of lost points."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.sheets import move_sheet
from scoring.models import Loss, Score
from scoring.publishing import readiness
from scoring.rules import LeafState
from tests.scoring.appraising import at_most, published, submitted
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Party

Login = Callable[[str], Client]


def reduced(world: World) -> Score:
    submitted(world)
    entry = AppraisalEntry(points=Decimal(1), reason="Chỉ có 2 hình thức")
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=0, by=world.coordinator)
    return world.score(world.commune_a, "1.2.2")


def save(client: Client, score: Score, *, htmx: bool = True, **data: Any) -> Any:
    url = reverse("appraisal_loss", args=[score.sheet_id, score.criterion_id])
    headers = {"HTTP_HX_REQUEST": "true"} if htmx else {}
    return client.post(url, {"version": "0", **data}, **headers)  # type: ignore[arg-type]


def test_cause_and_parties_are_proposed_from_reason_unit_and_agency(world: World, login: Login) -> None:
    score = reduced(world)
    response = login("coordinator").get(reverse("appraisal", args=[score.sheet_id]))
    [row] = [row for row in rows_of(response) if row.code == "1.2.2"]
    assert row.loss.is_proposed
    assert (row.loss.lost, row.loss.cause) == ("1,00", "Chỉ có 2 hình thức")
    assert [(line.party, line.role) for line in row.loss.lines] == [
        ("Xã Tân Lập", "responsible"),
        ("Phòng Nội vụ", "monitor"),
    ]
    assert not Loss.objects.exists()


def rows_of(response: Any) -> list[Any]:
    return [row for section in response.context["sections"] for group in section.groups for row in group.rows]


def test_the_units_note_is_proposed_when_the_appraiser_gave_no_reason(world: World, login: Login) -> None:
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    response = login("coordinator").get(reverse("appraisal", args=[sheet.pk]))
    losses = {row.code: row.loss for row in rows_of(response) if row.loss}
    assert set(losses) == {"1.2.1", "2.1"}
    assert losses["2.1"].cause == "Có báo cáo kèm theo"
    assert [line.party for line in losses["2.1"].lines] == ["Xã Tân Lập", "Phòng Tư pháp"]


def test_cause_and_parties_are_recorded_with_one_event(world: World, login: Login) -> None:
    score = reduced(world)
    parties: dict[str, Any] = {
        "party": ["UBND các xã, thị trấn", "phòng  nội vụ", ""],
        "role": ["responsible", "lead", "monitor"],
    }
    client = login("coordinator")
    with at_most(16):
        response = save(client, score, cause="Thiếu kinh phí", **parties)
    assert response.status_code == 200
    loss = Loss.objects.get(score=score)
    assert loss.cause == "Thiếu kinh phí"
    assert [(each.party.code, each.role) for each in loss.responsibilities.all()] == [
        ("G_XA", "responsible"),
        ("614-PNV", "lead"),
    ]
    event = AuditEvent.objects.get(action=Action.LOSS_SAVED)
    assert {change.attribute for change in event.changes.all()} == {"cause", "responsible"}


@pytest.mark.parametrize("names", [["Phòng Không có"], ["Phòng Nội vụ", "Phòng Nội vụ"]])
def test_an_unknown_party_or_one_named_twice_is_refused_and_kept(
    world: World, login: Login, names: list[str]
) -> None:
    score = reduced(world)
    data: dict[str, Any] = {"cause": "Thiếu kinh phí", "party": names, "role": ["responsible"] * len(names)}
    client = login("coordinator")
    assert save(client, score, **data).status_code == 422
    plain = save(client, score, htmx=False, **data)
    assert plain.status_code == 422
    html = plain.content.decode()
    assert "Thiếu kinh phí" in html
    assert f'value="{names[0]}"' in html
    assert not Loss.objects.exists()


def test_the_second_of_two_learns_of_the_first(world: World, login: Login) -> None:
    score = reduced(world)
    client = login("coordinator")
    assert save(client, score, cause="Một", party="Phòng Nội vụ", role="lead").status_code == 200
    stale = save(client, score, cause="Hai")
    assert stale.status_code == 409
    assert "Một; Phòng Nội vụ" in stale.content.decode()
    assert save(client, score, cause="Hai", version="1").status_code == 200
    assert Loss.objects.get().cause == "Hai"


def test_proposals_are_recorded_at_once_for_the_rows_one_may_appraise(world: World, login: Login) -> None:
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    url = reverse("appraisal_accept_causes", args=[sheet.pk])
    assert login("justice_officer").post(url).status_code == 302
    assert set(Loss.objects.values_list("score__criterion__code", flat=True)) == {"2.1"}
    assert login("coordinator").post(url).status_code == 302
    assert set(Loss.objects.values_list("score__criterion__code", flat=True)) == {"1.2.1", "2.1"}
    assert login("district_leader").post(url).status_code == 403


def test_every_lost_point_needs_cause_and_party_before_publication(world: World, login: Login) -> None:
    sheet = submitted(world)
    grant = AppraisalEntry(LeafState.NOT_APPLICABLE)
    save_appraisal(score=world.score(world.commune_a, "3"), entry=grant, version=0, by=world.coordinator)
    accept_rest(sheet=sheet, by=world.coordinator)
    move_sheet(sheet=sheet, name="finish", by=world.coordinator)
    assert "1.2.1, 2.1" in readiness(world.campaign).blockers[0].text
    client = login("coordinator")
    save(client, world.score(world.commune_a, "1.2.1"), cause="Chậm", party="Phòng Nội vụ", role="lead")
    save(client, world.score(world.commune_a, "2.1"), cause="Chậm")
    assert readiness(world.campaign).blockers[0].text.rstrip(".").endswith(" 2.1")
    save(client, world.score(world.commune_a, "2.1"), cause="Chậm", party="Xã Tân Lập", version="1")
    assert readiness(world.campaign).is_ready


def test_after_publication_only_an_amendment_changes_a_cause(world: World, login: Login) -> None:
    published(world)
    score = world.score(world.commune_a, "2.1")
    assert save(login("coordinator"), score, cause="Khác", version="1").status_code == 409
    assert Loss.objects.get(score=score).cause == "Chậm tiến độ"


def test_two_parties_of_one_name_are_told_apart_by_their_codes(world: World, login: Login) -> None:
    Party.objects.create(owner=world.district, code="PNV2", name="Phòng Nội vụ")
    score = reduced(world)
    assert save(login("coordinator"), score, cause="x", party="Phòng Nội vụ").status_code == 422
    assert save(login("coordinator"), score, cause="x", party="Phòng Nội vụ (PNV2)").status_code == 200
    assert Loss.objects.get().responsibilities.get().party.code == "PNV2"

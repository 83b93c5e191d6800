"""Saving one row of an appraisal."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.models import Appraisal, Score, SheetStatus, UnitResult
from scoring.rules import LeafState
from tests.scoring.appraising import at_most, submitted
from tests.world import World, person
from units.access import Role
from units.models import AuditEvent

Login = Callable[[str], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def save(client: Client, score: Score, **data: Any) -> HttpResponse:
    url = reverse("appraisal_row", args=[score.sheet_id, score.criterion_id])
    return client.post(url, {"version": "0", **data}, **HTMX)  # type: ignore[arg-type,return-value]


def points_of(world: World, code: str) -> Decimal | None:
    return world.score(world.commune_a, code).points


def test_the_first_save_begins_the_appraisal_and_leaves_the_units_part_alone(world: World, login: Login) -> None:
    sheet = submitted(world)
    score = world.score(world.commune_a, "1.2.1")
    before = Score.objects.values("state", "answers", "self_points", "note", "version").get(pk=score.pk)
    response = save(login("coordinator"), score, points="1,5", reason="Thiếu 2 nhiệm vụ")
    assert response.status_code == 200
    assert Score.objects.values("state", "answers", "self_points", "note", "version").get(pk=score.pk) == before
    assert points_of(world, "1.2.1") == Decimal("1.5")
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.UNDER_APPRAISAL
    assert "−0,41" in response.content.decode()


def test_equals_accepts_the_self_score_with_its_facts(world: World, login: Login) -> None:
    submitted(world)
    response = save(login("coordinator"), world.score(world.commune_a, "1.2.1"), how="accept", points="")
    stored = Appraisal.objects.get(score=world.score(world.commune_a, "1.2.1"))
    assert (stored.points, stored.answers) == (Decimal("1.91"), {"on_time": 13, "late": 11, "undone": 5})
    html = response.content.decode()
    assert 'id="points-input-' in html
    assert 'value="1,91"' in html
    assert 'hx-swap-oob="true"' in html


def test_a_row_is_scored_again_from_facts(world: World, login: Login) -> None:
    submitted(world)
    facts = {"answer-on_time": "10", "answer-late": "11", "answer-undone": "8"}
    score = world.score(world.commune_a, "1.2.1")
    response = save(login("coordinator"), score, how="facts", reason="Đối chiếu lại", **facts)
    assert points_of(world, "1.2.1") == Decimal("1.60")
    assert "(10 × 1 + 11 × 0,5) / 29 × 3 = 1,60" in response.content.decode()
    changed = save(login("coordinator"), score, points="1,6", reason="Theo báo cáo 12", version="1", kept="1")
    assert changed.status_code == 200
    stored = Appraisal.objects.get(score=score)
    assert stored.answers == {"on_time": 10, "late": 11, "undone": 8}
    assert stored.reason == "Theo báo cáo 12"


@pytest.mark.parametrize("points", ["3,5", "-1", "hai", "1.353", "1,505", "", "1,5,0"])
def test_impossible_points_are_refused_in_words_and_nothing_is_kept(
    world: World, login: Login, points: str
) -> None:
    submitted(world)
    response = save(login("coordinator"), world.score(world.commune_a, "1.2.1"), points=points, reason="x")
    assert response.status_code == 422
    said = re.search(r'role="alert">([^<]+)<', response.content.decode())
    assert said is not None
    assert said[1].endswith(".")
    assert not Appraisal.objects.exists()
    assert world.sheet(world.commune_a).status == SheetStatus.SUBMITTED


def test_points_off_the_step_are_refused(world: World, login: Login) -> None:
    submitted(world)
    type(world.criteria_set).objects.update(point_step=Decimal("0.25"))
    response = save(login("coordinator"), world.score(world.commune_a, "3"), points="1,10", reason="x")
    assert response.status_code == 422
    assert "0,25" in response.content.decode()


def test_a_reduction_needs_a_reason_and_the_page_keeps_what_was_typed(world: World, login: Login) -> None:
    submitted(world)
    score = world.score(world.commune_a, "1.2.2")
    client = login("coordinator")
    assert save(client, score, points="1").status_code == 422
    url = reverse("appraisal_row", args=[score.sheet_id, score.criterion_id])
    plain = client.post(url, {"version": "0", "points": "1"})
    assert plain.status_code == 422
    assert 'value="1"' in plain.content.decode()
    assert points_of(world, "1.2.2") == Decimal(2)
    done = client.post(url, {"version": "0", "points": "1", "reason": "Chỉ có 2 hình thức"})
    assert done.status_code == 302
    assert done.headers["Location"].endswith(f"#row-{score.pk}")


def test_without_a_script_the_criterion_page_comes_back(world: World, login: Login) -> None:
    submitted(world)
    score = world.score(world.commune_a, "2.1")
    client = login("justice_officer")
    url = reverse("appraisal_row", args=[score.sheet_id, score.criterion_id])
    refused = client.post(url, {"version": "0", "points": "9", "view": "criterion"})
    assert refused.status_code == 422
    assert 'value="9"' in refused.content.decode()
    done = client.post(url, {"version": "0", "how": "accept", "view": "criterion"})
    assert done.headers["Location"] == f"/campaigns/dot-thu/appraisal/2.1/#row-{score.pk}"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("justice_officer", 404),
        ("officer_a", 403),
        ("leader_a", 403),
        ("officer_b", 404),
        ("district_leader", 403),
        ("outsider", 404),
    ],
)
def test_who_does_not_save_a_row_of_home_affairs(world: World, login: Login, who: str, status: int) -> None:
    submitted(world)
    score = world.score(world.commune_a, "1.1")
    assert save(login(who), score, how="accept").status_code == status
    loss = reverse("appraisal_loss", args=[score.sheet_id, score.criterion_id])
    assert login(who).post(loss, {"version": "0", "cause": "x"}).status_code == status
    assert not Appraisal.objects.exists()


def test_an_agency_saves_its_row(world: World, login: Login) -> None:
    submitted(world)
    response = save(
        login("justice_officer"), world.score(world.commune_a, "2.1"), points="1", reason="Còn 14 văn bản"
    )
    assert response.status_code == 200
    assert points_of(world, "2.1") == Decimal(1)


def test_nobody_saves_a_row_of_the_own_unit(world: World, client: Client) -> None:
    submitted(world)
    both = person("both", (Role.COORDINATOR, world.district), (Role.OFFICER, world.commune_a))
    client.force_login(both, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert save(client, world.score(world.commune_a, "1.1"), how="accept").status_code == 403
    assert client.post(reverse("appraisal_accept_rest", args=[world.sheet(world.commune_a).pk])).status_code == 403
    assert not Appraisal.objects.exists()


def test_a_draft_is_not_appraised(world: World, login: Login) -> None:
    response = save(login("coordinator"), world.score(world.commune_a, "1.1"), points="1")
    assert response.status_code == 409
    assert save(login("justice_officer"), world.score(world.commune_a, "2.1"), points="1").status_code == 404


def test_the_second_of_two_appraisers_learns_of_the_first_and_what_it_said(world: World, login: Login) -> None:
    submitted(world)
    score = world.score(world.commune_a, "1.1")
    client = login("coordinator")
    assert save(client, score, how="accept").status_code == 200
    stale = save(client, score, points="1", reason="Trễ hạn")
    assert stale.status_code == 409
    html = stale.content.decode()
    assert "1 · Trễ hạn" in html
    assert ">2,00 <" in html
    assert "(Cán bộ coordinator, " in html
    # Whatever is sent before somebody has chosen is stale again.
    assert 'name="version" value="0"' in html
    assert 'name="keep" value="1"' in html
    assert points_of(world, "1.1") == Decimal(2)
    assert save(client, score, points="1", reason="Trễ hạn", version="1").status_code == 200
    assert save(client, score, points="2", version="1").status_code == 409


def test_a_race_for_the_first_version_is_told_as_stale(world: World) -> None:
    submitted(world)
    entry = AppraisalEntry(points=Decimal(2))
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=0, by=world.coordinator)
    with pytest.raises(StaleVersion):
        save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=0, by=world.coordinator)
    assert Appraisal.objects.count() == 1


def test_only_the_coordinator_grants_a_claim_which_leaves_the_row_out(world: World, login: Login) -> None:
    submitted(world)
    score = world.score(world.commune_a, "3")
    assert save(login("coordinator"), score, how="not_applicable").status_code == 200
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    assert result.applicable_max_points == Decimal(10)
    Score.objects.filter(pk=score.pk).update(agency=world.justice)
    refused = save(login("justice_officer"), score, how="not_applicable", version="1")
    assert refused.status_code == 422


def test_an_agency_does_not_leave_an_answered_row_out_as_no_case(world: World, login: Login) -> None:
    submitted(world)
    Score.objects.filter(criterion__code="2.1").update(
        state=LeafState.NO_CASE.value, self_points=Decimal(0), answers={}
    )
    assert save(login("justice_officer"), world.score(world.commune_a, "2.1"), how="accept").status_code == 200
    assert Appraisal.objects.get().state == LeafState.NO_CASE
    refused = save(login("justice_officer"), world.score(world.commune_a, "2.1"), points="0", version="1")
    assert refused.status_code == 422


def test_refusing_a_claim_needs_a_reason(world: World, login: Login) -> None:
    submitted(world)
    score = world.score(world.commune_a, "3")
    client = login("coordinator")
    assert save(client, score, how="refuse").status_code == 422
    assert save(client, score, how="refuse", reason="Có trụ sở").status_code == 200
    assert points_of(world, "3") == Decimal(0)


def test_a_save_costs_at_most_fourteen_queries_and_one_event(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    save(client, world.score(world.commune_a, "1.1"), how="accept")
    events = AuditEvent.objects.count()
    score = world.score(world.commune_a, "1.2.2")
    with at_most(14):
        assert save(client, score, points="1", reason="Thiếu").status_code == 200
    assert AuditEvent.objects.count() == events + 1
    with at_most(14):
        assert save(client, score, points="1,5", reason="Thiếu một", version="1").status_code == 200


def test_accepting_the_rest_leaves_claims_and_decided_rows_alone(world: World, login: Login) -> None:
    sheet = submitted(world)
    client = login("coordinator")
    save(client, world.score(world.commune_a, "1.2.2"), points="1", reason="Thiếu")
    assert client.post(reverse("appraisal_accept_rest", args=[sheet.pk])).status_code == 302
    assert points_of(world, "1.2.2") == Decimal(1)
    assert set(Score.objects.filter(sheet=sheet, appraisals=None).values_list("criterion__code", flat=True)) == {
        "3"
    }
    assert Appraisal.objects.get(score=world.score(world.commune_a, "1.2.1")).points == Decimal("1.91")


def test_an_agency_accepts_the_rest_of_its_own_rows(world: World, login: Login) -> None:
    sheet = submitted(world)
    login("justice_officer").post(reverse("appraisal_accept_rest", args=[sheet.pk]))
    decided = Score.objects.filter(sheet=sheet).exclude(appraisals=None).values_list("criterion__code", flat=True)
    assert set(decided) == {"2.1", "2.2"}


def test_the_leader_of_the_parent_accepts_nothing(world: World, login: Login) -> None:
    sheet = submitted(world)
    assert login("district_leader").post(reverse("appraisal_accept_rest", args=[sheet.pk])).status_code == 403

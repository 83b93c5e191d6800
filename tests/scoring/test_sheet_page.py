from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Criterion, Score
from scoring.rules import LeafState
from tests.conftest import forget_sets
from tests.world import World
from units.models import Unit

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
ANSWERED = LeafState.ANSWERED
OWN_PAGES = ["sheet", "sheet_move", "sheet_extend", "sheet_history"]


def fill(world: World, unit: Unit, points: str = "1.5") -> None:
    by = world.officer_a if unit == world.commune_a else world.officer_b
    entry = RowEntry(ANSWERED, {"points": Decimal(points)})
    save_score(score=world.score(unit, "3"), entry=entry, version=1, by=by)


def submit(world: World, unit: Unit) -> None:
    own = "a" if unit == world.commune_a else "b"
    for name, who in (("propose", "officer"), ("submit", "leader")):
        move_sheet(sheet=world.sheet(unit), name=name, by=world.people[f"{who}_{own}"])


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:3000]
    return response.content.decode()


def test_the_page_shows_every_row_with_sums_index_and_what_is_open(world: World, login: Login) -> None:
    fill(world, world.commune_a)
    page = body(login("officer_a"), reverse("sheet", args=[world.sheet(world.commune_a).pk]))
    for code in ("1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"):
        assert f'<span class="row-code">{code}</span>' in page
    assert "1,50 / 12" in page
    assert "12,50 · Yếu" in page
    first = Criterion.objects.get(criteria_set=world.criteria_set, code="1.1")
    assert f'<a href="#row-{first.pk}" data-next-open>' in page


def test_the_page_needs_the_same_few_queries_for_any_number_of_rows(world: World, login: Login) -> None:
    url = reverse("sheet", args=[world.sheet(world.commune_a).pk])
    client = login("officer_a")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        body(client, url)
    section = Criterion.objects.get(criteria_set=world.criteria_set, code="1")
    sheet = world.sheet(world.commune_a)
    for number in range(100):
        added = Criterion.objects.create(
            criteria_set=world.criteria_set,
            parent=section,
            section=section,
            code=f"1.{number + 10}",
            title="Thêm",
            max_points=Decimal(1),
            position=100 + number,
            method="points",
        )
        Score.objects.create(sheet=sheet, criterion=added, counted_max_points=added.max_points)
    forget_sets()
    client.get(url)
    with CaptureQueriesContext(connection) as many:
        assert "1.109" in body(client, url)
    assert len(many) == len(few) <= 12


@pytest.mark.parametrize("name", [*OWN_PAGES, "sheet_row", "sheet_evidence_add"])
@pytest.mark.parametrize("who", ["officer_b", "leader_b", "outsider", "administrator", "justice_officer"])
def test_a_sheet_that_is_not_theirs_does_not_exist_for_others(
    world: World, login: Login, name: str, who: str
) -> None:
    sheet = world.sheet(world.commune_a)
    row = (
        [world.score(world.commune_a, "2.1").criterion_id] if name.startswith(("sheet_row", "sheet_evid")) else []
    )
    url = reverse(name, args=[sheet.pk, *row])
    client = login(who)
    assert client.post(url, {"move": "propose"}).status_code in (404, 405)
    if name != "sheet_row":
        assert client.get(url, {"move": "propose"}).status_code == 404


def test_lists_show_own_sheets_only(world: World, login: Login) -> None:
    client = login("officer_a")
    for name in ("sheets", "home"):
        page = body(client, reverse(name))
        assert "Xã Tân Lập" in page
        assert "Xã Đắk Ruồng" not in page


def test_an_appraiser_sees_only_the_rows_of_the_agency(world: World, login: Login) -> None:
    fill(world, world.commune_a)
    submit(world, world.commune_a)
    client = login("justice_officer")
    page = body(client, reverse("sheet", args=[world.sheet(world.commune_a).pk]))
    assert "2.1" in page
    assert f'id="row-{world.score(world.commune_a, "3").criterion_id}"' not in page
    assert "1,50" not in page
    assert "0/2" in body(client, reverse("sheets"))


def appraise(world: World, **entry: Any) -> None:
    fill(world, world.commune_a)
    submit(world, world.commune_a)
    save_appraisal(
        score=world.score(world.commune_a, "3"), entry=AppraisalEntry(**entry), version=0, by=world.coordinator
    )


@pytest.mark.parametrize("name", ["sheet", "sheet_history", "sheets", "home"])
@pytest.mark.parametrize("who", ["officer_a", "leader_a"])
def test_before_publication_the_unit_sees_nothing_of_the_appraisal(
    world: World, login: Login, name: str, who: str
) -> None:
    appraise(world, points=Decimal("0.25"), reason="Lý do thẩm định")
    args = [world.sheet(world.commune_a).pk] if name.startswith("sheet") and name != "sheets" else []
    page = body(login(who), reverse(name, args=args))
    assert "0,25" not in page
    assert "Lý do thẩm định" not in page


def test_a_returned_sheet_still_shows_the_unit_its_own_points(world: World, login: Login) -> None:
    appraise(world, points=Decimal("0.25"), reason="Lý do thẩm định")
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung")
    client = login("officer_a")
    sheet = world.sheet(world.commune_a)
    page = body(client, reverse("sheet", args=[sheet.pk]))
    assert "0,25" not in page
    assert "Bổ sung" in page
    row = reverse("sheet_row", args=[sheet.pk, world.score(world.commune_a, "2.2").criterion_id])
    saved = client.post(row, {"answer-percent": "100", "version": 1})
    panel = client.get(reverse("sheet_panel", args=[sheet.pk]))
    assert "2,50 / 12" in panel.content.decode()
    assert "0,25" not in saved.content.decode() + panel.content.decode()


def test_after_publication_the_unit_sees_points_and_reasons_beside_its_own(world: World, login: Login) -> None:
    appraise(world, points=Decimal("0.25"), reason="Lý do thẩm định")
    world.campaign.status = "published"
    world.campaign.published_at = "2025-01-01T00:00:00Z"
    world.campaign.save()
    page = body(login("officer_a"), reverse("sheet", args=[world.sheet(world.commune_a).pk]))
    assert "0,25</b> Lý do thẩm định" in page
    assert "<strong>1,50</strong>" in page


def test_the_coordinator_reads_a_sheet_but_does_not_fill_it(world: World, login: Login) -> None:
    sheet = world.sheet(world.commune_a)
    client = login("coordinator")
    assert "data-row=" not in body(client, reverse("sheet", args=[sheet.pk]))
    row = reverse("sheet_row", args=[sheet.pk, world.score(world.commune_a, "3").criterion_id])
    assert client.post(row, {"answer-points": "1", "version": 1}).status_code == 403


def test_an_officer_cannot_extend_his_own_deadline(world: World, login: Login) -> None:
    url = reverse("sheet_extend", args=[world.sheet(world.commune_a).pk])
    assert login("leader_a").post(url, {"reason": "x", "due_at": "31/12/2099 17:00"}).status_code == 403

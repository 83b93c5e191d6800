"""A row that the unit's facts leave out of both sums (a total of 0) is no row of 0 points to appraisers either."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.scores import RowEntry, save_score
from scoring.models import Score
from scoring.rules import LeafState, RuleErrors
from tests.world import World, submit

Login = Callable[[str], Client]


@pytest.fixture
def row(world: World) -> Score:
    """2.1, of 2 points: nothing was to be done."""
    entry = RowEntry(LeafState.ANSWERED, {"numerator": 0, "denominator": 0})
    save_score(score=world.score(world.commune_a, "2.1"), entry=entry, version=1, by=world.officer_a)
    submit(world, world.commune_a)
    return world.score(world.commune_a, "2.1")


def judge(world: World, points: str, reason: str = "") -> None:
    entry = AppraisalEntry(points=Decimal(points), reason=reason)
    save_appraisal(score=world.score(world.commune_a, "2.1"), entry=entry, version=0, by=world.coordinator)


def counts(row: Score) -> list[Decimal | None]:
    row.refresh_from_db()
    return [row.points, row.counted_max_points]


def test_0_points_take_its_maximum_away_and_need_a_reason(world: World, row: Score) -> None:
    with pytest.raises(RuleErrors):
        judge(world, "0")
    assert counts(row) == [0, 0]
    judge(world, "0", "vẫn có văn bản phải xử lý")
    assert counts(row) == [0, 2]


def test_all_its_points_lower_nothing(world: World, row: Score) -> None:
    judge(world, "2")
    assert counts(row) == [2, 2]


def test_accepting_it_leaves_it_out_and_sends_no_0(world: World, row: Score, login: Login) -> None:
    client = login("coordinator")
    page = client.get(reverse("appraisal", args=[row.sheet_id])).content.decode()
    form = page[page.index(f'id="row-{row.pk}"') :].partition("</article>")[0]
    assert 'data-accept=""' in form
    assert "Chấp nhận cho 2.1: không tính" in form
    assert ">0,00<" not in form
    url = reverse("appraisal_row", args=[row.sheet_id, row.criterion_id])
    answer = client.post(url, {"how": "accept", "points": "", "version": "0"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert counts(row) == [0, 0]
    assert row.appraisals.get().answers == {"numerator": 0, "denominator": 0}

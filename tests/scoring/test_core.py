from decimal import Decimal

import pytest

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Score, UnitResult
from scoring.rules import LeafState, RuleErrors
from tests.world import World

ANSWERED = LeafState.ANSWERED


def test_a_row_is_computed_from_its_facts_and_the_sums_follow(world: World) -> None:
    entry = RowEntry(ANSWERED, {"on_time": 13, "late": 11, "undone": 5})
    score = world.score(world.commune_a, "1.2.1")
    sums = save_score(score=score, entry=entry, version=1, by=world.officer_a)
    assert sums.totals.earned == Decimal("1.91")
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    assert (result.earned_points, result.applicable_max_points) == (Decimal("1.91"), Decimal(12))
    assert result.index == Decimal("15.92")
    assert result.fields.get(criterion__code="1").earned_points == Decimal("1.91")


def test_a_reduction_without_a_reason_is_refused_and_nothing_is_kept(world: World) -> None:
    score = world.score(world.commune_a, "3")
    save_score(score=score, entry=RowEntry(ANSWERED, {"points": Decimal(2)}), version=1, by=world.officer_a)
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    low = AppraisalEntry(points=Decimal(1))
    with pytest.raises(RuleErrors):
        save_appraisal(score=world.score(world.commune_a, "3"), entry=low, version=0, by=world.coordinator)
    assert world.score(world.commune_a, "3").points == Decimal(2)
    reasoned = AppraisalEntry(points=Decimal(1), reason="Thiếu minh chứng")
    save_appraisal(score=world.score(world.commune_a, "3"), entry=reasoned, version=0, by=world.coordinator)
    assert world.score(world.commune_a, "3").points == Decimal(1)
    assert accept_rest(sheet=world.sheet(world.commune_a), by=world.coordinator) == 5
    assert not Score.objects.filter(sheet__unit=world.commune_a, appraisals=None).exists()

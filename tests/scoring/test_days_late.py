"""Days late: counted from the campaign's own deadline, and filled into the criteria that ask for them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from parportal.deadlines import days_late
from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.campaigns import close_campaign
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.models import Campaign, Criterion, Score, ScoreSheet, UnitResult
from scoring.models.criteria import uncommon_of_frozen
from scoring.rules import LeafState, RuleErrors
from scoring.workflow import MoveRefused, why_row_is_closed
from tests.scoring.appraising import submitted
from tests.world import World, make_world
from units.audit import Action
from units.models import AuditEvent

DEADLINE = datetime(2026, 12, 15, 10, 0, tzinfo=UTC)
BY_DAYS: dict[str, Any] = {
    "of": "value",
    "label": "Số ngày gửi chậm",
    "kind": "integer",
    "fact": "days_late",
    "bands": [
        {"to": "1", "points": "1"},
        {"from": "1", "to": "3", "to_closed": True, "points": "0.5"},
        {"from": "3", "from_closed": False, "points": "0"},
    ],
}
BY_COUNT = {"label": "Số ngày gửi chậm", "base": "max", "step_points": "-0.25", "fact": "days_late"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def world_with(params: dict[str, Any], method: str = "bands") -> World:
    """The small district; criterion 2.2 (1 point) is filled by the portal."""
    world = make_world()
    Criterion.objects.filter(code="2.2").update(method=method, params=params)
    uncommon_of_frozen.cache_clear()
    Campaign.objects.update(self_score_due_at=DEADLINE)
    return world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with time_machine.travel(DEADLINE - timedelta(days=5), tick=False):
        yield world_with(BY_DAYS)


def hand_in(world: World, after: timedelta) -> Score:
    """Submitted so long after the deadline, in an extension."""
    with time_machine.travel(DEADLINE - timedelta(days=1), tick=False):
        extend_deadline(
            sheet=world.sheet(world.commune_a),
            due_at=DEADLINE + timedelta(days=20),
            by=world.coordinator,
            reason="Lũ lụt",
        )
    with time_machine.travel(DEADLINE + after, tick=False):
        move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
        move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)
    return world.score(world.commune_a, "2.2")


@pytest.mark.parametrize(
    ("after", "days", "points"),
    [
        (timedelta(minutes=-1), 0, "1"),
        (timedelta(0), 0, "1"),
        (timedelta(minutes=1), 1, "0.5"),
        (timedelta(days=3), 3, "0.5"),
        (timedelta(days=3, minutes=1), 4, "0"),
    ],
)
def test_the_portal_fills_in_the_days_from_the_original_deadline(
    world: World, after: timedelta, days: int, points: str
) -> None:
    score = hand_in(world, after)
    assert (score.state, score.answers) == ("answered", {"value": days})
    assert (score.self_points, score.points) == (Decimal(points), Decimal(points))
    assert score.updated_by is None
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    assert result.earned_points == Decimal(points)
    event = AuditEvent.objects.get(action=Action.SHEET_SUBMITTED)
    changed = event.changes.get(label="2.2", attribute="self_points")
    assert Decimal(changed.new) == Decimal(points)


def test_a_count_is_filled_in_as_well(db: None) -> None:
    with time_machine.travel(DEADLINE - timedelta(days=5), tick=False):
        world = world_with(BY_COUNT, "count")
        score = hand_in(world, timedelta(days=1, hours=1))
    assert (score.answers, score.self_points) == ({"count": 2}, Decimal("0.5"))


def test_the_unit_neither_types_the_row_nor_has_it_open(world: World) -> None:
    score = world.score(world.commune_a, "2.2")
    assert "portal fills in" in why_row_is_closed(score)
    assert why_row_is_closed(score, by_unit=False) == ""
    entry = RowEntry(LeafState.ANSWERED, {"value": 0})
    with pytest.raises(MoveRefused, match="portal fills in"):
        save_score(score=score, entry=entry, version=score.version, by=world.officer_a)
    rows = Score.objects.filter(sheet=score.sheet_id)
    assert "2.2" in rows.for_people().values_list("criterion__code", flat=True)
    assert "2.2" not in rows.for_unit().values_list("criterion__code", flat=True)
    assert not score.is_for_unit


def test_a_returned_sheet_is_not_answered_and_its_next_submission_counts(world: World) -> None:
    hand_in(world, timedelta(hours=-1))
    with time_machine.travel(DEADLINE + timedelta(hours=1), tick=False):
        due_at = timezone.now() + timedelta(days=9)
        move_sheet(
            sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Sai", due_at=due_at
        )
        score = world.score(world.commune_a, "2.2")
        assert (score.state, score.answers, score.self_points, score.points) == ("not_answered", {}, None, None)
    with time_machine.travel(DEADLINE + timedelta(days=2), tick=False):
        move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
        move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)
    assert world.score(world.commune_a, "2.2").answers == {"value": 2}


def test_an_appraiser_may_decide_otherwise(world: World) -> None:
    hand_in(world, timedelta(days=5))
    entry = AppraisalEntry(points=Decimal(1), reason="Cổng bị gián đoạn")
    score = world.score(world.commune_a, "2.2")
    save_appraisal(score=score, entry=entry, version=0, by=world.justice_officer)
    assert world.score(world.commune_a, "2.2").points == 1
    assert accept_rest(sheet=world.sheet(world.commune_a), by=world.coordinator) == 5


def test_a_sheet_that_is_never_submitted_leaves_the_row_unanswered(world: World) -> None:
    close_campaign(campaign=world.campaign, by=world.coordinator)
    score = world.score(world.commune_a, "2.2")
    assert (score.state, score.points) == ("not_answered", None)


def test_whole_days_begun_are_counted() -> None:
    hours = (-1, 0, 1, 24, 25)
    assert [days_late(DEADLINE, DEADLINE + timedelta(hours=each)) for each in hours] == [0, 0, 1, 1, 2]
    assert days_late(None, DEADLINE) == 0


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("bands", {**BY_DAYS, "exception": "Có lý do?"}),
        ("count", {**BY_COUNT, "factor": "Miền núi?", "factor_percent": "200"}),
        ("bands", {**BY_DAYS, "fact": "rainy_days"}),
        ("bands", {"of": "percent", "label": "x", "fact": "days_late", "bands": [{"points": "1"}]}),
        ("ratio", {"of": "percent", "label": "x", "fact": "days_late"}),
    ],
)
def test_a_fact_that_a_method_cannot_use_is_refused(db: None, method: str, params: dict[str, Any]) -> None:
    criterion = Criterion(method=method, params=params, max_points=Decimal(1))
    world = make_world()
    with pytest.raises(RuleErrors) as errors:
        criterion.scoring_method(world.criteria_set)
    assert [error.at for error in errors.value.errors] == ["fact"]


def test_an_ordinary_sheet_is_submitted_without_facts(db: None) -> None:
    world = make_world()
    sheet = submitted(world)
    assert ScoreSheet.objects.get(pk=sheet.pk).status == "submitted"
    assert not Score.objects.filled_by_the_portal().exists()

"""The moves of a sheet: who makes them, when, and what they leave behind."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.models import Campaign, Score, ScoreSheet, SheetStatus
from scoring.rules import LeafState
from scoring.workflow import MOVES, MoveRefused, offered
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice

# 17:00 in the office is 10:00 UTC.
DEADLINE = datetime(2026, 12, 15, 10, 0, tzinfo=UTC)


def at(world: World, *moves: str) -> ScoreSheet:
    people = {"propose": world.officer_a, "submit": world.leader_a, "send_back": world.leader_a}
    for name in moves:
        by = people.get(name, world.coordinator)
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by, reason="vì thế")
    return world.sheet(world.commune_a)


def test_the_round_of_a_sheet(world: World) -> None:
    assert at(world, "propose").status == SheetStatus.AWAITING_LEADER
    assert at(world, "send_back").status == SheetStatus.DRAFT
    assert at(world, "propose", "submit").status == SheetStatus.SUBMITTED
    assert at(world, "return").return_reason == "vì thế"
    assert at(world, "propose", "submit").submitted_by == world.leader_a


@pytest.mark.parametrize("name", sorted(MOVES))
def test_no_move_is_made_by_an_outsider(world: World, name: str) -> None:
    move = MOVES[name]
    ScoreSheet.objects.filter(unit=world.commune_a).update(status=move.sources[0])
    before = AuditEvent.objects.count()
    for person in (world.officer_b, world.leader_b, world.justice_officer, world.outsider, world.administrator):
        with pytest.raises(MoveRefused):
            move_sheet(sheet=world.sheet(world.commune_a), name=name, by=person, reason="vì thế")
    assert world.sheet(world.commune_a).status == move.sources[0]
    assert AuditEvent.objects.count() == before


def test_the_officer_cannot_submit_and_the_leader_is_offered_it(world: World) -> None:
    sheet = at(world, "propose")
    assert [move.name for move in offered(sheet, world.officer_a)] == []
    assert [move.name for move in offered(sheet, world.leader_a)] == ["send_back", "submit"]


@pytest.mark.parametrize(("minutes", "in_time"), [(-1, True), (0, True), (1, False)])
def test_a_deadline_at_17_00_holds_to_the_minute(world: World, minutes: int, in_time: bool) -> None:
    with time_machine.travel(DEADLINE - timedelta(days=1), tick=False):
        Campaign.objects.update(self_score_due_at=DEADLINE)
        at(world, "propose")
    with time_machine.travel(DEADLINE + timedelta(minutes=minutes), tick=False):
        if in_time:
            assert at(world, "submit").status == SheetStatus.SUBMITTED
        else:
            with pytest.raises(MoveRefused, match="17:00 15/12/2026"):
                at(world, "submit")


def test_an_extension_lets_the_unit_go_on_and_is_kept_with_its_reason(world: World) -> None:
    with time_machine.travel(DEADLINE + timedelta(hours=1), tick=False):
        Campaign.objects.update(self_score_due_at=DEADLINE)
        entry = RowEntry(LeafState.ANSWERED, {"count": 2})
        with pytest.raises(MoveRefused):
            save_score(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=1, by=world.officer_a)
        extend_deadline(
            sheet=world.sheet(world.commune_a),
            due_at=timezone.now() + timedelta(days=1),
            by=world.coordinator,
            reason="Mất điện diện rộng",
        )
        save_score(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=1, by=world.officer_a)
        assert at(world, "propose", "submit").status == SheetStatus.SUBMITTED
    event = AuditEvent.objects.get(action=Action.SHEET_EXTENDED)
    assert event.reason == "Mất điện diện rộng"


def test_after_submission_the_unit_changes_nothing(world: World) -> None:
    at(world, "propose", "submit")
    entry = RowEntry(LeafState.ANSWERED, {"count": 2})
    with pytest.raises(MoveRefused):
        save_score(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=1, by=world.officer_a)
    assert world.score(world.commune_a, "1.2.2").self_points is None


def test_each_move_tells_those_whose_turn_it_is(world: World) -> None:
    Notice.objects.all().delete()
    at(world, "propose", "submit", "return")
    told = sorted(Notice.objects.values_list("user__username", "kind"))
    assert told == [
        ("coordinator", "submitted"),
        ("leader_a", "proposed"),
        ("leader_a", "returned"),
        ("officer_a", "returned"),
    ]


def test_the_database_refuses_what_must_never_be(world: World) -> None:
    score = Score.objects.filter(sheet__unit=world.commune_a)[0]
    for broken in (
        {"state": "not_applicable", "reason": ""},
        {"state": "not_answered", "self_points": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Score.objects.filter(pk=score.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreSheet.objects.filter(pk=score.sheet_id).update(submitted_at=timezone.now())

"""Every move from every state by everybody: the table of docs/scoring.md, written down once more."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from scoring.actions.sheets import move_sheet
from scoring.models import Appraisal, Campaign, Score, ScoreSheet, SheetStatus
from scoring.workflow import MOVES, MoveRefused
from tests.world import World

UNIT, LEADER, OFFICE = {"officer_a", "leader_a"}, {"leader_a"}, {"coordinator"}

# Name, from which states, by whom, to which state.
TABLE: dict[str, tuple[set[str], set[str], str]] = {
    "propose": ({"draft"}, UNIT, "awaiting_leader"),
    "send_back": ({"awaiting_leader"}, LEADER, "draft"),
    "submit": ({"awaiting_leader"}, LEADER, "submitted"),
    "return": ({"submitted", "under_appraisal"}, OFFICE, "draft"),
    "open_explanation": ({"submitted", "under_appraisal"}, OFFICE, "explaining"),
    "send_explanation": ({"explaining"}, LEADER, "second_appraisal"),
    "begin_second": ({"explaining"}, OFFICE, "second_appraisal"),
    "finish": ({"submitted", "under_appraisal", "second_appraisal"}, OFFICE, "appraised"),
    "resume": ({"appraised"}, OFFICE, "under_appraisal"),
}


def ready(world: World) -> None:
    """Every row decided, a deadline for each round: no guard stands in the way."""
    later = timezone.now() + timedelta(days=30)
    Campaign.objects.update(explanation_due_at=later)
    rows = Score.objects.filter(sheet__unit=world.commune_a)
    Appraisal.objects.bulk_create(Appraisal(score=row, points=0, by=world.coordinator) for row in rows)


def put(world: World, state: str) -> ScoreSheet:
    handed_in = {"submitted_at": timezone.now(), "submitted_by": world.leader_a}
    nothing = {"submitted_at": None, "submitted_by": None}
    columns = nothing if state in ("draft", "awaiting_leader") else handed_in
    ScoreSheet.objects.filter(unit=world.commune_a).update(status=state, **columns)
    return world.sheet(world.commune_a)


def attempt(world: World, sheet: ScoreSheet, persona: str, name: str) -> str:
    """Where the move leads, or nothing when it is refused; undone afterwards."""
    with transaction.atomic():
        try:
            reached = move_sheet(sheet=sheet, name=name, by=world.people[persona], reason="vì thế").status
        except MoveRefused:
            reached = ""
        transaction.set_rollback(True)
    return str(reached)


def test_the_table_names_every_move() -> None:
    assert TABLE.keys() == MOVES.keys()


def test_every_move_from_every_state_by_everybody(world: World) -> None:
    ready(world)
    wrong = []
    for state in SheetStatus.values:
        sheet = put(world, state)
        for persona in world.people:
            for name, (sources, people, target) in TABLE.items():
                expected = target if state in sources and persona in people else ""
                if (reached := attempt(world, sheet, persona, name)) != expected:
                    wrong.append(f"{persona}: {name} from {state} leads to “{reached}”, not “{expected}”")
    assert wrong == []


def test_no_move_is_made_in_a_campaign_that_is_not_open(world: World) -> None:
    ready(world)
    Campaign.objects.update(status="closed")
    for name, (sources, people, _target) in TABLE.items():
        for state in sources:
            sheet = put(world, state)
            assert [attempt(world, sheet, persona, name) for persona in sorted(people)] == [""] * len(people)


def test_resuming_goes_back_to_where_the_sheet_was(world: World) -> None:
    ready(world)
    assert attempt(world, put(world, "appraised"), "coordinator", "resume") == "under_appraisal"
    ScoreSheet.objects.update(explained_at=timezone.now())
    assert attempt(world, put(world, "appraised"), "coordinator", "resume") == "second_appraisal"

"""Sheets of `tests.world` filled in and submitted, for the tests of the appraisal."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal, save_loss
from scoring.actions.campaigns import close_campaign, publish_campaign
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Score, ScoreSheet
from scoring.rules import LeafState, Value
from tests.world import World, excuse_missing_evidence
from units.models import Party, Unit

FACTS: dict[str, dict[str, Value]] = {
    "1.1": {"option": "on_time"},
    "1.2.1": {"on_time": 13, "late": 11, "undone": 5},
    "1.2.2": {"count": 4},
    "2.1": {"numerator": 24, "denominator": 29},
    "2.2": {"percent": Decimal(100)},
}


def submitted(world: World, unit: Unit | None = None) -> ScoreSheet:
    """Self-scored 2 + 1.91 + 2 + 1.66 + 1; 3 is claimed not applicable. Submitted by the leader."""
    unit = unit or world.commune_a
    letter = "a" if unit == world.commune_a else "b"
    officer, leader = world.people[f"officer_{letter}"], world.people[f"leader_{letter}"]
    for code, facts in FACTS.items():
        entry = RowEntry(LeafState.ANSWERED, facts, note="Có báo cáo kèm theo")
        save_score(score=world.score(unit, code), entry=entry, version=1, by=officer)
    claim = RowEntry(LeafState.NOT_APPLICABLE, {}, reason="Không có trụ sở riêng")
    save_score(score=world.score(unit, "3"), entry=claim, version=1, by=officer)
    excuse_missing_evidence(world, unit)
    for name, by in (("propose", officer), ("submit", leader)):
        move_sheet(sheet=world.sheet(unit), name=name, by=by)
    return world.sheet(unit)


def published(world: World) -> ScoreSheet:
    """Both communes appraised as they scored themselves, causes recorded, published under a decision."""
    for unit in (world.commune_a, world.commune_b):
        sheet = submitted(world, unit)
        grant = AppraisalEntry(LeafState.NOT_APPLICABLE)
        save_appraisal(score=world.score(unit, "3"), entry=grant, version=0, by=world.coordinator)
        accept_rest(sheet=sheet, by=world.coordinator)
        explain(world, sheet)
        move_sheet(sheet=sheet, name="finish", by=world.coordinator)
    campaign = close_campaign(campaign=world.campaign, by=world.coordinator)
    decision = ("12/QĐ-UBND", world.campaign.self_score_due_at.date())  # type: ignore[union-attr]
    publish_campaign(campaign=campaign, by=world.coordinator, decision=decision, warnings_acknowledged=True)
    return world.sheet(world.commune_a)


def explain(world: World, sheet: ScoreSheet) -> None:
    party = Party.objects.get(owner=world.district, unit=sheet.unit)
    for score in Score.objects.for_saving().lossy().filter(sheet=sheet):
        save_loss(
            score=score,
            cause="Chậm tiến độ",
            responsible=[(party, "responsible")],
            version=0,
            by=world.coordinator,
        )


@contextmanager
def at_most(queries: int) -> Iterator[None]:
    """A budget of statements; savepoints are no work for the database."""
    with CaptureQueriesContext(connection) as captured:
        yield
    work = [
        each["sql"] for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(work) <= queries, "\n".join(f"{number}. {sql[:160]}" for number, sql in enumerate(work, 1))

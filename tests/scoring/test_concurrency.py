"""Two people at once, on real connections.

Only PostgreSQL lets two writers run side by side; SQLite queues whole transactions (IMMEDIATE). On SQLite nothing
here is collected. Each test holds the first writer inside its transaction until the second one waits (or is
done), so that the order of events never depends on luck.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal, save_loss
from scoring.actions.campaigns import close_campaign, publish_campaign
from scoring.actions.evidence import Reference, add_evidence
from scoring.actions.results import store_results
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import lock, move_sheet
from scoring.importing.results import check_results, with_options
from scoring.importing.results_files import read_results
from scoring.models import (
    Appraisal,
    Campaign,
    CampaignStatus,
    Evidence,
    Loss,
    Publication,
    Score,
    SheetStatus,
    UnitResult,
)
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.scoring.appraising import submitted
from tests.scoring.results_world import KON_RAY, bring_to_closing, load_kon_ray_units
from tests.two_people import A_WHILE, Second, meanwhile
from tests.world import World, make_world
from units.audit import Action
from units.models import AuditEvent, Unit

__test__ = connection.vendor == "postgresql"

DECISION = ("12/QĐ-UBND", date(2025, 1, 10))


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def prepare(steps: Callable[[World], Any], world: World) -> None:
    with transaction.atomic():
        steps(world)


def points_row(world: World, points: str, *, unit: Unit | None = None, code: str = "3", version: int = 1) -> Any:
    """The unit's officer saves a row of typed points, as the view does: locked, checked and stored."""
    unit = unit or world.commune_a
    by = world.fresh("officer_a" if unit == world.commune_a else "officer_b")
    with transaction.atomic():
        entry = RowEntry(LeafState.ANSWERED, {"points": Decimal(points)})
        return save_score(score=world.score(unit, code), entry=entry, version=version, by=by)


def appraise(world: World, points: str, *, by: str, code: str = "2.1", reason: str = "Đối chiếu") -> Any:
    with transaction.atomic():
        entry = AppraisalEntry(points=Decimal(points), reason=reason)
        return save_appraisal(score=world.score(world.commune_a, code), entry=entry, version=0, by=world.fresh(by))


def earned(world: World) -> Decimal | None:
    return UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a).earned_points


# The unit's sheet ---------------------------------------------------------------------------------------------
def test_of_two_people_at_one_row_the_second_is_told_and_loses_nothing_of_the_first(world: World) -> None:
    other = meanwhile(lambda: points_row(world, "0.5"), lambda: points_row(world, "1.5"))
    assert isinstance(other.error, StaleVersion)
    score = Score.objects.get(criterion__code="3", sheet__unit=world.commune_a)
    assert (score.self_points, score.version) == (Decimal("0.5"), 2)
    assert earned(world) == Decimal("0.5")
    assert AuditEvent.objects.filter(action=Action.SCORE_SAVED).count() == 1


def test_two_rows_of_one_sheet_saved_at_once_are_both_in_its_sum(world: World) -> None:
    def count_row() -> None:
        with transaction.atomic():
            entry = RowEntry(LeafState.ANSWERED, {"count": 4})
            score = world.score(world.commune_a, "1.2.2")
            save_score(score=score, entry=entry, version=1, by=world.fresh("leader_a"))

    other = meanwhile(lambda: points_row(world, "0.5"), count_row)
    assert other.error is None
    assert earned(world) == Decimal("2.5")


def test_sheets_of_two_units_do_not_wait_for_each_other(world: World) -> None:
    other = Second(lambda: points_row(world, "1.5", unit=world.commune_b))
    with transaction.atomic():
        points_row(world, "0.5")
        other.start()
        other.join(A_WHILE)
        assert not other.is_alive()
    assert other.error is None


def test_nothing_is_saved_after_the_sheet_left_the_officer(world: World) -> None:
    def propose() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)

    other = meanwhile(propose, lambda: points_row(world, "1.5"))
    assert isinstance(other.error, MoveRefused)
    assert earned(world) == 0


def test_nothing_is_saved_after_the_leader_submitted_and_evidence_added_then_is_late(world: World) -> None:
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)

    def submit() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)

    def add() -> None:
        with transaction.atomic():
            score = world.score(world.commune_a, "3")
            add_evidence(score=score, reference=Reference(number="1/BC"), file=None, by=world.fresh("officer_a"))

    def both() -> None:
        with pytest.raises(MoveRefused):
            points_row(world, "1.5")
        add()

    other = meanwhile(submit, both)
    assert other.error is None
    assert world.sheet(world.commune_a).status == SheetStatus.SUBMITTED
    assert earned(world) == 0
    assert Evidence.objects.get().is_late


def test_what_the_officer_saves_first_is_in_the_sheet_that_is_proposed(world: World) -> None:
    def propose() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.fresh("officer_a"))

    other = meanwhile(lambda: points_row(world, "1.5"), propose)
    assert other.error is None
    assert (world.sheet(world.commune_a).status, earned(world)) == (SheetStatus.AWAITING_LEADER, Decimal("1.5"))


def test_a_sheet_is_submitted_once(world: World) -> None:
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)

    def submit() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.fresh("leader_a"))

    other = meanwhile(submit, submit)
    assert isinstance(other.error, MoveRefused)
    assert AuditEvent.objects.filter(action=Action.SHEET_SUBMITTED).count() == 1


# Appraisal ----------------------------------------------------------------------------------------------------
def test_two_appraisers_who_begin_one_row_at_once_leave_one_appraisal(world: World) -> None:
    prepare(submitted, world)
    first, second = "justice_officer", "coordinator"
    other = meanwhile(lambda: appraise(world, "1", by=first), lambda: appraise(world, "0.5", by=second))
    assert isinstance(other.error, StaleVersion)
    stored = Appraisal.objects.get()
    assert (stored.points, stored.by, stored.version) == (Decimal(1), world.justice_officer, 1)
    assert earned(world) == Decimal("7.91")
    assert AuditEvent.objects.filter(action=Action.APPRAISAL_STARTED).count() == 1


def test_two_appraisers_of_two_rows_are_both_in_the_sum(world: World) -> None:
    prepare(submitted, world)
    other = meanwhile(
        lambda: appraise(world, "1", by="justice_officer"),
        lambda: appraise(world, "1", by="coordinator", code="1.1"),
    )
    assert other.error is None
    assert earned(world) == Decimal("6.91")


def test_the_unit_is_refused_while_an_appraiser_begins(world: World) -> None:
    prepare(submitted, world)
    other = meanwhile(
        lambda: appraise(world, "1", by="justice_officer"), lambda: points_row(world, "1.5", version=2)
    )
    assert isinstance(other.error, MoveRefused)
    score = Score.objects.get(sheet__unit=world.commune_a, criterion__code="2.1")
    assert (score.points, score.self_points) == (Decimal(1), Decimal("1.66"))


def test_an_appraiser_is_refused_when_the_sheet_was_just_returned(world: World) -> None:
    prepare(submitted, world)

    def give_back() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung")

    other = meanwhile(give_back, lambda: appraise(world, "1", by="justice_officer"))
    assert isinstance(other.error, MoveRefused)
    assert not Appraisal.objects.exists()


def test_accepting_the_rest_and_saving_one_row_do_not_lock_each_other_out(world: World) -> None:
    prepare(submitted, world)
    sheet = world.sheet(world.commune_a)
    other = Second(lambda: appraise(world, "1", by="justice_officer"))
    with transaction.atomic():
        lock(sheet)  # what accept_rest does first
        other.start()
        other.until_waiting_or_done()
        accept_rest(sheet=sheet, by=world.coordinator)
    other.finished()
    assert isinstance(other.error, StaleVersion)
    assert Appraisal.objects.count() == 5


def test_two_people_who_explain_one_loss_leave_one_cause(world: World) -> None:
    prepare(submitted, world)

    def explain(cause: str) -> Loss:
        with transaction.atomic():
            score = world.score(world.commune_a, "2.1")
            return save_loss(score=score, cause=cause, responsible=[], version=0, by=world.coordinator)

    other = meanwhile(lambda: explain("Thứ nhất"), lambda: explain("Thứ hai"))
    assert isinstance(other.error, StaleVersion)
    assert Loss.objects.get().cause == "Thứ nhất"


# The campaign -------------------------------------------------------------------------------------------------
def publish(world: World) -> Publication:
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    by = world.fresh("coordinator")
    return publish_campaign(campaign=campaign, by=by, decision=DECISION, warnings_acknowledged=True)


def test_two_coordinators_who_publish_at_once_leave_one_snapshot(world: World) -> None:
    prepare(bring_to_closing, world)
    other = meanwhile(lambda: publish(world), lambda: publish(world))
    assert isinstance(other.error, MoveRefused)
    assert Publication.objects.get().number == 1
    assert AuditEvent.objects.filter(action=Action.CAMPAIGN_PUBLISHED).count() == 1


def test_a_cause_is_not_changed_behind_the_snapshot(world: World) -> None:
    prepare(bring_to_closing, world)
    before = Loss.objects.get(score__sheet__unit=world.commune_a, score__criterion__code="2.2")

    def change() -> None:
        with transaction.atomic():
            save_loss(
                score=world.score(world.commune_a, "2.2"),
                cause="",
                responsible=[],
                version=before.version,
                by=world.fresh("coordinator"),
            )

    other = meanwhile(lambda: publish(world), change)
    assert isinstance(other.error, MoveRefused)
    assert Loss.objects.get(pk=before.pk).cause == before.cause


def test_a_cause_taken_away_at_the_last_moment_stops_the_publication(world: World) -> None:
    prepare(bring_to_closing, world)
    loss = Loss.objects.get(score__sheet__unit=world.commune_a, score__criterion__code="2.2")

    def empty() -> None:
        score = world.score(world.commune_a, "2.2")
        save_loss(score=score, cause="", responsible=[], version=loss.version, by=world.coordinator)

    other = meanwhile(empty, lambda: publish(world))
    assert isinstance(other.error, MoveRefused)
    assert not Publication.objects.exists()


def test_no_sheet_is_submitted_into_a_campaign_that_just_closed(world: World) -> None:
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)

    def close() -> None:
        close_campaign(campaign=world.campaign, by=world.coordinator)

    def submit() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.fresh("leader_a"))

    other = meanwhile(close, submit)
    assert isinstance(other.error, MoveRefused)
    assert world.sheet(world.commune_a).status == SheetStatus.AWAITING_LEADER


def test_a_campaign_does_not_close_over_a_sheet_that_is_just_submitted(world: World) -> None:
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)

    def submit() -> None:
        move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)

    def close() -> None:
        close_campaign(campaign=world.campaign, by=world.fresh("coordinator"))

    other = meanwhile(submit, close)
    assert isinstance(other.error, MoveRefused)
    assert Campaign.objects.get().status == CampaignStatus.OPEN


# Published results without sheets -----------------------------------------------------------------------------
def import_kon_ray() -> None:
    store_results(plan=check_results(with_options(read_results(KON_RAY))), by=None)


def test_one_file_imported_twice_at_once_makes_one_campaign(transactional_db: None) -> None:
    load_kon_ray_units()
    other = meanwhile(import_kon_ray, import_kon_ray)
    assert isinstance(other.error, MoveRefused)
    assert Campaign.objects.get().results.count() == 7
    assert Publication.objects.count() == 1
    import_kon_ray()
    assert Publication.objects.count() == 1

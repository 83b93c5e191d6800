"""Eight appraisers in eight processes at the same sheets on PostgreSQL: nothing is lost, nobody waits for ever.

On SQLite, which lets one writer in at a time, nothing here is collected.
"""

from decimal import Decimal

import pytest
from django.db import connection

from scoring.computing import compute_campaign
from scoring.models import Appraisal, Criterion, FieldResult, Score, ScoreSheet, SheetStatus, UnitResult
from script.benchmarks.appraisers import Job, at_once, rows_of
from tests.world import World, make_world, person, unit
from units.access import Role
from units.audit import Action
from units.models import AuditEvent, UnitType

__test__ = connection.vendor == "postgresql"

APPRAISERS, SHEETS, LEAVES = 8, 4, 100
STEP = Decimal("0.01")


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def rows(world: World) -> list[Score]:
    """Four submitted sheets of a hundred rows each, all of them appraised by Justice."""
    field = Criterion.objects.get(criteria_set=world.criteria_set, code="2")
    leaves = Criterion.objects.bulk_create(
        Criterion(
            criteria_set=world.criteria_set,
            parent=field,
            section=field,
            code=f"2.{number}",
            title=f"Nội dung {number}",
            max_points=Decimal(2),
            position=100 + number,
            method="points",
        )
        for number in range(3, LEAVES + 3)
    )
    for number in range(SHEETS):
        commune = unit(f"x{number}", f"Xã {number}", UnitType.COMMUNE, world.district)
        result = UnitResult.objects.create(campaign=world.campaign, unit=commune)
        FieldResult.objects.create(result=result, criterion=field)
        sheet = ScoreSheet.objects.create(campaign=world.campaign, unit=commune, status=SheetStatus.SUBMITTED)
        Score.objects.bulk_create(
            Score(sheet=sheet, criterion=leaf, agency=world.justice, counted_max_points=Decimal(2))
            for leaf in leaves
        )
    for number in range(APPRAISERS):
        person(f"appraiser_{number}", (Role.APPRAISER, world.justice))
    return list(Score.objects.filter(criterion__in=leaves).select_related("criterion").order_by("pk"))


def test_of_four_hundred_rows_saved_by_eight_processes_at_once_none_is_lost(
    world: World, rows: list[Score]
) -> None:
    assert len(rows) == 400
    work = rows_of(rows, STEP)
    # Everybody has rows of every sheet, side by side with those of the others.
    jobs = [Job(f"appraiser_{number}", work[number::APPRAISERS]) for number in range(APPRAISERS)]
    reports = at_once(jobs)
    assert [error for report in reports for error in report.errors] == []
    wanted = {score: given for report in reports for score, given in report.last.items()}
    assert len(wanted) == 400
    stored = {each.score_id: each for each in Appraisal.objects.select_related("by")}
    assert {pk: (each.points, each.version) for pk, each in stored.items()} == wanted
    assert {each.by.username for each in stored.values()} == {job.username for job in jobs}
    assert dict(Score.objects.filter(pk__in=wanted).values_list("pk", "points")) == {
        pk: given for pk, (given, _version) in wanted.items()
    }
    assert AuditEvent.objects.filter(action=Action.APPRAISAL_SAVED).count() == 400
    assert AuditEvent.objects.filter(action=Action.APPRAISAL_STARTED).count() == SHEETS
    assert world.campaign.sheets.filter(status=SheetStatus.UNDER_APPRAISAL).count() == SHEETS
    assert_sums(world)


def assert_sums(world: World) -> None:
    """What is stored of each unit and field is what its rows come to."""
    for pk, sums in compute_campaign(world.campaign).items():
        result = UnitResult.objects.get(campaign=world.campaign, unit=pk)
        assert (result.earned_points, result.index) == (sums.totals.earned, sums.index)
        for field in FieldResult.objects.filter(result=result):
            assert field.earned_points == sums.section(field.criterion_id).earned

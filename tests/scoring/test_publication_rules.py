"""What publication must not do: show drafts as results, keep what was decided of another answer."""

from decimal import Decimal

import pytest

from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.assignments import assign
from scoring.actions.campaigns import close_campaign, open_campaign, reopen_campaign
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.exporting import unit_results
from scoring.league import league
from scoring.models import Campaign, CampaignStatus, Criterion, Score, ScoreSheet, UnitResult
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.world import World, publish, submit


def answer(world: World, points: str, version: int = 1) -> None:
    entry = RowEntry(LeafState.ANSWERED, {"points": Decimal(points)})
    save_score(score=world.score(world.commune_b, "3"), entry=entry, version=version, by=world.officer_b)


def test_a_unit_that_never_submitted_has_no_result(world: World) -> None:
    answer(world, "2")
    publish(world)
    result = UnitResult.objects.get(unit=world.commune_b)
    assert result.earned_points == 0
    assert [result.index, result.grade, result.rank] == [None, None, None]
    assert not result.fields.exclude(earned_points=0).exists()
    exported = {row["unit_code"]: row for row in unit_results(world.campaign)}[world.commune_b.code]
    assert (exported["earned_points"], exported["index"], exported["rank"]) == (None, None, None)
    frozen = {unit["code"]: unit for unit in world.campaign.publications.get().data["units"]}
    assert frozen[world.commune_b.code]["earned_points"] == ""
    assert frozen[world.commune_b.code]["rank"] is None


def test_reopening_gives_the_draft_its_running_total_back(world: World) -> None:
    answer(world, "2")
    close_campaign(campaign=world.campaign, by=world.coordinator)
    reopen_campaign(campaign=world.campaign, by=world.coordinator, reason="Đóng nhầm")
    result = UnitResult.objects.get(unit=world.commune_b)
    assert (result.earned_points, result.rank) == (Decimal(2), None)


def test_other_units_self_scores_are_for_those_who_govern(world: World) -> None:
    publish(world)
    results, sheets = UnitResult.objects.all(), ScoreSheet.objects.none()
    own = league(world.campaign, results, sheets=sheets, own_units=[world.commune_a.pk])
    assert {row.result.unit_id for row in own.rows if row.self_points} <= {world.commune_a.pk}


def test_what_was_appraised_of_another_answer_is_to_be_decided_again(world: World) -> None:
    answer(world, "0")
    submit(world, world.commune_b)
    entry = AppraisalEntry(points=Decimal(0))
    save_appraisal(score=world.score(world.commune_b, "3"), entry=entry, version=0, by=world.coordinator)
    move_sheet(sheet=world.sheet(world.commune_b), name="return", by=world.coordinator, reason="Rà soát")
    answer(world, "1.5", version=2)
    score = world.score(world.commune_b, "3")
    assert (score.points, score.appraisals.count()) == (Decimal("1.5"), 0)


def test_a_note_alone_leaves_the_appraisal_as_it_is(world: World) -> None:
    answer(world, "2")
    submit(world, world.commune_b)
    entry = AppraisalEntry(points=Decimal(1), reason="Thiếu minh chứng")
    save_appraisal(score=world.score(world.commune_b, "3"), entry=entry, version=0, by=world.coordinator)
    move_sheet(sheet=world.sheet(world.commune_b), name="return", by=world.coordinator, reason="Rà soát")
    same = RowEntry(LeafState.ANSWERED, {"points": Decimal(2)}, note="Đã bổ sung")
    save_score(score=world.score(world.commune_b, "3"), entry=same, version=2, by=world.officer_b)
    score = world.score(world.commune_b, "3")
    assert (score.points, score.appraisals.count()) == (Decimal(1), 1)


def test_assignments_made_from_an_old_page_are_refused(world: World) -> None:
    root = Criterion.objects.get(criteria_set=world.criteria_set, code="3")
    agencies = {each.criterion_id: each.agency for each in world.campaign.assignments.select_related("agency")}
    version = world.campaign.version
    changed = agencies | {root.pk: world.justice}
    assign(
        campaign=world.campaign,
        agencies=changed,
        version=version,
        by=world.coordinator,
        reason="Thay đổi phân công",
    )
    with pytest.raises(StaleVersion):
        assign(
            campaign=world.campaign,
            agencies=agencies,
            version=version,
            by=world.coordinator,
            reason="Thay đổi phân công",
        )
    assert (
        Score.objects.filter(criterion=root).values_list("agency", flat=True).distinct().get() == world.justice.pk
    )


def test_an_extension_never_shortens_the_time(world: World) -> None:
    sheet = world.sheet(world.commune_a)
    assert sheet.deadline_at is not None
    with pytest.raises(MoveRefused):
        extend_deadline(sheet=sheet, due_at=sheet.deadline_at, by=world.coordinator, reason="Mất điện")


@pytest.mark.parametrize("change", [{"counts_as": "bonus"}, {"counts_as": "penalty"}, {"knock_out": True}])
def test_a_set_with_rules_that_are_not_counted_yet_is_not_opened(world: World, change: dict[str, object]) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(status=CampaignStatus.DRAFT)
    Criterion.objects.filter(criteria_set=world.criteria_set, code="3").update(**change)
    with pytest.raises(MoveRefused):
        open_campaign(campaign=world.campaign, by=world.coordinator)

"""The demonstration holds the published figures of Kon Rẫy 2021, and loading it again harms nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from scoring.models import Campaign, FieldResult, Publication, Score, ScoreSheet, SheetStatus, UnitResult
from scoring.results import differences
from scoring.settling import outcome_of
from units.models import AuditEvent, Lineage, Unit, User

D = Decimal
LOST_BY_FIELD = {"1": "3.51", "2": "0", "3": "0.52", "4": "1", "5": "0.5", "6": "3.5", "7": "4.52", "8": "0"}
# code, points and maximum as published, index as published, rank by the computed indexes
COMMUNES = [
    ("23485", "81.4", "95.5", "85.24", 1),
    ("23497", "78.77", "94", "83.8", 2),
    ("23494", "79.3", "97", "81.75", 3),
    ("23482", "77.9", "96", "81.15", 4),
    ("23491", "77.5", "96", "80.73", 5),
    ("23479", "62.12", "94", "66.09", 7),
]


def test_the_district_is_scored_as_published(demo: None) -> None:
    result = UnitResult.objects.get(campaign__code="kon-ray-2021-district")
    assert (result.earned_points, result.applicable_max_points) == (D("81.45"), D(95))
    assert (result.index, result.grade and result.grade.name) == (D("85.74"), "Tốt")
    assert list(differences(result.campaign)) == []
    fields = FieldResult.objects.filter(result=result).select_related("criterion")
    lost = {each.criterion.code: each.applicable_max_points - each.earned_points for each in fields}
    assert lost == {code: D(points) for code, points in LOST_BY_FIELD.items()}


def test_every_lost_leaf_has_its_cause_and_someone_who_answers_for_it(demo: None) -> None:
    lossy = Score.objects.lossy().filter(sheet__campaign__code="kon-ray-2021-district")
    assert lossy.count() == 18
    assert sum(each.counted_max_points - (each.points or 0) for each in lossy) == D("13.55")
    assert not lossy.filter(loss__cause="").exists()
    assert not lossy.filter(loss__responsibilities=None).exists()


@pytest.mark.parametrize(
    ("code", "points"), [("1.6.1", "1.91"), ("1.6.2", "0.83"), ("7.1", "1.70"), ("7.3", "0"), ("5.6.2", "0")]
)
def test_points_follow_from_the_facts(demo: None, code: str, points: str) -> None:
    score = Score.objects.get(sheet__campaign__code="kon-ray-2021-district", criterion__code=code)
    assert score.points == D(points)


def test_six_communes_are_as_published_and_one_is_said_to_differ(demo: None) -> None:
    results = {each.unit.code: each for each in UnitResult.objects.filter(campaign__code="kon-ray-2021-commune")}
    for code, points, maximum, index, rank in COMMUNES:
        found = results[code]
        computed = (found.earned_points, found.applicable_max_points, found.index, found.rank)
        assert computed == (D(points), D(maximum), D(index), rank)
    differing = results["23488"]
    assert (differing.earned_points, differing.index, differing.rank) == (D("76.65"), D("80.68"), 6)
    published = {(each.unit.code, each.key): each.published for each in differences(differing.campaign)}
    assert published[("23488", "earned_points")] == D("78.15")
    assert published[("23488", "index")] == D("82.26")
    assert published[("23488", "rank")] == 3


def test_the_training_round_has_sheets_in_every_state(demo: None) -> None:
    sheets = ScoreSheet.objects.filter(campaign__code="mau-xa-2024")
    assert set(sheets.values_list("status", flat=True)) == set(SheetStatus.values) - {SheetStatus.PUBLISHED}
    returned = ScoreSheet.objects.filter(campaign__training=True).exclude(return_reason="")
    assert [sheet.status for sheet in returned] == [SheetStatus.DRAFT]


def test_the_round_of_two_tiers_has_communes_with_lineage_to_all_seven_old_ones(demo: None) -> None:
    campaign = Campaign.objects.get(code="mau-xa-2026")
    assert campaign.results.count() >= 7
    assert campaign.owner.type == "province"
    old = Unit.objects.filter(parent__code="614", type="commune")
    linked = Lineage.objects.filter(predecessor__in=old, successor__results__campaign=campaign)
    assert set(linked.values_list("predecessor", flat=True)) == set(old.values_list("pk", flat=True))


def test_every_stored_row_is_what_its_facts_give(demo: None) -> None:
    scores = Score.objects.select_related("criterion", "sheet__campaign__criteria_set")
    knocked_out = 0
    for score in scores.prefetch_related("appraisals"):
        method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
        outcome = outcome_of(score, score.appraisals.all(), method)
        points = outcome.points
        if score.settled_line and score.criterion.knock_out_branch_id:
            points, knocked_out = Decimal(0), knocked_out + 1
        assert (score.points, score.counted_max_points) == (points, outcome.counted_max_points), score
    assert knocked_out


def test_loading_again_changes_nothing_that_a_user_changed(demo: None) -> None:
    User.objects.filter(username="can-bo-xa").update(full_name="Đổi tên")
    Unit.objects.filter(code="614").update(name="Huyện đổi tên")
    before = (Score.objects.count(), AuditEvent.objects.count(), Publication.objects.count(), User.objects.count())
    call_command("load_demo", verbosity=0)
    assert User.objects.get(username="can-bo-xa").full_name == "Đổi tên"
    assert Unit.objects.get(code="614").name == "Huyện đổi tên"
    after = (Score.objects.count(), AuditEvent.objects.count(), Publication.objects.count(), User.objects.count())
    assert after == before


def test_loading_again_moves_only_deadlines_that_have_passed(demo: None) -> None:
    first = Campaign.objects.get(code="mau-xa-2024").self_score_due_at
    call_command("load_demo", verbosity=0)
    assert Campaign.objects.get(code="mau-xa-2024").self_score_due_at == first
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        call_command("load_demo", verbosity=0)
        moved = Campaign.objects.get(code="mau-xa-2024").self_score_due_at
        assert moved is not None
        assert moved > timezone.now()
        assert timezone.localtime(moved).hour == 17


def test_a_real_portal_refuses_the_demonstration(db: None) -> None:
    before = Unit.objects.count()
    with override_settings(DEMO=False), pytest.raises(CommandError):
        call_command("load_demo", verbosity=0)
    assert Unit.objects.count() == before

"""The demonstration holds the published figures of Kon Rẫy 2021, and loading it again harms nothing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from indicators.figures import blocking
from indicators.importing.return_plan import plan_of
from indicators.importing.return_reading import read_workbook
from indicators.importing.return_workbook import return_workbook
from indicators.models import HANDED_IN, Return, ReturnStatus
from indicators.reading import judged
from indicators.rolling import roll_up
from parportal.entry.workbooks import open_workbook
from plans.counting_inspections import inspection_counts
from plans.counting_obligations import obligation_counts
from plans.counting_registers import initiatives_of, meetings_of, recognised_of
from plans.counting_tasks import TaskCounts, counts_of
from plans.models import InspectionKind, Meeting, Origin, Progress, Task
from scoring.leaves import leaves_of
from scoring.models import (
    Campaign,
    FieldResult,
    Publication,
    RemediationRound,
    Score,
    ScoreSheet,
    SheetStatus,
    UnitResult,
)
from scoring.remediation_page import papers_of
from scoring.results import differences
from scoring.settling import lost_points, outcome_of
from scoring.sources import facts_of
from tests.entry.books import named
from units.access import Role
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


def test_the_29_tasks_of_the_province_are_counted_from_their_rows(demo: None) -> None:
    district = Unit.objects.get(code="614")
    counts = counts_of(district, 2021, Origin.ASSIGNED, timezone.localdate())
    assert counts == TaskCounts(on_time=13, late=11, undone=5)
    directives = Task.objects.filter(owner=district, origin=Origin.DIRECTIVE)
    assert (directives.count(), directives.filter(deadline_on__isnull=False).count()) == (21, 2)
    assert [each.title for each in directives.filter(is_request=True)] == ["Nguồn thu ngân sách từ đầu năm"]


def test_the_registers_hold_what_a_year_is_counted_from(demo: None) -> None:
    district = Unit.objects.get(code="614")
    counts = (initiatives_of(district, 2021), recognised_of(district, 2021), meetings_of(district, 2021))
    assert counts == (3, 2, 3)
    assert Meeting.objects.get(owner=district, held_on="2024-01-30").conclusion is not None


def test_of_12_findings_of_the_district_9_are_fixed_and_1_partly(demo: None) -> None:
    district, commune = Unit.objects.get(code="614"), Unit.objects.get(code="23497", valid_to__isnull=False)
    counted = inspection_counts(district, 2021, timezone.localdate())
    total = counted.total
    assert (total.found, total.fixed, total.partly, total.open) == (12, 9, 1, 2)
    assert (total.planned, total.planned_done, total.done, len(counted.by_kind)) == (3, 2, 3, 4)
    own = inspection_counts(commune, 2021, timezone.localdate())
    assert list(own.by_kind) == [InspectionKind.SELF]


def test_the_late_papers_of_kon_ray_stand_in_its_calendar(demo: None) -> None:
    counts = obligation_counts(Unit.objects.get(code="614"), 2021, timezone.localdate())
    late = {code: found.late for code, found in counts.items() if found.late}
    assert late == {
        "bao_cao_cchc": 1,
        "bao_cao_kiem_soat_tthc": 4,
        "bao_cao_tai_chinh": 1,
        "bao_cao_tu_cham_diem": 1,
        "ke_hoach_bien_che": 2,
    }
    assert sum((found.assigned for found in counts.values()), 0) == 17
    assert sum((found.undone + found.open for found in counts.values()), 0) == 0
    paper = Progress.objects.get(task__due_day__obligation__code="bao_cao_cchc", task__done_on="2021-12-20")
    assert "496/BC-UBND" in paper.paper
    asked = Task.objects.filter(due_day__obligation__code="bao_cao_cchc_xa", year=2026, due_day__label="quý I")
    assert asked.count() == 11


def test_1_6_1_follows_from_the_tasks_of_the_province(demo: None) -> None:
    sheet = ScoreSheet.objects.select_related("campaign").get(campaign__code="kon-ray-2021-district")
    leaf = next(
        each for each in leaves_of(sheet.campaign.criteria_set).by_pk.values() if each.criterion.code == "1.6.1"
    )
    facts = facts_of(sheet, [leaf])[leaf.pk]
    assert [each.value for each in facts.values()] == [13, 11, 5]
    scored = leaf.method.score({each.input: each.value for each in facts.values()})
    assert scored.points == D("1.91")


LATE = {"1.2.1": (1, "0.25"), "1.2.4": (4, "0.25"), "1.2.6": (1, "0.25"), "1.2.8": (1, "0.5"), "4.2.2": (2, "1")}


def test_what_was_sent_late_by_the_calendar_costs_2_25_points(demo: None) -> None:
    sheet = ScoreSheet.objects.select_related("campaign").get(campaign__code="kon-ray-2021-district")
    by_code = {each.criterion.code: each for each in leaves_of(sheet.campaign.criteria_set).by_pk.values()}
    facts = facts_of(sheet, [by_code[code] for code in LATE])
    lost = D(0)
    for code, (late, maximum) in LATE.items():
        leaf = by_code[code]
        assert [each.value for each in facts[leaf.pk].values()] == [late]
        assert leaf.method.score({each.input: each.value for each in facts[leaf.pk].values()}).points == 0
        stored = Score.objects.get(sheet=sheet, criterion=leaf.criterion)
        assert stored.appraisals.get().answers == {"count": late}
        assert (stored.points, leaf.criterion.max_points) == (D(0), D(maximum))
        lost += leaf.criterion.max_points
    assert lost == D("2.25")


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


def figures(code: str, year: int, unit: str) -> Return:
    returns = Return.objects.select_related("unit", "period__indicator_set", "period__owner")
    quarters = {"period__kind": "quarter", "period__number": 4} if code == "mau-06a" else {}
    return returns.get(period__indicator_set__code=code, period__year=year, unit__code=unit, **quarters)


def test_the_statistics_have_returns_in_every_state(demo: None) -> None:
    asked = Return.objects.filter(
        period__indicator_set__code="thong-ke-cchc", period__year=2021, period__owner__code="614"
    )
    assert set(asked.values_list("status", flat=True)) == set(ReturnStatus.values)
    assert asked.count() == 7
    filled = Return.objects.filter(status__in=HANDED_IN).select_related("period__indicator_set")
    for each in filled:
        read = judged(each)
        assert blocking(read.findings, read.rows) == [], each
    slip = judged(figures("thong-ke-cchc", 2021, "23497"))
    assert [each.check.code for each in slip.findings] == ["I02"]
    assert slip.before.whole["1.1.1"] == 32, "the year before stands beside the inputs"


def test_dossiers_withdrawn_explain_a_form_that_differs_by_just_them(demo: None) -> None:
    read = judged(figures("mau-06a", 2021, "23488"))
    assert [(each.check.code, each.is_broken) for each in read.findings] == [("T4", False)]
    carried = judged(figures("mau-06a", 2021, "23491"))
    assert [(each.check.code, each.is_broken) for each in carried.findings] == [("T5", True)]
    assert not blocking(carried.findings, carried.rows), "two dossiers more than were pending, with the reason"


def test_the_figures_of_the_communes_are_summed_up_from_those_accepted(demo: None) -> None:
    period = figures("thong-ke-cchc", 2021, "23488").period
    rolled = roll_up(period)
    # 30 tasks of the plan in a commune of middle size: 33 in one, 30 in the other that was accepted.
    assert (rolled.of("1.1.1").number, rolled.of("1.1.1").units) == (D(63), 2)
    assert len(rolled.left_out) == 5
    everybody = roll_up(figures("thong-ke-cchc", 2020, "23488").period)
    assert len(everybody.counted) == 7
    assert everybody.of("1.6").number == everybody.of("1.6.1").number + everybody.of("1.6.2").number  # type: ignore[operator]


@pytest.mark.parametrize(("code", "unit"), [("thong-ke-cchc", "23491"), ("mau-06a", "23491")])
def test_a_return_goes_out_as_a_workbook_and_comes_back_unchanged(demo: None, code: str, unit: str) -> None:
    found = figures(code, 2021, unit)
    user = User.objects.holding(Role.OFFICER, units=[found.unit])[0]
    read = read_workbook(open_workbook(named(return_workbook(found, user))), found)
    plan = plan_of(replace(read, rows=tuple(replace(row, is_untouched=False) for row in read.rows)), found, user)
    assert (plan.changes, plan.refused, plan.gone) == ((), (), ())
    assert sum(bool(row.fields) for row in read.rows) >= len(judged(found).rows)


def test_the_remediation_of_kon_ray_has_papers_in_time_late_and_missing(demo: None) -> None:
    found = RemediationRound.objects.select_related("campaign").get()
    papers = papers_of(found, date(2023, 1, 1))
    # A plan of 12/8/2022 is late: it was asked for before that day.
    assert (papers.plans.on_time, papers.plans.late, papers.plans.undone) == (10, 2, 2)
    assert (papers.reports.on_time, papers.reports.late, papers.reports.undone) == (5, 2, 7)
    assert found.remediations.count() == 18
    assert sum((lost_points(row.loss.score) for row in found.remediations.all()), D(0)) == D("13.55")

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from scoring.actions.campaigns import reopen_campaign
from scoring.exporting import unit_results
from scoring.models import BlockRule, Campaign, GradeDecision, Score, UnitResult
from scoring.publishing import snapshot
from scoring.rules import GradeStep, Message, StepKind
from scoring.standings import scale_of, settle_standings, step_lines, steps_from_json, steps_to_json
from tests.scoring.graded import Figures, closed_campaign, grade, grades, ranks, rule, two_names
from tests.scoring.results_world import bring_to_closing
from tests.world import World


def result(campaign: Campaign, code: str) -> UnitResult:
    return campaign.results.select_related("grade").get(unit__code=code)


def kinds(campaign: Campaign, code: str) -> list[str]:
    return [step["kind"] for step in result(campaign, code).grade_steps]


def decide(world: World, campaign: Campaign, code: str, kind: str, to: str) -> None:
    GradeDecision.objects.create(
        result=result(campaign, code),
        kind=kind,
        grade=grade(to),
        reason="Tài liệu không trung thực",
        legal_basis="BB 12",
        decided_on=timezone.localdate(),
        by=world.coordinator,
    )


def test_closing_grades_and_ranks_and_keeps_the_steps(world: World) -> None:
    campaign = bring_to_closing(world)
    first, second = result(campaign, "23497"), result(campaign, "23488")
    assert (str(first.grade), first.rank) == ("Xuất sắc", 1)
    assert (str(second.grade), second.rank) == ("Trung bình", 2)
    with translation.override("en"):
        assert step_lines(first) == ["Xuất sắc by points: the index is 91.67"]


def test_a_rule_about_a_field_caps_those_who_earned_less(world: World) -> None:
    # Commune A earned 2 of 3 in field 2 (66.67 %), commune B nothing.
    rule(world, world.campaign, "cap", "kha", criterion="2", below="66.67")
    campaign = bring_to_closing(world)
    assert kinds(campaign, "23497") == ["band", "cap"]
    assert str(result(campaign, "23497").grade) == "Khá"
    assert str(result(campaign, "23488").grade) == "Trung bình"
    with translation.override("en"):
        assert step_lines(result(campaign, "23497"))[1] == ("capped to Khá: Hồ sơ quá hạn trên 3 % (Điều 5 QĐ 12)")


def test_a_share_that_is_just_reached_is_compared_exactly(world: World) -> None:
    rule(world, world.campaign, "cap", "kha", criterion="2", below="66.66")
    assert kinds(bring_to_closing(world), "23497") == ["band"]


@pytest.mark.parametrize(
    ("criterion", "expected"), [("1.2", ["band"]), ("2.1", ["band"]), ("2.2", ["band", "precondition"])]
)
def test_a_rule_may_ask_about_any_criterion_below_a_field(
    world: World, criterion: str, expected: list[str]
) -> None:
    rule(world, world.campaign, "precondition", "tot", criterion=criterion, below="100")
    campaign = bring_to_closing(world)
    assert kinds(campaign, "23497") == expected
    assert str(result(campaign, "23497").grade) == ("Khá" if len(expected) == 2 else "Xuất sắc")


def test_a_rule_asks_nothing_where_nothing_of_its_criterion_applies(world: World) -> None:
    units = [Figures("95", fields={"2": ("0", "0")}), Figures("95", fields={"2": ("0", "3")})]
    campaign = closed_campaign(world, units)
    rule(world, campaign, "cap", "kha", criterion="2", below="50")
    settle_standings(campaign)
    assert grades(campaign) == ["Xuất sắc", "Khá"]


def test_the_rows_below_a_criterion_are_summed_in_one_query_whatever_the_number_of_units(world: World) -> None:
    bring_to_closing(world)
    campaign = world.campaign
    rule(world, campaign, "cap", "kha", criterion="1.2", below="100")
    with CaptureQueriesContext(connection) as queries:
        settle_standings(campaign)
    table = Score._meta.db_table
    assert sum(f'FROM "{table}"' in query["sql"] for query in queries) == 1


@pytest.mark.parametrize(("percent", "expected"), [("25", "Tốt"), ("50", "Xuất sắc")])
def test_the_quota_rounds_down_to_whole_units(world: World, percent: str, expected: str) -> None:
    Campaign.objects.update(top_quota_percent=Decimal(percent))
    campaign = bring_to_closing(world)
    assert str(result(campaign, "23497").grade) == expected
    assert kinds(campaign, "23497") == ["band", "quota"]


def test_over_the_quota_the_keys_decide_and_equals_go_down_together(world: World) -> None:
    units = [
        Figures("93", fields={"1": ("6", "7")}, penalty="1"),
        Figures("93", fields={"1": ("6", "7")}),
        Figures("93", fields={"1": ("3", "3.5")}),
        Figures("60"),
    ]
    campaign = closed_campaign(world, units, top_quota_percent=Decimal(50), tie_breaks=["1", "penalty"])
    settle_standings(campaign)
    # 6 of 7 is 3 of 3.5, exactly; without penalty points the second and the third keep the grade.
    assert grades(campaign) == ["Tốt", "Xuất sắc", "Xuất sắc", "Trung bình"]
    Campaign.objects.update(top_quota_percent=Decimal(25))
    settle_standings(Campaign.objects.get(pk=campaign.pk))
    assert grades(campaign) == ["Tốt", "Tốt", "Tốt", "Trung bình"]


def test_equal_indexes_share_a_place_unless_the_campaign_ranks_by_keys(world: World) -> None:
    units = [Figures("90.5", fields={"2": ("1", "3")}), Figures("90.50", fields={"2": ("2", "3")}), Figures("80")]
    campaign = closed_campaign(world, units, tie_breaks=["2"])
    settle_standings(campaign)
    assert ranks(campaign) == [1, 1, 3]
    campaign.ranks_by_keys = True
    settle_standings(campaign)
    assert ranks(campaign) == [2, 1, 3]


def test_a_field_that_does_not_apply_stands_where_the_whole_stands(world: World) -> None:
    # The first has 4 of 9 altogether, the second 1 of 3 in field 2, the third 2 of 3.
    units = [
        Figures("90", fields={"1": ("4", "7"), "2": ("0", "0"), "3": ("0", "2")}),
        Figures("90", fields={"2": ("1", "3")}),
        Figures("90", fields={"2": ("2", "3")}),
    ]
    campaign = closed_campaign(world, units, tie_breaks=["2"], ranks_by_keys=True)
    settle_standings(campaign)
    assert ranks(campaign) == [2, 3, 1]


def test_each_block_has_its_scale_its_quota_and_its_places(world: World) -> None:
    units = [Figures("95", "Khối 1"), Figures("92", "Khối 1"), Figures("61", "Khối 2"), Figures("59", "Khối 2")]
    campaign = closed_campaign(world, units)
    scale = two_names()
    BlockRule.objects.create(campaign=campaign, block="Khối 2", grade_scale=scale)
    BlockRule.objects.create(campaign=campaign, block="Khối 1", top_quota_percent=Decimal(50))
    settle_standings(campaign)
    assert grades(campaign) == ["Xuất sắc", "Tốt", "Hoàn thành tốt", "Hoàn thành"]
    assert ranks(campaign) == [1, 2, 1, 2]
    assert scale_of(campaign, "Khối 2") == scale
    assert scale_of(campaign, "Khối 1") == scale_of(campaign, "") == campaign.grade_scale


def test_a_rule_of_another_scale_does_not_touch_a_block(world: World) -> None:
    campaign = closed_campaign(world, [Figures("95", "Khối 1"), Figures("95", "Khối 2")])
    BlockRule.objects.create(campaign=campaign, block="Khối 2", grade_scale=two_names())
    rule(world, campaign, "cap", "kha", criterion="1", below="100")
    settle_standings(campaign)
    assert grades(campaign) == ["Khá", "Hoàn thành tốt"]


def test_people_limit_a_grade_and_the_council_decides_last(world: World) -> None:
    campaign = closed_campaign(world, [Figures("95"), Figures("95"), Figures("95")])
    decide(world, campaign, "U0", "cap", "tot")
    decide(world, campaign, "U1", "council", "yeu")
    decide(world, campaign, "U1", "precondition", "tot")
    settle_standings(campaign)
    assert grades(campaign) == ["Tốt", "Yếu", "Xuất sắc"]
    assert kinds(campaign, "U1") == ["band", "precondition", "council"]


def test_a_sheet_that_was_not_submitted_is_not_ranked_and_has_no_steps(world: World) -> None:
    UnitResult.objects.filter(campaign=world.campaign, unit=world.commune_b).update(
        earned_points=Decimal(5),
        bonus_points=Decimal(1),
        index=Decimal(50),
        rank=1,
        grade_steps=[{"kind": "band"}],
    )
    settle_standings(world.campaign)
    left = result(world.campaign, "23488")
    assert (left.index, left.grade, left.rank, left.grade_steps) == (None, None, None, [])
    assert left.earned_points == 0
    assert left.bonus_points == 0


def test_a_campaign_opened_again_shows_no_steps(world: World) -> None:
    campaign = bring_to_closing(world)
    reopen_campaign(campaign=campaign, by=world.coordinator, reason="thiếu tài liệu")
    assert kinds(campaign, "23497") == []
    assert str(result(campaign, "23497").grade) == "Xuất sắc"


def test_in_an_external_campaign_the_parent_ranks(world: World) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(external=True, kept_by=world.commune_a)
    UnitResult.objects.filter(campaign=world.campaign).update(index=Decimal(95))
    settle_standings(Campaign.objects.get(pk=world.campaign.pk))
    assert set(ranks(world.campaign)) == {None}


def test_the_number_of_queries_does_not_grow_with_the_units(world: World) -> None:
    units = [Figures(f"{50 + number / 100:.2f}") for number in range(60)]
    campaign = closed_campaign(world, units, tie_breaks=["1", "penalty"], top_quota_percent=Decimal(10))
    rule(world, campaign, "cap", "kha", criterion="1", below="50")
    with CaptureQueriesContext(connection) as queries:
        settle_standings(campaign)
    assert len(queries) <= 14, "\n".join(query["sql"][:120] for query in queries)
    with CaptureQueriesContext(connection) as again:
        settle_standings(campaign)
    written = [query["sql"] for query in again if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert not any(UnitResult._meta.db_table in sql for sql in written), "nothing changed, so nothing is written"
    assert sorted(filter(None, ranks(campaign))) == list(range(1, 61))


def test_steps_survive_the_database_word_for_word() -> None:
    message = Message("%(grade)s by points: the index is %(index)s", {"grade": "Tốt", "index": Decimal("80.0100")})
    steps = (GradeStep(StepKind.BAND, "tot", message), GradeStep(StepKind.QUOTA, None, Message("–", {"units": 4})))
    assert steps_from_json(steps_to_json(steps)) == steps


def test_snapshot_and_export_hold_the_steps(world: World) -> None:
    rule(world, world.campaign, "cap", "kha", criterion="2", below="70")
    campaign = bring_to_closing(world)
    [frozen] = [each for each in snapshot(campaign)["units"] if each["code"] == "23497"]
    assert [step["kind"] for step in frozen["grade_steps"]] == ["band", "cap"]
    with translation.override("en"):
        [exported] = [each for each in unit_results(campaign) if each["unit_code"] == "23497"]
    assert exported["grade_steps"][1].startswith("capped to Khá: Hồ sơ quá hạn")

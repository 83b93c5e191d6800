"""Rows compared with other units, rows of a survey, and rows excluded by a decision, in the life of a round."""

from decimal import Decimal

import pytest
from django.utils import timezone

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.campaigns import close_campaign, reopen_campaign
from scoring.actions.sheets import move_sheet
from scoring.applicability import apply_exclusions
from scoring.lines import line_from_json
from scoring.models import Appraisal, Campaign, Exclusion, Score
from scoring.rules import LeafState, RuleErrors
from scoring.settling import settle_rows, settle_sheet
from scoring.sheet_page import sheet_page
from tests.scoring.counted import PEER, D, counted_round, counts, decide, hand_in, node, result, say
from tests.world import World
from units.models import Party, Unit


@pytest.fixture
def counted(world: World) -> World:
    counted_round(world)
    return world


def finish(world: World, unit: Unit) -> None:
    accept_rest(sheet=world.sheet(unit), by=world.coordinator)
    move_sheet(sheet=world.sheet(unit), name="finish", by=world.coordinator)


def closed(world: World) -> None:
    """Both communes hand in 50 and 100 and are appraised as they said."""
    for unit, facts in ((world.commune_a, 50), (world.commune_b, 100)):
        say(world, "2.2", None, facts=facts, unit=unit)
        hand_in(world, unit)
        finish(world, unit)
    close_campaign(campaign=world.campaign, by=world.coordinator)
    world.campaign.refresh_from_db()


# Compared with the other units ----------------------------------------------------------------------------


def test_facts_that_are_compared_have_points_only_when_the_round_closes(counted: World) -> None:
    row = say(counted, "2.2", None, facts=50)
    assert (row.state, row.self_points, row.points) == ("answered", None, None)
    assert row.counted_max_points == 4
    hand_in(counted)
    finish(counted, counted.commune_a)
    given = Appraisal.objects.get(score=row)
    assert (given.pending, given.points, given.answers) == (True, None, {"value": 50})
    assert row not in Score.objects.lossy()


def test_at_the_close_units_are_compared_and_on_reopening_no_more(counted: World) -> None:
    closed(counted)
    assert [counts(counted, "2.2", unit=unit) for unit in (counted.commune_a, counted.commune_b)] == [[2], [4]]
    assert result(counted).earned_points == 2
    assert result(counted, counted.commune_b).rank == 1
    stored = counted.score(counted.commune_a, "2.2").settled_line
    assert stored is not None
    line = line_from_json(stored)
    assert line.values["best"] == 100
    reopen_campaign(campaign=counted.campaign, by=counted.coordinator, reason="chấm lại")
    assert counts(counted, "2.2") == [None]
    assert counted.score(counted.commune_a, "2.2").settled_line is None
    assert result(counted).earned_points == 0


def test_points_given_without_facts_are_final_and_compared_with_nobody(counted: World) -> None:
    say(counted, "2.2", None, facts=500, unit=counted.commune_b)
    say(counted, "2.2", None, facts=50)
    for unit in (counted.commune_a, counted.commune_b):
        hand_in(counted, unit)
    decide(counted, "2.2", "1", unit=counted.commune_b)
    for unit in (counted.commune_a, counted.commune_b):
        finish(counted, unit)
    close_campaign(campaign=counted.campaign, by=counted.coordinator)
    assert counts(counted, "2.2", unit=counted.commune_b) == [1]
    assert counts(counted, "2.2") == [4]


def test_an_appraiser_corrects_the_facts_that_are_compared(counted: World) -> None:
    say(counted, "2.2", None, facts=50)
    hand_in(counted)
    entry = AppraisalEntry(answers={"value": 40})
    save_appraisal(score=counted.score(counted.commune_a, "2.2"), entry=entry, version=0, by=counted.coordinator)
    assert Appraisal.objects.get().pending
    assert counts(counted, "2.2") == [None]


def test_a_sheet_that_was_not_handed_in_is_not_compared(counted: World) -> None:
    say(counted, "2.2", None, facts=1000, unit=counted.commune_b)
    say(counted, "2.2", None, facts=50)
    hand_in(counted)
    finish(counted, counted.commune_a)
    close_campaign(campaign=counted.campaign, by=counted.coordinator)
    assert counts(counted, "2.2") == [4]
    assert counts(counted, "2.2", unit=counted.commune_b) == [None]


def test_a_compared_row_of_0_points_knocks_out_at_the_close(world: World) -> None:
    criteria = (
        node("1", "4", knock_out=True),
        node("1.1", "2", "points"),
        node("1.2", "2", "peer", params=PEER),
    )
    counted_round(world, criteria)
    for unit, facts in ((world.commune_a, 0), (world.commune_b, 10)):
        say(world, "1.1", "2", unit=unit)
        say(world, "1.2", None, facts=facts, unit=unit)
        hand_in(world, unit)
        finish(world, unit)
    assert counts(world, "1.1", "1.2") == [2, None]
    close_campaign(campaign=world.campaign, by=world.coordinator)
    assert counts(world, "1.1", "1.2") == [0, 0]
    assert counts(world, "1.1", "1.2", unit=world.commune_b) == [2, 2]


def test_a_parent_outside_the_portal_gives_points_for_what_it_compared(counted: World) -> None:
    say(counted, "2.2", None, facts=50)
    hand_in(counted)
    counted.campaign.__class__.objects.filter(pk=counted.campaign.pk).update(
        external=True, kept_by=counted.district
    )
    row = counted.score(counted.commune_a, "2.2")
    with pytest.raises(RuleErrors):
        save_appraisal(score=row, entry=AppraisalEntry(answers={"value": 40}), version=0, by=counted.coordinator)


# Survey ---------------------------------------------------------------------------------------------------


def survey(world: World, unit: Unit, points: str) -> None:
    """As the import writes it."""
    row = world.score(unit, "3")
    row.state, row.answers = LeafState.ANSWERED.value, {"points": points, "sample": 30}
    row.save()
    settle_rows(world.campaign, Score.objects.filter(pk=row.pk))
    settle_sheet(world.sheet(unit))


def test_a_survey_counts_when_there_is_one_and_is_left_out_until_then(counted: World) -> None:
    say(counted, "2.1", "4")
    assert [result(counted).earned_points, result(counted).applicable_max_points] == [4, 14]
    survey(counted, counted.commune_a, "5")
    assert [result(counted).earned_points, result(counted).applicable_max_points] == [9, 20]


def test_rows_of_a_survey_are_no_work_for_unit_and_appraiser(counted: World) -> None:
    panel = sheet_page(counted.sheet(counted.commune_a), counted.officer_a).panel
    assert panel.total == 9
    assert "3" not in {row.code for row in panel.open_rows}
    survey(counted, counted.commune_a, "5")
    assert sheet_page(counted.sheet(counted.commune_a), counted.officer_a).panel.earned == "0,00"
    hand_in(counted)
    finish(counted, counted.commune_a)
    assert counted.sheet(counted.commune_a).status == "appraised"
    assert not Appraisal.objects.filter(score__criterion__code="3").exists()
    assert counts(counted, "3") == [5]


# Excluded by a decision -----------------------------------------------------------------------------------


def exclude(world: World, code: str, unit: Unit) -> Exclusion:
    party = Party.objects.get(owner=world.district, unit=unit)
    criterion = world.criteria_set.criteria.get(code=code)
    columns = {"reason": "không có", "approved_by": "UBND huyện", "by": world.coordinator}
    return Exclusion.objects.create(campaign=world.campaign, criterion=criterion, party=party, **columns)


def test_an_excluded_row_is_out_of_both_sums_and_knocks_nothing_out(counted: World) -> None:
    say(counted, "1.1.1", "2")
    say(counted, "1.1.2", "0")
    assert counts(counted, "1.1.1", "1.1.2") == [0, 0]
    exclusion = exclude(counted, "1.1.2", counted.commune_a)
    apply_exclusions(counted.campaign)
    row = counted.score(counted.commune_a, "1.1.2")
    assert [row.points, row.counted_max_points] == [0, 0]
    assert counts(counted, "1.1.1") == [2]
    assert [result(counted).earned_points, result(counted).applicable_max_points] == [2, 12]
    apply_exclusions(counted.campaign, without=exclusion)
    assert counts(counted, "1.1.1", "1.1.2") == [0, 0]
    assert result(counted).applicable_max_points == Decimal(14)


def test_an_excluded_bonus_counts_nothing(counted: World) -> None:
    say(counted, "8.1", "2")
    exclude(counted, "8", counted.commune_a)
    apply_exclusions(counted.campaign)
    assert result(counted).bonus_points == 0
    assert D(result(counted, counted.commune_b).bonus_points) == 0


def test_worst_and_best_of_several_years_are_those_of_the_rounds_before_that_measured_alike(world: World) -> None:
    ranged = {**PEER, "by": "range", "years": "3"}
    percent = {"of": "percent", "label": "Tỷ lệ", "by": "range"}
    for year, params, facts in ((2022, ranged, 10), (2023, percent, 100), (2024, ranged, 60)):
        leaf = node("1", "4", "peer", params=params)
        counted_round(world, (leaf,), version=year)
        row = world.score(world.commune_a, "1")
        facts_of = {"percent" if "kind" not in params else "value": facts}
        Appraisal.objects.create(score=row, by=world.coordinator, answers=facts_of, pending=True)
        world.campaign.sheets.filter(unit=world.commune_a).update(status="published")
        published = {"status": "published", "published_at": timezone.now()}
        Campaign.objects.filter(pk=world.campaign.pk).update(code=f"dot-{year}", year=year, **published)
    counted_round(world, (node("1", "4", "peer", params=ranged),), version=2025)
    for unit, facts in ((world.commune_a, 20), (world.commune_b, 40)):
        say(world, "1", None, facts=facts, unit=unit)
        hand_in(world, unit)
        finish(world, unit)
    close_campaign(campaign=world.campaign, by=world.coordinator)
    # From 20 (this year) to 60 (the year before); 2022 lies too far back, and 2023 asked for a percentage.
    assert [counts(world, "1", unit=unit) for unit in (world.commune_a, world.commune_b)] == [[0], [2]]

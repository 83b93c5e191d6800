"""What rows count together: knock-outs, groups and caps, penalties, as results, pages and papers see them."""

from collections.abc import Callable
from decimal import Decimal
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.actions.appraisals import accept_rest, save_loss
from scoring.actions.campaigns import close_campaign, publish_campaign, reopen_campaign
from scoring.actions.sheets import move_sheet
from scoring.computing import stored_sums
from scoring.exporting import export_results
from scoring.lines import line_from_json
from scoring.loss_rows import Parties, loss_part
from scoring.models import Publication, Score, UnitResult
from scoring.row_words import explained
from scoring.rules import RuleErrors
from scoring.self_scores import self_points
from scoring.settling import lost_points, settle_campaign
from scoring.sheet_page import sheet_page
from tests.scoring.counted import CRITERIA, D, counted_round, counts, decide, hand_in, result, say
from tests.world import World
from units.audit import Action
from units.models import AuditChange, Party


@pytest.fixture
def counted(world: World) -> World:
    counted_round(world)
    return world


# Knock-out ------------------------------------------------------------------------------------------------


def test_a_row_of_0_points_zeroes_the_criterion_and_gives_it_back_when_it_is_mended(counted: World) -> None:
    say(counted, "1.1.1", "2")
    say(counted, "1.2", "1")
    say(counted, "1.1.2", "0")
    assert counts(counted, "1.1.1", "1.1.2", "1.2") == [0, 0, 1]
    kept = counted.score(counted.commune_a, "1.1.1").settled_line
    assert kept is not None
    assert line_from_json(kept).values["code"] == "1.1.2"
    assert counted.score(counted.commune_a, "1.1.1").self_points == 2
    assert result(counted).earned_points == 1
    say(counted, "1.1.2", "0.5")
    assert counts(counted, "1.1.1", "1.1.2") == [2, D("0.5")]
    assert counted.score(counted.commune_a, "1.1.1").settled_line is None
    assert result(counted).earned_points == D("3.5")


def test_a_row_saved_into_a_knocked_out_criterion_counts_nothing_at_once(counted: World) -> None:
    say(counted, "1.1.2", "0")
    assert say(counted, "1.1.1", "2").points == 0
    assert result(counted).earned_points == 0


def test_the_sheet_of_the_unit_shows_the_knock_out_and_sums_by_it(counted: World) -> None:
    say(counted, "1.1.1", "2")
    say(counted, "1.1.2", "0")
    page = sheet_page(counted.sheet(counted.commune_a), counted.officer_a)
    lines = {line.criterion.code: line for line in page.lines.values()}
    assert (lines["1.1.1"].outcome.points, lines["1.1.2"].outcome.points) == (D(0), D(0))
    assert "1.1.2" in explained(lines["1.1.1"])
    assert escape(explained(lines["1.1.1"])) in page.body
    assert page.panel.earned == "0,00"


def test_a_saved_row_brings_the_points_of_the_rows_beside_it(
    counted: World, login: Callable[[str], Client]
) -> None:
    say(counted, "1.1.1", "2")
    row = counted.score(counted.commune_a, "1.1.2")
    url = reverse("sheet_row", args=[row.sheet_id, row.criterion_id])
    data = {"version": row.version, "answer-points": "0"}
    html = login("officer_a").post(url, data).json()["html"]
    other = counted.score(counted.commune_a, "1.1.1").criterion_id
    assert html[f"r{other}-points"].startswith("<strong>0,00</strong>")
    assert html[f"r{row.criterion_id}-points"].startswith("<strong>0,00</strong>")


def test_the_self_score_of_the_league_table_knows_the_knock_out(counted: World) -> None:
    for code, points in (("1.1.1", "2"), ("1.1.2", "0"), ("1.2", "1.5"), ("8.1", "2")):
        say(counted, code, points)
    assert self_points(counted.campaign) == {counted.commune_a.pk: D("1.5"), counted.commune_b.pk: None}
    say(counted, "1.1.2", "1")
    assert self_points(counted.campaign)[counted.commune_a.pk] == D("4.5")


def test_an_appraiser_zeroes_the_criterion_and_the_history_names_every_row(counted: World) -> None:
    for code in ("1.1.1", "1.1.2"):
        say(counted, code, "2")
    hand_in(counted)
    decide(counted, "1.1.1", "2")
    decide(counted, "1.1.2", "0", reason="không có hồ sơ")
    assert counts(counted, "1.1.1", "1.1.2") == [0, 0]
    sheet = counted.sheet(counted.commune_a)
    changes = AuditChange.objects.filter(event__action=Action.APPRAISAL_SAVED, event__scope_id=sheet.pk)
    assert ("1.1.1", "2.00", "0") in changes.filter(attribute="points").values_list("label", "old", "new")
    assert result(counted).earned_points == 0
    decide(counted, "1.1.2", "2")
    assert counts(counted, "1.1.1", "1.1.2") == [2, 2]


def test_a_knocked_out_row_has_lost_all_its_points(counted: World) -> None:
    say(counted, "1.1.1", "2")
    say(counted, "1.1.2", "0")
    row = counted.score(counted.commune_a, "1.1.1")
    assert lost_points(row) == 2
    assert row in Score.objects.lossy()


def test_an_ordinary_save_does_not_look_at_other_rows(counted: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        say(counted, "1.2", "1")
    assert not any('knock_out_branch_id" =' in query["sql"] for query in queries)


# Bonus and penalty ----------------------------------------------------------------------------------------


def test_bonus_and_penalty_count_up_to_their_caps(counted: World) -> None:
    for code in ("8.1", "8.2"):
        say(counted, code, "2")
    for code in ("9.1", "9.2"):
        say(counted, code, "3")
    say(counted, "2.1", "4")
    found = result(counted)
    assert [found.earned_points, found.bonus_points, found.penalty_points] == [4, 3, 5]
    # 4 of 14 applicable points (the survey is left out), and on the index 3 − 5 of the 20 points of the set.
    assert [found.applicable_max_points, found.index] == [14, D("18.57")]
    by_field = {each.criterion.code: [each.bonus_points, each.penalty_points] for each in found.fields.all()}
    assert [by_field["8"], by_field["9"], by_field["1"]] == [[3, 0], [0, 5], [0, 0]]


def test_before_rescaling_bonus_and_penalty_are_points_like_others(world: World) -> None:
    counted_round(world, extra_points="before")
    say(world, "2.1", "4")
    say(world, "8.1", "2")
    assert result(world).index == D("42.86")


def test_sums_are_rounded_where_the_set_says(world: World) -> None:
    counted_round(world, point_step=D("0.25"), round_at="field")
    say(world, "1.2", "0.83")
    say(world, "2.1", "1.66")
    found = result(world)
    assert {each.criterion.code: each.earned_points for each in found.fields.all() if each.earned_points} == {
        "1": D("0.75"),
        "2": D("1.75"),
    }
    assert (found.earned_points, counts(world, "1.2")) == (D("2.5"), [D("0.83")])


def test_pages_and_files_show_bonus_and_penalty_only_where_a_set_has_any(
    counted: World, login: Callable[[str], Client]
) -> None:
    say(counted, "2.1", "4")
    say(counted, "8.1", "2")
    say(counted, "9.1", "0.5")
    officer = login("officer_a")
    page = officer.get(reverse("sheet", args=[counted.sheet(counted.commune_a).pk])).content.decode()
    assert "+2,00" in page
    assert "−0,50" in page
    coordinator = login("coordinator")
    league = coordinator.get(reverse("results_campaign", args=[counted.campaign.code])).content.decode()
    assert "+2,00" in league
    files = export_results(counted.campaign, "csv").decode("utf-8-sig").splitlines()
    assert "bonus_points,penalty_points" in files[0]
    assert ",2,0.5," in next(line for line in files if line.startswith(counted.commune_a.code))
    own = type(counted.campaign).objects.get(code="dot-thu")
    assert b"bonus_points" not in export_results(own, "csv")


def test_more_penalty_than_the_unit_said_needs_a_reason(counted: World) -> None:
    say(counted, "9.1", "1")
    hand_in(counted)
    with pytest.raises(RuleErrors):
        decide(counted, "9.1", "2")
    with pytest.raises(RuleErrors):
        decide(counted, "9.2", "1")
    decide(counted, "9.1", "0.5")
    assert decide(counted, "9.2", "1", reason="vi phạm kỷ luật").points == 1


def test_the_rest_is_accepted_without_a_penalty(counted: World) -> None:
    say(counted, "2.1", "3")
    hand_in(counted)
    accept_rest(sheet=counted.sheet(counted.commune_a), by=counted.coordinator)
    assert counts(counted, "9.1", "8.1", "2.1") == [0, 0, 3]
    assert result(counted).penalty_points == 0


def test_a_penalty_is_a_lost_point_with_cause_and_a_bonus_is_none(counted: World) -> None:
    say(counted, "9.1", "1.5")
    say(counted, "8.1", "1")
    lossy = {row.criterion.code for row in Score.objects.lossy().filter(sheet__unit=counted.commune_a)}
    assert "9.1" in lossy
    assert not lossy & {"9.2", "8.1", "8.2"}
    row = counted.score(counted.commune_a, "9.1")
    part = loss_part(row, Parties(counted.campaign), reason="")
    assert part is not None
    assert part.lost == "1,50"


def conclude(world: World) -> None:
    for unit in (world.commune_a, world.commune_b):
        sheet = hand_in(world, unit)
        accept_rest(sheet=sheet, by=world.coordinator)
        move_sheet(sheet=world.sheet(unit), name="finish", by=world.coordinator)
    close_campaign(campaign=world.campaign, by=world.coordinator)


def explain(world: World) -> None:
    party = Party.objects.get(owner=world.district, code="G_XA")
    for score in Score.objects.lossy().filter(sheet__campaign=world.campaign).select_related("sheet__campaign"):
        save_loss(score=score, cause="Chưa làm", responsible=[(party, "lead")], version=0, by=world.coordinator)


def test_what_is_published_holds_bonus_and_penalty_and_the_lines_of_knock_outs(counted: World) -> None:
    for code, points in (("1.1.1", "2"), ("1.1.2", "0"), ("8.1", "2"), ("9.1", "0.5")):
        say(counted, code, points)
    conclude(counted)
    explain(counted)
    decision = ("12/QĐ-UBND", counted.campaign.self_score_due_at.date())  # type: ignore[union-attr]
    publish_campaign(
        campaign=counted.campaign, by=counted.coordinator, decision=decision, warnings_acknowledged=True
    )
    data = Publication.objects.get(campaign=counted.campaign).data
    unit = next(each for each in data["units"] if each["code"] == counted.commune_a.code)
    assert (unit["bonus_points"], unit["penalty_points"]) == ("2.00", "0.50")
    row = next(each for each in unit["rows"] if each["code"] == "1.1.1")
    assert (row["points"], row["explanation"]["values"]["code"]) == ("0.00", "1.1.2")


# One implementation ---------------------------------------------------------------------------------------


def figures(world: World) -> dict[str, tuple[Decimal | None, ...]]:
    return {
        each.unit.code: (each.earned_points, each.bonus_points, each.penalty_points, each.index)
        for each in UnitResult.objects.filter(campaign=world.campaign).select_related("unit")
    }


def test_a_whole_campaign_settles_as_its_sheets_do_one_by_one(counted: World) -> None:
    for code, points in (("1.1.1", "2"), ("2.1", "3.5"), ("8.1", "2"), ("8.2", "2"), ("9.1", "3")):
        say(counted, code, points)
        say(counted, code, "1", unit=counted.commune_b)
    kept = figures(counted)
    UnitResult.objects.filter(campaign=counted.campaign).update(earned_points=0, bonus_points=0, index=None)
    settle_campaign(counted.campaign)
    assert figures(counted) == kept
    sums = stored_sums(counted.sheet(counted.commune_a))
    assert (sums.totals.earned, sums.totals.bonus, sums.totals.penalty, sums.index) == kept[counted.commune_a.code]


def test_settling_a_campaign_takes_the_same_number_of_queries_whatever_changed(counted: World) -> None:
    with CaptureQueriesContext(connection) as unchanged:
        settle_campaign(counted.campaign)
    say(counted, "2.1", "3")
    say(counted, "2.1", "3", unit=counted.commune_b)
    UnitResult.objects.filter(campaign=counted.campaign).update(earned_points=0)
    with CaptureQueriesContext(connection) as changed:
        settle_campaign(counted.campaign)
    assert len(unchanged) <= len(changed) <= 10


def test_a_reopened_round_counts_as_before_it_was_closed(counted: World) -> None:
    say(counted, "2.1", "3")
    say(counted, "8.1", "1")
    conclude(counted)
    closed = figures(counted)
    counted.campaign.refresh_from_db()
    reopen_campaign(campaign=counted.campaign, by=counted.coordinator, reason="chấm lại")
    assert figures(counted) == closed
    assert not UnitResult.objects.filter(campaign=counted.campaign).exclude(rank=None).exists()


def test_every_leaf_of_the_set_has_its_row(counted: World) -> None:
    leaves = {each.code for each in CRITERIA if each.method}
    assert {
        row.criterion.code for row in counted.sheet(counted.commune_a).scores.select_related("criterion")
    } == leaves

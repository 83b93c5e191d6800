"""Not answered, zero, not applicable and no case are four states, on every page and in every file."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.campaigns import close_campaign, publish_campaign
from scoring.actions.exclusions import add_exclusion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.exporting import export_results
from scoring.models import Score, ScoreSheet, UnitResult
from scoring.rules import LeafState
from scoring.states import StateCounts, state_counts, with_state
from tests.scoring.appraising import explain
from tests.world import World
from units.models import Party

Login = Callable[[str], Client]
FOUR = StateCounts(not_answered=1, zero=1, not_applicable=1, no_case=1)


@pytest.fixture
def sheet(world: World) -> ScoreSheet:
    """1.1 a true 0, 1.2.1 with points, 1.2.2 claimed, 2.1 not answered, 2.2 no case, 3 excluded by decision."""
    said: dict[str, RowEntry] = {
        "1.1": RowEntry(LeafState.ANSWERED, {"option": "none"}),
        "1.2.1": RowEntry(LeafState.ANSWERED, {"on_time": 1, "late": 0, "undone": 0}),
        "1.2.2": RowEntry(LeafState.NOT_APPLICABLE, {}, reason="Không có địa bàn"),
        "2.2": RowEntry(LeafState.NO_CASE, {}),
    }
    for code, entry in said.items():
        save_score(score=world.score(world.commune_a, code), entry=entry, version=1, by=world.officer_a)
    add_exclusion(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code="3"),
        party=Party.objects.get(owner=world.district, unit=world.commune_a),
        reason="Không có trụ sở",
        approved_by="UBND huyện",
        by=world.coordinator,
    )
    return world.sheet(world.commune_a)


def appraised(world: World, sheet: ScoreSheet) -> ScoreSheet:
    """Submitted; the claim refused with a point, everything else accepted."""
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    refused = AppraisalEntry(points=Decimal(1), reason="Có địa bàn")
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=refused, version=0, by=world.coordinator)
    accept_rest(sheet=world.sheet(world.commune_a), by=world.coordinator)
    return world.sheet(world.commune_a)


def published(world: World, sheet: ScoreSheet) -> None:
    sheet = appraised(world, sheet)
    explain(world, sheet)
    move_sheet(sheet=sheet, name="finish", by=world.coordinator)
    campaign = close_campaign(campaign=world.campaign, by=world.coordinator)
    decision = ("12/QĐ-UBND", campaign.self_score_due_at.date())  # type: ignore[union-attr]
    publish_campaign(campaign=campaign, by=world.coordinator, decision=decision, warnings_acknowledged=True)


def states(world: World) -> dict[str, str]:
    rows = with_state(Score.objects.filter(sheet__campaign=world.campaign, sheet__unit=world.commune_a))
    return dict(rows.values_list("criterion__code", "state_now"))


def test_the_state_of_each_row_before_and_after_the_appraisal(world: World, sheet: ScoreSheet) -> None:
    first = {"1.1": "zero", "1.2.1": "points", "1.2.2": "not_answered", "2.1": "not_answered"}
    assert states(world) == first | {"2.2": "no_case", "3": "not_applicable"}
    appraised(world, sheet)
    # The claim was refused with a point; the row without an answer got 0 and still is not answered.
    assert states(world) == first | {"1.2.2": "points", "2.2": "no_case", "3": "not_applicable"}


def test_a_granted_claim_is_not_applicable(world: World, sheet: ScoreSheet) -> None:
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    grant = AppraisalEntry(LeafState.NOT_APPLICABLE)
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=grant, version=0, by=world.coordinator)
    assert states(world)["1.2.2"] == "not_applicable"


def test_a_refused_claim_without_points_is_a_zero(world: World, sheet: ScoreSheet) -> None:
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    refused = AppraisalEntry(points=Decimal(0), reason="Có địa bàn")
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=refused, version=0, by=world.coordinator)
    assert states(world)["1.2.2"] == "zero"


def test_the_totals_hold_them_apart(world: World, sheet: ScoreSheet) -> None:
    appraised(world, sheet)
    counts = state_counts(world.campaign)
    assert counts[world.commune_a.pk] == FOUR
    assert counts[world.commune_b.pk] == StateCounts(not_answered=6)
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    # 12 without no case (1) and without the exclusion (2); zero and not answered stay in the maximum.
    assert (result.earned_points, result.applicable_max_points) == (Decimal(4), Decimal(9))


def test_the_unit_s_sheet_shows_each_in_its_own_words(world: World, login: Login, sheet: ScoreSheet) -> None:
    page = login("officer_a").get(reverse("sheet", args=[sheet.pk]))
    panel = page.context["page"].panel
    pointed = {
        name: [each.code for each in getattr(panel, name)]
        for name in ("open_rows", "zero", "excluded", "no_case", "claimed")
    }
    assert pointed == {
        "open_rows": ["2.1"],
        "zero": ["1.1"],
        "excluded": ["3"],
        "no_case": ["2.2"],
        "claimed": ["1.2.2"],
    }
    assert (panel.answered, panel.total) == (4, 5)
    assert (panel.earned, panel.maximum) == ("3,00", "9")
    lines = {line.criterion.code: line for line in page.context["page"].lines.values()}
    assert {code: (each.outcome.points, each.is_left_out) for code, each in lines.items()} == {
        "1.1": (Decimal(0), False),
        "1.2.1": (Decimal(3), False),
        "1.2.2": (None, False),
        "2.1": (None, False),
        "2.2": (Decimal(0), True),
        "3": (Decimal(0), True),
    }
    assert page.content.decode().count(f"<strong>{gettext('not counted')}</strong>") == 2


def test_the_appraisal_shows_each_in_its_own_words(world: World, login: Login, sheet: ScoreSheet) -> None:
    appraised(world, sheet)
    page = login("coordinator").get(reverse("appraisal", args=[sheet.pk]))
    found = {
        row.code: row for section in page.context["sections"] for group in section.groups for row in group.rows
    }
    assert (page.context["progress"].decided, page.context["progress"].total) == (5, 5)
    assert {code: (row.self_points, row.given, row.kind, row.is_left_out) for code, row in found.items()} == {
        "1.1": ("0,00", "0,00", "points", False),
        "1.2.1": ("3,00", "3,00", "points", False),
        "1.2.2": ("", "1,00", "points", False),
        "2.1": ("", "0,00", "points", False),
        "2.2": ("", "", "no_case", True),
        "3": ("", "", "", True),
    }
    words = {code: row.self_state for code, row in found.items()}
    assert (words["2.1"], words["2.2"]) == (gettext("not answered"), gettext("no case arose"))
    assert found["3"].closed


def test_progress_leaves_out_what_nobody_fills_in(world: World, login: Login, sheet: ScoreSheet) -> None:
    board = login("coordinator").get(reverse("campaign", args=["dot-thu"]))
    shown = {each.sheet.unit.code: (each.answered, each.leaves) for each in board.context["rows"]}
    assert shown == {"23497": (4, 5), "23488": (0, 6)}
    [line] = login("officer_a").get(reverse("sheets")).context["lines"]
    assert (line.answered, line.total) == (4, 5)


def test_every_file_counts_them(world: World, sheet: ScoreSheet) -> None:
    appraised(world, sheet)
    expected = {"not_answered": 1, "zero": 1, "not_applicable": 1, "no_case": 1}
    rows = {row["unit_code"]: row for row in json.loads(export_results(world.campaign, "json"))}
    assert {name: rows["23497"][name] for name in expected} == expected
    text = export_results(world.campaign, "csv").decode("utf-8-sig")
    [line] = [row for row in csv.DictReader(io.StringIO(text)) if row["unit_code"] == "23497"]
    assert {name: int(line[name]) for name in expected} == expected
    book = openpyxl.load_workbook(io.BytesIO(export_results(world.campaign, "xlsx")))
    head, *lines = book.active.iter_rows(values_only=True)
    [cells] = [dict(zip(head, row, strict=True)) for row in lines if row[0] == "23497"]
    assert {name: cells[name] for name in expected} == expected


def test_the_result_of_a_unit_counts_them(world: World, login: Login, sheet: ScoreSheet) -> None:
    published(world, sheet)
    url = reverse("results_unit", args=["dot-thu", "23497"])
    page = login("coordinator").get(url)
    assert page.context["states"] == FOUR
    assert "Không có trụ sở" in page.content.decode()
    # Another unit reads the counts, but no reasons.
    other = login("officer_b").get(url)
    assert other.context["states"] == FOUR
    assert "Không có trụ sở" not in other.content.decode()


def test_the_snapshot_freezes_the_states_and_the_decisions(world: World, sheet: ScoreSheet) -> None:
    published(world, sheet)
    [unit] = [each for each in world.campaign.publications.get().data["units"] if each["code"] == "23497"]
    rows = {row["code"]: row for row in unit["rows"]}
    assert {code: row["state"] for code, row in rows.items()} == {
        "1.1": "zero",
        "1.2.1": "points",
        "1.2.2": "points",
        "2.1": "not_answered",
        "2.2": "no_case",
        "3": "not_applicable",
    }
    assert rows["3"]["exclusion"] == {"reason": "Không có trụ sở", "approved_by": "UBND huyện"}
    assert (rows["1.2.2"]["self_state"], rows["1.2.2"]["claim"]) == ("not_applicable", "Không có địa bàn")


def test_results_without_sheets_have_no_states(world: World) -> None:
    ScoreSheet.objects.filter(campaign=world.campaign).delete()
    rows = json.loads(export_results(world.campaign, "json"))
    assert {row["not_answered"] for row in rows} == {None}

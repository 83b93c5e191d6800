"""The panel after a save comes from the points stored with the rows: it must be the panel of the whole sheet."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.actions.exclusions import add_exclusion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.computing import stored_sums
from scoring.models import Score, ScoreSheet
from scoring.rules import LeafState
from scoring.sheet_lines import lines_of, stored_lines
from scoring.sheet_page import sheet_page
from scoring.sheet_panel import count_as_said, counted_sums, panel_of, self_sums
from tests.conftest import forget_sets
from tests.scoring.counted import counted_round, decide, hand_in, say
from tests.world import World
from units.models import Party

D = Decimal
CODES = ("1.1.1", "1.1.2", "1.2", "2.1", "8.1", "8.2", "9.1", "9.2")
SAID = st.one_of(
    st.none(), st.sampled_from(["0", "0.5", "1", "2"]), st.sampled_from(["no_case", "not_applicable"])
)


def fill(world: World, code: str, said: str | None) -> None:
    if said in ("no_case", "not_applicable"):
        score = world.score(world.commune_a, code)
        entry = RowEntry(LeafState(said), {}, reason="Không có")
        save_score(score=score, entry=entry, version=score.version, by=world.officer_a)
    else:
        say(world, code, said)


def agree(world: World) -> None:
    """Stored points, the unit's word row by row, and the page come to the same; so do the sums that are stored."""
    sheet = ScoreSheet.objects.select_related("campaign__criteria_set").get(
        campaign=world.campaign, unit=world.commune_a
    )
    light, full = stored_lines(sheet), lines_of(sheet)
    assert panel_of(light, sheet) == panel_of(full, sheet) == sheet_page(sheet, world.fresh("officer_a")).panel
    assert [(line.outcome.points, line.outcome.counted_max_points) for line in light] == [
        (line.outcome.points, line.outcome.counted_max_points) for line in full
    ]
    assert counted_sums(light, sheet) == stored_sums(sheet)
    if count_as_said(light):
        assert counted_sums(light, sheet) == self_sums(light, sheet)


@given(said=st.lists(SAID, min_size=len(CODES), max_size=len(CODES)))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_both_ways_to_the_panel_agree_whatever_is_said(world: World, said: list[str | None]) -> None:
    if world.campaign.code != "dot-tinh-diem":
        forget_sets()
        counted_round(world)
    for code, value in zip(CODES, said, strict=True):
        fill(world, code, value)
    say(world, "2.2", None, facts=40)
    agree(world)


def test_they_agree_with_a_row_excluded_and_a_survey_imported(world: World) -> None:
    counted_round(world)
    for code in ("1.1.1", "1.2", "2.1", "9.1"):
        say(world, code, "1")
    add_exclusion(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code="2.1"),
        party=Party.objects.get(owner=world.district, unit=world.commune_a),
        reason="Không có đối tượng",
        approved_by="Chủ tịch UBND huyện",
        by=world.coordinator,
    )
    Score.objects.filter(sheet__unit=world.commune_a, criterion__code="3").update(
        state="answered", answers={"points": "5", "sample": 10}, points=D(5)
    )
    agree(world)


@pytest.mark.parametrize("points", ["0", "2"])
def test_they_agree_on_a_sheet_that_was_returned_and_the_unit_sees_its_own_points(
    world: World, points: str
) -> None:
    counted_round(world)
    for code in ("1.1.1", "1.1.2", "1.2"):
        say(world, code, "2")
    hand_in(world)
    decide(world, "1.2", "0.5", reason="Thiếu hồ sơ")
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung")
    say(world, "1.1.2", points)
    agree(world)
    sheet = world.sheet(world.commune_a)
    assert panel_of(stored_lines(sheet), sheet).earned == ("2,00" if points == "0" else "6,00")

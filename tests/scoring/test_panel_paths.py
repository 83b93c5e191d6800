"""The panel that the page asks for after a save must be the one that it would show if it were loaded anew."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.actions.exclusions import add_exclusion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import FieldResult, Score, ScoreSheet, UnitResult
from scoring.panel_html import panel_parts
from scoring.rules import LeafState
from scoring.settling import settle_sheet
from scoring.sheet_page import sheet_page
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


def results(world: World) -> list[object]:
    """What is stored of the unit, as a whole and by field."""
    fields = FieldResult.objects.filter(result__unit=world.commune_a).order_by("criterion")
    columns = ("earned_points", "applicable_max_points", "bonus_points", "penalty_points")
    whole = UnitResult.objects.filter(unit=world.commune_a).values_list(*columns, "index", "grade")
    return [*whole, *fields.values_list("criterion", *columns)]


def agree(world: World, reader: str = "officer_a") -> None:
    """The panel by itself and with the page; sums renewed field by field, and all at once."""
    sheet = ScoreSheet.objects.select_related("campaign__criteria_set").get(
        campaign=world.campaign, unit=world.commune_a
    )
    person = world.fresh(reader)
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("sheet_panel", args=[sheet.pk])).json() == panel_parts(
        sheet_page(sheet, person).panel
    )
    by_and_by = results(world)
    settle_sheet(sheet)
    assert results(world) == by_and_by


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
    rows = Score.objects.filter(sheet__unit=world.commune_a, criterion__code="3")
    rows.update(state="answered", answers={"points": "5", "sample": 10}, points=D(5))
    settle_sheet(world.sheet(world.commune_a))
    agree(world)
    agree(world, "coordinator")


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
    agree(world, "coordinator")
    panel = sheet_page(world.sheet(world.commune_a), world.fresh("officer_a")).panel
    assert panel.earned == ("2,00" if points == "0" else "6,00")

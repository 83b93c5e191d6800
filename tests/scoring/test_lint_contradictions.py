"""The contradictions of published drafts, found on the page of a draft; the import names their cells."""

import html
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parportal.entry.problems import ImportProblem, ImportProblems
from scoring.actions.criteria import import_criteria_set
from scoring.content import SetContent
from scoring.importing.criteria import read_criteria_set
from scoring.models import CriteriaSet
from tests.scoring import lint_sets
from tests.scoring.criteria_books import book_file
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def text_of(response: object) -> str:
    return html.unescape(response.content.decode())  # type: ignore[attr-defined]


def panel_of(login: Login, world: World, content: SetContent) -> str:
    """What the panel on the page of the draft says."""
    draft = import_criteria_set(content=content, by=world.coordinator)
    whole = text_of(login("coordinator").get(reverse("criteria_set", args=[draft.code, draft.version])))
    return whole[whole.index('id="lint"') : whole.index("</section>", whole.index('id="lint"'))]


def problems_of(content: SetContent) -> list[ImportProblem]:
    with translation.override("en"), pytest.raises(ImportProblems) as refused:
        read_criteria_set(book_file(content), by=None)
    return list(refused.value.problems)


def test_bonus_items_adding_to_13_under_a_cap_of_10_are_a_warning(login: Login, world: World) -> None:
    panel = panel_of(login, world, lint_sets.BONUS_OF_13_UNDER_10)
    assert "The items below B add up to 13, above its cap of 10: the cap applies." in panel
    assert "1 open warning" in panel
    assert "error" not in panel.partition("</h2>")[0]
    assert 'name="reason"' in panel


def test_bonus_items_above_their_cap_do_not_block_an_import(world: World) -> None:
    content = lint_sets.BONUS_OF_13_UNDER_10
    assert read_criteria_set(book_file(content), by=None) == content


def test_a_3_point_component_worth_6(login: Login, world: World) -> None:
    panel = panel_of(login, world, lint_sets.COMPONENT_OF_3_WORTH_6)
    assert "1 error" in panel
    assert "row 1 “Có mô hình mới”" in panel
    assert "1.1 Tiêu chí 1.1" in panel
    (problem,) = problems_of(lint_sets.COMPONENT_OF_3_WORTH_6)
    assert (problem.sheet, problem.cell) == ("rules", "I2")


def test_children_of_10_25_under_a_parent_of_10(login: Login, world: World) -> None:
    panel = panel_of(login, world, lint_sets.CHILDREN_OF_10_25_UNDER_10)
    assert "The maxima below 1 add up to 10.25, not to 10." in panel
    (problem,) = problems_of(lint_sets.CHILDREN_OF_10_25_UNDER_10)
    assert (problem.sheet, problem.cell) == ("criteria", "D2")


def test_bands_70_90_and_90_100_both_owning_90(login: Login, world: World) -> None:
    panel = panel_of(login, world, lint_sets.TWO_BANDS_OWN_90)
    assert "The bands 70–90 and 90–100 both own 90." in panel
    (problem,) = problems_of(lint_sets.TWO_BANDS_OWN_90)
    assert (problem.sheet, problem.value, "both own 90" in problem.reason) == ("rules", "90", True)


def test_none_of_the_contradictions_is_published(login: Login, world: World) -> None:
    for content in (
        lint_sets.BONUS_OF_13_UNDER_10,
        lint_sets.COMPONENT_OF_3_WORTH_6,
        lint_sets.CHILDREN_OF_10_25_UNDER_10,
        lint_sets.TWO_BANDS_OWN_90,
    ):
        draft = import_criteria_set(content=content, by=world.coordinator)
        login("coordinator").post(reverse("criteria_set_publish", args=[draft.code, draft.version]))
        assert not CriteriaSet.objects.get(pk=draft.pk).is_frozen


def test_a_sound_draft_has_nothing_to_mend(login: Login, world: World) -> None:
    panel = panel_of(login, world, lint_sets.set_of(lint_sets.node("1", "5"), total="5"))
    assert "nothing to mend" in panel
    assert "the set can be published" in panel


def test_each_finding_leads_to_the_input_that_mends_it(login: Login, world: World) -> None:
    content = lint_sets.CHILDREN_OF_10_25_UNDER_10
    panel = panel_of(login, world, replace(content, total_points=Decimal(9)))
    draft = CriteriaSet.objects.get(code=content.code)
    field = draft.criteria.get(code="1").pk
    where = [draft.code, draft.version]
    assert f'href="{reverse("criterion_edit", args=[*where, field])}#id_max_points"' in panel
    assert f'href="{reverse("criteria_set_head", args=where)}#id_total_points"' in panel
    assert 'id="id_max_points"' in text_of(
        login("coordinator").get(reverse("criterion_edit", args=[*where, field]))
    )
    assert 'id="id_total_points"' in text_of(login("coordinator").get(reverse("criteria_set_head", args=where)))


def test_a_knock_out_left_on_a_leaf_can_be_taken_away_where_the_finding_leads(login: Login, world: World) -> None:
    content = lint_sets.set_of(lint_sets.node("1", "5", knock_out=True), total="5")
    panel = panel_of(login, world, content)
    page = reverse(
        "criterion_edit", args=[content.code, 1, CriteriaSet.objects.get(code=content.code).criteria.get().pk]
    )
    assert f'href="{page}#id_knock_out"' in panel
    assert 'id="id_knock_out"' in text_of(login("coordinator").get(page))


def test_an_empty_draft_says_what_is_missing(login: Login, world: World) -> None:
    draft = CriteriaSet.objects.create(
        code="trong", title="Trống", issuer=world.district, unit_type="commune", total_points=0
    )
    page = text_of(login("coordinator").get(reverse("criteria_set", args=[draft.code, 1])))
    assert "The set has no criteria." in page
    assert f'<a href="{reverse("criteria_set_edit", args=[draft.code, 1])}">The set</a>' in page

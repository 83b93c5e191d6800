"""A method tried on the page of its criterion: points and explanation of typed facts, and the edge cases."""

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.criteria import new_version
from scoring.models import CriteriaSet
from scoring.rows import PREFIX, entry_text
from scoring.rules import METHODS, Leaf, Method, build
from scoring.try_out import OTHERS, edge_lines, round_in_words, try_out
from tests.scoring.page_forms import PageForm
from tests.scoring.typed_methods import TYPED
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def tried(method: Method, **facts: str) -> Any:
    return try_out(method, {PREFIX + name: value for name, value in facts.items()})


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    return new_version(criteria_set=world.criteria_set, by=world.coordinator)


@pytest.fixture
def coordinator(login: Login, draft: CriteriaSet) -> Client:
    return login("coordinator")


def url(draft: CriteriaSet, code: str, name: str = "criterion_try") -> str:
    return reverse(name, args=[draft.code, draft.version, draft.criteria.get(code=code).pk])


def form_of(client: Client, draft: CriteriaSet, code: str) -> PageForm:
    return PageForm(client.get(url(draft, code, "criterion_edit")).content.decode(), "criterion-form")


def words_of(response: Any, element: str) -> str:
    """The text of an element of the answer, up to the next one that has a name."""
    text = response.content.decode()
    _before, mark, rest = text.partition(f'id="{element}"')
    assert mark, f"no element {element}"
    bare = re.sub(r"<[^>]*>", " ", re.split(r' id="', rest)[0])
    return " ".join(html.unescape(bare).split())


def test_facts_give_points_and_their_explanation(coordinator: Client, draft: CriteriaSet) -> None:
    facts = {"answer-on_time": "13", "answer-late": "11", "answer-undone": "5"}
    form = form_of(coordinator, draft, "1.2.1").fill(facts)
    response = coordinator.post(url(draft, "1.2.1"), form.data(), headers=HTMX)
    assert response.status_code == 200
    assert "1.91 (13 × 1 + 11 × 0.5) / 29 × 3 = 1.91" in words_of(response, "try-result")


def test_what_is_not_saved_yet_is_tried(coordinator: Client, draft: CriteriaSet) -> None:
    facts = {"answer-on_time": "13", "answer-late": "11", "answer-undone": "5"}
    form = form_of(coordinator, draft, "1.2.1").fill(facts)
    form.fill({"params.parts.1.weight": "0.25", "max_points": "6"})
    response = coordinator.post(url(draft, "1.2.1"), form.data(), headers=HTMX)
    assert "(13 × 1 + 11 × 0.25) / 29 × 6" in words_of(response, "try-result")
    assert draft.criteria.get(code="1.2.1").max_points == 3
    assert CriteriaSet.objects.get(pk=draft.pk).revision == draft.revision


def test_without_javascript_the_page_comes_back_with_everything_typed(
    coordinator: Client, draft: CriteriaSet
) -> None:
    form = form_of(coordinator, draft, "1.2.2").fill({"answer-count": "3", "title": "Chưa lưu"})
    response = coordinator.post(url(draft, "1.2.2"), form.data())
    assert "1.50 0 + 3 × 0.5 = 1.50" in words_of(response, "try-result")
    assert "Tried only: nothing was saved." in words_of(response, "criterion-notice")
    again = PageForm(response.content.decode(), "criterion-form")
    assert (again["title"], again["answer-count"]) == ("Chưa lưu", "3")
    assert draft.criteria.get(code="1.2.2").title == "Hình thức tuyên truyền"


@pytest.mark.parametrize(
    ("facts", "place", "told"),
    [
        ({"answer-numerator": "30", "answer-denominator": "29"}, "numerator", "30 is more than"),
        ({"answer-numerator": "ba", "answer-denominator": "29"}, "numerator", "This is not a number."),
        ({"answer-numerator": "2.5", "answer-denominator": "29"}, "numerator", "This must be a whole number."),
    ],
)
def test_impossible_facts_are_told_at_their_input(
    coordinator: Client, draft: CriteriaSet, facts: dict[str, str], place: str, told: str
) -> None:
    form = form_of(coordinator, draft, "2.1").fill(facts)
    for headers in ({}, HTMX):
        response = coordinator.post(url(draft, "2.1"), form.data(), headers=headers)
        assert response.status_code == 200
        assert told in words_of(response, f"id_answer-{place}-errors")


def test_what_is_missing_is_named(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "2.1").fill({"answer-numerator": "20"})
    response = coordinator.post(url(draft, "2.1"), form.data(), headers=HTMX)
    assert "Fill in to see the points: Phải xử lý." in words_of(response, "try-result")
    # What is only missing is no error.
    assert "errorlist" not in response.content.decode()


def test_settings_that_are_not_sound_cannot_be_tried(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.1").fill({"params.options.0.points": "20"})
    response = coordinator.post(url(draft, "1.1"), form.data(), headers=HTMX)
    assert "Complete the settings to try the method." in words_of(response, "try-result")


def test_every_state_shows_what_it_brings(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "2.1").fill({"no_case_policy": "full"})
    told = words_of(coordinator.post(url(draft, "2.1"), form.data(), headers=HTMX), "try-result")
    assert "not answered –" in told
    assert "no case arose 2.00 no case arose → 2.00" in told
    assert "not applicable not counted" in told


def test_the_edge_cases_stand_there_by_themselves(coordinator: Client, draft: CriteriaSet) -> None:
    told = words_of(coordinator.get(url(draft, "2.2", "criterion_edit")), "edges-title")
    for edge in ("just below 80 %", "Tỷ lệ công khai: 79.99 %", "exactly 80 %", "exactly 100 %"):
        assert edge in told


def test_the_edge_cases_follow_what_is_typed(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "2.2").fill({"params.bands.0.to": "70", "params.bands.1.from": "70"})
    response = coordinator.post(url(draft, "2.2"), form.data(), headers=HTMX)
    assert "exactly 70 %" in words_of(response, "edges-title")
    assert draft.criteria.get(code="2.2").params["bands"][0]["to"] == "80"


def method_of(name: str) -> Method:
    """A method as it is typed in `tests.scoring.typed_methods`, on a leaf of 2 points."""
    return build(name, TYPED[name][1], Leaf(max_points=Decimal(0 if name == "information" else 2)))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_edge_cases_and_is_tried(name: str) -> None:
    method = method_of(name)
    lines = edge_lines(method, {})
    assert lines
    for line in lines:
        assert line.label
        assert line.facts
        assert line.is_left_out or line.points
    case = method.edge_cases()[0]
    facts = {PREFIX + key: entry_text(value) for key, value in case.answers.items()}
    answered = try_out(method, facts).answered
    assert answered is not None
    assert answered.points or answered.is_left_out or method.needs_peers


def test_units_are_compared_with_one_another() -> None:
    """62.5 % of the points for the target of 80 %, the rest in proportion to the best unit."""
    method = method_of("peer")
    alone = tried(method, percent="90")
    assert alone.answered.points == ""
    assert [each.field.name for each in alone.inputs] == ["answer-percent", OTHERS]
    beside = try_out(method, {"answer-percent": "90", OTHERS: "60; 85,5; 100 %"})
    assert beside.answered is not None
    assert beside.answered.points == "1,63"
    edges = edge_lines(method, {OTHERS: "60; 85,5; 100"})
    assert next(line for line in edges if line.facts.endswith(": 80 %")).points == "1,25"
    assert round_in_words(method, {OTHERS: "60; 85,5; 100"}) == "60; 85,5; 100"


def test_edge_cases_of_a_comparison_make_a_round_of_their_own() -> None:
    method = method_of("peer")
    assert round_in_words(method, {}) == "0; 79,99; 80; 80,01; 100"
    assert [line.points for line in edge_lines(method, {})][-1] == "2,00"
    assert round_in_words(method_of("ratio"), {}) == ""


def test_values_of_others_that_cannot_be_read_are_told_at_their_input() -> None:
    tried_out = try_out(method_of("peer"), {"answer-percent": "90", OTHERS: "60; nhiều"})
    assert tried_out.inputs[-1].box.texts[0].startswith("nhiều: ")
    assert tried_out.inputs[-1].field.value == "60; nhiều"


def test_an_imported_survey_is_tried_like_other_facts() -> None:
    method = method_of("survey")
    assert tried(method, mean="4,2", sample="120").answered.points == "1,60"
    assert tried(method, mean="4,2", sample="29").answered.is_left_out
    assert [line.is_left_out for line in tried(method).states] == [True, True, True]


def test_an_information_row_counts_with_its_nothing() -> None:
    answered = tried(method_of("information"), value="3").answered
    assert not answered.is_left_out
    assert answered.points == "0,00"


def test_a_whole_of_nothing_is_not_counted() -> None:
    method = build("ratio", {"of": "ratio", "numerator": "a", "denominator": "b"}, Leaf(max_points=Decimal(3)))
    answered = tried(method, numerator="0", denominator="0").answered
    assert answered.is_left_out
    assert answered.points == ""

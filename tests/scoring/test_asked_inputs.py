"""An input that hangs on the answer to another one: last year's value, wherever a row is filled in or tried."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.criteria import new_version
from scoring.rows import answer_fields
from scoring.rules import Answers
from scoring.try_out import try_out
from tests.world import World, submit

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
PARAMS: dict[str, Any] = {"label": "Số sáng kiến", "kind": "integer", "unchanged": "1"}
ASKED = 'data-asked-for="answer-has_base yes"'


@pytest.fixture
def world(world: World) -> World:
    """Criterion 3 compares with last year."""
    world.criteria_set.criteria.filter(code="3").update(method="change", params=PARAMS)
    return world


def save(client: Client, world: World, **facts: str) -> str:
    row = world.score(world.commune_a, "3")
    url = reverse("sheet_row", args=[row.sheet_id, row.criterion_id])
    data = {f"answer-{name}": value for name, value in facts.items()}
    response = client.post(url, {**data, "state": "answered", "version": row.version})
    assert response.status_code == 200
    return response.content.decode()


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_sheet_says_when_last_years_value_is_asked_for(world: World, login: Login) -> None:
    client, sheet = login("officer_a"), world.sheet(world.commune_a)
    shown = page(client, "sheet", sheet.pk)
    asked = ASKED.replace("answer", f"r{world.score(world.commune_a, '3').criterion_id}-answer")
    assert shown.count(asked) == 1
    assert "(chỉ khi trả lời “có”)" in shown
    assert "js/asked" in shown
    save(client, world, current="9", has_base="no")
    stored = world.score(world.commune_a, "3")
    assert stored.answers == {"current": 9, "has_base": "no"}
    submit(world, world.commune_a)
    read = re.sub(r"<[^>]*>", " ", page(client, "sheet", sheet.pk))
    assert "Số sáng kiến: 9" in read
    assert "Giá trị năm trước:" not in read
    assert "data-asked-for" not in page(client, "sheet", sheet.pk)


def test_who_appraises_is_asked_in_the_same_way(world: World, login: Login) -> None:
    submit(world, world.commune_a)
    shown = page(login("coordinator"), "appraisal", world.sheet(world.commune_a).pk)
    assert shown.count(ASKED) == 1
    assert "js/asked" in shown


def test_the_try_out_asks_in_the_same_way_and_names_nothing_else_as_missing(world: World, login: Login) -> None:
    draft = new_version(criteria_set=world.criteria_set, by=world.coordinator)
    leaf = draft.criteria.get(code="3")
    shown = page(login("coordinator"), "criterion_edit", draft.code, draft.version, leaf.pk)
    assert ASKED in shown
    method = leaf.scoring_method(draft)
    assert len(try_out(method, {}).missing) == 2
    begun = try_out(method, {"answer-current": "9", "answer-has_base": "yes"})
    assert len(begun.missing) == 1
    without = try_out(method, {"answer-current": "9", "answer-has_base": "no"})
    assert without.answered is not None
    assert without.answered.is_left_out


def test_only_that_input_hangs_on_another_one(world: World) -> None:
    method = world.score(world.commune_a, "3").criterion.scoring_method(world.criteria_set)
    none: Answers = {}
    assert [each.asked_for for each in answer_fields(method, none)] == ["", "", "answer-has_base yes"]

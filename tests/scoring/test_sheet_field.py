"""The rows of one field, sent by a plain form: each is saved or refused on its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Score
from scoring.rules import LeafState
from tests.world import World
from units.models import AuditEvent

pytestmark = pytest.mark.any_database
Login = Callable[[str], Client]
FORM = re.compile(r'<form class="field-form" id="field-(\d+)".*?</form>', re.DOTALL)
INPUT = re.compile(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"')
TEXT = re.compile(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>')
SELECT = re.compile(r'<select name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'value="([^"]*)" selected')
FIRST = re.compile(r'<option value="([^"]*)"')


def fields_in(form: str) -> dict[str, str]:
    """What a browser would send of a form that nobody touched."""
    found = dict(INPUT.findall(form)) | dict(TEXT.findall(form))
    for name, options in SELECT.findall(form):
        chosen = CHOSEN.search(options) or FIRST.search(options)
        found[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


@dataclass
class Page:
    """Commune A's sheet in a browser without a script."""

    world: World
    client: Client

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> str:
        response: Any = self.client.get(reverse("sheet", args=[self.world.sheet(self.world.commune_a).pk]))
        return self.read(response)

    def read(self, response: Any) -> str:
        html: str = response.content.decode()
        self.html = html
        self.forms = {int(match[1]): fields_in(match[0]) for match in FORM.finditer(html)}
        return html

    def score(self, code: str) -> Score:
        return self.world.score(self.world.commune_a, code)

    def name(self, code: str, part: str) -> str:
        return f"r{self.score(code).criterion_id}-{part}"

    def type(self, code: str, part: str, value: str) -> None:
        self.fields(code)[self.name(code, part)] = value

    def fields(self, code: str) -> dict[str, str]:
        criterion = self.score(code).criterion
        return self.forms[criterion.section_id or criterion.pk]

    def send(self, code: str, **button: str) -> Any:
        """Press a button of the form in which the row stands."""
        criterion = self.score(code).criterion
        section = criterion.section_id or criterion.pk
        url = reverse("sheet_field", args=[self.score(code).sheet_id, section])
        pressed = {self.name(code, part): value for part, value in button.items()}
        response = self.client.post(url, {**self.fields(code), **pressed})
        if response.status_code != 302:
            self.read(response)
        return response


@pytest.fixture
def plain(world: World, login: Login) -> Page:
    return Page(world, login("officer_a"))


def save_elsewhere(world: World, code: str, points: str) -> None:
    score = world.score(world.commune_a, code)
    entry = RowEntry(LeafState.ANSWERED, {"points": Decimal(points)}, note="Trên máy khác")
    save_score(score=score, entry=entry, version=score.version, by=world.leader_a)


def test_every_field_is_one_form_that_can_be_sent_as_it_stands(plain: Page) -> None:
    assert len(plain.forms) == 3
    for code in ("1.1", "2.1", "3"):
        assert plain.send(code).status_code == 302
        plain.open()
    assert not AuditEvent.objects.filter(action="score.saved").exists()
    assert {score.version for score in Score.objects.all()} == {1}


def test_only_what_was_typed_is_saved_and_the_browser_returns_to_the_field(plain: Page) -> None:
    plain.type("1.1", "answer-option", "late")
    plain.type("1.2.2", "answer-count", "3")
    plain.type("1.2.2", "note", "Dòng một\r\nDòng hai")
    saved = plain.send("1.1")
    section = plain.score("1.1").criterion.section_id
    assert saved.headers["Location"].endswith(f"#section-{section}")
    assert "notice-success" in plain.open()
    assert plain.score("1.1").self_points == Decimal(1)
    assert plain.score("1.2.2").self_points == Decimal("1.5")
    assert plain.score("1.2.2").note == "Dòng một\nDòng hai"
    assert plain.score("1.2.1").version == 1
    assert plain.send("1.1").status_code == 302
    assert plain.score("1.2.2").version == 2


def test_what_is_fine_is_saved_and_what_is_refused_stays_typed_with_words_at_its_input(plain: Page) -> None:
    plain.type("2.1", "answer-numerator", "30")
    plain.type("2.1", "answer-denominator", "29")
    plain.type("2.2", "answer-percent", "100")
    refused = plain.send("2.1")
    assert refused.status_code == 422
    assert plain.score("2.2").self_points == Decimal(1)
    assert plain.score("2.1").state == "not_answered"
    assert plain.fields("2.1")[plain.name("2.1", "answer-numerator")] == "30"
    told = re.search(rf'id="{plain.name("2.1", "answer-numerator")}-msg"[^>]*>([^<]+)<', plain.html)
    assert told
    assert plain.html.count('aria-invalid="true"') == 1
    assert plain.html.count(" has-error") == 1
    plain.type("2.1", "answer-numerator", "29")
    assert plain.send("2.1").status_code == 302
    assert plain.score("2.1").self_points == Decimal(2)


def test_an_ambiguous_number_is_asked_about_with_a_button_for_each_reading(plain: Page) -> None:
    plain.type("2.2", "answer-percent", "1.353")
    assert plain.send("2.2").status_code == 422
    name = plain.name("2.2", "answer-percent")
    assert f'name="{name}" value="1353" data-entry' in plain.html
    assert plain.send("2.2", **{"answer-percent": "1,3530"}).status_code == 302
    assert plain.score("2.2").answers == {"percent": "1.3530"}


def test_a_row_half_filled_in_says_what_is_left(plain: Page) -> None:
    plain.type("1.2.1", "answer-on_time", "13")
    assert plain.send("1.2.1").status_code == 422
    assert "Quá hạn, Chưa hoàn thành" in plain.html
    assert " has-error" not in plain.html
    assert plain.fields("1.2.1")[plain.name("1.2.1", "answer-on_time")] == "13"


def test_a_row_changed_elsewhere_is_shown_with_both_values_and_who_typed_decides(plain: Page) -> None:
    plain.type("3", "answer-points", "1,75")
    save_elsewhere(plain.world, "3", "0.5")
    assert plain.send("3").status_code == 409
    assert plain.score("3").self_points == Decimal("0.5")
    for words in ("0,5", "Cán bộ leader_a"):
        assert words in plain.html
    assert plain.fields("3")[plain.name("3", "answer-points")] == "1,75"
    assert plain.send("3").status_code == 302
    assert plain.score("3").self_points == Decimal("1.75")


def test_what_is_there_can_be_taken_instead(plain: Page) -> None:
    plain.type("3", "answer-points", "1,75")
    save_elsewhere(plain.world, "3", "0.5")
    plain.send("3")
    assert plain.send("3", take="2").status_code == 302
    assert plain.score("3").self_points == Decimal("0.5")
    plain.open()
    assert plain.fields("3")[plain.name("3", "answer-points")] == "0,5"


def test_a_row_that_nobody_touched_here_is_in_no_conflict(plain: Page) -> None:
    save_elsewhere(plain.world, "3", "0.5")
    assert plain.send("3").status_code == 302
    assert plain.score("3").self_points == Decimal("0.5")


def test_a_locked_sheet_keeps_what_was_typed_on_the_page(plain: Page) -> None:
    plain.type("3", "answer-points", "1,75")
    move_sheet(sheet=plain.world.sheet(plain.world.commune_a), name="propose", by=plain.world.officer_a)
    refused = plain.send("3")
    assert refused.status_code == 409
    assert plain.score("3").self_points is None
    assert "1,75" in plain.html


def test_a_copied_note_is_confirmed_by_its_button(plain: Page) -> None:
    save_elsewhere(plain.world, "3", "0.5")
    Score.objects.filter(pk=plain.score("3").pk).update(to_check=True)
    plain.open()
    assert f'name="{plain.name("3", "confirm")}"' in plain.html
    assert plain.send("3").status_code == 302
    assert plain.score("3").to_check
    assert plain.send("3", confirm="1").status_code == 302
    assert not plain.score("3").to_check


@pytest.mark.parametrize(("who", "status"), [("officer_b", 404), ("outsider", 404), ("coordinator", 403)])
def test_nobody_else_fills_in_the_field(world: World, login: Login, who: str, status: int) -> None:
    score = world.score(world.commune_a, "3")
    url = reverse("sheet_field", args=[score.sheet_id, score.criterion_id])
    sent = {f"r{score.criterion_id}-answer-points": "1", f"r{score.criterion_id}-version": "1"}
    assert login(who).post(url, sent).status_code == status
    assert world.score(world.commune_a, "3").self_points is None

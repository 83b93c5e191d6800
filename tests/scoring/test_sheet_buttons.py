"""Buttons inside the form of a field, without a script: what was typed beside them is saved first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.evidence import Reference, add_evidence
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Evidence
from scoring.rules import LeafState
from tests.scoring.test_sheet_field import Page
from tests.world import World

pytestmark = pytest.mark.any_database


@pytest.fixture
def plain(world: World, login: Callable[[str], Client]) -> Page:
    """Commune A's sheet, with one document in row 1.1."""
    row = world.score(world.commune_a, "1.1")
    add_evidence(score=row, reference=Reference(number="12/KH-UBND"), file=None, by=world.officer_a)
    return Page(world, login("officer_a"))


def press(page: Page, url: str) -> Any:
    """The form of field 1 sent to the address of a button of row 1.1."""
    assert f'formaction="{url}"' in page.html
    response = page.client.post(url, page.fields("1.1"))
    if response.status_code != 302:
        page.read(response)
    return response


def remove(page: Page) -> Any:
    row = page.score("1.1")
    return press(
        page, reverse("evidence_remove", args=[row.sheet_id, row.criterion_id, Evidence.objects.get().pk])
    )


def test_what_was_typed_is_saved_before_a_document_goes(plain: Page) -> None:
    plain.type("1.1", "answer-option", "late")
    plain.type("1.2.2", "answer-count", "3")
    assert remove(plain).status_code == 302
    assert not Evidence.objects.exists()
    assert plain.score("1.1").answers == {"option": "late"}
    assert plain.score("1.2.2").answers == {"count": 3}
    assert plain.score("1.2.1").version == 1
    assert plain.open().count("notice-success") == 2


def test_what_is_refused_stays_typed_beside_what_the_button_did(plain: Page) -> None:
    plain.type("1.2.2", "answer-count", "ba")
    plain.type("1.2.1", "answer-on_time", "13")
    plain.type("1.1", "note", "Đã ban hành")
    assert remove(plain).status_code == 422
    assert not Evidence.objects.exists()
    assert plain.score("1.1").note == "Đã ban hành"
    assert plain.fields("1.2.2")[plain.name("1.2.2", "answer-count")] == "ba"
    assert plain.fields("1.2.1")[plain.name("1.2.1", "answer-on_time")] == "13"
    plain.type("1.2.2", "answer-count", "3")
    plain.type("1.2.1", "answer-on_time", "")
    assert plain.send("1.1").status_code == 302
    assert plain.score("1.2.2").answers == {"count": 3}


def test_a_row_changed_elsewhere_is_shown_with_both_values(plain: Page) -> None:
    plain.type("1.2.2", "answer-count", "3")
    plain.type("1.2.2", "note", "Ở đây")
    elsewhere = RowEntry(LeafState.ANSWERED, {"count": 1})
    save_score(score=plain.score("1.2.2"), entry=elsewhere, version=1, by=plain.world.leader_a)
    assert remove(plain).status_code == 409
    assert "Cán bộ leader_a" in plain.html
    assert plain.fields("1.2.2")[plain.name("1.2.2", "note")] == "Ở đây"


def test_a_document_said_to_be_checked_takes_what_was_typed_along(plain: Page) -> None:
    Evidence.objects.update(to_check=True)
    plain.open()
    plain.type("1.2.2", "answer-count", "3")
    url = reverse("evidence_checked", args=[Evidence.objects.get().pk])
    assert press(plain, url).status_code == 302
    assert not Evidence.objects.get().to_check
    assert plain.score("1.2.2").answers == {"count": 3}


def test_on_a_sheet_locked_meanwhile_nothing_typed_is_lost(plain: Page) -> None:
    plain.type("1.2.2", "answer-count", "3")
    plain.type("1.2.2", "note", "Ba hình thức")
    plain.type("1.1", "why_no_evidence", "Hồ sơ lưu trữ giấy")
    move_sheet(sheet=plain.world.sheet(plain.world.commune_a), name="propose", by=plain.world.officer_a)
    assert remove(plain).status_code == 409
    assert Evidence.objects.exists()
    assert plain.score("1.2.2").answers == {}
    for words in ("Ba hình thức", "Hồ sơ lưu trữ giấy"):
        assert words in plain.html


def test_who_only_reads_the_sheet_saves_nothing_by_such_a_button(world: World, plain: Page, login: Any) -> None:
    plain.type("1.2.2", "answer-count", "3")
    row = world.score(world.commune_a, "1.1")
    url = reverse("evidence_remove", args=[row.sheet_id, row.criterion_id, Evidence.objects.get().pk])
    for name, status in (("coordinator", 403), ("officer_b", 404)):
        assert login(name).post(url, plain.fields("1.1")).status_code == status
    assert plain.score("1.2.2").answers == {}
    assert Evidence.objects.exists()

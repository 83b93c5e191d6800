"""Rows that a browser could not send, saved to a file when logging out: uploaded, previewed, accepted."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from parportal.entry.models import Receipt
from scoring.importing.sheet_plan import SheetRows
from scoring.importing.sheet_unsent import read_unsent
from scoring.models import ScoreSheet
from tests.scoring.sheet_books import accept, changes, file_of, problems, refusals, save, stored, unsent, upload
from tests.world import World, person
from units.access import Role

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


@pytest.fixture
def sheet(world: World) -> ScoreSheet:
    return world.sheet(world.commune_a)


@pytest.fixture
def officer(world: World, login: Login) -> Client:
    return login("officer_a")


def test_unsent_rows_are_previewed_and_accepted(world: World, officer: Client, sheet: ScoreSheet) -> None:
    rows = [
        (stored(world, "3"), {"state": "answered", "answer-points": "1,5", "note": "Ghi chú"}),
        (stored(world, "2.1"), {"state": "answered", "answer-numerator": "3"}),
        (stored(world, "1.2.2"), {"state": "answered", "answer-count": "2"}),
    ]
    content = unsent(world.officer_a, rows)
    save(world, "1.2.2", {"count": 1}, by="leader_a")
    preview = upload(officer, sheet, content, "dong-chua-gui.json")
    assert {code: each.is_conflict for code, each in changes(preview).items()} == {"1.2.2": True, "3": False}
    assert [place for place, _reason in refusals(preview)] == ["2.1"]
    assert preview.context["typed_by"] == ""
    assert "10:42 21/11/2026" in preview.content.decode()
    accept(officer, sheet, preview)
    assert (stored(world, "3").note, stored(world, "1.2.2").self_points) == ("Ghi chú", Decimal("0.5"))


def test_what_the_browser_itself_had_sent_is_no_conflict(world: World, officer: Client, sheet: ScoreSheet) -> None:
    content = unsent(world.officer_a, [(stored(world, "3"), {"answer-points": "1,5"})])
    key = json.loads(content)["sheets"][0]["rows"][0]["key"]
    saved = save(world, "3", {"points": Decimal(1)})
    Receipt.objects.create(user=world.officer_a, key=key, status=200, answer={"version": saved.version})
    assert not changes(upload(officer, sheet, content))["3"].is_conflict
    save(world, "3", {"points": Decimal("1.75")}, by="leader_a")
    assert changes(upload(officer, sheet, content))["3"].is_conflict


def test_rows_of_another_account_say_whose_they_are(world: World, officer: Client, sheet: ScoreSheet) -> None:
    rows = [(stored(world, "3"), {"state": "answered", "answer-points": "1"})]
    assert upload(officer, sheet, unsent(world.leader_a, rows)).context["typed_by"] == str(world.leader_a)
    stranger = upload(officer, sheet, unsent(world.outsider, rows)).context["typed_by"]
    assert stranger
    assert str(world.outsider) not in stranger


def test_only_sheets_that_the_person_fills_in_are_offered(world: World, login: Login, sheet: ScoreSheet) -> None:
    other = world.sheet(world.commune_b)
    both = person("both", (Role.OFFICER, world.commune_a), (Role.OFFICER, world.commune_b))
    world.people["both"] = both
    content = unsent(both, [(stored(world, "3"), {"answer-points": "1"})], (other, 2))
    preview = upload(login("both"), sheet, content)
    assert preview.context["others"] == [(other, 2)]
    assert upload(login("officer_a"), sheet, content).context["others"] == []


@pytest.mark.parametrize(
    "row",
    [
        5,
        {},
        {"criterion": "1", "fields": {}},
        {"criterion": True, "fields": {}},
        {"criterion": 10**30, "fields": {}},
        {"criterion": 1, "fields": []},
    ],
)
def test_a_row_that_is_none_refuses_the_file(officer: Client, sheet: ScoreSheet, row: Any) -> None:
    sheets = [{"url": f"/sheets/{sheet.pk}/", "rows": [row]}]
    data = {"format": "par-portal-rows", "version": 1, "sheets": sheets}
    assert problems(upload(officer, sheet, file_of(data))) == [("", "1")]


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 5000, 7, None, ["a"], {"a": 1}])
def test_a_hostile_text_refuses_its_row(world: World, officer: Client, sheet: ScoreSheet, text: Any) -> None:
    row = {"criterion": stored(world, "3").criterion_id, "code": "3", "version": 1, "fields": {"note": text}}
    sheets = [7, {"url": 5}, {"url": f"/sheets/{sheet.pk}/", "title": text, "rows": [row]}]
    data = {"format": "par-portal-rows", "version": 1, "user": text, "saved_at": text, "sheets": sheets}
    preview = upload(officer, sheet, json.dumps(data).encode())
    assert len(refusals(preview)) == 1
    assert changes(preview) == {}


def test_a_row_of_nobody_is_listed(world: World, officer: Client, sheet: ScoreSheet) -> None:
    row = {"criterion": 987654, "code": "<b>9</b>", "version": 1, "fields": {"note": "x"}}
    data = {"format": "par-portal-rows", "version": 1, "sheets": [{"url": f"/sheets/{sheet.pk}/", "rows": [row]}]}
    preview = upload(officer, sheet, file_of(data))
    assert preview.context["plan"].gone == ("<b>9</b>",)
    assert "&lt;b&gt;9" in preview.content.decode()


def test_unsent_rows_of_the_same_row_count_once_the_last_one(world: World, sheet: ScoreSheet) -> None:
    score = stored(world, "3")
    rows = [(score, {"answer-points": "1"}), (score, {"answer-points": "2"})]
    read = read_unsent(unsent(world.officer_a, rows), sheet)
    assert [row.fields["answer-points"] for row in read.rows] == ["2"]
    assert SheetRows.of(sheet, world.officer_a).score(read.rows[0].criterion) == score

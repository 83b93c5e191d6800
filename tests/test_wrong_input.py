"""Wrong input through the pages: refused in words at its place, everything else kept.

What `tests/entry` and the tests of each page hold already is not repeated here.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scoring.actions.sheets import move_sheet
from scoring.importing.criteria_example import EXAMPLE
from scoring.models import Campaign, CriteriaSet, Evidence, Loss, Score, SheetStatus, UnitResult
from tests.scoring.approving import approval
from tests.scoring.criteria_books import Edit, book_file, write
from tests.scoring.results_world import FIXTURES, load_kon_ray_units
from tests.world import World, person
from units.access import Role
from units.models import Unit

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DUE = datetime(2026, 12, 15, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TWIN = FIXTURES / "kon-ray-2021-commune.xlsx"


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def row_url(score: Score, name: str = "sheet_row") -> str:
    return reverse(name, args=[score.sheet_id, score.criterion_id])


# Rows ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["1,1", "0,3", "1,99", "0,01"])
def test_points_off_a_step_of_a_quarter_are_refused_and_kept(world: World, login: Login, typed: str) -> None:
    CriteriaSet.objects.update(point_step=Decimal("0.25"))
    client, score = login("officer_a"), world.score(world.commune_a, "3")
    data = {"answer-points": typed, "note": "Ghi chú giữ lại", "version": 1}
    refused = client.post(row_url(score), data)
    assert refused.status_code == 422
    assert "0,25" in refused.json()["messages"][0]["text"]
    row = f"r{score.criterion_id}"
    plain = client.post(field_url(score), {f"{row}-{name}": value for name, value in data.items()})
    assert plain.status_code == 422
    assert f'name="{row}-answer-points" value="{typed}"' in text(plain)
    assert "Ghi chú giữ lại" in text(plain)
    assert "0,25" in text(plain)
    assert world.score(world.commune_a, "3").version == 1
    assert client.post(row_url(score), {**data, "answer-points": "1,75"}).status_code == 200
    assert world.score(world.commune_a, "3").self_points == Decimal("1.75")


def field_url(score: Score) -> str:
    """Where a browser without a script sends the rows of a field."""
    section = score.criterion.section_id or score.criterion_id
    return reverse("sheet_field", args=[score.sheet_id, section])


def test_a_refused_row_leaves_the_others_and_the_sum_as_they_were(world: World, login: Login) -> None:
    client = login("officer_a")
    good, bad = world.score(world.commune_a, "1.2.2"), world.score(world.commune_a, "2.1")
    client.post(row_url(good), {"answer-count": "3", "version": 1})
    typed = {"answer-numerator": "30", "answer-denominator": "29", "version": 1}
    refused = client.post(field_url(bad), {f"r{bad.criterion_id}-{name}": value for name, value in typed.items()})
    assert refused.status_code == 422
    assert text(refused).count("has-error") == 1
    assert "1,50 / 12" in text(refused)
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    assert result.earned_points == Decimal("1.5")


@pytest.mark.parametrize(("minutes", "in_time"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("name", ["propose", "submit"])
def test_moves_count_the_deadline_at_1700_to_the_minute(
    world: World, login: Login, name: str, minutes: int, in_time: bool
) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(self_score_due_at=DUE)
    with time_machine.travel(DUE - timedelta(hours=2), tick=False):
        if name == "submit":
            move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    before = world.sheet(world.commune_a).status
    with time_machine.travel(DUE + timedelta(minutes=minutes), tick=False):
        client = login("officer_a" if name == "propose" else "leader_a")
        url = reverse("sheet_move", args=[world.sheet(world.commune_a).pk])
        assert ("17:00 15/12/2026" in text(client.get(url, {"move": name}))) or in_time
        answer = client.post(url, approval(client, url) if name == "submit" else {"move": name})
    after = world.sheet(world.commune_a).status
    if in_time:
        assert answer.status_code == 302
        assert after == (SheetStatus.AWAITING_LEADER if name == "propose" else SheetStatus.SUBMITTED)
    else:
        assert answer.status_code == 409
        assert "17:00 15/12/2026" in text(answer)
        assert after == before


@pytest.mark.parametrize(("minutes", "status"), [(-1, 302), (1, 422)])
def test_evidence_too_late_is_refused_and_what_was_typed_stays(
    world: World, login: Login, minutes: int, status: int
) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(self_score_due_at=DUE)
    score = world.score(world.commune_a, "1.1")
    with time_machine.travel(DUE + timedelta(minutes=minutes), tick=False):
        answer = login("officer_a").post(row_url(score, "sheet_evidence_add"), {"number": "45/BC-UBND"})
    assert answer.status_code == status
    assert Evidence.objects.count() == (status == 302)
    if status == 422:
        assert "17:00 15/12/2026" in text(answer)


@pytest.mark.parametrize("typed", [{"note": "a\x00b"}, {"state": "not_applicable", "reason": "a\x00b"}])
def test_a_null_character_in_a_text_of_the_unit_is_no_server_error(
    world: World, login: Login, typed: dict[str, str]
) -> None:
    score = world.score(world.commune_a, "3")
    answer = login("officer_a").post(row_url(score), {"answer-points": "1", "version": 1, **typed})
    assert answer.status_code in (302, 400, 422)
    stored = world.score(world.commune_a, "3")
    assert "\x00" not in stored.note + stored.reason


@pytest.mark.parametrize("query", ["campaign", "status", "page"])
def test_a_null_character_in_an_address_is_no_server_error(world: World, login: Login, query: str) -> None:
    assert login("officer_a").get(reverse("sheets"), {query: "a\x00b"}).status_code < 500


@pytest.mark.parametrize("name", ["appraisal_row", "appraisal_loss"])
def test_a_null_character_in_a_text_of_an_appraiser_is_no_server_error(
    world: World, login: Login, name: str
) -> None:
    for move, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=move, by=by)
    score = world.score(world.commune_a, "2.1")
    data = {"version": 0, "points": "1", "reason": "a\x00b", "cause": "a\x00b"}
    answer = login("coordinator").post(row_url(score, name), data)
    assert answer.status_code in (302, 400, 422)
    assert "\x00" not in "".join(score.appraisals.values_list("reason", flat=True))
    assert "\x00" not in "".join(Loss.objects.values_list("cause", flat=True))


@pytest.mark.parametrize("version", ["9" * 30, "-1", "1.0", "00", "٣"])
def test_a_garbled_version_of_an_appraisal_is_stored_whole_or_not_at_all(
    world: World, login: Login, version: str
) -> None:
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    score = world.score(world.commune_a, "2.1")
    data = {"version": version, "points": "1", "reason": "x"}
    answer = login("coordinator").post(row_url(score, "appraisal_row"), data)
    saved = answer.status_code == 302
    assert saved or answer.status_code == 409
    assert score.appraisals.exists() == saved
    assert world.score(world.commune_a, "2.1").points == (Decimal(1) if saved else None)


# Criteria sets ------------------------------------------------------------------------------------------------
def move_column(sheet: str, title: str) -> Edit:
    def edit(book: Any) -> None:
        for cell in (cell for row in book[sheet].iter_rows(max_row=4) for cell in row):
            if cell.value == title:
                book[sheet].delete_cols(cell.column)
                return
        raise AssertionError(f"no column {title}")

    return edit


@pytest.mark.parametrize(
    ("edits", "places"),
    [
        ([write("criteria", "B2", "1.1")], ["criteria!B2"]),  # 1 below 1.1, which is below 1
        ([write("criteria", "B3", "1.1")], ["criteria!B3"]),  # below itself
        ([write("criteria", "D3", "1.353")], ["criteria!D3"]),  # fits two readings
        ([move_column("criteria", "max_points")], ["max_points"]),
        ([write("set", "B9", 11), write("criteria", "D3", "hai"), write("set", "B12", 0)], ["set!B9", "set!B12"]),
    ],
)
def test_a_wrong_criteria_workbook_is_refused_at_its_cells(
    world: World, login: Login, edits: list[Edit], places: list[str]
) -> None:
    file = SimpleUploadedFile("set.xlsx", book_file(EXAMPLE, *edits).getvalue())
    before = CriteriaSet.objects.count()
    refused = login("coordinator").post(reverse("criteria_set_import"), {"file": file})
    assert refused.status_code == 422
    found = [(f"{each.sheet}!{each.cell}", f"{each}") for each in refused.context["problems"]]
    for place in places:
        assert any(place == cell or place in line for cell, line in found), found
    assert CriteriaSet.objects.count() == before


# The same number in the browser and in a text cell ----------------------------------------------------------
def results_book(value: object) -> SimpleUploadedFile:
    """The published workbook with another index of the commune in its first row."""
    book = openpyxl.load_workbook(TWIN)
    sheet = book["results"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["index"]).value = value
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("a.xlsx", file.getvalue())


@pytest.fixture
def kon_ray(db: None) -> Client:
    load_kon_ray_units()
    client = Client()
    coordinator = person("kon_ray", (Role.COORDINATOR, Unit.objects.get(code="614")))
    client.force_login(coordinator, backend=BACKEND)
    return client


@pytest.mark.parametrize("value", ["70.78", "70,78", 70.78])
def test_a_decimal_is_read_alike_with_either_mark_and_as_a_number(kon_ray: Client, value: object) -> None:
    response = kon_ray.post(reverse("results_import"), {"file": results_book(value)})
    assert response.status_code == 200
    kon_ray.post(reverse("results_import"), {"sealed": response.context["sealed"]})
    assert UnitResult.objects.filter(published_index=Decimal("70.78")).count() == 1


def test_what_fits_two_readings_is_asked_about_in_both_places(kon_ray: Client, world: World, login: Login) -> None:
    refused = kon_ray.post(reverse("results_import"), {"file": results_book("1.353")})
    assert refused.status_code == 422
    (problem,) = refused.context["problems"]
    score = world.score(world.commune_a, "3")
    asked = login("officer_a").post(row_url(score), {"answer-points": "1.353", "version": 1})
    assert asked.status_code == 422
    for reading in ("1353", "1,3530"):
        assert reading in str(problem.reason)
        assert reading in text(asked)
    assert not Campaign.objects.filter(code="kon-ray-2021-commune").exists()

"""The workbook of a return: how it is laid out, and that it comes back as it went out."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import gettext

from indicators.importing.return_reading import read_workbook
from indicators.importing.return_workbook import return_workbook
from indicators.models import Return, ReturnStatus
from parportal.entry.workbooks import open_workbook
from tests.entry.books import named
from tests.indicators.reporting import fill, make_period, make_set, put, return_of
from tests.indicators.return_books import changes, download, refusals, upload
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


@pytest.fixture
def found(world: World) -> Return:
    indicator_set = make_set()
    earlier = make_period(world, indicator_set, year=2024)
    put(return_of(earlier, world.commune_a), "1.1", 7)
    found = return_of(make_period(world, indicator_set), world.commune_a)
    fill(found)
    return found


@pytest.fixture
def officer(found: Return, login: Login) -> Client:
    return login("officer_a")


def open_cells(sheet: object) -> set[str]:
    lines = sheet.iter_rows()  # type: ignore[attr-defined]
    return {cell.coordinate for line in lines for cell in line if not cell.protection.locked}


# Layout ---------------------------------------------------------------------------------------------------------
def test_only_the_cells_to_be_filled_in_are_open(officer: Client, found: Return) -> None:
    book = download(officer, found)
    assert book.figures.protection.sheet
    extras = ("note", "as_of_on", "is_estimate", "reason")
    asked = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5")
    expected = {book.at(code, name) for code in asked for name in ("value", *extras)}
    # A table as a whole has its texts here; a figure that follows from others has nothing to fill in.
    expected |= {book.at(code, name) for code in ("3", "4") for name in extras}
    assert open_cells(book.figures) == expected
    assert "2.6" not in [cell.value for cell in book.figures["A"]], "only the district reports it"
    assert book.book["portal"].sheet_state == "veryHidden"
    assert book.book["lists"].sheet_state == "hidden"
    assert book.figures.row_dimensions[8].hidden


def test_values_stand_as_text_choices_come_from_lists_and_totals_are_locked(
    officer: Client, found: Return
) -> None:
    book = download(officer, found)
    assert (book.get("1.1"), book.get("2.1"), book.get("2.2")) == ("10", "12,5", "Kết hợp")
    assert book.figures[book.at("2.1")].number_format == "@"
    lists = {
        cells: each.formula1
        for each in book.figures.data_validations.dataValidation
        for cells in str(each.sqref).split()
    }
    column = lists[book.at("2.2")].partition("$")[2][0]
    assert [cell.value for cell in book.book["lists"][column] if cell.value] == [
        "Trực tuyến",
        "Phát phiếu",
        "Kết hợp",
    ]
    assert book.get("1.4") == "2", "10 - 8, shown and locked"
    assert book.get("1.1", gettext("Period before")) == "7"


def test_every_table_has_a_sheet(officer: Client, found: Return) -> None:
    book = download(officer, found)
    given, free = book.table("3"), book.table("4")
    assert [given[f"A{line}"].value for line in (9, 10)] == ["Cấp huyện", "Cấp xã"]
    assert given["B7"].value == "Tổng số (Người)"
    assert [given[f"B{line}"].value for line in (9, 10, 11)] == ["0", "20", None]
    assert free["B9"].value == "Hộ tịch"
    assert not free["B48"].protection.locked, "lines are kept free below"
    assert "“Biểu 3”" in book.get("3")


def test_the_head_says_whose_file_it_is(officer: Client, found: Return) -> None:
    book = download(officer, found)
    head = " ".join(str(book.figures[f"A{line}"].value) for line in range(1, 7))
    for each in ("Biểu thống kê thử", "Xã Tân Lập", "15/12/2024", "14/12/2025"):
        assert each in head


def test_what_nobody_fills_in_now_is_locked(world: World, found: Return, login: Login) -> None:
    assert open_cells(download(login("coordinator"), found).figures) == set()
    Return.objects.update(status=ReturnStatus.SUBMITTED)
    assert open_cells(download(login("officer_a"), found).figures) == set()


def test_the_same_return_is_the_same_file(world: World, found: Return) -> None:
    assert return_workbook(found, world.officer_a) == return_workbook(found, world.officer_a)


# There and back -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_comes_back_unchanged(officer: Client, found: Return, language: str) -> None:
    officer.cookies["django_language"] = language
    book = download(officer, found)
    for back in ("vi", "en"):
        officer.cookies["django_language"] = back
        preview = upload(officer, found, book)
        assert (changes(preview), refusals(preview)) == ({}, [])


def test_typed_again_the_same_changes_nothing_either(officer: Client, found: Return) -> None:
    book = download(officer, found)
    book.put("1.1", 10).put("2.1", "12.50").put("2.2", "kết  hợp").put("1.3", "80 %").put("2.4", 90.0)
    preview = upload(officer, found, book)
    assert (changes(preview), refusals(preview)) == ({}, [])


def test_an_empty_return_goes_out_and_comes_back(world: World, found: Return) -> None:
    empty = return_of(found.period, world.commune_b)
    read = read_workbook(open_workbook(named(return_workbook(empty, world.officer_b))), empty)
    assert all(row.is_untouched for row in read.rows)
    assert not any(text for row in read.rows for text in row.fields.values())

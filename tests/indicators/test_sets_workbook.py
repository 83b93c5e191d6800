"""A set as a workbook, out and in: without loss, and every fault told at its cell."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from indicators.content import SetContent, from_json, to_json
from indicators.importing.set_reading import read_set
from indicators.importing.set_workbook import set_workbook
from indicators.importing.yaml_set import read_yaml_set
from parportal.entry.problems import ImportProblems

pytestmark = pytest.mark.any_database

FIXTURES = Path(__file__).parents[2] / "fixtures" / "indicators"
SHIPPED = sorted(FIXTURES.glob("*.yaml"))


def named(path: Path) -> str:
    return path.stem


@pytest.fixture(scope="module")
def form() -> SetContent:
    return read_yaml_set(FIXTURES / "mau-06a.yaml")


def changed(content: SetContent, change: Callable[[Any], object]) -> io.BytesIO:
    book = openpyxl.load_workbook(io.BytesIO(set_workbook(content)))
    change(book)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_a_set_comes_back_from_its_workbook_as_it_was(path: Path) -> None:
    content = read_yaml_set(path)
    read = read_set(io.BytesIO(set_workbook(content)))
    assert read.content == content
    assert read.notes == ()
    # and saved by another program too
    assert read_set(changed(content, lambda book: None)).content == content


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_a_set_comes_back_from_json_as_it_was(path: Path) -> None:
    content = read_yaml_set(path)
    assert from_json(to_json(content)) == content


def test_the_same_set_gives_the_same_bytes(form: SetContent) -> None:
    assert set_workbook(form) == set_workbook(form)


def problems(content: SetContent, change: Callable[[Any], object]) -> list[str]:
    with translation.override("en"), pytest.raises(ImportProblems) as refused:
        read_set(changed(content, change))
    return [f"{each.sheet}!{each.cell}" for each in refused.value.problems]


def put(sheet: str, cell: str, value: object) -> Callable[[Any], object]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        ("set", "B2", None, ["set!B2"]),
        ("set", "B2", "mẫu 06a", ["set!B2"]),
        ("indicators", "A3", 6.2, ["indicators!A3"]),
        ("indicators", "A4", "06a.2", ["indicators!A3", "indicators!A4", "checks!B2", "checks!B5"]),
        ("indicators", "B4", "06b", ["indicators!B4"]),
        ("indicators", "C4", None, ["indicators!C4"]),
        ("indicators", "G4", "number", ["indicators!G4"]),
        ("indicators", "I4", "ít", ["indicators!I4"]),
        ("indicators", "I4", "=1+1", ["indicators!I4"]),
        ("indicators", "K2", "commune, village", ["indicators!K2"]),
        ("indicators", "L2", 2025.5, ["indicators!L2"]),
        ("lists", "A2", "06z", ["lists!A2", "lists!B2", "lists!C2", "lists!D2"]),
        ("checks", "B5", "06a.3 == 06a.7 + 06a.99", ["checks!B5"]),
        ("checks", "B5", "06a.3 = 06a.7", ["checks!B5"]),
        ("checks", "F5", "06a.2", ["checks!F5"]),
        ("checks", "G1", "colour", ["checks!G1"]),
    ],
)
def test_a_fault_is_told_at_its_cell(
    form: SetContent, sheet: str, cell: str, value: object, told: list[str]
) -> None:
    assert sorted(problems(form, put(sheet, cell, value))) == sorted(told)


def test_what_excel_makes_of_a_key_is_read_as_it_was_typed() -> None:
    content = read_yaml_set(FIXTURES / "thong-ke-cchc.yaml")

    def numbers_for_texts(book: Any) -> None:
        for (cell,) in book["lists"].iter_rows(min_col=3, max_col=3, min_row=2):
            cell.value = int(cell.value)

    assert read_set(changed(content, numbers_for_texts)).content == content


def test_rows_may_stand_in_another_order_and_hidden_ones_are_told(form: SetContent) -> None:
    def reorder(book: Any) -> None:
        sheet = book["indicators"]
        sheet.move_range("A2:S2", rows=20)
        sheet.row_dimensions[22].hidden = True

    read = read_set(changed(form, reorder))
    assert read.content == form
    assert [each.cell for each in read.notes] == ["22:22"]


def test_a_file_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(ImportProblems):
        read_set(io.BytesIO(b"code,title\n"))

"""Cells by the kind that is asked for, and the problem noted when they hold something else."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import numbers as excel_formats

from parportal.entry.numbers import NumberProblem, parse_decimal, parse_integer
from parportal.entry.problems import ImportProblem
from parportal.entry.workbooks import open_workbook

from .books import only_row, places, reasons, texts, with_sheet_xml

Number = TypeVar("Number", int, Decimal)

MIDNIGHT = datetime.time(0)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


# Text


def test_text_is_composed_trimmed_and_has_plain_line_ends() -> None:
    row, book = only_row(" Ti\u0065\u0302\u0301p nhận\r\nvà trả_x000D_\nkết quả ")
    assert row.text("value") == "Tiếp nhận\nvà trả\nkết quả"
    assert not list(book.problems)


@pytest.mark.parametrize(("value", "text"), [(514, "514"), (2021.0, "2021"), (70.5, "70.5"), ("=", "=")])
def test_numbers_are_taken_as_text_where_text_is_wanted(value: object, text: str) -> None:
    row, book = only_row(value)
    assert row.text("value") == text
    assert not list(book.problems)


@pytest.mark.parametrize(
    "value", [True, datetime.date(2026, 1, 2), datetime.time(17, 0), datetime.timedelta(hours=30), "#N/A"]
)
def test_what_is_no_text_is_refused(value: object) -> None:
    row, book = only_row(value)
    assert row.text("value") == ""
    assert places(book) == [("s", "B2")]


@pytest.mark.parametrize("escaped", ["a_x0000_b", "a_x0007_b", "a_xD800_b"])
def test_control_characters_are_refused(escaped: str) -> None:
    row, book = only_row(escaped)
    assert row.text("value") == ""
    assert reasons(book) == ["The text contains a character that cannot be shown."]


@pytest.mark.parametrize("value", [None, "", "   ", "\u00a0\n"])
def test_a_cell_of_blanks_is_blank(value: object) -> None:
    row, book = only_row(value)
    assert row.blank("value")
    assert row.text("value") == ""
    assert row.integer("value") is None
    assert row.decimal("value") is None
    assert row.date("value") is None
    assert row.flag("value") is False
    assert row.flag("value", default=True) is True
    assert row.one_of("value", ["a"]) == ""
    assert not list(book.problems)
    row.decimal("value", required=True)
    assert reasons(book) == ["The cell is empty, but something is needed here."]


# Codes


@pytest.mark.parametrize("code", ["1.10", "1", "614", "KT-01"])
def test_a_code_kept_as_text_is_taken_letter_by_letter(code: str) -> None:
    row, book = only_row(code)
    assert row.code("value") == code
    assert not list(book.problems)


@pytest.mark.parametrize("value", [1.1, 1, 614])
def test_a_code_kept_as_a_number_is_refused_because_1_1_may_have_been_1_10(value: object) -> None:
    row, book = only_row(value)
    assert row.code("value") == ""
    (problem,) = book.problems
    assert problem.cell == "B2"
    assert "may have been 1.10" in problem.reason


def test_a_code_that_excel_made_a_date_of_is_refused() -> None:
    row, book = only_row(datetime.datetime.combine(datetime.date(2026, 2, 1), MIDNIGHT))
    assert row.code("value") == ""
    assert "Excel has made a date" in reasons(book)[0]


@pytest.mark.parametrize("code", ["1. 10", "1.\u200b10", "1\n2", "1\u00a02"])
def test_a_code_with_blanks_seen_or_unseen_is_refused(code: str) -> None:
    row, book = only_row(code)
    assert row.code("value") == ""
    assert reasons(book) == ["A code has no blanks in it."]


# Numbers


def in_the_browser(parse: Callable[[], Number]) -> tuple[Number | None, list[str]]:
    """What an input of a page makes of a text: the value, or the reason for refusing it."""
    try:
        return parse(), []
    except NumberProblem as problem:
        return None, [str(problem)]


@pytest.mark.parametrize("text", ["1.353", "1 353", "29", "-5", "1.5", "85 %", "abc", "1e5", "1.353.000"])
def test_an_integer_in_a_text_cell_is_read_as_typed_in_the_browser(text: str) -> None:
    row, book = only_row(text)
    expected, refusals = in_the_browser(lambda: parse_integer(text))
    assert row.integer("value") == expected
    assert reasons(book) == refusals


@pytest.mark.parametrize("text", ["70,78", "70.78", "1.353", "0,125", "1.353,5", "85 %", "abc", "1,255"])
def test_a_decimal_in_a_text_cell_is_read_as_typed_in_the_browser(text: str) -> None:
    row, book = only_row(text)
    expected, refusals = in_the_browser(lambda: parse_decimal(text, places=2))
    assert row.decimal("value", places=2) == expected
    assert reasons(book) == refusals


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (70.78, "70.78"),
        (1.353, "1.353"),
        (2, "2"),
        (0.1, "0.1"),
        (71.07999999999997, "71.08"),
        (0.1 + 0.2, "0.3"),
        (-0.5, "-0.5"),
        (1e-7, "0.0000001"),
    ],
)
def test_a_number_of_excel_is_the_decimal_that_excel_shows(value: float, expected: str) -> None:
    row, book = only_row(value)
    assert row.decimal("value") == Decimal(expected)
    assert not list(book.problems)


@given(
    st.decimals(min_value=-9999, max_value=9999, places=2, allow_nan=False),
)
@settings(max_examples=25, deadline=None)
def test_hundredths_come_through_a_number_cell_exactly(value: Decimal) -> None:
    row, _book = only_row(float(value))
    assert row.decimal("value", places=2) == value


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (0.85, excel_formats.FORMAT_PERCENTAGE, "85"),
        (0.942, "0.0%", "94.2"),
        (1.3, "0 %", "130"),
        (85, '0" %"', "85"),
        (85, "0\\%", "85"),
    ],
)
def test_a_percentage_is_the_one_that_people_see(value: float, number_format: str, expected: str) -> None:
    row, _book = only_row(value, number_format=number_format)
    assert row.decimal("value") == Decimal(expected)


@pytest.mark.parametrize("value", [1.5, 1.353, 1e300, 10**15])
def test_a_number_cell_that_is_no_usable_integer_is_refused(value: float) -> None:
    row, book = only_row(value)
    assert row.integer("value") is None
    assert places(book) == [("s", "B2")]


@pytest.mark.parametrize(("value", "expected"), [(5, 5), (5.0, 5), (-3, -3), (0, 0)])
def test_a_number_cell_is_read_as_an_integer(value: float, expected: int) -> None:
    row, book = only_row(value)
    assert row.integer("value") == expected
    assert not list(book.problems)


def test_a_number_cell_finer_than_allowed_or_too_large_is_refused() -> None:
    for value in (1.255, 1e300):
        row, book = only_row(value)
        assert row.decimal("value", places=2) is None
        assert len(reasons(book)) == 1


@pytest.mark.parametrize("value", [True, datetime.date(2026, 5, 1), "#DIV/0!"])
def test_what_is_no_number_is_refused(value: object) -> None:
    row, book = only_row(value)
    assert row.integer("value") is None
    assert row.decimal("value") is None
    assert places(book) == [("s", "B2")]


@pytest.mark.parametrize("stored", ["1e999", "-1e999", "1e", "1.2.3", "0x10", "9" * 5000])
def test_a_number_cell_with_nonsense_in_it_never_becomes_a_number(stored: str) -> None:
    cells = f'<row r="2"><c r="A2"><v>{stored}</v></c></row>'
    book = open_workbook(with_sheet_xml(texts(1, "value") + cells))
    assert {row.decimal("value") for row in book.rows("s", required=["value"])} <= {None}
    assert len(book.problems) == 1


# Yes and no, words of a list, dates


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        ("x", True),
        ("X", True),
        ("Có", True),
        ("không", False),
    ],
)
def test_yes_and_no_are_read_in_the_ways_people_write_them(value: object, expected: bool) -> None:
    row, book = only_row(value)
    assert row.flag("value") is expected
    assert not list(book.problems)


@pytest.mark.parametrize("value", ["maybe", 2, datetime.date(2026, 1, 1)])
def test_what_is_neither_yes_nor_no_is_refused(value: object) -> None:
    row, book = only_row(value)
    assert row.flag("value", default=True) is True
    assert places(book) == [("s", "B2")]


def test_a_word_of_a_list_is_given_in_the_spelling_of_the_list() -> None:
    row, book = only_row("RATIO")
    assert row.one_of("value", ["choice", "ratio"]) == "ratio"
    assert not list(book.problems)


def test_a_word_that_is_not_in_the_list_is_refused_with_the_list() -> None:
    row, book = only_row("rat")
    assert row.one_of("value", ["choice", "ratio"]) == ""
    assert list(book.problems) == [ImportProblem("s", "B2", "rat", "Only these are possible: choice, ratio.")]


@pytest.mark.parametrize(
    "value",
    [
        datetime.date(2022, 8, 12),
        datetime.datetime.combine(datetime.date(2022, 8, 12), datetime.time(17, 30)),
        "12/8/2022",
        "2022-08-12",
    ],
)
def test_a_date_is_read_from_a_date_cell_and_from_text(value: object) -> None:
    row, book = only_row(value)
    assert row.date("value") == datetime.date(2022, 8, 12)
    assert type(row.date("value")) is datetime.date
    assert not list(book.problems)


@pytest.mark.parametrize("value", [44785, "13/13/2022", datetime.time(8), datetime.date(2150, 1, 1), True])
def test_what_is_no_date_is_refused(value: object) -> None:
    row, book = only_row(value)
    assert row.date("value") is None
    assert places(book) == [("s", "B2")]


def test_a_date_beyond_the_calendar_is_refused_without_a_warning() -> None:
    row, book = only_row(99999999, number_format="dd/mm/yyyy")
    assert row.date("value") is None
    assert places(book) == [("s", "B2")]

"""What is typed is read by the kind of its indicator, and reads the same when it comes back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.entering import check_number, entry_text, read_cell, shown_text
from indicators.models import Indicator, ValueType
from parportal.entry.numbers import AmbiguousNumber
from parportal.entry.problems import EntryProblem

OPTIONS = [["0", "Trực tuyến"], ["1", "Phát phiếu"]]
KINDS = {
    "count": Indicator(value_type=ValueType.INTEGER, least=Decimal(0)),
    "money": Indicator(value_type=ValueType.DECIMAL, places=3),
    "share": Indicator(value_type=ValueType.PERCENT, places=2),
    "growth": Indicator(value_type=ValueType.PERCENT, places=1, least=Decimal(-100), most=Decimal(1000)),
    "choice": Indicator(value_type=ValueType.CHOICE, options=OPTIONS),
    "text": Indicator(value_type=ValueType.TEXT),
}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("count", "1.353", Decimal(1353)),
        ("count", " 0 ", Decimal(0)),
        ("count", "", None),
        ("money", "12,5", Decimal("12.5")),
        ("money", "1.353,25", Decimal("1353.25")),
        ("money", "-3", Decimal(-3)),
        ("share", "85 %", Decimal(85)),
        ("share", "100", Decimal(100)),
        ("growth", "130", Decimal(130)),
        ("growth", "-12,5", Decimal("-12.5")),
        ("choice", "1", "1"),
        ("choice", "phát phiếu", "1"),
        ("choice", " ", None),
        ("text", " hai\r\ndòng ", "hai\ndòng"),
    ],
)
def test_a_value_is_read_by_its_kind(kind: str, typed: str, value: Decimal | str | None) -> None:
    assert read_cell(KINDS[kind], typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("count", "-1"),
        ("count", "2,5"),
        ("count", "ba"),
        ("count", "85 %"),
        ("count", "9" * 15),
        ("money", "1,23456"),
        ("money", "85 %"),
        ("money", "99999999999999,9"),
        ("share", "100,01"),
        ("share", "-1"),
        ("share", "99,999"),
        ("growth", "1001"),
        ("choice", "2"),
        ("text", "x" * 2001),
        ("text", "a\x00"),
    ],
)
def test_what_cannot_be_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(EntryProblem):
        read_cell(KINDS[kind], typed)


def test_what_fits_two_readings_is_asked_about() -> None:
    with pytest.raises(AmbiguousNumber) as asked:
        read_cell(KINDS["money"], "1.353")
    assert [read_cell(KINDS["money"], each) for each in asked.value.choices] == [Decimal(1353), Decimal("1.353")]


@given(st.decimals(-(10**10), 10**10, places=3))
def test_a_number_that_comes_back_is_the_same(number: Decimal) -> None:
    assert read_cell(KINDS["money"], entry_text(check_number(KINDS["money"], number))) == number


def test_a_value_is_said_in_words() -> None:
    assert shown_text(KINDS["choice"], "1") == "Phát phiếu"
    assert shown_text(KINDS["choice"], "gone") == "gone"
    assert shown_text(KINDS["money"], Decimal("1353.50")) == "1.353,5"
    assert shown_text(KINDS["count"], Decimal(0)) == "0"
    assert shown_text(KINDS["count"], None) == ""

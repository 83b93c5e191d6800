from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from parportal.entry.dates import DateProblem, format_date, parse_date


@pytest.mark.parametrize(
    "text", ["12/8/2022", "12/08/2022", "12-8-2022", "12-08-2022", "2022-08-12", " 12/8/2022\n"]
)
def test_the_day_comes_first(text: str) -> None:
    assert parse_date(text) == date(2022, 8, 12)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter a date."),
        ("  ", "Enter a date."),
        ("tomorrow", "This is not a date. Write day/month/year, such as 31/12/2026."),
        ("12/8-2022", "This is not a date. Write day/month/year, such as 31/12/2026."),
        ("2022/08/12", "This is not a date. Write day/month/year, such as 31/12/2026."),
        ("2022-8-12", "This is not a date. Write day/month/year, such as 31/12/2026."),
        ("12.8.2022", "This is not a date. Write day/month/year, such as 31/12/2026."),
        ("\u0661\u0662/8/2022", "This is not a date. Write day/month/year, such as 31/12/2026."),
        ("12/8/22", "Write the year with four digits."),
        ("12/8/20222", "Write the year with four digits."),
        ("8/13/2022", "There is no month 13. The day comes first."),
        ("2022-00-12", "There is no month 00. The day comes first."),
        ("29/2/2023", "There is no such day in this month."),
        ("0/1/2023", "There is no such day in this month."),
        ("31/4/2023", "There is no such day in this month."),
        ("1/1/1899", "The year must be between 1900 and 2100."),
        ("1/1/2101", "The year must be between 1900 and 2100."),
        ("0000-01-01", "The year must be between 1900 and 2100."),
        ("1/1/" + "9" * 100_000, "Write the year with four digits."),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(DateProblem) as refused:
        parse_date(text)
    with translation.override("en"):
        assert str(refused.value) == reason


def test_a_leap_day_is_a_day() -> None:
    assert parse_date("29/2/2024") == date(2024, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_date_as_shown_is_read_back(value: date) -> None:
    assert parse_date(format_date(value)) == value
    assert parse_date(value.isoformat()) == value


def test_a_date_is_shown_day_first_in_every_language() -> None:
    for language in ("vi", "en"):
        with translation.override(language):
            assert format_date(date(2022, 8, 2)) == "02/08/2022"

"""The periods of the report on administrative reform: their cut-off and the day they are due.

Source: 581/BNV-CCHC, as told in docs/reports.md; a year runs from 15/12 of the year before to 14/12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Period(TextChoices):
    FIRST_QUARTER = "q1", _("First quarter")
    HALF_YEAR = "half", _("First half of the year")
    THIRD_QUARTER = "q3", _("Third quarter")
    NINE_MONTHS = "nine-months", _("Nine months")
    YEAR = "year", _("Whole year")


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day that a period counts, and the last day for sending its report."""

    first: date
    last: date
    due: date


def span_of(period: str, year: int) -> Span:
    start = date(year - 1, 12, 15)
    spans = {
        Period.FIRST_QUARTER: Span(start, date(year, 3, 14), date(year, 3, 20)),
        Period.HALF_YEAR: Span(start, date(year, 6, 14), date(year, 6, 20)),
        Period.THIRD_QUARTER: Span(date(year, 6, 15), date(year, 9, 14), date(year, 9, 20)),
        Period.NINE_MONTHS: Span(start, date(year, 9, 14), date(year, 9, 20)),
        Period.YEAR: Span(start, date(year, 12, 14), date(year, 12, 20)),
    }
    return spans[Period(period)]


# How each period is told: of the report itself, and of the one that comes after it.
_WORDS = {
    Period.FIRST_QUARTER: "quý I năm {year}",
    Period.HALF_YEAR: "06 tháng đầu năm {year}",
    Period.THIRD_QUARTER: "quý III năm {year}",
    Period.NINE_MONTHS: "09 tháng đầu năm {year}",
    Period.YEAR: "năm {year}",
}
_AHEAD = {
    Period.FIRST_QUARTER: "quý II năm {year}",
    Period.HALF_YEAR: "06 tháng cuối năm {year}",
    Period.THIRD_QUARTER: "quý IV năm {year}",
    Period.NINE_MONTHS: "03 tháng cuối năm {year}",
}


def period_words(period: str, year: int) -> str:
    """The period inside a sentence: quý I năm 2021."""
    return _WORDS[Period(period)].format(year=year)


def ahead_words(period: str, year: int) -> str:
    """What a report looks ahead to: the rest of the year, or the next one."""
    return f"năm {year + 1}" if period == Period.YEAR else _AHEAD[Period(period)].format(year=year)


def counted_on(period: str, year: int, day: date) -> date:
    """The day whose state a report tells, told on `day`: the cut-off, or earlier the day itself."""
    return min(span_of(period, year).last, day)

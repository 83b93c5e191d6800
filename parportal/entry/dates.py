"""Dates as people type them: day first in every language."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from parportal.entry.problems import EntryProblem

# Decisions and deadlines, not history: a year outside is a slip of the hand.
FIRST_YEAR = 1900
LAST_YEAR = 2100

_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})(?P<mark>[/-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]+)")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")


class DateProblem(EntryProblem):
    """A text that is not a date."""


def parse_date(text: str) -> date:
    """Read 12/8/2022 or 12-8-2022 as 12 August 2022; 2022-08-12 is read too.

    Raises: DateProblem.
    """
    cleaned = text.strip()
    if not cleaned:
        raise DateProblem(_("Enter a date."))
    match = _DAY_FIRST.fullmatch(cleaned) or _ISO.fullmatch(cleaned)
    if match is None:
        raise DateProblem(_("This is not a date. Write day/month/year, such as 31/12/2026."))
    if len(match["year"]) != 4:
        raise DateProblem(_("Write the year with four digits."))
    if not 1 <= int(match["month"]) <= 12:
        raise DateProblem(_("There is no month %(month)s. The day comes first."), {"month": match["month"]})
    check_year(int(match["year"]))
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise DateProblem(_("There is no such day in this month.")) from None


def check_year(year: int) -> None:
    """Raises: DateProblem for a year that no paper in the portal can have."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateProblem(
            _("The year must be between %(first)s and %(last)s."), {"first": FIRST_YEAR, "last": LAST_YEAR}
        )


def format_date(value: date) -> str:
    """12/08/2022, the same in both languages."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"

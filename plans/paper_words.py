"""The paper of a row in words."""

from datetime import date

from django.utils.translation import gettext as _

from parportal.display import day
from plans.models.owned import Papered


def paper_words(row: Papered) -> str:
    """Number and date, as far as they are known; empty without either."""
    return number_and_date(row.number, row.issued_on)


def number_and_date(number: str, issued_on: date | None) -> str:
    if number and issued_on:
        return _("%(number)s of %(day)s") % {"number": number, "day": day(issued_on)}
    return number or day(issued_on)

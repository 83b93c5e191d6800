"""How numbers, dates and lines of the rules are shown to a person, in the active language.

Documents (reports) call the same functions inside their own language.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language, gettext

from parportal.entry.numbers import format_decimal

if TYPE_CHECKING:
    from scoring.rules import Message, Value


def word(text: str) -> str:
    """`gettext` for what a page says hundreds of times (imported as `_`, so that the texts are found)."""
    return _word(get_language(), text)


@lru_cache(maxsize=512)
def _word(language: str | None, text: str) -> str:
    return gettext(text)


def points(value: Decimal | None) -> str:
    """Points on screen: two decimals; nothing for what is missing."""
    return "" if value is None else format_decimal(value, places=2)


def points_short(value: Decimal | None) -> str:
    """Points in documents: no trailing zeros."""
    return "" if value is None else format_decimal(value)


def day(value: date | None) -> str:
    """A day; of a moment, the day it was in the office's time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return "" if value is None else f"{value:%d/%m/%Y}"


def moment(value: datetime | None) -> str:
    """A time in the office's time zone: 17:00 15/12/2026."""
    return "" if value is None else f"{timezone.localtime(value):%H:%M %d/%m/%Y}"


def message(line: Message | None) -> str:
    """A line of the rules: translated, its numbers in the reader's notation; `points` has two decimals."""
    if line is None:
        return ""
    places = {name: _value(name, value) for name, value in line.values.items()}
    return gettext(line.text) % (places | {name: message(term) for name, term in line.terms.items()})


def _value(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    number = Decimal(value)
    return points(number) if name == "points" else points_short(number)

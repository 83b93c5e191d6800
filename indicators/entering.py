"""What is typed into a return, read by the kind of its indicator: in the browser, in a paste, in a workbook."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator, ValueType
from parportal.entry.numbers import (
    MAX_DIGITS,
    check_places,
    format_decimal,
    format_entry,
    parse_decimal,
    parse_integer,
)
from parportal.entry.problems import EntryProblem

Cell = Decimal | str
# What a row holds, by primary key of the indicator or column; what is missing is not reported.
Cells = Mapping[int, Cell]

# As the column keeps it: whole ten-thousandths in 63 bits.
PLACES = 4
_TOO_MUCH = Decimal(10) ** (MAX_DIGITS - 1)
TEXT_LENGTH = 2000
FULL_PERCENT = Decimal(100)


def read_cell(indicator: Indicator, text: str) -> Cell | None:
    """The value of an indicator (or column) as typed; None for an empty input, which is "not reported".

    A choice is known by its key, and by its text too.

    Raises: EntryProblem (AmbiguousNumber for what fits two readings).
    """
    typed = text.replace("\r\n", "\n").strip()
    if not typed:
        return None
    match indicator.value_type:
        case ValueType.TEXT:
            return read_text(typed, TEXT_LENGTH)
        case ValueType.CHOICE:
            return _choice(indicator, typed)
        case ValueType.INTEGER:
            return check_number(indicator, Decimal(parse_integer(typed)))
        case _:
            is_percent = indicator.value_type == ValueType.PERCENT
            number = parse_decimal(typed, places=places_of(indicator), percent_sign=is_percent)
            return check_number(indicator, number)


def check_number(indicator: Indicator, number: Decimal) -> Decimal:
    """The number, when the indicator can be that.

    Raises: EntryProblem.
    """
    check_places(number, places_of(indicator))
    least, most = bounds_of(indicator)
    if least is not None and number < least:
        raise EntryProblem(_("This must be at least %(least)s."), {"least": format_decimal(least)})
    if most is not None and number > most:
        raise EntryProblem(_("This must be at most %(most)s."), {"most": format_decimal(most)})
    if abs(number) >= _TOO_MUCH or sum(map(str.isdigit, f"{number.normalize():f}")) >= MAX_DIGITS:
        raise EntryProblem(_("This number is too long: at most %(digits)s digits."), {"digits": MAX_DIGITS - 1})
    return number


def places_of(indicator: Indicator) -> int:
    return 0 if indicator.value_type == ValueType.INTEGER else min(indicator.places, PLACES)


def bounds_of(indicator: Indicator) -> tuple[Decimal | None, Decimal | None]:
    """Least and most that can be typed; a percentage is one of a whole unless the set says otherwise."""
    if indicator.value_type != ValueType.PERCENT:
        return indicator.least, indicator.most
    least = Decimal(0) if indicator.least is None else indicator.least
    return least, FULL_PERCENT if indicator.most is None else indicator.most


def entry_text(cell: Cell | None) -> str:
    """A value as it stands in its input: `read_cell` reads the same from it."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return format_entry(cell)


def shown_text(indicator: Indicator, cell: Cell | None) -> str:
    """A value as a page says it, without its unit of measure; empty for what is not reported."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format_decimal(cell)
    return indicator.option_texts.get(cell, cell) if indicator.value_type == ValueType.CHOICE else cell


def _choice(indicator: Indicator, typed: str) -> str:
    if typed in indicator.option_texts:
        return typed
    for key, text in indicator.option_texts.items():
        if text.casefold() == typed.casefold():
            return key
    raise EntryProblem(
        _("Only these are possible: %(choices)s."), {"choices": ", ".join(indicator.option_texts.values())}
    )


def read_text(typed: str, length: int) -> str:
    """A text without blanks around it, in NFC.

    Raises: EntryProblem.
    """
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").strip())
    if len(text) > length:
        raise EntryProblem(_("This text is too long: at most %(length)s characters."), {"length": length})
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise EntryProblem(_("The text contains a character that cannot be shown."))
    return text

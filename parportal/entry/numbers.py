"""Numbers as people type them, and back.

A number is read by the kind of its input, alike in the browser, in a text cell of a workbook and in a paste:

- in a decimal input a single comma or point is the decimal mark;
- in an integer input commas, points and spaces between groups of three digits are thousands marks;
- what fits two readings is asked about (`AmbiguousNumber`), never guessed.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parportal.entry.problems import EntryProblem

# Excel keeps 15 significant digits and the database 18: longer numbers are slips of the hand.
MAX_DIGITS = 15
MAX_LENGTH = 40

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
# Spreadsheets and Word put these invisible marks around copied numbers.
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"

_SIGNED = re.compile(r"(?P<sign>[+\-\u2212]?)(?P<body>[^%]*?)(?P<percent> *%)?")
_PLAIN = re.compile(r"[0-9]+")
_WITH_MARK = re.compile(r"(?P<whole>[0-9]*)[.,](?P<part>[0-9]+)")
_GROUPS = r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[ .,])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
_GROUPED = re.compile(_GROUPS)
_GROUPED_WITH_MARK = re.compile(_GROUPS + r"(?!(?P=mark))[.,](?P<part>[0-9]+)")
_EXPONENT = re.compile(r"[0-9.,]+[eE][+-]?[0-9]+")

# Wide enough that showing a number never rounds it by accident.
_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)


class NumberProblem(EntryProblem):
    """A text that is not a number of the kind asked for."""


class AmbiguousNumber(NumberProblem):
    """A text that two people would read as two numbers, such as 1.353 in a decimal input."""

    def __init__(self, readings: tuple[Decimal, ...]) -> None:
        values = {f"reading{place}": _format_entry_lazy(value) for place, value in enumerate(readings)}
        super().__init__(
            _("This can be read as %(reading0)s or as %(reading1)s. Type %(reading0)s or %(reading1)s."),
            values,
        )
        self.readings = readings

    def __reduce__(self) -> tuple[type[AmbiguousNumber], tuple[tuple[Decimal, ...]]]:
        return type(self), (self.readings,)

    @property
    def choices(self) -> tuple[str, ...]:
        """For each reading the text that is read in this one way only."""
        return tuple(format_entry(reading) for reading in self.readings)


def parse_integer(text: str) -> int:
    """Read a whole number; marks between groups of three digits are thousands marks.

    Raises: NumberProblem.
    """
    sign, body = _split(text, percent_sign=False)
    if not (_PLAIN.fullmatch(body) or _GROUPED.fullmatch(body)):
        if _readings(body):
            raise NumberProblem(_("This must be a whole number."))
        raise _not_a_number(body)
    return sign * int(re.sub(r"[ .,]", "", body))


def parse_decimal(text: str, *, places: int | None = None, percent_sign: bool = True) -> Decimal:
    """Read a decimal number; a percent sign after it is dropped (85 % is 85) or, if not wanted, refused.

    Raises: AmbiguousNumber for what fits two readings, else NumberProblem. The question comes before `places`
    is looked at: 1.353 where two decimals are allowed may be a slip in 1353 as well as in 1.35.
    """
    sign, body = _split(text, percent_sign=percent_sign)
    # A minus in front, not times -1: the latter keeps a sign on zero, which would show as "-0".
    readings = tuple(Decimal(reading) if sign > 0 else -Decimal(reading) for reading in _readings(body))
    if not readings:
        raise _not_a_number(body)
    if len(readings) > 1:
        raise AmbiguousNumber(readings)
    check_places(readings[0], places)
    return readings[0]


def check_places(value: Decimal, places: int | None) -> None:
    """Raises: NumberProblem when the value is finer than `places` decimals; zeros at the end do not count."""
    if places is not None and value != value.quantize(Decimal(1).scaleb(-places), context=_WIDE):
        raise NumberProblem(_("At most %(places)s decimals are allowed here."), {"places": places})


def format_decimal(value: Decimal | int, *, places: int | None = None, language: str | None = None) -> str:
    """A number as it is shown: 1.353,5 in Vietnamese, 1,353.5 in English.

    Rounding: half-up to `places`; without `places` nothing is rounded and zeros at the end fall away.
    """
    decimal_mark, thousands_mark = _marks(language)
    text = _plain_text(Decimal(value), places)
    whole, _point, part = f"{Decimal(text.lstrip('-')):,f}".partition(".")
    shown = whole.replace(",", thousands_mark) + (decimal_mark + part if part else "")
    return f"\u2212{shown}" if text.startswith("-") else shown


def format_points(value: Decimal, *, language: str | None = None) -> str:
    """Points on screen: always two decimals."""
    return format_decimal(value, places=2, language=language)


def format_points_short(value: Decimal, *, language: str | None = None) -> str:
    """Points in documents: at most two decimals, no zeros at the end."""
    return format_decimal(value.quantize(Decimal("0.01"), context=_WIDE), language=language)


def format_entry(value: Decimal | int, *, language: str | None = None) -> str:
    """A number as it is put into an input: without thousands marks, and never open to two readings.

    Three decimals get a fourth (1,3530), because 1,353 would be asked about when the form comes back.
    """
    text = _plain_text(Decimal(value), None)
    if _GROUPED.fullmatch(text.lstrip("-")):
        text += "0"
    return text.replace(".", _marks(language)[0])


def _split(text: str, *, percent_sign: bool) -> tuple[int, str]:
    """The sign and the digits with their marks."""
    cleaned = text.strip().strip(_INVISIBLE).strip().translate(_SPACES)
    if not cleaned:
        raise NumberProblem(_("Enter a number."))
    if len(cleaned) > MAX_LENGTH or sum(char.isdigit() for char in cleaned) > MAX_DIGITS:
        raise NumberProblem(_("This number is too long: at most %(digits)s digits."), {"digits": MAX_DIGITS})
    match = _SIGNED.fullmatch(cleaned)
    if match is None:
        raise _not_a_number(cleaned)
    if match["percent"] and not percent_sign:
        raise NumberProblem(_("A percent sign does not belong here."))
    return (1 if match["sign"] in ("", "+") else -1), match["body"]


def _readings(body: str) -> tuple[str, ...]:
    """Every way to read the digits, as plain numbers; the thousands reading comes first."""
    if _PLAIN.fullmatch(body):
        return (body,)
    found = []
    if _GROUPED.fullmatch(body):
        found.append(re.sub(r"[ .,]", "", body))
    if match := _WITH_MARK.fullmatch(body) or _GROUPED_WITH_MARK.fullmatch(body):
        found.append(f"{re.sub('[ .,]', '', match['whole']) or '0'}.{match['part']}")
    return tuple(found)


def _not_a_number(body: str) -> NumberProblem:
    if any(char.isdigit() and char not in "0123456789" for char in body):
        return NumberProblem(_("Use the digits 0 to 9."))
    if _EXPONENT.fullmatch(body):
        return NumberProblem(_("Write the number in full, without an exponent."))
    if any(char.isdigit() for char in body) and re.fullmatch(r"[0-9., ]+", body):
        return NumberProblem(
            _("The commas, points or spaces in this number are not where they can be understood.")
        )
    return NumberProblem(_("This is not a number."))


def _marks(language: str | None) -> tuple[str, str]:
    """The decimal mark and the thousands mark of a language."""
    code = (language or get_language() or "vi").partition("-")[0]
    return (",", ".") if code == "vi" else (".", ",")


def _plain_text(value: Decimal, places: int | None) -> str:
    """Digits with a point and no other mark; without `places` no zeros at the end."""
    if not value.is_finite():
        raise ValueError(f"cannot show {value} as a number")
    if places is not None:
        text = f"{value.quantize(Decimal(1).scaleb(-places), context=_WIDE):f}"
    else:
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.lstrip("-") if not Decimal(text) else text


_format_entry_lazy = lazy(format_entry, str)

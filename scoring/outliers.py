"""Values of one criterion that stand out among the units: a question to the appraiser, never a verdict.

The rule: from five units on, a value is marked when it lies more than one and a half times the distance between
the quartiles below the lower or above the upper quartile. Where most units say the same, that distance is 0 and
every other value is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

LEAST = 5
REACH = Fraction(3, 2)


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the values of all units lie, in their own measure; between two values a quartile divides evenly."""

    low: Fraction
    middle: Fraction
    high: Fraction

    @classmethod
    def of(cls, values: Sequence[Decimal | int]) -> Spread | None:
        """None where there are too few values to compare."""
        if len(values) < LEAST:
            return None
        ordered = sorted(Fraction(value) for value in values)
        return cls(*(quartile(ordered, part) for part in (1, 2, 3)))

    @property
    def width(self) -> Fraction:
        return self.high - self.low

    def side(self, value: Decimal | int) -> int:
        """-1 for an unusually low value, 1 for an unusually high one, 0 for an ordinary one."""
        exact = Fraction(value)
        if exact < self.low - REACH * self.width:
            return -1
        return 1 if exact > self.high + REACH * self.width else 0

    def distance(self, value: Decimal | int) -> tuple[int, Fraction]:
        """How far a value is from the middle, for sorting; measured in distances between the quartiles.

        Where most units say the same, whatever differs comes before everything that can be measured.
        """
        away = abs(Fraction(value) - self.middle)
        if self.width:
            return 0, away / self.width
        return (1, away) if away else (0, Fraction(0))


def quartile(ordered: Sequence[Fraction], part: int) -> Fraction:
    """The value below which `part` quarters of the others lie; between two values in proportion."""
    place = Fraction((len(ordered) - 1) * part, 4)
    below = int(place)
    if below + 1 == len(ordered):
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (place - below)

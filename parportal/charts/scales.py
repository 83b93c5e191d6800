"""Scales that do not begin at 0: for dots and lines, never for bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_ROUND = ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100", "200", "500")
STEPS = tuple(Decimal(step) for step in _ROUND)
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a place. Units: `start` and `end` in mm, `start` that of the lowest value."""

    lowest: Decimal
    highest: Decimal
    step: Decimal
    start: float
    end: float

    def at(self, value: Decimal) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return self.start + (self.end - self.start) * float(share)

    @property
    def ticks(self) -> list[Decimal]:
        found, value = [], self.lowest
        while value <= self.highest:
            found.append(value)
            value += self.step
        return found


def scale_over(values: Sequence[Decimal], *, start: float, end: float) -> Scale:
    """A scale with round values at its ends and a few between, over all these values."""
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 1, high + 1
    step = next((each for each in STEPS if (high - low) / each <= MOST_TICKS - 2), high - low)
    lowest = (low / step).to_integral_value(ROUND_FLOOR) * step
    highest = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(lowest, highest, step, start, end)

"""A figure that a text may name, and how it is printed in running text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.papers import wording
from units.names import folded

PERCENT = "%"
POINTS = "điểm"
_STRANGE = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is printed as it stands, None when nothing was reported.

    Shapes: `key` as it is written in a text, without braces; `number` for comparison with what people typed; `url`
    leads to where the figure comes from. Units: `measure` is what the number counts, in the words of a paper
    (%, điểm, nhiệm vụ); a percentage carries its sign in `value`.
    """

    key: str
    label: str
    value: str | None
    number: Decimal | None = None
    group: str = ""
    url: str = ""
    measure: str = ""


Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Source:
    """What the figures of one group have in common."""

    group: str
    url: str = ""

    def count(self, key: str, label: str, number: Decimal | int | None, measure: str = "") -> Figure:
        """Whole things: under ten with a leading zero, in thousands with points."""
        return self.figure(key, label, number, None if number is None else wording.count(number), measure)

    def amount(self, key: str, label: str, number: Decimal | int | None, measure: str = "") -> Figure:
        """Any number, not rounded."""
        return self.figure(key, label, number, None if number is None else wording.number(number), measure)

    def points(self, key: str, label: str, number: Decimal | None) -> Figure:
        return self.figure(key, label, number, None if number is None else wording.points(number), POINTS)

    def percent(self, key: str, label: str, number: Decimal | None) -> Figure:
        """Rounding: half up to two decimals."""
        rounded = None if number is None else wording.rounded(number)
        return self.figure(key, label, rounded, None if rounded is None else wording.percent(rounded), PERCENT)

    def words(self, key: str, label: str, value: str | None) -> Figure:
        return Figure(key, label, value or None, group=self.group, url=self.url)

    def figure(
        self, key: str, label: str, number: Decimal | int | None, value: str | None, measure: str
    ) -> Figure:
        exact = None if number is None else Decimal(number)
        return Figure(key, label, value, exact, self.group, self.url, measure)


def key_part(code: str) -> str:
    """A code as it stands in a key: small ASCII letters."""
    return _STRANGE.sub("-", folded(code).lower()).strip("-.") or "x"

"""From sums to index, grade and rank. Grade and rank read the index as it is printed."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from scoring.rules.leaf import Rounding

Key = TypeVar("Key", bound=Hashable)


class RankRule(StrEnum):
    """What follows two units that share a place: a gap (1, 2, 2, 4) or none (1, 2, 2, 3)."""

    COMPETITION = "competition"
    DENSE = "dense"


@dataclass(frozen=True, slots=True)
class GradeBand:
    """A grade and the lowest index that reaches it."""

    code: str
    name: str
    from_index: Decimal


def index(earned: Decimal, applicable_max: Decimal, decimals: int = 2) -> Decimal | None:
    """Earned points in percent of the applicable maximum; None when nothing applies to the unit.

    Rounding: once, half-up, to `decimals`.
    """
    if applicable_max == 0:
        return None
    exact = Fraction(earned) / Fraction(applicable_max) * 100
    return Rounding.HALF_UP.to_step(exact, Decimal(1).scaleb(-decimals))


def grade(index: Decimal | None, bands: Iterable[GradeBand]) -> GradeBand | None:
    """The highest grade that the index reaches; None without an index, or below every grade."""
    if index is None:
        return None
    reached = (band for band in bands if band.from_index <= index)
    return max(reached, key=lambda band: band.from_index, default=None)


def rank(indexes: Mapping[Key, Decimal | None], rule: RankRule = RankRule.COMPETITION) -> dict[Key, int | None]:
    """Places from the highest index down, the same place for equal indexes.

    A unit without an index is not ranked: it is never last with 0.
    """
    ranked = sorted((value for value in indexes.values() if value is not None), reverse=True)
    if rule is RankRule.DENSE:
        ranked = list(dict.fromkeys(ranked))
    places: dict[Decimal, int] = {}
    for place, value in enumerate(ranked, start=1):
        places.setdefault(value, place)
    return {key: None if value is None else places[value] for key, value in indexes.items()}

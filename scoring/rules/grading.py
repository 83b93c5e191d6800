"""From sums to index, grade and rank. Grade and rank read the index as it is printed."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from scoring.rules.leaf import Rounding
from scoring.rules.totals import ExtraPoints, SectionTotals, SumRules

Key = TypeVar("Key", bound=Hashable)
# What units are put in order by: the index, then the tie-break keys (more is better).
Standing = tuple[Decimal, tuple[Fraction, ...]]


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


def index(
    earned: Decimal, applicable_max: Decimal, decimals: int = 2, *, added: Fraction = Fraction(0)
) -> Decimal | None:
    """Earned points in percent of the applicable maximum; None when nothing applies to the unit.

    `added` is what bonus and penalty bring to the index itself: it may pass 100, it never falls below 0.

    Rounding: once, half-up, to `decimals`.
    """
    if applicable_max == 0:
        return None
    exact = Fraction(earned) / Fraction(applicable_max) * 100 + added
    return Rounding.HALF_UP.to_step(max(exact, Fraction(0)), Decimal(1).scaleb(-decimals))


def index_of(sums: SectionTotals, rules: SumRules) -> Decimal | None:
    """The index of a sheet with its bonus and penalty, where the set says that they count.

    Before rescaling they are points like those earned; after it, points of the total of the set.
    """
    extra = sums.bonus - sums.penalty
    if rules.extra_points is ExtraPoints.BEFORE or not extra:
        return index(sums.earned + extra, sums.applicable_max, rules.index_decimals)
    added = Fraction(extra) / Fraction(rules.total_points) * 100
    return index(sums.earned, sums.applicable_max, rules.index_decimals, added=added)


def grade(index: Decimal | None, bands: Iterable[GradeBand]) -> GradeBand | None:
    """The highest grade that the index reaches; None without an index, or below every grade."""
    if index is None:
        return None
    reached = (band for band in bands if band.from_index <= index)
    return max(reached, key=lambda band: band.from_index, default=None)


def rank(
    indexes: Mapping[Key, Decimal | None],
    rule: RankRule = RankRule.COMPETITION,
    keys: Mapping[Key, tuple[Fraction, ...]] | None = None,
) -> dict[Key, int | None]:
    """Places from the highest index down, the same place for equal indexes; with `keys`, only where they are
    equal too (more is better).

    A unit without an index is not ranked: it is never last with 0.
    """
    standings: dict[Key, Standing] = {
        unit: (value, keys[unit] if keys else ()) for unit, value in indexes.items() if value is not None
    }
    ranked = sorted(standings.values(), reverse=True)
    if rule is RankRule.DENSE:
        ranked = list(dict.fromkeys(ranked))
    places: dict[Standing, int] = {}
    for place, standing in enumerate(ranked, start=1):
        places.setdefault(standing, place)
    return {unit: places[standings[unit]] if unit in standings else None for unit in indexes}

"""From leaves to sums. Nothing is rounded here, so the order of the leaves cannot matter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from scoring.rules.leaf import ZERO


class CountsAs(StrEnum):
    """Bonus and penalty stand outside the maximum; both are kept as points above 0."""

    BASE = "base"
    BONUS = "bonus"
    PENALTY = "penalty"


@dataclass(frozen=True, slots=True)
class LeafPoints:
    """A scored leaf and its section, the top node of its branch. `points` None means not answered."""

    code: str
    section: str
    points: Decimal | None
    counted_max_points: Decimal
    counts_as: CountsAs = CountsAs.BASE

    def sums(self) -> "SectionTotals":
        points, not_answered = self.points or ZERO, int(self.points is None)
        match self.counts_as:
            case CountsAs.BASE:
                return SectionTotals(points, self.counted_max_points, not_answered=not_answered)
            case CountsAs.BONUS:
                return SectionTotals(bonus=points, not_answered=not_answered)
            case CountsAs.PENALTY:
                return SectionTotals(penalty=points, not_answered=not_answered)


@dataclass(frozen=True, slots=True)
class SectionTotals:
    """Units: points; `earned` and `applicable_max` of the base leaves alone, `not_answered` in leaves."""

    earned: Decimal = ZERO
    applicable_max: Decimal = ZERO
    bonus: Decimal = ZERO
    penalty: Decimal = ZERO
    not_answered: int = 0

    def __add__(self, other: "SectionTotals") -> "SectionTotals":
        return SectionTotals(
            earned=self.earned + other.earned,
            applicable_max=self.applicable_max + other.applicable_max,
            bonus=self.bonus + other.bonus,
            penalty=self.penalty + other.penalty,
            not_answered=self.not_answered + other.not_answered,
        )


@dataclass(frozen=True, slots=True)
class Totals(SectionTotals):
    """The sums of a sheet. Shapes: `by_section` maps the code of a section to its own sums."""

    by_section: Mapping[str, SectionTotals] = field(default_factory=dict)


def totals(leaves: Iterable[LeafPoints]) -> Totals:
    by_section: dict[str, SectionTotals] = {}
    for leaf in leaves:
        by_section[leaf.section] = by_section.get(leaf.section, SectionTotals()) + leaf.sums()
    whole = sum(by_section.values(), start=SectionTotals())
    return Totals(
        earned=whole.earned,
        applicable_max=whole.applicable_max,
        bonus=whole.bonus,
        penalty=whole.penalty,
        not_answered=whole.not_answered,
        by_section=by_section,
    )

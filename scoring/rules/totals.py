"""From leaves to sums. Points are added exactly, so the order of the leaves cannot matter.

Bonus and penalty are capped item by item and group by group. Sums are rounded only where the set says so.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rules.leaf import HUNDREDTH, ZERO, RoundAt, Rounding


class CountsAs(StrEnum):
    """Bonus and penalty stand outside the maximum; both are kept as points above 0."""

    BASE = "base"
    BONUS = "bonus"
    PENALTY = "penalty"


class ExtraPoints(StrEnum):
    """Where bonus and penalty enter: the points, before rescaling, or the index after it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Group:
    """A bonus or penalty criterion with others below it, which count at most `max_points` together.

    `above` is the code of the group around it, or empty.
    """

    max_points: Decimal
    above: str = ""


@dataclass(frozen=True, slots=True)
class SumRules:
    """What a set says about its sums.

    Shapes: `groups` by code, each after the group around it. Units: `total_points` is what the fields add up to.
    Rounding: to `step`, where `round_at` says; a leaf that reaches this module has been rounded already.
    """

    groups: Mapping[str, Group] = field(default_factory=dict)
    step: Decimal = HUNDREDTH
    rounding: Rounding = Rounding.HALF_UP
    round_at: RoundAt = RoundAt.LEAF
    extra_points: ExtraPoints = ExtraPoints.AFTER
    total_points: Decimal = Decimal(100)
    index_decimals: int = 2

    def to_step(self, points: Decimal) -> Decimal:
        return self.rounding.to_step(Fraction(points), self.step) if points % self.step else points


@dataclass(frozen=True, slots=True)
class LeafPoints:
    """A scored leaf and its section, the top node of its branch. `points` None means no points yet.

    `group` is the code of the bonus or penalty criterion right above, or empty.
    """

    code: str
    section: str
    points: Decimal | None
    counted_max_points: Decimal
    counts_as: CountsAs = CountsAs.BASE
    group: str = ""


@dataclass(frozen=True, slots=True)
class SectionTotals:
    """Units: points; `earned` and `applicable_max` of the base leaves alone; `bonus` and `penalty` are those that
    count, within their caps; `not_answered` in leaves."""

    earned: Decimal = ZERO
    applicable_max: Decimal = ZERO
    bonus: Decimal = ZERO
    penalty: Decimal = ZERO
    not_answered: int = 0

    def rounded(self, rules: SumRules) -> "SectionTotals":
        """Rounding: to the step of the set, and never above the applicable maximum."""
        return replace(
            self,
            earned=min(rules.to_step(self.earned), self.applicable_max),
            bonus=rules.to_step(self.bonus),
            penalty=rules.to_step(self.penalty),
        )


@dataclass(frozen=True, slots=True)
class Totals(SectionTotals):
    """The sums of a sheet. Shapes: `by_section` maps the code of a section to its own sums."""

    by_section: Mapping[str, SectionTotals] = field(default_factory=dict)


PLAIN = SumRules()


def totals(leaves: Iterable[LeafPoints], rules: SumRules = PLAIN) -> Totals:
    """All sums of a sheet from its leaves."""
    base: dict[str, list[LeafPoints]] = {}
    extras: dict[str, list[LeafPoints]] = {}
    for leaf in leaves:
        kind = base if leaf.counts_as is CountsAs.BASE else extras
        kind.setdefault(leaf.section, []).append(leaf)
    return whole({code: section(base.get(code, ()), extras.get(code, ()), rules) for code in base | extras}, rules)


def section(base: Iterable[LeafPoints], extras: Iterable[LeafPoints], rules: SumRules) -> SectionTotals:
    """The sums of one section from its leaves within the maximum and those outside it."""
    base, extras = tuple(base), tuple(extras)
    found = SectionTotals(
        earned=sum((leaf.points for leaf in base if leaf.points is not None), ZERO),
        applicable_max=sum((leaf.counted_max_points for leaf in base), ZERO),
        not_answered=sum(leaf.points is None for leaf in base),
    )
    if extras:
        found = with_extras(found, extras, rules.groups, sum(leaf.points is None for leaf in extras))
    return found.rounded(rules) if rules.round_at is RoundAt.FIELD else found


def with_extras(
    base: SectionTotals, extras: Collection[LeafPoints], groups: Mapping[str, Group], not_answered: int
) -> SectionTotals:
    """The sums within the maximum completed by the leaves outside it, of which `not_answered` have no points."""
    return SectionTotals(
        base.earned,
        base.applicable_max,
        capped([leaf for leaf in extras if leaf.counts_as is CountsAs.BONUS], groups),
        capped([leaf for leaf in extras if leaf.counts_as is CountsAs.PENALTY], groups),
        base.not_answered + not_answered,
    )


def capped(leaves: Iterable[LeafPoints], groups: Mapping[str, Group]) -> Decimal:
    """What leaves outside the maximum count together: no item above its own maximum, no group above its cap."""
    sums: dict[str, Decimal] = {}
    for leaf in leaves:
        if leaf.points is not None:
            sums[leaf.group] = sums.get(leaf.group, ZERO) + min(leaf.points, leaf.counted_max_points)
    for code in reversed(list(groups)):
        if code in sums:
            group = groups[code]
            sums[group.above] = sums.get(group.above, ZERO) + min(sums.pop(code), group.max_points)
    return sum(sums.values(), ZERO)


def whole(by_section: Mapping[str, SectionTotals], rules: SumRules) -> Totals:
    """The sums of a sheet from those of its sections."""
    parts = by_section.values()
    found = SectionTotals(
        earned=sum((part.earned for part in parts), ZERO),
        applicable_max=sum((part.applicable_max for part in parts), ZERO),
        bonus=sum((part.bonus for part in parts), ZERO),
        penalty=sum((part.penalty for part in parts), ZERO),
        not_answered=sum(part.not_answered for part in parts),
    )
    if rules.round_at is RoundAt.TOTAL:
        found = found.rounded(rules)
    return Totals(
        earned=found.earned,
        applicable_max=found.applicable_max,
        bonus=found.bonus,
        penalty=found.penalty,
        not_answered=found.not_answered,
        by_section=by_section,
    )

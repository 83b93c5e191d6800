"""A leaf of the criteria tree: the only place where points are awarded, and where they are rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rules.limits import beyond_limits
from scoring.rules.messages import Message, RuleError, RuleErrors, Value
from scoring.rules.messages import gettext_noop as _

ZERO = Decimal(0)
HUNDREDTH = Decimal("0.01")


class Rounding(StrEnum):
    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"

    def to_step(self, exact: Fraction, step: Decimal) -> Decimal:
        """The multiple of `step` for an exact value. A negative value is rounded as its opposite."""
        # In whole numbers: a campaign is rounded ten thousand times.
        unit = Fraction(step)
        steps, of = abs(exact.numerator) * unit.denominator, exact.denominator * unit.numerator
        match self:
            case Rounding.HALF_UP:
                whole = (2 * steps + of) // (2 * of)
            case Rounding.DOWN:
                whole = steps // of
            case Rounding.UP:
                whole = -(-steps // of)
        return step * (whole if exact >= 0 else -whole)


class RoundAt(StrEnum):
    """Where points are rounded to the set's step: in every leaf, or only in the sums above."""

    LEAF = "leaf"
    FIELD = "field"
    TOTAL = "total"


def leaf_step(step: Decimal, round_at: RoundAt) -> Decimal:
    """What a leaf is rounded to: the set's step, or a hundredth where sums are rounded to it."""
    return step if round_at is RoundAt.LEAF else HUNDREDTH


class Policy(StrEnum):
    """What a leaf is worth when there is nothing to measure."""

    EXCLUDE = "exclude"
    FULL = "full"
    ZERO = "zero"


class LeafState(StrEnum):
    """Four states that never merge. A leaf that earned zero is *answered*."""

    NOT_ANSWERED = "not_answered"
    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    NO_CASE = "no_case"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a leaf brings to the sums.

    `points` is None while there are none: the leaf is not answered, or awaits the close of the round. It earns
    nothing then, and its maximum counts. A leaf that is left out brings 0 to both sums.
    """

    points: Decimal | None
    counted_max_points: Decimal
    explanation: Message | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """What every method needs to know of the criterion that it scores.

    Rounding: to `step`, a multiple of 0.01; the maximum is a multiple of the step, so no rounding passes it.
    Raises: RuleErrors when they are not.
    """

    max_points: Decimal
    step: Decimal = HUNDREDTH
    rounding: Rounding = Rounding.HALF_UP
    no_case: Policy = Policy.EXCLUDE
    zero_denominator: Policy = Policy.EXCLUDE

    def __post_init__(self) -> None:
        if problem := beyond_limits(self.step, minimum=HUNDREDTH, step=HUNDREDTH):
            raise RuleErrors([RuleError(problem, at="step")])
        if problem := beyond_limits(self.max_points, minimum=ZERO, step=self.step):
            raise RuleErrors([RuleError(problem, at="max_points")])

    def award(self, exact: Fraction | Decimal, line: str, values: Mapping[str, Value] | None = None) -> Outcome:
        """Round the exact points, here and nowhere else, and complete the line that explains them."""
        points = self.rounding.to_step(Fraction(exact), self.step)
        explanation = Message(line, {**(values or {}), "max": self.max_points, "points": points})
        return Outcome(points, self.max_points, explanation)

    def award_share(self, share: Fraction, line: str, values: Mapping[str, Value]) -> Outcome:
        """Award a part of the maximum, 0 to 1."""
        return self.award(share * Fraction(self.max_points), line, values)

    def when_not_answered(self) -> Outcome:
        return Outcome(None, self.max_points)

    def when_pending(self) -> Outcome:
        """Answered, but compared with the other units: nobody knows its points yet."""
        return Outcome(None, self.max_points, Message(_("points follow at the close of the round")))

    def when_not_applicable(self) -> Outcome:
        return self.left_out(Message(_("not applicable → not counted")))

    def when_no_case(self) -> Outcome:
        lines = _("no case arose → not counted"), _("no case arose → %(points)s")
        return self.by_policy(self.no_case, *lines)

    def when_zero_denominator(self) -> Outcome:
        lines = _("a total of 0 → not counted"), _("a total of 0 → %(points)s")
        return self.by_policy(self.zero_denominator, *lines)

    def by_policy(self, policy: Policy, line_excluded: str, line_settled: str) -> Outcome:
        """Leave the leaf out, or give all of its points or none."""
        if policy is Policy.EXCLUDE:
            return self.left_out(Message(line_excluded))
        return self.award(self.max_points if policy is Policy.FULL else ZERO, line_settled)

    def left_out(self, explanation: Message) -> Outcome:
        return Outcome(ZERO, ZERO, explanation)

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input
from scoring.rules.leaf import HUNDREDTH, ZERO, Leaf, Outcome
from scoring.rules.messages import RuleError
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.measures import HUNDRED, Measure, read_measure
from scoring.rules.methods.params import Params


@dataclass(frozen=True)
class Ratio(Method):
    """The maximum in proportion to a share.

    Below `floor_percent` the leaf earns nothing; from `full_percent` on it earns the maximum, and below it
    in proportion to it. Units: percent, 0-100.
    """

    name = "ratio"
    title = _("In proportion to a share")

    measure: Measure
    floor_percent: Decimal
    full_percent: Decimal

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        measure = read_measure(params, ("ratio", "percent"))
        floor = params.number("floor_percent", default=ZERO, minimum=ZERO, maximum=HUNDRED)
        full = params.number("full_percent", default=HUNDRED, minimum=max(floor, HUNDREDTH), maximum=HUNDRED)
        return cls(leaf, measure, floor, full)

    def inputs(self) -> tuple[Input, ...]:
        return self.measure.inputs()

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        return self.measure.contradictions(answers)

    def award(self, answers: Answers) -> Outcome:
        percent = self.measure.amount(answers)
        if percent is None:
            return self.leaf.when_zero_denominator()
        measured, full = self.measure.text, Fraction(self.full_percent)
        values = {**answers, "floor": self.floor_percent, "full": self.full_percent}
        if percent < self.floor_percent:
            return self.leaf.award(ZERO, f"{measured} < %(floor)s %% → %(points)s", values)
        if full == 100:
            line = f"{measured} × %(max)s = %(points)s"
        elif percent < full:
            line = f"{measured} / %(full)s %% × %(max)s = %(points)s"
        else:
            line = f"{measured} ≥ %(full)s %% → %(points)s"
        return self.leaf.award_share(min(percent / full, Fraction(1)), line, values)

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input
from scoring.rules.leaf import HUNDREDTH, ZERO, Leaf, Outcome
from scoring.rules.messages import Message, RuleError, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method
from scoring.rules.methods.measures import HUNDRED, PERCENT, RATIO, Measure, measure_settings, read_measure
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.settings import Setting, SettingKind


@dataclass(frozen=True)
class Ratio(Method):
    """The maximum in proportion to a share.

    Below `floor_percent` the leaf earns nothing; from `full_percent` on it earns the maximum, and below it
    in proportion to it. Units: percent, 0-100.
    """

    name = "ratio"
    title = _("In proportion to a share")
    settings = (
        *measure_settings(RATIO, PERCENT),
        Setting(
            "floor_percent", _("No points below, in percent"), SettingKind.NUMBER, default=ZERO, maximum=HUNDRED
        ),
        Setting(
            "full_percent",
            _("All points from, in percent"),
            SettingKind.NUMBER,
            default=HUNDRED,
            minimum=HUNDREDTH,
            maximum=HUNDRED,
            hint=_("Below it the points are in proportion to it."),
        ),
        sources_setting(),
    )

    measure: Measure
    floor_percent: Decimal
    full_percent: Decimal

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        floor = params.number("floor_percent")
        params.refuse_beyond("full_percent", minimum=floor)
        return cls(leaf, read_measure(params), floor, params.number("full_percent"))

    def inputs(self) -> tuple[Input, ...]:
        return self.measure.inputs()

    @property
    def divides(self) -> bool:
        return self.measure.divides

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

    def words(self) -> Iterator[Message]:
        values: dict[str, Value] = {
            **self.measure.labels(),
            "full": self.full_percent,
            "max": self.leaf.max_points,
        }
        is_whole = self.full_percent == HUNDRED
        yield Message(f"{self.measure.named}{'' if is_whole else ' / %(full)s %%'} × %(max)s", values)
        if self.floor_percent:
            yield Message(_("Below %(floor)s %%: 0 points"), {"floor": self.floor_percent})
        if not is_whole:
            yield Message(_("From %(full)s %% on: all points"), {"full": self.full_percent})

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        bounds = [bound for bound in (self.floor_percent, self.full_percent) if 0 < bound < HUNDRED]
        return tuple(self.measure.edge_cases(*bounds))

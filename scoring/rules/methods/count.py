from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.params import Params


@dataclass(frozen=True)
class Count(Method):
    """So many points for each item, up from a base or down from it, between a floor and a cap."""

    name = "count"
    title = _("Points for each item")

    label: str
    base: Decimal
    step_points: Decimal
    floor: Decimal
    cap: Decimal

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        label = params.text("label")
        base = params.points("base", leaf, default=ZERO)
        step_points = params.number("step_points")
        cap = params.points("cap", leaf, default=leaf.max_points)
        floor = params.number("floor", default=ZERO, minimum=ZERO, maximum=cap, step=leaf.step)
        if params.is_sound() and step_points == 0:
            params.refuse("step_points", Message(_("an item must be worth something")))
        return cls(leaf, label, base, step_points, floor, cap)

    def inputs(self) -> tuple[Input, ...]:
        return (Input("count", self.label, Kind.INTEGER),)

    def award(self, answers: Answers) -> Outcome:
        reached = self.base + self.step_points * Decimal(answers["count"])
        sign = "+" if self.step_points > 0 else "−"
        line = f"%(base)s {sign} %(count)s × %(each)s"
        values: dict[str, Value] = {
            **answers,
            "base": self.base,
            "each": abs(self.step_points),
            "reached": reached,
            "floor": self.floor,
            "cap": self.cap,
        }
        if reached > self.cap:
            return self.leaf.award(self.cap, f"{line} = %(reached)s > %(cap)s → %(points)s", values)
        if reached < self.floor:
            return self.leaf.award(self.floor, f"{line} = %(reached)s < %(floor)s → %(points)s", values)
        return self.leaf.award(reached, f"{line} = %(points)s", values)

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import Leaf, Outcome
from scoring.rules.messages import Message
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.params import Params


@dataclass(frozen=True)
class Points(Method):
    """Points that a person enters: whole steps, up to the maximum."""

    name = "points"
    title = _("Points entered")

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        return cls(leaf)

    def inputs(self) -> tuple[Input, ...]:
        leaf = self.leaf
        return (Input("points", _("Points"), Kind.POINTS, maximum=leaf.max_points, step=leaf.step),)

    def award(self, answers: Answers) -> Outcome:
        return self.leaf.award(Fraction(answers["points"]), _("entered → %(points)s"))

    def words(self) -> Iterator[Message]:
        limits = {"step": self.leaf.step, "max": self.leaf.max_points}
        yield Message(_("Points from 0 to %(max)s in steps of %(step)s"), limits)

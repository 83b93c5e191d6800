from dataclasses import dataclass
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind, Option
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.params import Params


@dataclass(frozen=True)
class Choice(Method):
    """One option of several, each with its points."""

    name = "choice"
    title = _("One of several options")

    options: tuple[Option, ...]

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        return cls(leaf, tuple(_read_option(row, leaf) for row in params.rows("options", named_by="code")))

    def inputs(self) -> tuple[Input, ...]:
        return (Input("option", _("Option"), Kind.CHOICE, self.options),)

    def award(self, answers: Answers) -> Outcome:
        chosen = next(option for option in self.options if option.code == answers["option"])
        return self.leaf.award(chosen.points or ZERO, "%(option)s → %(points)s", {"option": chosen.label})


def _read_option(row: Params, leaf: Leaf) -> Option:
    return Option(row.text("code"), row.text("label"), row.points("points", leaf))

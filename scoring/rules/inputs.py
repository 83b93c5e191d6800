"""What a method asks for. Answers are typed here, checked here, and kept as JSON without losing a digit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.rules.leaf import ZERO
from scoring.rules.limits import beyond_limits
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _

Answers = Mapping[str, Value]


class Kind(StrEnum):
    """The type of an answer: int for INTEGER, the code of an option for CHOICE, Decimal for the others."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    CHOICE = "choice"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer. The code is stored: two options may earn the same points and still differ."""

    code: str
    label: str
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """One fact to fill in. Its label is the criteria set's own words, or a msgid of the method.

    `only_if` is the name of another input and the code of the option for which this one is asked.
    """

    name: str
    label: str
    kind: Kind
    options: tuple[Option, ...] = ()
    minimum: Decimal | None = ZERO
    maximum: Decimal | None = None
    step: Decimal | None = None
    only_if: tuple[str, str] | None = None

    def is_asked(self, answers: Mapping[str, object]) -> bool:
        """Whether the fact matters beside the other answers."""
        return self.only_if is None or answers.get(self.only_if[0]) == self.only_if[1]

    def problem(self, value: Value | None) -> Message | None:
        """What is wrong with this answer taken alone, or None."""
        if value is None:
            return Message(_("an answer is missing"))
        if self.kind is Kind.CHOICE:
            known = any(value == option.code for option in self.options)
            return None if known else Message(_("%(value)s is not among the options"), {"value": value})
        if isinstance(value, str) or not Decimal(value).is_finite():
            return Message(_("%(value)s is not a number"), {"value": str(value)})
        if self.kind is Kind.INTEGER and not isinstance(value, int):
            return Message(_("%(value)s is not a whole number"), {"value": value})
        return beyond_limits(value, minimum=self.minimum, maximum=self.maximum, step=self.step)


NO, YES = "no", "yes"


def yes_or_no(name: str, label: str) -> Input:
    """A question of the criteria set, or of the method."""
    return Input(name, label, Kind.CHOICE, (Option(NO, _("no")), Option(YES, _("yes"))))


def encode(answers: Answers) -> dict[str, str | int]:
    """Answers as JSON can keep them: a Decimal becomes text, digit for digit."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in answers.items()}


def decode(inputs: Iterable[Input], stored: Mapping[str, str | int]) -> dict[str, Value]:
    """Stored answers in the types of their inputs; what no input asks for is dropped."""
    return {each.name: _typed(each.kind, stored[each.name]) for each in inputs if each.name in stored}


def _typed(kind: Kind, stored: str | int) -> Value:
    match kind:
        case Kind.CHOICE:
            return str(stored)
        case Kind.INTEGER:
            return int(stored)
        case Kind.DECIMAL | Kind.PERCENT | Kind.POINTS:
            return Decimal(stored)

"""What `ratio` and `bands` look at: a part of a whole, a percentage, or a plain value."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.messages import Message, RuleError
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.params import Params

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Measure(ABC):
    """A number got from the answers, never below 0.

    `text` writes it in an explanation, `unit` follows a number that it is compared with, and `highest` is
    the most it can reach, if anything.
    """

    text: ClassVar[str]
    unit: ClassVar[str]
    highest: ClassVar[Decimal | None]

    @abstractmethod
    def inputs(self) -> tuple[Input, ...]: ...

    @abstractmethod
    def amount(self, answers: Answers) -> Fraction | None:
        """The exact number, never rounded; None when there is nothing to divide by."""

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        yield from ()


@dataclass(frozen=True)
class PartOfWhole(Measure):
    """Units: the amount is a percentage, 0-100."""

    text = "%(numerator)s / %(denominator)s"
    unit = " %%"
    highest = HUNDRED

    numerator: str
    denominator: str

    def inputs(self) -> tuple[Input, ...]:
        return (
            Input("numerator", self.numerator, Kind.INTEGER),
            Input("denominator", self.denominator, Kind.INTEGER),
        )

    def amount(self, answers: Answers) -> Fraction | None:
        part, whole = Fraction(answers["numerator"]), Fraction(answers["denominator"])
        return part / whole * 100 if whole else None

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        part, whole = Fraction(answers["numerator"]), Fraction(answers["denominator"])
        if part > whole:
            line = _("%(part)s: %(numerator)s is more than %(denominator)s (%(whole)s)")
            labels = {"part": self.numerator, "whole": self.denominator}
            yield RuleError(Message(line, {**answers, **labels}), at="numerator")


@dataclass(frozen=True)
class Percentage(Measure):
    """Units: percent, 0-100."""

    text = "%(percent)s %%"
    unit = " %%"
    highest = HUNDRED

    label: str

    def inputs(self) -> tuple[Input, ...]:
        return (Input("percent", self.label, Kind.PERCENT, maximum=HUNDRED),)

    def amount(self, answers: Answers) -> Fraction:
        return Fraction(answers["percent"])


@dataclass(frozen=True)
class Amount(Measure):
    """Units: those of the label; whole or decimal by `kind`."""

    text = "%(value)s"
    unit = ""
    highest = None

    label: str
    kind: Kind

    def inputs(self) -> tuple[Input, ...]:
        return (Input("value", self.label, self.kind),)

    def amount(self, answers: Answers) -> Fraction:
        return Fraction(answers["value"])


def read_measure(params: Params, allowed: tuple[str, ...]) -> Measure:
    match params.one_of("of", allowed):
        case "ratio":
            return PartOfWhole(params.text("numerator"), params.text("denominator"))
        case "percent":
            return Percentage(params.text("label"))
        case _:
            kind = params.one_of("kind", (Kind.INTEGER, Kind.DECIMAL))
            return Amount(params.text("label"), Kind(kind))

"""What several methods look at: a part of a whole, a percentage, or a plain value."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import ClassVar

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import HUNDREDTH
from scoring.rules.messages import Message, RuleError, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import PLENTY, EdgeCase, decimal
from scoring.rules.methods.params import Params
from scoring.rules.settings import Setting, SettingKind

HUNDRED = Decimal(100)
HUNDREDTH_PART = Fraction(HUNDREDTH)

RATIO, PERCENT, VALUE = "ratio", "percent", "value"
OF = {
    RATIO: _("A part of a whole (two whole numbers)"),
    PERCENT: _("A percentage"),
    VALUE: _("A number"),
}
KINDS = {
    Kind.INTEGER: _("A whole number"),
    Kind.DECIMAL: _("A number with decimals"),
    Kind.PERCENT: _("A percentage"),
}


def kind_setting(*kinds: Kind, only_if: tuple[str, tuple[str, ...]] | None = None) -> Setting:
    """The setting that says what kind of number is asked for."""
    words = tuple((kind.value, KINDS[kind]) for kind in kinds)
    return Setting("kind", _("Kind of number"), SettingKind.WORD, words=words, only_if=only_if)


def measure_settings(*of: str) -> tuple[Setting, ...]:
    """The settings of a measure: what is measured, and what it is called."""
    part = ("of", (RATIO,))
    named = ("of", tuple(word for word in of if word != RATIO))
    hint = _("For example: tasks done on time")
    settings: tuple[Setting, ...] = (
        Setting("of", _("What is measured"), SettingKind.WORD, words=tuple((word, OF[word]) for word in of)),
        Setting("numerator", _("Name of the part"), SettingKind.TEXT, only_if=part, hint=hint),
        Setting(
            "denominator", _("Name of the whole"), SettingKind.TEXT, only_if=part, hint=_("For example: all tasks")
        ),
        Setting("label", _("What the unit is asked for"), SettingKind.TEXT, only_if=named),
    )
    if VALUE in of:
        settings = (*settings, kind_setting(Kind.INTEGER, Kind.DECIMAL, only_if=("of", (VALUE,))))
    return settings


@dataclass(frozen=True)
class Measure(ABC):
    """A number got from the answers, never below 0.

    `text` writes it in an explanation, `unit` follows a number that it is compared with, and `highest` is the
    most it can reach, if anything. `named` writes what is measured, its places filled from `labels()`.
    """

    text: ClassVar[str]
    unit: ClassVar[str]
    highest: ClassVar[Decimal | None]
    named: ClassVar[str] = "%(label)s"
    divides: ClassVar[bool] = False

    @abstractmethod
    def inputs(self) -> tuple[Input, ...]: ...

    @abstractmethod
    def amount(self, answers: Answers) -> Fraction | None:
        """The exact number, never rounded; None when there is nothing to divide by."""

    @abstractmethod
    def answers(self, amount: Fraction) -> Answers:
        """Answers that come to an amount that ends as a decimal."""

    def labels(self) -> dict[str, Value]:
        return {"label": self.inputs()[0].label}

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        yield from ()

    def edge_cases(self, *bounds: Decimal) -> Iterator[EdgeCase]:
        """Nothing, both sides of each bound, everything."""
        inner = {Fraction(bound) for bound in bounds}
        top = Fraction(self.highest) if self.highest is not None else Fraction(max(inner, default=PLENTY)) * 2
        near = ((_("just below %(bound)s"), -1), (_("exactly %(bound)s"), 0), (_("just above %(bound)s"), 1))
        yield EdgeCase(Message(_("nothing")), self.answers(Fraction(0)))
        for bound in sorted(inner | {top}):
            for text, side in near:
                amount = self.beside(bound, side)
                if amount is not None and 0 < amount <= top and (side == 0 or bound in inner):
                    written = Message(f"%(bound)s{self.unit}", {"bound": decimal(bound)})
                    yield EdgeCase(Message(text, terms={"bound": written}), self.answers(amount))

    def beside(self, bound: Fraction, side: int) -> Fraction | None:
        """The next amount below a bound (side -1) or above it (1), or the bound itself, if that is possible."""
        return bound + side * HUNDREDTH_PART


@dataclass(frozen=True)
class PartOfWhole(Measure):
    """Units: the amount is a percentage, 0-100."""

    text = "%(numerator)s / %(denominator)s"
    unit = " %%"
    highest = HUNDRED
    named = text
    divides = True

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

    def answers(self, amount: Fraction) -> Answers:
        share = amount / 100
        times = ceil(Fraction(PLENTY, share.denominator))
        return {"numerator": share.numerator * times, "denominator": share.denominator * times}

    def labels(self) -> dict[str, Value]:
        return {"numerator": self.numerator, "denominator": self.denominator}

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        part, whole = Fraction(answers["numerator"]), Fraction(answers["denominator"])
        if part > whole:
            line = _("%(part)s: %(numerator)s is more than %(denominator)s (%(whole)s)")
            labels = {"part": self.numerator, "whole": self.denominator}
            yield RuleError(Message(line, {**answers, **labels}), at="numerator")

    def edge_cases(self, *bounds: Decimal) -> Iterator[EdgeCase]:
        yield from super().edge_cases(*bounds)
        yield EdgeCase(Message(_("a total of 0")), {"numerator": 0, "denominator": 0})


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

    def answers(self, amount: Fraction) -> Answers:
        return {"percent": decimal(amount)}


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

    def beside(self, bound: Fraction, side: int) -> Fraction | None:
        if self.kind is not Kind.INTEGER:
            return super().beside(bound, side)
        if side == 0:
            return bound if bound.denominator == 1 else None
        return Fraction(ceil(bound) - 1 if side < 0 else floor(bound) + 1)

    def answers(self, amount: Fraction) -> Answers:
        return {"value": int(amount) if self.kind is Kind.INTEGER else decimal(amount)}


def read_measure(params: Params) -> Measure:
    """The measure that `measure_settings` describe."""
    match params.text("of"):
        case "ratio":
            return PartOfWhole(params.text("numerator"), params.text("denominator"))
        case "value":
            return Amount(params.text("label"), Kind(params.text("kind") or Kind.INTEGER))
        case _:
            return Percentage(params.text("label"))

"""Points by steps: so many for each, from a base up or down, between a floor and a cap."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Self

from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import shown
from scoring.rules.methods.params import Params
from scoring.rules.settings import MAXIMUM, Setting, SettingKind

Asked = tuple[str, tuple[str, ...]]


class Partial(StrEnum):
    """What a part of a step counts: nothing, a whole step, or a part."""

    FULL = "full"
    STARTED = "started"
    PROPORTIONAL = "proportional"

    def steps(self, exact: Fraction) -> Fraction:
        """The steps that count; those downwards as those upwards."""
        size = abs(exact)
        match self:
            case Partial.FULL:
                size = Fraction(floor(size))
            case Partial.STARTED:
                size = Fraction(ceil(size))
        return size if exact >= 0 else -size


def partial_setting(only_if: Asked | None = None) -> Setting:
    return Setting(
        "partial",
        _("A step that is not complete"),
        SettingKind.WORD,
        default=Partial.FULL.value,
        words=(
            (Partial.FULL.value, _("counts for nothing")),
            (Partial.STARTED.value, _("counts in full")),
            (Partial.PROPORTIONAL.value, _("counts in proportion")),
        ),
        only_if=only_if,
    )


def partial_words(partial: Partial) -> Message:
    match partial:
        case Partial.FULL:
            return Message(_("Each full step counts"))
        case Partial.STARTED:
            return Message(_("Each started step counts"))
        case Partial.PROPORTIONAL:
            return Message(_("A part of a step counts in proportion"))


def limit_settings(only_if: Asked | None = None) -> tuple[Setting, ...]:
    return (
        Setting("floor", _("Points at least"), SettingKind.POINTS, default=ZERO, only_if=only_if),
        Setting("cap", _("Points at most"), SettingKind.POINTS, default=MAXIMUM, only_if=only_if),
    )


@dataclass(frozen=True, slots=True)
class Steps:
    """Points for steps, which may be downwards (below 0)."""

    base: Decimal
    step_points: Decimal
    floor: Decimal
    cap: Decimal

    @classmethod
    def read(cls, params: Params) -> Self:
        if params.is_sound("floor", "cap"):
            params.refuse_beyond("floor", maximum=params.number("cap"))
        if params.number_or_none("step_points") == 0:
            params.refuse("step_points", Message(_("an item must be worth something")))
        return cls(*(params.number(name) for name in ("base", "step_points", "floor", "cap")))

    def award(
        self,
        leaf: Leaf,
        steps: Fraction,
        values: Mapping[str, Value],
        *,
        before: str = "",
        percent: Decimal | None = None,
    ) -> Outcome:
        """`before` goes before the arithmetic; a percentage multiplies what is reached."""
        sign = "+" if (self.step_points > 0) == (steps >= 0) else "−"
        line = f"%(base)s {sign} %(steps)s × %(each)s"
        reached = Fraction(self.base) + Fraction(self.step_points) * steps
        if percent is not None:
            line, reached = f"({line}) × %(percent)s %%", reached * Fraction(percent) / 100
        line = before + line
        places: dict[str, Value] = {
            **values,
            "base": self.base,
            "steps": shown(abs(steps)),
            "each": abs(self.step_points),
            "reached": shown(reached),
            "floor": self.floor,
            "cap": self.cap,
        }
        if reached > self.cap:
            return leaf.award(self.cap, f"{line} = %(reached)s > %(cap)s → %(points)s", places)
        if reached < self.floor:
            return leaf.award(self.floor, f"{line} = %(reached)s < %(floor)s → %(points)s", places)
        return leaf.award(reached, f"{line} = %(points)s", places)

    def to_the_end(self) -> int:
        """How many steps it takes from the base to the cap, or down to the floor."""
        end = self.cap if self.step_points > 0 else self.floor
        return max(0, ceil((Fraction(end) - Fraction(self.base)) / Fraction(self.step_points)))

    def words(self, counted: str, values: Mapping[str, Value]) -> tuple[Message, ...]:
        """The arithmetic, its steps written as `counted`, and its limits."""
        sign = "+" if self.step_points > 0 else "−"
        places: dict[str, Value] = {**values, "base": self.base, "each": abs(self.step_points)}
        limits: dict[str, Value] = {"floor": self.floor, "cap": self.cap}
        return (
            Message(f"%(base)s {sign} {counted} × %(each)s", places),
            Message(_("At least %(floor)s, at most %(cap)s"), limits),
        )

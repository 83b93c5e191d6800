from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import HUNDREDTH, ZERO, Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method, named
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.settings import Setting, SettingKind

LINEAR, TABLE = "linear", "table"
STEPS, LINE = "steps", "line"


@dataclass(frozen=True, slots=True)
class Rung:
    """A row of the table: from this value on so many points."""

    value: Decimal
    points: Decimal


@dataclass(frozen=True)
class Conversion(Method):
    """Points from another index: in proportion to it, or by a table.

    Between two rows of the table the points are those of the lower one, or lie on a straight line. Below the
    first row there are none. Without a table `rungs` is empty.
    """

    name = "conversion"
    title = _("Converted from another index")
    settings = (
        Setting("label", _("Name of the other index"), SettingKind.TEXT),
        Setting("from_max", _("Highest value of the other index"), SettingKind.NUMBER, minimum=HUNDREDTH),
        Setting(
            "by",
            _("How it is converted"),
            SettingKind.WORD,
            default=LINEAR,
            words=((LINEAR, _("in proportion to its highest value")), (TABLE, _("by a table"))),
        ),
        Setting(
            "table",
            _("Conversion table"),
            SettingKind.ROWS,
            named_by="value",
            columns=(
                Setting("value", _("From this value on"), SettingKind.NUMBER),
                Setting("points", _("Points"), SettingKind.POINTS),
            ),
            only_if=("by", (TABLE,)),
            hint=_("Below the first value there are no points."),
        ),
        Setting(
            "between",
            _("Between two rows"),
            SettingKind.WORD,
            default=STEPS,
            words=((STEPS, _("the points of the lower row")), (LINE, _("in proportion between the two rows"))),
            only_if=("by", (TABLE,)),
        ),
        sources_setting(),
    )

    label: str
    from_max: Decimal
    rungs: tuple[Rung, ...]
    is_line: bool

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        rows, highest = params.rows("table"), params.number_or_none("from_max")
        for row in rows:
            row.refuse_beyond("value", maximum=highest)
        rungs = sorted(
            (Rung(row.number("value"), row.number("points")) for row in rows), key=lambda rung: rung.value
        )
        return cls(
            leaf, params.text("label"), params.number("from_max"), tuple(rungs), params.text("between") == LINE
        )

    def inputs(self) -> tuple[Input, ...]:
        return (Input("value", self.label, Kind.DECIMAL, maximum=self.from_max),)

    def award(self, answers: Answers) -> Outcome:
        value = Decimal(answers["value"])
        values: dict[str, Value] = {"value": value, "from_max": self.from_max}
        if not self.rungs:
            share = Fraction(value) / Fraction(self.from_max)
            return self.leaf.award_share(share, "%(value)s / %(from_max)s × %(max)s = %(points)s", values)
        low = next((rung for rung in reversed(self.rungs) if rung.value <= value), None)
        high = next((rung for rung in self.rungs if rung.value > value), None)
        if high:
            values |= {"high": high.value, "high_points": high.points}
        if low is None:
            return self.leaf.award(ZERO, "%(value)s < %(high)s → %(points)s", values)
        values |= {"low": low.value, "low_points": low.points}
        if high is None:
            return self.leaf.award(low.points, "%(value)s ≥ %(low)s → %(points)s", values)
        if not self.is_line or low.value == value:
            return self.leaf.award(low.points, "%(low)s ≤ %(value)s < %(high)s → %(points)s", values)
        part = Fraction(value - low.value) / Fraction(high.value - low.value)
        exact = Fraction(low.points) + part * Fraction(high.points - low.points)
        line = (
            "%(low_points)s + (%(value)s − %(low)s) / (%(high)s − %(low)s) × (%(high_points)s − %(low_points)s)"
            " = %(points)s"
        )
        return self.leaf.award(exact, line, values)

    def words(self) -> Iterator[Message]:
        if not self.rungs:
            values: dict[str, Value] = {
                "label": self.label,
                "from_max": self.from_max,
                "max": self.leaf.max_points,
            }
            yield Message("%(label)s / %(from_max)s × %(max)s", values)
            return
        yield Message("%(label)s:", {"label": self.label})
        yield Message("< %(value)s → %(earned)s", {"value": self.rungs[0].value, "earned": ZERO})
        for rung in self.rungs:
            yield Message("≥ %(value)s → %(earned)s", {"value": rung.value, "earned": rung.points})
        if self.is_line:
            yield Message(_("In proportion between two rows"))

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """Nothing, both sides of each row, half way between two of them, everything."""
        values = {ZERO, self.from_max} if self.rungs else {ZERO, self.from_max / 2, self.from_max}
        for rung in self.rungs:
            values |= {rung.value - HUNDREDTH, rung.value}
        values |= {(low.value + high.value) / 2 for low, high in pairwise(self.rungs)}
        (asked,) = self.inputs()
        possible = sorted(value for value in values if 0 <= value <= self.from_max)
        return tuple(EdgeCase(named(asked, value), {"value": value}) for value in possible)

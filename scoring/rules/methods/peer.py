from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input
from scoring.rules.leaf import HUNDREDTH, Leaf, Outcome
from scoring.rules.messages import Message, RuleError, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method, shown
from scoring.rules.methods.change import HIGHER, better_setting
from scoring.rules.methods.measures import (
    HUNDRED,
    PERCENT,
    RATIO,
    VALUE,
    Measure,
    measure_settings,
    read_measure,
)
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.settings import Setting, SettingKind

ONE = Decimal(1)
BEST, RANGE, TARGET = "best", "range", "target"


@dataclass(frozen=True)
class Peer(Method):
    """A measure beside those of all units, once the round is over.

    `best`: in proportion to the best unit. `range`: 0 for the worst, all for the best, in proportion between.
    `target`: up to the target `target_percent` of the points in proportion to it, above it the rest, in
    proportion between the target and the leader. Where all are equal, all are best.
    """

    name = "peer"
    title = _("Compared with the other units")
    needs_peers = True
    settings = (
        *measure_settings(RATIO, PERCENT, VALUE),
        better_setting(),
        Setting(
            "by",
            _("What it is compared with"),
            SettingKind.WORD,
            words=(
                (BEST, _("the best unit")),
                (RANGE, _("the worst and the best unit")),
                (TARGET, _("a target, and above it the best unit")),
            ),
        ),
        Setting("target", _("Target to reach"), SettingKind.NUMBER, minimum=HUNDREDTH, only_if=("by", (TARGET,))),
        Setting(
            "target_percent",
            _("Part of the points for reaching the target, in percent"),
            SettingKind.NUMBER,
            default=Decimal(50),
            maximum=HUNDRED,
            only_if=("by", (TARGET,)),
        ),
        Setting(
            "years",
            _("Years compared"),
            SettingKind.NUMBER,
            default=ONE,
            minimum=ONE,
            maximum=Decimal(10),
            step=ONE,
            only_if=("by", (RANGE,)),
            hint=_("With 3, worst and best are those of this year and the two before."),
        ),
        sources_setting(),
    )

    measure: Measure
    is_higher_better: bool
    by: str
    target: Decimal
    target_percent: Decimal
    years: int

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        measure = read_measure(params)
        params.refuse_beyond("target", maximum=measure.highest)
        return cls(
            leaf,
            measure=measure,
            is_higher_better=params.text("better") == HIGHER,
            by=params.text("by"),
            target=params.number("target"),
            target_percent=params.number("target_percent"),
            years=int(params.number_or_none("years") or 1),
        )

    def inputs(self) -> tuple[Input, ...]:
        return self.measure.inputs()

    @property
    def divides(self) -> bool:
        return self.measure.divides

    @property
    def unit(self) -> str:
        return self.measure.unit

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        return self.measure.contradictions(answers)

    def amount(self, answers: Answers) -> Fraction | None:
        return self.measure.amount(answers)

    def award(self, answers: Answers) -> Outcome:
        if self.amount(answers) is None:
            return self.leaf.when_zero_denominator()
        return self.leaf.when_pending()

    def award_among(self, answers: Answers, pool: Sequence[Fraction]) -> Outcome:
        """Shapes: `pool` holds the amounts of all units; whether this one is among them does not matter."""
        own = self.amount(answers)
        if own is None:
            return self.leaf.when_zero_denominator()
        low, high = min(own, *pool) if pool else own, max(own, *pool) if pool else own
        best, worst = (high, low) if self.is_higher_better else (low, high)
        match self.by:
            case "range":
                share, line = self._in_range(own, best, worst)
            case "target":
                share, line = self._beside_target(own, best)
            case _:
                share, line = self._beside_best(own, best)
        values: dict[str, Value] = {
            **answers,
            "own": shown(own),
            "best": shown(best),
            "worst": shown(worst),
            "target": self.target,
            "half": self.target_percent,
        }
        before = f"{self.measure.text} = %(own)s %%; " if self.measure.divides else ""
        return self.leaf.award_share(share, before + line.replace("#", self.unit), values)

    def _beside_best(self, own: Fraction, best: Fraction) -> tuple[Fraction, str]:
        if own == best:
            return Fraction(1), "%(own)s# = %(best)s# → %(points)s"
        if self.is_higher_better:
            return own / best, "%(own)s# / %(best)s# × %(max)s = %(points)s"
        return best / own, "%(best)s# / %(own)s# × %(max)s = %(points)s"

    def _in_range(self, own: Fraction, best: Fraction, worst: Fraction) -> tuple[Fraction, str]:
        if best == worst:
            return Fraction(1), "%(own)s# = %(best)s# → %(points)s"
        share = (own - worst) / (best - worst)
        if self.is_higher_better:
            return share, "(%(own)s − %(worst)s) / (%(best)s − %(worst)s) × %(max)s = %(points)s"
        return share, "(%(worst)s − %(own)s) / (%(worst)s − %(best)s) × %(max)s = %(points)s"

    def _beside_target(self, own: Fraction, best: Fraction) -> tuple[Fraction, str]:
        target, part = Fraction(self.target), Fraction(self.target_percent) / 100
        if own == target:
            return part, "%(own)s# = %(target)s# → %(half)s %% × %(max)s = %(points)s"
        if (own > target) == self.is_higher_better:
            surplus = (own - target) / (best - target)
            over = "(%(own)s − %(target)s) / (%(best)s − %(target)s)"
            if not self.is_higher_better:
                over = "(%(target)s − %(own)s) / (%(target)s − %(best)s)"
            line = f"(%(half)s %% + (100 %% − %(half)s %%) × {over}) × %(max)s = %(points)s"
            return part + (1 - part) * surplus, line
        if self.is_higher_better:
            return part * own / target, "%(own)s# / %(target)s# × %(half)s %% × %(max)s = %(points)s"
        return part * target / own, "%(target)s# / %(own)s# × %(half)s %% × %(max)s = %(points)s"

    def words(self) -> Iterator[Message]:
        yield Message(f"{self.measure.named}:", self.measure.labels())
        higher = Message(_("higher is better") if self.is_higher_better else _("lower is better"))
        values: dict[str, Value] = {
            "max": self.leaf.max_points,
            "years": self.years,
            "target": self.target,
            "percent": self.target_percent,
        }
        match self.by:
            case "range":
                text = _("0 for the worst unit, %(max)s for the best one, in proportion between (%(better)s)")
            case "target":
                text = _(
                    "%(percent)s %% of %(max)s for reaching %(target)s, below it in proportion; "
                    "above it up to %(max)s for the best unit (%(better)s)"
                )
            case _:
                text = _("%(max)s for the best unit, the others in proportion to it (%(better)s)")
        yield Message(text, values, {"better": higher})
        if self.years > 1:
            yield Message(_("Worst and best of %(years)s years"), values)
        yield Message(_("The points follow when the round is over."))

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        bounds = [self.target] if self.by == TARGET else [HUNDRED / 2]
        return tuple(self.measure.edge_cases(*bounds))

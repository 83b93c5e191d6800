from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Self

from scoring.rules.inputs import YES, Answers, Input, Kind, yes_or_no
from scoring.rules.leaf import HUNDREDTH, ZERO, Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method, named, shown, with_question
from scoring.rules.methods.facts import fact_setting, fact_words, refuse_question
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.methods.steps import Partial, Steps, limit_settings, partial_setting, partial_words
from scoring.rules.settings import FACT, Setting, SettingKind

ONE = Decimal(1)
ON_THRESHOLDS, ON_POINTS = "thresholds", "points"


@dataclass(frozen=True, slots=True)
class Factor:
    """A percentage for units of a certain kind, on the thresholds (of items and of a step) or on the points."""

    question: str
    percent: Decimal
    on: str


@dataclass(frozen=True)
class Count(Method):
    """So many points for each item, up from a base or down from it, between a floor and a cap.

    Items count above the threshold, `per` of them to a step. The factor, where the rule has one, is a question of
    its own ("in the mountains?").
    """

    name = "count"
    title = _("Points for each item")
    settings = (
        Setting("label", _("What is counted"), SettingKind.TEXT),
        fact_setting(),
        Setting("base", _("Points to begin with"), SettingKind.POINTS, default=ZERO),
        Setting(
            "step_points",
            _("Points for each step"),
            SettingKind.NUMBER,
            minimum=None,
            hint=_("Below 0 the points go down with each step."),
        ),
        Setting(
            "threshold",
            _("Items count above"),
            SettingKind.NUMBER,
            default=ZERO,
            hint=_("Up to this number the points to begin with stay as they are."),
        ),
        Setting("per", _("Items to a step"), SettingKind.NUMBER, default=ONE, minimum=HUNDREDTH),
        partial_setting(),
        *limit_settings(),
        Setting(
            "factor",
            _("Question about a factor"),
            SettingKind.TEXT,
            required=False,
            hint=_("Answered yes or no, for example: commune in the mountains. A yes applies the factor."),
        ),
        Setting(
            "factor_percent",
            _("Factor in percent"),
            SettingKind.NUMBER,
            minimum=HUNDREDTH,
            maximum=Decimal(1000),
            only_if=("factor", ()),
        ),
        Setting(
            "factor_on",
            _("The factor applies to"),
            SettingKind.WORD,
            default=ON_THRESHOLDS,
            words=(
                (ON_THRESHOLDS, _("the threshold and the size of a step")),
                (ON_POINTS, _("the points, before floor and cap")),
            ),
            only_if=("factor", ()),
        ),
        sources_setting(),
    )

    label: str
    steps: Steps
    threshold: Decimal
    per: Decimal
    partial: Partial
    factor: Factor | None
    fact: str = ""

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        refuse_question(params, "factor")
        factor = None
        if question := params.text("factor"):
            factor = Factor(question, params.number("factor_percent"), params.text("factor_on"))
        return cls(
            leaf,
            label=params.text("label"),
            steps=Steps.read(params),
            threshold=params.number("threshold"),
            per=params.number("per"),
            partial=Partial(params.text("partial") or Partial.FULL),
            factor=factor,
            fact=params.text(FACT),
        )

    @property
    def filled_with(self) -> str:
        return self.fact

    def fill(self, amount: int) -> Answers:
        return {"count": amount}

    def inputs(self) -> tuple[Input, ...]:
        count = Input("count", self.label, Kind.INTEGER)
        return (count,) if self.factor is None else (count, yes_or_no("factor", self.factor.question))

    def award(self, answers: Answers) -> Outcome:
        count = int(answers["count"])
        factor = self.factor if self.factor and answers["factor"] == YES else None
        on_items = Fraction(factor.percent) / 100 if factor and factor.on == ON_THRESHOLDS else Fraction(1)
        threshold, per = Fraction(self.threshold) * on_items, Fraction(self.per) * on_items
        exact = max(Fraction(0), (count - threshold) / per)
        steps = self.partial.steps(exact)
        values: dict[str, Value] = {"count": count, "threshold": shown(threshold), "per": shown(per)}
        before = ""
        if threshold and count <= threshold:
            before = "%(count)s ≤ %(threshold)s; "
        elif threshold or per != 1:
            above = "(%(count)s − %(threshold)s)" if threshold else "%(count)s"
            division = f"{above} / %(per)s" if per != 1 else above
            before = f"{division} {'=' if steps == exact else '→'} %(steps)s; "
        if factor:
            values |= {"factor": factor.question, "percent": factor.percent}
            before = f"%(factor)s: %(percent)s %%; {before}"
        on_points = factor.percent if factor and factor.on == ON_POINTS else None
        return self.steps.award(self.leaf, steps, values, before=before, percent=on_points)

    def words(self) -> Iterator[Message]:
        counted = "(%(label)s − %(threshold)s)" if self.threshold else "%(label)s"
        counted = f"{counted} / %(per)s" if self.per != ONE else counted
        values: dict[str, Value] = {"label": self.label, "threshold": self.threshold, "per": self.per}
        yield from fact_words(self.fact)
        yield from self.steps.words(counted, values)
        if self.per != ONE:
            yield partial_words(self.partial)
        if self.factor:
            on = _("%(question)s: %(percent)s %% of the threshold and of the size of a step")
            if self.factor.on == ON_POINTS:
                on = _("%(question)s: %(percent)s %% of the points, before floor and cap")
            yield Message(on, {"question": self.factor.question, "percent": self.factor.percent})

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """Nothing, both sides of the threshold, the first step and the last one; with and without the factor."""
        if self.factor is None:
            return self._cases(Fraction(1))
        on_items = Fraction(self.factor.percent) / 100 if self.factor.on == ON_THRESHOLDS else Fraction(1)
        without, _claimed = with_question(self._cases(Fraction(1)), "factor", self.factor.question)
        _plain, claimed = with_question(self._cases(on_items), "factor", self.factor.question)
        return (*without, *claimed)

    def _cases(self, share: Fraction) -> tuple[EdgeCase, ...]:
        threshold, per = Fraction(self.threshold) * share, Fraction(self.per) * share
        first, last = ceil(threshold + per), ceil(threshold + per * self.steps.to_the_end())
        counts = {0, int(threshold), int(threshold) + 1, first - 1, first, last - 1, last, last + 1}
        (asked, *_others) = self.inputs()
        return tuple(EdgeCase(named(asked, count), {"count": count}) for count in sorted(counts) if count >= 0)

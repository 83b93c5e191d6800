from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import NO, YES, Answers, Input, Kind, Option
from scoring.rules.leaf import HUNDREDTH, ZERO, Leaf, Outcome, Policy
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method, shown
from scoring.rules.methods.measures import HUNDRED, kind_setting
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.methods.steps import Partial, Steps, limit_settings, partial_setting, partial_words
from scoring.rules.settings import MAXIMUM, Setting, SettingKind

ONE = Decimal(1)
HIGHER, LOWER = "higher", "lower"
DIRECTION, STEP = "direction", "step"
BY_DIRECTION, BY_STEP = ("by", (DIRECTION,)), ("by", (STEP,))


def better_setting() -> Setting:
    """The setting that says which way facts get better."""
    return Setting(
        "better",
        _("Which is better"),
        SettingKind.WORD,
        default=HIGHER,
        words=((HIGHER, _("a higher value")), (LOWER, _("a lower value"))),
    )


NO_BASE = Setting(
    "no_base",
    _("Without a comparable year"),
    SettingKind.WORD,
    default=Policy.EXCLUDE.value,
    words=(
        (Policy.EXCLUDE.value, _("the criterion is not counted")),
        (Policy.FULL.value, _("all points")),
        (Policy.ZERO.value, _("0 points")),
    ),
    hint=_("For example a unit that was founded this year."),
)
MERGED = Setting(
    "merged",
    _("Last year's value of merged units"),
    SettingKind.WORD,
    default="none",
    words=(
        ("sum", _("the sum of their values")),
        ("mean", _("the mean of their values")),
        ("none", _("none: there is no comparable year")),
    ),
)


@dataclass(frozen=True, slots=True)
class Direction:
    """Points by whether a value improved."""

    improved: Decimal
    unchanged: Decimal
    worsened: Decimal

    def points(self, gain: Fraction) -> Decimal:
        return self.unchanged if gain == 0 else self.improved if gain > 0 else self.worsened


@dataclass(frozen=True)
class Change(Method):
    """A value against that of the last comparable year, by its direction or by the size of the change.

    `rule` holds points by direction, or the points by steps of `per`; `in_percent` measures the change in percent
    of last year's value. `merged` says what last year's value of a merged unit is made of.
    """

    name = "change"
    title = _("Compared with last year")
    settings = (
        Setting("label", _("What is compared"), SettingKind.TEXT),
        kind_setting(Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT),
        better_setting(),
        Setting(
            "by",
            _("What earns the points"),
            SettingKind.WORD,
            default=DIRECTION,
            words=((DIRECTION, _("better, the same or worse")), (STEP, _("the size of the change"))),
        ),
        Setting("improved", _("Points if better"), SettingKind.POINTS, default=MAXIMUM, only_if=BY_DIRECTION),
        Setting("unchanged", _("Points if the same"), SettingKind.POINTS, only_if=BY_DIRECTION),
        Setting("worsened", _("Points if worse"), SettingKind.POINTS, default=ZERO, only_if=BY_DIRECTION),
        Setting("base", _("Points without a change"), SettingKind.POINTS, only_if=BY_STEP),
        Setting(
            "step_points",
            _("Points for each step"),
            SettingKind.NUMBER,
            only_if=BY_STEP,
            hint=_("A step for the better adds them, a step for the worse takes them."),
        ),
        Setting("per", _("Size of a step"), SettingKind.NUMBER, default=ONE, minimum=HUNDREDTH, only_if=BY_STEP),
        Setting(
            "in_percent",
            _("The change in percent of last year's value"),
            SettingKind.FLAG,
            default=False,
            only_if=BY_STEP,
        ),
        partial_setting(BY_STEP),
        *limit_settings(BY_STEP),
        NO_BASE,
        MERGED,
        sources_setting(),
    )

    label: str
    kind: Kind
    is_higher_better: bool
    rule: Direction | Steps
    per: Fraction
    partial: Partial
    in_percent: bool
    no_base: Policy
    merged: str

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        rule: Direction | Steps
        if params.text("by") == STEP:
            rule = Steps.read(params)
        else:
            rule = Direction(*(params.number(name) for name in ("improved", "unchanged", "worsened")))
        return cls(
            leaf,
            label=params.text("label"),
            kind=Kind(params.text("kind") or Kind.INTEGER),
            is_higher_better=params.text("better") == HIGHER,
            rule=rule,
            per=Fraction(params.number("per")) or Fraction(1),
            partial=Partial(params.text("partial") or Partial.FULL),
            in_percent=params.flag("in_percent"),
            no_base=Policy(params.text("no_base") or Policy.EXCLUDE),
            merged=params.text("merged"),
        )

    def inputs(self) -> tuple[Input, ...]:
        highest = HUNDRED if self.kind is Kind.PERCENT else None
        options = (Option(YES, _("yes")), Option(NO, _("no")))
        return (
            Input("current", self.label, self.kind, maximum=highest),
            Input("has_base", _("Can it be compared with last year?"), Kind.CHOICE, options),
            Input("previous", _("Value of last year"), self.kind, maximum=highest, only_if=("has_base", YES)),
        )

    @property
    def divides(self) -> bool:
        return self.in_percent

    @property
    def unit(self) -> str:
        return " %%" if self.kind is Kind.PERCENT else ""

    def award(self, answers: Answers) -> Outcome:
        if answers["has_base"] == NO:
            lines = _("no comparable year → not counted"), _("no comparable year → %(points)s")
            return self.leaf.by_policy(self.no_base, *lines)
        current, previous = Fraction(answers["current"]), Fraction(answers["previous"])
        gain = current - previous if self.is_higher_better else previous - current
        values: dict[str, Value] = {name: answers[name] for name in ("current", "previous")}
        if isinstance(self.rule, Direction):
            sign = "=" if gain == 0 else ">" if current > previous else "<"
            line = f"%(current)s{self.unit} {sign} %(previous)s{self.unit} → %(points)s"
            return self.leaf.award(self.rule.points(gain), line, values)
        if self.in_percent and previous == 0:
            return self.leaf.when_zero_denominator()
        first, second = ("current", "previous") if self.is_higher_better else ("previous", "current")
        before = f"%({first})s − %({second})s"
        if self.in_percent:
            gain = gain / previous * 100
            before = f"({before}) / %(previous)s"
        steps = self.partial.steps(gain / self.per)
        before += " = %(gain)s" + (" %%" if self.in_percent else "")
        before += "; " if steps == gain else " → %(signed)s; "
        values |= {"gain": shown(gain), "signed": shown(steps)}
        return self.rule.award(self.leaf, steps, values, before=before)

    def words(self) -> Iterator[Message]:
        yield Message(_("%(label)s, compared with last year:"), {"label": self.label})
        if isinstance(self.rule, Direction):
            higher, lower = self.rule.improved, self.rule.worsened
            if not self.is_higher_better:
                higher, lower = lower, higher
            yield Message(_("higher → %(earned)s"), {"earned": higher})
            yield Message(_("the same → %(earned)s"), {"earned": self.rule.unchanged})
            yield Message(_("lower → %(earned)s"), {"earned": lower})
        else:
            yield from self._step_words(self.rule)
        if self.no_base is not Policy.EXCLUDE:
            points = Message(_("all points") if self.no_base is Policy.FULL else _("0 points"))
            yield Message(_("No comparable year: %(points)s"), terms={"points": points})

    def _step_words(self, rule: Steps) -> Iterator[Message]:
        text = _("%(base)s, and %(each)s more for each %(per)s higher, less for each %(per)s lower")
        if not self.is_higher_better:
            text = _("%(base)s, and %(each)s more for each %(per)s lower, less for each %(per)s higher")
        per = Message("%(per)s %%" if self.in_percent else "%(per)s", {"per": shown(self.per)})
        arithmetic, limits = rule.words("", {})
        yield Message(text, arithmetic.values, {"per": per})
        yield limits
        if self.per != 1 or self.in_percent or self.kind is not Kind.INTEGER:
            yield partial_words(self.partial)

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """The same as last year, a step to both sides, as many as matter, and no comparable year."""
        previous, highest = Fraction(50), 100 if self.kind is Kind.PERCENT else None
        step = self.per * previous / 100 if self.in_percent else self.per
        far = self.rule.to_the_end() + 1 if isinstance(self.rule, Steps) else 1
        moves = {
            -far: _("much lower than last year"),
            far: _("much higher than last year"),
            -1: _("lower than last year"),
            0: _("the same as last year"),
            1: _("higher than last year"),
        }
        cases = []
        for steps, text in sorted(moves.items()):
            current = previous + steps * step
            if current >= 0 and (highest is None or current <= highest):
                facts = {"current": self._typed(current), "has_base": YES, "previous": self._typed(previous)}
                cases.append(EdgeCase(Message(text), facts))
        none: dict[str, Value] = {"current": self._typed(previous), "has_base": NO}
        return (*cases, EdgeCase(Message(_("no comparable year")), none))

    def _typed(self, value: Fraction) -> Value:
        return round(value) if self.kind is Kind.INTEGER else shown(value)

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method, ends, named
from scoring.rules.methods.measures import HUNDRED
from scoring.rules.methods.params import Params
from scoring.rules.settings import Setting, SettingKind

ONE = Decimal(1)
MEAN, POINTS, PERCENT = "mean", "points", "percent"
BY_MEAN = ("by", (MEAN,))


@dataclass(frozen=True)
class Survey(Method):
    """The result of a survey, imported for each unit. Without one, or with too few answers, the leaf is left out.

    A mean earns in proportion to its place on the scale of the answers, a percentage in proportion to itself.
    """

    name = "survey"
    title = _("By a survey")
    by_unit = False
    settings = (
        Setting(
            "by",
            _("What the survey gives"),
            SettingKind.WORD,
            words=(
                (MEAN, _("the mean of the answers")),
                (PERCENT, _("a percentage")),
                (POINTS, _("points")),
            ),
        ),
        Setting("scale_min", _("Worst answer"), SettingKind.NUMBER, default=ZERO, only_if=BY_MEAN),
        Setting("scale_max", _("Best answer"), SettingKind.NUMBER, only_if=BY_MEAN),
        Setting(
            "minimum_sample",
            _("Answers at least"),
            SettingKind.NUMBER,
            default=ONE,
            minimum=ONE,
            step=ONE,
            hint=_("With fewer answers the criterion is not counted for the unit."),
        ),
    )

    by: str
    scale_min: Decimal
    scale_max: Decimal
    minimum_sample: int

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        low, high = params.number("scale_min"), params.number_or_none("scale_max")
        if params.is_sound("scale_min", "scale_max") and high is not None and high <= low:
            text = _("%(value)s is not above the worst answer, %(lowest)s")
            params.refuse("scale_max", Message(text, {"value": high, "lowest": low}))
        return cls(leaf, params.text("by"), low, high or ZERO, int(params.number("minimum_sample")))

    def inputs(self) -> tuple[Input, ...]:
        leaf = self.leaf
        match self.by:
            case "points":
                result = Input(
                    POINTS, _("Points of the survey"), Kind.POINTS, maximum=leaf.max_points, step=leaf.step
                )
            case "percent":
                result = Input(PERCENT, _("Result of the survey"), Kind.PERCENT, maximum=HUNDRED)
            case _:
                result = Input(
                    MEAN,
                    _("Mean of the answers"),
                    Kind.DECIMAL,
                    minimum=self.scale_min,
                    maximum=self.scale_max,
                )
        return (result, Input("sample", _("Number of answers"), Kind.INTEGER))

    def award(self, answers: Answers) -> Outcome:
        sample = int(answers["sample"])
        if sample < self.minimum_sample:
            text = _("%(sample)s answers, at least %(minimum)s are needed → not counted")
            return self.leaf.left_out(Message(text, {"sample": sample, "minimum": self.minimum_sample}))
        values: dict[str, Value] = {**answers, "low": self.scale_min, "high": self.scale_max}
        match self.by:
            case "points":
                return self.leaf.award(Fraction(answers[POINTS]), _("survey → %(points)s"), values)
            case "percent":
                share = Fraction(answers[PERCENT]) / 100
                return self.leaf.award_share(share, "%(percent)s %% × %(max)s = %(points)s", values)
        place = Fraction(answers[MEAN]) - Fraction(self.scale_min)
        share = place / Fraction(self.scale_max - self.scale_min)
        line = "%(mean)s / %(high)s × %(max)s = %(points)s"
        if self.scale_min:
            line = "(%(mean)s − %(low)s) / (%(high)s − %(low)s) × %(max)s = %(points)s"
        return self.leaf.award_share(share, line, values)

    def unanswered(self) -> Outcome:
        return self.leaf.left_out(Message(_("no survey → not counted")))

    def words(self) -> Iterator[Message]:
        values: dict[str, Value] = {"low": self.scale_min, "high": self.scale_max, "max": self.leaf.max_points}
        match self.by:
            case "points":
                yield Message(_("Points of the survey, at most %(max)s"), values)
            case "percent":
                yield Message(_("Result of the survey in percent × %(max)s"), values)
            case _:
                yield Message(_("Mean of the answers on the scale from %(low)s to %(high)s × %(max)s"), values)
        yield Message(
            _("Without a survey, or with fewer than %(minimum)s answers: not counted"),
            {"minimum": self.minimum_sample},
        )

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """The worst and the best result, and one answer too few."""
        result, _sample = self.inputs()
        enough = self.minimum_sample
        cases = [EdgeCase(named(result, end), {result.name: end, "sample": enough}) for end in ends(result)]
        few = {result.name: ends(result)[-1], "sample": enough - 1}
        return (*cases, EdgeCase(Message(_("one answer too few")), few))

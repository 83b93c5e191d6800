from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Self

from scoring.rules.inputs import YES, Answers, Input, yes_or_no
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, RuleError, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method, with_question
from scoring.rules.methods.facts import fact_setting, fact_words, refuse_question
from scoring.rules.methods.measures import PERCENT, RATIO, VALUE, Measure, measure_settings, read_measure
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.settings import FACT, Setting, SettingKind


class Cut(NamedTuple):
    """A place between numbers: just before a value or just after it, or past them all.

    Cuts compare in the order of the line. Bands own every number exactly once when each of them starts at
    the very cut where the one before it stops: [70, 90] stops just after 90, and (90, 100] starts there.
    """

    past_all: bool
    value: Fraction
    after: bool

    @classmethod
    def at(cls, value: Decimal | Fraction, *, after: bool) -> "Cut":
        return cls(False, Fraction(value), after)


START = Cut.at(ZERO, after=False)
END = Cut(True, Fraction(0), True)


@dataclass(frozen=True)
class Band:
    """A stretch of the measure and its points; None leaves a side open-ended.

    `exception_points` replace the points where the exception of the method is claimed.
    """

    low: Decimal | None
    low_closed: bool
    high: Decimal | None
    high_closed: bool
    points: Decimal
    exception_points: Decimal | None = None

    @property
    def start(self) -> Cut:
        return START if self.low is None else Cut.at(self.low, after=not self.low_closed)

    @property
    def stop(self) -> Cut:
        return END if self.high is None else Cut.at(self.high, after=self.high_closed)

    def holds(self, amount: Fraction) -> bool:
        return self.start <= Cut.at(amount, after=False) < self.stop

    def bounds(self) -> dict[str, Value]:
        named = {"low": self.low, "high": self.high}
        return {name: bound for name, bound in named.items() if bound is not None}

    def line(self, measure: Measure) -> str:
        """The measure between its bounds: `70 % ≤ 24 / 29 < 90 %`."""
        if self.low is not None and self.low == self.high:
            return f"{measure.text} = %(high)s{measure.unit}"
        lower = "" if self.low is None else f"%(low)s{measure.unit} {'≤' if self.low_closed else '<'} "
        upper = "" if self.high is None else f" {'≤' if self.high_closed else '<'} %(high)s{measure.unit}"
        return f"{lower}{measure.text}{upper}"

    def words(self, unit: str) -> Message:
        """The bounds: ≥ 70 % and < 90 %; one value alone: = 100 %."""
        if self.low is not None and self.low == self.high:
            return Message(f"= %(bound)s{unit}", {"bound": self.low})
        low = high = None
        if self.low is not None:
            low = Message(f"{'≥' if self.low_closed else '>'} %(bound)s{unit}", {"bound": self.low})
        if self.high is not None:
            high = Message(f"{'≤' if self.high_closed else '<'} %(bound)s{unit}", {"bound": self.high})
        if low and high:
            return Message(_("%(low)s and %(high)s"), terms={"low": low, "high": high})
        return low or high or Message(_("any value"))


@dataclass(frozen=True)
class Bands(Method):
    """Points by the band in which a measure falls. Bands own every possible value exactly once.

    The exact measure is compared, never a rounded one: 2999 of 3000 is not 100 %.
    An exception, where the rule has one, is a question of its own ("urged in writing?").
    """

    name = "bands"
    title = _("By bands of a value")
    settings = (
        *measure_settings(RATIO, PERCENT, VALUE),
        fact_setting(only_if=("of", (VALUE,))),
        Setting(
            "exception",
            _("Question about an exception"),
            SettingKind.TEXT,
            required=False,
            hint=_("Answered yes or no; a yes earns the points of the exception, where a band has them."),
        ),
        Setting(
            "bands",
            _("Bands"),
            SettingKind.ROWS,
            columns=(
                Setting("from", _("Lower bound"), SettingKind.NUMBER, required=False),
                Setting("from_closed", _("Lower bound included"), SettingKind.FLAG, default=True),
                Setting("to", _("Upper bound"), SettingKind.NUMBER, required=False),
                Setting("to_closed", _("Upper bound included"), SettingKind.FLAG, default=False),
                Setting("points", _("Points"), SettingKind.POINTS),
                Setting(
                    "exception_points",
                    _("Points of the exception"),
                    SettingKind.POINTS,
                    required=False,
                    only_if=("exception", ()),
                ),
            ),
            hint=_("Every value belongs to one band; a side without a bound is open."),
        ),
        sources_setting(),
    )

    measure: Measure
    bands: tuple[Band, ...]
    exception: str | None
    fact: str = ""

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        measure, rows = read_measure(params), params.rows("bands")
        bands = tuple(_read_band(row, measure) for row in rows)
        if params.is_sound("of", "bands") and all(row.is_sound(*BOUNDS) for row in rows):
            _refuse_gaps_and_overlaps(bands, rows, measure)
        refuse_question(params, "exception")
        return cls(leaf, measure, bands, params.text("exception") or None, params.text(FACT))

    @property
    def filled_with(self) -> str:
        return self.fact

    def fill(self, amount: int) -> Answers:
        return self.measure.answers(Fraction(amount))

    def inputs(self) -> tuple[Input, ...]:
        if self.exception is None:
            return self.measure.inputs()
        return (*self.measure.inputs(), yes_or_no("exception", self.exception))

    @property
    def divides(self) -> bool:
        return self.measure.divides

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        return self.measure.contradictions(answers)

    def award(self, answers: Answers) -> Outcome:
        amount = self.measure.amount(answers)
        if amount is None:
            return self.leaf.when_zero_denominator()
        band = next(band for band in self.bands if band.holds(amount))
        line, points = band.line(self.measure), band.points
        values: dict[str, Value] = {**answers, **band.bounds()}
        if self.exception and band.exception_points is not None and answers["exception"] == YES:
            line, points = f"{line}; %(exception)s", band.exception_points
            values["exception"] = self.exception
        return self.leaf.award(points, f"{line} → %(points)s", values)

    def words(self) -> Iterator[Message]:
        yield from fact_words(self.fact)
        yield Message(f"{self.measure.named}:", self.measure.labels())
        for band in self.bands:
            values: dict[str, Value] = {"earned": band.points}
            line = "%(range)s → %(earned)s"
            if self.exception is not None and band.exception_points is not None:
                line = "%(range)s → %(earned)s (%(exception)s → %(excepted)s)"
                values |= {"exception": self.exception, "excepted": band.exception_points}
            yield Message(line, values, {"range": band.words(self.measure.unit)})

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """Both sides of every bound; with an exception, each of them claimed as well."""
        bounds = {bound for band in self.bands for bound in (band.low, band.high) if bound}
        plain = tuple(self.measure.edge_cases(*bounds))
        if self.exception is None:
            return plain
        without, claimed = with_question(plain, "exception", self.exception)
        return (*without, *claimed)


# What a row must say readably for its place among the others to be known.
BOUNDS = ("from", "from_closed", "to", "to_closed")


def _read_band(row: Params, measure: Measure) -> Band:
    for bound in ("from", "to"):
        row.refuse_beyond(bound, maximum=measure.highest)
    return Band(
        low=row.number_or_none("from"),
        low_closed=row.flag("from_closed"),
        high=row.number_or_none("to"),
        high_closed=row.flag("to_closed"),
        points=row.number("points"),
        exception_points=row.number_or_none("exception_points"),
    )


def _refuse_gaps_and_overlaps(bands: Sequence[Band], rows: Sequence[Params], measure: Measure) -> None:
    """Walk the line from 0 upwards; each band must start where the ones below it stop."""
    ordered = sorted(zip(bands, rows, strict=True), key=lambda pair: (pair[0].start, pair[0].stop))
    reached = START
    for band, row in ordered:
        if band.start >= band.stop:
            row.refuse("to", Message(_("the band ends before it begins")))
        elif band.start > reached:
            row.refuse("from", Message(_("a gap: no band owns what lies just below")))
        elif band.start < reached:
            row.refuse("from", Message(_("an overlap: another band owns this already")))
        reached = max(reached, band.stop)
    if reached < (END if measure.highest is None else Cut.at(measure.highest, after=True)):
        ordered[-1][1].refuse("to", Message(_("a gap: no band owns what lies above")))

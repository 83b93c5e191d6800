from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Self

from scoring.rules.inputs import Answers, Input, Kind, Option
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, RuleError, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.measures import Measure, read_measure
from scoring.rules.methods.params import Params


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


@dataclass(frozen=True)
class Bands(Method):
    """Points by the band in which a measure falls. Bands own every possible value exactly once.

    The exact measure is compared, never a rounded one: 2999 of 3000 is not 100 %.
    An exception, where the rule has one, is a question of its own ("urged in writing?").
    """

    name = "bands"
    title = _("By bands of a value")

    measure: Measure
    bands: tuple[Band, ...]
    exception: str | None

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        measure = read_measure(params, ("ratio", "percent", "value"))
        exception = params.text("exception") if params.has("exception") else None
        rows = params.rows("bands")
        bands = [_read_band(row, measure, leaf, has_exception=exception is not None) for row in rows]
        if params.is_sound():
            _refuse_gaps_and_overlaps(bands, rows, measure)
        return cls(leaf, measure, tuple(bands), exception)

    def inputs(self) -> tuple[Input, ...]:
        if self.exception is None:
            return self.measure.inputs()
        yes_or_no = (Option("no", _("no")), Option("yes", _("yes")))
        return (*self.measure.inputs(), Input("exception", self.exception, Kind.CHOICE, yes_or_no))

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        return self.measure.contradictions(answers)

    def award(self, answers: Answers) -> Outcome:
        amount = self.measure.amount(answers)
        if amount is None:
            return self.leaf.when_zero_denominator()
        band = next(band for band in self.bands if band.holds(amount))
        line, points = band.line(self.measure), band.points
        values: dict[str, Value] = {**answers, **band.bounds()}
        if self.exception and band.exception_points is not None and answers["exception"] == "yes":
            line, points = f"{line}; %(exception)s", band.exception_points
            values["exception"] = self.exception
        return self.leaf.award(points, f"{line} → %(points)s", values)


def _read_band(row: Params, measure: Measure, leaf: Leaf, *, has_exception: bool) -> Band:
    exceptional = has_exception and row.has("exception_points")
    return Band(
        low=row.number("from", minimum=ZERO, maximum=measure.highest) if row.has("from") else None,
        low_closed=row.flag("from_closed", default=True),
        high=row.number("to", minimum=ZERO, maximum=measure.highest) if row.has("to") else None,
        high_closed=row.flag("to_closed", default=False),
        points=row.points("points", leaf),
        exception_points=row.points("exception_points", leaf) if exceptional else None,
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

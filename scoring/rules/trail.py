"""How a grade comes about: by points, then what limits it, then the quota of its block, and the council last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rules.grading import GradeBand, Key, Standing, grade
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _

NO_GRADE = "–"


class StepKind(StrEnum):
    """The steps, in the order in which they are taken."""

    BAND = "band"
    PRECONDITION = "precondition"
    CAP = "cap"
    QUOTA = "quota"
    COUNCIL = "council"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule or decision that a unit falls under, with its legal basis.

    Precondition: the unit does not get `grade` (a code of its scale) or a higher one. Cap: at most `grade`.
    Council: `grade` itself.
    """

    kind: StepKind
    grade: str
    title: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Contender:
    """A unit of a block: its index as printed, its tie-break keys (more is better) and what it falls under."""

    index: Decimal | None
    keys: tuple[Fraction, ...] = ()
    rulings: tuple[Ruling, ...] = ()

    @property
    def standing(self) -> Standing:
        """What the quota goes by: the index, then the keys."""
        return (self.index or Decimal(0), self.keys)


@dataclass(frozen=True, slots=True)
class GradeStep:
    """One step and the grade after it (its code; None without a grade)."""

    kind: StepKind
    grade: str | None
    message: Message


def grade_after(steps: Sequence[GradeStep]) -> str | None:
    """The grade that the last step left."""
    return steps[-1].grade if steps else None


class Ladder:
    """The grades of a scale, the best one first; past the lowest one there is no grade."""

    def __init__(self, bands: Iterable[GradeBand]) -> None:
        self.bands = sorted(bands, key=lambda band: band.from_index, reverse=True)
        self.places = {band.code: place for place, band in enumerate(self.bands)}

    def place(self, code: str | None) -> int:
        return len(self.bands) if code is None else self.places[code]

    def code(self, place: int) -> str | None:
        return self.bands[place].code if place < len(self.bands) else None

    def name(self, place: int) -> str:
        return self.bands[place].name if place < len(self.bands) else NO_GRADE


def grade_steps(
    units: Mapping[Key, Contender], bands: Iterable[GradeBand], top_quota_percent: Decimal | None = None
) -> dict[Key, tuple[GradeStep, ...]]:
    """The steps of every unit of one block. A unit without an index has no grade, and no step.

    The quota is the highest whole number within the percentage of the units that have an index. A grade that
    the council gives stands outside it.
    """
    ladder = Ladder(bands)
    ranked = {key: unit for key, unit in units.items() if unit.index is not None}
    steps = {key: limited(unit, ladder) for key, unit in ranked.items()}
    if top_quota_percent is not None:
        top = {key: ranked[key].standing for key in ranked if ladder.place(grade_after(steps[key])) == 0}
        for key, step in quota_steps(top, len(ranked), ladder, top_quota_percent).items():
            steps[key].append(step)
    for key, unit in ranked.items():
        steps[key] += council_steps(unit, ladder)
    return {key: tuple(steps.get(key, ())) for key in units}


def limited(unit: Contender, ladder: Ladder) -> list[GradeStep]:
    """The grade by points, then the preconditions that are not met, then the caps."""
    steps = [band_step(unit.index, ladder)]
    for kind in (StepKind.PRECONDITION, StepKind.CAP):
        for ruling in unit.rulings:
            if ruling.kind is kind:
                steps.append(limit_step(ruling, ladder.place(steps[-1].grade), ladder))
    return steps


def band_step(index: Decimal | None, ladder: Ladder) -> GradeStep:
    reached = grade(index, ladder.bands)
    values: dict[str, Value] = {"index": Decimal(index or 0), "grade": reached.name if reached else NO_GRADE}
    text = _("%(grade)s by points: the index is %(index)s")
    if reached is None:
        text = _("no grade by points: the index %(index)s is below every grade")
    return GradeStep(StepKind.BAND, reached.code if reached else None, Message(text, values))


def limit_step(ruling: Ruling, place: int, ladder: Ladder) -> GradeStep:
    """A precondition or a cap; it is shown, too, where the unit stands below it anyway."""
    named = ladder.place(ruling.grade)
    if ruling.kind is StepKind.PRECONDITION:
        after = max(place, named + 1)
        changed = _("lowered to %(grade)s, the condition of %(of)s is not met: %(title)s (%(basis)s)")
        same = _("remains %(grade)s, the condition of %(of)s is not met either: %(title)s (%(basis)s)")
    else:
        after = max(place, named)
        changed = _("capped to %(grade)s: %(title)s (%(basis)s)")
        same = _("remains %(grade)s, capped at %(of)s: %(title)s (%(basis)s)")
    values: dict[str, Value] = {
        "grade": ladder.name(after),
        "of": ladder.name(named),
        "title": ruling.title,
        "basis": ruling.legal_basis,
    }
    return GradeStep(ruling.kind, ladder.code(after), Message(changed if after != place else same, values))


def quota_steps(
    top: Mapping[Key, Standing], ranked: int, ladder: Ladder, percent: Decimal
) -> dict[Key, GradeStep]:
    """Who keeps the top grade: the best by index and keys. Units equal in all at the edge go down together."""
    allowed = int(Fraction(percent) * ranked / 100)
    order = sorted(top.values(), reverse=True)
    first_out = order[allowed] if allowed < len(order) else None
    staying = [each for each in order[:allowed] if each != first_out]
    values: dict[str, Value] = {"percent": percent, "units": ranked, "allowed": allowed, "top": ladder.name(0)}
    steps = {}
    for key, standing in top.items():
        stays = bool(staying) and standing >= staying[-1]
        text = _(
            "lowered to %(grade)s, over the quota of %(top)s: %(allowed)s of %(units)s units (%(percent)s %%)"
        )
        if stays:
            text = _("%(grade)s within the quota: %(allowed)s of %(units)s units (%(percent)s %%)")
        elif standing == first_out and len(staying) < allowed:
            text = _(
                "lowered to %(grade)s, over the quota of %(top)s: %(allowed)s of %(units)s units "
                "(%(percent)s %%); units that are equal at the edge go down together"
            )
        place = 0 if stays else 1
        message = Message(text, {**values, "grade": ladder.name(place)})
        steps[key] = GradeStep(StepKind.QUOTA, ladder.code(place), message)
    return steps


def council_steps(unit: Contender, ladder: Ladder) -> list[GradeStep]:
    text = _("%(grade)s by decision of the council: %(title)s (%(basis)s)")
    return [
        GradeStep(
            StepKind.COUNCIL,
            ruling.grade,
            Message(
                text,
                {
                    "grade": ladder.name(ladder.place(ruling.grade)),
                    "title": ruling.title,
                    "basis": ruling.legal_basis,
                },
            ),
        )
        for ruling in unit.rulings
        if ruling.kind is StepKind.COUNCIL
    ]

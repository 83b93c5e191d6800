"""The rows of a score sheet by the unit's word: what is stored, and what it is worth.

Before publication the unit's side is shown nothing but its own points: what counts at present is never among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from scoring.leaves import Leaf, SetLeaves, leaves_of
from scoring.models import Criterion, Evidence, Score, ScoreSheet
from scoring.rules import LeafState, Outcome, decode, knock_out
from scoring.settling import excluded_outcome, self_outcome

# What the panel reads of a row, in the order of `Said`.
COLUMNS = (
    "criterion",
    "state",
    "self_points",
    "exclusion",
    "review",
    "to_check",
    "reason",
    "why_no_evidence",
    "points",
    "counted_max_points",
)


class Said(NamedTuple):
    """What is stored of a row, without its answers."""

    criterion_id: int
    state: str
    self_points: Decimal | None
    exclusion_id: int | None
    review: str
    to_check: bool
    reason: str
    why_no_evidence: str
    points: Decimal | None
    counted_max_points: Decimal
    has_evidence: bool

    @classmethod
    def of(cls, score: Score, *, has_evidence: bool) -> Said:
        return cls(
            score.criterion_id,
            score.state,
            score.self_points,
            score.exclusion_id,
            score.review,
            score.to_check,
            score.reason,
            score.why_no_evidence,
            score.points,
            score.counted_max_points,
            has_evidence,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One row before it is put into words: what is stored, and what it is worth by the unit's word."""

    leaf: Leaf
    said: Said
    outcome: Outcome

    @property
    def criterion(self) -> Criterion:
        return self.leaf.criterion

    @property
    def is_for_people(self) -> bool:
        """See `Score.is_for_people`."""
        return self.leaf.for_people and self.said.exclusion_id is None

    @property
    def is_for_unit(self) -> bool:
        """See `Score.is_for_unit`."""
        return self.leaf.for_unit and self.said.exclusion_id is None

    @property
    def is_open(self) -> bool:
        return self.said.state == NOT_ANSWERED and self.is_for_unit

    @property
    def is_under_review(self) -> bool:
        """Whether the rules of the row changed and nobody has looked at it since."""
        return bool(self.said.review) and self.is_for_people

    @property
    def is_to_check(self) -> bool:
        """Whether the row holds words copied from last year that nobody has looked at yet."""
        return self.said.to_check and self.is_for_unit

    @property
    def is_to_do(self) -> bool:
        return self.is_open or self.is_under_review or self.is_to_check

    @property
    def is_excluded(self) -> bool:
        return self.said.exclusion_id is not None

    @property
    def is_claimed(self) -> bool:
        return self.said.state == NOT_APPLICABLE and self.is_for_people

    @property
    def is_no_case(self) -> bool:
        return self.said.state == NO_CASE and self.is_for_people

    @property
    def is_left_out(self) -> bool:
        """Whether the row counts in neither sum, which is not the same as 0 points."""
        return not self.outcome.counted_max_points and bool(self.criterion.max_points)

    @property
    def is_zero(self) -> bool:
        """Whether the unit earns a true 0: answered, counted, without a point."""
        answered = self.said.state == ANSWERED and self.is_for_people
        return answered and self.outcome.points == 0 and self.outcome.counted_max_points > 0

    @property
    def needs_evidence(self) -> bool:
        """Whether evidence is required here and there is none."""
        return self.criterion.evidence_required and not self.said.has_evidence and self.is_for_unit

    @property
    def lacks_evidence(self) -> bool:
        """Whether the row earns points without the evidence that they need."""
        return self.needs_evidence and (self.said.self_points or 0) > 0

    @property
    def is_excused(self) -> bool:
        """Whether the unit has said why the evidence is missing."""
        return self.lacks_evidence and bool(self.said.why_no_evidence)


NOT_ANSWERED, ANSWERED = LeafState.NOT_ANSWERED.value, LeafState.ANSWERED.value
NOT_APPLICABLE, NO_CASE = LeafState.NOT_APPLICABLE.value, LeafState.NO_CASE.value


def self_line(leaf: Leaf, said: Said, answers: Mapping[str, str | int]) -> Line:
    """A row by the unit's word. That does not hold the survey: such a row is left out, whatever was imported."""
    state = LeafState(said.state) if leaf.for_people else LeafState.NOT_ANSWERED
    if said.exclusion_id is not None:
        return Line(leaf, said, excluded_outcome())
    return Line(leaf, said, self_outcome(leaf.method, state, decode(leaf.inputs, answers)))


def lines_of(sheet: ScoreSheet) -> list[Line]:
    """All rows of a sheet for its panel, after the knock-outs: one query."""
    leaves = leaves_of(sheet.campaign.criteria_set)
    evidence = Exists(Evidence.scores.through.objects.filter(score=OuterRef("pk")))
    said = {
        values[0]: (Said(*values), answers)
        for *values, answers in sheet.scores.order_by().values_list(*COLUMNS, evidence, "answers")
    }
    return knocked_out((self_line(leaf, *said[pk]) for pk, leaf in leaves.by_pk.items() if pk in said), leaves)


def knocked_out(lines: Iterable[Line], leaves: SetLeaves) -> list[Line]:
    """The rows as they count by the unit's word: one without points may take others with it."""
    found = list(lines)
    if not leaves.counting.knock_outs:
        return found
    after = knock_out({line.criterion.code: line.outcome for line in found}, leaves.counting.knock_outs)
    return [
        line if after[line.criterion.code] is line.outcome else replace(line, outcome=after[line.criterion.code])
        for line in found
    ]

"""The state of a row as it counts at present: four states that never merge, for pages, files and snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, OuterRef, Q, QuerySet, Subquery, Value, When

from scoring.models import IMPORTED, ROUND_ORDER, Appraisal, Campaign, Score
from scoring.rules import LeafState


class RowState(StrEnum):
    """What a row is now: one of the four states, or answered with points (`POINTS`).

    A claim that nobody has decided, and a row without an answer that was accepted as it is, are *not answered*.
    A survey that was not held leaves its row out: it is none of the four, and `POINTS` as well.
    """

    NOT_ANSWERED = "not_answered"
    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"
    NO_CASE = "no_case"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class StateCounts:
    """Rows of one unit in each of the four states. Units: rows."""

    not_answered: int = 0
    zero: int = 0
    not_applicable: int = 0
    no_case: int = 0


# In this order pages and files name them.
COUNTED = (RowState.NOT_ANSWERED, RowState.ZERO, RowState.NOT_APPLICABLE, RowState.NO_CASE)


def with_state(rows: QuerySet[Score]) -> QuerySet[Any]:
    """The rows, each with its `state_now`: the exclusion first, then the last appraisal, then the unit's word."""
    place = Case(*(When(round=name, then=Value(number)) for name, number in ROUND_ORDER.items()))
    last = Appraisal.objects.filter(score=OuterRef("pk")).annotate(place=place).order_by("-place")
    decided = rows.annotate(
        last_state=Subquery(last.values("state")[:1]), last_points=Subquery(last.values("points")[:1])
    )
    # A parent outside the portal decides rows that no unit has answered: its 0 is a true 0.
    accepted_unanswered = Q(state=LeafState.NOT_ANSWERED.value, last_points=0, sheet__campaign__external=False)
    undecided = Q(last_state=None)
    return decided.annotate(
        state_now=Case(
            When(exclusion__isnull=False, then=Value(RowState.NOT_APPLICABLE.value)),
            When(last_state=LeafState.NOT_APPLICABLE.value, then=Value(RowState.NOT_APPLICABLE.value)),
            When(last_state=LeafState.NO_CASE.value, then=Value(RowState.NO_CASE.value)),
            When(undecided & Q(state=LeafState.NO_CASE.value), then=Value(RowState.NO_CASE.value)),
            When(criterion__method__in=IMPORTED, counted_max_points=0, then=Value(RowState.POINTS.value)),
            When(
                undecided & Q(state__in=[LeafState.NOT_ANSWERED.value, LeafState.NOT_APPLICABLE.value]),
                then=Value(RowState.NOT_ANSWERED.value),
            ),
            When(accepted_unanswered, then=Value(RowState.NOT_ANSWERED.value)),
            When(points=0, counted_max_points__gt=0, then=Value(RowState.ZERO.value)),
            default=Value(RowState.POINTS.value),
            output_field=CharField(),
        )
    )


def state_counts(campaign: Campaign, *, unit: int | None = None) -> Mapping[int, StateCounts]:
    """The counts of every unit that has a sheet (or of one), by its primary key: one query."""
    counted = {state.value: Count("pk", filter=Q(state_now=state.value)) for state in COUNTED}
    chosen = {"sheet__campaign": campaign} | ({} if unit is None else {"sheet__unit": unit})
    rows = with_state(Score.objects.filter(**chosen))
    found = rows.order_by().values("sheet__unit").annotate(**counted)
    return {
        each["sheet__unit"]: StateCounts(**{state.value: each[state.value] for state in COUNTED}) for each in found
    }

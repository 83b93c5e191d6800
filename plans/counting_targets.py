"""How many targets were reached: counted from rows, alike for pages, reports and scores. Nobody types them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from plans.models import Plan, TargetState
from plans.target_results import TargetJudged, judged_plans
from units.models import Unit


@dataclass(frozen=True, slots=True)
class TargetCounts:
    """Numbers of targets; `unknown` are those whose result is not known yet, which are not unmet."""

    exceeded: int = 0
    met: int = 0
    partial: int = 0
    unmet: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.exceeded + self.met + self.partial + self.unmet + self.unknown

    @property
    def reached(self) -> int:
        """Met and exceeded, as reports count them together."""
        return self.exceeded + self.met


def count(judged: Iterable[TargetJudged]) -> TargetCounts:
    states = [each.state for each in judged]
    return TargetCounts(
        exceeded=states.count(TargetState.EXCEEDED),
        met=states.count(TargetState.MET),
        partial=states.count(TargetState.PARTIAL),
        unmet=states.count(TargetState.UNMET),
        unknown=states.count(None),
    )


def counts_by_plan(plans: Collection[Plan]) -> Mapping[int, TargetCounts]:
    """By primary key of the plan: several plans are counted apart."""
    return {pk: count(judged) for pk, judged in judged_plans(plans).items()}


def counts_of(unit: Unit, year: int, kind: str) -> TargetCounts:
    """The targets of all plans of one kind that a unit has for a year."""
    plans = list(Plan.objects.filter(owner=unit, year=year, kind=kind))
    return count(each for judged in judged_plans(plans).values() for each in judged)

"""Targets with what came of them: the one reading that pages, counts and workbooks share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.reported import ByPlace, Place, Reference, ReportedFigure, reported_by, reported_figure, rolled_up
from plans.judging import judge_number, judge_parts
from plans.models import Comparator, Plan, Target, TargetResult, TargetState


@dataclass(frozen=True, slots=True)
class PartJudged:
    """A part of a target with its result."""

    result: TargetResult
    state: TargetState | None


@dataclass(frozen=True, slots=True)
class TargetJudged:
    """A target with its result. `state` is None as long as it is not known.

    `whole` is the stored result that is not of a part. `figure`: the actual value comes from it, nobody types it.
    """

    target: Target
    state: TargetState | None
    actual: Decimal | None
    whole: TargetResult | None = None
    parts: tuple[PartJudged, ...] = ()
    figure: ReportedFigure | None = None


def judge(target: Target, results: Iterable[TargetResult], figure: ReportedFigure | None) -> TargetJudged:
    """A target with its stored results. Where it has parts, they decide; a figure that it names goes before."""
    found = list(results)
    whole = next((each for each in found if not each.part), None)
    if target.source:
        actual = figure.value if figure else None
        # The sum of some units is shown, and not judged: the missing ones are no zeros.
        is_known = figure is not None and figure.is_whole
        state = judge_number(actual, target.comparator, target.number) if is_known else None
        return TargetJudged(target, state, actual, whole, figure=figure)
    parts = tuple(PartJudged(each, judge_result(target, each)) for each in found if each.part)
    actual = whole.actual if whole else None
    if parts:
        return TargetJudged(target, judge_parts(each.state for each in parts), actual, whole, parts)
    return TargetJudged(target, judge_result(target, whole) if whole else None, actual, whole)


def judge_result(target: Target, result: TargetResult) -> TargetState | None:
    if target.comparator == Comparator.QUALITATIVE:
        return TargetState(result.said) if result.said else None
    return judge_number(result.actual, target.comparator, target.number)


def judged_plans(plans: Collection[Plan]) -> dict[int, list[TargetJudged]]:
    """The targets of plans in their order, by primary key of the plan.

    Three queries; where targets name reported figures one more, and those of `rolled_up`.
    """
    by_plan: dict[int, list[TargetJudged]] = {plan.pk: [] for plan in plans}
    owners = {plan.pk: plan for plan in plans}
    targets = list(Target.objects.filter(plan__in=owners).prefetch_related("leads", "results"))
    for target in targets:
        target.plan = owners[target.plan_id]
    figures = figures_of(targets)
    for target in targets:
        by_plan[target.plan_id].append(judge(target, target.results.all(), figures.get(target.pk)))
    return by_plan


def figures_of(targets: Iterable[Target]) -> dict[int, ReportedFigure]:
    """The reported figures that targets name, by primary key; no query where none names any.

    What the unit has not reported itself is looked for in what it has asked of others.
    """
    asked = {each.pk: (reference_place(each, named), named) for each in targets if (named := reference_of(each))}
    if not asked:
        return {}
    places = {place for place, _named in asked.values()}
    own = reported_by(
        {unit for unit, *_rest in places},
        {year for _unit, year, *_rest in places},
        {form for *_rest, form, _kind in places},
    )
    found = taken(asked, own)
    sums = rolled_up(place for pk, (place, _named) in asked.items() if pk not in found)
    return {**taken(asked, sums), **found}


def reference_of(target: Target) -> Reference | None:
    return Reference.read(target.source) if target.source else None


def reference_place(target: Target, reference: Reference) -> Place:
    return target.plan.owner_id, target.plan.year, reference.form, reference.period


def taken(asked: Mapping[int, tuple[Place, Reference]], reported: ByPlace) -> dict[int, ReportedFigure]:
    """The figures that are among the reported ones, by primary key of the target."""
    found = {pk: reported_figure(named, reported.get(place)) for pk, (place, named) in asked.items()}
    return {pk: figure for pk, figure in found.items() if figure}

"""Grade and rank of every unit of a campaign, from stored results and the campaign's rules of grading.

The rules are in `scoring.rules`; here their facts are loaded, set-wise, and what they say is stored, in the
transaction of whoever closes, publishes or amends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Sum

from parportal.display import message
from scoring.lines import line_from_json, line_to_json
from scoring.models import (
    DECIDED,
    Campaign,
    FieldResult,
    GradeDecision,
    GradeRule,
    GradeScale,
    Score,
    UnitResult,
)
from scoring.rules import (
    Contender,
    CountsAs,
    GradeBand,
    GradeStep,
    RankRule,
    Ruling,
    StepKind,
    grade,
    grade_after,
    grade_steps,
    rank,
)
from scoring.tree import Tree

ZERO = Decimal(0)
# A tie-break key that is no field: fewer penalty points are better.
PENALTY = "penalty"
# Earned points and applicable maximum.
Amount = tuple[Decimal, Decimal]


def scale_of(campaign: Campaign, block: str) -> GradeScale | None:
    """The grade scale of a ranking block: its own, else the campaign's."""
    own = campaign.block_rules.filter(block=block).select_related("grade_scale").first() if block else None
    return own.grade_scale if own and own.grade_scale else campaign.grade_scale


@dataclass(frozen=True, slots=True)
class BlockGrading:
    """How a block is graded. Shapes: `scale` and the values of `grades` are primary keys, by code of the grade."""

    scale: int | None = None
    bands: tuple[GradeBand, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)
    top_quota_percent: Decimal | None = None

    @classmethod
    def of(cls, scale: GradeScale | None, quota: Decimal | None) -> BlockGrading:
        if scale is None:
            return cls(top_quota_percent=quota)
        return cls(scale.pk, scale.bands(), {each.code: each.pk for each in scale.all_grades}, quota)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands: the code of its grade, its place, and how the grade came about."""

    grade: str | None
    rank: int | None
    steps: tuple[GradeStep, ...]


@dataclass(frozen=True, slots=True)
class Grading:
    """All that grades and ranks a campaign, in memory: a simulation changes a copy of it.

    Shapes: `unscored` are units that have no result; `blocks` by name; `fields` maps the codes of tie-break
    keys to criteria; `amounts` are keyed by criterion, then by result; `decisions` by result.
    """

    results: Sequence[UnitResult]
    unscored: Collection[int]
    blocks: Mapping[str, BlockGrading]
    rank_rule: RankRule
    ranks_by_keys: bool
    tie_breaks: tuple[str, ...]
    fields: Mapping[str, int]
    amounts: Mapping[int, Mapping[int, Amount]]
    rules: Sequence[GradeRule]
    decisions: Mapping[int, Sequence[GradeDecision]]

    @classmethod
    def of(cls, campaign: Campaign, results: Sequence[UnitResult], *, unscored: Collection[int]) -> Grading:
        """Load the rules of a campaign and the facts they ask for: a few queries, however many units."""
        rules = list(campaign.grade_rules.select_related("grade", "criterion"))
        keyed = [code for code in campaign.tie_breaks if code != PENALTY]
        found = campaign.criteria_set.criteria.filter(parent=None, code__in=keyed) if keyed else ()
        fields = {each.code: each.pk for each in found}
        decisions: dict[int, list[GradeDecision]] = defaultdict(list)
        for each in GradeDecision.objects.filter(result__campaign=campaign).select_related("grade").order_by("pk"):
            decisions[each.result_id].append(each)
        return cls(
            results=results,
            unscored=unscored,
            blocks=blocks_of(campaign, {each.block for each in results}),
            rank_rule=RankRule(campaign.rank_rule),
            ranks_by_keys=campaign.ranks_by_keys,
            tie_breaks=tuple(code for code in campaign.tie_breaks if code == PENALTY or code in fields),
            fields=fields,
            amounts=amounts_of(campaign, results, {*fields.values(), *(rule.criterion_id for rule in rules)}),
            rules=rules,
            decisions=decisions,
        )

    def index(self, result: UnitResult) -> Decimal | None:
        return None if result.unit_id in self.unscored else result.index

    def share(self, criterion: int, result: UnitResult) -> Fraction | None:
        """Earned of applicable points of one criterion; None where nothing of it applies to the unit."""
        return share_of(self.amounts.get(criterion, {}).get(result.pk, (ZERO, ZERO)))

    def key(self, code: str, result: UnitResult) -> Fraction:
        """A tie-break key, more being better. A field that does not apply stands where the whole stands."""
        if code == PENALTY:
            return -Fraction(result.penalty_points)
        found = self.share(self.fields[code], result)
        if found is not None:
            return found
        return share_of((result.earned_points, result.applicable_max_points)) or Fraction(0)

    def rulings(self, result: UnitResult) -> Iterable[Ruling]:
        """The rules and decisions that a unit falls under, of the scale by which its block is graded."""
        scale = self.blocks[result.block].scale
        for rule in self.rules:
            if rule.grade.scale_id == scale:
                earned, highest = self.amounts.get(rule.criterion_id, {}).get(result.pk, (ZERO, ZERO))
                if earned * 100 < rule.below_percent * highest:
                    yield Ruling(StepKind(rule.kind), rule.grade.code, rule.title, rule.legal_basis)
        for decision in self.decisions.get(result.pk, ()):
            if decision.grade.scale_id == scale:
                kind = StepKind(decision.kind)
                yield Ruling(kind, decision.grade.code, decision.reason, decision.legal_basis)

    def contender(self, result: UnitResult) -> Contender:
        keys = tuple(self.key(code, result) for code in self.tie_breaks)
        return Contender(self.index(result), keys, tuple(self.rulings(result)))

    def standings(self) -> dict[int, Standing]:
        """Grade, rank and steps of every unit, by result."""
        members: dict[str, dict[int, Contender]] = defaultdict(dict)
        for each in self.results:
            members[each.block][each.pk] = self.contender(each)
        found: dict[int, Standing] = {}
        for block, units in members.items():
            rules = self.blocks[block]
            steps = grade_steps(units, rules.bands, rules.top_quota_percent)
            keys = {pk: unit.keys for pk, unit in units.items()} if self.ranks_by_keys else None
            ranks = rank({pk: unit.index for pk, unit in units.items()}, self.rank_rule, keys)
            found |= {pk: Standing(grade_after(steps[pk]), ranks[pk], steps[pk]) for pk in units}
        return found


def share_of(amount: Amount) -> Fraction | None:
    """Earned of applicable points, exactly; None where nothing applies."""
    earned, highest = amount
    return Fraction(int(earned * 100), int(highest * 100)) if highest else None


def blocks_of(campaign: Campaign, blocks: Iterable[str]) -> dict[str, BlockGrading]:
    """How each block of a campaign is graded; what a block does not say is the campaign's."""
    usual = BlockGrading.of(campaign.grade_scale, campaign.top_quota_percent)
    own = {each.block: each for each in campaign.block_rules.select_related("grade_scale") if each.block}
    found = dict.fromkeys(blocks, usual)
    for name in found.keys() & own.keys():
        rule = own[name]
        quota = campaign.top_quota_percent if rule.top_quota_percent is None else rule.top_quota_percent
        found[name] = BlockGrading.of(rule.grade_scale or campaign.grade_scale, quota)
    return found


def amounts_of(
    campaign: Campaign, results: Iterable[UnitResult], criteria: Collection[int]
) -> dict[int, dict[int, Amount]]:
    """Earned points and applicable maximum of each unit in each of `criteria`: fields as stored, what lies
    deeper summed by the database, one query a criterion."""
    found: dict[int, dict[int, Amount]] = defaultdict(dict)
    stored = FieldResult.objects.filter(result__campaign=campaign, criterion__in=criteria)
    figures = ("criterion", "result", "earned_points", "applicable_max_points")
    for criterion, result, earned, highest in stored.values_list(*figures) if criteria else ():
        found[criterion][result] = (earned, highest)
    deeper = set(criteria) - found.keys()
    if deeper:
        tree = Tree.of(campaign.criteria_set)
        by_unit = {each.unit_id: each.pk for each in results}
        for criterion in deeper & tree.by_id.keys():
            leaves = [node.criterion.pk for node in tree.leaves_below(tree.by_id[criterion])]
            for unit, amount in sums_by_unit(campaign, leaves):
                found[criterion][by_unit[unit]] = amount
    return found


def sums_by_unit(campaign: Campaign, leaves: Collection[int]) -> Iterable[tuple[int, Amount]]:
    rows = Score.objects.filter(
        sheet__campaign=campaign, criterion__in=leaves, criterion__counts_as=CountsAs.BASE.value
    )
    sums = rows.order_by().values("sheet__unit").annotate(earned=Sum("points"), highest=Sum("counted_max_points"))
    for each in sums:
        yield each["sheet__unit"], (each["earned"] or ZERO, each["highest"] or ZERO)


def settle_standings(campaign: Campaign) -> None:
    """Grade and rank the units of a campaign inside their blocks.

    A sheet that was not appraised has no result: neither points nor index, grade and rank, never 0 and the last
    place. In an external campaign the parent grades and ranks: its one unit keeps its grade by points.
    """
    if campaign.external:
        return
    results = list(campaign.results.all())
    before = {each.pk: settled(each) for each in results}
    unscored = set(campaign.sheets.exclude(status__in=DECIDED).values_list("unit", flat=True))
    for each in results:
        if each.unit_id in unscored:
            each.earned_points = each.bonus_points = each.penalty_points = ZERO
            each.index = None
    grading = Grading.of(campaign, results, unscored=unscored)
    standings = grading.standings()
    for each in results:
        standing = standings[each.pk]
        each.grade_id = grading.blocks[each.block].grades[standing.grade] if standing.grade else None
        each.rank, each.grade_steps = standing.rank, steps_to_json(standing.steps)
    write(each for each in results if settled(each) != before[each.pk])
    of_unscored = FieldResult.objects.filter(result__campaign=campaign, result__unit__in=unscored)
    of_unscored.update(earned_points=ZERO, bonus_points=ZERO, penalty_points=ZERO)


def settle_band_grades(campaign: Campaign) -> None:
    """While the round runs: renew the grades by points alone, after their scales have changed."""
    results = list(campaign.results.all())
    before = {each.pk: settled(each) for each in results}
    blocks = blocks_of(campaign, {each.block for each in results})
    for each in results:
        band = grade(each.index, blocks[each.block].bands)
        each.grade_id = blocks[each.block].grades[band.code] if band else None
    write(each for each in results if settled(each) != before[each.pk])


SETTLED = ("earned_points", "bonus_points", "penalty_points", "index", "grade", "rank", "grade_steps")


def settled(result: UnitResult) -> tuple[Any, ...]:
    return tuple(getattr(result, "grade_id" if name == "grade" else name) for name in SETTLED)


def write(results: Iterable[UnitResult]) -> None:
    """Write the settled columns of rows that exist, ten thousand in less than a second."""
    UnitResult.objects.bulk_create(
        results, update_conflicts=True, unique_fields=["pk"], update_fields=SETTLED, batch_size=500
    )


def steps_to_json(steps: Iterable[GradeStep]) -> list[dict[str, Any]]:
    """Shapes: `kind` and `grade` (code) of each step beside its line, as in `scoring.lines`."""
    return [{"kind": each.kind.value, "grade": each.grade, **line_to_json(each.message)} for each in steps]


def steps_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[GradeStep, ...]:
    return tuple(GradeStep(StepKind(each["kind"]), each["grade"], line_from_json(each)) for each in data)


def step_lines(result: UnitResult) -> list[str]:
    """How the grade of a unit came about, in the reader's language."""
    return [message(step.message) for step in steps_from_json(result.grade_steps)]

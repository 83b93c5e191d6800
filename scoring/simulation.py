"""What if: grades and ranks of a campaign under other rules or other points, in memory. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal

from parportal.display import message
from scoring.counting import Counting
from scoring.models import (
    DECIDED,
    SUBMITTED_OR_LATER,
    Campaign,
    CampaignStatus,
    Criterion,
    Score,
    UnitResult,
)
from scoring.peers import amounts
from scoring.rules import (
    CountsAs,
    GradeBand,
    LeafPoints,
    Outcome,
    RankRule,
    SectionTotals,
    Totals,
    index_of,
    knock_out,
    totals,
)
from scoring.rules.totals import whole
from scoring.settling import outcome_of
from scoring.standings import ZERO, Amount, Grading, Standing
from scoring.tree import Tree


@dataclass(frozen=True, slots=True)
class PointsChange:
    """Other points of one unit in one leaf, or in one field where there are no sheets."""

    unit_code: str
    criterion: Criterion
    points: Decimal


@dataclass(frozen=True, slots=True)
class Changes:
    """What is tried. Shapes: `bands` by primary key of the scale, `quotas` by block. Units: percent."""

    bands: Mapping[int, tuple[GradeBand, ...]] = field(default_factory=dict)
    quotas: Mapping[str, Decimal | None] = field(default_factory=dict)
    rank_rule: RankRule | None = None
    ranks_by_keys: bool | None = None
    points: PointsChange | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Index, grade and rank of a unit, now or then."""

    index: Decimal | None
    grade: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class SimulatedRow:
    """One unit now and then. `reason` is the last step of its grade then."""

    result: UnitResult
    now: Place
    then: Place
    reason: str

    @property
    def has_moved(self) -> bool:
        return self.now != self.then

    @property
    def places_up(self) -> int:
        """How many places the unit climbs; below 0 it falls."""
        if self.now.rank is None or self.then.rank is None:
            return 0
        return self.now.rank - self.then.rank

    @property
    def places_down(self) -> int:
        return -self.places_up


def present(campaign: Campaign) -> Grading:
    """The campaign as it stands: final once it is closed, else what its submitted sheets come to now."""
    is_open = campaign.status in (CampaignStatus.DRAFT, CampaignStatus.OPEN)
    scored = SUBMITTED_OR_LATER if is_open else DECIDED
    unscored = set(campaign.sheets.exclude(status__in=scored).values_list("unit", flat=True))
    return Grading.of(campaign, list(campaign.results.select_related("unit")), unscored=unscored)


def simulate(campaign: Campaign, now: Grading, changes: Changes) -> list[SimulatedRow]:
    """Every unit before and after the changes, by block and by the rank that it would have."""
    then = changed(campaign, now, changes)
    before, after = now.standings(), then.standings()
    results = {each.pk: each for each in then.results}
    rows = [
        SimulatedRow(
            result=each,
            now=place(now, each, before[each.pk]),
            then=place(then, results[each.pk], after[each.pk]),
            reason=message(after[each.pk].steps[-1].message) if after[each.pk].steps[1:] else "",
        )
        for each in now.results
    ]
    return sorted(
        rows,
        key=lambda row: (row.result.block, row.then.rank is None, row.then.rank or 0, row.result.unit.code),
    )


def place(grading: Grading, result: UnitResult, standing: Standing) -> Place:
    names = {band.code: band.name for band in grading.blocks[result.block].bands}
    return Place(grading.index(result), names.get(standing.grade or "", ""), standing.rank)


def changed(campaign: Campaign, grading: Grading, changes: Changes) -> Grading:
    """A copy under other rules and, for one unit, other points."""
    blocks = {
        name: replace(
            each,
            bands=changes.bands.get(each.scale or 0, each.bands),
            top_quota_percent=changes.quotas.get(name, each.top_quota_percent),
        )
        for name, each in grading.blocks.items()
    }
    copied = replace(
        grading,
        blocks=blocks,
        rank_rule=changes.rank_rule or grading.rank_rule,
        ranks_by_keys=grading.ranks_by_keys if changes.ranks_by_keys is None else changes.ranks_by_keys,
    )
    return with_points(campaign, copied, changes.points) if changes.points else copied


def with_points(campaign: Campaign, grading: Grading, change: PointsChange) -> Grading:
    """A copy in which one unit has other points: its sums are made anew, by the rules that always make them."""
    stored = next(each for each in grading.results if each.unit.code == change.unit_code)
    counting = Counting.stored(campaign.criteria_set)
    leaves = list(leaves_of(campaign, stored, change, counting))
    sums = totals(leaves, counting.rules) if leaves else field_totals(stored, change, counting)
    result = copy(stored)
    result.earned_points, result.applicable_max_points = sums.earned, sums.applicable_max
    result.bonus_points, result.penalty_points = sums.bonus, sums.penalty
    result.index = index_of(sums, counting.rules)
    tree = Tree.of(campaign.criteria_set)
    amounts = {
        criterion: {**found, stored.pk: amount_of(tree, criterion, leaves, sums)}
        for criterion, found in grading.amounts.items()
    }
    results = [result if each.pk == stored.pk else each for each in grading.results]
    return replace(grading, results=results, amounts=amounts)


def leaves_of(
    campaign: Campaign, result: UnitResult, change: PointsChange, counting: Counting
) -> Iterator[LeafPoints]:
    """The rows of the unit's sheet as they count, one of them with other points; none without a sheet.

    What that row knocks out then, or no longer, counts so: the rows of its branch begin with what they are worth
    by themselves.
    """
    sheet = campaign.sheets.filter(unit=result.unit_id).first()
    rows = list(sheet.scores.select_related("criterion").prefetch_related("appraisals")) if sheet else []
    branch = change.criterion.knock_out_branch_id
    outcomes = {
        row.criterion.code: alone(row, campaign)
        if branch is not None and row.criterion.knock_out_branch_id == branch
        else Outcome(row.points, row.counted_max_points)
        for row in rows
    }
    outcomes[change.criterion.code] = Outcome(change.points, change.criterion.max_points)
    after = knock_out(outcomes, counting.knock_outs)
    for row in rows:
        yield counting.leaf(row.criterion, after[row.criterion.code])


def alone(row: Score, campaign: Campaign) -> Outcome:
    """What a row is worth before any knock-out; compared with the other units once the round is over."""
    method = row.criterion.scoring_method(campaign.criteria_set)
    is_over = campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.OPEN)
    pool = amounts(campaign, row.criterion) if method.needs_peers and is_over else None
    return outcome_of(row, row.appraisals.all(), method, pool)


def field_totals(result: UnitResult, change: PointsChange, counting: Counting) -> Totals:
    """The sums of a unit that was imported without a sheet."""
    sections = {
        str(each.criterion_id): SectionTotals(
            earned=change.points if each.criterion_id == change.criterion.pk else each.earned_points,
            applicable_max=each.applicable_max_points,
            bonus=each.bonus_points,
            penalty=each.penalty_points,
        )
        for each in result.fields.all()
    }
    return whole(sections, counting.rules)


def amount_of(tree: Tree, criterion: int, leaves: Iterable[LeafPoints], sums: Totals) -> Amount:
    """What the changed unit earned in a criterion that a rule or a key asks about."""
    if found := sums.by_section.get(str(criterion)):
        return found.earned, found.applicable_max
    below = {node.criterion.code for node in tree.leaves_below(tree.by_id[criterion])}
    judged = [leaf for leaf in leaves if leaf.code in below and leaf.counts_as is CountsAs.BASE]
    earned = sum((leaf.points or ZERO for leaf in judged), ZERO)
    return earned, sum((leaf.counted_max_points for leaf in judged), ZERO)

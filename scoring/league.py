"""League table and heat map of a campaign, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from django.db.models import QuerySet

from parportal.display import points
from parportal.entry.numbers import format_decimal
from scoring.models import (
    IMPORTED,
    SUBMITTED_OR_LATER,
    Campaign,
    CampaignStatus,
    Criterion,
    FieldResult,
    ScoreSheet,
    UnitResult,
)
from scoring.results import Difference, published_rank, ranks_by_published_index, result_differences
from scoring.rules import RankRule, SectionTotals, rank
from scoring.self_scores import self_points
from scoring.sheet_panel import extras_text
from scoring.standings import Grading

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One field of one unit. Units: `tenth` is its percentage divided by ten, rounded down; None without one."""

    earned: str
    highest: str
    percent: str
    tenth: int | None
    published: str = ""
    extras: str = ""


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """One unit. `rank` is None where it is not ranked; `moved` says by how many places the published rank was
    higher (above 0: it falls) or lower."""

    result: UnitResult
    rank: int | None
    rank_published: int | None
    self_points: str
    differences: Mapping[str, Difference]
    cells: tuple[HeatCell, ...]
    sheet: ScoreSheet | None
    is_own: bool
    self_total: Decimal | None = None

    @property
    def extras(self) -> str:
        """Bonus and penalty that count, of a unit that has a result."""
        return "" if self.result.index is None else result_extras(self.result)

    @property
    def moved(self) -> int | None:
        if self.rank is None or self.rank_published is None:
            return None
        return self.rank - self.rank_published

    @property
    def moved_up(self) -> int:
        return -(self.moved or 0)


@dataclass(frozen=True, slots=True)
class League:
    """Shapes: `rows` by block and rank, units without a rank last; `fields` in the order of the set.

    `without_survey`: the set has rows of a survey, which no self-score holds.
    """

    campaign: Campaign
    rows: tuple[LeagueRow, ...]
    fields: tuple[Criterion, ...]
    is_provisional: bool
    without_survey: bool = False

    @property
    def has_published_figures(self) -> bool:
        return any(row.rank_published is not None for row in self.rows)

    @property
    def has_self_points(self) -> bool:
        return any(row.self_points for row in self.rows)

    @property
    def has_blocks(self) -> bool:
        return any(row.result.block for row in self.rows)


def league(
    campaign: Campaign,
    results: QuerySet[UnitResult],
    *,
    sheets: QuerySet[ScoreSheet],
    own_units: Iterable[int] = (),
    governed: bool = False,
) -> League:
    """The table of `results`; `sheets` are those the reader may open (five queries, whatever their number).

    Ranks are those stored at closing; before it they are computed here and kept nowhere. Self-scores of other
    units are for those who govern the campaign (`governed`).
    """
    found = list(results.select_related("campaign", "unit", "grade").prefetch_related("fields__criterion"))
    fields = tuple(campaign.criteria_set.fields.order_by("position"))
    provisional = campaign.status in (CampaignStatus.DRAFT, CampaignStatus.OPEN)
    ranks = provisional_ranks(campaign, found) if provisional else {each.unit_id: each.rank for each in found}
    published = ranks_by_published_index(found, RankRule(campaign.rank_rule))
    readable = {sheet.unit_id: sheet for sheet in sheets.filter(campaign=campaign)}
    selfs = self_points(campaign)
    own = set(own_units)
    shown = {
        each.unit_id: selfs.get(each.unit_id, each.self_total_points)
        for each in found
        if governed or each.unit_id in own
    }
    rows = [
        LeagueRow(
            result=each,
            rank=None if campaign.external else ranks.get(each.unit_id),
            rank_published=each.published_rank if campaign.external else published_rank(each, published),
            self_points=points(shown.get(each.unit_id)),
            differences={found.key: found for found in result_differences(each, published)},
            cells=heat_cells(each, fields),
            sheet=readable.get(each.unit_id),
            is_own=each.unit_id in own,
            self_total=shown.get(each.unit_id),
        )
        for each in found
    ]
    without_survey = campaign.criteria_set.criteria.filter(method__in=IMPORTED).exists()
    return League(campaign, tuple(sorted(rows, key=place)), fields, provisional, without_survey)


def place(row: LeagueRow) -> tuple[str, bool, int, str]:
    reached = row.rank if row.rank is not None else row.rank_published
    return row.result.block, reached is None, reached or 0, row.result.unit.code


def provisional_ranks(campaign: Campaign, results: Iterable[UnitResult]) -> dict[int, int | None]:
    """Ranks of the present figures inside each block; a sheet that was not submitted is not ranked."""
    results = list(results)
    submitted = set(campaign.sheets.filter(status__in=SUBMITTED_OR_LATER).values_list("unit", flat=True))
    if campaign.ranks_by_keys:
        unscored = {each.unit_id for each in results} - submitted
        standings = Grading.of(campaign, results, unscored=unscored).standings()
        return {each.unit_id: standings[each.pk].rank for each in results}
    blocks: dict[str, dict[int, Decimal | None]] = {}
    for each in results:
        index = each.index if each.unit_id in submitted else None
        blocks.setdefault(each.block, {})[each.unit_id] = index
    rule = RankRule(campaign.rank_rule)
    return {unit: reached for block in blocks.values() for unit, reached in rank(block, rule).items()}


def result_extras(row: UnitResult | FieldResult) -> str:
    return extras_text(SectionTotals(bonus=row.bonus_points, penalty=row.penalty_points))


def heat_cells(result: UnitResult, fields: Iterable[Criterion]) -> tuple[HeatCell, ...]:
    by_field = {each.criterion_id: each for each in result.fields.all()}
    scored = result.index is not None
    return tuple(heat_cell(by_field.get(criterion.pk) if scored else None) for criterion in fields)


def heat_cell(field: FieldResult | None) -> HeatCell:
    """A field as a cell. Rounding: the percentage to one decimal, half-up; its shade never rounds up."""
    if field is None:
        return HeatCell("", "", "", None)
    earned, highest = points(field.earned_points), points(field.applicable_max_points)
    differs = field.published_points is not None and field.published_points != field.earned_points
    published = points(field.published_points) if differs else ""
    extras = result_extras(field)
    if not field.applicable_max_points:
        return HeatCell(earned, highest, "", None, published, extras)
    percent = field.earned_points / field.applicable_max_points * HUNDRED
    tenth = int((percent / 10).to_integral_value(ROUND_FLOOR))
    return HeatCell(earned, highest, format_decimal(percent, places=1), min(max(tenth, 0), 10), published, extras)

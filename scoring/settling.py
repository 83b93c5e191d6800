"""Keep what counts: leaf points first, then the sums of the sheet, index and grade.

The database only sums leaf points by field; index, grade and rank come from `scoring.rules`. Everything here
runs inside the transaction of the action that changed a score.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import Coalesce

from scoring.models import (
    DECIDED,
    ROUND_ORDER,
    Appraisal,
    Campaign,
    FieldResult,
    GradeScale,
    Score,
    ScoreSheet,
    UnitResult,
)
from scoring.rules import (
    Answers,
    CountsAs,
    LeafPoints,
    LeafState,
    Method,
    Outcome,
    RankRule,
    SectionTotals,
    Totals,
    decode,
    grade,
    index,
    rank,
    score_leaf,
    totals,
)

ZERO = Decimal(0)


def self_outcome(method: Method, state: LeafState, answers: Answers) -> Outcome:
    """What a row is worth by the unit's word. A claim "not applicable" is open until it is decided.

    Raises: RuleErrors on impossible facts.
    """
    if state is LeafState.NOT_APPLICABLE:
        return method.leaf.when_not_answered()
    return score_leaf(method, state, answers)


def appraised_outcome(method: Method, state: LeafState, answers: Answers, points: Decimal | None) -> Outcome:
    """What a row is worth by an appraiser's word: facts are computed; bare points are taken as they are.

    Raises: RuleErrors on impossible facts.
    """
    if state is not LeafState.ANSWERED or answers:
        return score_leaf(method, state, answers)
    return Outcome(points, method.leaf.max_points)


def outcome_of(score: Score, appraisals: Iterable[Appraisal], method: Method) -> Outcome:
    """What a stored row counts: its last appraisal, else the self-score."""
    last = last_round(appraisals)
    if last is None:
        return self_outcome(method, LeafState(score.state), decode(method.inputs(), score.answers))
    answers = decode(method.inputs(), last.answers)
    return appraised_outcome(method, LeafState(last.state), answers, last.points)


def last_round(appraisals: Iterable[Appraisal]) -> Appraisal | None:
    return max(appraisals, key=lambda each: ROUND_ORDER[each.round], default=None)


@dataclass(frozen=True, slots=True)
class SheetSums:
    """A sheet's totals as the rules see them, with index and grade.

    Shapes: `totals.by_section` is keyed by the primary key of the field, as text.
    """

    totals: Totals
    index: Decimal | None
    grade_code: str | None

    def section(self, pk: int) -> SectionTotals:
        return self.totals.by_section.get(str(pk), SectionTotals(ZERO, ZERO))


def sums_of(leaves: Iterable[LeafPoints], *, decimals: int, scale: GradeScale | None) -> SheetSums:
    """Totals, index and grade of leaves (or of sums of leaves: addition is exact)."""
    found = totals(leaves)
    reached = index(found.earned, found.applicable_max, decimals)
    band = grade(reached, scale.bands()) if scale and reached is not None else None
    return SheetSums(found, reached, band.code if band else None)


def stored_sums(sheet: ScoreSheet) -> SheetSums:
    """The sums of a sheet's rows as they count now: one aggregate, and one query for the grades."""
    rows = (
        sheet.scores.values("criterion__counts_as", field=Coalesce("criterion__section", "criterion"))
        .annotate(earned=Sum("points"), maximum=Sum("counted_max_points"))
        .order_by()
    )
    leaves = [
        LeafPoints(
            code=f"{row['field']} {row['criterion__counts_as']}",
            section=str(row["field"]),
            points=row["earned"] if row["earned"] is not None else ZERO,
            counted_max_points=row["maximum"],
            counts_as=CountsAs(row["criterion__counts_as"]),
        )
        for row in rows
    ]
    campaign = sheet.campaign
    return sums_of(leaves, decimals=campaign.criteria_set.index_decimals, scale=campaign.grade_scale)


def settle_row(score: Score, outcome: Outcome) -> None:
    """Store what a row counts now (the caller saves the row)."""
    score.points = outcome.points
    score.counted_max_points = outcome.counted_max_points


def settle_sheet(sheet: ScoreSheet, *, section_id: int | None = None) -> SheetSums:
    """Renew a sheet's result; of one field only when a single row changed."""
    sums = stored_sums(sheet)
    fields = FieldResult.objects.filter(result__campaign=sheet.campaign_id, result__unit=sheet.unit_id)
    for pk in [section_id] if section_id else map(int, sums.totals.by_section):
        part = sums.section(pk)
        fields.filter(criterion=pk).update(earned_points=part.earned, applicable_max_points=part.applicable_max)
    UnitResult.objects.filter(campaign=sheet.campaign_id, unit=sheet.unit_id).update(
        earned_points=sums.totals.earned,
        applicable_max_points=sums.totals.applicable_max,
        index=sums.index,
        grade=grade_id(sheet.campaign.grade_scale, sums.grade_code),
    )
    return sums


def grade_id(scale: GradeScale | None, code: str | None) -> int | None:
    """The row of a grade that the rules named by its code."""
    if scale is None or code is None:
        return None
    return next(each.pk for each in scale.all_grades if each.code == code)


def settle_ranks(campaign: Campaign) -> None:
    """Rank the units of a campaign inside their blocks.

    A sheet that was not appraised has no result: neither points nor index, grade and rank, never 0 and the last
    place. In an external campaign the parent ranks: its one unit has no rank of ours.
    """
    if campaign.external:
        return
    results = list(campaign.results.all())
    unscored = set(campaign.sheets.exclude(status__in=DECIDED).values_list("unit", flat=True))
    for each in results:
        if each.unit_id in unscored:
            each.earned_points, each.index, each.grade_id = ZERO, None, None
    for block in {each.block for each in results}:
        members = [each for each in results if each.block == block]
        ranks = rank({each.unit_id: each.index for each in members}, RankRule(campaign.rank_rule))
        for each in members:
            each.rank = ranks[each.unit_id]
    UnitResult.objects.bulk_update(results, ["earned_points", "index", "grade", "rank"])
    FieldResult.objects.filter(result__campaign=campaign, result__unit__in=unscored).update(earned_points=ZERO)

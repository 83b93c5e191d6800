"""Keep what counts: what each row is worth, then the sums of its sheet, index and grade.

What rows come to is `scoring.computing`, with `scoring.rules`. Everything here runs inside the transaction of the
action that changed a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from django.db import connection
from django.db.models import Model, Q, QuerySet

from scoring.computing import SheetSums, compute_campaign, stored_sums
from scoring.counting import Counting
from scoring.lines import line_from_json, line_to_json
from scoring.models import (
    ROUND_ORDER,
    Appraisal,
    Campaign,
    Criterion,
    FieldResult,
    GradeScale,
    Score,
    ScoreSheet,
    UnitResult,
)
from scoring.rules import (
    Answers,
    CountsAs,
    GradeBand,
    LeafState,
    Message,
    Method,
    Outcome,
    SectionTotals,
    decode,
    knock_out,
    score_leaf,
)
from scoring.rules.messages import gettext_noop as _
from scoring.standings import blocks_of
from units.audit import Change

ZERO = Decimal(0)
BATCH = 500
# What is stored of a row's outcome, and of a result.
SETTLED = ("points", "counted_max_points", "settled_line")
SUMS = ("earned_points", "applicable_max_points", "bonus_points", "penalty_points")
# The amounts of the other units, by primary key of the leaf.
Pools = Mapping[int, Sequence[Fraction]]


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


def said_to_be_left_out(score: Score, method: Method) -> bool:
    """Whether the unit's answer takes the row out of both sums (nothing to divide by), which is no 0."""
    if score.self_points != 0:
        return False
    outcome = self_outcome(method, LeafState(score.state), decode(method.inputs(), score.answers))
    return outcome.counted_max_points < method.leaf.max_points


def excluded_outcome() -> Outcome:
    """A row that does not apply by a decision is out of both sums, whatever was said of it."""
    return Outcome(ZERO, ZERO, Message(_("not applicable by decision → not counted")))


def outcome_of(
    score: Score, appraisals: Iterable[Appraisal], method: Method, pool: Sequence[Fraction] | None = None
) -> Outcome:
    """What a stored row is worth by itself: an exclusion first, then its last appraisal, then the unit's word.

    `pool` holds the amounts of all units once the round is over: only then has a row that is compared with them
    points.
    """
    if score.exclusion_id is not None:
        return excluded_outcome()
    last = last_round(appraisals)
    said = score if last is None else last
    state, answers = LeafState(said.state), decode(method.inputs(), said.answers)
    if pool is not None and method.needs_peers and state is LeafState.ANSWERED and answers:
        return method.award_among(answers, pool)
    if last is None:
        return self_outcome(method, state, answers)
    return appraised_outcome(method, state, answers, last.points)


def last_round(appraisals: Iterable[Appraisal]) -> Appraisal | None:
    return max(appraisals, key=lambda each: ROUND_ORDER[each.round], default=None)


def in_order(appraisals: Iterable[Appraisal]) -> list[Appraisal]:
    """The rounds of a row, the final one last."""
    return sorted(appraisals, key=lambda each: ROUND_ORDER[each.round])


def explanation_of(score: Score, appraisals: Iterable[Appraisal], method: Method) -> Message | None:
    """How the points that count came about: from other rows or units where they did, else from the row itself."""
    if score.settled_line is not None:
        return line_from_json(score.settled_line)
    return outcome_of(score, appraisals, method).explanation


def lost_points(score: Score) -> Decimal:
    """Points that a row lost: those missing from its maximum, or those of a penalty. A bonus is never lost."""
    match CountsAs(score.criterion.counts_as):
        case CountsAs.BASE:
            return score.counted_max_points - (score.points or ZERO)
        case CountsAs.PENALTY:
            return score.points or ZERO
        case CountsAs.BONUS:
            return ZERO


def settle_row(score: Score, outcome: Outcome) -> None:
    """Set what a row counts by itself (the caller saves the row, and settles its branch)."""
    score.points = outcome.points
    score.counted_max_points = outcome.counted_max_points
    score.settled_line = None


# A row that counts otherwise than before, and the points that it had.
Settled = tuple[Score, Decimal | None]


def settle_branch(score: Score) -> list[Change]:
    """Settle a saved row together with the rows that it may knock out, or be knocked out by.

    `score` takes over what became of it. The changes are those of the other rows.
    """
    branch = score.criterion.knock_out_branch_id
    if branch is None:
        return []
    rows = Score.objects.filter(sheet=score.sheet_id, criterion__knock_out_branch=branch)
    changes = []
    campaign = score.sheet.campaign
    for row, before in settle_rows(campaign, rows, criteria=campaign.criteria_set.uncommon_criteria):
        if row.pk == score.pk:
            for name in SETTLED:
                setattr(score, name, getattr(row, name))
        else:
            changes.append(Change(row, "points", before, row.points))
    return changes


def settle_rows(
    campaign: Campaign,
    rows: QuerySet[Score],
    *,
    pools: Pools | None = None,
    criteria: Iterable[Criterion] | None = None,
) -> list[Settled]:
    """Renew what rows count from what was said of them: for many rows at once, of any number of sheets.

    Of a knock-out branch `rows` hold all the rows or none (`with_branches`). The sheets are settled afterwards.
    `criteria` are all that the rows may belong to, in reading order, if they are at hand.
    """
    known = campaign.criteria_set.criteria.order_by("position") if criteria is None else criteria
    settler = Settler(campaign, {each.pk: each for each in known}, pools or {})
    ordered = rows.order_by("sheet", "criterion__position").prefetch_related("appraisals")
    sheets = groupby(ordered.iterator(chunk_size=BATCH), lambda row: row.sheet_id)
    changed = [each for _sheet, members in sheets for each in settler.settle(list(members))]
    Score.objects.bulk_update([row for row, _before in changed], SETTLED, batch_size=BATCH)
    return changed


def with_branches(rows: QuerySet[Score]) -> QuerySet[Score]:
    """The rows with all those of their knock-out branches (and perhaps more of the same branches)."""
    inside = rows.filter(criterion__knock_out_branch__isnull=False).order_by()
    branches = set(inside.values_list("criterion__knock_out_branch", flat=True).distinct())
    if not branches:
        return rows
    beside = Q(sheet__in=inside.values("sheet"), criterion__knock_out_branch__in=branches)
    return Score.objects.filter(Q(pk__in=rows.order_by().values("pk")) | beside)


class Settler:
    """Settles the rows of one sheet after the other; the methods of the set are built once."""

    def __init__(self, campaign: Campaign, criteria: Mapping[int, Criterion], pools: Pools) -> None:
        self.criteria = criteria
        self.pools = pools
        self.knock_outs = Counting.of(campaign.criteria_set, criteria.values()).knock_outs
        self._set = campaign.criteria_set
        self._methods: dict[int, Method] = {}

    def method(self, criterion: Criterion) -> Method:
        if criterion.pk not in self._methods:
            self._methods[criterion.pk] = criterion.scoring_method(self._set)
        return self._methods[criterion.pk]

    def settle(self, rows: Sequence[Score]) -> Iterator[Settled]:
        """The rows of one sheet that count otherwise than before."""
        alone: dict[str, Outcome] = {}
        compared: dict[str, Outcome] = {}
        for row in rows:
            row.criterion = criterion = self.criteria[row.criterion_id]
            method, pool = self.method(criterion), self.pools.get(criterion.pk)
            appraisals = list(row.appraisals.all())
            alone[criterion.code] = compared[criterion.code] = outcome_of(row, appraisals, method)
            if pool is not None:
                compared[criterion.code] = outcome_of(row, appraisals, method, pool)
        final = knock_out(compared, self.knock_outs)
        for row in rows:
            code, before = row.criterion.code, [getattr(row, name) for name in SETTLED]
            settle_row(row, final[code])
            if final[code] != alone[code]:
                line = final[code].explanation
                row.settled_line = None if line is None else line_to_json(line)
            if before != [getattr(row, name) for name in SETTLED]:
                yield row, before[0]


def settle_sheet(sheet: ScoreSheet, *, section_id: int | None = None) -> SheetSums:
    """Renew the result of one sheet from its rows; of one field only, where a single row changed."""
    sums = stored_sums(sheet)
    grade = sheet.grades[sums.grade] if sums.grade else None
    index = UnitResult._meta.get_field("index").get_prep_value(sums.index)
    with connection.cursor() as cursor:
        for pk in [section_id] if section_id else map(int, sums.totals.by_section):
            part = [*in_columns(sums.section(pk)), pk, sheet.campaign_id, sheet.unit_id]
            cursor.execute(_SET_FIELD, part)
        cursor.execute(_SET_RESULT, [*in_columns(sums.totals), index, grade, sheet.campaign_id, sheet.unit_id])
    return sums


# Done with every row that is saved: written out, they cost a fifth of what the same costs to put together.
_SET_SUMS = "SET earned_points = %s, applicable_max_points = %s, bonus_points = %s, penalty_points = %s"
_SET_FIELD = f"""
    UPDATE scoring_fieldresult {_SET_SUMS} WHERE criterion_id = %s
    AND result_id = (SELECT id FROM scoring_unitresult WHERE campaign_id = %s AND unit_id = %s)
"""
_SET_RESULT = (
    f'UPDATE scoring_unitresult {_SET_SUMS}, "index" = %s, grade_id = %s WHERE campaign_id = %s AND unit_id = %s'
)


def in_columns(sums: SectionTotals) -> list[int | None]:
    """Sums as their columns hold them, in the order of `SUMS`."""
    column = FieldResult._meta.get_field("earned_points")
    return [column.get_prep_value(value) for value in summed(sums).values()]


def settle_campaign(campaign: Campaign) -> None:
    """Renew the results of every sheet: one aggregate, and what changed is written at once.

    Here a grade follows from its band alone; `scoring.standings` has the last word.
    """
    _store(compute_campaign(campaign), campaign, campaign.results.all())


def settle_sheets(campaign: Campaign, sheets: Iterable[int]) -> None:
    """The same for some sheets, by primary key."""
    some = ScoreSheet.objects.filter(campaign=campaign, pk__in=list(sheets)).order_by()
    sums = compute_campaign(campaign, Score.objects.filter(sheet__in=some))
    _store(sums, campaign, campaign.results.filter(unit__in=some.values("unit")))


def _store(sums: Mapping[int, SheetSums], campaign: Campaign, of: QuerySet[UnitResult]) -> None:
    results = [each for each in of if each.unit_id in sums]
    blocks = blocks_of(campaign, {each.block for each in results})
    changed = []
    for each in results:
        found = sums[each.unit_id]
        grade = blocks[each.block].grades[found.grade.code] if found.grade else None
        if renew(each, {**summed(found.totals), "index": found.index, "grade_id": grade}):
            changed.append(each)
    write(UnitResult, changed, (*SUMS, "index", "grade"))
    units = {each.pk: each.unit_id for each in results}
    fields = FieldResult.objects.filter(result__in=of.order_by().values("pk")).order_by("pk")
    of_sheets = (each for each in fields.iterator(BATCH) if each.result_id in units)
    parts = ((each, sums[units[each.result_id]].section(each.criterion_id)) for each in of_sheets)
    write(FieldResult, [each for each, part in parts if renew(each, summed(part))], SUMS)


def summed(sums: SectionTotals) -> dict[str, Decimal]:
    """The columns of a result or of one field of it."""
    return dict(zip(SUMS, (sums.earned, sums.applicable_max, sums.bonus, sums.penalty), strict=True))


def renew(row: Model, values: Mapping[str, object]) -> bool:
    """Set columns; whether any of them is new."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return before != values


def write(model: type[Model], rows: Iterable[Model], columns: Sequence[str]) -> None:
    """Write columns of rows that exist: an insert that meets them is many times faster than `bulk_update`."""
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["pk"], update_fields=columns, batch_size=BATCH
    )


def grade_id(scale: GradeScale | None, band: GradeBand | None) -> int | None:
    """The row of a grade that the rules named."""
    if scale is None or band is None:
        return None
    return next(each.pk for each in scale.all_grades if each.code == band.code)

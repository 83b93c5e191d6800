"""What units gave themselves, of all sheets of a campaign at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from scoring.counting import Counting
from scoring.models import Campaign, CriteriaSet, Criterion, Score
from scoring.models.sheets import ScoreQuerySet
from scoring.rules import CountsAs, LeafState, Outcome, RoundAt, SumRules, decode, knock_out
from scoring.settling import self_outcome
from units.models import Unit

ZERO = Decimal(0)
BASE = CountsAs.BASE.value


def self_points(campaign: Campaign, unit: Unit | None = None) -> dict[int, Decimal | None]:
    """The self-score of each unit (or of one) within the maximum, without survey: summed by the database, less
    what a row of 0 points knocks out. None for a unit that has not scored anything."""
    rules = Counting.stored(campaign.criteria_set).rules
    rows = rows_of(campaign, unit).filter(criterion__counts_as=BASE)
    by_field = rows.values(unit=F("sheet__unit"), field=Coalesce("criterion__section", "criterion"))
    sums: dict[int, dict[int, Decimal | None]] = {}
    for each in by_field.annotate(total=Sum("self_points")).order_by():
        sums.setdefault(each["unit"], {})[each["field"]] = each["total"]
    for pk, field, lost in knocked_out_points(campaign, unit):
        sums[pk][field] = (sums[pk][field] or ZERO) - lost
    return {pk: total(fields.values(), rules) for pk, fields in sums.items()}


def rows_of(campaign: Campaign, unit: Unit | None) -> ScoreQuerySet:
    rows = Score.objects.for_people().filter(sheet__campaign=campaign)
    return rows.filter(sheet__unit=unit) if unit else rows


def total(fields: Iterable[Decimal | None], rules: SumRules) -> Decimal | None:
    """Rounding: as the set says, by field or once."""
    given = [each for each in fields if each is not None]
    if not given:
        return None
    if rules.round_at is RoundAt.FIELD:
        given = [rules.to_step(each) for each in given]
    found = sum(given, ZERO)
    return rules.to_step(found) if rules.round_at is RoundAt.TOTAL else found


def knocked_out_points(campaign: Campaign, unit: Unit | None = None) -> Iterator[tuple[int, int, Decimal]]:
    """Self-scores that do not count because another row has none: unit, field, points."""
    criteria_set = campaign.criteria_set
    knock_outs = Counting.stored(criteria_set).knock_outs
    if not knock_outs:
        return
    criteria = {each.pk: each for each in criteria_set.uncommon_criteria}
    rows = rows_of(campaign, unit).filter(criterion__knock_out_branch__isnull=False)
    columns = rows.order_by("sheet").values_list("sheet__unit", "criterion", "state", "answers", "self_points")
    for owner, members in groupby(columns.iterator(chunk_size=2000), lambda row: row[0]):
        before = {
            criteria[pk].code: (criteria[pk], said(criteria[pk], criteria_set, *rest))
            for _unit, pk, *rest in members
        }
        after = knock_out({code: outcome for code, (_criterion, outcome) in before.items()}, knock_outs)
        for code, (criterion, outcome) in before.items():
            lost = (outcome.points or ZERO) - (after[code].points or ZERO)
            if lost and criterion.counts_as == BASE:
                yield owner, criterion.section_id or criterion.pk, lost


def said(
    criterion: Criterion,
    criteria_set: CriteriaSet,
    state: str,
    answers: Mapping[str, str | int],
    points: Decimal | None,
) -> Outcome:
    """What a row is worth by the unit's word. Only a 0 is computed again: it may be left out of both sums."""
    if points != 0:
        return Outcome(points, criterion.max_points)
    method = criterion.scoring_method(criteria_set)
    return self_outcome(method, LeafState(state), decode(method.inputs(), answers))

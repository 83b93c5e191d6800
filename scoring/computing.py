"""What sheets come to: the database sums the rows, `scoring.rules` does the rest. One sheet or ten thousand.

Nothing is written here; `scoring.settling` stores what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from parportal.prepared import Prepared
from scoring.counting import Counting, sum_rules
from scoring.models import Campaign, Score, ScoreSheet
from scoring.rules import (
    CountsAs,
    GradeBand,
    LeafPoints,
    RoundAt,
    SectionTotals,
    SumRules,
    Totals,
    grade,
    index_of,
    totals,
)
from scoring.rules.totals import whole, with_extras
from scoring.standings import blocks_of

ZERO = Decimal(0)
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class SheetSums:
    """A sheet's totals as the rules see them, with index and grade (by its band alone).

    Shapes: `totals.by_section` is keyed by the primary key of the field, as text.
    """

    totals: Totals
    index: Decimal | None
    grade: GradeBand | None

    @property
    def grade_name(self) -> str:
        return self.grade.name if self.grade else ""

    def section(self, pk: int) -> SectionTotals:
        return self.totals.by_section.get(str(pk), SectionTotals())


def judged(found: Totals, rules: SumRules, bands: Iterable[GradeBand]) -> SheetSums:
    """Totals with the index and the grade that follow from them."""
    reached = index_of(found, rules)
    return SheetSums(found, reached, grade(reached, bands))


def sums_of(leaves: Iterable[LeafPoints], *, rules: SumRules, bands: Iterable[GradeBand] = ()) -> SheetSums:
    """Totals, index and grade of single leaves."""
    return judged(totals(leaves, rules), rules, bands)


# Unit, field, kind, group above (of bonus and penalty), points, maximum, leaves without points.
Line = tuple[int, int, str, int | None, Decimal | None, Decimal, int]


def lines_of(scores: QuerySet[Score]) -> QuerySet[Score, Line]:
    """The sums of rows by unit and field, as they count now; of bonus and penalty by the group that caps them.

    No row has more points than its maximum, so the items need no cap of their own here.
    """
    base = Q(criterion__counts_as=CountsAs.BASE.value)
    return (
        scores.order_by()
        .values(
            unit=F("sheet__unit"),
            field=Coalesce("criterion__section", "criterion"),
            kind=F("criterion__counts_as"),
            above=Case(When(~base, then=F("criterion__parent"))),
        )
        .annotate(
            sum=Sum("points"), maximum=Sum("counted_max_points"), unanswered=Count("pk", filter=Q(points=None))
        )
        .values_list("unit", "field", "kind", "above", "sum", "maximum", "unanswered")
    )


OF_SHEET = Prepared(lambda sheet: lines_of(Score.objects.filter(sheet=sheet)), values=1)


def totals_by_unit(campaign: Campaign, lines: Iterable[Line]) -> dict[int, Totals]:
    """The totals of every unit with sums among these; one query where there is a bonus."""
    base: dict[int, dict[str, SectionTotals]] = {}
    outside: dict[tuple[int, str], list[Line]] = {}
    for line in lines:
        unit, number, kind, _above, points, maximum, unanswered = line
        field, sections = str(number), base.setdefault(unit, {})
        if kind == CountsAs.BASE:
            sections[field] = SectionTotals(points or ZERO, maximum, ZERO, ZERO, unanswered)
        else:
            sections.setdefault(field, SectionTotals())
            outside.setdefault((unit, field), []).append(line)
    rules = sum_rules(campaign.criteria_set)
    if outside:
        counting = Counting.stored(campaign.criteria_set)
        rules = counting.rules
        for (unit, field), extras in outside.items():
            base[unit][field] = with_lines(base[unit][field], extras, counting)
    if rules.round_at is RoundAt.FIELD:
        base = {
            unit: {field: each.rounded(rules) for field, each in sections.items()}
            for unit, sections in base.items()
        }
    return {unit: whole(sections, rules) for unit, sections in base.items()}


def with_lines(base: SectionTotals, lines: Iterable[Line], counting: Counting) -> SectionTotals:
    """A field completed by the sums of its bonus and penalty groups."""
    leaves, unanswered = [], 0
    for _unit, _field, kind, above, points, maximum, open_leaves in lines:
        group = counting.group_codes.get((above, kind), "")
        leaves.append(LeafPoints("", "", points or ZERO, maximum, CountsAs(kind), group))
        unanswered += open_leaves
    return with_extras(base, leaves, counting.rules.groups, unanswered)


def compute_sheets(
    campaign: Campaign, lines: Iterable[Line], bands: Mapping[int, Iterable[GradeBand]]
) -> dict[int, SheetSums]:
    """The sums of whole sheets by primary key of the unit.

    Shapes: `lines` come from all rows of the sheets; `bands` are the grades of each of their units.
    """
    rules = sum_rules(campaign.criteria_set)
    found = totals_by_unit(campaign, lines)
    return {unit: judged(sums, rules, bands[unit]) for unit, sums in found.items()}


def compute_campaign(campaign: Campaign, scores: QuerySet[Score] | None = None) -> dict[int, SheetSums]:
    """The sums of every sheet of a campaign, or of those whose rows are `scores`: one aggregate in either case."""
    units = dict(campaign.results.values_list("unit", "block"))
    blocks = blocks_of(campaign, set(units.values()))
    bands = {unit: blocks[block].bands for unit, block in units.items()}
    rows = Score.objects.filter(sheet__campaign=campaign) if scores is None else scores
    return compute_sheets(campaign, lines_of(rows).iterator(chunk_size=CHUNK), bands)


def stored_sums(sheet: ScoreSheet) -> SheetSums:
    """The sums of one sheet's rows as they count now: one aggregate, done with every row that is saved."""
    return compute_sheets(sheet.campaign, OF_SHEET.all(sheet.pk), {sheet.unit_id: sheet.bands})[sheet.unit_id]

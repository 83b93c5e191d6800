"""Reading for print: results, losses and tasks of one unit become plain values.

Every function starts from rows that the caller was allowed to read; nothing here looks further.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from scoring.applicability import LeftOut, left_out_of
from scoring.lost import Answering
from scoring.models import (
    PUBLIC,
    Campaign,
    CriteriaSet,
    Criterion,
    FieldResult,
    FollowUp,
    Responsibility,
    Score,
    UnitResult,
)
from scoring.results import published_rank, ranks_by_published_index
from scoring.rules import CountsAs, RankRule
from scoring.settling import lost_points
from units.models import Party, Unit, UnitType

ZERO = Decimal(0)


class ChildrenUnclear(Exception):
    """Which campaign holds the results of the unit's communes cannot be told: there is none, or there are
    several.
    """

    def __init__(self, unit: Unit, year: int, found: list[Campaign]) -> None:
        super().__init__(unit, year, found)
        self.unit = unit
        self.year = year
        self.found = found

    def __str__(self) -> str:
        if not self.found:
            return _(
                "%(unit)s has no published campaign of %(year)s over its communes. Publish it, or choose "
                "a campaign "
                "of another year."
            ) % {"unit": self.unit.name, "year": self.year}
        return _(
            "%(unit)s has %(count)s published campaigns of %(year)s over its communes: %(codes)s. Choose one."
        ) % {
            "unit": self.unit.name,
            "year": self.year,
            "count": len(self.found),
            "codes": ", ".join(campaign.code for campaign in self.found),
        }


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """Units: points; `bonus` and `penalty` are those that count. `is_outside`: the field is nothing else."""

    code: str
    title: str
    earned: Decimal
    maximum: Decimal
    bonus: Decimal = ZERO
    penalty: Decimal = ZERO
    is_outside: bool = False

    @property
    def lost(self) -> Decimal:
        """What is missing from the maximum, and what was taken off besides."""
        return self.maximum - self.earned + self.penalty


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """What was printed elsewhere, where it differs from what the fields add up to."""

    earned: Decimal
    maximum: Decimal
    index: Decimal | None
    grade: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What a unit reached. Units: points, index 0-100. `ranked` counts the units that were ranked."""

    unit: Unit
    earned: Decimal
    maximum: Decimal
    index: Decimal | None
    grade: str
    rank: int | None
    ranked: int | None
    fields: tuple[FieldFigures, ...]
    published: PublishedFigures | None = None
    bonus: Decimal = ZERO
    penalty: Decimal = ZERO

    @property
    def lost(self) -> Decimal:
        """What is missing from the maximum, and what was taken off besides."""
        return self.maximum - self.earned + self.penalty

    @property
    def is_scored(self) -> bool:
        """Whether there is a result: a unit that never submitted has none, not 0."""
        return self.index is not None


@dataclass(frozen=True, slots=True)
class LostPoints:
    """One leaf that lost points; `is_answered`: it was given points, were it 0.

    Shapes: `responsible` holds pairs of a party and its role.
    """

    field_code: str
    code: str
    title: str
    level_name: str
    earned: Decimal
    maximum: Decimal
    lost: Decimal
    is_penalty: bool
    cause: str
    responsible: tuple[tuple[Answering, str], ...]
    is_answered: bool = True


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """A task that follows; without a field it belongs to the organisation of the whole."""

    field_code: str
    title: str
    product: str
    recipient: str
    via: str
    leads: tuple[str, ...]
    deadline_kind: str
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class AnalysisData:
    """All that a responsibility analysis prints, besides what its report says."""

    year: int
    own: UnitFigures
    losses: tuple[LostPoints, ...]
    children: tuple[UnitFigures, ...]
    tasks: tuple[TaskFigures, ...]
    left_out: tuple[LeftOut, ...] = ()

    def losses_of(self, field_code: str) -> list[LostPoints]:
        return [loss for loss in self.losses if loss.field_code == field_code]

    def tasks_of(self, field_code: str) -> list[TaskFigures]:
        return [task for task in self.tasks if task.field_code == field_code]


def has_children(unit: Unit) -> bool:
    """Whether the unit scores communes, so that its analysis has a part about them."""
    return unit.type in (UnitType.PROVINCE, UnitType.DISTRICT)


def children_campaigns(unit: Unit, campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Those of `campaigns` that are published and by which the unit scored its communes, latest first."""
    return campaigns.filter(
        status__in=PUBLIC,
        owner=unit,
        external=False,
        criteria_set__unit_type=UnitType.COMMUNE,
    ).order_by("-year", "code")


def children_campaign(
    unit: Unit, *, year: int, chosen: Campaign | None, campaigns: QuerySet[Campaign]
) -> Campaign | None:
    """The campaign whose results fill the part about the communes: the chosen one, else the only one of the
    year.

    None for a unit that scores nobody.

    Raises: ChildrenUnclear.
    """
    if chosen is not None or not has_children(unit):
        return chosen
    found = list(children_campaigns(unit, campaigns).filter(year=year))
    if len(found) != 1:
        raise ChildrenUnclear(unit, year, found)
    return found[0]


def read_analysis(
    *,
    result: UnitResult,
    scores: QuerySet[Score],
    children: Campaign | None,
    follow_ups: QuerySet[FollowUp],
) -> AnalysisData:
    """Everything the analysis of `result` prints; a fixed number of queries."""
    own = read_units(UnitResult.objects.filter(pk=result.pk), result.campaign)[0]
    return AnalysisData(
        year=result.campaign.year,
        own=own,
        losses=read_losses(scores, result.campaign.criteria_set),
        children=tuple(read_units(children.results.all(), children)) if children else (),
        tasks=read_tasks(follow_ups),
        left_out=left_out_of(scores),
    )


def scores_of(result: UnitResult) -> QuerySet[Score]:
    return Score.objects.filter(sheet__campaign=result.campaign_id, sheet__unit=result.unit_id)


def read_units(results: QuerySet[UnitResult], campaign: Campaign) -> list[UnitFigures]:
    """Units of one campaign with their fields, in the order of their rank; those without a rank last.

    Ranks are counted among all units of the campaign, whichever of them are read.
    """
    fields = FieldResult.objects.select_related("criterion").order_by("criterion__position")
    rows = results.select_related("unit", "grade").prefetch_related(Prefetch("fields", queryset=fields))
    peers = list(campaign.results.all())
    printed = ranks_by_published_index(peers, RankRule(campaign.rank_rule))
    ranked = Counter(each.block for each in peers if each.rank is not None)
    found = [
        unit_figures(row, campaign, printed_rank=published_rank(row, printed), ranked=ranked[row.block])
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.rank is None, each.rank or 0, each.unit.code))


def unit_figures(row: UnitResult, campaign: Campaign, *, printed_rank: int | None, ranked: int) -> UnitFigures:
    """One unit; of a campaign scored outside the portal only the printed rank says anything."""
    return UnitFigures(
        unit=row.unit,
        earned=row.earned_points,
        maximum=row.applicable_max_points,
        index=row.index,
        grade=row.grade.name if row.grade else row.published_grade,
        rank=row.published_rank if campaign.external else row.rank,
        ranked=row.ranked_units if campaign.external else ranked,
        fields=tuple(
            FieldFigures(
                each.criterion.code,
                each.criterion.title,
                each.earned_points,
                each.applicable_max_points,
                each.bonus_points,
                each.penalty_points,
                is_outside=each.criterion.counts_as != CountsAs.BASE,
            )
            for each in row.fields.all()
        ),
        published=published_figures(row, printed_rank),
        bonus=row.bonus_points,
        penalty=row.penalty_points,
    )


def published_figures(row: UnitResult, printed_rank: int | None) -> PublishedFigures | None:
    """The printed figures, if any of them contradicts the computed ones."""
    printed = PublishedFigures(
        earned=row.earned_points if row.published_points is None else row.published_points,
        maximum=row.applicable_max_points if row.published_max_points is None else row.published_max_points,
        index=row.index if row.published_index is None else row.published_index,
        grade=row.published_grade,
        rank=printed_rank,
    )
    computed = (row.earned_points, row.applicable_max_points, row.index)
    return None if (printed.earned, printed.maximum, printed.index) == computed else printed


def read_losses(scores: QuerySet[Score], criteria_set: CriteriaSet) -> tuple[LostPoints, ...]:
    """The leaves that lost points within the maximum, and the penalties, in the order of the set."""
    responsible = Responsibility.objects.select_related("party").order_by("pk")
    rows = (
        scores.lossy()  # type: ignore[attr-defined]
        .select_related("criterion", "loss")
        .prefetch_related(Prefetch("loss__responsibilities", queryset=responsible))
        .order_by("criterion__position")
    )
    nodes = {node.pk: node for node in criteria_set.criteria.all()}
    return tuple(lost_row(row, nodes, criteria_set) for row in rows)


def lost_row(row: Score, nodes: Mapping[int, Criterion], criteria_set: CriteriaSet) -> LostPoints:
    leaf = row.criterion
    loss = getattr(row, "loss", None)
    return LostPoints(
        field_code=nodes[leaf.section_id or leaf.pk].code,
        code=leaf.code,
        title=leaf.title,
        level_name=level_name(leaf, nodes, criteria_set.level_names),
        earned=ZERO if row.points is None else row.points,
        maximum=row.counted_max_points,
        lost=lost_points(row),
        is_penalty=leaf.counts_as == CountsAs.PENALTY,
        cause=loss.cause if loss else "",
        responsible=tuple(
            (Answering(each.party.name, each.party.unit_id), each.role) for each in loss.responsibilities.all()
        )
        if loss
        else (),
        is_answered=row.points is not None,
    )


def level_name(leaf: Criterion, nodes: Mapping[int, Criterion], names: list[str]) -> str:
    """What the set calls a node of this depth: tiêu chí, tiêu chí thành phần."""
    depth = 0
    above = leaf.parent_id
    while above is not None:
        depth, above = depth + 1, nodes[above].parent_id
    return names[depth] if depth < len(names) else "Tiêu chí"


def read_tasks(follow_ups: QuerySet[FollowUp]) -> tuple[TaskFigures, ...]:
    """Follow-up tasks: those of the fields in the set's order, then those of the organisation."""
    leads = Prefetch("task__leads", queryset=Party.objects.order_by("pk"))
    rows = follow_ups.select_related("task", "criterion").prefetch_related(leads)
    ordered = sorted(rows, key=task_order)
    return tuple(
        TaskFigures(
            field_code=row.criterion.code if row.criterion else "",
            title=row.task.title,
            product=row.task.product,
            recipient=row.task.recipient,
            via=row.task.via,
            leads=tuple(party.name for party in row.task.leads.all()),
            deadline_kind=row.task.deadline_kind,
            deadline_on=row.task.deadline_on,
        )
        for row in ordered
    )


def task_order(row: FollowUp) -> tuple[bool, int, int, int]:
    """Databases disagree on where a missing field comes: here it comes last."""
    place = row.criterion.position if row.criterion else 0
    return (row.criterion is None, place, row.task.position, row.pk)

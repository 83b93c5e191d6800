"""Which rows do not apply by a decision: exclusions of a criterion for a unit or a group of units.

Exclusions may overlap (a criterion and one above it, a unit and its group). A row names the one that is nearest to
it; when that one is lifted, the next takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from scoring.models import Campaign, Exclusion, Score, UnitResult
from scoring.rules import CountsAs
from scoring.settling import last_round, settle_rows, settle_sheets, with_branches
from scoring.states import RowState, with_state
from scoring.tree import Node, Tree
from units.models import Party, Unit

BATCH = 500


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an exclusion concerns. Units: units of the campaign; points of each of them, within the maximum."""

    units: int
    points: Decimal


def exclusions_of(campaign: Campaign) -> list[Exclusion]:
    """All exclusions of a campaign with the members of their groups, in the order of the set."""
    members = Prefetch("party__members", Unit.objects.only("pk"))
    found = campaign.exclusions.select_related("criterion", "party__unit", "by").prefetch_related(members)
    return list(found.order_by("criterion__position", "party__name", "pk"))


def units_of(party: Party) -> set[int]:
    """The units that a party stands for: itself, or its members."""
    members = {unit.pk for unit in party.members.all()}
    return members | ({party.unit_id} if party.unit_id else set())


def parties_of(campaign: Campaign) -> QuerySet[Party]:
    """Units and groups of the office with at least one unit of the campaign, by name."""
    units = campaign.results.values("unit")
    found = Party.objects.filter(owner=campaign.office_id).filter(Q(unit__in=units) | Q(members__in=units))
    return found.distinct().order_by("name", "code")


def coverage(exclusion: Exclusion, tree: Tree, units: Iterable[int]) -> Coverage:
    leaves = tree.leaves_below(tree.by_id[exclusion.criterion_id])
    base = (leaf.criterion.max_points for leaf in leaves if leaf.criterion.counts_as == CountsAs.BASE)
    return Coverage(len(units_of(exclusion.party) & set(units)), sum(base, Decimal(0)))


def stray_exclusions(campaign: Campaign) -> list[str]:
    """Codes that exclusions name of another set than the campaign's: its draft was given another one."""
    stray = campaign.exclusions.exclude(criterion__criteria_set=campaign.criteria_set_id)
    return sorted(set(stray.values_list("criterion__code", flat=True)))


def excluded_rows(campaign: Campaign, *, without: Exclusion | None = None) -> dict[tuple[int, int], int]:
    """The exclusion of each row that has one. Shapes: keyed by the primary keys of unit and leaf."""
    tree = Tree.of(campaign.criteria_set)
    units = set(UnitResult.objects.filter(campaign=campaign).values_list("unit", flat=True))
    rows: dict[tuple[int, int], int] = {}
    found = [each for each in exclusions_of(campaign) if each != without and each.criterion_id in tree.by_id]
    # The nearest one is written last: deeper criteria after those above, a unit after its groups.
    for exclusion in sorted(found, key=lambda each: nearness(each, tree.by_id[each.criterion_id])):
        for leaf in tree.leaves_below(tree.by_id[exclusion.criterion_id]):
            for unit in units_of(exclusion.party) & units:
                rows[unit, leaf.criterion.pk] = exclusion.pk
    return rows


def nearness(exclusion: Exclusion, node: Node) -> tuple[int, bool, int]:
    return node.depth, exclusion.party.unit_id is not None, -exclusion.pk


def apply_exclusions(campaign: Campaign, *, without: Exclusion | None = None) -> list[Score]:
    """Write on each row by which exclusion it does not apply, settle the rows for which that changes; these rows.

    `without` leaves out an exclusion that is about to be deleted. What the unit and the appraisers wrote stays.
    """
    wanted = excluded_rows(campaign, without=without)
    changed = []
    for score in concerned(campaign, wanted):
        exclusion = wanted.get((score.sheet.unit_id, score.criterion_id))
        if exclusion != score.exclusion_id:
            score.exclusion_id = exclusion
            changed.append(score)
    if not changed:
        return []
    Score.objects.bulk_update(changed, ["exclusion"], batch_size=BATCH)
    settle_rows(campaign, with_branches(Score.objects.filter(pk__in=[score.pk for score in changed])))
    settle_sheets(campaign, {score.sheet_id for score in changed})
    return changed


def concerned(campaign: Campaign, wanted: Mapping[tuple[int, int], int]) -> Iterable[Score]:
    """Rows that are excluded now or are to be, without looking at any other."""
    units, leaves = {unit for unit, _leaf in wanted}, {leaf for _unit, leaf in wanted}
    rows = Score.objects.filter(sheet__campaign=campaign).filter(
        Q(exclusion__isnull=False) | Q(sheet__unit__in=units, criterion__in=leaves)
    )
    return rows.select_related("sheet", "criterion")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What does not apply to one unit: an exclusion with all its rows, or a single row whose claim was granted.

    `approved_by` names who approved an exclusion; of a granted claim `granted_by` and `granted_on` are set.
    Units: points within the maximum.
    """

    code: str
    title: str
    points: Decimal
    reason: str
    approved_by: str = ""
    granted_by: str = ""
    granted_on: date | None = None


def left_out_of(scores: QuerySet[Score]) -> tuple[LeftOut, ...]:
    """What does not apply to the unit whose rows are given, in the order of the set (three queries)."""
    rows = with_state(scores).filter(state_now=RowState.NOT_APPLICABLE.value)
    found = rows.select_related("criterion", "exclusion__criterion").prefetch_related("appraisals__by")
    parts: dict[tuple[str, int], LeftOut] = {}
    for row in found.order_by("criterion__position"):
        part = excluded_part(row) if row.exclusion else granted_part(row)
        key = ("exclusion", row.exclusion_id) if row.exclusion_id else ("row", row.pk)
        before = parts.get(key)
        parts[key] = replace(before, points=before.points + part.points) if before else part
    return tuple(parts.values())


def points_left_out(row: Score) -> Decimal:
    return row.criterion.max_points if row.criterion.counts_as == CountsAs.BASE else Decimal(0)


def excluded_part(row: Score) -> LeftOut:
    assert row.exclusion is not None
    above = row.exclusion.criterion
    return LeftOut(above.code, above.title, points_left_out(row), row.exclusion.reason, row.exclusion.approved_by)


def granted_part(row: Score) -> LeftOut:
    last = last_round(row.appraisals.all())
    return LeftOut(
        row.criterion.code,
        row.criterion.title,
        points_left_out(row),
        row.reason or (last.reason if last else ""),
        granted_by=str(last.by) if last else "",
        granted_on=timezone.localdate(last.at) if last else None,
    )

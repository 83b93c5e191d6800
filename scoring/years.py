"""Results of several years beside each other: which campaigns follow each other, and whether their sets compare.

Two years can be compared where the same facts earn the same: where most points of either set hang on criteria that
are in both, paired as `scoring.difference` does, with the same maximum and the same method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

from django.db.models import Q, QuerySet

from scoring.comparable import predecessors
from scoring.content import CriterionContent, SetContent
from scoring.difference import differences_between
from scoring.leaves import NotFrozen, frozen_set, leaves_of
from scoring.models import PUBLIC, Campaign, CriteriaSet, UnitResult
from scoring.rules import CountsAs
from units.models import Lineage
from units.models.units import LineageKind

# Units: percent of the points of either set that must hang on unchanged criteria.
ENOUGH = Decimal(80)
MOST_YEARS = 6
# What a unit was before, if nothing but its name changed.
WHOLE = (LineageKind.UNCHANGED, LineageKind.RENAMED)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Year:
    """One campaign. Shapes: `indexes` by unit; `shared` says how much of both sets is the same as the year before.

    Units: percent; `shared` is None for the first year.
    """

    year: int
    campaign: int
    criteria_set: int
    indexes: Mapping[int, Decimal]
    shared: Decimal | None = None

    @property
    def follows(self) -> bool:
        """Whether it can be compared with the year before."""
        return self.shared is not None and self.shared >= ENOUGH

    @property
    def mean(self) -> Decimal | None:
        """The mean index of all units that have one. Rounding: two decimals, half-up."""
        if not self.indexes:
            return None
        total = sum(self.indexes.values(), Decimal(0))
        return (total / len(self.indexes)).quantize(CENT, ROUND_HALF_UP)


def years_of(campaign: Campaign, results: QuerySet[UnitResult]) -> tuple[Year, ...]:
    """This campaign and the published ones before it, one a year, of those whose `results` the reader may see.

    One query; more only while the process does not know the sets. A unit without an index is not among them.
    """
    before = Lineage.objects.filter(successor=campaign.owner_id, kind__in=WHOLE).values("predecessor")
    rows = results.filter(
        Q(campaign=campaign) | Q(campaign__status__in=PUBLIC, campaign__year__lt=campaign.year),
        Q(campaign__owner=campaign.owner_id) | Q(campaign__owner__in=before),
        campaign__external=campaign.external,
        campaign__training=campaign.training,
        campaign__criteria_set__unit_type=campaign.criteria_set.unit_type,
        campaign__year__gt=campaign.year - MOST_YEARS,
        index__isnull=False,
    ).order_by("campaign__year", "campaign")
    columns = rows.values_list("campaign__year", "campaign", "campaign__criteria_set", "unit", "index")
    # Of two campaigns of a year the later one counts.
    found: dict[int, Year] = {}
    for (year, pk, criteria_set), members in groupby(columns.iterator(chunk_size=2000), key=itemgetter(0, 1, 2)):
        indexes = {unit: index for *_campaign, unit, index in members if index is not None}
        found[year] = Year(year, pk, criteria_set, indexes)
    return joined(list(found.values()))


def joined(years: Sequence[Year]) -> tuple[Year, ...]:
    """Each year with what it shares with the one before."""
    shared = [None, *(shared_percent(before.criteria_set, year.criteria_set) for before, year in pairwise(years))]
    return tuple(replace(year, shared=each) for year, each in zip(years, shared, strict=False))


def of_unit(years: Iterable[Year], unit: int) -> tuple[Year, ...]:
    """The years from the first in which the unit has an index, under this name or an earlier one."""
    names = {unit, *renamed(unit)}
    found: list[Year] = []
    for year in years:
        mine = {key: index for key, index in year.indexes.items() if key in names}
        if mine or found:
            found.append(replace(year, indexes=mine, shared=year.shared if found else None))
    return tuple(found)


def renamed(unit: int) -> set[int]:
    """What the unit was called before, where it went over whole and nothing else went into it."""
    before = predecessors([unit]).get(unit, {})
    return {pk for pk, kind in before.items() if kind in WHOLE} if len(before) == 1 else set()


def shared_percent(before: int, after: int) -> Decimal:
    """How many points of either set, the smaller share of the two, hang on criteria that both have alike.

    Shapes: primary keys. Units: percent.
    """
    if before == after:
        return Decimal(100)
    try:
        sets = frozen_set(before), frozen_set(after)
    except NotFrozen:
        sets = CriteriaSet.objects.get(pk=before), CriteriaSet.objects.get(pk=after)
        return _shared(*sets)
    return _shared_of_frozen(before, sets[0].revision, after, sets[1].revision)


@lru_cache(maxsize=32)
def _shared_of_frozen(before: int, _revision: int, after: int, _later_revision: int) -> Decimal:
    return _shared(frozen_set(before), frozen_set(after))


def _shared(before: CriteriaSet, after: CriteriaSet) -> Decimal:
    contents = [SetContent.of(leaves_of(each).tree) for each in (before, after)]
    found = differences_between(*contents)
    other_rule = {change.after.code for change in found.changed if change.changes_rule}
    alike = {old: new for old, new in found.pairs.items() if new not in other_rule}
    old, new = (base_leaves(content) for content in contents)
    shares = [
        share(sum(each.max_points for each in old if each.code in alike), old),
        share(sum(each.max_points for each in new if each.code in set(alike.values())), new),
    ]
    return min(shares)


def base_leaves(content: SetContent) -> list[CriterionContent]:
    """What is scored within the maximum."""
    above = {each.parent for each in content.criteria}
    return [each for each in content.criteria if each.code not in above and each.counts_as == CountsAs.BASE]


def share(points: Decimal | int, leaves: Iterable[CriterionContent]) -> Decimal:
    total = sum((each.max_points for each in leaves), Decimal(0))
    return Decimal(points) * 100 / total if total else Decimal(0)

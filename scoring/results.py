"""Results as pages, exports and reports read them, and where published figures differ from computed ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.models import Campaign, UnitResult
from scoring.rules import RankRule, rank
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure published elsewhere that the portal does not compute.

    Shapes: `key` is the attribute of the result, or `field_<code>_earned` and `field_<code>_max`.
    """

    unit: Unit
    key: str
    what: str
    published: Decimal | int | str
    computed: Decimal | int | str | None


def differences(campaign: Campaign) -> list[Difference]:
    """Every published figure of a campaign that differs from the computed one, by unit (two queries)."""
    results = campaign.results.select_related("campaign", "unit", "grade")
    results = results.prefetch_related("fields__criterion")
    rows = list(results.order_by("unit__code"))
    published_ranks = ranks_by_published_index(rows, RankRule(campaign.rank_rule))
    return [found for result in rows for found in result_differences(result, published_ranks)]


def result_differences(result: UnitResult, published_ranks: Mapping[int, int | None]) -> list[Difference]:
    """The differences of one unit.

    A rank that was printed is compared like any figure. A rank that only follows from the printed indexes is
    named where a figure of the unit itself differs: other units move because of that one, not by a fault of
    their own.
    """
    found = [
        Difference(result.unit, key, what, published, computed)
        for key, what, published, computed in figure_pairs(result)
        if published is not None and published != computed
    ]
    if result.campaign.external:
        # Of the parent's units the portal knows only this one.
        return found
    printed = result.published_rank
    follows = published_ranks.get(result.unit_id) if found else None
    rank_before = printed if printed is not None else follows
    if rank_before is not None and rank_before != result.rank:
        found.append(Difference(result.unit, "rank", _("Rank"), rank_before, result.rank))
    return found


Pair = tuple[str, str, Decimal | str | None, Decimal | str | None]


def figure_pairs(result: UnitResult) -> Iterable[Pair]:
    """Published and computed figures of a unit and its fields: key, name, published, computed."""
    yield "earned_points", _("Points"), result.published_points, result.earned_points
    yield (
        "applicable_max_points",
        _("Applicable maximum"),
        result.published_max_points,
        result.applicable_max_points,
    )
    yield "index", _("Index"), result.published_index, result.index
    grade = result.grade.name if result.grade else None
    yield "grade", _("Grade"), result.published_grade or None, grade
    for each in result.fields.all():
        code = each.criterion.code
        earned = _("Points of field %(code)s") % {"code": code}
        yield f"field_{code}_earned", earned, each.published_points, each.earned_points
        highest = _("Maximum of field %(code)s") % {"code": code}
        yield f"field_{code}_max", highest, each.published_max_points, each.applicable_max_points


def published_rank(result: UnitResult, published_ranks: Mapping[int, int | None]) -> int | None:
    """The rank printed; where only indexes were printed, the rank that follows from them."""
    return result.published_rank if result.published_rank is not None else published_ranks.get(result.unit_id)


def ranks_by_published_index(results: Iterable[UnitResult], rule: RankRule) -> dict[int, int | None]:
    """Ranks that follow from the published indexes, inside each block; empty when none was published."""
    found: dict[int, int | None] = {}
    rows = [each for each in results if each.published_index is not None]
    for block in {each.block for each in rows}:
        found |= rank({each.unit_id: each.published_index for each in rows if each.block == block}, rule)
    return found

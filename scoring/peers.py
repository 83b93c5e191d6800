"""Rows whose points depend on the other units: they are compared once the round is over."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from scoring.models import DECIDED, Campaign, Criterion, Score
from scoring.rules import METHODS, LeafState, Method, decode
from scoring.settling import BATCH, last_round, settle_rows, with_branches

COMPARED = tuple(name for name, method in METHODS.items() if method.needs_peers)


def settle_peers(campaign: Campaign, *, is_over: bool) -> None:
    """Give the rows that are compared their points, or take them back when the round goes on.

    Only decided sheets take part. The parent outside the portal compares units that are not known here.
    """
    leaves = list(campaign.criteria_set.criteria.filter(method__in=COMPARED))
    if not leaves or campaign.external:
        return
    rows = Score.objects.filter(sheet__campaign=campaign, criterion__in=leaves)
    if is_over:
        rows = rows.filter(sheet__status__in=DECIDED)
    pools = {leaf.pk: amounts(campaign, leaf) for leaf in leaves} if is_over else {}
    settle_rows(campaign, with_branches(rows), pools=pools)


def amounts(campaign: Campaign, leaf: Criterion) -> list[Fraction]:
    """The amounts of all units that are compared in a leaf, of earlier years too where its method says so."""
    found = [*amounts_of_round(campaign, leaf)]
    method = leaf.scoring_method(campaign.criteria_set)
    for earlier in earlier_rounds(campaign, years=getattr(method, "years", 1)):
        then = earlier.criteria_set.criteria.filter(code=leaf.code, method__in=COMPARED).first()
        if then is not None and measures_alike(method, then.scoring_method(earlier.criteria_set)):
            found += amounts_of_round(earlier, then)
    return found


def measures_alike(method: Method, other: Method) -> bool:
    """Whether amounts of both can stand in one line: numbers beside numbers, percentages beside percentages."""
    return getattr(method, "unit", "") == getattr(other, "unit", "")


def earlier_rounds(campaign: Campaign, *, years: int) -> Iterable[Campaign]:
    """Published campaigns of the same owner in the `years` that end with the campaign's own, without that one."""
    rounds = Campaign.objects.published().filter(
        owner=campaign.owner_id,
        external=False,
        training=campaign.training,
        year__lt=campaign.year,
        year__gt=campaign.year - years,
    )
    return rounds.select_related("criteria_set").order_by("year", "pk") if years > 1 else ()


def amounts_of_round(campaign: Campaign, leaf: Criterion) -> Iterable[Fraction]:
    """The amounts of the decided sheets of one campaign; points given without facts are compared with nobody."""
    method = leaf.scoring_method(campaign.criteria_set)
    rows = Score.objects.filter(
        sheet__campaign=campaign, sheet__status__in=DECIDED, criterion=leaf, exclusion=None
    ).prefetch_related("appraisals")
    for row in rows.iterator(chunk_size=BATCH):
        last = last_round(row.appraisals.all())
        if last is not None and last.state == LeafState.ANSWERED and last.answers:
            amount = method.amount(decode(method.inputs(), last.answers))
            if amount is not None:
                yield amount

"""The sums of the database are those of the rules, to the last digit, on generated sets."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.computing import compute_campaign, stored_sums
from scoring.content import CriterionContent
from scoring.counting import Counting
from scoring.models import Campaign, Exclusion, Score
from scoring.models.criteria import uncommon_of_frozen
from scoring.rules import (
    ExtraPoints,
    LeafState,
    RoundAt,
    Rounding,
    decode,
    index_of,
    knock_out,
    score_leaf,
    totals,
)
from scoring.settling import excluded_outcome, settle_campaign, settle_rows
from scoring.simulation import PointsChange, present, with_points
from scoring.standings import Grading
from tests.scoring.counted import counted_round, node
from tests.world import World
from units.models import Party

steps = st.sampled_from([Decimal("0.01"), Decimal("0.25")])


@st.composite
def branches(draw: st.DrawFn, code: str, kind: str, depth: int) -> list[CriterionContent]:
    """A criterion with what lies below it: a leaf, or a group of one to three."""
    if depth == 0 or draw(st.booleans()):
        maximum = draw(st.integers(1, 12)) * Decimal("0.25")
        policy = draw(st.sampled_from(["exclude", "full", "zero"]))
        return [node(code, str(maximum), "points", counts_as=kind, no_case_policy=policy)]
    below = [draw(branches(f"{code}.{place}", kind, depth - 1)) for place in range(1, draw(st.integers(2, 4)))]
    total = sum((each[0].max_points for each in below), Decimal(0))
    # The cap of a group may lie below what its items add up to.
    cap = total if kind == "base" else max(each[0].max_points for each in below)
    top = node(code, str(cap), counts_as=kind, knock_out=kind == "base" and draw(st.booleans()))
    return [top, *(each for members in below for each in members)]


@st.composite
def sets(draw: st.DrawFn) -> list[CriterionContent]:
    """One to three fields within the maximum, then perhaps a bonus and a penalty."""
    kinds = ["base"] * draw(st.integers(1, 3)) + draw(st.lists(st.sampled_from(["bonus", "penalty"]), max_size=3))
    found = [draw(branches(str(place), kind, 3)) for place, kind in enumerate(kinds, start=1)]
    return [each for members in found for each in members]


def fill(campaign: Campaign, exclusion: Exclusion, draw: Any) -> None:
    """Every row in some state, a true 0 often among them."""
    rows = list(Score.objects.filter(sheet__campaign=campaign).select_related("criterion"))
    for row in rows:
        row.state = draw(st.sampled_from(["not_answered", "no_case", "answered", "answered", "answered"]))
        row.exclusion = exclusion if draw(st.integers(0, 9)) == 0 else None
        quarters = draw(st.sampled_from([0, 1, 1, 1]) if row.state == "answered" else st.just(0))
        points = min(row.criterion.max_points, Decimal("0.25") * draw(st.integers(1, 12))) * quarters
        row.answers = {"points": str(points)} if row.state == "answered" else {}
    Score.objects.bulk_update(rows, ["state", "exclusion", "answers"])
    settle_rows(campaign, Score.objects.filter(sheet__campaign=campaign))
    settle_campaign(campaign)


def by_rules(campaign: Campaign, unit: int) -> tuple[Any, Decimal | None]:
    """A sheet from its facts by the rules alone."""
    criteria_set = campaign.criteria_set
    criteria = list(criteria_set.criteria.order_by("position"))
    counting = Counting.of(criteria_set, criteria)
    rows = {row.criterion_id: row for row in Score.objects.filter(sheet__campaign=campaign, sheet__unit=unit)}
    outcomes = {}
    for leaf in (each for each in criteria if each.pk in rows):
        method, row = leaf.scoring_method(criteria_set), rows[leaf.pk]
        said = score_leaf(method, LeafState(row.state), decode(method.inputs(), row.answers))
        outcomes[leaf.code] = excluded_outcome() if row.exclusion_id else said
    counted = knock_out(outcomes, counting.knock_outs)
    leaves = (counting.leaf(leaf, counted[leaf.code]) for leaf in criteria if leaf.code in counted)
    found = totals(leaves, counting.rules)
    return found, index_of(found, counting.rules)


def results(campaign: Campaign) -> Iterator[tuple[int, list[Decimal], Decimal | None]]:
    for each in campaign.results.all():
        figures = [each.earned_points, each.applicable_max_points, each.bonus_points, each.penalty_points]
        yield each.unit_id, figures, each.index


def simulated_as_it_is(campaign: Campaign, grading: Grading, row: Score) -> Decimal | None:
    """The index of a unit when one of its rows is given the points that it has by itself."""
    change = PointsChange(row.sheet.unit.code, row.criterion, Decimal(row.answers["points"]))
    tried = with_points(campaign, grading, change).results
    return next(each.index for each in tried if each.unit_id == row.sheet.unit_id)


unhurried = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@unhurried
@given(st.data())
def test_the_sums_of_the_database_are_those_of_the_rules(world: World, data: st.DataObject) -> None:
    uncommon_of_frozen.cache_clear()  # each example uses the primary key of the one before it again
    with transaction.atomic():
        round_at = data.draw(st.sampled_from(RoundAt))
        campaign = counted_round(
            world,
            tuple(data.draw(sets())),
            point_step=data.draw(steps),
            rounding=data.draw(st.sampled_from(Rounding)).value,
            round_at=round_at.value,
            extra_points=data.draw(st.sampled_from(ExtraPoints)).value,
        )
        exclusion = Exclusion.objects.create(
            campaign=campaign,
            criterion=campaign.criteria_set.criteria.all()[0],
            party=Party.objects.get(owner=world.district, code="G_XA"),
            reason="không có",
            approved_by="UBND huyện",
            by=world.coordinator,
        )
        fill(campaign, exclusion, data.draw)
        sums = compute_campaign(campaign)
        for unit, figures, index in results(campaign):
            found, reached = by_rules(campaign, unit)
            assert sums[unit].totals == found
            assert sums[unit].index == index == reached
            assert figures == [found.earned, found.applicable_max, found.bonus, found.penalty]
            sheet = campaign.sheets.select_related("campaign__criteria_set").get(unit=unit)
            assert stored_sums(sheet) == sums[unit]
        grading = present(campaign)
        answered = Score.objects.filter(sheet__campaign=campaign, state="answered", exclusion=None)
        in_branches = answered.exclude(criterion__knock_out_branch=None)
        for row in in_branches.select_related("sheet__unit", "criterion")[:3]:
            assert simulated_as_it_is(campaign, grading, row) == sums[row.sheet.unit_id].index
        transaction.set_rollback(True)

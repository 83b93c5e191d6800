"""How long a campaign of 10,035 units × 100 leaves takes to compute, beside the bare sums in SQL."""

from __future__ import annotations

import random
import resource
from collections.abc import Callable, Mapping
from decimal import Decimal
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from scoring.computing import SheetSums, compute_campaign
from scoring.counting import Counting
from scoring.models import Campaign, Score, UnitResult
from scoring.rules import grade, index_of, knock_out, rank, totals
from scoring.settling import outcome_of, settle_campaign
from scoring.standings import settle_standings
from script.benchmarks.compute_data import CODE
from script.benchmarks.figures import Figure

ROUNDS = 5
SAMPLE = 200
BARE = """
    SELECT sheet.unit_id, coalesce(criterion.section_id, criterion.id), criterion.counts_as,
           sum(score.points), sum(score.counted_max_points), count(*) FILTER (WHERE score.points IS NULL)
      FROM scoring_score score
      JOIN scoring_scoresheet sheet ON sheet.id = score.sheet_id
      JOIN scoring_criterion criterion ON criterion.id = score.criterion_id
     WHERE sheet.campaign_id = %s
     GROUP BY 1, 2, 3
"""


def measure() -> list[Figure]:
    campaign = Campaign.objects.select_related("criteria_set", "grade_scale").get(code=CODE)
    sql, whole = [], []
    for _round in range(ROUNDS):
        sql.append(seconds(lambda: bare_sums(campaign)))
        whole.append(seconds(lambda: computed(campaign)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with transaction.atomic():
        first = seconds(lambda: settle_campaign(campaign))
    with transaction.atomic():
        again = seconds(lambda: settle_campaign(campaign))
    with transaction.atomic():
        final = seconds(lambda: settle_standings(campaign))
    sums, ranks = computed(campaign)
    wrong = mismatches(campaign, sums, ranks)
    return [
        Figure("compute.units", len(sums), "", "units of 100 leaves each"),
        Figure(
            "compute.sql_seconds", round(median(sql), 3), "s", "sums by unit, field, kind in bare SQL (median)"
        ),
        Figure("compute.seconds", round(median(whole), 3), "s", "sums, caps, index, grade and rank (median)"),
        Figure("compute.ratio_to_sql", round(median(whole) / median(sql), 2), "", "one to the other", at_most=3),
        Figure("compute.process_mb", round(memory, 1), "MB", "peak memory of the computing process", at_most=300),
        Figure("compute.mismatches", wrong, "", f"of {SAMPLE} random units scored again leaf by leaf", at_most=0),
        Figure("compute.store_seconds", round(first, 2), "s", "compute and store all results and fields, no rank"),
        Figure("compute.store_again_seconds", round(again, 2), "s", "the same when nothing has changed"),
        Figure("compute.standings_seconds", round(final, 2), "s", "final grades in steps and ranks, stored"),
    ]


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def bare_sums(campaign: Campaign) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [campaign.pk])
        return len(cursor.fetchall())


Ranks = Mapping[int, int | None]


def computed(campaign: Campaign) -> tuple[Mapping[int, SheetSums], Ranks]:
    """Sums, caps, index and grade of every unit, and its rank in its block. Shapes: by primary key of the unit."""
    sums = compute_campaign(campaign)
    blocks: dict[str, dict[int, Decimal | None]] = {}
    for unit, block in campaign.results.values_list("unit", "block"):
        blocks.setdefault(block, {})[unit] = sums[unit].index
    ranks = {unit: place for members in blocks.values() for unit, place in rank(members).items()}
    return sums, ranks


def mismatches(campaign: Campaign, sums: Mapping[int, SheetSums], ranks: Ranks) -> int:
    """Units of a random sample of which anything differs when their rows are scored again, one by one."""
    blocks = dict(UnitResult.objects.filter(campaign=campaign).values_list("unit", "block"))
    sample = random.sample(sorted(sums), SAMPLE)
    return sum(
        by_hand(campaign, unit) != sums[unit] or place(unit, blocks, sums) != ranks[unit] for unit in sample
    )


def by_hand(campaign: Campaign, unit: int) -> SheetSums:
    """A sheet from the facts of its rows, by the rules alone."""
    criteria_set = campaign.criteria_set
    criteria = {each.pk: each for each in criteria_set.criteria.order_by("position")}
    counting = Counting.of(criteria_set, criteria.values())
    outcomes = {}
    for row in Score.objects.filter(sheet__campaign=campaign, sheet__unit=unit):
        leaf = criteria[row.criterion_id]
        outcomes[leaf.code] = outcome_of(row, (), leaf.scoring_method(criteria_set))
    counted = knock_out(outcomes, counting.knock_outs)
    leaves = (counting.leaf(leaf, counted[leaf.code]) for leaf in criteria.values() if leaf.code in counted)
    found = totals(leaves, counting.rules)
    reached = index_of(found, counting.rules)
    return SheetSums(found, reached, grade(reached, campaign.grade_scale.bands() if campaign.grade_scale else ()))


def place(unit: int, blocks: Mapping[int, str], sums: Mapping[int, SheetSums]) -> int:
    """The rank by counting: one more than the units of the block with a higher index."""
    own = sums[unit].index
    higher = (each.index for other, each in sums.items() if blocks[other] == blocks[unit])
    return 1 + sum(index is not None and own is not None and index > own for index in higher)

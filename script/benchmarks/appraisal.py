"""Eight appraisers, each a process, save four hundred rows of the same four sheets for a minute."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

from scoring.computing import compute_campaign
from scoring.models import Appraisal, Campaign, Score, SheetStatus, UnitResult
from script.benchmarks.appraisal_data import APPRAISERS, CAMPAIGN
from script.benchmarks.appraisers import Job, Report, at_once, rows_of
from script.benchmarks.figures import Figure

SECONDS = 60.0
ROWS = 400


def measure() -> list[Figure]:
    rows = Score.objects.for_people().filter(
        sheet__campaign__code=CAMPAIGN, sheet__status=SheetStatus.SUBMITTED, criterion__max_points__gt=0
    )
    scores = list(rows.select_related("criterion").order_by("pk")[:ROWS])
    campaign = Campaign.objects.select_related("criteria_set").get(code=CAMPAIGN)
    work = rows_of(scores, campaign.criteria_set.leaf_step)
    jobs = [Job(f"appraiser-{number}", work[number::APPRAISERS], seconds=SECONDS) for number in range(APPRAISERS)]
    reports = at_once(jobs)
    times = [each for report in reports for each in report.times]
    return [
        Figure("appraisal.rows", len(work), "", f"rows of the same sheets, saved by {APPRAISERS} processes"),
        Figure("appraisal.saves", len(times), "", f"saves in {SECONDS:g} s"),
        Figure("appraisal.saves_per_second", round(len(times) / SECONDS), "/s", "of all together"),
        Figure("appraisal.median_ms", round(median(times) * 1000, 1), "ms", "one save, waiting included"),
        Figure("appraisal.p95_ms", round(quantiles(times, n=20)[-1] * 1000, 1), "ms", "95 of 100 are quicker"),
        Figure("appraisal.errors", sum(len(each.errors) for each in reports), "", "answers no receipt", at_most=0),
        Figure("appraisal.lost", lost(reports), "", "rows that do not hold what was saved last", at_most=0),
        Figure("appraisal.wrong_sums", wrong_sums(campaign), "", "sheets whose stored sum is not", at_most=0),
    ]


def lost(reports: Sequence[Report]) -> int:
    wanted = {score: given for report in reports for score, given in report.last.items()}
    stored = {each.score_id: (each.points, each.version) for each in Appraisal.objects.filter(score__in=wanted)}
    return sum(stored.get(score) != given for score, given in wanted.items())


def wrong_sums(campaign: Campaign) -> int:
    stored = dict(UnitResult.objects.filter(campaign=campaign).values_list("unit", "earned_points"))
    return sum(stored[unit] != sums.totals.earned for unit, sums in compute_campaign(campaign).items())

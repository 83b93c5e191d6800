"""Appraisers at work at the same time, each a process of its own with its own connections.

`work` is what one of them does: save rows of the appraisal through the portal's own views, again and again, and
report every answer that was not a receipt. `at_once` runs many of them. The test of the appraisal's concurrency
and the benchmark use the same two.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from time import monotonic
from typing import Any

from django.db import connections
from django.test import Client
from django.urls import reverse

from scoring.models import Score
from units.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row to appraise: its address, and the steps in which it takes points up to its maximum."""

    score: int
    url: str
    maximum: Decimal
    step: Decimal

    def points(self, turn: int) -> Decimal:
        """Another value at every turn, possible in this row."""
        steps = int(self.maximum / self.step)
        return self.step * ((self.score + turn) % (steps + 1))


@dataclass(frozen=True, slots=True)
class Job:
    """What one appraiser does: every row once, or all of them again and again for so many seconds."""

    username: str
    rows: Sequence[Row]
    seconds: float = 0.0


@dataclass
class Report:
    """What came of it. Shapes: `last` are the points saved last, by row; `times` in seconds; `errors` in words."""

    last: dict[int, tuple[Decimal, int]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def rows_of(scores: Sequence[Score], step: Decimal) -> list[Row]:
    """The rows of scores that were read with their criterion."""
    return [
        Row(
            score=score.pk,
            url=reverse("appraisal_row", args=[score.sheet_id, score.criterion_id]),
            maximum=score.criterion.max_points,
            step=step,
        )
        for score in scores
    ]


def turns(job: Job) -> Iterator[tuple[Row, int]]:
    """The rows with the number of their turn: the version that the row has before it."""
    end, count = monotonic() + job.seconds, len(job.rows)
    for number, row in enumerate(cycle(job.rows)):
        if number >= count and monotonic() >= end:
            return
        yield row, number // count


def work(job: Job) -> Report:
    """Save the rows of one appraiser, one after the other."""
    client = Client(headers=HTMX, SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=job.username), backend=BACKEND)
    report = Report()
    for row, turn in turns(job):
        given = row.points(turn)
        data = {"version": str(turn), "points": str(given).replace(".", ","), "reason": f"Lần {turn + 1}"}
        start = monotonic()
        try:
            response = client.post(row.url, data)
        except Exception as error:  # noqa: BLE001 (a deadlock is to be reported, not to end the work)
            report.errors.append(f"{row.url}: {type(error).__name__}: {error}")
            continue
        report.times.append(monotonic() - start)
        if response.status_code == 200:
            report.last[row.score] = (given, turn + 1)
        else:
            report.errors.append(f"{row.url}: {response.status_code} {response.content.decode()[:500]}")
    connections.close_all()
    return report


def at_once(jobs: Sequence[Job]) -> list[Report]:
    """Run each job in a process of its own, all at the same time.

    The processes are copies of this one: it must hold no connection that they would share.
    """
    connections.close_all()
    context: Any = multiprocessing.get_context("fork")
    with context.Pool(len(jobs)) as pool:
        return list(pool.map(work, jobs, chunksize=1))

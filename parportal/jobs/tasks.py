"""What a worker does with a job: run its handler once, keep its outcome once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import task

from parportal.jobs.models import Job, JobState

logger = logging.getLogger(__name__)

# A handler does the slow work and returns the function that keeps it. That function runs in the
# transaction which
# ends the job, so work that was replaced meanwhile, or whose worker died, leaves nothing behind.
Keep = Callable[[], dict[str, Any]]


class JobFailed(Exception):
    """The work cannot be done; the text tells the person why and what to do."""


class Superseded(Exception):
    """This run was taken for dead and another one has replaced it."""


class Progress:
    """Given to a handler: says how far it is, which is also the sign that its worker lives.

    Raises: Superseded when called by a run that was replaced.
    """

    def __init__(self, job_id: int, attempt: str) -> None:
        self._mine = Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.RUNNING)

    def __call__(self, done: int, total: int) -> None:
        if not self._mine.update(done=done, total=total, heartbeat_at=timezone.now()):
            raise Superseded


@task()
def run_job(job_id: int, attempt: str) -> None:
    """Run a queued job, unless it was given to another run since this task was queued."""
    job = claim(job_id, attempt)
    if job is None:
        return
    with translation.override(job.language):
        try:
            keep = import_string(job.handler)(Progress(job.pk, attempt), **job.arguments)
            with transaction.atomic():
                lock(job.pk, attempt)
                end(job.pk, attempt, state=JobState.DONE, result=keep())
        except Superseded:
            logger.warning("job %s: this run was replaced and keeps nothing", job.pk)
        except JobFailed as failure:
            end(job.pk, attempt, state=JobState.FAILED, error=str(failure))
        except Exception:
            logger.exception("job %s (%s) failed", job.pk, job.handler)
            end(job.pk, attempt, state=JobState.FAILED, error=unexpected(job))


def claim(job_id: int, attempt: str) -> Job | None:
    """Mark the job as running, if it still waits for this attempt."""
    now = timezone.now()
    mine = Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.QUEUED)
    if not mine.update(state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1):
        return None
    return Job.objects.get(pk=job_id)


def lock(job_id: int, attempt: str) -> None:
    """Hold the job's row until the transaction ends.

    Raises: Superseded.
    """
    mine = Job.objects.select_for_update().filter(pk=job_id, attempt=attempt, state=JobState.RUNNING)
    if not mine.exists():
        raise Superseded


def end(job_id: int, attempt: str, *, state: JobState, **outcome: Any) -> None:
    Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.RUNNING).update(
        state=state, finished_at=timezone.now(), **outcome
    )


def unexpected(job: Job) -> str:
    return _(
        "Something went wrong that the portal did not expect. Nothing was changed. Try again; if it "
        "happens again, "
        "tell the administrator the number of this job: %(number)s."
    ) % {"number": job.pk}

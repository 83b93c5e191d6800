"""Starting background work, and reviving work whose worker died."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from parportal.jobs.models import MAX_ATTEMPTS, Job, JobQuerySet, JobState, new_attempt
from parportal.jobs.tasks import Keep, run_job

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


@transaction.atomic
def start(
    *,
    key: str,
    title: str,
    handler: Callable[..., Keep],
    arguments: Mapping[str, Any],
    page_url: str,
    by: AbstractBaseUser,
) -> Job:
    """Queue `handler(progress, **arguments)` when the transaction commits, and return its job.

    While work of the same key is under way, that job is returned instead; `by` may look at it then.
    `page_url` is the page to go back to.
    """
    job = Job.objects.active().filter(key=key).first()
    if job is None:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    key=key,
                    title=title,
                    handler=f"{handler.__module__}.{handler.__qualname__}",
                    arguments=dict(arguments),
                    language=translation.get_language(),
                    page_url=page_url,
                    requested_by=by,  # type: ignore[misc]  # whatever AUTH_USER_MODEL is
                )
            enqueue_on_commit(job)
        except IntegrityError:
            job = Job.objects.filter(key=key).latest("pk")
    job.watchers.add(by.pk)
    return job


def enqueue_on_commit(job: Job) -> None:
    job_id, attempt = job.pk, job.attempt

    def enqueue() -> None:
        queued = run_job.enqueue(job_id, attempt)
        Job.objects.filter(pk=job_id, attempt=attempt).update(task_id=queued.id)

    transaction.on_commit(enqueue)


def revive_dead(jobs: JobQuerySet | None = None) -> int:
    """Queue again the jobs (of `jobs`, or all) whose worker was not heard of for long; how many.

    A job that has lost its worker too often fails. Pulled by the job's page and by `manage.py revive_jobs`:
    the queue itself never takes up a task whose worker was killed.
    """
    candidates = Job.objects.all() if jobs is None else jobs
    return sum(revive(pk) for pk in candidates.stale().values_list("pk", flat=True))


@transaction.atomic
def revive(job_id: int) -> bool:
    job = Job.objects.stale().select_for_update().filter(pk=job_id).first()
    if job is None or still_waits(job):
        return False
    if job.attempts >= MAX_ATTEMPTS:
        give_up(job)
        return False
    job.state = JobState.QUEUED
    job.attempt = new_attempt()
    job.heartbeat_at = timezone.now()
    job.task_id = ""
    job.save(update_fields=["state", "attempt", "heartbeat_at", "task_id"])
    enqueue_on_commit(job)
    return True


def still_waits(job: Job) -> bool:
    """Whether a job that nobody has begun is only waiting its turn."""
    if job.state != JobState.QUEUED or not job.task_id:
        return False
    try:
        return run_job.get_result(job.task_id).status == TaskResultStatus.READY
    except (TaskResultDoesNotExist, NotImplementedError):
        return False


def give_up(job: Job) -> None:
    with translation.override(job.language):
        job.error = _(
            "The work was broken off %(times)s times before it was done. Nothing was changed. "
            "Tell the administrator the number of this job: %(number)s."
        ) % {"times": job.attempts, "number": job.pk}
    job.state = JobState.FAILED
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "error", "finished_at"])

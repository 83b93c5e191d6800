from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

# A run that has not been heard of for so long is taken for dead. A run that is only slow loses nothing but
# its
# time: it finds that it was replaced and keeps nothing.
STALE_AFTER = timedelta(minutes=2)
MAX_ATTEMPTS = 3


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


ACTIVE = (JobState.QUEUED, JobState.RUNNING)
FINISHED = (JobState.DONE, JobState.FAILED)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> JobQuerySet:
        """The jobs a person asked for, first or while they were already under way."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=self.model.watchers.through.objects.filter(user=user.pk).values("job"))

    def active(self) -> JobQuerySet:
        return self.filter(state__in=ACTIVE)

    def stale(self) -> JobQuerySet:
        return self.active().filter(heartbeat_at__lt=timezone.now() - STALE_AFTER)


def new_attempt() -> str:
    return uuid.uuid4().hex


class Job(models.Model):
    """Background work that a person waits for: what it is, how far it is, what came of it.

    `key` names the work: it is under way once at a time. `handler` is the dotted name of the function that
    does it, called with `arguments`. `attempt` is the token of the run that may write; a revived job gets a
    new one.
    Shapes: `result` holds `url` and `label` of what was made.
    """

    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    handler = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="vi")
    page_url = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    attempt = models.CharField(max_length=32, default=new_attempt)
    attempts = models.PositiveSmallIntegerField(default=0)
    task_id = models.CharField(max_length=64, blank=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="job_one_active_a_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="job_finished_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(error="") | ~Q(state="failed") & Q(error=""),
                name="job_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def is_stale(self) -> bool:
        return not self.is_finished and self.heartbeat_at < timezone.now() - STALE_AFTER

"""What the portal has taken in: receipts of what a browser sent, and files that come in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parportal.prepared import PreparedInsert

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class Receipt(models.Model):
    """The answer to one change that a browser keeps until it has this: sent twice, it is applied once.

    `key` is made by the browser, one for each change. Written in the transaction of the change itself.
    Shapes: `answer` is the body (JSON) that was answered, `status` its HTTP status.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=36)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="receipt_once")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return self.key


ADD_RECEIPT = PreparedInsert(Receipt)


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("being received")
    COMPLETE = "complete", _("complete")
    REFUSED = "refused", _("refused")


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> UploadQuerySet:
        """The person's own uploads."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user.pk)


def upload_path(upload: Upload, filename: str) -> str:
    from parportal.entry.uploads import random_name

    return f"uploads/{random_name('bin')}"


class Upload(models.Model):
    """A file on its way in. It counts only when it is complete: its size and hash were verified by the server.

    `key` is made by the browser. `sha256` is what the sender says of the whole file, in hexadecimal.
    Units: `size` and `received` in bytes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=36)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVING)
    why_refused = models.TextField(blank=True)
    file = models.FileField(upload_to=upload_path, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="upload_once"),
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_not_more_than_its_size"),
            models.CheckConstraint(
                condition=Q(state="complete", completed_at__isnull=False, received=F("size"))
                | ~Q(state="complete") & Q(completed_at=None),
                name="upload_complete_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(why_refused="") | ~Q(state="refused") & Q(why_refused=""),
                name="upload_refused_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UploadPart(models.Model):
    """One part of an upload that has arrived. Units: `offset` and `size` in bytes."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    file = models.FileField(upload_to=upload_path)

    class Meta:
        verbose_name = _("part of an upload")
        verbose_name_plural = _("parts of uploads")
        ordering = ["upload", "offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="upload_part_once")]

    def __str__(self) -> str:
        return f"{self.upload}: {self.offset}"

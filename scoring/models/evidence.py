from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parportal.entry.kept_files import KeptFile
from parportal.entry.uploads import random_name
from plans.models import Document
from scoring.models.campaigns import governing
from scoring.models.sheets import Score, ScoreSheet
from units.access import Role

if TYPE_CHECKING:
    from units.models import User


def stored_path(evidence: Evidence, filename: str) -> str:
    """A random name: neither the sender's file name nor the unit can be guessed from a path."""
    return f"evidence/{random_name(evidence.extension)}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Evidence of the sheets the person sees; an appraiser only that of rows assigned to the agency.

        What no row uses any more, since its criterion was removed, is for the unit and who governs the campaign.
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(sheet__unit__in=user.units_as(Role.OFFICER, Role.LEADER))
        unused = Q(scores=None) & (own | governing(user, "sheet__campaign__"))
        return self.filter(Q(scores__in=Score.objects.visible_to(user)) | unused).distinct()


class Evidence(KeptFile):
    """A document that proves a score: a reference (number, date, issuer, page), a file, or both.

    What was handed in with the sheet never changes and never goes; later documents are marked as late, and a
    correction is a new version (`replaces`), which takes over the rows of the one before.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="evidence")
    scores = models.ManyToManyField(Score, related_name="evidence")
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    title = models.CharField(pgettext_lazy("document", "title"), max_length=300, blank=True)
    page = models.CharField(_("page or section"), max_length=60, blank=True)
    # Of the register, from which words and file were taken over; what became of it there changes nothing here.
    document = models.ForeignKey(
        Document,
        verbose_name=_("document of the register"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    file = models.FileField(upload_to=stored_path, blank=True)
    # Added when the sheet had been submitted already.
    is_late = models.BooleanField(default=False)
    # Copied from last year and not looked at yet.
    to_check = models.BooleanField(default=False)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    # Pages of the preview; none before the worker has made them, or where no preview can be made.
    page_count = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") | ~Q(title="") | ~Q(file=""), name="evidence_names_something"
            ),
            models.CheckConstraint(condition=Q(file="") | ~Q(sha256=""), name="evidence_file_has_its_hash"),
        ]

    def __str__(self) -> str:
        return self.number or self.title or self.original_name


def preview_path(page: EvidencePage, filename: str) -> str:
    return f"previews/{random_name('webp')}"


class EvidencePage(models.Model):
    """The picture of one page of a document, made by the worker. Units: `width` and `height` in pixels."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=preview_path)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("page of a preview")
        verbose_name_plural = _("pages of a preview")
        ordering = ["evidence", "number"]
        constraints = [models.UniqueConstraint(fields=["evidence", "number"], name="evidence_page_once")]

    def __str__(self) -> str:
        return f"{self.evidence}: {self.number}"

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parportal.entry.kept_files import KeptFile
from parportal.entry.uploads import random_name
from plans.models.owned import OwnedQuerySet
from units.access import Role
from units.models import Unit
from units.names import folded

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


def stored_path(document: Document, filename: str) -> str:
    """A random name: neither the sender's file name nor the unit can be guessed from a path."""
    return f"documents/{random_name(document.extension)}"


class DocumentKind(models.TextChoices):
    PLAN = "plan", pgettext_lazy("type of paper", "plan")
    DECISION = "decision", pgettext_lazy("type of paper", "decision")
    REPORT = "report", pgettext_lazy("type of paper", "report")
    LETTER = "letter", pgettext_lazy("type of paper", "official letter")
    NOTICE = "notice", pgettext_lazy("type of paper", "notice")
    RESOLUTION = "resolution", pgettext_lazy("type of paper", "resolution")
    OTHER = "other", pgettext_lazy("type of paper", "other")


class DocumentQuerySet(OwnedQuerySet["Document"]):
    def offered_to(self, user: User, unit: Unit) -> DocumentQuerySet:
        """What the person may hand in as proof for a unit: its own papers, and those of his own office."""
        offices = user.units_as(Role.OFFICER, Role.LEADER)
        return self.visible_to(user).filter(Q(owner=unit) | Q(owner__in=offices))

    def containing(self, text: str) -> DocumentQuerySet:
        """Those that hold every word of `text`, whatever its capitals and diacritics."""
        found = self
        for word in folded(text).split():
            found = found.filter(searched__contains=word)
        return found

    def in_force(self, day: date) -> DocumentQuerySet:
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=day))

    def expired(self, day: date) -> DocumentQuerySet:
        return self.filter(expires_on__lt=day)

    def numbered_as(self, document: Document) -> DocumentQuerySet:
        """The others of the register with its number, from its issuer, in its year."""
        same = self.filter(owner=document.owner_id, numbered=numbered(document.number, document.issuer))
        return same.filter(issued_on__year=document.issued_on.year).exclude(pk=document.pk)

    def with_twins(self) -> DocumentQuerySet:
        """Each with `has_twin`: whether its issuer has used its number once more in that year."""
        same = Document.objects.filter(owner=OuterRef("owner"), numbered=OuterRef("numbered"))
        in_year = same.annotate(year=ExtractYear("issued_on")).filter(year=OuterRef("year"))
        listed = self.annotate(year=ExtractYear("issued_on"))
        return listed.annotate(has_twin=Exists(in_year.exclude(pk=OuterRef("pk"))))


class Document(KeptFile):
    """A paper that an office has issued or was sent, entered when it comes: proof for scores and reports.

    `searched` and `numbered` are kept by the actions: its words without diacritics, for the search; and its number
    with its issuer, by which one that is used twice in a year is found.
    """

    owner = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="documents")
    number = models.CharField(_("number"), max_length=60)
    issued_on = models.DateField(_("date"))
    issuer = models.CharField(_("issuer"), max_length=200)
    subject = models.CharField(_("subject"), max_length=300)
    kind = models.CharField(_("type of paper"), max_length=12, choices=DocumentKind, default=DocumentKind.OTHER)
    field = models.CharField(_("field"), max_length=200, blank=True)
    is_normative = models.BooleanField(_("legal-normative"), default=False)
    expires_on = models.DateField(_("in force until"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to=stored_path, blank=True)
    searched = models.TextField(editable=False)
    numbered = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-issued_on", "-pk"]
        indexes = [models.Index(fields=["owner", "numbered"], name="document_numbered")]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="document_has_a_number"),
            models.CheckConstraint(condition=Q(file="") | ~Q(sha256=""), name="document_file_has_its_hash"),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="document_expires_after_it_was_issued",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_expired(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day


def numbered(number: str, issuer: str) -> str:
    """A number with its issuer as they are compared: "123/BC-UBND" and "123 / bc-ubnd" are one."""
    return f"{folded(number).replace(' ', '')}|{folded(issuer)}"


def searched(document: Document) -> str:
    """All words of a document, without capitals and diacritics."""
    return folded(f"{document.number} {document.subject} {document.issuer} {document.field}")

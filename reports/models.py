from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from parportal.entry.uploads import random_name
from scoring.models import PUBLIC, Campaign, ScoreSheet, SheetStatus, UnitResult
from scoring.models.campaigns import governing
from units.access import Role
from units.models import Unit, User

WRITERS = (Role.LEADER, Role.COORDINATOR)


class Format(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"


class ReportKind(models.TextChoices):
    RESPONSIBILITY_ANALYSIS = "responsibility-analysis", _("Responsibility analysis")


def reportable_by(user: User) -> models.QuerySet[UnitResult]:
    """The published results, of units scored on a sheet, that a person may report on.

    For the leaders and coordinators of the scored unit, and of the office that runs the campaign.
    """
    mine = Q(unit__in=user.units_as(*WRITERS)) | governing(user, "campaign__")
    return with_sheet(UnitResult.objects.visible_to(user).filter(mine))


def near_to(user: User) -> models.QuerySet[UnitResult]:
    """Like `reportable_by`, with the results of every unit the person belongs to: whom to tell what is
    missing.
    """
    mine = Q(unit__in=user.units_as(*WRITERS, Role.OFFICER)) | governing(user, "campaign__")
    return with_sheet(UnitResult.objects.visible_to(user).filter(mine))


def with_sheet(results: models.QuerySet[UnitResult]) -> models.QuerySet[UnitResult]:
    """Results without sheets (old years) and units that never submitted have no lost points to analyse."""
    sheets = ScoreSheet.objects.filter(
        campaign=OuterRef("campaign"), unit=OuterRef("unit"), status=SheetStatus.PUBLISHED
    )
    return results.filter(Exists(sheets), campaign__status__in=PUBLIC)


class Report(models.Model):
    """What a person decides about an official paper: its head, bases, signer, recipients.

    Everything else in the paper comes from results and tasks when it is printed.
    Shapes: `bases`, `recipients` and `issuer` hold a printed line in each line; a recipient's purpose
    stands in brackets behind it (b/c, th/h).
    """

    kind = models.CharField(_("kind"), max_length=40, choices=ReportKind)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT, related_name="reports"
    )
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="reports")
    children_campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign over the communes"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    superior = models.CharField(_("superior body"), max_length=200, blank=True)
    issuer = models.TextField(_("issuing body"), max_length=300)
    number = models.CharField(_("number"), max_length=11, blank=True)
    symbol = models.CharField(_("symbol"), max_length=30)
    place = models.CharField(_("place"), max_length=100)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    abstract = models.TextField(_("abstract"), max_length=500)
    bases = models.TextField(_("legal bases"), blank=True)
    opening = models.TextField(_("opening paragraph"), blank=True)
    authority = models.CharField(_("on behalf of"), max_length=100, blank=True)
    deputy_for = models.CharField(_("deputy for"), max_length=100, blank=True)
    signer_title = models.CharField(_("title of the signer"), max_length=100)
    signer_name = models.CharField(_("name of the signer"), max_length=50, blank=True)
    recipients = models.TextField(_("recipients"))
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["campaign", "unit__code", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "campaign", "unit"], name="report_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.unit.name}, {self.campaign.code}"


def archive_path(report_file: ReportFile, filename: str) -> str:
    return f"reports/{random_name(report_file.format)}"


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, user: User) -> ReportFileQuerySet:
        """Papers made of the results a person may report on."""
        allowed = reportable_by(user).filter(campaign=OuterRef("report__campaign"), unit=OuterRef("report__unit"))
        return self.filter(Exists(allowed))


class ReportFile(models.Model):
    """A finished paper, kept as it was made: fetched again byte for byte. Never changed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=5, choices=Format)
    file = models.FileField(upload_to=archive_path)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    report_version = models.PositiveIntegerField()
    at = models.DateTimeField(_("made at"), auto_now_add=True)
    by = models.ForeignKey(User, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+")

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("finished report")
        verbose_name_plural = _("finished reports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.report}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def download_name(self) -> str:
        return f"{self.report.kind}-{self.report.campaign.code}-{self.report.unit.code}.{self.format}"

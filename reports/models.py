from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from parportal.entry.uploads import random_name
from plans.models import Conclusion, Inspection, Plan, Task
from reports.periods import Period
from scoring.models import PUBLIC, Campaign, ScoreSheet, SheetStatus, UnitResult
from scoring.models.campaigns import governing
from units.access import Role
from units.audit import Action
from units.models import AuditChange, Unit, User

WRITERS = (Role.OFFICER, Role.LEADER, Role.COORDINATOR)


class Format(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"


class FileKind(models.TextChoices):
    """`DATA` is the frozen text and figures of an edition, `SCAN` the paper with signature and seal."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    DATA = "json", _("Frozen data")
    SCAN = "scan", _("Signed scan")


class ReportKind(models.TextChoices):
    RESPONSIBILITY_ANALYSIS = "responsibility-analysis", _("Responsibility analysis")
    ANNUAL_REPORT = "annual-report", _("Report on administrative reform")
    SCORE_SHEET = "score-sheet", _("Score sheet for signature")
    SELF_SCORING_REPORT = "self-scoring-report", _("Self-scoring report")
    LEAGUE_TABLE = "league-table", _("League table")
    PROGRESS = "progress", _("Progress of the campaign")
    CRITERIA_SET = "criteria-set", _("Criteria set as an annex of its decision")
    PUBLISHING_DECISION = "publishing-decision", _("Decision that publishes the results")
    COUNCIL_MINUTES = "council-minutes", _("Minutes of the appraisal council")
    REMINDER_LETTER = "reminder-letter", _("Letter of reminder")
    REMEDIATION_PLAN = "remediation-plan", _("Remediation of lost points")
    PLAN = "plan", _("Plan of the year")
    CONCLUSION_NOTICE = "conclusion-notice", _("Notice of conclusions")
    INSPECTION_CONCLUSION = "inspection-conclusion", _("Conclusion of an inspection")


OF_CAMPAIGN = (
    ReportKind.LEAGUE_TABLE,
    ReportKind.PROGRESS,
    ReportKind.CRITERIA_SET,
    ReportKind.PUBLISHING_DECISION,
    ReportKind.COUNCIL_MINUTES,
    ReportKind.REMINDER_LETTER,
    ReportKind.REMEDIATION_PLAN,
)


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    FOR_APPROVAL = "for_approval", _("For approval")
    APPROVED = "approved", _("Approved")
    ARCHIVED = "archived", _("Archived")


# The rows from which the paper of a report is built.
OF_PAPER = (
    "unit__parent",
    "campaign__criteria_set__issuer",
    "campaign__owner__parent",
    "campaign__kept_by__parent",
    "children_campaign",
    "plan__owner__parent",
    "conclusion__owner__parent",
    "inspection__owner__parent",
)


def reportable_by(user: User) -> models.QuerySet[UnitResult]:
    """The published results, of units scored on a sheet, that a person may analyse: as one of the scored unit, or
    of the office that runs the campaign.
    """
    mine = Q(unit__in=user.units_as(*WRITERS)) | governing(user, "campaign__")
    return with_sheet(UnitResult.objects.visible_to(user).filter(mine))


def with_sheet(results: models.QuerySet[UnitResult]) -> models.QuerySet[UnitResult]:
    """Results without sheets (old years) and units that never submitted have no lost points to analyse."""
    sheets = ScoreSheet.objects.filter(
        campaign=OuterRef("campaign"), unit=OuterRef("unit"), status=SheetStatus.PUBLISHED
    )
    return results.filter(Exists(sheets), campaign__status__in=PUBLIC)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """Those a person may write, and those that other units have sent to the person's unit."""
        sent = Q(sent_to__in=user.units_as(*WRITERS), sent_at__isnull=False)
        return self.filter(self.written_by(user) | sent)

    def editable_by(self, user: User) -> ReportQuerySet:
        return self.filter(self.written_by(user))

    def led_by(self, user: User) -> ReportQuerySet:
        """Those a person may approve or give back."""
        return self.filter(unit__in=user.units_as(Role.LEADER))

    @staticmethod
    def written_by(user: User) -> Q:
        """Of the person's own unit. Papers about a whole campaign, which tell what is not published yet, are for
        those who run it; they write the analyses of its units, too.
        """
        own = Q(unit__in=user.units_as(*WRITERS)) & ~Q(kind__in=OF_CAMPAIGN)
        run = Q(kind__in=[*OF_CAMPAIGN, ReportKind.RESPONSIBILITY_ANALYSIS]) & governing(user, "campaign__")
        return own | run


class Report(models.Model):
    """An official paper as people make it: what it is about, its head and signer, how far it is.

    What it says comes from the data and from its `parts`. From approval on it is `frozen`: text and figures stay
    as they were approved (reports/freezing.py), only number, day and signer are still filled in.
    Shapes: `bases`, `recipients`, `addressees`, `issuer` hold a printed line in each line; a recipient's purpose
    stands in brackets behind it (b/c, th/h). A correction of an archived paper is its next `edition`.
    """

    kind = models.CharField(_("kind"), max_length=40, choices=ReportKind)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("year"))
    period = models.CharField(_("period"), max_length=12, choices=Period, blank=True)
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    children_campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign over the communes"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    conclusion = models.ForeignKey(
        Conclusion, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    superior = models.CharField(_("superior body"), max_length=200, blank=True)
    issuer = models.TextField(_("issuing body"), max_length=300)
    number = models.CharField(_("number"), max_length=11, blank=True)
    symbol = models.CharField(_("symbol"), max_length=30)
    place = models.CharField(_("place"), max_length=100)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    abstract = models.TextField(_("abstract"), max_length=500)
    addressees = models.TextField(_("addressees"), blank=True)
    bases = models.TextField(_("legal bases"), blank=True)
    opening = models.TextField(_("opening paragraph"), blank=True)
    closing = models.TextField(_("closing line"), blank=True)
    authority = models.CharField(_("on behalf of"), max_length=100, blank=True)
    deputy_for = models.CharField(_("deputy for"), max_length=100, blank=True)
    signer_title = models.CharField(_("title of the signer"), max_length=100)
    signer_name = models.CharField(_("name of the signer"), max_length=50, blank=True)
    recipients = models.TextField(_("recipients"))
    status = models.CharField(_("state"), max_length=12, choices=ReportStatus, default=ReportStatus.DRAFT)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    frozen = models.JSONField(null=True, blank=True)
    sent_to = models.ForeignKey(
        Unit, verbose_name=_("sent to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    task = models.ForeignKey(
        Task,
        verbose_name=_("task of the calendar"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-year", "unit__code", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "campaign", "unit"], name="report_one_of_a_kind"),
            models.UniqueConstraint(
                fields=["kind", "unit", "year", "period"],
                condition=Q(kind=ReportKind.ANNUAL_REPORT),
                name="report_one_a_period",
            ),
            models.UniqueConstraint(fields=["kind", "plan"], name="report_one_a_plan"),
            models.UniqueConstraint(fields=["kind", "conclusion"], name="report_one_a_conclusion"),
            models.UniqueConstraint(fields=["kind", "inspection"], name="report_one_an_inspection"),
        ]

    def __str__(self) -> str:
        period = f", {self.get_period_display()}" if self.period else ""
        return f"{self.get_kind_display()}: {self.unit.name}, {self.year}{period}"

    @property
    def is_open(self) -> bool:
        """Whether its text may still be changed."""
        return self.status == ReportStatus.DRAFT


class ReportPart(models.Model):
    """What people changed of a section of a report, or a section of their own; without a row it is as proposed.

    Shapes: `key` is that of the section in the document, `own-…` for one of their own, whose `above` is the key of
    the section that holds it; `text` is None as long as nobody wrote it (the proposed text is printed, with the
    figures of the day); `hidden` are the names of tables and charts that were switched off. `is_carried`: the text
    came from an earlier report and was not looked at since.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="parts")
    key = models.CharField(max_length=80)
    above = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(_("heading"), max_length=500, blank=True)
    # Null: nobody wrote it; empty: somebody wants no text.
    text = models.TextField(_("text"), null=True, blank=True, max_length=200_000)  # noqa: DJ001
    is_shown = models.BooleanField(_("printed"), default=True)
    hidden = models.JSONField(default=list, blank=True)
    is_carried = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("section of a report")
        verbose_name_plural = _("sections of reports")
        ordering = ["report", "key"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="report_part_once")]

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def is_own(self) -> bool:
        return self.key.startswith("own-")


class ReportComment(models.Model):
    """A remark between those who write a report and those who approve it, at a section or, without a key, on the
    whole.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="comments")
    key = models.CharField(max_length=80, blank=True)
    text = models.TextField(_("comment"), max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("comment on a report")
        verbose_name_plural = _("comments on reports")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


def archive_path(report_file: ReportFile, filename: str) -> str:
    return f"reports/{random_name(filename.rsplit('.', 1)[-1])}"


def told_when_sent(report: OuterRef | int, attribute: str) -> models.QuerySet[AuditChange]:
    """What the history holds of each sending of a report: its `edition`, or its `number` with the day."""
    return AuditChange.objects.filter(
        event__action=Action.REPORT_SENT,
        event__scope_type=ContentType.objects.get_for_model(Report),
        event__scope_id=report,
        attribute=attribute,
    )


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, user: User) -> ReportFileQuerySet:
        """Files of the reports that a person sees; of one that was sent, those of the editions sent."""
        written = Report.objects.editable_by(user).filter(pk=OuterRef("report"))
        seen = Report.objects.visible_to(user).filter(pk=OuterRef("report"))
        edition = Cast(OuterRef("edition"), models.CharField())
        sent = told_when_sent(OuterRef("report"), "edition").filter(new=edition)
        return self.filter(Exists(written) | Q(Exists(seen), Exists(sent), is_final=True))


class ReportFile(models.Model):
    """A finished paper, kept as it was made: fetched again byte for byte. Never changed.

    `is_final`: it belongs to an archived edition.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=5, choices=FileKind)
    file = models.FileField(upload_to=archive_path)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    report_version = models.PositiveIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    is_final = models.BooleanField(default=False)
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
        report = self.report
        year = "-".join(filter(None, (str(report.year), report.period)))
        about = report.campaign.code if report.campaign else year
        edition = f"-{self.edition}" if self.edition > 1 else ""
        edition += "-scan" if self.format == FileKind.SCAN else ""
        ending = str(self.file.name).rsplit(".", 1)[-1]
        return f"{report.kind}-{about}-{report.unit.code}{edition}.{ending}"

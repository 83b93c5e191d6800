from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from parportal.prepared import PreparedInsert
from units.audit import Action
from units.models.people import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, scope: models.Model) -> AuditEventQuerySet:
        """The history of one object, newest first, ready to be shown."""
        return (
            self.filter(scope_type=ContentType.objects.get_for_model(scope), scope_id=scope.pk)
            .select_related("by")
            .prefetch_related("changes")
        )


class AuditEvent(models.Model):
    """One action of one person (or of the system) on one object, its scope.

    Never changed afterwards, but that writing one text in one sitting is one event (docs/adr/0029).
    """

    action = models.CharField(_("action"), max_length=40, choices=Action)
    scope_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    scope_id = models.PositiveBigIntegerField()
    scope = GenericForeignKey("scope_type", "scope_id")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["scope_type", "scope_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class Digest(models.Model):
    """The one e-mail of a day that a person was sent; a second run of the same day sends nothing.

    `notices` is how many notices the person had in all by then: what comes later is new for the next one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests")
    on = models.DateField()
    notices = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="digest_one_a_day")]

    def __str__(self) -> str:
        return f"{self.user}: {self.on}"


class AuditChange(models.Model):
    """One attribute of one row before and after an event."""

    event = models.ForeignKey(AuditEvent, on_delete=models.CASCADE, related_name="changes")
    row_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    row_id = models.PositiveBigIntegerField()
    row = GenericForeignKey("row_type", "row_id")
    # What the row was called then: rows may be renamed, and a draft's evidence may be removed.
    label = models.CharField(max_length=200)
    attribute = models.CharField(max_length=60)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        verbose_name = _("audit change")
        verbose_name_plural = _("audit changes")
        ordering = ["pk"]
        indexes = [models.Index(fields=["row_type", "row_id"])]

    def __str__(self) -> str:
        return f"{self.label}: {self.attribute}"


class Notice(models.Model):
    """A line for one person on the page "My work": what happened, and where to look."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("Results have been published")
        AMENDED = "amended", _("Published results have been amended")
        RETURNED = "returned", _("The score sheet was returned")
        SENT_BACK = "sent_back", _("The leader sent the score sheet back")
        PROPOSED = "proposed", _("A score sheet awaits approval")
        SUBMITTED = "submitted", _("A score sheet was submitted")
        PUBLICATION_PROPOSED = "publication_proposed", _("A publication awaits approval")
        OPENED = "opened", _("A campaign was opened")
        HANDED_OVER = "handed_over", _("Work was handed over to you")
        SET_REPLACED = "set_replaced", _("The criteria set of a campaign was replaced")
        DUE_SOON = "due_soon", _("A deadline is near")
        OVERDUE = "overdue", _("A deadline has passed")
        REMINDED = "reminded", _("You are reminded")
        EXPLAINING = "explaining", _("A round of explanation was opened")
        EXPLAINED = "explained", _("A unit has sent its explanation")
        SHARED = "shared", _("A part of a score sheet was given to you")
        SHARE_DONE = "share_done", _("A part of a score sheet was reported as done")
        ASKED = "asked", _("A unit asks about a criterion")
        ANSWERED = "answered", _("A question was answered")
        INFECTED = "infected", _("A virus was found in a document")
        FIGURES_ASKED = "figures_asked", _("Figures are asked for")
        FIGURES_SUBMITTED = "figures_submitted", _("A unit has submitted its figures")
        FIGURES_RETURNED = "figures_returned", _("Figures were returned to be corrected")
        FIGURES_ACCEPTED = "figures_accepted", _("Figures were accepted")
        TASK_GIVEN = "task_given", _("A task was given to you")
        TASK_DONE = "task_done", _("A task was reported as done")
        REMEDIATION_ASKED = "remediation_asked", _("Remediation of lost points is asked for")
        REMEDIATION_SENT = "remediation_sent", _("A unit has sent its plan or report of remediation")
        REPORT_PROPOSED = "report_proposed", _("A report waits for approval")
        REPORT_RETURNED = "report_returned", _("A report was given back")
        REPORT_APPROVED = "report_approved", _("A report was approved")
        REPORT_COMMENTED = "report_commented", _("A report was commented on")
        REPORT_SENT = "report_sent", _("A unit has sent a report")
        DELEGATED = "delegated", _("A role was delegated to you")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=25, choices=Kind)
    subject = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


ADD_EVENT, ADD_CHANGES = PreparedInsert(AuditEvent), PreparedInsert(AuditChange)

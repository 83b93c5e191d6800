"""What is done about the points that a published campaign shows as lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models import Standing, Task
from plans.models.owned import Papered
from scoring.models.appraisals import Loss
from scoring.models.campaigns import PUBLIC, Campaign, governing
from units.access import Role
from units.models import Unit
from units.models.units import UnitQuerySet, today

if TYPE_CHECKING:
    from units.models import User


WRITERS = (Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)


def concerned(user: User) -> UnitQuerySet:
    """Units for which a person reads and writes plans and reports of remediation: his own, and those that have
    ended and went into it."""
    own = user.units_as(*WRITERS)
    return Unit.objects.filter(Q(pk__in=own) | Q(successors__successor__in=own, valid_to__lt=today()))


class RemediationRoundQuerySet(models.QuerySet["RemediationRound"]):
    def visible_to(self, user: User) -> RemediationRoundQuerySet:
        """Rounds of campaigns that the person governs, and those that ask something of his unit."""
        if not user.is_authenticated:
            return self.none()
        asked = Filing.objects.filter(unit__in=concerned(user).values("pk")).values("round")
        return self.filter(governing(user, "campaign__") | Q(pk__in=asked), campaign__status__in=PUBLIC)


class RemediationRound(Papered):
    """The remediation of a published campaign: who answers for a loss sends a plan, then a report, by a day.

    Units: the days are "before": the day itself is too late. The paper is the plan that Home Affairs made of all
    of it; `consolidated_on` the day on which it was done.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="remediation")
    plan_before = models.DateField(_("plans before"))
    report_before = models.DateField(_("reports before"))
    consolidate_before = models.DateField(_("consolidated before"), null=True, blank=True)
    consolidated_on = models.DateField(_("consolidated on"), null=True, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = RemediationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of remediation")
        verbose_name_plural = _("rounds of remediation")
        ordering = ["-campaign__year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(report_before__gte=F("plan_before")), name="remediation_report_after_the_plan"
            )
        ]

    def __str__(self) -> str:
        return str(self.campaign)


class RemediationQuerySet(models.QuerySet["Remediation"]):
    def visible_to(self, user: User) -> RemediationQuerySet:
        """Everything of campaigns that the person governs; else what his unit answers for, and what it lost."""
        if not user.is_authenticated:
            return self.none()
        own = concerned(user).values("pk")
        measured = Measure.objects.filter(unit__in=own).values("remediation")
        lost = Q(loss__score__sheet__unit__in=own, round__campaign__status__in=PUBLIC)
        return self.filter(governing(user, "round__campaign__") | Q(pk__in=measured) | lost)


class Remediation(models.Model):
    """A lost leaf that is made good: the task, led by who answers for the loss; its cause is that of the loss."""

    round = models.ForeignKey(RemediationRound, on_delete=models.CASCADE, related_name="remediations")
    loss = models.OneToOneField(Loss, on_delete=models.CASCADE, related_name="remediation")
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="remediation")

    objects = RemediationQuerySet.as_manager()

    class Meta:
        verbose_name = _("remediation")
        verbose_name_plural = _("remediations")
        ordering = ["task__position", "pk"]

    def __str__(self) -> str:
        return str(self.task)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> MeasureQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = Q(unit__in=concerned(user).values("pk"))
        return self.filter(own | governing(user, "remediation__round__campaign__"))


class Measure(models.Model):
    """What one unit does about one lost leaf: `text`, `by_on` are its plan, `result`, `done_on` its report."""

    remediation = models.ForeignKey(Remediation, on_delete=models.CASCADE, related_name="measures")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("measure"), blank=True)
    by_on = models.DateField(_("to be done by"), null=True, blank=True)
    result = models.TextField(pgettext_lazy("remediation", "result"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["remediation", "unit"], name="measure_once_a_unit"),
            models.CheckConstraint(condition=Q(done_on=None) | ~Q(result=""), name="measure_done_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.remediation}: {self.unit.name}"


class FilingKind(models.TextChoices):
    PLAN = "plan", _("plan of remediation")
    REPORT = "report", _("report of remediation")


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: User) -> FilingQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = Q(unit__in=concerned(user).values("pk"))
        return self.filter(own | governing(user, "round__campaign__"))


class Filing(Papered):
    """What a unit has to send: its plan, its report. `sent_on` says that it was; no day: not yet, or missing."""

    round = models.ForeignKey(RemediationRound, on_delete=models.CASCADE, related_name="filings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=FilingKind)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    # Kept when it is given back: what came in time and is sent once more is not late.
    first_sent_on = models.DateField(null=True, blank=True)
    sent_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan or report of remediation")
        verbose_name_plural = _("plans and reports of remediation")
        ordering = ["unit__code", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "kind"], name="filing_once_a_unit"),
            models.CheckConstraint(
                condition=Q(sent_on=None, sent_by=None) | Q(sent_on__isnull=False, sent_by__isnull=False),
                name="filing_has_its_sender",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.unit.name}"

    @property
    def before(self) -> date:
        return self.round.plan_before if self.kind == FilingKind.PLAN else self.round.report_before

    @property
    def last_day(self) -> date:
        return self.before - timedelta(days=1)

    def standing(self, day: date) -> Standing:
        """Received in time or late; still to come, or missing."""
        if self.sent_on is not None:
            return Standing.LATE if (self.first_sent_on or self.sent_on) > self.last_day else Standing.ON_TIME
        return Standing.OVERDUE if day > self.last_day else Standing.OPEN

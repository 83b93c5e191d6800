from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plans.models import Task
from scoring.models.campaigns import PUBLIC, Campaign, governing
from scoring.models.criteria import Criterion
from scoring.models.grades import Grade
from scoring.points import PercentField, PointsField
from units.models import Unit

if TYPE_CHECKING:
    from units.models import User


class UnitResultQuerySet(models.QuerySet["UnitResult"]):
    def visible_to(self, user: User) -> UnitResultQuerySet:
        """Before publication results are for those who govern the campaign; then for every member of it."""
        if not user.is_authenticated:
            return self.none()
        seen = Campaign.objects.visible_to(user).filter(status__in=PUBLIC).values("pk")
        return self.filter(governing(user, "campaign__") | Q(campaign__in=seen))


class UnitResult(models.Model):
    """A unit of a campaign, frozen at opening with its ranking block, and what it reached.

    The figures are computed: kept with every change of a score, or loaded without sheets (old years, other
    offices). `published_*` hold what was printed elsewhere, beside the computed figures, never instead.
    Units: points; `index` 0-100 with the decimals of the set (above 100 by bonus points). `bonus_points` and
    `penalty_points` are those that count, within their caps.
    Shapes: `grade_steps` is `scoring.standings.steps_to_json`: how the grade came about.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="results")
    block = models.CharField(_("ranking block"), max_length=60, blank=True)
    earned_points = PointsField(default=Decimal(0))
    applicable_max_points = PointsField(default=Decimal(0))
    index = PercentField(null=True, blank=True)
    grade = models.ForeignKey(Grade, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField(null=True, blank=True)

    published_points = PointsField(_("published points"), null=True, blank=True)
    published_max_points = PointsField(_("published maximum"), null=True, blank=True)
    published_index = PercentField(_("published index"), null=True, blank=True)
    published_grade = models.CharField(_("published grade"), max_length=60, blank=True)
    published_rank = models.PositiveIntegerField(_("published rank"), null=True, blank=True)
    ranked_units = models.PositiveIntegerField(_("number of units ranked"), null=True, blank=True)
    self_total_points = PointsField(_("self total without survey"), null=True, blank=True)
    survey_points = PointsField(_("survey points"), null=True, blank=True)
    bonus_points = PointsField(_("bonus points"), default=Decimal(0))
    penalty_points = PointsField(_("penalty points"), default=Decimal(0))
    grade_steps = models.JSONField(default=list, blank=True)

    objects = UnitResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["campaign", "unit__code"]
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="result_one_a_unit")]

    def __str__(self) -> str:
        return f"{self.unit.name}: {self.index}"


class GradeDecisionKind(models.TextChoices):
    PRECONDITION = "precondition", _("precondition not met")
    CAP = "cap", _("cap")
    COUNCIL = "council", _("council decision")


class GradeDecision(models.Model):
    """A grade of one unit limited or decided by people, with the legal basis.

    Precondition: the unit does not get `grade` or a higher one. Cap: at most `grade`. Council: `grade` itself.
    """

    result = models.ForeignKey(UnitResult, on_delete=models.CASCADE, related_name="grade_decisions")
    kind = models.CharField(max_length=15, choices=GradeDecisionKind)
    grade = models.ForeignKey(Grade, verbose_name=_("grade"), on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    decided_on = models.DateField(_("date"))
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision on a grade")
        verbose_name_plural = _("decisions on grades")
        ordering = ["result", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["result"], condition=Q(kind="council"), name="grade_decision_one_of_the_council"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(legal_basis=""), name="grade_decision_has_reason_and_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.grade}"


class FieldResult(models.Model):
    """What a unit reached in one field (top-level criterion) of the set."""

    result = models.ForeignKey(UnitResult, on_delete=models.CASCADE, related_name="fields")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    earned_points = PointsField(default=Decimal(0))
    applicable_max_points = PointsField(default=Decimal(0))
    bonus_points = PointsField(default=Decimal(0))
    penalty_points = PointsField(default=Decimal(0))
    published_points = PointsField(null=True, blank=True)
    published_max_points = PointsField(null=True, blank=True)

    class Meta:
        verbose_name = _("result of a field")
        verbose_name_plural = _("results of fields")
        ordering = ["result", "criterion__position"]
        constraints = [models.UniqueConstraint(fields=["result", "criterion"], name="field_result_one_a_field")]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.earned_points}/{self.applicable_max_points}"


class Publication(models.Model):
    """The frozen snapshot of a campaign: the publication (number 1) and each later amendment.

    `data` holds set version, units, fields, rows, causes, parties, evidence list and explanation lines as they
    stood; `sha256` is that of its canonical JSON.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    reason = models.TextField(_("reason of the amendment"), blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    decision_on = models.DateField(_("decision date"), null=True, blank=True)
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="publication_number_unique"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="publication_amendment_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign.code} #{self.number}"


class FollowUp(models.Model):
    """A task that follows from a campaign's results: for one field, or for the organisation (no field)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="follow_ups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("field"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="follow_up")

    class Meta:
        verbose_name = _("follow-up task")
        verbose_name_plural = _("follow-up tasks")
        ordering = ["campaign", "criterion__position", "task__position", "pk"]

    def __str__(self) -> str:
        return str(self.task)

"""What was decided and said of a row beside the unit's own word, and what a leader approved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring.models.sheets import Round, Score, ScoreSheet
from scoring.points import PointsField
from scoring.rules import LeafState
from units.models import Party


class Appraisal(models.Model):
    """What one round decided of one score: a row of its own, so that unit and appraiser never collide.

    `state` "not_applicable" grants the unit's claim (or takes the leaf out); only a coordinator may say so.
    `pending` facts have no points before the round closes: they are compared with those of the other units.
    """

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="appraisals")
    round = models.CharField(max_length=10, choices=Round, default=Round.FIRST)
    state = models.CharField(
        max_length=15,
        choices=[
            (LeafState.ANSWERED.value, _("points given")),
            (LeafState.NOT_APPLICABLE.value, _("not applicable")),
            (LeafState.NO_CASE.value, _("no case arose")),
        ],
        default=LeafState.ANSWERED.value,
    )
    answers = models.JSONField(default=dict, blank=True)
    points = PointsField(null=True, blank=True)
    pending = models.BooleanField(default=False)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [
            models.UniqueConstraint(fields=["score", "round"], name="appraisal_one_a_round"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(points__isnull=False) | Q(pending=True),
                name="appraisal_answered_has_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score.criterion.code} ({self.get_round_display()})"


class ResponsibilityRole(models.TextChoices):
    RESPONSIBLE = "responsible", _("responsible")
    LEAD = "lead", _("leads and advises")
    MONITOR = "monitor", _("monitors and urges")


class Loss(models.Model):
    """Why points of a score were lost. How many follows from the score and is never typed."""

    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="loss")
    cause = models.TextField(_("cause"), blank=True)
    parties = models.ManyToManyField(Party, through="Responsibility", related_name="losses")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("loss")
        verbose_name_plural = _("losses")

    def __str__(self) -> str:
        return self.cause[:80]


class Responsibility(models.Model):
    """A party that answers for a loss, in a role."""

    loss = models.ForeignKey(Loss, on_delete=models.CASCADE, related_name="responsibilities")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="responsibilities")
    role = models.CharField(max_length=12, choices=ResponsibilityRole, default=ResponsibilityRole.RESPONSIBLE)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["loss", "party"], name="responsibility_one_role_a_party")]

    def __str__(self) -> str:
        return f"{self.party} ({self.get_role_display()})"


class Explanation(models.Model):
    """What the unit answers to an appraised row that it does not agree with, and the appraiser's reply."""

    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="explanation")
    text = models.TextField(_("explanation"), blank=True)
    by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    reply_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reply_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        constraints = [
            models.CheckConstraint(
                condition=Q(text="") | Q(by__isnull=False, at__isnull=False), name="explanation_has_its_author"
            ),
            models.CheckConstraint(
                condition=Q(reply="") | Q(reply_by__isnull=False, reply_at__isnull=False),
                name="explanation_reply_has_its_author",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Approval(models.Model):
    """What a leader approved when the sheet was submitted, exactly; never changed afterwards.

    Shapes: `data` is `scoring.approvals.content_of`; `sha256` is of its canonical JSON, in hexadecimal.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="approvals")
    number = models.PositiveSmallIntegerField()
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["sheet", "number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="approval_number_once")]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.number}"

"""What people tell each other about criteria: questions with their answers, and phrases that are used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring.models.campaigns import Campaign, CampaignStatus
from scoring.models.criteria import Criterion
from scoring.models.shares import Share
from units.access import Role
from units.models import Unit

if TYPE_CHECKING:
    from units.models import User


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> QuestionQuerySet:
        """The questions of every campaign that the person takes part in, or fills in a part of a sheet of: an
        answer is meant for all its units."""
        if not user.is_authenticated:
            return self.none()
        filled = Share.objects.given_to(user).filter(sheet__campaign__status=CampaignStatus.OPEN)
        takes_part = Q(campaign__in=Campaign.objects.visible_to(user))
        return self.filter(takes_part | Q(campaign__in=filled.values("sheet__campaign")))


class Question(models.Model):
    """A unit asks what a criterion means; the answer is for all units of the campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="questions")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="questions"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("question"))
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        "units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["campaign", "criterion__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="question_answer_is_whole",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def visible_to(self, user: User) -> PhraseQuerySet:
        """The phrases of the offices and agencies for which the person appraises."""
        return self.filter(office__in=user.units_as(Role.COORDINATOR, Role.APPRAISER))


class Phrase(models.Model):
    """A reason that an office gives again and again for one criterion; it holds for every version of the set."""

    office = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="phrases")
    set_code = models.SlugField(max_length=60)
    criterion_code = models.CharField(max_length=30)
    text = models.CharField(_("phrase"), max_length=500)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        ordering = ["set_code", "criterion_code", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "set_code", "criterion_code", "text"], name="phrase_once_a_criterion"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Reminder(models.Model):
    """That the people of a unit were reminded of a deadline: by timer once a day at most, or by hand.

    `kind` is `scoring.reminders.Stage.key` ("due", "part_due:12"), `on` the day by the campaign's clock.
    """

    sheet = models.ForeignKey("scoring.ScoreSheet", on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20)
    on = models.DateField()
    by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "kind", "on"], condition=Q(by=None), name="reminder_by_timer_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.kind}"

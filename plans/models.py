"""What a unit has to do: so far only tasks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.models import Party, Unit


class DeadlineKind(models.TextChoices):
    NONE = "none", _("no deadline")
    BEFORE = "before", _("before a date")
    WITHIN_MONTH = "within_month", _("within a month")
    SEASON = "season", _("by the end of a season")


class Task(models.Model):
    """Something that parties must do, by a deadline, with a product that shows it is done.

    Units: `deadline_on` is the date printed: with "before" the last valid day is the day before it.
    """

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks")
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.TextField(_("task"))
    product = models.CharField(_("product"), max_length=300, blank=True)
    recipient = models.CharField(_("sent to"), max_length=200, blank=True)
    via = models.CharField(_("through"), max_length=200, blank=True)
    leads = models.ManyToManyField(Party, verbose_name=_("lead"), blank=True, related_name="leads_tasks")
    deadline_kind = models.CharField(
        _("kind of deadline"), max_length=15, choices=DeadlineKind, default=DeadlineKind.NONE
    )
    deadline_on = models.DateField(_("deadline"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_kind=DeadlineKind.NONE, deadline_on=None)
                | (~Q(deadline_kind=DeadlineKind.NONE) & Q(deadline_on__isnull=False)),
                name="task_deadline_has_a_date_or_is_none",
            )
        ]

    def __str__(self) -> str:
        return self.title[:80]

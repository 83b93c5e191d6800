from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.sheets import Score

if TYPE_CHECKING:
    from units.models import User


class ReportedFactQuerySet(models.QuerySet["ReportedFact"]):
    def visible_to(self, user: User) -> ReportedFactQuerySet:
        return self.filter(score__in=Score.objects.visible_to(user))


class ReportedFact(models.Model):
    """What the unit had reported of one input of a row when the row was saved: kept, whatever is reported later.

    Shapes: `value` is the figure as the input takes it; `told` says where it comes from; `on` is the day of the
    return's submission.
    """

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="reported")
    input = models.CharField(max_length=60)
    value = models.CharField(_("value"), max_length=40)
    told = models.CharField(_("from"), max_length=400)
    on = models.DateField(_("reported on"))
    pulled_at = models.DateTimeField(auto_now=True)

    objects = ReportedFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported fact")
        verbose_name_plural = _("reported facts")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["score", "input"], name="reported_fact_once_an_input")]

    def __str__(self) -> str:
        return f"{self.input}: {self.value}"

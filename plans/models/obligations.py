from __future__ import annotations

import calendar
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.owned import OwnedQuerySet, within_reach
from units.models import Party, Unit, User

# As a formula names it: a hyphen would be a minus there.
CODE = RegexValidator(r"^[a-z0-9_]+\Z", _("Small letters without diacritics, digits and _ only."))


class ObligationKind(models.TextChoices):
    REPORT = "report", _("report")
    PLAN = "plan", _("plan")
    LIST = "list", _("list")


class ObligationQuerySet(OwnedQuerySet["Obligation"]):
    def of_year(self, year: int) -> ObligationQuerySet:
        """Those that hold in a year."""
        return self.filter(Q(last_year=None) | Q(last_year__gte=year), first_year__lte=year)


class Obligation(models.Model):
    """A report, plan or list that falls due again every year, on its days.

    Each day of each year is a task of the owner, led by `lead`; with `for_each` every member of that group has a
    task of its own. `code` names it in scores (`obligations: bao_cao_cchc.late`): the same in every unit.
    """

    owner = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="obligations")
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    kind = models.CharField(_("type"), max_length=10, choices=ObligationKind, default=ObligationKind.REPORT)
    title = models.CharField(_("title"), max_length=300)
    field = models.CharField(_("field"), max_length=200, blank=True)
    recipient = models.CharField(_("sent to"), max_length=200)
    basis = models.CharField(_("asked for by"), max_length=300, blank=True)
    lead = models.ForeignKey(
        Party, verbose_name=_("lead unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    for_each = models.BooleanField(_("each member of the group sends its own"), default=False)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring obligation")
        verbose_name_plural = _("recurring obligations")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="obligation_code_once_a_unit"),
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gte=models.F("first_year")),
                name="obligation_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(for_each=False) | Q(lead__isnull=False), name="obligation_of_whom"),
        ]

    def __str__(self) -> str:
        return self.title


class DueDayQuerySet(models.QuerySet["DueDay"]):
    def visible_to(self, user: User) -> DueDayQuerySet:
        return self.filter(within_reach(user, "obligation__owner")) if user.is_authenticated else self.none()


class DueDay(models.Model):
    """A day of every year on which an obligation falls due, with what falls due ("quarter I").

    Units: `day` 29-31 means the last day of a shorter month; `year_offset` -1 and 1 are the year before and after
    the one that is reported on. With `is_before` the day itself is too late.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="days")
    label = models.CharField(_("what falls due"), max_length=100)
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    year_offset = models.SmallIntegerField(
        _("of the year"),
        choices={-1: _("the year before"), 0: _("the year itself"), 1: _("the year after")},
        default=0,
    )
    is_before = models.BooleanField(_("before the day"), default=False)
    position = models.PositiveIntegerField(default=0)

    objects = DueDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of an obligation")
        verbose_name_plural = _("days of an obligation")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "label"], name="due_day_label_once"),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), day__range=(1, 31), year_offset__range=(-1, 1)),
                name="due_day_is_in_the_calendar",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def on(self, year: int) -> date:
        """The day for what is reported on a year."""
        year += self.year_offset
        return date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))

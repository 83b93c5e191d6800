from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parportal.decimals import QuantityField
from plans.models.owned import OwnedQuerySet, within_reach
from units.access import Role
from units.models import Party, Unit

if TYPE_CHECKING:
    from units.models import User


class PlanKind(models.TextChoices):
    """Whose plan it is: the tasks and targets of each are counted apart."""

    OWN = "own", _("own plan")
    SUPERIOR = "superior", _("plan of the superior")


class PlanQuerySet(OwnedQuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Plans of the own unit and of units below, and those with a target that the own unit leads."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)
        parties = Party.objects.filter(Q(unit__in=own) | Q(members__in=own)).values("pk")
        led = Target.leads.through.objects.filter(party__in=parties).values("target__plan")
        return self.filter(within_reach(user) | Q(pk__in=led))


class Plan(models.Model):
    """The reform plan of a unit for a year, or the superior's plan as far as it concerns the unit."""

    owner = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("whose plan"), max_length=10, choices=PlanKind, default=PlanKind.OWN)
    title = models.CharField(_("title"), max_length=300)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-year", "kind", "pk"]

    def __str__(self) -> str:
        return self.title


class Comparator(models.TextChoices):
    """How a result is compared with the number of its target."""

    AT_LEAST = "ge", _("at least")
    MORE = "gt", _("more than")
    EQUAL = "eq", _("exactly")
    AT_MOST = "le", _("at most")
    LESS = "lt", _("less than")
    QUALITATIVE = "qualitative", _("without a number")


class TargetState(models.TextChoices):
    """What became of a target. Only of one without a number somebody says it himself."""

    MET = "met", _("met")
    EXCEEDED = "exceeded", _("exceeded")
    PARTIAL = "partial", _("partly met")
    UNMET = "unmet", _("not met")


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> TargetQuerySet:
        return self.filter(plan__in=Plan.objects.visible_to(user))


class Target(models.Model):
    """One target of a plan: a title, and mostly a number with a comparator.

    `source` names a reported figure of the plan's year that gives the actual value, as a scoring method names it
    (`thong-ke-cchc: 3.5.3`); then nobody types the actual.
    Shapes: `exceptions` and `levels` are lists of words; `levels` those of `UnitType` or "department".
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveIntegerField()
    field_code = models.CharField(_("number of the field"), max_length=20, blank=True)
    field_title = models.CharField(_("field"), max_length=200)
    title = models.CharField(_("target"), max_length=500)
    comparator = models.CharField(_("compared"), max_length=12, choices=Comparator, default=Comparator.AT_LEAST)
    number = QuantityField(_("number"), null=True, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=60, blank=True)
    base_year = models.PositiveSmallIntegerField(_("compared with the year"), null=True, blank=True)
    horizon = models.PositiveSmallIntegerField(_("by the year"), null=True, blank=True)
    is_striving = models.BooleanField(_("striven for"), default=False)
    levels = models.JSONField(_("who is measured"), default=list, blank=True)
    exceptions = models.JSONField(_("except"), default=list, blank=True)
    leads = models.ManyToManyField(Party, verbose_name=_("lead"), blank=True, related_name="leads_targets")
    source = models.CharField(_("reported figure"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator=Comparator.QUALITATIVE, number=None)
                | (~Q(comparator=Comparator.QUALITATIVE) & Q(number__isnull=False)),
                name="target_has_a_number_or_is_qualitative",
            )
        ]

    def __str__(self) -> str:
        return self.title


class TargetResult(models.Model):
    """What came of a target, or of one part of it. No row: nothing is known yet, which is not "unmet".

    Of a target with a number the state follows from `actual`; `said` is for one without.
    """

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="results")
    part = models.CharField(_("part"), max_length=300, blank=True)
    actual = QuantityField(_("actual value"), null=True, blank=True)
    said = models.CharField(_("result"), max_length=10, choices=TargetState, blank=True)
    note = models.TextField(_("note"), blank=True)
    evidence = models.CharField(_("proof"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("result of a target")
        verbose_name_plural = _("results of targets")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["target", "part"], name="target_result_once_a_part")]

    def __str__(self) -> str:
        return self.part or str(self.target)

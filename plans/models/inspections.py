from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.owned import OwnedQuerySet, Papered, within_reach
from units.access import Role
from units.models import Party, Unit

if TYPE_CHECKING:
    from units.models import User


class InspectionKind(models.TextChoices):
    REFORM = "reform", _("administrative reform")
    DECENTRALISATION = "decentralisation", _("decentralisation")
    ASSETS = "assets", _("public assets")
    DISCIPLINE = "discipline", _("office discipline")
    SELF = "self", _("self-inspection")


class InspectionMode(models.TextChoices):
    ON_SPOT = "on_spot", _("on the spot")
    DIGITAL = "digital", _("in digital form")


def inspected(user: User) -> Q:
    """Whether a unit of the person is the one that is inspected, itself or as a member of a group.

    Of an inspection that is in no plan it learns when it was inspected, not before.
    """
    own = user.units_as(Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)
    parties = Party.objects.filter(Q(unit__in=own) | Q(members__in=own)).values("pk")
    announced = Q(inspected_on__isnull=False) | Q(inspection__is_planned=True)
    return Q(party__in=parties) & announced


class InspectionQuerySet(OwnedQuerySet["Inspection"]):
    def visible_to(self, user: User) -> InspectionQuerySet:
        """Inspections of the own unit and of units below, and those that the own unit is inspected by."""
        if not user.is_authenticated:
            return self.none()
        own = InspectedUnit.objects.filter(inspected(user)).values("inspection")
        return self.filter(within_reach(user) | Q(pk__in=own))


class Inspection(Papered):
    """An inspection of a year: its kind, how it is done, the paper that orders it.

    `is_planned`: it stands in the plan of the year; others come unannounced or are asked for.
    """

    owner = models.ForeignKey(
        Unit, verbose_name=_("inspected by"), on_delete=models.PROTECT, related_name="inspections"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind of inspection"), max_length=20, choices=InspectionKind)
    mode = models.CharField(
        _("how it is done"), max_length=10, choices=InspectionMode, default=InspectionMode.ON_SPOT
    )
    title = models.CharField(_("what is inspected"), max_length=300)
    is_planned = models.BooleanField(_("in the plan of the year"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-year", "kind", "pk"]

    def __str__(self) -> str:
        return self.title


class InspectedUnitQuerySet(models.QuerySet["InspectedUnit"]):
    def visible_to(self, user: User) -> InspectedUnitQuerySet:
        """Units inspected by the own unit or by one below, and the own unit where it is inspected."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_reach(user, "inspection__owner") | inspected(user))


class InspectedUnit(Papered):
    """A unit that is to be inspected. `inspected_on` says that it was; the paper is the conclusion about it."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="units")
    party = models.ForeignKey(Party, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="inspected")
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    inspected_on = models.DateField(_("inspected on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = InspectedUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspected unit")
        verbose_name_plural = _("inspected units")
        ordering = ["party__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "party"], name="inspected_unit_once_an_inspection"),
        ]

    def __str__(self) -> str:
        return str(self.party)

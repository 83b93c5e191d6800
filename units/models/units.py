from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from units.models.people import User


class UnitType(models.TextChoices):
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")
    AGENCY = "agency", _("Agency")


# Official codes keep their leading zeros; a workbook that took one for a number has lost them.
OFFICIAL_DIGITS = {UnitType.PROVINCE: 2, UnitType.DISTRICT: 3, UnitType.COMMUNE: 5}


class Function(models.TextChoices):
    """What an agency answers for; criteria name the function, units fill it (domain: field owners)."""

    HOME_AFFAIRS = "home_affairs", _("Home affairs")
    JUSTICE = "justice", _("Justice")
    OFFICE = "office", _("Office of the committee")
    FINANCE = "finance", _("Finance")
    CULTURE_INFORMATION = "culture_information", _("Culture and information")
    OTHER = "other", _("Other")


class UnitQuerySet(models.QuerySet["Unit"]):
    def on(self, day: date) -> UnitQuerySet:
        """Units that exist on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def of_year(self, year: int) -> UnitQuerySet:
        """Units that existed at some time of `year`."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=date(year, 1, 1)), valid_from__lte=date(year, 12, 31)
        )

    def managed_by(self, user: User) -> UnitQuerySet:
        """Units whose accounts the person manages: those coordinated, and their children."""
        own = user.standing.units_as(user.roles.COORDINATOR)
        return self.filter(Q(pk__in=own) | Q(parent__in=own))

    def get_by_natural_key(self, code: str, valid_from: str) -> Unit:
        return self.get(code=code, valid_from=valid_from)


class Unit(models.Model):
    """A province, district, commune or agency during the years it exists.

    Official codes were reused in 2025: a code is unique only together with `valid_from`.
    Agencies carry portal codes `<parent code>-<short>`.
    """

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=10, choices=UnitType)
    function = models.CharField(_("function"), max_length=20, choices=Function, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    valid_from = models.DateField(_("exists from"))
    valid_to = models.DateField(_("exists until"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_unique_with_its_dates"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return self.code, str(self.valid_from)

    def clean(self) -> None:
        """Raises: ValidationError for an official code without its digits, or a unit above itself."""
        digits = OFFICIAL_DIGITS.get(UnitType(self.type)) if self.type in UnitType.values else None
        if digits and not re.fullmatch(rf"[0-9]{{{digits}}}", self.code):
            why = _("The official code of a unit of this kind has %(digits)s digits, leading zeros included.")
            raise ValidationError({"code": ValidationError(why, params={"digits": digits})})
        above = self.parent
        while above is not None:
            if self.pk is not None and above.pk == self.pk:
                raise ValidationError({"parent": _("A unit cannot stand above itself.")})
            above = above.parent


class LineageKind(models.TextChoices):
    UNCHANGED = "unchanged", _("unchanged")
    RENAMED = "renamed", _("renamed")
    MERGED = "merged", _("merged")
    PARTIAL = "partial", _("partly transferred")


class LineageManager(models.Manager["Lineage"]):
    def get_by_natural_key(self, *keys: str) -> Lineage:
        old_code, old_from, new_code, new_from = keys
        return self.get(
            predecessor__code=old_code,
            predecessor__valid_from=old_from,
            successor__code=new_code,
            successor__valid_from=new_from,
        )


class Lineage(models.Model):
    """A unit that went, wholly or in part, into another one. Merges are many to many."""

    predecessor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="successors")
    successor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="predecessors")
    kind = models.CharField(_("kind"), max_length=10, choices=LineageKind)
    share = models.DecimalField(_("share"), max_digits=5, decimal_places=4, null=True, blank=True)

    objects = LineageManager()

    class Meta:
        verbose_name = _("lineage")
        verbose_name_plural = _("lineages")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="lineage_unique"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="lineage_not_of_a_unit_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    def natural_key(self) -> tuple[str, str, str, str]:
        return (*self.predecessor.natural_key(), *self.successor.natural_key())

    natural_key.dependencies = ["units.unit"]  # type: ignore[attr-defined]


class PartyQuerySet(models.QuerySet["Party"]):
    def get_by_natural_key(self, owner_code: str, owner_from: str, code: str) -> Party:
        return self.get(owner__code=owner_code, owner__valid_from=owner_from, code=code)


class Party(models.Model):
    """Who can be held responsible: one unit, or a named group of its owner ("all communes")."""

    owner = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="parties")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="as_party",
    )
    members = models.ManyToManyField(Unit, verbose_name=_("members"), blank=True, related_name="groups")

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["owner", "code"], name="party_code_unique_in_its_owner")]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str, str]:
        return (*self.owner.natural_key(), self.code)

    natural_key.dependencies = ["units.unit"]  # type: ignore[attr-defined]


def today() -> date:
    return timezone.localdate()

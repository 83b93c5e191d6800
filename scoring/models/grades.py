from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from parportal.prepared import Prepared
from scoring.points import PercentField
from scoring.rules import GradeBand
from units.access import Role
from units.models import Unit

if TYPE_CHECKING:
    from units.models import User


class GradeScaleQuerySet(models.QuerySet["GradeScale"]):
    def editable_by(self, user: User) -> GradeScaleQuerySet:
        """Scales of the offices that the person coordinates, as long as nothing published was graded by them,
        and no campaign of another office uses them."""
        own = user.units_as(Role.COORDINATOR)
        return self.filter(office__in=own).exclude(pk__in=used_elsewhere(own))

    def get_by_natural_key(self, code: str) -> GradeScale:
        return self.get(code=code)


def used_elsewhere(own: Collection[int]) -> set[int]:
    """Scales by which published campaigns, or campaigns of other offices than `own`, are graded."""
    from scoring.models.campaigns import PUBLIC, BlockRule, Campaign

    fixed = Campaign.objects.filter(Q(status__in=PUBLIC) | ~Q(owner__in=own))
    by_block = BlockRule.objects.filter(campaign__in=fixed).values_list("grade_scale", flat=True)
    return {pk for pk in [*fixed.values_list("grade_scale", flat=True), *by_block] if pk}


class GradeScale(models.Model):
    """Names of the grades and the index from which each is given.

    Scales that an office made are its own (`office`); the others belong to everybody.
    """

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True)
    office = models.ForeignKey(
        Unit, verbose_name=_("made by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = GradeScaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("grade scale")
        verbose_name_plural = _("grade scales")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @cached_property
    def all_grades(self) -> list[Grade]:
        """The grades, highest first; one query in the life of this object."""
        return list(self.grades.order_by("-from_index"))

    def bands(self) -> tuple[GradeBand, ...]:
        """The grades as the rules see them."""
        return tuple(GradeBand(grade.code, grade.name, grade.from_index) for grade in self.all_grades)


class GradeManager(models.Manager["Grade"]):
    def get_by_natural_key(self, scale: str, code: str) -> Grade:
        return self.get(scale__code=scale, code=code)


class Grade(models.Model):
    """One grade of a scale. `from_index` belongs to it (≥)."""

    scale = models.ForeignKey(GradeScale, on_delete=models.CASCADE, related_name="grades")
    code = models.SlugField(_("code"))
    name = models.CharField(_("name"), max_length=60)
    from_index = PercentField(_("from index"))

    objects = GradeManager()

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["scale", "-from_index"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "code"], name="grade_code_unique_in_its_scale"),
            models.UniqueConstraint(fields=["scale", "from_index"], name="grade_bound_unique_in_its_scale"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return self.scale.code, self.code

    natural_key.dependencies = ["scoring.gradescale"]  # type: ignore[attr-defined]


def grades_of(campaign: int, unit: int, scale: int) -> models.QuerySet[Grade, tuple[int, str, str, Decimal]]:
    """The grades of the unit's ranking block, else those of the campaign's scale; the best first."""
    from scoring.models.campaigns import BlockRule

    own = BlockRule.objects.filter(campaign=campaign, grade_scale__isnull=False).exclude(block="")
    of_block = own.filter(campaign__results__unit=unit, campaign__results__block=F("block"))
    grades = Grade.objects.filter(scale=Coalesce(Subquery(of_block.values("grade_scale")[:1]), scale))
    return grades.order_by("-from_index").values_list("pk", "code", "name", "from_index")


GRADES = Prepared(grades_of, values=3)

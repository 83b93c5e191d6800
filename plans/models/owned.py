"""Who sees and who keeps what belongs to a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.access import Role

if TYPE_CHECKING:
    from units.models import User

M = TypeVar("M", bound=models.Model)


def within_reach(user: User, owner: str = "owner") -> Q:
    """What belongs to the own unit, or to a unit below an office that the person coordinates or leads."""
    own = user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)
    governed = user.units_as(Role.COORDINATOR, Role.LEADER)
    return Q(**{f"{owner}__in": own}) | Q(**{f"{owner}__parent__in": governed})


class OwnedQuerySet(models.QuerySet[M]):
    """Rows with a unit as their `owner`."""

    def visible_to(self, user: User) -> Self:
        return self.filter(within_reach(user)) if user.is_authenticated else self.none()

    def editable_by(self, user: User) -> Self:
        return self.filter(owner__in=user.units_as(Role.OFFICER, Role.COORDINATOR))


class Papered(models.Model):
    """A row with the paper that shows it: number and date, and the document of the register where there is one."""

    number = models.CharField(_("number of the paper"), max_length=60, blank=True)
    issued_on = models.DateField(_("date of the paper"), null=True, blank=True)
    document = models.ForeignKey(
        "plans.Document",
        verbose_name=_("document of the register"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True

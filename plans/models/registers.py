from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.owned import OwnedQuerySet, Papered, within_reach
from plans.models.tasks import Conclusion
from units.access import Role
from units.models import Unit

if TYPE_CHECKING:
    from units.models import User


class InitiativeQuerySet(OwnedQuerySet["Initiative"]):
    def visible_to(self, user: User) -> InitiativeQuerySet:
        """Those of the own register and of registers below, and what another register says of the own unit."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)
        return self.filter(within_reach(user) | Q(unit__in=own))

    def recognised(self) -> InitiativeQuerySet:
        return self.exclude(number="")


class Initiative(Papered):
    """An initiative of a unit in a year; the paper is the decision that recognises it, once there is one."""

    owner = models.ForeignKey(Unit, verbose_name=_("register of"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="initiatives")
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("initiative"), max_length=500)
    field = models.CharField(_("field"), max_length=200, blank=True)
    recognised_by = models.CharField(_("recognised by"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["-year", "unit__name", "pk"]

    def __str__(self) -> str:
        return self.title[:80]


class MeetingQuerySet(OwnedQuerySet["Meeting"]):
    pass


class Meeting(Papered):
    """A meeting of those who steer the reform; the paper is its minutes, its notice of conclusions a row of its
    own."""

    owner = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField(_("held on"))
    subject = models.CharField(_("subject"), max_length=300)
    chair = models.CharField(_("chaired by"), max_length=200, blank=True)
    conclusion = models.ForeignKey(
        Conclusion,
        verbose_name=_("conclusion notice"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="meetings",
    )
    version = models.PositiveIntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("steering meeting")
        verbose_name_plural = _("steering meetings")
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.subject[:80]

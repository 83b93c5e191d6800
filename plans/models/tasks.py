from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.documents import Document
from plans.models.inspections import InspectedUnit
from plans.models.obligations import DueDay
from plans.models.targets import Plan
from units.access import Role
from units.models import Party, Unit

if TYPE_CHECKING:
    from units.models import User


class DeadlineKind(models.TextChoices):
    NONE = "none", _("no deadline")
    BEFORE = "before", _("before a date")
    BY = "by", _("by a date, the day itself included")
    WITHIN_MONTH = "within_month", _("within a month")
    SEASON = "season", _("by the end of a season")


class Origin(models.TextChoices):
    """Where a task comes from: each origin is counted apart."""

    PLAN = "plan", _("task of a plan")
    ASSIGNED = "assigned", _("assigned by the superior")
    DIRECTIVE = "directive", _("directive of a conclusion notice")
    FOLLOW_UP = "follow_up", _("remediation of lost points")
    OBLIGATION = "obligation", _("recurring obligation")
    FINDING = "finding", _("finding of an inspection")


# The form of a task offers these; the others arise where they belong.
GIVEN = (Origin.PLAN, Origin.ASSIGNED, Origin.DIRECTIVE)
# Who gives, changes and removes the tasks of a unit.
KEEPERS = (Role.OFFICER, Role.COORDINATOR)


class Standing(StrEnum):
    """How a task stands on a day."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"


class ConclusionQuerySet(models.QuerySet["Conclusion"]):
    def visible_to(self, user: User) -> ConclusionQuerySet:
        """Notices of offices that the person coordinates or leads, and those that give him a task."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.COORDINATOR, Role.LEADER)
        given = Task.objects.visible_to(user).exclude(directive=None).values("directive__conclusion")
        return self.filter(Q(owner__in=own) | Q(pk__in=given))

    def coordinated_by(self, user: User) -> ConclusionQuerySet:
        return self.filter(owner__in=user.units_as(Role.COORDINATOR))


class Conclusion(models.Model):
    """The notice of what was concluded at a session: numbered items, each with one task or several."""

    owner = models.ForeignKey(Unit, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    session = models.CharField(_("session"), max_length=300)
    session_on = models.DateField(_("day of the session"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conclusion notice")
        verbose_name_plural = _("conclusion notices")
        ordering = ["-year", "-session_on", "pk"]

    def __str__(self) -> str:
        return self.session


class Directive(models.Model):
    """One numbered item of a conclusion notice."""

    conclusion = models.ForeignKey(Conclusion, on_delete=models.CASCADE, related_name="directives")
    code = models.CharField(_("number"), max_length=20)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["conclusion", "code"], name="directive_once_a_notice")]

    def __str__(self) -> str:
        return self.code


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> TaskQuerySet:
        """Tasks that the own unit keeps, and those that it works on."""
        if not user.is_authenticated:
            return self.none()
        own = Q(owner__in=user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR))
        return self.filter(own | Q(pk__in=Task.objects.worked_on_by(user).values("pk")))

    def worked_on_by(self, user: User) -> TaskQuerySet:
        """Tasks that a unit of the person leads or cooperates in, itself or as a member of a group."""
        own = user.units_as(Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)
        concerned = Party.objects.filter(Q(unit__in=own) | Q(members__in=own)).values("pk")
        through = (Task.leads.through, Task.cooperating.through)
        led, helped = (each.objects.filter(party__in=concerned).values("task") for each in through)
        return self.filter(Q(pk__in=led) | Q(pk__in=helped))

    def kept_by(self, user: User) -> TaskQuerySet:
        """Tasks that the person gives, changes and removes."""
        return self.filter(owner__in=user.units_as(*KEEPERS))

    def reportable_by(self, user: User) -> TaskQuerySet:
        """Tasks whose progress the person reports: for a unit that works on them, or for the unit that keeps
        them."""
        kept = Q(owner__in=user.units_as(*KEEPERS))
        return self.filter(kept | Q(pk__in=Task.objects.worked_on_by(user).values("pk")))

    def led_by_unit(self, unit: Unit) -> TaskQuerySet:
        """Tasks that a unit leads, itself or as a member of a group."""
        parties = Party.objects.filter(Q(unit=unit) | Q(members=unit)).values("pk")
        return self.filter(pk__in=Task.leads.through.objects.filter(party__in=parties).values("task"))


class Task(models.Model):
    """Something that parties must do, by a deadline, with a product that shows it is done.

    `owner` keeps it: the unit whose plan or notice it is, or that was assigned it. What is done on time, late
    or not at all follows from `done_on`; nobody types it.
    Units: `deadline_on` is the date printed: with "before" the last valid day is the day before it, within a
    month it is the last of the month.
    Shapes: `fields` are words for the fields of reform that it bears on.
    """

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks")
    year = models.PositiveSmallIntegerField(_("year"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.FOLLOW_UP)
    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    directive = models.ForeignKey(Directive, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    due_day = models.ForeignKey(DueDay, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    inspected = models.ForeignKey(
        InspectedUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    # Who assigned it, and by which paper: the chairman of the province, number and date.
    basis = models.CharField(_("assigned by"), max_length=300, blank=True)
    is_request = models.BooleanField(_("a request to a body outside the line"), default=False)
    fields = models.JSONField(_("fields of reform"), default=list, blank=True)
    title = models.TextField(_("task"))
    product = models.CharField(_("product"), max_length=300, blank=True)
    recipient = models.CharField(_("sent to"), max_length=200, blank=True)
    via = models.CharField(_("through"), max_length=200, blank=True)
    leads = models.ManyToManyField(Party, verbose_name=_("lead"), blank=True, related_name="leads_tasks")
    cooperating = models.ManyToManyField(
        Party, verbose_name=_("cooperating"), blank=True, related_name="cooperates_in_tasks"
    )
    deadline_kind = models.CharField(
        _("kind of deadline"), max_length=15, choices=DeadlineKind, default=DeadlineKind.NONE
    )
    deadline_on = models.DateField(_("deadline"), null=True, blank=True)
    season = models.CharField(_("season"), max_length=100, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_kind=DeadlineKind.NONE, deadline_on=None)
                | Q(deadline_kind=DeadlineKind.SEASON)
                | (
                    Q(deadline_kind__in=(DeadlineKind.BEFORE, DeadlineKind.BY, DeadlineKind.WITHIN_MONTH))
                    & Q(deadline_on__isnull=False)
                ),
                name="task_deadline_has_a_date_or_is_none",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.OBLIGATION, due_day__isnull=False)
                | (~Q(origin=Origin.OBLIGATION) & Q(due_day=None)),
                name="task_of_an_obligation_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.FINDING, inspected__isnull=False)
                | (~Q(origin=Origin.FINDING) & Q(inspected=None)),
                name="task_of_a_finding_has_its_inspection",
            ),
        ]

    def __str__(self) -> str:
        return self.title[:80]

    @property
    def last_day(self) -> date | None:
        """The last day on which it is in time; None without a day."""
        if self.deadline_on is None:
            return None
        return (
            self.deadline_on - timedelta(days=1) if self.deadline_kind == DeadlineKind.BEFORE else self.deadline_on
        )

    def standing(self, day: date) -> Standing:
        """How it stands on a day; what was done later is not done yet. Without a last day it is never late."""
        if self.done_on is not None and self.done_on <= day:
            return Standing.LATE if self.last_day and self.done_on > self.last_day else Standing.ON_TIME
        return Standing.OVERDUE if self.last_day and day > self.last_day else Standing.OPEN


class Progress(models.Model):
    """What somebody reported of a task: on which day, how far, with which paper. `is_done` ends the task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="progress")
    on = models.DateField(_("on"))
    text = models.TextField(_("what was done"), blank=True)
    percent = models.PositiveSmallIntegerField(_("percent done"), null=True, blank=True)
    paper = models.CharField(_("number and date of the paper"), max_length=300, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document of the register"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_done = models.BooleanField(_("done"), default=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__lte=100), name="progress_at_most_all")
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from indicators.models.sets import Indicator, IndicatorSet
from parportal.decimals import QuantityField
from units.access import Role
from units.models import Lineage, Unit

if TYPE_CHECKING:
    from units.models import User


class PeriodKind(models.TextChoices):
    QUARTER = "quarter", _("quarter")
    HALF_YEAR = "half_year", _("half year")
    NINE_MONTHS = "nine_months", _("nine months")
    YEAR = "year", _("year")


class PeriodStatus(models.TextChoices):
    DRAFT = "draft", _("in preparation")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class ReturnStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("figures", "being filled in")
    SUBMITTED = "submitted", _("submitted")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned to be corrected")


FILLED_IN = (ReturnStatus.DRAFT, ReturnStatus.RETURNED)
HANDED_IN = (ReturnStatus.SUBMITTED, ReturnStatus.ACCEPTED)


class PeriodQuerySet(models.QuerySet["Period"]):
    def visible_to(self, user: User) -> PeriodQuerySet:
        """Periods of offices that the person coordinates or leads; once open, those that ask the own unit."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.COORDINATOR, Role.LEADER)
        asked = Return.objects.filter(unit__in=user.units_as(Role.OFFICER, Role.LEADER)).values("period")
        return self.filter(Q(owner__in=own) | (~Q(status=PeriodStatus.DRAFT) & Q(pk__in=asked)))

    def coordinated_by(self, user: User) -> PeriodQuerySet:
        return self.filter(owner__in=user.units_as(Role.COORDINATOR))


class Period(models.Model):
    """A time for which an office (`owner`) asks units for their figures, by one version of a set.

    `starts_on` and `ends_on` are the cut-off days, both included (15 December to 14 December, as a rule);
    `number` tells quarters of a year apart, and is 1 for every other kind.
    """

    owner = models.ForeignKey(Unit, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="periods")
    indicator_set = models.ForeignKey(
        IndicatorSet, verbose_name=_("indicator set"), on_delete=models.PROTECT, related_name="periods"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=PeriodKind)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    due_at = models.DateTimeField(_("deadline"))
    status = models.CharField(_("status"), max_length=10, choices=PeriodStatus, default=PeriodStatus.DRAFT)
    version = models.PositiveIntegerField(default=1)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["-ends_on", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "indicator_set", "kind", "year", "number"], name="period_once_an_office"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(kind=PeriodKind.QUARTER, number__range=(1, 4))
                | Q(kind=PeriodKind.HALF_YEAR, number__range=(1, 2))
                | Q(kind__in=(PeriodKind.NINE_MONTHS, PeriodKind.YEAR), number=1),
                name="period_number_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return time_words(self.kind, self.number, self.year)

    def is_coordinated_by(self, user: User) -> bool:
        return self.owner_id in user.units_as(Role.COORDINATOR)

    def is_governed_by(self, user: User) -> bool:
        """Whether the person coordinates or leads the office that asks."""
        return self.owner_id in user.units_as(Role.COORDINATOR, Role.LEADER)


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: User) -> ReturnQuerySet:
        """Returns of the own unit and its predecessors; for the office that asks, all that its periods hold."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER)
        inherited = Lineage.objects.filter(successor__in=own).values("predecessor")
        mine = (Q(unit__in=own) | Q(unit__in=inherited)) & ~Q(period__status=PeriodStatus.DRAFT)
        return self.filter(mine | Q(period__owner__in=user.units_as(Role.COORDINATOR, Role.LEADER)))

    def handed_in(self) -> ReturnQuerySet:
        return self.filter(status__in=HANDED_IN)


class Return(models.Model):
    """What one unit reports for a period: its indicators with their values."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="returns")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="returns")
    status = models.CharField(_("status"), max_length=10, choices=ReturnStatus, default=ReturnStatus.DRAFT)
    # An own deadline, given with a return to the unit.
    due_at = models.DateTimeField(_("own deadline"), null=True, blank=True)
    return_reason = models.TextField(_("reason of the return"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        "units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["period", "unit__code"]
        constraints = [models.UniqueConstraint(fields=["period", "unit"], name="return_one_a_unit")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.period}"

    @property
    def deadline_at(self) -> datetime:
        return self.due_at or self.period.due_at

    def is_owned_by(self, user: User) -> bool:
        """Whether the person fills in and submits it."""
        return self.unit_id in user.units_as(Role.OFFICER, Role.LEADER)


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> EntryQuerySet:
        return self.filter(return_of__in=Return.objects.visible_to(user))


class Entry(models.Model):
    """One row of a return as it is typed and saved: a figure, or one line of a table.

    There is none as long as nothing was said: a missing row is "not reported", which is not 0. `reason` is why
    figures that a check warns of stand all the same.
    Shapes: `line` is empty for a figure; for a table the key of a given line, or a number made for a free one.
    """

    return_of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="entries")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=20, blank=True)
    note = models.TextField(_("note"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    as_of_on = models.DateField(_("as of"), null=True, blank=True)
    is_estimate = models.BooleanField(_("estimate"), default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a return")
        verbose_name_plural = _("rows of returns")
        ordering = ["indicator__position", "line"]
        constraints = [models.UniqueConstraint(fields=["return_of", "indicator", "line"], name="return_row_once")]

    def __str__(self) -> str:
        return f"{self.indicator}"


class Value(models.Model):
    """A figure (or choice, or text) of a row: of its indicator, or of one column of its table.

    Exactly one of `number` and `text` is set: `text` holds a text, or the key of a choice. No row: not reported.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    number = QuantityField(_("number"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        constraints = [
            models.UniqueConstraint(fields=["entry", "indicator"], name="value_once_a_row"),
            models.CheckConstraint(
                condition=Q(number=None) & ~Q(text="") | Q(number__isnull=False) & Q(text=""),
                name="value_is_a_number_or_a_text",
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)


def time_words(kind: str, number: int, year: object) -> str:
    """The name of a period: the second quarter of 2026."""
    match kind:
        case PeriodKind.QUARTER:
            words = gettext("Quarter %(number)s of %(year)s")
        case PeriodKind.HALF_YEAR:
            words = gettext("First half of %(year)s") if number == 1 else gettext("Second half of %(year)s")
        case PeriodKind.NINE_MONTHS:
            words = gettext("Nine months of %(year)s")
        case _:
            words = gettext("Year %(year)s")
    return words % {"number": number, "year": year}


def cut_off(kind: str, year: int, number: int = 1) -> tuple[date, date]:
    """The usual cut-off days of a period: the year runs from 15 December to 14 December."""
    months = {PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.NINE_MONTHS: 9, PeriodKind.YEAR: 12}
    length = months[PeriodKind(kind)]
    first = 1 if kind == PeriodKind.NINE_MONTHS else 1 + (number - 1) * length
    start = date(year - 1, 12, 15) if first == 1 else date(year, first - 1, 15)
    return start, date(year, first + length - 1, 14)

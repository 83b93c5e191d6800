from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parportal.decimals import QuantityField
from units.access import Role
from units.models import Unit, UnitType

if TYPE_CHECKING:
    from units.models import User


class SetStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class ValueType(models.TextChoices):
    INTEGER = "integer", _("whole number")
    DECIMAL = "decimal", _("decimal number")
    PERCENT = "percent", _("percentage")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("text")


NUMERIC = (ValueType.INTEGER, ValueType.DECIMAL, ValueType.PERCENT)


class RollUp(models.TextChoices):
    """How the figures of units become the figure of their parent."""

    SUM = "sum", _("sum")
    MEAN = "mean", _("mean of the units")
    RATIO = "ratio", _("ratio of sums")
    LATEST = "latest", _("latest value")
    CHOICES = "choices", _("units by choice")
    NONE = "none", _("not rolled up")


class Lines(models.TextChoices):
    """What an indicator with columns below it is: a table with given lines, or one whose lines are typed."""

    FIXED = "fixed", _("given lines")
    FREE = "free", _("free lines")


class IndicatorSetQuerySet(models.QuerySet["IndicatorSet"]):
    def visible_to(self, user: User) -> IndicatorSetQuerySet:
        """Sets in use for everybody; drafts for those who coordinate their office."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(~Q(status=SetStatus.DRAFT) | Q(office__in=user.units_as(Role.COORDINATOR)))

    def editable_by(self, user: User) -> IndicatorSetQuerySet:
        return self.filter(office__in=user.units_as(Role.COORDINATOR))

    def get_by_natural_key(self, code: str, version: int) -> IndicatorSet:
        return self.get(code=code, version=version)


class IndicatorSet(models.Model):
    """A form of statistics as its decision prescribes it: a tree of indicators, and the checks between them.

    Data, not code: a published set never changes any more; what is new is a new version. Sets without an
    `office` are shipped with the portal and belong to everybody.
    """

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=300)
    source = models.CharField(_("source"), max_length=300, blank=True)
    office = models.ForeignKey(
        Unit, verbose_name=_("made by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(_("status"), max_length=10, choices=SetStatus, default=SetStatus.DRAFT)

    objects = IndicatorSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator set")
        verbose_name_plural = _("indicator sets")
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="indicator_set_version_once")]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, int]:
        return self.code, self.version

    @property
    def is_frozen(self) -> bool:
        return self.status != SetStatus.DRAFT


class Indicator(models.Model):
    """A node of the tree: a heading, a figure, a table, or a column of a table.

    An indicator has a value when `value_type` is set. Its value is typed, unless `formula` says from which
    others it follows. One with `lines` is a table: its children are the columns. `levels` name the types of unit
    whose own return holds the figure.
    Units: `measure` is the unit of measure as printed; `least` and `most` bound what may be typed, in it.
    Shapes: `options` of a choice and `table_lines` of a table with given lines: [[key, text], …] in their order;
    `levels`: [UnitType, …]; `formula`: the right side of a rule (`indicators.rules`).
    """

    set = models.ForeignKey(IndicatorSet, on_delete=models.CASCADE, related_name="indicators")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    code = models.CharField(_("code"), max_length=40)
    printed_code = models.CharField(_("code as printed"), max_length=40, blank=True)
    position = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=300)
    guidance = models.TextField(_("guidance"), blank=True)
    measure = models.CharField(_("unit of measure"), max_length=60, blank=True)
    value_type = models.CharField(_("kind of value"), max_length=10, choices=ValueType, blank=True)
    places = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    options = models.JSONField(_("options"), default=list, blank=True)
    least = QuantityField(_("at least"), null=True, blank=True)
    most = QuantityField(_("at most"), null=True, blank=True)
    levels = models.JSONField(_("levels"), default=list, blank=True)
    from_year = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    formula = models.CharField(_("follows from"), max_length=300, blank=True)
    is_cumulative = models.BooleanField(_("counted from the beginning of the year"), default=False)
    roll_up = models.CharField(_("roll-up"), max_length=10, choices=RollUp, default=RollUp.NONE)
    numerator = models.ForeignKey(
        "self",
        verbose_name=_("sum above the line"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    denominator = models.ForeignKey(
        "self",
        verbose_name=_("sum below the line"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    lines = models.CharField(_("lines of the table"), max_length=5, choices=Lines, blank=True)
    table_lines = models.JSONField(_("given lines"), default=list, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["set", "code"], name="indicator_code_once"),
            models.UniqueConstraint(fields=["set", "position"], name="indicator_position_once"),
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year=None) | Q(to_year__gte=models.F("from_year")),
                name="indicator_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_numeric(self) -> bool:
        return self.value_type in NUMERIC

    @property
    def is_typed(self) -> bool:
        """Whether somebody fills in a value of its own."""
        return bool(self.value_type) and not self.formula

    @cached_property
    def option_texts(self) -> dict[str, str]:
        return {str(key): text for key, text in self.options}

    def applies_to(self, type_: str, year: int) -> bool:
        """Whether the returns of units of a type hold it in a year. Without levels it is everybody's."""
        in_time = (self.from_year or 0) <= year <= (self.to_year or year)
        return in_time and (not self.levels or type_ in self.levels)


class Severity(models.TextChoices):
    ERROR = "error", _("must be mended")
    WARNING = "warning", _("may stand with a reason")


class Check(models.Model):
    """A relation that figures of one return must keep, in the words of its rule (`indicators.rules`).

    A rule about columns of one table holds for each of its lines. It is not judged where a figure is missing,
    unless `null_as_zero` takes what is missing for 0. `explained_by` names a figure: broken by exactly that, the
    check is explained, not broken (files withdrawn, which a form has no column for).
    """

    set = models.ForeignKey(IndicatorSet, on_delete=models.CASCADE, related_name="checks")
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveIntegerField()
    rule = models.CharField(_("rule"), max_length=300)
    title = models.CharField(_("in words"), max_length=300, blank=True)
    severity = models.CharField(_("weight"), max_length=10, choices=Severity, default=Severity.ERROR)
    null_as_zero = models.BooleanField(_("missing counts as 0"), default=False)
    explained_by = models.ForeignKey(
        Indicator,
        verbose_name=_("explained by"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["set", "code"], name="indicator_check_code_once")]

    def __str__(self) -> str:
        return self.title or self.rule


def levels_of(types: Any) -> list[str]:
    """Types of unit in the order of `UnitType`, each once."""
    return [each for each in UnitType.values if each in set(types)]

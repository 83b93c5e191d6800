from __future__ import annotations

from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from scoring.points import PointsField
from scoring.rules import METHODS, CountsAs, ExtraPoints, Leaf, Method, Policy, RoundAt, Rounding, build, leaf_step
from units.models import Function, Unit, UnitType

if TYPE_CHECKING:
    from units.models import User


class SetStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("criteria set", "draft")
    PUBLISHED = "published", pgettext_lazy("criteria set", "published")
    RETIRED = "retired", _("retired")


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def visible_to(self, user: User) -> CriteriaSetQuerySet:
        """Issued sets to everybody of the portal; drafts only to the coordinators of their issuer."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(~Q(status=SetStatus.DRAFT) | Q(issuer__in=user.units_as(user.roles.COORDINATOR)))

    def get_by_natural_key(self, code: str, version: int) -> CriteriaSet:
        return self.get(code=code, version=version)


class CriteriaSet(models.Model):
    """One version of a criteria set: a tree of criteria issued by a decision.

    A published set never changes; editing makes a new version.
    Units: `total_points` is the sum of the fields' maxima; `point_step` the unit of rounding, applied where
    `round_at` says. `revision` counts the edits of a draft: an edit of an older one is refused.
    """

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=300)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    decision_on = models.DateField(_("decision date"), null=True, blank=True)
    issuer = models.ForeignKey(Unit, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+")
    unit_type = models.CharField(_("type of units scored"), max_length=10, choices=UnitType)
    total_points = PointsField(_("total points"))
    level_names = models.JSONField(_("names of the levels"), default=list)
    status = models.CharField(max_length=10, choices=SetStatus, default=SetStatus.DRAFT)
    index_decimals = models.PositiveSmallIntegerField(_("decimals of the index"), default=2)
    point_step = PointsField(_("step of points"), default=Decimal("0.01"))
    rounding = models.CharField(
        _("rounding"),
        max_length=10,
        choices=[("half_up", _("half up")), ("down", _("down")), ("up", _("up"))],
        default=Rounding.HALF_UP.value,
    )
    round_at = models.CharField(
        _("rounded at"),
        max_length=10,
        choices=[
            (RoundAt.LEAF.value, _("each row")),
            (RoundAt.FIELD.value, _("each field")),
            (RoundAt.TOTAL.value, _("the total")),
        ],
        default=RoundAt.LEAF.value,
    )
    extra_points = models.CharField(
        _("bonus and penalty count"),
        max_length=10,
        choices=[
            (ExtraPoints.AFTER.value, _("on the index")),
            (ExtraPoints.BEFORE.value, _("on the points, before rescaling")),
        ],
        default=ExtraPoints.AFTER.value,
    )
    frame = models.ForeignKey(
        "self",
        verbose_name=_("frame of the parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revision = models.PositiveIntegerField(default=1)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="set_version_unique"),
            models.CheckConstraint(condition=Q(index_decimals__lte=4), name="set_index_fits_its_column"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def natural_key(self) -> tuple[str, int]:
        return self.code, self.version

    natural_key.dependencies = ["units.unit"]  # type: ignore[attr-defined]

    @property
    def is_frozen(self) -> bool:
        return self.status != SetStatus.DRAFT

    @cached_property
    def uncommon_criteria(self) -> tuple[Criterion, ...]:
        """Bonus, penalty and what lies in a knock-out branch, in reading order; none in most sets.

        One query: in the life of this object, of a set that never changes any more in that of the process.
        """
        return uncommon_of_frozen(self.pk, self.revision) if self.is_frozen else _uncommon(self.pk)

    @property
    def fields(self) -> CriterionQuerySet:
        """The fields within the maximum: bonus and penalty groups are none."""
        return self.criteria.filter(parent=None, counts_as=CountsAs.BASE.value)

    @property
    def has_extras(self) -> bool:
        """Whether the set has bonus or penalty points."""
        return any(each.counts_as != CountsAs.BASE for each in self.uncommon_criteria)

    @property
    def leaf_step(self) -> Decimal:
        """What a leaf is rounded to: the set's step, or a hundredth where the sums are rounded."""
        return leaf_step(self.point_step, RoundAt(self.round_at))


def _uncommon(set_id: int) -> tuple[Criterion, ...]:
    uncommon = ~Q(counts_as=CountsAs.BASE.value) | Q(knock_out=True) | Q(knock_out_branch__isnull=False)
    return tuple(Criterion.objects.filter(uncommon, criteria_set=set_id).order_by("position"))


@lru_cache(maxsize=64)
def uncommon_of_frozen(set_id: int, revision: int) -> tuple[Criterion, ...]:
    """Shared by all requests of a process: only to be read."""
    return _uncommon(set_id)


COUNTS_AS = [
    (CountsAs.BASE.value, _("within the maximum")),
    (CountsAs.BONUS.value, _("bonus")),
    (CountsAs.PENALTY.value, _("penalty")),
]
POLICIES = [
    (Policy.EXCLUDE.value, _("left out of both")),
    (Policy.FULL.value, _("full points")),
    (Policy.ZERO.value, _("zero points")),
]


def method_choices() -> list[tuple[str, str]]:
    """The scoring methods; a callable, so that a new one needs no migration."""
    return [(name, method.title) for name, method in METHODS.items()]


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def get_by_natural_key(self, set_code: str, version: int, code: str) -> Criterion:
        return self.get(criteria_set__code=set_code, criteria_set__version=version, code=code)

    def leaves(self) -> CriterionQuerySet:
        return self.filter(children=None)


class Criterion(models.Model):
    """A node of the tree: field, criterion or component. Whatever has no children is scored.

    `position` numbers the whole set in the order in which it is read; `section` is the field
    (top-level node) above, the node itself at the top: the database groups leaf points by it.
    `knock_out_branch` is the topmost knock-out criterion above, whose leaves are settled together.
    """

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    section = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    knock_out_branch = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(_("code"), max_length=20)
    title = models.CharField(_("title"), max_length=500)
    max_points = PointsField(_("maximum points"))
    position = models.PositiveIntegerField()
    method = models.CharField(
        _("scoring method"),
        max_length=20,
        blank=True,
        choices=method_choices,
    )
    params = models.JSONField(_("parameters of the method"), default=dict, blank=True)
    no_case_policy = models.CharField(
        _("when no case arose"), max_length=10, choices=POLICIES, default=Policy.EXCLUDE.value
    )
    zero_denominator_policy = models.CharField(
        _("when the denominator is 0"), max_length=10, choices=POLICIES, default=Policy.EXCLUDE.value
    )
    counts_as = models.CharField(_("counts as"), max_length=10, choices=COUNTS_AS, default=CountsAs.BASE.value)
    knock_out = models.BooleanField(_("knock-out"), default=False)
    guidance = models.TextField(_("guidance"), blank=True)
    evidence_required = models.BooleanField(_("evidence required"), default=False)
    function = models.CharField(_("proposed function"), max_length=20, choices=Function, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["criteria_set", "position"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "code"], name="criterion_code_unique_in_its_set"),
            models.CheckConstraint(condition=Q(max_points__gte=0), name="criterion_maximum_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def natural_key(self) -> tuple[str, int, str]:
        return (*self.criteria_set.natural_key(), self.code)

    natural_key.dependencies = ["scoring.criteriaset"]  # type: ignore[attr-defined]

    def leaf(self, criteria_set: CriteriaSet) -> Leaf:
        """The leaf as the rules see it (`criteria_set` is passed in: no hidden query)."""
        return Leaf(
            max_points=self.max_points,
            step=criteria_set.leaf_step,
            rounding=Rounding(criteria_set.rounding),
            no_case=Policy(self.no_case_policy),
            zero_denominator=Policy(self.zero_denominator_policy),
        )

    def scoring_method(self, criteria_set: CriteriaSet) -> Method:
        """The method of a leaf, ready to score.

        Raises: RuleErrors when the params are not those of the method (a draft may hold such a leaf).
        """
        return build(self.method, self.params, self.leaf(criteria_set))


class DraftStep(models.Model):
    """One step of editing a draft, to be undone: what the draft said before it.

    Shapes: `before` is `scoring.content.to_json`; `renamed` maps the codes of the content before to those after.
    """

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(max_length=200)
    before = models.JSONField()
    renamed = models.JSONField(default=dict)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of drafts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Acknowledgement(models.Model):
    """A warning of the lint that was read and accepted. It lapses when the facts behind the warning change.

    Shapes: `finding` is `scoring.lint.Finding.key`.
    """

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="acknowledgements")
    finding = models.CharField(max_length=300)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("acknowledged warning")
        verbose_name_plural = _("acknowledged warnings")
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "finding"], name="acknowledgement_one_a_finding"),
            models.CheckConstraint(condition=~Q(reason=""), name="acknowledgement_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.finding

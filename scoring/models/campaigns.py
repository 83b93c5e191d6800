from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring.models.criteria import CriteriaSet, Criterion
from scoring.models.grades import Grade, GradeScale
from scoring.points import PercentField
from scoring.rules import RankRule
from units.access import Role
from units.models import Party, Unit

if TYPE_CHECKING:
    from units.models import User


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    PUBLISHED = "published", _("published")
    AMENDED = "amended", _("amended")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> CampaignQuerySet:
        """Campaigns a person takes part in: as the parent or keeper, as an appraiser, or as a scored unit.

        Drafts are seen by the coordinators and leaders of the parent (or keeper) only.
        """
        if not user.is_authenticated:
            return self.none()
        governs = governing(user)
        assigned = Assignment.objects.filter(agency__in=user.units_as(Role.APPRAISER)).values("campaign")
        scored = Campaign.objects.filter(
            results__unit__in=user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)
        )
        takes_part = ~Q(status=CampaignStatus.DRAFT) & (Q(pk__in=assigned) | Q(pk__in=scored.values("pk")))
        return self.filter(governs | takes_part)

    def coordinated_by(self, user: User) -> CampaignQuerySet:
        own = user.units_as(Role.COORDINATOR)
        return self.filter(Q(external=False, owner__in=own) | Q(external=True, kept_by__in=own))

    def led_by(self, user: User) -> CampaignQuerySet:
        own = user.units_as(Role.LEADER)
        return self.filter(Q(external=False, owner__in=own) | Q(external=True, kept_by__in=own))

    def rehearsable_by(self, user: User) -> CampaignQuerySet:
        """Training campaigns not published yet, whose clock the person may set: all for administrators."""
        training = self.filter(training=True).exclude(status__in=PUBLIC)
        return training if user.has_role(Role.ADMINISTRATOR) else training.coordinated_by(user)

    def published(self) -> CampaignQuerySet:
        return self.filter(status__in=PUBLIC)

    def get_by_natural_key(self, code: str) -> Campaign:
        return self.get(code=code)


PUBLIC = (CampaignStatus.PUBLISHED, CampaignStatus.AMENDED)


def governing(user: User, prefix: str = "") -> Q:
    """Campaigns (behind `prefix`) that the person coordinates or leads: owner's, or keeper's if external."""
    own = user.units_as(Role.COORDINATOR, Role.LEADER)
    return Q(**{f"{prefix}external": False, f"{prefix}owner__in": own}) | Q(
        **{f"{prefix}external": True, f"{prefix}kept_by__in": own}
    )


class Campaign(models.Model):
    """One round of scoring: a parent (`owner`) scores its units of one year by one version of a set.

    When the parent is not on the portal (`external`), the scored unit's own office keeps the campaign
    (`kept_by`) and records what the parent published.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        Unit, verbose_name=_("scored by"), on_delete=models.PROTECT, related_name="campaigns"
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name=_("criteria set"), on_delete=models.PROTECT, related_name="campaigns"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    window_from = models.DateField(_("period from"), null=True, blank=True)
    window_to = models.DateField(_("period to"), null=True, blank=True)
    grade_scale = models.ForeignKey(
        GradeScale, verbose_name=_("grade scale"), null=True, blank=True, on_delete=models.PROTECT
    )
    rank_rule = models.CharField(
        _("rule for ties"),
        max_length=12,
        choices=[
            (RankRule.COMPETITION.value, _("1, 2, 2, 4")),
            (RankRule.DENSE.value, _("1, 2, 2, 3")),
        ],
        default=RankRule.COMPETITION.value,
    )
    ranks_by_keys = models.BooleanField(_("equal indexes are ranked by the tie-break keys"), default=False)
    # Codes of fields, the first one first: the higher share of its maximum wins; "penalty": fewer penalty points.
    tie_breaks = models.JSONField(_("tie-break keys"), default=list, blank=True)
    top_quota_percent = PercentField(_("top grade for at most (percent of a block)"), null=True, blank=True)
    self_score_due_at = models.DateTimeField(_("deadline of the self-score"), null=True, blank=True)
    appraisal_due_at = models.DateTimeField(_("deadline of the first appraisal"), null=True, blank=True)
    explanation_due_at = models.DateTimeField(_("deadline of the explanation"), null=True, blank=True)
    second_appraisal_due_at = models.DateTimeField(_("deadline of the second appraisal"), null=True, blank=True)
    # Rehearsal clock: how far the time of this campaign is ahead of (or behind) the true one; training only.
    clock_offset = models.DurationField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=CampaignStatus, default=CampaignStatus.DRAFT)
    training = models.BooleanField(_("training"), default=False)
    external = models.BooleanField(_("scored outside the portal"), default=False)
    kept_by = models.ForeignKey(
        Unit, verbose_name=_("kept by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_number = models.CharField(_("number of the publishing decision"), max_length=60, blank=True)
    decision_on = models.DateField(_("date of the publishing decision"), null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        "units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-year", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(external=False, kept_by=None) | Q(external=True, kept_by__isnull=False),
                name="campaign_external_has_a_keeper",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at=None, proposed_by=None)
                | Q(proposed_at__isnull=False, proposed_by__isnull=False),
                name="campaign_proposal_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "amended"]) | Q(published_at__isnull=False),
                name="campaign_published_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(window_from=None) | Q(window_to=None) | Q(window_to__gte=F("window_from")),
                name="campaign_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(clock_offset=None) | Q(training=True), name="campaign_clock_only_in_training"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def now(self) -> datetime:
        """The time by which this campaign's deadlines are judged; see `clock_offset`."""
        return timezone.now() + (self.clock_offset or timedelta(0))

    @property
    def is_public(self) -> bool:
        return self.status in PUBLIC

    @property
    def is_proposed(self) -> bool:
        return self.proposed_at is not None and not self.is_public

    @property
    def office(self) -> Unit:
        """The office that runs it: the owner, or the keeper of a campaign that is scored outside the portal."""
        return self.kept_by if self.external and self.kept_by else self.owner

    @property
    def office_id(self) -> int:
        """The unit whose coordinators and leaders run this campaign on the portal."""
        return self.kept_by_id if self.external and self.kept_by_id else self.owner_id

    def governed_by(self, user: User) -> bool:
        return self.office_id in user.units_as(Role.COORDINATOR, Role.LEADER)

    def coordinated_by(self, user: User) -> bool:
        return self.office_id in user.units_as(Role.COORDINATOR)

    def led_by(self, user: User) -> bool:
        return self.office_id in user.units_as(Role.LEADER)


class Assignment(models.Model):
    """An agency appraises a criterion and everything below it; the nearest assignment above a leaf counts."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="assignments")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="assignments"
    )
    agency = models.ForeignKey(
        Unit, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="assignments"
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "criterion"], name="assignment_one_agency_a_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.criterion} → {self.agency}"


class BlockRule(models.Model):
    """What a ranking block does otherwise than its campaign; empty columns follow the campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="block_rules")
    block = models.CharField(_("ranking block"), max_length=60)
    grade_scale = models.ForeignKey(
        GradeScale, verbose_name=_("grade scale"), null=True, blank=True, on_delete=models.PROTECT
    )
    top_quota_percent = PercentField(_("top grade for at most (percent of a block)"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule of a ranking block")
        verbose_name_plural = _("rules of ranking blocks")
        ordering = ["block"]
        constraints = [models.UniqueConstraint(fields=["campaign", "block"], name="block_rule_one_a_block")]

    def __str__(self) -> str:
        return self.block


class GradeRuleKind(models.TextChoices):
    PRECONDITION = "precondition", _("precondition")
    CAP = "cap", _("cap")


class GradeRule(models.Model):
    """A grade made to depend on one criterion, for every unit graded by the scale of `grade`.

    Precondition: who earned less than `below_percent` of the criterion's applicable maximum does not get `grade`
    or a higher one. Cap: who earned less gets at most `grade`. Units: percent, 0-100.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="grade_rules")
    kind = models.CharField(max_length=15, choices=GradeRuleKind)
    grade = models.ForeignKey(Grade, verbose_name=_("grade"), on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+"
    )
    below_percent = PercentField(_("below (percent of its maximum)"))
    title = models.CharField(_("what it says"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("grade rule")
        verbose_name_plural = _("grade rules")
        ordering = ["campaign", "kind", "pk"]

    def __str__(self) -> str:
        return self.title


class Exclusion(models.Model):
    """A criterion, with all below it, that does not apply to a unit or a group of units, by a decision."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="exclusions")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="exclusions"
    )
    party = models.ForeignKey(
        Party, verbose_name=_("unit or group"), on_delete=models.PROTECT, related_name="exclusions"
    )
    reason = models.TextField(_("reason"))
    approved_by = models.CharField(_("approved by"), max_length=200)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        ordering = ["campaign", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "criterion", "party"], name="exclusion_one_a_criterion_and_party"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(approved_by=""), name="exclusion_has_reason_and_approval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.party}"


class SetReplacement(models.Model):
    """A campaign that moved to another version of its set while it ran: nothing was dropped silently.

    Shapes: `data` is `scoring.replacing.Replacement.to_json`: the rows of criteria that are no more, with their
    answers, notes and decisions, and the codes whose rules changed.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="replacements")
    from_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="+")
    to_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    data = models.JSONField()
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("replacement of a set")
        verbose_name_plural = _("replacements of sets")
        ordering = ["campaign", "pk"]

    def __str__(self) -> str:
        return f"{self.from_set} → {self.to_set}"

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from scoring.models.campaigns import PUBLIC, BlockRule, Campaign, Exclusion, Grade, governing
from scoring.models.criteria import Criterion
from scoring.points import PointsField
from scoring.rules import METHODS, CountsAs, GradeBand, LeafState
from units.access import Role
from units.models import Lineage, Party, Unit

if TYPE_CHECKING:
    from units.models import User


class SheetStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("score sheet", "draft")
    AWAITING_LEADER = "awaiting_leader", _("awaiting the leader")
    SUBMITTED = "submitted", _("submitted")
    UNDER_APPRAISAL = "under_appraisal", _("under appraisal")
    APPRAISED = "appraised", _("appraised")
    PUBLISHED = "published", _("published")


# What an appraiser sees begins when the unit's leader has submitted.
SUBMITTED_OR_LATER = (
    SheetStatus.SUBMITTED,
    SheetStatus.UNDER_APPRAISAL,
    SheetStatus.APPRAISED,
    SheetStatus.PUBLISHED,
)

# What has a result: every row was decided.
DECIDED = (SheetStatus.APPRAISED, SheetStatus.PUBLISHED)

# Methods whose rows nobody fills in by hand: the results of a survey come by import.
IMPORTED = tuple(name for name, method in METHODS.items() if not method.by_unit)


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: User) -> ScoreSheetQuerySet:
        """Sheets of the own unit (and its predecessors), of campaigns governed, and submitted ones to appraise."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER)
        inherited = Lineage.objects.filter(successor__in=own).values("predecessor")
        mine = Q(unit__in=own) | Q(unit__in=inherited)
        assigned = Score.objects.filter(agency__in=user.units_as(Role.APPRAISER)).values("sheet")
        to_appraise = Q(status__in=SUBMITTED_OR_LATER, pk__in=assigned)
        return self.filter(mine | governing(user, "campaign__") | to_appraise)

    def awaiting_appraisal(self) -> ScoreSheetQuerySet:
        return self.filter(status__in=(SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL))


class ScoreSheet(models.Model):
    """A unit's score sheet in a campaign: one row (`Score`) for each leaf of the set."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sheets")
    status = models.CharField(max_length=15, choices=SheetStatus, default=SheetStatus.DRAFT)
    # An own deadline: given with a return or an extension; otherwise the campaign's counts.
    due_at = models.DateTimeField(_("own deadline"), null=True, blank=True)
    return_reason = models.TextField(_("reason of the return"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        "units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["campaign", "unit__code"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="sheet_one_a_unit"),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="sheet_submission_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign.code}: {self.unit.name}"

    @cached_property
    def grades(self) -> list[Grade]:
        """The grades of the unit's ranking block, else of the campaign; one query in the life of this object."""
        block = self.campaign.results.filter(unit=self.unit_id).exclude(block="").values("block")
        own = BlockRule.objects.filter(campaign=self.campaign_id, block__in=block, grade_scale__isnull=False)
        scale = Coalesce(Subquery(own.order_by().values("grade_scale")[:1]), Value(self.campaign.grade_scale_id))
        return list(Grade.objects.filter(scale=scale).order_by("-from_index"))

    @property
    def bands(self) -> tuple[GradeBand, ...]:
        return tuple(GradeBand(grade.code, grade.name, grade.from_index) for grade in self.grades)

    @property
    def deadline_at(self) -> datetime | None:
        return self.due_at or self.campaign.self_score_due_at

    def is_past_deadline(self, at: datetime | None = None) -> bool:
        """Whether the deadline has passed; the deadline itself is still in time."""
        return self.deadline_at is not None and (at or timezone.now()) > self.deadline_at

    def is_filled_by(self, user: User) -> bool:
        return self.unit_id in user.units_as(Role.OFFICER, Role.LEADER)

    def shows_appraisal_to(self, user: User) -> bool:
        """Whether the person may see appraised points: the unit itself only after publication."""
        if self.campaign.status in PUBLIC:
            return True
        return not self.is_read_as_unit_by(user)

    def is_read_as_unit_by(self, user: User) -> bool:
        """Whether the person stands on the unit's side (an external campaign has no other side)."""
        return not self.campaign.external and not self.is_appraised_by(user)

    def is_appraised_by(self, user: User) -> bool:
        """Whether the person governs the campaign or works for an agency, and not for the scored unit itself.

        An external campaign is kept by the scored unit's own office, which records what was decided elsewhere.
        """
        if self.campaign.external:
            return self.campaign.coordinated_by(user)
        if self.unit_id in user.units_as():
            return False
        return self.campaign.governed_by(user) or self.is_assigned_to(user)

    def is_assigned_to(self, user: User) -> bool:
        """Whether an agency for which the person appraises has rows of this sheet (a query for appraisers)."""
        agencies = user.units_as(Role.APPRAISER)
        return bool(agencies) and self.scores.filter(agency__in=agencies).exists()


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: User) -> ScoreQuerySet:
        """Rows of the sheets a person sees; whoever sees a sheet only as an appraiser, sees the agency's rows."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER)
        inherited = Lineage.objects.filter(successor__in=own).values("predecessor")
        mine = Q(sheet__unit__in=own) | Q(sheet__unit__in=inherited)
        assigned = Q(agency__in=user.units_as(Role.APPRAISER), sheet__status__in=SUBMITTED_OR_LATER)
        return self.filter(mine | governing(user, "sheet__campaign__") | assigned)

    def appraisable_by(self, user: User) -> ScoreQuerySet:
        """Rows whose appraisal the person may write: all of campaigns coordinated, else those of the agency.

        Nobody appraises the sheet of his own unit; an external campaign's keeper only records the parent's.
        """
        coordinated = user.units_as(Role.COORDINATOR)
        inside = Q(sheet__campaign__external=False) & (
            Q(sheet__campaign__owner__in=coordinated) | Q(agency__in=user.units_as(Role.APPRAISER))
        )
        recorded = Q(sheet__campaign__external=True, sheet__campaign__kept_by__in=coordinated)
        return self.filter((inside & ~Q(sheet__unit__in=user.units_as())) | recorded)

    def lossy(self) -> ScoreQuerySet:
        """Rows that lost points: short of their applicable maximum, unanswered ones among them, and penalties.

        Facts that are compared when the round closes have lost nothing yet.
        """
        pending = Appraisal.objects.filter(score=OuterRef("pk"), pending=True)
        nothing = Q(points=None, counted_max_points__gt=0) & ~Exists(pending)
        short = Q(points__lt=F("counted_max_points")) | nothing
        base = Q(criterion__counts_as=CountsAs.BASE.value) & short
        return self.filter(base | Q(criterion__counts_as=CountsAs.PENALTY.value, points__gt=0))

    def for_people(self) -> ScoreQuerySet:
        """Rows that a unit fills in and an appraiser decides: neither excluded by a decision nor imported."""
        return self.filter(exclusion=None).exclude(criterion__method__in=IMPORTED)

    def under_review(self) -> ScoreQuerySet:
        """Rows whose criterion was replaced by one of other rules, and that nobody has looked at since."""
        return self.for_people().exclude(review="")

    def for_saving(self) -> ScoreQuerySet:
        """Rows with all that a save needs in one query, locked with their sheet, the sheet first as everywhere."""
        return self.select_related(
            "criterion", "sheet__unit", "sheet__campaign__criteria_set", "sheet__campaign__grade_scale"
        ).select_for_update(of=("sheet", "self"))


class Score(models.Model):
    """One leaf of a sheet: the unit's part, and what counts at present.

    `state` is what the unit says; "not applicable" is a claim until an appraisal decides it.
    `points` and `counted_max_points` are what counts now: the last appraisal, else the self-score. They are
    kept by `scoring.settling` in the transaction that changes either, for the database to sum. `settled_line`
    explains points that do not follow from the row alone: compared with other units, or knocked out.
    `review` says why a row must be looked at again after its criterion was replaced. `exclusion` is the decision
    by which the row does not apply.
    Shapes: `settled_line` is `scoring.lines.line_to_json`.
    `agency` is who appraises the row, resolved from the campaign's assignments.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    agency = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=15,
        choices=[
            (LeafState.NOT_ANSWERED.value, _("not answered")),
            (LeafState.ANSWERED.value, _("answered")),
            (LeafState.NOT_APPLICABLE.value, _("not applicable")),
            (LeafState.NO_CASE.value, _("no case arose")),
        ],
        default=LeafState.NOT_ANSWERED.value,
    )
    answers = models.JSONField(default=dict, blank=True)
    self_points = PointsField(null=True, blank=True)
    reason = models.TextField(_("reason why it is not applicable"), blank=True)
    note = models.TextField(_("note"), blank=True)
    points = PointsField(null=True, blank=True)
    counted_max_points = PointsField()
    settled_line = models.JSONField(null=True, blank=True)
    review = models.TextField(blank=True)
    exclusion = models.ForeignKey(
        Exclusion, null=True, blank=True, on_delete=models.PROTECT, related_name="scores"
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["sheet", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_one_a_leaf"),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(reason=""), name="score_not_applicable_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="not_answered") | Q(self_points=None),
                name="score_not_answered_has_no_points",
            ),
        ]

    def __str__(self) -> str:
        return self.criterion.code

    @property
    def is_under_review(self) -> bool:
        """See `ScoreQuerySet.under_review`."""
        return bool(self.review) and self.is_for_people

    @property
    def is_for_people(self) -> bool:
        """Whether a unit fills the row in and an appraiser decides it; see `ScoreQuerySet.for_people`."""
        return self.exclusion_id is None and self.criterion.method not in IMPORTED


class Round(models.TextChoices):
    """The rounds in the order in which they follow each other; the last one of a row is final."""

    FIRST = "first", _("first appraisal")
    SECOND = "second", _("second appraisal")
    EXTERNAL = "external", _("appraisal of the parent")
    COUNCIL = "council", _("council")
    AMENDMENT = "amendment", _("amendment")


ROUND_ORDER = {name: number for number, name in enumerate(Round.values)}


class Appraisal(models.Model):
    """What one round decided of one score: a row of its own, so that unit and appraiser never collide.

    `state` "not_applicable" grants the unit's claim (or takes the leaf out); only a coordinator may say so.
    `pending` facts have no points before the round closes: they are compared with those of the other units.
    """

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="appraisals")
    round = models.CharField(max_length=10, choices=Round, default=Round.FIRST)
    state = models.CharField(
        max_length=15,
        choices=[
            (LeafState.ANSWERED.value, _("points given")),
            (LeafState.NOT_APPLICABLE.value, _("not applicable")),
            (LeafState.NO_CASE.value, _("no case arose")),
        ],
        default=LeafState.ANSWERED.value,
    )
    answers = models.JSONField(default=dict, blank=True)
    points = PointsField(null=True, blank=True)
    pending = models.BooleanField(default=False)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [
            models.UniqueConstraint(fields=["score", "round"], name="appraisal_one_a_round"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(points__isnull=False) | Q(pending=True),
                name="appraisal_answered_has_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score.criterion.code} ({self.get_round_display()})"


class ResponsibilityRole(models.TextChoices):
    RESPONSIBLE = "responsible", _("responsible")
    LEAD = "lead", _("leads and advises")
    MONITOR = "monitor", _("monitors and urges")


class Loss(models.Model):
    """Why points of a score were lost. How many follows from the score and is never typed."""

    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="loss")
    cause = models.TextField(_("cause"), blank=True)
    parties = models.ManyToManyField(Party, through="Responsibility", related_name="losses")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("loss")
        verbose_name_plural = _("losses")

    def __str__(self) -> str:
        return self.cause[:80]


class Responsibility(models.Model):
    """A party that answers for a loss, in a role."""

    loss = models.ForeignKey(Loss, on_delete=models.CASCADE, related_name="responsibilities")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="responsibilities")
    role = models.CharField(max_length=12, choices=ResponsibilityRole, default=ResponsibilityRole.RESPONSIBLE)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["loss", "party"], name="responsibility_one_role_a_party")]

    def __str__(self) -> str:
        return f"{self.party} ({self.get_role_display()})"

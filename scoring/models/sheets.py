from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from scoring.models.campaigns import PUBLIC, Campaign, Exclusion, governing
from scoring.models.criteria import Criterion
from scoring.models.grades import GRADES
from scoring.models.shares import Share, rows_given_to
from scoring.models.sheet_states import (
    NOT_SUBMITTED,
    SUBMITTED_OR_LATER,
    UNFINISHED,
    SheetStatus,
)
from scoring.points import PointsField
from scoring.rules import FACT, METHODS, CountsAs, GradeBand, LeafState
from units.access import Role
from units.models import Lineage, Unit

if TYPE_CHECKING:
    from units.models import User


# Methods whose rows nobody fills in by hand: the results of a survey come by import.
IMPORTED = tuple(name for name, method in METHODS.items() if not method.by_unit)


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: User) -> ScoreSheetQuerySet:
        """Sheets of the own unit (and its predecessors), of campaigns governed, submitted ones to appraise, and
        those of which a part was given to the person, until they are submitted."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER)
        inherited = Lineage.objects.filter(successor__in=own).values("predecessor")
        mine = Q(unit__in=own) | Q(unit__in=inherited)
        assigned = Score.objects.filter(agency__in=user.units_as(Role.APPRAISER)).values("sheet")
        to_appraise = Q(status__in=SUBMITTED_OR_LATER, pk__in=assigned)
        given = Share.objects.given_to(user).values("sheet")
        in_part = Q(status__in=NOT_SUBMITTED, pk__in=given)
        return self.filter(mine | governing(user, "campaign__") | to_appraise | in_part)

    def awaiting_appraisal(self) -> ScoreSheetQuerySet:
        """Sheets handed in whose appraisal, with the unit's explanation between its rounds, is not finished."""
        return self.filter(status__in=UNFINISHED)


class ScoreSheet(models.Model):
    """A unit's score sheet in a campaign: one row (`Score`) for each leaf of the set."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sheets")
    status = models.CharField(max_length=20, choices=SheetStatus, default=SheetStatus.DRAFT)
    # An own deadline: given with a return or an extension; otherwise the campaign's counts.
    due_at = models.DateTimeField(_("own deadline"), null=True, blank=True)
    explanation_due_at = models.DateTimeField(_("own deadline of the explanation"), null=True, blank=True)
    # When the round of explanation ended: sent by the unit, or closed by the coordinator.
    explained_at = models.DateTimeField(null=True, blank=True)
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
    def grades(self) -> dict[GradeBand, int]:
        """The primary keys of the unit's grades, the best first; one query in the life of this object."""
        found = GRADES.all(self.campaign_id, self.unit_id, self.campaign.grade_scale_id or 0)
        return {GradeBand(code, name, from_index): pk for pk, code, name, from_index in found}

    @property
    def bands(self) -> tuple[GradeBand, ...]:
        return tuple(self.grades)

    @property
    def deadline_at(self) -> datetime | None:
        return self.due_at or self.campaign.self_score_due_at

    @property
    def explanation_deadline_at(self) -> datetime | None:
        return self.explanation_due_at or self.campaign.explanation_due_at

    @property
    def appraisal_deadline_at(self) -> datetime | None:
        """The deadline of the round of appraisal that is on, or was last."""
        later = self.explained_at is not None or self.status == SheetStatus.SECOND_APPRAISAL
        return self.campaign.second_appraisal_due_at if later else self.campaign.appraisal_due_at

    def is_past_deadline(self, at: datetime | None = None) -> bool:
        """Whether the deadline has passed; the deadline itself is still in time."""
        return self.deadline_at is not None and (at or self.campaign.now()) > self.deadline_at

    @cached_property
    def parts(self) -> Sequence[Share]:
        """The parts that were given away, in reading order; one query in the life of this object."""
        return list(self.shares.select_related("criterion", "user", "unit", "by"))

    def is_owned_by(self, user: User) -> bool:
        """Whether the person stands for the scored unit: reads the whole sheet."""
        return self.unit_id in user.units_as(Role.OFFICER, Role.LEADER)

    def is_filled_by(self, user: User) -> bool:
        """Whether the person fills in the whole sheet, divides and proposes it.

        An officer who was given a part of a draft fills in that part only; a leader always may fill in all.
        """
        if self.unit_id in user.units_as(Role.LEADER):
            return True
        if self.unit_id not in user.units_as(Role.OFFICER):
            return False
        return self.status not in NOT_SUBMITTED or all(part.user_id != user.pk for part in self.parts)

    def shows_appraisal_to(self, user: User) -> bool:
        """Whether the person may see what counts now, with its history: the unit itself only after publication.

        What the unit sees before is `opened_rounds`.
        """
        if self.campaign.status in PUBLIC:
            return True
        return not self.is_read_as_unit_by(user)

    def opened_rounds(self, user: User) -> tuple[Round, ...]:
        """The rounds of appraisal that the person may read now.

        To the unit its first round is opened for explanation, and stays open; a second one follows with the
        publication.
        """
        if self.shows_appraisal_to(user):
            return tuple(Round)
        return (Round.FIRST,) if self.is_first_round_opened else ()

    @property
    def is_first_round_opened(self) -> bool:
        """Whether the unit was asked to explain: its first round is laid open to it."""
        return self.status == SheetStatus.EXPLAINING or self.explained_at is not None

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
        """Whether an agency for which the person appraises has rows of this sheet (one query for appraisers).

        Of a draft it has none: whoever fills in a part of it then stands on the unit's side.
        """
        agencies = user.units_as(Role.APPRAISER)
        if not agencies or self.status in NOT_SUBMITTED:
            return False
        if agencies not in self._assigned:
            self._assigned[agencies] = self.scores.filter(agency__in=agencies).exists()
        return self._assigned[agencies]

    @cached_property
    def _assigned(self) -> dict[frozenset[int], bool]:
        """What was asked of this object before: whether agencies have rows of it."""
        return {}


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: User) -> ScoreQuerySet:
        """Rows of the sheets a person sees; whoever sees a sheet only as an appraiser, sees the agency's rows, and
        who was given a part of it only that part, until the sheet is submitted."""
        if not user.is_authenticated:
            return self.none()
        own = user.units_as(Role.OFFICER, Role.LEADER)
        inherited = Lineage.objects.filter(successor__in=own).values("predecessor")
        mine = Q(sheet__unit__in=own) | Q(sheet__unit__in=inherited)
        assigned = Q(agency__in=user.units_as(Role.APPRAISER), sheet__status__in=SUBMITTED_OR_LATER)
        given = Q(sheet__status__in=NOT_SUBMITTED, pk__in=rows_given_to(user))
        return self.filter(mine | governing(user, "sheet__campaign__") | assigned | given)

    def fillable_by(self, user: User) -> ScoreQuerySet:
        """Rows that are the person's to fill in, locked or not: of whole sheets, and of parts given.

        See `ScoreSheet.is_filled_by`; why a row is locked now says `scoring.filling`.
        """
        if not user.is_authenticated:
            return self.none()
        led = user.units_as(Role.LEADER)
        in_part = Q(sheet__status__in=NOT_SUBMITTED, sheet__in=Share.objects.filter(user=user).values("sheet"))
        whole = Q(sheet__unit__in=led) | Q(sheet__unit__in=user.units_as(Role.OFFICER)) & ~in_part
        return self.filter(whole | Q(sheet__status__in=NOT_SUBMITTED, pk__in=rows_given_to(user)))

    def appraisable_by(self, user: User) -> ScoreQuerySet:
        """Rows whose appraisal the person may write: all of campaigns coordinated, else those of the agency.

        Nobody appraises the sheet of his own unit, nor a row that was given to him to be filled in; an external
        campaign's keeper only records the parent's.
        """
        coordinated = user.units_as(Role.COORDINATOR)
        inside = Q(sheet__campaign__external=False) & (
            Q(sheet__campaign__owner__in=coordinated) | Q(agency__in=user.units_as(Role.APPRAISER))
        )
        recorded = Q(sheet__campaign__external=True, sheet__campaign__kept_by__in=coordinated)
        own = Q(sheet__unit__in=user.units_as()) | Q(pk__in=rows_given_to(user))
        return self.filter((inside & ~own) | recorded)

    def lossy(self) -> ScoreQuerySet:
        """Rows that lost points: short of their applicable maximum, unanswered ones among them, and penalties.

        Facts that are compared when the round closes have lost nothing yet.
        """
        from scoring.models.appraisals import Appraisal

        pending = Appraisal.objects.filter(score=OuterRef("pk"), pending=True)
        nothing = Q(points=None, counted_max_points__gt=0) & ~Exists(pending)
        short = Q(points__lt=F("counted_max_points")) | nothing
        base = Q(criterion__counts_as=CountsAs.BASE.value) & short
        return self.filter(base | Q(criterion__counts_as=CountsAs.PENALTY.value, points__gt=0))

    def without_cause(self) -> ScoreQuerySet:
        """Rows that lost points without a recorded cause, or without anybody who answers for it."""
        from scoring.models.appraisals import Responsibility

        explained = Responsibility.objects.filter(loss__score=OuterRef("pk")).exclude(loss__cause="")
        return self.lossy().filter(~Exists(explained))

    def for_people(self) -> ScoreQuerySet:
        """Rows that a unit fills in and an appraiser decides: neither excluded by a decision nor imported."""
        return self.filter(exclusion=None).exclude(criterion__method__in=IMPORTED)

    def for_unit(self) -> ScoreQuerySet:
        """Rows that a unit fills in itself: those that the portal fills with a fact are not among them."""
        return self.for_people().exclude(criterion__params__has_key=FACT)

    def filled_by_the_portal(self) -> ScoreQuerySet:
        """Rows that hold a fact of the sheet, such as the days it was late."""
        return self.for_people().filter(criterion__params__has_key=FACT)

    def lacking_evidence(self) -> ScoreQuerySet:
        """Rows that earn points without the evidence they need, and without a word why there is none."""
        earning = self.for_people().filter(criterion__evidence_required=True, self_points__gt=0)
        return earning.filter(evidence=None, why_no_evidence="").order_by("criterion__position")

    def unanswered_explanations(self) -> ScoreQuerySet:
        """Rows that the unit explained and no appraiser has answered, with words or with new points."""
        explained = self.exclude(Q(explanation=None) | Q(explanation__text="")).filter(explanation__reply="")
        return explained.exclude(appraisals__round=Round.SECOND)

    def under_review(self) -> ScoreQuerySet:
        """Rows whose criterion was replaced by one of other rules, and that nobody has looked at since."""
        return self.for_people().exclude(review="")

    def for_saving(self) -> ScoreQuerySet:
        """Rows with all that a save needs in one query, locked with their sheet, the sheet first as everywhere."""
        return self.locked().select_related(
            "criterion", "sheet__unit", "sheet__campaign__criteria_set", "sheet__campaign__grade_scale"
        )

    def locked(self) -> ScoreQuerySet:
        """Rows with sheet and campaign, locked with their sheet; `has_evidence` says whether there is any.

        `sheet_is_divided` spares `scoring.filling` a query of the parts of a sheet that has none.
        """
        divided = Exists(Share.objects.filter(sheet=OuterRef("sheet")))
        proven = Exists(self.model.evidence.through.objects.filter(score=OuterRef("pk")))
        with_sheet = self.annotate(sheet_is_divided=divided, has_evidence=proven).select_related("sheet__campaign")
        return with_sheet.select_for_update(of=("sheet", "self"))


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
    why_no_evidence = models.TextField(_("why there is no evidence"), blank=True)
    # The note was copied from last year and nobody has looked at it yet.
    to_check = models.BooleanField(default=False)
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

    @property
    def is_for_unit(self) -> bool:
        """Whether the unit fills the row in itself; see `ScoreQuerySet.for_unit`."""
        return self.is_for_people and FACT not in self.criterion.params


class Round(models.TextChoices):
    """The rounds in the order in which they follow each other; the last one of a row is final."""

    FIRST = "first", _("first appraisal")
    SECOND = "second", _("second appraisal")
    EXTERNAL = "external", _("appraisal of the parent")
    COUNCIL = "council", _("council")
    AMENDMENT = "amendment", _("amendment")


ROUND_ORDER = {name: number for number, name in enumerate(Round.values)}

"""The states of a score sheet and the moves between them: one table, read by pages and actions alike.

draft → awaiting the leader → submitted → under appraisal → [explaining → second appraisal] → appraised → published

A coordinator may ask the unit for an explanation, or finish after the first round. Time guards moves, it never
makes them; the time is that of the campaign (`Campaign.now`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.display import moment
from scoring.models import (
    NOT_SUBMITTED,
    WITH_APPRAISERS,
    CampaignStatus,
    Exclusion,
    Score,
    ScoreSheet,
    SheetStatus,
)
from units.access import Role
from units.audit import Action
from units.models import User

D = SheetStatus.DRAFT
A = SheetStatus.AWAITING_LEADER
S = SheetStatus.SUBMITTED
U = SheetStatus.UNDER_APPRAISAL
E = SheetStatus.EXPLAINING
R = SheetStatus.SECOND_APPRAISAL
F = SheetStatus.APPRAISED


class MoveRefused(Exception):
    """A move that cannot be made now, and why; nothing was changed."""


def by_unit(user: User, sheet: ScoreSheet) -> bool:
    return sheet.is_filled_by(user)


def by_leader(user: User, sheet: ScoreSheet) -> bool:
    return sheet.unit_id in user.units_as(Role.LEADER)


def by_coordinator(user: User, sheet: ScoreSheet) -> bool:
    return sheet.campaign.coordinated_by(user) and (
        sheet.campaign.external or sheet.unit_id not in user.units_as()
    )


def by_coordinator_of_a_round(user: User, sheet: ScoreSheet) -> bool:
    """An external campaign records what was decided elsewhere: it has no rounds of its own."""
    return not sheet.campaign.external and by_coordinator(user, sheet)


def has_passed(deadline: datetime | None, sheet: ScoreSheet) -> bool:
    """Whether a deadline of the sheet's campaign is over; the deadline itself is still in time."""
    return deadline is not None and sheet.campaign.now() > deadline


def before_deadline(sheet: ScoreSheet) -> str:
    if not has_passed(sheet.deadline_at, sheet):
        return ""
    return gettext(
        "The deadline passed on %(when)s. What was entered is kept. "
        "Ask the office that runs the campaign for an extension."
    ) % {"when": moment(sheet.deadline_at)}


def before_deadline_of_explanation(sheet: ScoreSheet) -> str:
    if not has_passed(sheet.explanation_deadline_at, sheet):
        return ""
    return gettext(
        "The deadline of the explanation passed on %(when)s. What was entered is kept. "
        "Ask the office that runs the campaign for an extension."
    ) % {"when": moment(sheet.explanation_deadline_at)}


def may_explain_still(sheet: ScoreSheet) -> bool:
    return not has_passed(sheet.explanation_deadline_at, sheet)


def every_row_decided(sheet: ScoreSheet) -> str:
    undecided = Score.objects.for_people().filter(sheet=sheet, appraisals=None).count()
    if not undecided:
        return ""
    return gettext("%(count)s rows have not been appraised yet.") % {"count": undecided}


def evidence_is_there(sheet: ScoreSheet) -> str:
    """A row that earns points needs the evidence that the set asks for, or the unit's word why there is none."""
    codes = Score.objects.lacking_evidence().filter(sheet=sheet).values_list("criterion__code", flat=True)
    return missing_evidence_words(list(codes))


def missing_evidence_words(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    return gettext(
        "Evidence is required: add it, or say in the row why there is none. Rows without either: %(codes)s."
    ) % {"codes": ", ".join(codes)}


def every_explanation_answered(sheet: ScoreSheet) -> str:
    rows = Score.objects.unanswered_explanations().filter(sheet=sheet).order_by("criterion__position")
    codes = list(rows.values_list("criterion__code", flat=True))
    if not codes:
        return ""
    return gettext("Explanations without a reply or new points: %(codes)s.") % {"codes": ", ".join(codes)}


def nothing_under_review(sheet: ScoreSheet) -> str:
    rows = Score.objects.under_review().filter(sheet=sheet).order_by("criterion__position")
    codes = list(rows.values_list("criterion__code", flat=True))
    if not codes:
        return ""
    return gettext("To be decided again, for the rules of these criteria changed: %(codes)s.") % {
        "codes": ", ".join(codes)
    }


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: from where, to where, by whom, on what condition, and what the history calls it.

    `after_explanation` is the target where the unit's round of explanation is over; `reason_if` says when a reason
    is asked of a move that needs none otherwise.
    """

    name: str
    title: str | Promise
    sources: tuple[SheetStatus, ...]
    target: SheetStatus
    who: Callable[[User, ScoreSheet], bool]
    action: Action
    guards: tuple[Callable[[ScoreSheet], str], ...] = ()
    needs_reason: bool = False
    reason_if: Callable[[ScoreSheet], bool] | None = None
    after_explanation: SheetStatus | None = None

    def asks_reason(self, sheet: ScoreSheet) -> bool:
        return self.needs_reason or (self.reason_if is not None and self.reason_if(sheet))

    def target_of(self, sheet: ScoreSheet) -> SheetStatus:
        return self.after_explanation if self.after_explanation and sheet.explained_at else self.target

    def refusal(self, sheet: ScoreSheet) -> str:
        """Why the move cannot be made now, in words; empty when it can."""
        if sheet.campaign.status != CampaignStatus.OPEN:
            return gettext("The campaign is not open.")
        if sheet.status not in self.sources:
            return gettext("The sheet is now in the state “%(state)s”.") % {"state": sheet.get_status_display()}
        return next((why for guard in self.guards if (why := guard(sheet))), "")


MOVES = {
    move.name: move
    for move in (
        Move(
            "propose",
            _("Propose to the leader"),
            (D,),
            A,
            by_unit,
            Action.SHEET_PROPOSED,
            (before_deadline, evidence_is_there),
        ),
        Move(
            "send_back",
            _("Send back to the officer"),
            (A,),
            D,
            by_leader,
            Action.SHEET_SENT_BACK,
            needs_reason=True,
        ),
        Move("submit", _("Approve and submit"), (A,), S, by_leader, Action.SHEET_SUBMITTED, (before_deadline,)),
        Move(
            "return",
            _("Return to the unit"),
            (S, U),
            D,
            by_coordinator,
            Action.SHEET_RETURNED,
            needs_reason=True,
        ),
        Move(
            "open_explanation",
            _("Open the explanation"),
            (S, U),
            E,
            by_coordinator_of_a_round,
            Action.EXPLANATION_OPENED,
            (every_row_decided, nothing_under_review),
        ),
        Move(
            "send_explanation",
            _("Send the explanation"),
            (E,),
            R,
            by_leader,
            Action.EXPLANATION_SENT,
            (before_deadline_of_explanation,),
        ),
        Move(
            "begin_second",
            _("Begin the second appraisal"),
            (E,),
            R,
            by_coordinator_of_a_round,
            Action.EXPLANATION_CLOSED,
            reason_if=may_explain_still,
        ),
        Move(
            "finish",
            _("Finish the appraisal"),
            (S, U, R),
            F,
            by_coordinator,
            Action.APPRAISAL_FINISHED,
            (every_row_decided, nothing_under_review, every_explanation_answered),
        ),
        Move(
            "resume",
            _("Resume the appraisal"),
            (F,),
            U,
            by_coordinator,
            Action.APPRAISAL_STARTED,
            needs_reason=True,
            after_explanation=R,
        ),
    )
}


def may_extend(sheet: ScoreSheet, user: User) -> bool:
    """Whether the person may give the unit more time for what it has in hand."""
    return sheet.campaign.coordinated_by(user) and sheet.status in (*NOT_SUBMITTED, E)


def offered(sheet: ScoreSheet, user: User) -> list[Move]:
    """The moves that the person may make from the sheet's present state, possible now or not."""
    return [move for move in MOVES.values() if sheet.status in move.sources and move.who(user, sheet)]


def why_rows_are_locked(sheet: ScoreSheet, user: User) -> str:
    """Why the unit's rows cannot be changed by this person now, in words; empty when they can."""
    if not sheet.is_filled_by(user):
        return gettext("You may read this sheet; only its unit fills it in.")
    return why_sheet_is_locked(sheet)


def why_sheet_is_locked(sheet: ScoreSheet) -> str:
    """Why nobody can change the unit's rows now, in words; empty when they can."""
    if sheet.campaign.status != CampaignStatus.OPEN:
        return gettext("Locked: the campaign is not open.")
    if sheet.status == SheetStatus.AWAITING_LEADER:
        return gettext("Locked: the sheet awaits the leader's approval.")
    if sheet.status != SheetStatus.DRAFT and sheet.submitted_at is None:
        return gettext("Locked: the sheet is in the state “%(state)s”.") % {"state": sheet.get_status_display()}
    if sheet.status == SheetStatus.EXPLAINING:
        when = {"when": moment(sheet.submitted_at), "due": moment(sheet.explanation_deadline_at)}
        return (
            gettext("Locked: the sheet was submitted on %(when)s. Appraised rows can be explained until %(due)s.")
            % when
        )
    if sheet.status != SheetStatus.DRAFT:
        return gettext("Locked: the sheet was submitted on %(when)s.") % {"when": moment(sheet.submitted_at)}
    return before_deadline(sheet)


def why_explanation_is_locked(sheet: ScoreSheet, user: User) -> str:
    """Why explanations (and late evidence) cannot be written by this person now, in words; empty when they can."""
    if not sheet.is_filled_by(user):
        return gettext("Only the unit itself explains its rows.")
    if sheet.campaign.status != CampaignStatus.OPEN:
        return gettext("Locked: the campaign is not open.")
    if sheet.status != SheetStatus.EXPLAINING:
        return gettext("Locked: the sheet is in the state “%(state)s”.") % {"state": sheet.get_status_display()}
    return before_deadline_of_explanation(sheet)


def why_appraisal_is_locked(sheet: ScoreSheet, user: User | None = None) -> str:
    """Why appraisals of this sheet cannot be written now (by this person), in words; empty when they can.

    After the deadline of the round agencies are locked out. The coordinator is not: somebody must be able to
    decide what is left, or the campaign would never end.
    """
    if sheet.campaign.status != CampaignStatus.OPEN:
        return gettext("Locked: the campaign is not open.")
    if sheet.campaign.external:
        return ""
    if sheet.status not in WITH_APPRAISERS:
        return gettext("Locked: the sheet is in the state “%(state)s”.") % {"state": sheet.get_status_display()}
    if user is None or sheet.campaign.coordinated_by(user):
        return ""
    deadline = sheet.appraisal_deadline_at
    if not has_passed(deadline, sheet):
        return ""
    return gettext(
        "Locked: the deadline of this appraisal passed on %(when)s. What was saved counts. "
        "The coordinator can still decide rows: ask there."
    ) % {"when": moment(deadline)}


def why_reply_is_locked(sheet: ScoreSheet, user: User) -> str:
    """Why the unit's explanations cannot be answered by this person now, in words; empty when they can."""
    if sheet.status != SheetStatus.SECOND_APPRAISAL:
        return gettext("Locked: the sheet is in the state “%(state)s”.") % {"state": sheet.get_status_display()}
    return why_appraisal_is_locked(sheet, user)


def exclusion_words(exclusion: Exclusion) -> str:
    """A decision by which a criterion does not apply, in words."""
    shown = {"reason": exclusion.reason, "approved_by": exclusion.approved_by}
    return gettext("not applicable by decision: %(reason)s (approved by %(approved_by)s)") % shown


def why_row_is_closed(score: Score, *, by_unit: bool = True) -> str:
    """Why nobody fills in or decides this one row, in words; empty for an ordinary row.

    A fact that the portal fills in is closed to the unit; appraisers (`by_unit=False`) may decide it.
    """
    if score.exclusion is not None:
        words = exclusion_words(score.exclusion)
        return f"{words[:1].upper()}{words[1:]}."
    if not score.is_for_people:
        return gettext("This row is filled by the import of the survey.")
    if by_unit and not score.is_for_unit:
        return gettext("The portal fills in this row when the sheet is submitted.")
    return ""

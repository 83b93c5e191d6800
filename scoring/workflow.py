"""The states of a score sheet and the moves between them: one table, read by pages and actions alike.

draft → awaiting the leader → submitted → under appraisal → appraised → published

Time guards moves, it never makes them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.display import moment
from scoring.models import CampaignStatus, Exclusion, Score, ScoreSheet, SheetStatus
from units.access import Role
from units.audit import Action
from units.models import User

D = SheetStatus.DRAFT
A = SheetStatus.AWAITING_LEADER
S = SheetStatus.SUBMITTED
U = SheetStatus.UNDER_APPRAISAL
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


def before_deadline(sheet: ScoreSheet) -> str:
    deadline = sheet.deadline_at
    if deadline is None or not sheet.is_past_deadline():
        return ""
    return gettext(
        "The deadline passed on %(when)s. What was entered is kept. "
        "Ask the office that runs the campaign for an extension."
    ) % {"when": moment(deadline)}


def every_row_decided(sheet: ScoreSheet) -> str:
    undecided = Score.objects.for_people().filter(sheet=sheet, appraisals=None).count()
    if not undecided:
        return ""
    return gettext("%(count)s rows have not been appraised yet.") % {"count": undecided}


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
    """One allowed move: from where, to where, by whom, on what condition, and what the history calls it."""

    name: str
    title: str | Promise
    sources: tuple[SheetStatus, ...]
    target: SheetStatus
    who: Callable[[User, ScoreSheet], bool]
    action: Action
    guards: tuple[Callable[[ScoreSheet], str], ...] = ()
    needs_reason: bool = False

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
        Move("propose", _("Propose to the leader"), (D,), A, by_unit, Action.SHEET_PROPOSED, (before_deadline,)),
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
            "finish",
            _("Finish the appraisal"),
            (S, U),
            F,
            by_coordinator,
            Action.APPRAISAL_FINISHED,
            (every_row_decided, nothing_under_review),
        ),
        Move(
            "resume",
            _("Resume the appraisal"),
            (F,),
            U,
            by_coordinator,
            Action.APPRAISAL_STARTED,
            needs_reason=True,
        ),
    )
}


def offered(sheet: ScoreSheet, user: User) -> list[Move]:
    """The moves that the person may make from the sheet's present state, possible now or not."""
    return [move for move in MOVES.values() if sheet.status in move.sources and move.who(user, sheet)]


def why_rows_are_locked(sheet: ScoreSheet, user: User) -> str:
    """Why the unit's rows cannot be changed by this person now, in words; empty when they can."""
    if not sheet.is_filled_by(user):
        return gettext("You may read this sheet; only its unit fills it in.")
    if sheet.campaign.status != CampaignStatus.OPEN:
        return gettext("Locked: the campaign is not open.")
    if sheet.status == SheetStatus.AWAITING_LEADER:
        return gettext("Locked: the sheet awaits the leader's approval.")
    if sheet.status != SheetStatus.DRAFT and sheet.submitted_at is None:
        return gettext("Locked: the sheet is in the state “%(state)s”.") % {"state": sheet.get_status_display()}
    if sheet.status != SheetStatus.DRAFT:
        return gettext("Locked: the sheet was submitted on %(when)s.") % {"when": moment(sheet.submitted_at)}
    return before_deadline(sheet)


def why_appraisal_is_locked(sheet: ScoreSheet) -> str:
    """Why appraisals of this sheet cannot be written now, in words; empty when they can."""
    if sheet.campaign.status != CampaignStatus.OPEN:
        return gettext("Locked: the campaign is not open.")
    if sheet.campaign.external:
        return ""
    if sheet.status not in (SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL):
        return gettext("Locked: the sheet is in the state “%(state)s”.") % {"state": sheet.get_status_display()}
    return ""


def exclusion_words(exclusion: Exclusion) -> str:
    """A decision by which a criterion does not apply, in words."""
    shown = {"reason": exclusion.reason, "approved_by": exclusion.approved_by}
    return gettext("not applicable by decision: %(reason)s (approved by %(approved_by)s)") % shown


def why_row_is_closed(score: Score) -> str:
    """Why nobody fills in or decides this one row, in words; empty for an ordinary row."""
    if score.exclusion is not None:
        words = exclusion_words(score.exclusion)
        return f"{words[:1].upper()}{words[1:]}."
    if not score.is_for_people:
        return gettext("This row is filled by the import of the survey.")
    return ""

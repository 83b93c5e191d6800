"""The states of a report and the moves between them: one table, read by pages and actions alike.

draft → for approval → approved → archived. Leaders approve a draft at once, too; they give it back, and withdraw
an approval, with a reason. A report is archived by a worker, when all its files are kept (reports/archiving.py).
A correction of an archived report is a draft again, of the next edition; taken back, the archived one stands
again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import OF_CAMPAIGN, WRITERS, Report, ReportStatus
from units.access import Role
from units.audit import Action
from units.models import Notice, User

D, F = ReportStatus.DRAFT, ReportStatus.FOR_APPROVAL
P, R = ReportStatus.APPROVED, ReportStatus.ARCHIVED


class MoveRefused(Exception):
    """What cannot be done with the report now, and why; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: from where, to where, by whom, and what leaders or, when they moved, writers are told.

    `is_checked`: the paper must be complete; `of_correction`: only that of an archived edition.
    """

    name: str
    title: Promise
    sources: tuple[ReportStatus, ...]
    target: ReportStatus
    action: Action
    by_leader: bool = False
    needs_reason: bool = False
    is_checked: bool = False
    of_correction: bool = False
    notice: Notice.Kind | None = None

    def is_for(self, user: User, report: Report) -> bool:
        """Whether the person, who may write the report, may make this move."""
        return not self.by_leader or report.unit_id in user.units_as(Role.LEADER)

    def refusal(self, report: Report) -> str:
        """Why the state does not let it be made, in words; empty when it does."""
        if report.status in self.sources and (report.edition > 1 or not self.of_correction):
            return ""
        return _("The report is now in the state “%(state)s”.") % {"state": report.get_status_display()}


MOVES = {
    move.name: move
    for move in (
        Move(
            "propose",
            gettext_lazy("Propose for approval"),
            (D,),
            F,
            Action.REPORT_PROPOSED,
            is_checked=True,
            notice=Notice.Kind.REPORT_PROPOSED,
        ),
        Move(
            "approve",
            gettext_lazy("Approve"),
            (D, F),
            P,
            Action.REPORT_APPROVED,
            by_leader=True,
            is_checked=True,
            notice=Notice.Kind.REPORT_APPROVED,
        ),
        Move(
            "return",
            gettext_lazy("Give back"),
            (F,),
            D,
            Action.REPORT_RETURNED,
            by_leader=True,
            needs_reason=True,
            notice=Notice.Kind.REPORT_RETURNED,
        ),
        Move(
            "withdraw",
            gettext_lazy("Withdraw the approval"),
            (P,),
            D,
            Action.REPORT_APPROVAL_WITHDRAWN,
            by_leader=True,
            needs_reason=True,
            notice=Notice.Kind.REPORT_RETURNED,
        ),
        Move("correct", gettext_lazy("Begin a correction"), (R,), D, Action.REPORT_CORRECTED),
        Move(
            "drop",
            gettext_lazy("Take the correction back"),
            (D,),
            R,
            Action.REPORT_CORRECTION_DROPPED,
            of_correction=True,
        ),
    )
}


def writing_roles(report: Report) -> tuple[Role, ...]:
    """Who of the unit is told of it: as `Report.objects.editable_by`."""
    return (Role.LEADER, Role.COORDINATOR) if report.kind in OF_CAMPAIGN else WRITERS


GIVEN_BACK = (Action.REPORT_RETURNED, Action.REPORT_APPROVAL_WITHDRAWN)
STATE_ACTIONS = (*(move.action for move in MOVES.values()), Action.REPORT_ARCHIVED)


def moves_of(user: User, report: Report) -> list[Move]:
    """The moves that a writer of the report may make now."""
    return [move for move in MOVES.values() if not move.refusal(report) and move.is_for(user, report)]


def changed_since(report: Report, seen: str, by: User) -> str:
    """Whether somebody else changed the text after the time that a page told (`seen`), in words."""
    if not seen or seen == report.updated_at.isoformat() or report.updated_by_id == by.pk:
        return ""
    return _("The paper was changed while this page was open. Read it again first.")


def must_be_open(report: Report) -> None:
    """Raises: MoveRefused."""
    if not report.is_open:
        text = _("The text is locked: the report is in the state “%(state)s”.")
        raise MoveRefused(text % {"state": report.get_status_display()})

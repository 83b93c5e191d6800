"""The states of a return and the moves between them: one table, read by pages and actions alike.

being filled in → submitted → accepted; or returned to be corrected, and submitted again.

A return may be submitted before and after its deadline alike; what comes late is shown as late.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.figures import blocking
from indicators.models import FILLED_IN, PeriodStatus, Return, ReturnStatus
from indicators.reading import judged
from parportal.display import moment
from units.audit import Action
from units.models import User

D = ReturnStatus.DRAFT
S = ReturnStatus.SUBMITTED
A = ReturnStatus.ACCEPTED
R = ReturnStatus.RETURNED


class MoveRefused(Exception):
    """A move that cannot be made now, and why; nothing was changed."""


def by_unit(user: User, found: Return) -> bool:
    return found.is_owned_by(user)


def by_coordinator(user: User, found: Return) -> bool:
    return found.period.is_coordinated_by(user)


def nothing_stands_against(found: Return) -> str:
    """Something is reported, and every check is kept, or allowed to be broken and explained."""
    read = judged(found)
    if not any(row.cells for row in read.rows.values()):
        return gettext("Nothing has been reported yet.")
    codes = dict.fromkeys(each.check.code for each in blocking(read.findings, read.rows))
    if not codes:
        return ""
    return gettext("Figures contradict each other: mend them, or give the reason. Checks: %(codes)s.") % {
        "codes": ", ".join(codes)
    }


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: from where, to where, by whom, on what condition, and what the history calls it."""

    name: str
    title: str | Promise
    sources: tuple[ReturnStatus, ...]
    target: ReturnStatus
    who: Callable[[User, Return], bool]
    action: Action
    guards: tuple[Callable[[Return], str], ...] = ()
    needs_reason: bool = False

    def refusal(self, found: Return) -> str:
        """Why the move cannot be made now, in words; empty when it can."""
        if found.period.status != PeriodStatus.OPEN:
            return gettext("The reporting period is not open.")
        if found.status not in self.sources:
            return gettext("The return is now in the state “%(state)s”.") % {"state": found.get_status_display()}
        return next((why for guard in self.guards if (why := guard(found))), "")


MOVES = {
    move.name: move
    for move in (
        Move(
            "submit",
            _("Submit the figures"),
            (D, R),
            S,
            by_unit,
            Action.RETURN_SUBMITTED,
            (nothing_stands_against,),
        ),
        Move("accept", _("Accept the figures"), (S,), A, by_coordinator, Action.RETURN_ACCEPTED),
        Move(
            "send_back",
            _("Return the figures to the unit"),
            (S,),
            R,
            by_coordinator,
            Action.RETURN_SENT_BACK,
            needs_reason=True,
        ),
        Move(
            "reopen",
            _("Withdraw the acceptance"),
            (A,),
            S,
            by_coordinator,
            Action.RETURN_REOPENED,
            needs_reason=True,
        ),
    )
}


def offered(found: Return, user: User) -> list[Move]:
    """The moves that the person may make from the return's present state, possible now or not."""
    if found.period.status != PeriodStatus.OPEN:
        return []
    return [move for move in MOVES.values() if found.status in move.sources and move.who(user, found)]


def why_rows_are_locked(found: Return, user: User) -> str:
    """Why the figures cannot be changed by this person now, in words; empty when they can."""
    if not found.is_owned_by(user):
        return gettext("You may read these figures; only their unit fills them in.")
    return why_return_is_locked(found)


def why_return_is_locked(found: Return) -> str:
    """Why nobody can change the figures now, in words; empty when they can."""
    if found.period.status != PeriodStatus.OPEN:
        return gettext("Locked: the reporting period is not open.")
    if found.status in FILLED_IN:
        return ""
    if found.status == ReturnStatus.ACCEPTED:
        return gettext("Locked: the figures were accepted on %(when)s.") % {"when": moment(found.accepted_at)}
    return gettext("Locked: the figures were submitted on %(when)s.") % {"when": moment(found.submitted_at)}

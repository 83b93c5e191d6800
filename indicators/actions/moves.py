"""Moves of a return."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Period, Return
from indicators.workflow import MOVES, Move, MoveRefused
from parportal.display import moment
from parportal.entry.versions import check_version
from units.access import Role
from units.audit import Change, record
from units.models import Notice, Unit, User
from units.notices import notify


@transaction.atomic
def move_return(
    *,
    found: Return,
    name: str,
    by: User,
    reason: str = "",
    due_at: datetime | None = None,
    seen: int | str | None = None,
) -> Return:
    """Make one move of the table in `indicators.workflow`; the return is locked meanwhile.

    `due_at` is an own deadline of the unit, for figures sent back to it. `seen` is the version of the return that
    the person looked at: figures that came back since are not accepted unread.

    Raises: MoveRefused in words, StaleVersion; nothing is changed then.
    """
    move = MOVES[name]
    found = lock_return(found.pk)
    if not move.who(by, found):
        raise MoveRefused(_("This step is not yours to take."))
    if why := move.refusal(found):
        raise MoveRefused(why)
    if seen is not None:
        check_version(found.version, seen)
    if move.needs_reason and not reason.strip():
        raise MoveRefused(_("Give the reason."))
    before, deadline = found.get_status_display(), moment(found.deadline_at)
    found.status = move.target
    mark(found, move, by=by, reason=reason.strip(), due_at=due_at)
    found.version += 1
    found.save()
    changes = [
        Change(found, "status", before, found.get_status_display()),
        Change(found, "due_at", deadline, moment(found.deadline_at)),
    ]
    record(move.action, found, by=by, reason=reason.strip(), changes=changes)
    tell(found, move)
    return found


def lock_return(pk: int) -> Return:
    """A return with its period locked before it: a period does not close under a move or a save."""
    period = Return.objects.filter(pk=pk).values("period")
    Period.objects.select_for_update(no_key=True).get(pk__in=period)
    locked = Return.objects.select_for_update(of=("self",))
    return locked.select_related("unit", "period__indicator_set", "period__owner").get(pk=pk)


def mark(found: Return, move: Move, *, by: User, reason: str, due_at: datetime | None) -> None:
    """What a move leaves on the return besides its new state.

    Raises: MoveRefused for a deadline that is missing or has passed.
    """
    now = timezone.now()
    match move.name:
        case "submit":
            found.submitted_at, found.submitted_by = now, by
            found.return_reason = ""
        case "accept":
            found.accepted_at, found.accepted_by = now, by
        case "send_back":
            found.due_at = due_at or found.due_at
            if found.deadline_at <= now:
                raise MoveRefused(_("Give the unit a new deadline that lies in the future."))
            found.return_reason = reason
            found.submitted_at = found.submitted_by = None
        case "reopen":
            found.accepted_at = found.accepted_by = None


def named(found: Return) -> str:
    """A return as people know it: its unit, and the form and time of its period."""
    return f"{found.unit.name} · {found.period.indicator_set.title} · {found.period}"


def tell(found: Return, move: Move) -> None:
    """Tell those whose turn it is now, and the unit that it is done."""
    told: dict[str, tuple[Unit, tuple[Role, ...], Notice.Kind]] = {
        "submit": (found.period.owner, (Role.COORDINATOR,), Notice.Kind.FIGURES_SUBMITTED),
        "accept": (found.unit, (Role.OFFICER, Role.LEADER), Notice.Kind.FIGURES_ACCEPTED),
        "send_back": (found.unit, (Role.OFFICER, Role.LEADER), Notice.Kind.FIGURES_RETURNED),
    }
    if move.name in told:
        unit, roles, kind = told[move.name]
        url = reverse("return", args=[found.pk])
        notify(User.objects.holding(*roles, units=[unit]), kind=kind, subject=named(found), url=url)

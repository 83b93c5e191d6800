"""Moves of a score sheet, and its deadline."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import moment
from scoring.models import Campaign, CampaignStatus, ScoreSheet, SheetStatus
from scoring.workflow import MOVES, Move, MoveRefused
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Unit, User
from units.notices import notify


@transaction.atomic
def move_sheet(
    *, sheet: ScoreSheet, name: str, by: User, reason: str = "", due_at: datetime | None = None
) -> ScoreSheet:
    """Make one move of the table in `scoring.workflow`; the sheet's row is locked meanwhile.

    `due_at` is the unit's new deadline, for a return.

    Raises: MoveRefused in words; nothing is changed then.
    """
    move = MOVES[name]
    sheet = lock(sheet)
    if not move.who(by, sheet):
        raise MoveRefused(_("This step is not yours to take."))
    if why := move.refusal(sheet):
        raise MoveRefused(why)
    if move.needs_reason and not reason.strip():
        raise MoveRefused(_("Give the reason."))
    before = sheet.get_status_display()
    sheet.status = move.target
    mark(sheet, move, by=by, reason=reason.strip(), due_at=due_at)
    sheet.version += 1
    sheet.save()
    changes = [Change(sheet, "status", before, sheet.get_status_display())]
    record(move.action, sheet, by=by, reason=reason.strip(), changes=changes)
    tell(sheet, move)
    return sheet


def lock(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet with its campaign locked before it: a campaign does not close under a move."""
    Campaign.objects.select_for_update(no_key=True).get(pk=sheet.campaign_id)
    locked = ScoreSheet.objects.select_for_update(of=("self",))
    return locked.select_related("unit", "campaign__criteria_set", "campaign__grade_scale").get(pk=sheet.pk)


def mark(sheet: ScoreSheet, move: Move, *, by: User, reason: str, due_at: datetime | None) -> None:
    """What a move leaves on the sheet besides its new state."""
    if move.name == "submit":
        sheet.submitted_at, sheet.submitted_by = timezone.now(), by
        sheet.return_reason = ""
    elif move.name in ("return", "send_back"):
        sheet.return_reason = reason
    if move.name == "return":
        if due_at is not None and due_at <= timezone.now():
            raise MoveRefused(_("The new deadline must lie in the future."))
        sheet.submitted_at = sheet.submitted_by = None
        sheet.due_at = due_at or sheet.due_at


def tell(sheet: ScoreSheet, move: Move) -> None:
    """Tell those whose turn it is now."""
    url = reverse("sheet", args=[sheet.pk])
    told: dict[str, tuple[Unit | int, tuple[Role, ...], Notice.Kind]] = {
        "propose": (sheet.unit, (Role.LEADER,), Notice.Kind.PROPOSED),
        "send_back": (sheet.unit, (Role.OFFICER,), Notice.Kind.SENT_BACK),
        "submit": (sheet.campaign.office_id, (Role.COORDINATOR,), Notice.Kind.SUBMITTED),
        "return": (sheet.unit, (Role.OFFICER, Role.LEADER), Notice.Kind.RETURNED),
    }
    if move.name in told:
        unit, roles, kind = told[move.name]
        notify(User.objects.holding(*roles, units=[unit]), kind=kind, subject=str(sheet), url=url)


@transaction.atomic
def extend_deadline(*, sheet: ScoreSheet, due_at: datetime, by: User, reason: str) -> ScoreSheet:
    """Give one unit more time, with a reason.

    Raises: MoveRefused when the sheet was submitted, the time has passed, or no reason is given.
    """
    sheet = lock(sheet)
    if sheet.status not in (SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER):
        raise MoveRefused(_("The sheet has been submitted already."))
    if sheet.campaign.status != CampaignStatus.OPEN:
        raise MoveRefused(_("The campaign is not open."))
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    if due_at <= timezone.now():
        raise MoveRefused(_("The new deadline must lie in the future."))
    if sheet.deadline_at is not None and due_at <= sheet.deadline_at:
        raise MoveRefused(_("The new deadline must be later than the present one."))
    changes = [Change(sheet, "due_at", moment(sheet.deadline_at), moment(due_at))]
    sheet.due_at = due_at
    sheet.version += 1
    sheet.save(update_fields=["due_at", "version"])
    record(Action.SHEET_EXTENDED, sheet, by=by, reason=reason.strip(), changes=changes)
    return sheet

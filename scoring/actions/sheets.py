"""Moves of a score sheet, and its deadlines."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.deadlines import days_late
from parportal.display import moment
from scoring.approvals import approve, content_of
from scoring.facts import fill_facts
from scoring.models import NOT_SUBMITTED, Campaign, CampaignStatus, Score, ScoreSheet, SheetStatus
from scoring.publishing import digest
from scoring.workflow import MOVES, Move, MoveRefused, may_explain_still
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Unit, User
from units.notices import notify


@transaction.atomic
def move_sheet(
    *,
    sheet: ScoreSheet,
    name: str,
    by: User,
    reason: str = "",
    due_at: datetime | None = None,
    seen: str | None = None,
) -> ScoreSheet:
    """Make one move of the table in `scoring.workflow`; the sheet's row is locked meanwhile.

    `due_at` is the unit's new deadline, for a return or for its explanation. `seen` is the hash of the content
    that the leader looked at before approving; without it whatever is there is approved.

    Raises: MoveRefused in words; nothing is changed then.
    """
    move = MOVES[name]
    sheet = lock(sheet)
    if not move.who(by, sheet):
        raise MoveRefused(_("This step is not yours to take."))
    if why := move.refusal(sheet):
        raise MoveRefused(why)
    if move.asks_reason(sheet) and not reason.strip():
        raise MoveRefused(_("Give the reason."))
    if name == "submit" and seen is not None and seen != digest(content_of(sheet)):
        raise MoveRefused(_("The sheet has changed since you opened this page. Look at it again."))
    before = sheet.get_status_display()
    sheet.status = move.target_of(sheet)
    mark(sheet, move, by=by, reason=reason.strip(), due_at=due_at)
    sheet.version += 1
    sheet.save()
    changes = [Change(sheet, "status", before, sheet.get_status_display()), *follow(sheet, move, by=by)]
    record(move.action, sheet, by=by, reason=reason.strip(), changes=changes)
    tell(sheet, move)
    return sheet


def lock(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet with its campaign locked before it: a campaign does not close under a move."""
    Campaign.objects.select_for_update(no_key=True).get(pk=sheet.campaign_id)
    locked = ScoreSheet.objects.select_for_update(of=("self",))
    return locked.select_related("unit", "campaign__criteria_set", "campaign__grade_scale").get(pk=sheet.pk)


def mark(sheet: ScoreSheet, move: Move, *, by: User, reason: str, due_at: datetime | None) -> None:
    """What a move leaves on the sheet besides its new state. Its times are those of the campaign's clock.

    Raises: MoveRefused for a deadline that is missing or has passed.
    """
    now = sheet.campaign.now()
    if due_at is not None and due_at <= now:
        raise MoveRefused(_("The new deadline must lie in the future."))
    match move.name:
        case "submit":
            sheet.submitted_at, sheet.submitted_by = now, by
            sheet.return_reason = ""
        case "send_back":
            sheet.return_reason = reason
        case "return":
            sheet.return_reason = reason
            sheet.submitted_at = sheet.submitted_by = None
            sheet.due_at = due_at or sheet.due_at
        case "open_explanation":
            sheet.explanation_due_at = due_at or sheet.explanation_due_at
            if sheet.explanation_deadline_at is None or not may_explain_still(sheet):
                raise MoveRefused(_("Give a deadline of the explanation that lies in the future."))
        case "send_explanation" | "begin_second":
            sheet.explained_at = now


def follow(sheet: ScoreSheet, move: Move, *, by: User) -> list[Change]:
    """What else changes with a move: facts that the portal fills in, and the record of what was approved."""
    if move.name == "return":
        return fill_facts(sheet, None)
    if move.name != "submit":
        return []
    assert sheet.submitted_at is not None
    changes = fill_facts(sheet, days_late(sheet.campaign.self_score_due_at, sheet.submitted_at))
    approval = approve(sheet, by=by)
    return [*changes, Change(sheet, "approval", "", f"{approval.number}: {approval.sha256}")]


def named(sheet: ScoreSheet) -> str:
    """A sheet as people know it: its unit and the title of the campaign."""
    return f"{sheet.unit.name} · {sheet.campaign.title}"


def tell(sheet: ScoreSheet, move: Move) -> None:
    """Tell those whose turn it is now."""
    url = reverse("sheet", args=[sheet.pk])
    if move.name == "send_explanation":
        tell_of_explanation(sheet)
    told: dict[str, tuple[Unit | int, tuple[Role, ...], Notice.Kind]] = {
        "propose": (sheet.unit, (Role.LEADER,), Notice.Kind.PROPOSED),
        "send_back": (sheet.unit, (Role.OFFICER,), Notice.Kind.SENT_BACK),
        "submit": (sheet.campaign.office_id, (Role.COORDINATOR,), Notice.Kind.SUBMITTED),
        "return": (sheet.unit, (Role.OFFICER, Role.LEADER), Notice.Kind.RETURNED),
        "open_explanation": (sheet.unit, (Role.OFFICER, Role.LEADER), Notice.Kind.EXPLAINING),
    }
    if move.name in told:
        unit, roles, kind = told[move.name]
        notify(User.objects.holding(*roles, units=[unit]), kind=kind, subject=named(sheet), url=url)


def tell_of_explanation(sheet: ScoreSheet) -> None:
    """The coordinator, and the agencies whose rows were explained."""
    rows = Score.objects.unanswered_explanations().filter(sheet=sheet, agency__isnull=False)
    agencies = set(rows.order_by().values_list("agency", flat=True))
    people = {
        *User.objects.holding(Role.COORDINATOR, units=[sheet.campaign.office_id]),
        *User.objects.holding(Role.APPRAISER, units=agencies),
    }
    url = reverse("appraisal", args=[sheet.pk])
    in_order = sorted(people, key=lambda person: person.pk)
    notify(in_order, kind=Notice.Kind.EXPLAINED, subject=named(sheet), url=url)


@transaction.atomic
def extend_deadline(*, sheet: ScoreSheet, due_at: datetime, by: User, reason: str) -> ScoreSheet:
    """Give one unit more time, with a reason: for its self-score, or for its explanation while it explains.

    Raises: MoveRefused when the unit has handed in, the time has passed, or no reason is given.
    """
    sheet = lock(sheet)
    if sheet.status not in (*NOT_SUBMITTED, SheetStatus.EXPLAINING):
        raise MoveRefused(_("The sheet has been submitted already."))
    if sheet.campaign.status != CampaignStatus.OPEN:
        raise MoveRefused(_("The campaign is not open."))
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    if due_at <= sheet.campaign.now():
        raise MoveRefused(_("The new deadline must lie in the future."))
    name, present = "due_at", sheet.deadline_at
    if sheet.status == SheetStatus.EXPLAINING:
        name, present = "explanation_due_at", sheet.explanation_deadline_at
    if present is not None and due_at <= present:
        raise MoveRefused(_("The new deadline must be later than the present one."))
    changes = [Change(sheet, name, moment(present), moment(due_at))]
    setattr(sheet, name, due_at)
    sheet.version += 1
    sheet.save(update_fields=[name, "version"])
    record(Action.SHEET_EXTENDED, sheet, by=by, reason=reason.strip(), changes=changes)
    return sheet

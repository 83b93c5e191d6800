"""Moves of a report from state to state, and what they freeze."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from reports.actions.drafts import lock_report
from reports.checking import kept_back
from reports.editions import put_back
from reports.freezing import as_data
from reports.models import Report, ReportStatus
from reports.rendering import Draft, draft_of
from reports.workflow import MOVES, Move, MoveRefused, changed_since, writing_roles
from units.access import Role
from units.audit import Action, Change, record
from units.models import User
from units.notices import notify


@transaction.atomic
def move_report(
    *, report: Report, name: str, version: int | str | None, by: User, reason: str = "", seen: str = ""
) -> Report:
    """Make a move of the workflow. Approval freezes the text with the figures of the moment.

    Shapes: `seen` is the time of the last change that the person has seen, as `Report.updated_at` tells it.

    Raises: MoveRefused, StaleVersion, NoPaper, ChildrenUnclear.
    """
    found, move = lock_report(report), MOVES[name]
    check_version(found.version, version)
    if refusal := move.refusal(found):
        raise MoveRefused(refusal)
    if move.needs_reason and not reason.strip():
        raise MoveRefused(_("Say why."))
    if move.is_checked and (changed := changed_since(found, seen, by)):
        raise MoveRefused(changed)
    draft = draft_of(found) if move.is_checked else None
    if draft and (problems := kept_back(draft)):
        raise MoveRefused(problems)
    before = found.status
    found.status = move.target
    if move.target == ReportStatus.DRAFT:
        found.frozen = None
    if draft and move.action == Action.REPORT_APPROVED:
        found.frozen = frozen_now(draft)
    elif move.action == Action.REPORT_CORRECTED:
        found.edition += 1
        found.number, found.issued_on = "", None
    elif move.action == Action.REPORT_CORRECTION_DROPPED:
        put_back(found)
    found.version += 1
    found.save()
    change = Change(found, "status", ReportStatus(before).label, found.get_status_display())
    record(move.action, found, by=by, reason=reason.strip(), changes=[change])
    tell(found, move, by, reason.strip())
    return found


def frozen_now(draft: Draft) -> dict[str, Any]:
    """What an approved report says from now on: its text as it is printed, and every figure that it could name."""
    figures = {each.key: {"label": each.label, "value": each.value} for each in draft.figures.values()}
    return {"document": as_data(draft.text), "figures": figures}


def tell(report: Report, move: Move, by: User, reason: str) -> None:
    if move.notice is None:
        return
    roles = (Role.LEADER,) if move.target == ReportStatus.FOR_APPROVAL else writing_roles(report)
    told = User.objects.holding(*roles, units=[report.unit_id]).exclude(pk=by.pk)
    subject = f"{report}: {reason}" if reason else str(report)
    notify(told, kind=move.notice, subject=subject, url=reverse("report", args=[report.pk]))

"""Sheets as lists show them: state, progress, deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from parportal.deadlines import Deadline
from scoring.models import NOT_SUBMITTED, Score, ScoreSheet, SheetStatus
from scoring.rules import LeafState
from units.models import User

BADGES = {
    SheetStatus.DRAFT: "draft",
    SheetStatus.AWAITING_LEADER: "waiting",
    SheetStatus.SUBMITTED: "waiting",
    SheetStatus.UNDER_APPRAISAL: "waiting",
    SheetStatus.EXPLAINING: "waiting",
    SheetStatus.SECOND_APPRAISAL: "waiting",
    SheetStatus.APPRAISED: "done",
    SheetStatus.PUBLISHED: "done",
}


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A sheet in a list. Only a sheet that its unit still has to hand in shows a deadline."""

    url: str
    unit: str
    campaign: str
    campaign_code: str
    year: int
    training: bool
    status: str
    badge: str
    answered: int
    total: int
    deadline: Deadline | None


def progress(sheets: Sequence[ScoreSheet], user: User) -> dict[int, tuple[int, int]]:
    """Answered rows of each sheet and all that its unit fills in, of those that the person sees: one query."""
    if not sheets:
        return {}
    counts = (
        Score.objects.visible_to(user)
        .for_unit()
        .filter(sheet__in=[sheet.pk for sheet in sheets])
        .order_by()
        .values("sheet")
        .annotate(
            answered=Count("pk", filter=~Q(state=LeafState.NOT_ANSWERED.value) & Q(review="")), total=Count("pk")
        )
    )
    return {row["sheet"]: (row["answered"], row["total"]) for row in counts}


def sheet_lines(sheets: Sequence[ScoreSheet], user: User) -> list[SheetLine]:
    """Sheets (with campaign and unit) ready to print."""
    counts = progress(sheets, user)
    return [sheet_line(sheet, counts.get(sheet.pk, (0, 0))) for sheet in sheets]


def sheet_line(sheet: ScoreSheet, counts: tuple[int, int]) -> SheetLine:
    is_due = sheet.status in NOT_SUBMITTED and not sheet.campaign.external
    return SheetLine(
        url=reverse("sheet", args=[sheet.pk]),
        unit=sheet.unit.name,
        campaign=sheet.campaign.title,
        campaign_code=sheet.campaign.code,
        year=sheet.campaign.year,
        training=sheet.campaign.training,
        status=sheet.get_status_display(),
        badge=BADGES[SheetStatus(sheet.status)],
        answered=counts[0],
        total=counts[1],
        deadline=Deadline.of(sheet.deadline_at, sheet.campaign.now()) if is_due else None,
    )

"""How far the sheets of a campaign are, unit by unit and agency by agency: read for letters and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from reports.basis import NoPaper
from scoring.board import counts_of, days_from_original, next_deadline
from scoring.board_steps import Counts
from scoring.models import (
    NOT_SUBMITTED,
    SUBMITTED_OR_LATER,
    WITH_APPRAISERS,
    Campaign,
    CampaignStatus,
    Score,
    ScoreSheet,
    SheetStatus,
)
from scoring.work_office import UNDECIDED
from units.audit import Action
from units.models import AuditEvent, Unit

# What a unit itself has in hand.
WITH_UNIT = (*NOT_SUBMITTED, SheetStatus.EXPLAINING)


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit. Units: `days_late` in days begun after the campaign's own deadline of the self-score."""

    sheet: ScoreSheet
    counts: Counts
    days_late: int
    due_at: datetime | None
    is_overdue: bool

    @property
    def unit(self) -> Unit:
        return self.sheet.unit

    @property
    def is_submitted(self) -> bool:
        return self.sheet.status not in NOT_SUBMITTED

    @property
    def is_begun(self) -> bool:
        return self.is_submitted or self.counts.answered > 0

    @property
    def is_awaited(self) -> bool:
        return self.sheet.status in WITH_UNIT


@dataclass(frozen=True, slots=True)
class AgencyState:
    """What one agency has appraised of the sheets that were submitted; None: rows that nobody was given.

    Units: rows; `sheets` of the units whose sheets they are. `unanswered` are explanations without a reply.
    """

    agency: Unit | None
    sheets: int
    assigned: int
    left: int
    unanswered: int
    due_at: datetime | None
    is_overdue: bool

    @property
    def done(self) -> int:
        return self.assigned - self.left

    @property
    def is_awaited(self) -> bool:
        return bool(self.left or self.unanswered)


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that one unit was given, and why."""

    unit: Unit
    until: datetime
    is_of_explanation: bool
    reason: str


@dataclass(frozen=True, slots=True)
class CampaignState:
    """Shapes: `units` by code, `agencies` by code with the rows of nobody last."""

    campaign: Campaign
    now: datetime
    units: tuple[UnitState, ...]
    agencies: tuple[AgencyState, ...]

    @property
    def is_open(self) -> bool:
        return self.campaign.status == CampaignStatus.OPEN


def must_have_rounds(campaign: Campaign) -> None:
    """Raises: NoPaper of a campaign that others score."""
    if campaign.external:
        raise NoPaper(_("The campaign %(campaign)s is scored outside the portal.") % {"campaign": campaign.code})


def read_state(campaign: Campaign) -> CampaignState:
    """Eight queries at most, whatever the number of units.

    Raises: NoPaper of a campaign without rounds of its own, or without sheets.
    """
    must_have_rounds(campaign)
    sheets = list(campaign.sheets.select_related("unit").order_by("unit__code"))
    if not sheets:
        raise NoPaper(_("The campaign %(campaign)s has no score sheets.") % {"campaign": campaign.code})
    for sheet in sheets:
        sheet.campaign = campaign
    now, counts = campaign.now(), counts_of(sheets)
    return CampaignState(
        campaign=campaign,
        now=now,
        units=tuple(unit_state(sheet, counts.get(sheet.pk, Counts()), now) for sheet in sheets),
        agencies=tuple(agency_states(campaign, now)),
    )


def unit_state(sheet: ScoreSheet, counts: Counts, now: datetime) -> UnitState:
    due_at = next_deadline(sheet)
    is_open = sheet.campaign.status == CampaignStatus.OPEN and sheet.status in WITH_UNIT
    return UnitState(
        sheet=sheet,
        counts=counts,
        days_late=days_from_original(sheet, now),
        due_at=due_at,
        is_overdue=is_open and due_at is not None and now > due_at,
    )


def agency_states(campaign: Campaign, now: datetime) -> Iterable[AgencyState]:
    rows = Score.objects.for_people().filter(sheet__campaign=campaign, sheet__status__in=SUBMITTED_OR_LATER)
    counted = (
        rows.order_by()
        .values("agency")
        .annotate(
            sheets=Count("sheet", distinct=True),
            assigned=Count("pk", distinct=True),
            left=Count("pk", filter=UNDECIDED & Q(sheet__status__in=WITH_APPRAISERS), distinct=True),
        )
    )
    waiting = rows.unanswered_explanations().filter(sheet__status=SheetStatus.SECOND_APPRAISAL)
    by_agency = waiting.order_by().values("agency").annotate(rows=Count("pk", distinct=True))
    unanswered: dict[int | None, int] = dict(by_agency.values_list("agency", "rows"))
    found: dict[int | None, Mapping[str, Any]] = {each["agency"]: each for each in counted}
    units = Unit.objects.in_bulk([pk for pk in found if pk])
    for pk in sorted(found, key=lambda pk: (pk is None, units[pk].code if pk else "")):
        yield agency_state(campaign, now, units.get(pk), found[pk], unanswered.get(pk, 0))


def agency_state(
    campaign: Campaign, now: datetime, agency: Unit | None, row: Mapping[str, Any], unanswered: int
) -> AgencyState:
    """The deadline is that of the round in which the agency still has something to do, the first one before."""
    due_at = campaign.appraisal_due_at if row["left"] else campaign.second_appraisal_due_at
    awaited = row["left"] or unanswered
    is_open = campaign.status == CampaignStatus.OPEN
    return AgencyState(
        agency=agency,
        sheets=row["sheets"],
        assigned=row["assigned"],
        left=row["left"],
        unanswered=unanswered,
        due_at=due_at if awaited else None,
        is_overdue=bool(is_open and awaited and due_at is not None and now > due_at),
    )


def read_extensions(units: Sequence[UnitState]) -> tuple[Extension, ...]:
    """The deadlines that single units have instead of the campaign's, with the last reason given (one query)."""
    extended = [each.sheet for each in units if each.sheet.due_at or each.sheet.explanation_due_at]
    events = AuditEvent.objects.filter(
        scope_type=ContentType.objects.get_for_model(ScoreSheet),
        scope_id__in=[sheet.pk for sheet in extended],
        action__in=(Action.SHEET_EXTENDED, Action.SHEET_RETURNED),
    )
    told = events.order_by("at", "pk").values_list("scope_id", "action", "changes__attribute", "reason")
    reasons = {
        (sheet, "due_at" if action == Action.SHEET_RETURNED else attribute): reason
        for sheet, action, attribute, reason in told
    }
    return tuple(
        Extension(sheet.unit, until, is_of_explanation, reasons.get((sheet.pk, attribute), ""))
        for sheet in extended
        for until, common, is_of_explanation, attribute in (
            (sheet.due_at, sheet.campaign.self_score_due_at, False, "due_at"),
            (sheet.explanation_due_at, sheet.campaign.explanation_due_at, True, "explanation_due_at"),
        )
        if until is not None and until != common
    )

"""The board of a campaign: each unit's sheet as a row, each step as a cell, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parportal.display import moment
from scoring.models import (
    DECIDED,
    IMPORTED,
    Appraisal,
    Campaign,
    CampaignStatus,
    Score,
    ScoreSheet,
    SheetStatus,
)
from scoring.rules import LeafState
from units.audit import Action
from units.models import AuditEvent, User

NOT_SUBMITTED = (SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER)
# Rows that are neither excluded by a decision nor filled by a survey.
FOR_PEOPLE = Q(scores__exclusion=None) & ~Q(scores__criterion__method__in=IMPORTED)
# A row whose rules changed since is to be looked at again.
ANSWERED = ~Q(scores__state=LeafState.NOT_ANSWERED.value) & Q(scores__review="")
STEP_ACTIONS = (Action.SHEET_PROPOSED, Action.APPRAISAL_STARTED, Action.APPRAISAL_FINISHED, Action.SCORE_SAVED)


@dataclass(frozen=True, slots=True)
class Step:
    """One cell. `kind` is "done", "late", "now" or "none"."""

    text: str
    kind: str


NOTHING = Step("–", "none")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit of the board.

    Shapes: `steps` hold self-score, leader, submitted, appraisal, done, in this order. Units: `answered`,
    `appraised` and `leaves` count rows of the sheet that people fill in and decide.
    """

    sheet: ScoreSheet
    answered: int
    appraised: int
    leaves: int
    steps: tuple[Step, ...]
    is_late: bool
    waits: bool
    extended_to: str

    @property
    def may_appraise(self) -> bool:
        return self.waits and not self.not_submitted

    @property
    def not_submitted(self) -> bool:
        return self.sheet.status in NOT_SUBMITTED


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted and looked up once for all sheets.

    Shapes: by primary key of the sheet; `at` by sheet and action.
    """

    appraised: Mapping[int, int]
    at: Mapping[tuple[int, str], datetime]
    now: datetime


def board_rows(campaign: Campaign, sheets: QuerySet[ScoreSheet], user: User) -> list[BoardRow]:
    """The rows of `sheets` in the order of their deadlines (three queries, whatever their number)."""
    counted = sheets.select_related("unit").annotate(
        leaves=Count("scores", filter=FOR_PEOPLE),
        answered=Count("scores", filter=FOR_PEOPLE & ANSWERED),
    )
    rows = list(counted.order_by("unit__code"))
    facts = gathered(rows)
    for sheet in rows:
        sheet.campaign = campaign
    ordered = sorted(rows, key=lambda sheet: (sheet.deadline_at or facts.now, sheet.unit.code))
    return [board_row(sheet, facts, user) for sheet in ordered]


def gathered(sheets: Iterable[ScoreSheet]) -> Facts:
    pks = [sheet.pk for sheet in sheets]
    appraised = (
        Appraisal.objects.filter(score__in=Score.objects.for_people().filter(sheet__in=pks, review=""))
        .values("score__sheet")
        .annotate(rows=Count("score", distinct=True))
        .order_by()
    )
    events = (
        AuditEvent.objects.filter(
            scope_type=ContentType.objects.get_for_model(ScoreSheet), scope_id__in=pks, action__in=STEP_ACTIONS
        )
        .values("scope_id", "action")
        .annotate(last=Max("at"))
        .order_by()
    )
    return Facts(
        {each["score__sheet"]: each["rows"] for each in appraised},
        {(each["scope_id"], each["action"]): each["last"] for each in events},
        timezone.now(),
    )


def board_row(sheet: ScoreSheet, facts: Facts, user: User) -> BoardRow:
    answered, leaves = sheet.answered, sheet.leaves  # type: ignore[attr-defined]  # annotated
    appraised = facts.appraised.get(sheet.pk, 0)
    own_steps: tuple[Step, ...] = (
        self_score_step(sheet, facts, answered),
        leader_step(sheet, facts),
        submitted_step(sheet, facts),
    )
    if sheet.campaign.external:
        # The unit's part was played outside the portal; what is filled in here is the parent's appraisal.
        answered, own_steps = appraised, (NOTHING, NOTHING, NOTHING)
    steps = (
        *own_steps,
        appraisal_step(sheet, facts, appraised, leaves),
        done_step(sheet, facts),
    )
    return BoardRow(
        sheet=sheet,
        answered=answered,
        appraised=appraised,
        leaves=leaves,
        steps=steps,
        is_late=any(step.kind == "late" for step in steps),
        waits=waits_for(user, sheet),
        extended_to=moment(sheet.due_at) if sheet.due_at and sheet.status in NOT_SUBMITTED else "",
    )


def waits_for(user: User, sheet: ScoreSheet) -> bool:
    """Whether the sheet lies with the person: to appraise, or the own one to fill or to approve."""
    if sheet.campaign.status != CampaignStatus.OPEN:
        return False
    if sheet.status in (SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL):
        return sheet.campaign.coordinated_by(user) and sheet.unit_id not in user.units_as()
    if sheet.status == SheetStatus.AWAITING_LEADER:
        return sheet.unit_id in user.units_as(user.roles.LEADER)
    return sheet.status == SheetStatus.DRAFT and sheet.unit_id in user.units_as(user.roles.OFFICER)


def days_late(due_at: datetime | None, at: datetime) -> int:
    """Days that were begun after a deadline; 0 in time, the deadline itself included."""
    if due_at is None or at <= due_at:
        return 0
    return -((due_at - at) // timedelta(days=1))


def late_words(days: int) -> str:
    return ngettext("%(count)s day late", "%(count)s days late", days) % {"count": days}


def with_lateness(text: str, days: int) -> Step:
    return Step(f"{text} · {late_words(days)}", "late") if days else Step(text, "done")


def overdue(sheet: ScoreSheet, facts: Facts) -> int:
    """Days since the deadline that holds for a sheet not yet submitted (its own, when it was extended)."""
    if sheet.campaign.status != CampaignStatus.OPEN or sheet.campaign.external:
        return 0
    return days_late(sheet.deadline_at, facts.now)


def self_score_step(sheet: ScoreSheet, facts: Facts, answered: int) -> Step:
    saved = facts.at.get((sheet.pk, Action.SCORE_SAVED))
    if sheet.status != SheetStatus.DRAFT:
        return Step(moment(saved) or _("done"), "done")
    text = _("returned") if sheet.return_reason else moment(saved) if answered else _("not begun")
    if days := overdue(sheet, facts):
        return Step(f"{text} · {late_words(days)}", "late")
    return Step(text, "now") if answered or sheet.return_reason else Step(text, "none")


def leader_step(sheet: ScoreSheet, facts: Facts) -> Step:
    proposed = moment(facts.at.get((sheet.pk, Action.SHEET_PROPOSED)))
    if sheet.status == SheetStatus.DRAFT:
        return NOTHING
    if sheet.status == SheetStatus.AWAITING_LEADER:
        days = overdue(sheet, facts)
        return Step(f"{proposed} · {late_words(days)}", "late") if days else Step(proposed, "now")
    return Step(proposed or _("done"), "done")


def submitted_step(sheet: ScoreSheet, facts: Facts) -> Step:
    """Lateness counts from the campaign's own deadline, even where an extension was given."""
    if sheet.submitted_at is None or sheet.status in NOT_SUBMITTED:
        return NOTHING
    return with_lateness(
        moment(sheet.submitted_at), days_late(sheet.campaign.self_score_due_at, sheet.submitted_at)
    )


def appraisal_step(sheet: ScoreSheet, facts: Facts, appraised: int, leaves: int) -> Step:
    if sheet.status in NOT_SUBMITTED and not (sheet.campaign.external and appraised):
        return NOTHING
    if sheet.status in DECIDED:
        return Step(f"{appraised}/{leaves}", "done")
    due_at = sheet.campaign.appraisal_due_at
    days = days_late(due_at, facts.now) if sheet.campaign.status == CampaignStatus.OPEN else 0
    text = f"{appraised}/{leaves}"
    return Step(f"{text} · {late_words(days)}", "late") if days else Step(text, "now")


def done_step(sheet: ScoreSheet, facts: Facts) -> Step:
    if sheet.status not in DECIDED:
        return NOTHING
    finished = facts.at.get((sheet.pk, Action.APPRAISAL_FINISHED))
    days = days_late(sheet.campaign.appraisal_due_at, finished) if finished else 0
    return with_lateness(moment(finished) or _("done"), days)

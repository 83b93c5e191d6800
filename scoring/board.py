"""The board of a campaign: each unit's sheet as a row, each step as a cell, ready to print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q, QuerySet

from parportal.deadlines import days_late
from parportal.display import day, moment
from scoring.board_steps import WORKED, Counts, Facts, Step, late_words, moment_short, shifted, steps_of
from scoring.models import (
    NOT_SUBMITTED,
    WITH_APPRAISERS,
    Appraisal,
    Campaign,
    CampaignStatus,
    Reminder,
    Score,
    ScoreSheet,
    SheetStatus,
)
from scoring.rules import FACT, LeafState
from units.audit import Action
from units.models import AuditEvent, User
from units.names import unit_key

STEP_ACTIONS = (
    *WORKED,
    Action.SHEET_PROPOSED,
    Action.SHEET_RETURNED,
    Action.SHEET_SENT_BACK,
    Action.APPRAISAL_FINISHED,
)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit of the board.

    `is_late` looks at the deadline that holds (an extended unit is not late yet); `days_late` counts from the
    original deadline of the self-score, whatever was given since. `awaited` names whose turn it is: "unit",
    "leader", "explanation", "appraisers" or nobody.
    Shapes: `steps` as `scoring.board_steps.steps_of`. Units: `days_late` in days begun.
    """

    sheet: ScoreSheet
    counts: Counts
    steps: tuple[Step, ...]
    is_late: bool
    days_late: int
    waits: bool
    awaited: str
    next_due_at: datetime | None
    worked_at: datetime | None
    reminded_at: datetime | None
    now: datetime

    @property
    def answered(self) -> int:
        """Rows filled in; in an external campaign those that the parent's appraisal was recorded for."""
        return self.counts.appraised if self.sheet.campaign.external else self.counts.answered

    @property
    def leaves(self) -> int:
        return self.counts.decidable if self.sheet.campaign.external else self.counts.leaves

    @property
    def not_submitted(self) -> bool:
        return self.sheet.status in NOT_SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.sheet.status == SheetStatus.DRAFT and bool(self.sheet.return_reason)

    @property
    def is_extended(self) -> bool:
        return self.sheet.due_at is not None and self.not_submitted

    @property
    def extended_to(self) -> str:
        return moment(self.sheet.due_at) if self.is_extended else ""

    @property
    def worked(self) -> str:
        return moment_short(self.worked_at, self.now)

    @property
    def reminded(self) -> str:
        return day(self.reminded_at)

    @property
    def late_words(self) -> str:
        return late_words(self.days_late) if self.days_late else ""


def board_rows(campaign: Campaign, sheets: QuerySet[ScoreSheet], user: User) -> list[BoardRow]:
    """The rows of `sheets` in the order of their deadlines (six queries, whatever their number)."""
    found = list(sheets.select_related("unit").order_by("unit__code"))
    for sheet in found:
        sheet.campaign = campaign
    facts = gathered(campaign, found)
    explains = has_explanation(campaign, found)
    rows = [board_row(sheet, facts, user, explains=explains) for sheet in found]
    return sorted(rows, key=SORTS[""])


def has_explanation(campaign: Campaign, sheets: Iterable[ScoreSheet]) -> bool:
    """Whether the board has columns for the unit's explanation and the second appraisal."""
    if campaign.explanation_due_at or campaign.second_appraisal_due_at:
        return True
    later = (SheetStatus.EXPLAINING, SheetStatus.SECOND_APPRAISAL)
    return any(sheet.explained_at or sheet.status in later for sheet in sheets)


def gathered(campaign: Campaign, sheets: Sequence[ScoreSheet]) -> Facts:
    pks = [sheet.pk for sheet in sheets]
    events = (
        AuditEvent.objects.filter(
            scope_type=ContentType.objects.get_for_model(ScoreSheet), scope_id__in=pks, action__in=STEP_ACTIONS
        )
        .values("scope_id", "action")
        .annotate(last=Max("at"))
        .order_by()
    )
    reminded = Reminder.objects.filter(sheet__in=pks).values("sheet").annotate(last=Max("at")).order_by()
    return Facts(
        now=campaign.now(),
        counts=counts_of(sheets),
        at={(each["scope_id"], each["action"]): shifted(each["last"], campaign.clock_offset) for each in events},
        reminded={each["sheet"]: each["last"] for each in reminded},
    )


def counts_of(sheets: Sequence[ScoreSheet]) -> dict[int, Counts]:
    """Rows of each sheet, by its primary key, counted by what is still to do: three queries, one more in a second
    appraisal."""
    pks = [sheet.pk for sheet in sheets]
    rows = Score.objects.for_people().filter(sheet__in=pks)
    of_unit = ~Q(criterion__params__has_key=FACT)
    # A row whose rules changed since is to be looked at again.
    answered = of_unit & ~Q(state=LeafState.NOT_ANSWERED.value) & Q(review="")
    totals = (
        rows.order_by()
        .values("sheet")
        .annotate(decidable=Count("pk"), leaves=Count("pk", filter=of_unit), answered=Count("pk", filter=answered))
    )
    appraised = counted(rows.filter(review="", pk__in=Appraisal.objects.values("score")))
    missing = counted(Score.objects.lacking_evidence().filter(sheet__in=pks))
    second = [sheet.pk for sheet in sheets if sheet.status == SheetStatus.SECOND_APPRAISAL]
    unanswered = counted(Score.objects.unanswered_explanations().filter(sheet__in=second)) if second else {}
    return {
        each["sheet"]: Counts(
            answered=each["answered"],
            leaves=each["leaves"],
            appraised=appraised.get(each["sheet"], 0),
            decidable=each["decidable"],
            unanswered=unanswered.get(each["sheet"], 0),
            without_evidence=missing.get(each["sheet"], 0),
        )
        for each in totals
    }


def counted(rows: QuerySet[Score]) -> dict[int, int]:
    """How many of the rows each sheet has, by its primary key."""
    by_sheet = rows.order_by().values("sheet").annotate(rows=Count("pk", distinct=True))
    return dict(by_sheet.values_list("sheet", "rows"))


def board_row(sheet: ScoreSheet, facts: Facts, user: User, *, explains: bool) -> BoardRow:
    steps = steps_of(sheet, facts, explains=explains)
    return BoardRow(
        sheet=sheet,
        counts=facts.of(sheet),
        steps=steps,
        is_late=any(step.kind == "late" for step in steps),
        days_late=days_from_original(sheet, facts.now),
        waits=waits_for(user, sheet),
        awaited=awaited(sheet),
        next_due_at=next_deadline(sheet),
        worked_at=facts.last(sheet, *WORKED),
        reminded_at=facts.reminded.get(sheet.pk),
        now=facts.now,
    )


def days_from_original(sheet: ScoreSheet, now: datetime) -> int:
    """How late the sheet was submitted, or is by now, from the campaign's own deadline."""
    if sheet.campaign.external:
        return 0
    if sheet.submitted_at is None and sheet.campaign.status != CampaignStatus.OPEN:
        return 0
    return days_late(sheet.campaign.self_score_due_at, sheet.submitted_at or now)


def awaited(sheet: ScoreSheet) -> str:
    """Whose turn it is while the campaign is open; see `BoardRow`."""
    if sheet.campaign.status != CampaignStatus.OPEN or sheet.campaign.external:
        return ""
    if sheet.status in WITH_APPRAISERS:
        return "appraisers"
    turns = {
        SheetStatus.DRAFT: "unit",
        SheetStatus.AWAITING_LEADER: "leader",
        SheetStatus.EXPLAINING: "explanation",
    }
    return turns.get(SheetStatus(sheet.status), "")


def next_deadline(sheet: ScoreSheet) -> datetime | None:
    """The deadline that the sheet has before it in its present state."""
    if sheet.status in NOT_SUBMITTED:
        return sheet.deadline_at
    if sheet.status == SheetStatus.EXPLAINING:
        return sheet.explanation_deadline_at
    if sheet.status == SheetStatus.SECOND_APPRAISAL:
        return sheet.campaign.second_appraisal_due_at
    return sheet.campaign.appraisal_due_at if sheet.status in WITH_APPRAISERS else None


def waits_for(user: User, sheet: ScoreSheet) -> bool:
    """Whether the sheet lies with the person: to appraise, or the own one to fill, to approve or to explain."""
    match awaited(sheet):
        case "appraisers":
            return sheet.campaign.coordinated_by(user) and sheet.unit_id not in user.units_as()
        case "leader":
            return sheet.unit_id in user.units_as(user.roles.LEADER)
        case "unit":
            return sheet.unit_id in user.units_as(user.roles.OFFICER)
        case "explanation":
            return sheet.unit_id in user.units_as(user.roles.OFFICER, user.roles.LEADER)
    return False


def by_deadline(row: BoardRow) -> tuple[object, ...]:
    due_at = row.next_due_at
    return due_at is None, due_at.timestamp() if due_at else 0, row.sheet.unit.code


SORTS: dict[str, Callable[[BoardRow], tuple[object, ...]]] = {
    "": by_deadline,
    "unit": lambda row: (unit_key(row.sheet.unit.name), row.sheet.unit.code),
    "answered": lambda row: (row.answered / row.leaves if row.leaves else 1, *by_deadline(row)),
    "late": lambda row: (-row.days_late, *by_deadline(row)),
}

FILTERS: dict[str, Callable[[BoardRow], bool]] = {
    "": lambda row: True,
    "not-submitted": lambda row: row.not_submitted,
    "late": lambda row: row.is_late,
    "waiting": lambda row: row.waits,
    "returned": lambda row: row.is_returned,
    "extended": lambda row: row.is_extended,
}


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How the units kept the deadline of the self-score. Units: units of the campaign."""

    in_time: int
    late: int
    waiting: int
    overdue: int
    not_begun: int

    @property
    def submitted(self) -> int:
        return self.in_time + self.late


def timeliness(rows: Iterable[BoardRow]) -> Timeliness:
    """In time and late are the submitted ones, from the original deadline; overdue those without an extension
    that holds; the sum of in time, late, waiting and overdue is all units."""
    counts = {"in_time": 0, "late": 0, "waiting": 0, "overdue": 0, "not_begun": 0}
    for row in rows:
        if row.not_submitted:
            counts["overdue" if row.is_late else "waiting"] += 1
            counts["not_begun"] += row.sheet.status == SheetStatus.DRAFT and not row.answered
        else:
            counts["late" if row.days_late else "in_time"] += 1
    return Timeliness(**counts)

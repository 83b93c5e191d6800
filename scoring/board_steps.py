"""The cells of the campaign board: each step of a sheet with its date and its lateness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from parportal.deadlines import days_late
from scoring.models import DECIDED, NOT_SUBMITTED, CampaignStatus, ScoreSheet, SheetStatus
from units.audit import Action


@dataclass(frozen=True, slots=True)
class Step:
    """One cell. `kind` is "done", "late", "now" or "none"; `note` stands below, `name` heads the column."""

    text: str
    kind: str
    note: str = ""
    url: str = ""
    name: str = ""

    @property
    def is_nothing(self) -> bool:
        return self.text == NOTHING.text

    @property
    def in_words(self) -> str:
        return f"{self.text} · {self.note}" if self.note else self.text


NOTHING = Step("–", "none")


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one sheet.

    Units: `answered` of `leaves` that the unit fills in; `appraised` of `decidable` that people decide;
    `unanswered` explanations; `without_evidence` that need some and have neither it nor a reason.
    """

    answered: int = 0
    leaves: int = 0
    appraised: int = 0
    decidable: int = 0
    unanswered: int = 0
    without_evidence: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted and looked up once for all sheets.

    Shapes: by primary key of the sheet; `at` by sheet and action, by the campaign's clock; `reminded` is when the
    last reminder went out.
    """

    now: datetime
    counts: Mapping[int, Counts] = field(default_factory=dict)
    at: Mapping[tuple[int, str], datetime] = field(default_factory=dict)
    reminded: Mapping[int, datetime] = field(default_factory=dict)

    def of(self, sheet: ScoreSheet) -> Counts:
        return self.counts.get(sheet.pk, Counts())

    def last(self, sheet: ScoreSheet, *actions: str) -> datetime | None:
        found = [at for action in actions if (at := self.at.get((sheet.pk, action)))]
        return max(found, default=None)


# What the unit does to its rows.
WORKED = (
    Action.SCORE_SAVED,
    Action.EVIDENCE_ADDED,
    Action.EVIDENCE_CHANGED,
    Action.EVIDENCE_REMOVED,
    Action.SHEET_IMPORTED,
    Action.COPIED_FROM_LAST_YEAR,
    Action.EXPLANATION_SAVED,
)


def moment_short(at: datetime | None, now: datetime) -> str:
    """A time in a cell, 15/12 17:00; with its year when that is another one."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    same_year = local.year == timezone.localtime(now).year
    return f"{local:%d/%m %H:%M}" if same_year else f"{local:%d/%m/%Y %H:%M}"


def late_words(days: int) -> str:
    return ngettext("%(count)s day late", "%(count)s days late", days) % {"count": days}


def done_or_late(text: str, days: int) -> Step:
    return Step(text, "late", late_words(days)) if days else Step(text, "done")


def now_or_late(text: str, days: int, url: str = "") -> Step:
    return Step(text, "late", late_words(days), url) if days else Step(text, "now", url=url)


def steps_of(sheet: ScoreSheet, facts: Facts, *, explains: bool) -> tuple[Step, ...]:
    """Self-score, leader, submitted, first appraisal, then explanation and second appraisal if the campaign has
    them, and done."""
    # The unit's part in an external campaign was played outside the portal.
    own = (NOTHING,) * 3 if sheet.campaign.external else own_steps(sheet, facts)
    second = (explanation_step(sheet, facts), second_step(sheet, facts)) if explains else ()
    steps = (*own, appraisal_step(sheet, facts), *second, done_step(sheet, facts))
    names = step_names(explains=explains)
    return tuple(replace(step, name=name) for step, name in zip(steps, names, strict=True))


def step_names(*, explains: bool) -> tuple[str, ...]:
    """The headings of `steps_of`."""
    second = (pgettext("step of a sheet", "Explanation"), _("Second appraisal")) if explains else ()
    own = (_("Self-score"), _("To the leader"), _("Submitted"), _("Appraisal"))
    return (*own, *second, _("Done"))


def own_steps(sheet: ScoreSheet, facts: Facts) -> tuple[Step, Step, Step]:
    return self_score_step(sheet, facts), leader_step(sheet, facts), submitted_step(sheet, facts)


def overdue(due_at: datetime | None, sheet: ScoreSheet, facts: Facts) -> int:
    """Days begun since a deadline that still holds: the campaign is open."""
    return days_late(due_at, facts.now) if sheet.campaign.status == CampaignStatus.OPEN else 0


def self_score_step(sheet: ScoreSheet, facts: Facts) -> Step:
    saved = moment_short(facts.last(sheet, *WORKED), facts.now)
    if sheet.status != SheetStatus.DRAFT:
        return Step(saved or _("done"), "done")
    answered = facts.of(sheet).answered
    text = _("returned") if sheet.return_reason else saved if answered else _("not begun")
    if days := overdue(sheet.deadline_at, sheet, facts):
        return Step(text, "late", late_words(days))
    return Step(text, "now") if answered or sheet.return_reason else Step(text, "none")


def leader_step(sheet: ScoreSheet, facts: Facts) -> Step:
    proposed = moment_short(facts.last(sheet, Action.SHEET_PROPOSED), facts.now)
    if sheet.status == SheetStatus.DRAFT:
        return NOTHING
    if sheet.status == SheetStatus.AWAITING_LEADER:
        return now_or_late(proposed or _("waiting"), overdue(sheet.deadline_at, sheet, facts))
    return Step(proposed or _("done"), "done")


def submitted_step(sheet: ScoreSheet, facts: Facts) -> Step:
    """Lateness counts from the campaign's own deadline, even where an extension was given."""
    if sheet.submitted_at is None or sheet.status in NOT_SUBMITTED:
        return NOTHING
    days = days_late(sheet.campaign.self_score_due_at, sheet.submitted_at)
    return done_or_late(moment_short(sheet.submitted_at, facts.now), days)


def appraisal_step(sheet: ScoreSheet, facts: Facts) -> Step:
    counts = facts.of(sheet)
    text = f"{counts.appraised}/{counts.decidable}"
    if sheet.status in NOT_SUBMITTED and not (sheet.campaign.external and counts.appraised):
        return NOTHING
    url = reverse("appraisal", args=[sheet.pk])
    if sheet.status in (*DECIDED, SheetStatus.EXPLAINING, SheetStatus.SECOND_APPRAISAL):
        return Step(text, "done", url=url)
    return now_or_late(text, overdue(sheet.campaign.appraisal_due_at, sheet, facts), url)


def explanation_step(sheet: ScoreSheet, facts: Facts) -> Step:
    if sheet.status == SheetStatus.EXPLAINING:
        return now_or_late(_("explaining"), overdue(sheet.explanation_deadline_at, sheet, facts))
    if sheet.explained_at is None:
        return NOTHING
    days = days_late(sheet.campaign.explanation_due_at, sheet.explained_at)
    return done_or_late(moment_short(sheet.explained_at, facts.now), days)


def second_step(sheet: ScoreSheet, facts: Facts) -> Step:
    if sheet.status == SheetStatus.SECOND_APPRAISAL:
        left = facts.of(sheet).unanswered
        text = ngettext("%(count)s to answer", "%(count)s to answer", left) % {"count": left}
        days = overdue(sheet.campaign.second_appraisal_due_at, sheet, facts)
        return now_or_late(text, days, reverse("appraisal", args=[sheet.pk]))
    is_over = sheet.status in DECIDED and sheet.explained_at is not None
    return Step(_("done"), "done") if is_over else NOTHING


def done_step(sheet: ScoreSheet, facts: Facts) -> Step:
    if sheet.status not in DECIDED:
        return NOTHING
    finished = facts.last(sheet, Action.APPRAISAL_FINISHED)
    campaign = sheet.campaign
    due_at = campaign.second_appraisal_due_at if sheet.explained_at else campaign.appraisal_due_at
    days = days_late(due_at, finished) if finished else 0
    return done_or_late(moment_short(finished, facts.now) or _("done"), days)


def shifted(at: datetime, offset: timedelta | None) -> datetime:
    """The time of an event, which is the true one, by the clock of its campaign."""
    return at + (offset or timedelta(0))

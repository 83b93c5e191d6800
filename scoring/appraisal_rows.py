"""Rows of an appraisal page, of one sheet or of one criterion across sheets, with every text ready to be printed.

Pages hold a hundred rows: no form widgets, no query for a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.display import message, moment, points
from scoring.actions.appraisals import present_round
from scoring.loss_rows import LossPart, Parties, loss_part
from scoring.models import Appraisal, Campaign, Evidence, Responsibility, Score, ScoreSheet
from scoring.rows import AnswerField, AnswerProblem, answer_fields
from scoring.rules import LeafState, Method, decode
from scoring.settling import appraised_outcome, last_round, self_outcome
from scoring.workflow import why_appraisal_is_locked
from units.models import User


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    label: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not saved: what was typed, and what is wrong, by input name."""

    typed: Mapping[str, str]
    problems: Mapping[str, AnswerProblem]

    def text(self) -> str:
        return " ".join(problem.text for problem in self.problems.values())


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """One leaf of one unit. `self_*` is the unit's part; `given`, `diff`, `state` the appraiser's.

    `kind` says what the appraisal decided: "" (nothing yet), "points", "not_applicable", "no_case".
    """

    pk: int
    criterion_pk: int
    sheet_pk: int
    code: str
    title: str
    unit: str
    agency: str
    maximum: str
    self_points: str
    self_state: str
    self_explanation: str
    claim: str
    note: str
    evidence: tuple[EvidenceLine, ...]
    lacks_evidence: bool
    kind: str
    given: str
    given_explanation: str
    reason: str
    diff: str
    diff_class: str
    state: str
    version: int
    can_edit: bool
    accept: str
    facts: tuple[AnswerField, ...]
    facts_open: bool
    loss: LossPart | None
    message: str = ""
    refused_at: str = ""

    @property
    def is_undecided(self) -> bool:
        return self.kind == ""

    @property
    def is_claim(self) -> bool:
        return bool(self.claim)

    @property
    def differs(self) -> bool:
        return self.diff_class != "" or (self.is_claim and self.kind == "points")

    @property
    def lacks_cause(self) -> bool:
        return self.loss is not None and not self.is_undecided and not self.loss.is_complete

    @property
    def row_state(self) -> str:
        """For the script that keeps the row's look after a save."""
        flags = (
            ("open", self.is_undecided),
            ("error", bool(self.message)),
            ("excluded", self.kind in ("not_applicable", "no_case")),
        )
        return " ".join(name for name, holds in flags if holds)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at rows of which campaign, and with whom as parties to choose from."""

    user: User
    campaign: Campaign
    parties: Parties

    @classmethod
    def of(cls, user: User, campaign: Campaign) -> Desk:
        return cls(user, campaign, Parties(campaign))

    @property
    def is_coordinator(self) -> bool:
        return self.campaign.coordinated_by(self.user)

    @property
    def reads_only(self) -> bool:
        """Leaders read; coordinators and agencies write."""
        return self.campaign.governed_by(self.user) and not self.is_coordinator

    def can_edit(self, sheet: ScoreSheet) -> bool:
        return not self.reads_only and not why_appraisal_is_locked(sheet)

    @property
    def can_explain(self) -> bool:
        """Causes are recorded until publication, also when the points are settled."""
        return not self.reads_only and not self.campaign.is_public


def readable_rows(user: User, rows: QuerySet[Score], campaign: Campaign) -> QuerySet[Score]:
    """Rows of a campaign on the appraisers' side: all for those who govern it, else those of the agency."""
    if campaign.governed_by(user):
        return rows if campaign.external else rows.exclude(sheet__unit__in=user.units_as())
    return Score.objects.visible_to(user).appraisable_by(user).filter(pk__in=rows.values("pk"))


def for_page(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Rows with all that a page shows: one query and three for what hangs on the rows."""
    responsible = Responsibility.objects.select_related("party")
    return (
        rows.select_related("criterion__section", "criterion__parent", "agency", "loss", "sheet__unit")
        .prefetch_related(
            Prefetch("appraisals", Appraisal.objects.select_related("by")),
            Prefetch("evidence", Evidence.objects.order_by("pk")),
            Prefetch("loss__responsibilities", responsible),
        )
        .order_by("criterion__position", "sheet__unit__code")
    )


def row_of(score: Score, desk: Desk, *, refused: RefusedRow | None = None, brief: bool = False) -> AppraisalRow:
    """One row ready to print; `refused` keeps what was typed and says what is wrong with it.

    `brief` leaves out what a save cannot change (evidence, and the parties of a recorded loss): no query for it.
    """
    method = score.criterion.scoring_method(desk.campaign.criteria_set)
    rounds = list(score.appraisals.all())
    papers = [] if brief else list(score.evidence.all())
    last = last_round(rounds)
    own = next((each for each in rounds if each.round == present_round(desk.campaign)), None)
    typed = refused.typed if refused else None
    reason = last.reason if last else ""
    return AppraisalRow(
        **place(score, brief=brief),
        **unit_part(score, method),
        **given_part(score, method, last, typed),
        evidence=tuple(evidence_line(each) for each in papers),
        lacks_evidence=bool(score.self_points) and score.criterion.evidence_required and not papers,
        version=own.version if own else 0,
        can_edit=desk.can_edit(score.sheet),
        accept=acceptable(score),
        facts=fact_fields(score, method, last, refused),
        facts_open=bool(refused and refused.typed.get("how") == "facts"),
        loss=loss_part(score, desk.parties, reason=reason, brief=brief) if last else None,
        message=refused.text() if refused else "",
        refused_at=" ".join(refused.problems) if refused else "",
    )


def place(score: Score, *, brief: bool) -> dict[str, Any]:
    return {
        "pk": score.pk,
        "criterion_pk": score.criterion_id,
        "sheet_pk": score.sheet_id,
        "code": score.criterion.code,
        "title": score.criterion.title,
        "unit": score.sheet.unit.name,
        "agency": "" if brief or score.agency is None else score.agency.name,
        "maximum": points(score.criterion.max_points),
    }


def unit_part(score: Score, method: Method) -> dict[str, Any]:
    """What the unit says: points or a claim, how they were computed, the note."""
    state = LeafState(score.state)
    line = self_outcome(method, state, decode(method.inputs(), score.answers)).explanation
    shown = "" if method.name == "points" or state is not LeafState.ANSWERED else message(line)
    words = {
        LeafState.NOT_ANSWERED: _("not answered"),
        LeafState.NO_CASE: _("no case arose"),
        LeafState.NOT_APPLICABLE: _("claims: not applicable"),
    }
    return {
        "self_points": points(score.self_points),
        "self_state": words.get(state, ""),
        "self_explanation": shown,
        "claim": score.reason if state is LeafState.NOT_APPLICABLE else "",
        "note": score.note,
    }


def given_part(
    score: Score, method: Method, last: Appraisal | None, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    """What the last round decided, and how it differs from the unit's word."""
    shown = points(last.points) if last and last.state == LeafState.ANSWERED else ""
    diff, diff_class = difference(score, last)
    return {
        "kind": {"answered": "points"}.get(last.state, last.state) if last else "",
        "given": typed.get("points", shown) if typed is not None else shown,
        "given_explanation": given_explanation(method, last),
        "reason": typed.get("reason", "") if typed is not None else (last.reason if last else ""),
        "diff": diff,
        "diff_class": diff_class,
        "state": f"{last.by}, {moment(last.at)}" if last else "",
    }


def given_explanation(method: Method, last: Appraisal | None) -> str:
    if last is None or (last.state == LeafState.ANSWERED and not last.answers) or method.name == "points":
        return ""
    answers = decode(method.inputs(), last.answers)
    return message(appraised_outcome(method, LeafState(last.state), answers, last.points).explanation)


def difference(score: Score, last: Appraisal | None) -> tuple[str, str]:
    """Appraised minus self, with its sign, and the class that draws the triangle."""
    if last is None or last.points is None or score.self_points is None:
        return ("–", "") if last else ("", "")
    found = last.points - score.self_points
    if found == 0:
        return points(Decimal(0)), ""
    return (points(found), "diff-down") if found < 0 else (f"+{points(found)}", "diff-up")


def acceptable(score: Score) -> str:
    """What the button "=" gives: the self-score; from a parent outside the portal full points, else nothing."""
    if score.state == LeafState.NOT_APPLICABLE:
        return ""
    if score.self_points is not None:
        return points(score.self_points)
    return points(score.criterion.max_points if score.sheet.campaign.external else Decimal(0))


def fact_fields(
    score: Score, method: Method, last: Appraisal | None, refused: RefusedRow | None
) -> tuple[AnswerField, ...]:
    """The method's inputs, to score again from facts, beginning with the unit's; none for points typed as such."""
    if method.name == "points":
        return ()
    stored = decode(method.inputs(), last.answers if last and last.answers else score.answers)
    if refused is None or refused.typed.get("how") != "facts":
        return answer_fields(method, stored)
    return answer_fields(method, stored, typed=refused.typed, problems=refused.problems)


def evidence_line(evidence: Evidence) -> EvidenceLine:
    day = f" ({evidence.issued_on:%d/%m/%Y})" if evidence.issued_on else ""
    parts = (evidence.issuer, evidence.title, evidence.page)
    return EvidenceLine(
        label=f"{evidence}{day}",
        title=" · ".join(part for part in parts if part and part != str(evidence)),
        url=download_url(evidence),
    )


def download_url(evidence: Evidence) -> str:
    if not evidence.file:
        return ""
    return reverse("evidence_download", args=[evidence.pk])


def may_read(user: User, sheet: ScoreSheet) -> bool:
    """Whether the person stands on the appraisers' side of a sheet that he sees."""
    campaign = sheet.campaign
    if campaign.external:
        return campaign.governed_by(user)
    return sheet.unit_id not in user.units_as() and (campaign.governed_by(user) or sheet.is_assigned_to(user))

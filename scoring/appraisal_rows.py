"""Rows of an appraisal page, of one sheet or of one criterion across sheets, with every text ready to be printed.

Pages hold a hundred rows: no form widgets, no query for a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from parportal.display import message, moment, points
from scoring.actions.appraisals import points_unanswered, present_round
from scoring.comparable import Base
from scoring.evidence_panel import EvidenceLine, evidence_line
from scoring.explanations import ReplyPart, reply_part
from scoring.last_losses import LastLoss
from scoring.lines import line_from_json
from scoring.loss_rows import LossPart, Parties, loss_part
from scoring.models import Appraisal, Campaign, Evidence, Responsibility, Score, ScoreSheet
from scoring.rows import AnswerField, AnswerProblem, answer_fields
from scoring.rules import LeafState, Method, decode
from scoring.settling import appraised_outcome, last_round, said_to_be_left_out, self_outcome
from scoring.sources import SourceLine
from scoring.workflow import why_appraisal_is_locked, why_row_is_closed
from units.models import User


@dataclass(frozen=True, slots=True)
class Conflict:
    """What two people said of one row: whoever comes second chooses. `version` is the one that stands there now.

    `how` is the button by which the second one had sent the row.
    """

    mine: str
    theirs: str
    who: str
    version: int
    how: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not saved: what was typed, and what is wrong, by input name.

    `seen`: the version that the sender had seen, which his next save must say again: what another one saved
    meanwhile is not known to him yet. Empty where there is nothing to compare with.
    """

    typed: Mapping[str, str]
    problems: Mapping[str, AnswerProblem]
    conflict: Conflict | None = None
    seen: str = ""

    def text(self) -> str:
        return " ".join(problem.text for problem in self.problems.values())


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """One leaf of one unit. `self_*` is the unit's part; `given`, `diff`, `state` the appraiser's.

    `closed` says why nobody decides the row: it is excluded, or a survey fills it; empty for ordinary rows.
    `kind` says what the appraisal decided: "" (nothing yet), "points", "not_applicable", "no_case". `review` says
    line by line what changed in the rules since: the row is to be decided again. `base` is last year's value,
    `source` what the unit had reported.
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
    version: int | str
    can_edit: bool
    accept: str
    facts: tuple[AnswerField, ...]
    facts_open: bool
    loss: LossPart | None
    closed: str = ""
    is_left_out: bool = False
    review: tuple[str, ...] = ()
    base: str = ""
    differs_from_base: bool = False
    source: SourceLine | None = None
    message: str = ""
    refused_at: str = ""
    conflict: Conflict | None = None
    explanation: ReplyPart | None = None
    last_losses: tuple[str, ...] = ()
    why_no_evidence: str = ""

    @property
    def lacks_reply(self) -> bool:
        """Whether the unit's explanation waits for the appraiser's answer."""
        return self.explanation is not None and self.explanation.can_reply and not self.explanation.is_answered

    @property
    def is_undecided(self) -> bool:
        return (self.kind == "" or bool(self.review)) and not self.closed

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
            ("review", bool(self.review)),
            ("error", bool(self.message)),
            ("excluded", self.is_left_out),
        )
        return " ".join(name for name, holds in flags if holds)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at rows of which campaign, and with whom as parties to choose from."""

    user: User
    campaign: Campaign
    parties: Parties
    bases: Mapping[int, Base] = field(default_factory=dict)
    sources: Mapping[int, SourceLine] = field(default_factory=dict)
    last: Mapping[int, tuple[LastLoss, ...]] = field(default_factory=dict)

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
        return not self.reads_only and not why_appraisal_is_locked(sheet, self.user)

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
        rows.select_related(
            "criterion__section",
            "criterion__parent",
            "agency",
            "loss",
            "exclusion",
            "sheet__unit",
            "explanation__by",
            "explanation__reply_by",
        )
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
    own = next((each for each in rounds if each.round == present_round(score.sheet)), None)
    typed = refused.typed if refused else None
    reason = last.reason if last else ""
    return AppraisalRow(
        **place(score, brief=brief),
        **unit_part(score, method),
        **given_part(score, method, last, typed),
        evidence=tuple(evidence_line(each) for each in papers),
        lacks_evidence=lacks_evidence(score, papers),
        version=version_of(own, refused),
        can_edit=score.is_for_people and desk.can_edit(score.sheet),
        accept=acceptable(score, method),
        facts=fact_fields(score, method, last, refused),
        facts_open=bool(refused and refused.typed.get("how") == "facts"),
        loss=loss_part(score, desk.parties, reason=reason, brief=brief) if last or is_surveyed(score) else None,
        closed=why_row_is_closed(score, by_unit=False),
        review=tuple(score.review.splitlines()) if score.is_under_review else (),
        base=base.text if (base := desk.bases.get(score.pk)) else "",
        differs_from_base=base is not None and base.differs_from(decode(method.inputs(), score.answers)),
        source=desk.sources.get(score.pk),
        is_left_out=bool(score.criterion.max_points) and not score.counted_max_points,
        message=refused.text() if refused else "",
        refused_at=" ".join(refused.problems) if refused else "",
        conflict=refused.conflict if refused else None,
        explanation=None if brief else reply_part(score, desk.user),
        last_losses=tuple(each.text for each in desk.last.get(score.pk, ())),
        why_no_evidence=score.why_no_evidence,
    )


def version_of(own: Appraisal | None, refused: RefusedRow | None) -> int | str:
    """The version that the next save must have seen; in a refused row the one that its sender had seen."""
    if refused and refused.seen:
        return refused.seen
    return own.version if own else 0


def lacks_evidence(score: Score, papers: list[Evidence]) -> bool:
    required = score.is_for_people and score.criterion.evidence_required
    return bool(score.self_points) and required and not papers


def is_surveyed(score: Score) -> bool:
    """Whether an import brought the points of the row: nobody decides it, but points may be lost."""
    return not score.is_for_people and score.exclusion_id is None and score.points is not None


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
    if not score.is_for_people:
        words = {}
    # What is left out is not a 0.
    is_nothing = state is LeafState.NO_CASE or said_to_be_left_out(score, method)
    told = score.self_points if score.self_points or not is_nothing else None
    return {
        "self_points": points(told),
        "self_state": words.get(state, ""),
        "self_explanation": shown,
        "claim": score.reason if state is LeafState.NOT_APPLICABLE and score.is_for_people else "",
        "note": score.note,
    }


def given_part(
    score: Score, method: Method, last: Appraisal | None, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    """What the last round decided, and how it differs from the unit's word."""
    shown = points(last.points) if last and last.state == LeafState.ANSWERED else ""
    if is_surveyed(score) and score.counted_max_points:
        shown = points(score.points)
    diff, diff_class = difference(score, last)
    return {
        "kind": {"answered": "points"}.get(last.state, last.state) if last else "",
        "given": typed.get("points", shown) if typed is not None else shown,
        "given_explanation": given_explanation(score, method, last),
        "reason": typed.get("reason", "") if typed is not None else (last.reason if last else ""),
        "diff": diff,
        "diff_class": diff_class,
        "state": f"{last.by}, {moment(last.at)}" if last else "",
    }


def given_explanation(score: Score, method: Method, last: Appraisal | None) -> str:
    if score.settled_line is not None:
        return message(line_from_json(score.settled_line))
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


def acceptable(score: Score, method: Method) -> str:
    """What the button "=" gives: the self-score; from a parent outside the portal full points, else nothing."""
    if score.state == LeafState.NOT_APPLICABLE or (score.state == LeafState.NO_CASE and not score.self_points):
        # A claim is decided, not accepted; no case is accepted as such, which is not the same as 0.
        return ""
    if said_to_be_left_out(score, method):
        return ""
    if score.self_points is not None:
        return points(score.self_points)
    return points(points_unanswered(score, score.sheet.campaign))


def fact_fields(
    score: Score, method: Method, last: Appraisal | None, refused: RefusedRow | None
) -> tuple[AnswerField, ...]:
    """The method's inputs, to score again from facts, beginning with the unit's; none for points typed as such."""
    if method.name == "points" or not score.is_for_people:
        return ()
    stored = decode(method.inputs(), last.answers if last and last.answers else score.answers)
    if refused is None or refused.typed.get("how") != "facts":
        return answer_fields(method, stored)
    return answer_fields(method, stored, typed=refused.typed, problems=refused.problems)


def may_read(user: User, sheet: ScoreSheet) -> bool:
    """Whether the person stands on the appraisers' side of a sheet that he sees."""
    campaign = sheet.campaign
    if campaign.external:
        return campaign.governed_by(user)
    return sheet.unit_id not in user.units_as() and (campaign.governed_by(user) or sheet.is_assigned_to(user))

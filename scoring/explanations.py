"""Rounds of appraisal, explanation and reply of rows in words: for the unit, the appraisers, and the sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from zlib import crc32

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.display import moment, points
from scoring.models import Appraisal, Explanation, Round, Score, ScoreSheet
from scoring.rules import CountsAs, LeafState
from scoring.settling import in_order, last_round
from scoring.workflow import why_reply_is_locked
from units.models import User


@dataclass(frozen=True, slots=True)
class RoundLine:
    """What one round decided of a row. `who` is empty where the reader is not told."""

    title: str
    points: str
    reason: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class ExplanationLines:
    """What was said of a row after its first appraisal; texts are empty where nothing was said, or not shown."""

    rounds: tuple[RoundLine, ...]
    text: str
    author: str
    reply: str
    reply_author: str
    version: int

    @property
    def is_empty(self) -> bool:
        return not (self.rounds or self.text or self.reply)


def explanation_of(score: Score) -> Explanation | None:
    """The explanation of a row that was read with it (`select_related("explanation")`)."""
    return getattr(score, "explanation", None)


def explanation_lines(score: Score, shown: Collection[Round] = tuple(Round)) -> ExplanationLines:
    """Rounds (of those that may be shown), explanation and reply. The reply belongs to the second round.

    `score` has its appraisals (with `by`) prefetched and its explanation beside it: no query.
    """
    found = explanation_of(score)
    replied = found is not None and bool(found.reply) and Round.SECOND in shown
    return ExplanationLines(
        rounds=tuple(round_line(each) for each in in_order(score.appraisals.all()) if each.round in shown),
        text=found.text if found else "",
        author=signed(found.by, moment(found.at)) if found and found.text else "",
        reply=found.reply if found and replied else "",
        reply_author=signed(found.reply_by, moment(found.reply_at)) if found and replied else "",
        version=found.version if found else 0,
    )


def round_line(appraisal: Appraisal) -> RoundLine:
    return RoundLine(
        title=appraisal.get_round_display(),
        points=given_text(appraisal),
        reason=appraisal.reason,
        who=str(appraisal.by),
        at=moment(appraisal.at),
    )


def given_text(appraisal: Appraisal) -> str:
    """What a round gave: points, or the state in which it left the row."""
    if appraisal.state == LeafState.NOT_APPLICABLE:
        return _("not applicable")
    if appraisal.state == LeafState.NO_CASE:
        # Full points by the policy of the row are worth telling; what is left out is not a 0.
        return " · ".join(filter(None, [_("no case arose"), points(appraisal.points or None)]))
    return _("points follow at the close of the round") if appraisal.pending else points(appraisal.points)


def signed(who: User | None, when: str) -> str:
    return ", ".join(filter(None, [str(who) if who else "", when]))


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """The unit's explanation on the appraisal page, with the place for the reply.

    `can_reply`: this reader may do so now. `is_answered`: in words, or by points of the second round.
    """

    pk: int
    url: str
    code: str
    lines: ExplanationLines
    can_reply: bool
    is_answered: bool


def reply_part(score: Score, user: User) -> ReplyPart | None:
    """None where nothing was explained. `score` is as for `explanation_lines`, with its sheet and campaign."""
    found = explanation_of(score)
    if found is None or not found.text:
        return None
    second = any(each.round == Round.SECOND for each in score.appraisals.all())
    return ReplyPart(
        pk=score.pk,
        url=reverse("appraisal_reply", args=[score.sheet_id, score.criterion_id]),
        code=score.criterion.code,
        lines=explanation_lines(score),
        can_reply=score.is_for_people and not why_reply_is_locked(score.sheet, user),
        is_answered=bool(found.reply) or second,
    )


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What was typed into a row and not saved, why, and the version to save it over."""

    text: str
    why: str
    version: int


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One row of the page on which the unit explains, ready to print. `pk` is that of the criterion.

    `version` is what a plain form carries: with a check sum of the text, which tells whether it was changed.
    """

    pk: int
    code: str
    title: str
    max_points: str
    self_points: str
    self_state: str
    is_reduced: bool
    difference: str
    lines: ExplanationLines
    version: str
    unsaved: Unsaved | None = None


@dataclass(frozen=True, slots=True)
class ExplanationPage:
    """The rows that were reduced, then the others that were appraised, both in the order of the set."""

    reduced: tuple[ExplainedRow, ...]
    others: tuple[ExplainedRow, ...]
    explained: int


def explanation_page(
    sheet: ScoreSheet, user: User, unsaved: Mapping[int, Unsaved] | None = None
) -> ExplanationPage:
    """The appraised rows of a sheet as the person may read them (three queries).

    Shapes: `unsaved` by the primary key of the criterion.
    """
    shown, failed = sheet.opened_rounds(user), unsaved or {}
    rows = [explained_row(score, shown, failed.get(score.criterion_id)) for score in rows_to_explain(sheet, user)]
    return ExplanationPage(
        reduced=tuple(row for row in rows if row.is_reduced),
        others=tuple(row for row in rows if not row.is_reduced),
        explained=sum(bool(row.lines.text) for row in rows),
    )


def rows_to_explain(sheet: ScoreSheet, user: User) -> Iterable[Score]:
    """The appraised rows that the person sees, with all that the page shows."""
    rounds = Prefetch("appraisals", Appraisal.objects.select_related("by"))
    rows = Score.objects.visible_to(user).for_people().filter(sheet=sheet)
    related = ("criterion", "explanation__by", "explanation__reply_by")
    found = rows.select_related(*related).prefetch_related(rounds).order_by("criterion__position")
    return [score for score in found if score.appraisals.all()]


def check_sum(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def explained_row(score: Score, shown: Collection[Round], unsaved: Unsaved | None) -> ExplainedRow:
    lines = explanation_lines(score, shown)
    last = last_round(each for each in score.appraisals.all() if each.round in shown)
    said = score.self_points
    found = None if last is None or last.points is None or said is None else last.points - said
    return ExplainedRow(
        pk=score.criterion_id,
        code=score.criterion.code,
        title=score.criterion.title,
        max_points=points(score.criterion.max_points),
        self_points=points(said),
        self_state=score.get_state_display() if score.state != LeafState.ANSWERED else "",
        is_reduced=last is not None and is_reduced(score, last),
        difference=f"+{points(found)}" if found and found > 0 else points(found),
        lines=lines,
        version=str(unsaved.version) if unsaved else f"{lines.version}-{check_sum(lines.text)}",
        unsaved=unsaved,
    )


def is_reduced(score: Score, given: Appraisal) -> bool:
    """Whether a round gave less than the unit said: fewer points, a larger penalty, or a claim not granted."""
    if score.state in (LeafState.NOT_APPLICABLE, LeafState.NO_CASE):
        return given.state != score.state
    if given.pending or score.self_points is None:
        return False
    difference = (given.points or Decimal(0)) - score.self_points
    return difference > 0 if score.criterion.counts_as == CountsAs.PENALTY else difference < 0

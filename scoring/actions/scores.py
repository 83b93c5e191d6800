"""What the unit writes: its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import points
from parportal.entry.versions import check_version
from parportal.prepared import PreparedUpdate
from scoring.computing import SheetSums
from scoring.filling import why_row_is_locked
from scoring.leaves import leaves_of
from scoring.models import Score
from scoring.rows import parse_answers
from scoring.rules import LeafState, Message, Method, RuleError, RuleErrors, Value, decode, encode
from scoring.settling import SETTLED, self_outcome, settle_branch, settle_row, settle_sheet
from scoring.sources import keep_facts
from scoring.workflow import MoveRefused, why_row_is_closed
from units.audit import Action, Change, differences, record
from units.models import User

AUDITED = ("state", "answers", "self_points", "reason", "note", "why_no_evidence")
SAVE = PreparedUpdate(Score, (*AUDITED, "review", "to_check", "version", "updated_at", "updated_by", *SETTLED))


@dataclass(frozen=True, slots=True)
class RowEntry:
    """What a unit says of one row.

    Shapes: `answers` by input name, typed (`scoring.rules.Answers`), empty unless the state is "answered".
    """

    state: LeafState
    answers: Mapping[str, Value]
    reason: str = ""
    note: str = ""
    why_no_evidence: str = ""

    def says(self, score: Score, method: Method) -> bool:
        """Whether this is what the row holds already."""
        stored = RowEntry(
            LeafState(score.state),
            decode(method.inputs(), score.answers) if score.state == LeafState.ANSWERED else {},
            score.reason,
            score.note,
            score.why_no_evidence,
        )
        return self.tidied == stored.tidied

    @property
    def tidied(self) -> RowEntry:
        """As it is stored: a reason belongs to a row that is not applicable."""
        reason = lines(self.reason) if self.state is LeafState.NOT_APPLICABLE else ""
        answers = self.answers if self.state is LeafState.ANSWERED else {}
        return RowEntry(self.state, answers, reason, lines(self.note), lines(self.why_no_evidence))


def lines(text: str) -> str:
    """A text as it is stored, whatever ends of lines the browser sends."""
    return text.replace("\r\n", "\n").strip()


def row_entry(method: Method, fields: Mapping[str, str]) -> RowEntry:
    """What the fields of a row say (named as the browser's script sends them).

    Raises: AnswersRefused.
    """
    texts = {name: fields.get(name, "") for name in ("reason", "note", "why_no_evidence")}
    state = fields.get("state", "")
    if state in (LeafState.NOT_APPLICABLE, LeafState.NO_CASE):
        return RowEntry(LeafState(state), {}, **texts)
    answers = parse_answers(method, fields)
    return RowEntry(LeafState.ANSWERED if answers else LeafState.NOT_ANSWERED, answers, **texts)


@transaction.atomic
def save_score(*, score: Score, entry: RowEntry, version: int | str | None, by: User) -> SheetSums:
    """Save one row of the self-score, and renew the sums of its sheet.

    `score` comes from `Score.objects.for_saving()`: row and sheet are locked.

    Raises: MoveRefused when the row is locked, StaleVersion, RuleErrors on impossible facts.
    """
    return save_in_transaction(score=score, entry=entry, version=version, by=by)


def save_in_transaction(*, score: Score, entry: RowEntry, version: int | str | None, by: User) -> SheetSums:
    """`save_score` in the transaction of the caller, without a savepoint of its own."""
    changes = write_score(score=score, entry=entry, version=version, by=by)
    if any(change.is_real for change in changes):
        record(Action.SCORE_SAVED, score.sheet, by=by, changes=changes)
    return settle_sheet(score.sheet, section_id=score.criterion.section_id or score.criterion_id)


def write_score(*, score: Score, entry: RowEntry, version: int | str | None, by: User) -> list[Change]:
    """Store one row and what its knock-out branch counts: no event, no sums, in the transaction of the caller.

    Raises: MoveRefused when the row is locked, StaleVersion, RuleErrors; nothing was written then.
    """
    if why := why_row_is_locked(score, by) or why_row_is_closed(score):
        raise MoveRefused(why)
    check_version(score.version, version)
    entry = entry.tidied
    if entry.state is LeafState.NOT_APPLICABLE and not entry.reason:
        raise RuleErrors([RuleError(Message(_("Say why it is not applicable.")), at="reason")])
    leaf = leaves_of(score.sheet.campaign.criteria_set).by_pk[score.criterion_id]
    outcome = self_outcome(leaf.method, entry.state, entry.answers)
    keep_facts(score, leaf, entry.answers, entry.note)
    before = audited(score)
    reviews = bool(score.review) and entry.state is not LeafState.NOT_ANSWERED
    score.review = "" if reviews else score.review
    score.to_check = False
    score.state = entry.state.value
    score.answers = encode(entry.answers)
    score.self_points = self_points(entry.state, outcome.points)
    score.reason, score.note, score.why_no_evidence = entry.reason, entry.note, entry.why_no_evidence
    dropped = drop_appraisals(score, before, rules_changed=reviews)
    if is_undecided(score):
        settle_row(score, outcome)
    score.version += 1
    score.updated_at, score.updated_by = timezone.now(), by
    SAVE(score)
    settle_branch(score)
    return [*differences(score, before), *dropped]


def audited(score: Score) -> dict[str, object]:
    return {name: getattr(score, name) for name in AUDITED}


def self_points(state: LeafState, points: Decimal | None) -> Decimal | None:
    """A row that is not answered, or claimed not applicable, has no points; a true 0 has them."""
    return points if state in (LeafState.ANSWERED, LeafState.NO_CASE) else None


def drop_appraisals(score: Score, before: Mapping[str, object], *, rules_changed: bool) -> list[Change]:
    """Take away what was decided of another answer, or by other rules: the row is to be decided again.

    Only a sheet that was returned after its appraisal began holds any while the unit writes. The history keeps
    what was.
    """
    is_new = rules_changed or any(
        getattr(score, name) != before[name] for name in ("state", "answers", "self_points")
    )
    if not (score.sheet.return_reason and is_new):
        return []
    dropped = [Change(score, "appraisal", points(each.points), "") for each in score.appraisals.order_by("pk")]
    score.appraisals.all().delete()
    return dropped


def is_undecided(score: Score) -> bool:
    """Whether no appraisal stands behind the row; no query for a sheet that was never returned."""
    return not (score.sheet.return_reason and score.appraisals.exists())

"""What the unit writes: its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.computing import SheetSums
from scoring.models import Score
from scoring.rules import LeafState, Message, RuleError, RuleErrors, Value, encode
from scoring.settling import SETTLED, self_outcome, settle_branch, settle_row, settle_sheet
from scoring.workflow import MoveRefused, why_row_is_closed, why_rows_are_locked
from units.audit import Action, differences, record
from units.models import User


@dataclass(frozen=True, slots=True)
class RowEntry:
    """What a unit says of one row.

    Shapes: `answers` by input name, typed (`scoring.rules.Answers`), empty unless the state is "answered".
    """

    state: LeafState
    answers: Mapping[str, Value]
    reason: str = ""
    note: str = ""


@transaction.atomic
def save_score(*, score: Score, entry: RowEntry, version: int | str | None, by: User) -> SheetSums:
    """Save one row of the self-score, and renew the sums of its sheet.

    `score` comes from `Score.objects.for_saving()`: row and sheet are locked.

    Raises: MoveRefused when the sheet is locked, StaleVersion, RuleErrors on impossible facts.
    """
    if why := why_rows_are_locked(score.sheet, by) or why_row_is_closed(score):
        raise MoveRefused(why)
    check_version(score.version, version)
    if entry.state is LeafState.NOT_APPLICABLE and not entry.reason.strip():
        raise RuleErrors([RuleError(Message(_("Say why it is not applicable.")), at="reason")])
    method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
    outcome = self_outcome(method, entry.state, entry.answers)
    before = audited(score)
    reviews = bool(score.review) and entry.state is not LeafState.NOT_ANSWERED
    if reviews:
        score.review = ""
    score.state = entry.state.value
    score.answers = encode(entry.answers) if entry.state is LeafState.ANSWERED else {}
    score.self_points = self_points(entry.state, outcome.points)
    score.reason = entry.reason.strip() if entry.state is LeafState.NOT_APPLICABLE else ""
    score.note = entry.note.strip()
    if undecided_now(score, before, rules_changed=reviews):
        settle_row(score, outcome)
    score.version += 1
    score.updated_at, score.updated_by = timezone.now(), by
    score.save(update_fields=[*SAVED, *SETTLED])
    settle_branch(score)
    changes = differences(score, before)
    if any(change.is_real for change in changes):
        record(Action.SCORE_SAVED, score.sheet, by=by, changes=changes)
    return settle_sheet(score.sheet, section_id=score.criterion.section_id or score.criterion_id)


SAVED = ["state", "answers", "self_points", "reason", "note", "review", "version", "updated_at", "updated_by"]


def audited(score: Score) -> dict[str, object]:
    return {name: getattr(score, name) for name in ("state", "answers", "self_points", "reason", "note")}


def self_points(state: LeafState, points: Decimal | None) -> Decimal | None:
    """A row that is not answered, or claimed not applicable, has no points; a true 0 has them."""
    return points if state in (LeafState.ANSWERED, LeafState.NO_CASE) else None


def undecided_now(score: Score, before: dict[str, object], *, rules_changed: bool) -> bool:
    """Whether no appraisal stands behind the row.

    Only a sheet that was returned after its appraisal began holds any while the unit writes. What was decided of
    another answer, or by other rules, no longer holds: the row is to be decided again, and the history keeps what
    was.
    """
    if not score.sheet.return_reason:
        return True
    if rules_changed or any(getattr(score, name) != before[name] for name in ("state", "answers", "self_points")):
        score.appraisals.all().delete()
    return not score.appraisals.exists()

"""Rows that the portal fills in place of the unit, with a fact of the sheet: the days by which it was late."""

from __future__ import annotations

from django.utils import timezone

from scoring.models import Score, ScoreSheet
from scoring.rules import LeafState, encode
from scoring.settling import SETTLED, self_outcome, settle_branch, settle_row, settle_sheet
from units.audit import Change

SAVED = ("state", "answers", "self_points", "version", "updated_at", "updated_by")


def fill_facts(sheet: ScoreSheet, days_late: int | None) -> list[Change]:
    """Write what the portal knows into the rows that ask for it, and settle; nothing known is not answered.

    Runs in the transaction of the move, the sheet being locked. What an appraiser decided of another number no
    longer holds.
    """
    rows = Score.objects.filled_by_the_portal().filter(sheet=sheet).select_for_update(of=("self",))
    changes: list[Change] = []
    for score in rows.select_related("criterion").order_by("criterion__position"):
        score.sheet = sheet
        changes += fill(score, days_late)
    if changes:
        settle_sheet(sheet)
    return changes


def fill(score: Score, days_late: int | None) -> list[Change]:
    method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
    state = LeafState.NOT_ANSWERED if days_late is None else LeafState.ANSWERED
    answers = {} if days_late is None else method.fill(days_late)
    outcome = self_outcome(method, state, answers)
    before = {name: getattr(score, name) for name in ("state", "answers", "self_points")}
    score.state, score.answers = state.value, encode(answers)
    score.self_points = outcome.points if state is LeafState.ANSWERED else None
    changes = [Change(score, name, old, getattr(score, name)) for name, old in before.items()]
    if not any(change.is_real for change in changes):
        return []
    score.appraisals.all().delete()
    settle_row(score, outcome)
    score.version += 1
    score.updated_at, score.updated_by = timezone.now(), None
    score.save(update_fields=[*SAVED, *SETTLED])
    return [*changes, *settle_branch(score)]

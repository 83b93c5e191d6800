"""Read what an appraiser sends for one row: bare points, the self-score, facts, or a decision on a claim."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.actions.appraisals import AppraisalEntry, points_unanswered
from scoring.models import Appraisal, Round, Score
from scoring.rows import AnswerProblem, AnswersRefused, parse_answers, parse_points
from scoring.rules import LeafState, decode

ZERO = Decimal(0)


def appraisal_entry(score: Score, post: Mapping[str, str], *, round_: Round) -> AppraisalEntry:
    """What the form of one row says; the button that sent it is `how`, none means the points as typed.

    Raises: AnswersRefused with what cannot be read.
    """
    reason = post.get("reason", "").strip()
    match post.get("how", ""):
        case "accept":
            return acceptance(score, reason)
        case "facts":
            return AppraisalEntry(answers=facts(score, post), reason=reason)
        case "not_applicable":
            return AppraisalEntry(LeafState.NOT_APPLICABLE, reason=reason)
        case "refuse":
            return AppraisalEntry(points=parse_points(post.get("points", "")) or ZERO, reason=reason)
        case _:
            return typed_points(score, post, round_=round_)


def acceptance(score: Score, reason: str) -> AppraisalEntry:
    """The unit's own word. Where it gave none: nothing, or full points from a parent outside the portal."""
    if score.state == LeafState.NO_CASE:
        return AppraisalEntry(LeafState.NO_CASE)
    answers = decode(score.criterion.scoring_method(score.sheet.campaign.criteria_set).inputs(), score.answers)
    if score.self_points is not None:
        return AppraisalEntry(answers=answers, points=score.self_points)
    if score.state == LeafState.ANSWERED and not score.sheet.campaign.external:
        # Facts that are compared with other units: they have points when the round closes.
        return AppraisalEntry(answers=answers, reason=reason)
    return AppraisalEntry(points=points_unanswered(score, score.sheet.campaign), reason=reason)


def facts(score: Score, post: Mapping[str, str]) -> Mapping[str, Decimal | int | str]:
    """Raises: AnswersRefused."""
    method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
    answers = parse_answers(method, post)
    if not answers:
        raise AnswersRefused({"facts": AnswerProblem(_("Fill in the facts, then score again."))})
    return answers


def typed_points(score: Score, post: Mapping[str, str], *, round_: Round) -> AppraisalEntry:
    """Points as typed. Whoever changes only the reason keeps the facts, or the decision, behind the points.

    Raises: AnswersRefused.
    """
    points = parse_points(post.get("points", ""))
    reason = post.get("reason", "").strip()
    stored = score.appraisals.filter(round=round_).first() if post.get("kept") else None
    if stored is not None and is_unchanged(stored, points):
        method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
        answers = decode(method.inputs(), stored.answers)
        return AppraisalEntry(LeafState(stored.state), answers, stored.points, reason)
    return AppraisalEntry(points=points, reason=reason)


def is_unchanged(stored: Appraisal, points: Decimal | None) -> bool:
    if stored.state != LeafState.ANSWERED:
        return points is None
    return points == stored.points

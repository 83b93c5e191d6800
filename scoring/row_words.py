"""What a row of a score sheet says of itself: its state, points and explanation, and why it was not saved.

Pages and answers to the browser's script say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import message, points
from scoring.leaves import Leaf
from scoring.models import Score
from scoring.rows import PREFIX, AnswerField, AnswerProblem, answer_fields, entry_text
from scoring.rules import Answers, LeafState, Outcome, decode
from scoring.settling import outcome_of
from scoring.sheet_lines import Line
from scoring.sheet_panel import NO_POINTS
from scoring.workflow import why_row_is_closed

TO_BE_SCORED = LeafState.ANSWERED.value
SET_ASIDE = (LeafState.NO_CASE.value, LeafState.NOT_APPLICABLE.value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not saved: what was typed, and why not.

    Shapes: `typed` and `problems` are keyed by the names of inputs, without the prefix of the row; `problems` by
    "reason", "points" or "state" too.
    """

    typed: Mapping[str, str]
    problems: Mapping[str, AnswerProblem] = field(default_factory=dict)
    words: str = ""
    is_stale: bool = False


def states_of(line: Line) -> tuple[str, ...]:
    """Words for what the row is at present: "open", "review", "check", "excluded"."""
    found = []
    if line.is_open:
        found.append("open")
    if line.is_under_review:
        found.append("review")
    if line.is_to_check:
        found.append("check")
    if line.is_claimed or line.is_left_out or line.is_no_case:
        found.append("excluded")
    return tuple(found)


def points_html(outcome: Outcome, leaf: Leaf, maximum: str) -> str:
    """Points of the maximum, which is given as text too. What is left out of both sums is no 0."""
    if not outcome.counted_max_points and leaf.criterion.max_points:
        shown = _("maximum %(maximum)s") % {"maximum": maximum}
        out = _("not counted")
        return f'<strong>{escape(out)}</strong> <span class="beside">{escape(shown)}</span>'
    earned = NO_POINTS if outcome.points is None else points(outcome.points)
    return f"<strong>{earned}</strong> / {maximum}"


def explained(line: Line, *, shows: bool = False) -> str:
    """How the points came about. `shows` as in `described`."""
    if line.is_excluded or not (line.leaf.for_people or shows):
        return ""
    if line.is_claimed:
        return _("claimed not applicable: the appraisal decides; until then it counts as not answered")
    return message(line.outcome.explanation)


def survey_outcome(score: Score, leaf: Leaf) -> Outcome:
    """The outcome of a survey's row for those who may see it: what the import brought."""
    return outcome_of(score, (), leaf.method)


def saved_text(score: Score) -> str:
    return _("saved %(time)s") % {"time": saved_at(score)} if score.updated_at else ""


def saved_at(score: Score) -> str:
    """The time alone for today, otherwise the day as well."""
    if score.updated_at is None:
        return ""
    local = timezone.localtime(score.updated_at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%H:%M %d/%m/%Y}"


def review_html(line: Line) -> str:
    """Why a row must be looked at again; nothing for an ordinary row."""
    found = ""
    if line.is_under_review:
        lines = "".join(f"<div>{escape(each)}</div>" for each in line.said.review.splitlines())
        why = _("Look at it again: the rules changed.")
        found = f"<strong>{escape(why)}</strong>{lines}"
    if line.is_to_check:
        why = _("Copied from last year, to be checked.")
        found += f"<strong>{escape(why)}</strong>"
    return found


def stored_answers(leaf: Leaf, score: Score) -> Answers:
    return decode(leaf.inputs, score.answers)


def stored_fields(leaf: Leaf, score: Score) -> tuple[AnswerField, ...]:
    return answer_fields(leaf.method, stored_answers(leaf, score))


def stored_values(leaf: Leaf, score: Score) -> dict[str, str]:
    """All that a row's inputs hold, by name, as a person would type it."""
    values = {
        "state": score.state if score.state in SET_ASIDE else TO_BE_SCORED,
        "reason": score.reason,
        "note": score.note,
        "why_no_evidence": score.why_no_evidence,
    }
    answers = stored_answers(leaf, score)
    return values | {PREFIX + each.name: entry_text(answers.get(each.name)) for each in leaf.inputs}


def described(leaf: Leaf, score: Score, *, shows: bool = True) -> str:
    """What is stored, in words: the answers with their labels, or the state.

    `shows` says whether the reader may see what others than the unit brought in.
    """
    if score.exclusion_id is not None or (not score.is_for_people and not shows):
        return why_row_is_closed(score)
    if not score.is_for_people and score.state != LeafState.ANSWERED:
        return _("No survey was imported for this row: it is left out.")
    if score.state != LeafState.ANSWERED:
        return score.get_state_display() if score.is_for_unit else why_row_is_closed(score)
    fields = stored_fields(leaf, score)
    shown = []
    for each in fields:
        chosen = next((option.label for option in each.options if option.chosen), "")
        if not each.value:
            # Nothing was asked here beside the other answers.
            continue
        value = chosen or " ".join(filter(None, [each.value, each.unit]))
        # The only question of a choice is the criterion itself.
        shown.append(value if chosen and len(fields) == 1 else f"{each.label}: {value}")
    return " · ".join(shown)


def described_with_author(leaf: Leaf, score: Score) -> str:
    author = [str(score.updated_by)] if score.updated_by else []
    return ", ".join([described(leaf, score), *author, saved_at(score)])


def labels_of(leaf: Leaf) -> dict[str, str]:
    return {each.name: each.label for each in answer_fields(leaf.method, {})}


def still_missing(leaf: Leaf, refusal: Refusal) -> str:
    """What a row half filled in still needs; nothing when something is wrong."""
    if not refusal.problems or not all(problem.missing for problem in refusal.problems.values()):
        return ""
    labels = labels_of(leaf)
    missing = ", ".join(labels[PREFIX + name] for name in refusal.problems if PREFIX + name in labels)
    return _("Not saved yet, still to fill in: %(labels)s") % {"labels": missing}


def typed_in_words(leaf: Leaf, refusal: Refusal) -> str:
    """What was typed into a row that can no longer be filled in, to be copied from there."""
    texts = {"reason": _("Why it is not applicable"), "note": _("Note")}
    labels = {**labels_of(leaf), **texts, "why_no_evidence": _("Why there is no evidence")}
    found = (f"{labels[name]}: {text}" for name, text in refusal.typed.items() if text and name in labels)
    return " · ".join(found)


def place_of(name: str, leaf: Leaf) -> str:
    """The input that a problem belongs to, as the page names it; empty for the row as a whole."""
    if any(each.name == name for each in leaf.inputs):
        return PREFIX + name
    return name if name == "reason" else ""

"""What follows from the answers of a row alone: its points, how they came about, its inputs as markup.

The same answers come again whenever a page is opened again: what was made of them is kept for a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.translation import get_language

from parportal.display import message
from parportal.entry.versions import check_sum
from scoring.models import CriteriaSet
from scoring.row_parts import RowParts, parts_of_frozen
from scoring.row_words import SET_ASIDE, TO_BE_SCORED, points_html
from scoring.rows import PREFIX, entry_text
from scoring.rules import LeafState, Outcome, decode
from scoring.settling import self_outcome

# Rows of about forty sheets.
REMEMBERED = 4096
Stored = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class SaidParts:
    """A row by its state and answers alone. Shared by all requests of a process: only to be read.

    `inputs`, `points` and `why` are markup. Shapes: `values` hold the answers and the state as they stand in the
    inputs; `check_sum` is of these.
    """

    outcome: Outcome
    inputs: str
    points: str
    why: str
    values: Mapping[str, str]
    check_sum: str


def said_parts(criteria_set: CriteriaSet, parts: RowParts, state: str, answers: Stored) -> SaidParts:
    if not criteria_set.is_frozen:
        return _said(parts, state, answers)
    language = get_language() or ""
    return kept_parts(
        criteria_set.pk, criteria_set.revision, parts.leaf.pk, language, state, tuple(answers.items())
    )


@lru_cache(maxsize=REMEMBERED)
def kept_parts(
    set_id: int, revision: int, leaf: int, language: str, state: str, answers: tuple[tuple[str, str | int], ...]
) -> SaidParts:
    return _said(parts_of_frozen(set_id, revision, language)[leaf], state, dict(answers))


def _said(parts: RowParts, state: str, stored: Stored) -> SaidParts:
    leaf = parts.leaf
    answers = decode(leaf.inputs, stored)
    outcome = self_outcome(leaf.method, LeafState(state), answers)
    values = {PREFIX + each.name: entry_text(answers.get(each.name)) for each in leaf.inputs}
    values["state"] = state if state in SET_ASIDE else TO_BE_SCORED
    return SaidParts(
        outcome=outcome,
        inputs="".join(each.html(leaf.pk, values[each.name]) for each in parts.inputs),
        points=points_html(outcome, leaf, parts.maximum),
        why=escape(message(outcome.explanation)),
        values=values,
        check_sum=check_sum(values.items()),
    )

"""What the browser's script is answered about one row of a sheet (JSON): saved, refused, in conflict, or locked.

Element ids and names are those of `scoring.row_html`. The page knows a row by the criterion that it was opened
with, which is not always that of today: a set can be replaced while the page is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import JsonResponse

from scoring.leaves import Leaf
from scoring.models import Score
from scoring.row_parts import parts_of
from scoring.row_words import (
    Refusal,
    described,
    explained,
    place_of,
    points_html,
    review_html,
    saved_at,
    saved_text,
    states_of,
    still_missing,
    stored_values,
)
from scoring.rules import sources_of
from scoring.sheet_lines import Line
from scoring.sources import source_html, source_lines

Answer = dict[str, Any]


def saved_answer(score: Score, line: Line, others: Iterable[Line], shown_as: int) -> Answer:
    """The row as it is now, and the other rows of its knock-out branch, which may count otherwise."""
    maxima = parts_of(score.sheet.campaign.criteria_set)
    html, texts = {}, {}
    for each, pk in ((line, shown_as), *((other, other.leaf.pk) for other in others)):
        html[f"r{pk}-points"] = points_html(each.outcome, each.leaf, maxima[each.leaf.pk].maximum)
        texts[f"r{pk}-why"] = explained(each)
    html[f"r{shown_as}-review"] = review_html(line)
    texts[f"r{shown_as}-at"] = saved_text(score)
    if sources_of(line.criterion.params):
        sources = source_lines(score.sheet, [line.leaf], {line.leaf.pk: score}, pulls=True)
        html[f"r{shown_as}-source"] = source_html(shown_as, sources.get(line.leaf.pk))
    return {
        "result": "saved",
        "at": saved_at(score),
        "version": score.version,
        "state": " ".join(states_of(line)),
        "texts": texts,
        "html": html,
        "values": entered(line.leaf, score),
    }


def entered(leaf: Leaf, score: Score) -> dict[str, str]:
    """Inputs as stored. A row set aside (not applicable, no case) keeps what was typed, to come back to."""
    values = stored_values(leaf, score)
    names = [name for name in values if name not in ("state", "reason", "note", "why_no_evidence")]
    return {name: values[name] for name in names} if score.state == "answered" else {}


def refused_answer(line: Line, score: Score, refusal: Refusal) -> JsonResponse:
    """Nothing was saved: each problem at its input, or what a row half filled in still needs."""
    missing = still_missing(line.leaf, refusal)
    told = [
        {"at": place_of(name, line.leaf), "text": problem.text, "choices": list(problem.choices)}
        for name, problem in refusal.problems.items()
        if not problem.missing
    ]
    states = dict.fromkeys([*states_of(line), "open" if missing else "error"])
    return JsonResponse(
        {
            "result": "refused",
            "messages": told,
            "hint": missing,
            "version": score.version,
            "state": " ".join(states),
        },
        status=422,
    )


def conflict_answer(line: Line, score: Score, words: str) -> JsonResponse:
    """Both values: what was typed stays on the page, what is stored now comes with who and when."""
    theirs = {
        "text": described(line.leaf, score),
        "who": str(score.updated_by or ""),
        "at": saved_at(score),
        "values": stored_values(line.leaf, score),
    }
    return JsonResponse(
        {
            "result": "conflict",
            "version": score.version,
            "state": " ".join((*states_of(line), "error")),
            "messages": [{"at": "", "text": words}],
            "theirs": theirs,
        },
        status=409,
    )


def beside(saved: Line, lines: Iterable[Line]) -> list[Line]:
    """The other rows of the saved one's knock-out branch."""
    branch = saved.criterion.knock_out_branch_id
    if branch is None:
        return []
    return [line for line in lines if line is not saved and line.criterion.knock_out_branch_id == branch]

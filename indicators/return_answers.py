"""What the browser's script is answered about one row of a return (JSON): saved, refused, or in conflict.

Element ids and names are those of `indicators.row_html`.
"""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from indicators.actions.entries import Filling
from indicators.figures import Place, Row
from indicators.form import Item
from indicators.return_page import rows_judged, writer_of
from indicators.return_panel import following_parts
from indicators.row_words import described, is_open, saved_at, state_text
from indicators.typed_rows import Refusal, row_name, stored_texts

Answer = dict[str, Any]


def saved_answer(filling: Filling, place: Place) -> Answer:
    """The row as it is now, and what follows from it on the page."""
    item, row = filling.items[place[0]], filling.rows.get(place)
    judged = rows_judged(filling.return_of, filling.form, filling.rows)
    following = following_parts(filling.items, writer_of(filling.return_of, judged))
    texts = following["texts"] | {f"r{row_name(place)}-at": state_text(item, place[1], row)}
    return {
        "result": "saved",
        "at": saved_at(row.entry.updated_at) if row else "",
        "version": filling.version(place),
        "state": state_of(item, place, row),
        "texts": texts,
        "html": following["html"],
        "values": entered(item, place, row),
    }


def state_of(item: Item, place: Place, row: Row | None) -> str:
    return "open" if is_open(item, place[1], row) else ""


def entered(item: Item, place: Place, row: Row | None) -> dict[str, str]:
    """What the inputs hold as the server writes it: 1.98 becomes 1,98. Texts stay as they were typed."""
    texts = stored_texts(item, place[1], row)
    return {name: text for name, text in texts.items() if name not in ("note", "reason")}


def refused_answer(item: Item, place: Place, row: Row | None, refusal: Refusal) -> JsonResponse:
    """Nothing was saved: each problem at its input."""
    told = [
        {"at": name, "text": problem.text, "choices": list(problem.choices)}
        for name, problem in refusal.problems.items()
    ]
    return JsonResponse(
        {
            "result": "refused",
            "messages": told,
            "hint": "",
            "version": row.entry.version if row else 0,
            "state": f"{state_of(item, place, row)} error".strip(),
        },
        status=422,
    )


def conflict_answer(item: Item, place: Place, row: Row | None, words: str) -> JsonResponse:
    """Both values: what was typed stays on the page, what is stored now comes with who and when."""
    theirs = {
        "text": described(item, row),
        "who": str(row.entry.updated_by or "") if row else "",
        "at": saved_at(row.entry.updated_at) if row else "",
        "values": stored_texts(item, place[1], row),
    }
    return JsonResponse(
        {
            "result": "conflict",
            "version": row.entry.version if row else 0,
            "state": f"{state_of(item, place, row)} error".strip(),
            "messages": [{"at": "", "text": words}],
            "theirs": theirs,
        },
        status=409,
    )

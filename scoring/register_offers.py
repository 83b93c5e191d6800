"""What the register of documents offers as evidence for a row."""

from __future__ import annotations

from typing import Any

from plans.models import Document
from scoring.models import Score
from units.models import User

SHOWN = 20
SEARCH_LENGTH = 200


def offers_of(score: Score, user: User, text: str) -> dict[str, Any]:
    """The newest documents with the words of `text` that the row does not have yet: two queries at most."""
    text = text.strip()[:SEARCH_LENGTH]
    offered = Document.objects.offered_to(user, score.sheet.unit).select_related("owner")
    used = score.evidence.exclude(document=None).values("document")
    found = list(offered.containing(text).exclude(pk__in=used)[: SHOWN + 1])
    return {
        "documents": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "searched": text,
        "has_register": bool(found) or offered.exists(),
    }

"""Lines of the rules as JSON: stored untranslated, shown in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring.rules import Message


def line_to_json(line: Message) -> dict[str, Any]:
    """Shapes: `text` is the English msgid, `values` fill it; a number among them is `{"number": "1.91"}`."""
    values = {
        name: value if isinstance(value, str) else {"number": str(value)} for name, value in line.values.items()
    }
    return {"text": line.text, "values": values}


def line_from_json(stored: Mapping[str, Any]) -> Message:
    values = {
        name: value if isinstance(value, str) else Decimal(value["number"])
        for name, value in stored["values"].items()
    }
    return Message(stored["text"], values)

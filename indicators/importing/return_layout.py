"""The layout of the workbook of a return, for writing and reading alike (docs/statistics.md).

One sheet for the figures, a line each, and one for every table. Line 8 of each is hidden and names the columns
that are read as the inputs of the page are named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.form import Form, Item
from indicators.models import Entry, Indicator, ValueType
from indicators.typed_rows import input_name
from parportal.entry.dates import format_date
from parportal.entry.numbers import format_entry
from parportal.entry.writing import word_key

# Kept in every language: the reader finds the sheets by these names.
FIGURES, GUIDE, IDENTITY, LISTS = "Số liệu", "Hướng dẫn", "portal", "lists"
TABLE = "Biểu"
FORMAT, LAYOUT = "par-portal-return", 1
IDENTITY_KEYS = ("format", "layout", "return", "unit", "period", "indicator_set", "set_version")
HEADER_ROW = 8
# Lines kept free below those that a table with free lines has.
NEW_LINES = 40
MARK = "x"

# What a person fills in apart from the values, and what the portal keeps of a row.
TEXTS = ("note", "as_of_on", "is_estimate", "reason")
KEPT = ("row", "version", "base")
FIGURE_COLUMNS = ("code", "title", "measure", "value", "hint", "before", *TEXTS, *KEPT)
FIGURE_READ = ("value", *TEXTS, *KEPT)


def column_titles() -> dict[str, str]:
    return {
        "code": _("Code"),
        "title": _("Indicator"),
        "measure": _("Unit of measure"),
        "value": _("Figure"),
        "hint": _("How to fill it in"),
        "before": _("Period before"),
        "line": _("Line"),
        "note": _("Note"),
        "as_of_on": _("As of (day/month/year)"),
        "is_estimate": _("Estimate (x)"),
        "reason": _("Reason, where a check is not kept"),
    }


def table_columns(item: Item) -> tuple[str, ...]:
    return ("line", *(input_name(item, each) for each in item.columns), *TEXTS, *KEPT)


def table_read(item: Item) -> tuple[str, ...]:
    return (*(input_name(item, each) for each in item.columns if each.is_typed), *TEXTS, *KEPT)


def sheet_names(form: Form) -> dict[int, str]:
    """The names of the sheets of all tables of a set, by primary key: what Excel allows, each once."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for item in form.items.values():
        if item.is_table:
            plain = re.sub(r"[\[\]:*?/\\']", " ", f"{TABLE} {item.indicator.code}")[:28].strip()
            same = (plain, *(f"{plain}-{number}" for number in range(2, 100)))
            names[item.pk] = next(name for name in same if name.casefold() not in taken)
            taken.add(names[item.pk].casefold())
    return names


# Words of choices are data: the same in every language -----------------------------------------------------------
def option_labels(indicator: Indicator) -> dict[str, str]:
    """The words of a drop-down list by key; those that would be the same tell their key."""
    labels = {key: " ".join(text.split()) for key, text in indicator.option_texts.items()}
    times = Counter(map(word_key, labels.values()))
    return {key: label if times[word_key(label)] == 1 else f"{label} [{key}]" for key, label in labels.items()}


def keys_by_word(indicator: Indicator) -> Mapping[str, str]:
    return {word_key(label): key for key, label in option_labels(indicator).items()}


def value_text(indicator: Indicator, value: Decimal | str | None) -> str:
    """A stored value as it stands in its cell."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_entry(value)
    return option_labels(indicator).get(value, value) if indicator.value_type == ValueType.CHOICE else value


def texts_of(entry: Entry | None) -> dict[str, str]:
    """What a row says beside its values, as its cells hold it."""
    if entry is None:
        return dict.fromkeys(TEXTS, "")
    return {
        "note": entry.note,
        "as_of_on": day_text(entry.as_of_on),
        "is_estimate": MARK if entry.is_estimate else "",
        "reason": entry.reason,
    }


def day_text(day: date | None) -> str:
    return format_date(day) if day else ""


def hint(indicator: Indicator) -> str:
    """How a value is written."""
    return "\n".join(_hints(indicator))


def _hints(indicator: Indicator) -> Iterator[str]:
    match indicator.value_type:
        case ValueType.CHOICE:
            yield _("choose from the list")
        case ValueType.INTEGER:
            yield _("whole number")
        case ValueType.TEXT:
            yield _("text")
        case _:
            yield _("number, at most %(places)s decimals") % {"places": indicator.places}
    if indicator.least is not None:
        yield _("at least %(number)s") % {"number": format_entry(indicator.least)}
    most = Decimal(100) if indicator.value_type == ValueType.PERCENT else None
    if (bound := indicator.most if indicator.most is not None else most) is not None:
        yield _("at most %(number)s") % {"number": format_entry(bound)}

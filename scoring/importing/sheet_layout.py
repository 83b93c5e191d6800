"""The layout of the workbook of a score sheet, for writing and reading alike (docs/score-workbook.md).

One line for each fact that is asked of a row; the first line of a row also holds its state and texts. Words of
drop-down lists are read in every language of the portal, whatever language the file was made in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from parportal.entry.writing import word_key
from scoring.rows import entry_text, option_label
from scoring.rules import Input, LeafState, Option, Value

# Kept in every language: the reader finds the sheets by these names.
SHEET, GUIDE, IDENTITY, LISTS = "Phiếu chấm", "Hướng dẫn", "portal", "lists"
FORMAT, LAYOUT = "par-portal-sheet", 1
IDENTITY_KEYS = ("format", "layout", "sheet", "unit", "campaign", "criteria_set", "set_version")

# Names of the columns that are read, in a hidden row above the first line. The others have no name there.
COLUMNS = (
    "code",
    "title",
    "maximum",
    "state",
    "question",
    "value",
    "hint",
    "reason",
    "note",
    "why_no_evidence",
    "evidence",
    "points",
    "criterion",
    "input",
    "version",
    "base",
)
READ = ("code", "state", "value", "reason", "note", "why_no_evidence", "criterion", "input", "version", "base")
HIDDEN = ("criterion", "input", "version", "base")
# What a person fills in, apart from the values.
TEXTS = ("reason", "note", "why_no_evidence")
HEADER_ROW = 8
PLACE = {name: place for place, name in enumerate(COLUMNS)}


def column_titles() -> dict[str, str]:
    return {
        "code": _("Code"),
        "title": _("Criterion"),
        "maximum": _("Maximum"),
        "state": _("State"),
        "question": _("To be filled in"),
        "value": _("Value"),
        "hint": _("How to fill it in"),
        "reason": _("Why it is not applicable"),
        "note": _("Note"),
        "why_no_evidence": _("Why there is no evidence"),
        "evidence": _("Evidence on the portal"),
        "points": _("Self-score when downloaded"),
    }


def state_label(state: str) -> str:
    """The word of the drop-down list for a stored state."""
    return state_words()[state if state in STATES else LeafState.ANSWERED.value]


# A row "to be scored" is answered when its facts are filled in.
STATES = (LeafState.ANSWERED.value, LeafState.NO_CASE.value, LeafState.NOT_APPLICABLE.value)


def state_words() -> dict[str, str]:
    return dict(zip(STATES, (_("to be scored"), _("no case arose"), _("not applicable")), strict=True))


def option_labels(options: Sequence[Option]) -> dict[str, str]:
    """The words of a drop-down list by the code of the option; those that would be the same tell their code."""
    labels = {option.code: " ".join(option_label(option).split()) for option in options}
    times = Counter(map(word_key, labels.values()))
    return {code: label if times[word_key(label)] == 1 else f"{label} [{code}]" for code, label in labels.items()}


def states_by_word() -> Mapping[str, str]:
    return dict(_in_every_language(lambda: state_words().items()))


def codes_by_word(options: Sequence[Option]) -> Mapping[str, str]:
    """The code of an option by each word that may stand for it."""
    return dict(_in_every_language(lambda: option_labels(options).items()))


def _in_every_language(words: Callable[[], Iterable[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, word in words():
                yield word_key(word), code


def value_text(each: Input, value: Value | None) -> str:
    """A stored answer as it stands in its cell."""
    if value is not None and each.options:
        return option_labels(each.options).get(str(value), str(value))
    return entry_text(value)

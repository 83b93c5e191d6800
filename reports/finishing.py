"""The last step before a renderer: parts and footnotes numbered, text cleaned."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import count
from typing import Any, TypeVar

from reports.documents import Annex, Bullet, Chart, Document, Paragraph, Section, Span, Table
from scoring.numbering import roman

# The letters that count points: Vietnamese ones.
LETTERS = "abcdđeghiklmnopqrstuvxy"

# Control characters, marks that turn the reading direction, letters without any shape: on paper they would only
# deceive. Halves of letters no file can hold.
_UNPRINTABLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)

# What tables and charts are called in front of their number.
_CAPTION = re.compile(r"(Bảng|Biểu đồ)(?: \d+)?\. ")
_PIECE = re.compile(r" \((\d+)/\d+\)$")

D = TypeVar("D")


def finished(document: Document) -> Document:
    """The document numbered, its text in NFC and free of invisible marks: what renderers take."""
    annexes = tuple(
        replace(
            annex,
            number=roman(place) if len(document.annexes) > 1 else "",
            sections=numbered_sections(annex.sections),
        )
        for place, annex in enumerate(document.annexes, start=1)
    )
    if document.in_articles:
        sections = articles(document.sections)
    else:
        # A letter has no parts with Roman numbers.
        sections = numbered_sections(document.sections, depth=1 if document.is_letter else 0)
    notes = count(1)
    sections, annexes = with_notes(sections, notes), with_notes(annexes, notes)
    counts: Counter[str] = Counter()
    sections, annexes = with_captions(sections, counts), with_captions(annexes, counts)
    return cleaned(replace(document, sections=sections, annexes=annexes))


def articles(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The parts of a decision: Điều 1., Điều 2.; what is inside one counts from 1 again."""
    return tuple(
        replace(section, number=f"Điều {place}.", sections=numbered_sections(section.sections, "", 1))
        for place, section in enumerate(sections, start=1)
    )


def numbered_sections(sections: tuple[Section, ...], above: str = "", depth: int = 0) -> tuple[Section, ...]:
    """Shapes: `above` is the number of the section that holds them, from the second level on."""
    numbered = []
    for place, section in enumerate(sections, start=1):
        number = number_at(place, above, depth)
        inside = numbered_sections(section.sections, number if depth else "", depth + 1)
        numbered.append(replace(section, number=number, depth=depth, sections=inside))
    return tuple(numbered)


def number_at(place: int, above: str, depth: int) -> str:
    """The parts of a report: I., 1., 1.1., a)."""
    if depth > 2:
        return f"{LETTERS[(place - 1) % len(LETTERS)]})"
    return f"{roman(place)}." if depth == 0 else f"{above}{place}."


def with_notes(value: D, numbers: Iterator[int]) -> D:
    """The same value with its footnotes numbered, in the order of the text."""
    kept: Any = value
    if isinstance(value, Span):
        kept = replace(value, number=next(numbers)) if value.note else value
    elif isinstance(value, tuple):
        kept = tuple(with_notes(item, numbers) for item in value)
    elif isinstance(value, Paragraph | Bullet):
        kept = replace(value, spans=with_notes(value.spans, numbers))
    elif isinstance(value, Section | Annex):
        blocks = with_notes(value.blocks, numbers)
        kept = replace(value, blocks=blocks, sections=with_notes(value.sections, numbers))
    return kept  # type: ignore[no-any-return]


def with_captions(value: D, counts: Counter[str]) -> D:
    """The same value with its tables and charts numbered in the order of the text, each kind by itself.

    A chart that goes on, "(2/3)", keeps the number it began with, or begins there if its first piece is left out.
    """
    kept: Any = value
    if isinstance(value, tuple):
        kept = tuple(with_captions(item, counts) for item in value)
    elif isinstance(value, Section | Annex):
        blocks = with_captions(value.blocks, counts)
        kept = replace(value, blocks=blocks, sections=with_captions(value.sections, counts))
    elif isinstance(value, Table | Chart) and (found := _CAPTION.match(value.caption)):
        counts[found[1]] += begins(value.caption[found.start(1) :], counts)
        kept = replace(value, caption=f"{found[1]} {counts[found[1]]}. {value.caption[found.end() :]}")
    if isinstance(kept, Chart):
        kept = replace(kept, table=with_captions(kept.table, counts))
    return kept  # type: ignore[no-any-return]


def begins(caption: str, counts: Counter[str]) -> bool:
    """Whether no piece of the same table or chart came before. Shapes: `counts` also holds captions of pieces."""
    piece = _PIECE.search(caption)
    if piece is None:
        return True
    whole = caption[: piece.start()]
    goes_on = piece[1] != "1" and whole in counts
    counts[whole] = 1
    return not goes_on


def cleaned(value: D) -> D:
    """The same value with every text in it cleaned."""
    kept: Any = value
    if isinstance(value, str):
        kept = clean_text(value)
    elif isinstance(value, tuple):
        kept = tuple(cleaned(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        kept = replace(value, **{item.name: cleaned(getattr(value, item.name)) for item in fields(value)})
    return kept  # type: ignore[no-any-return]


def clean_text(text: str) -> str:
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))

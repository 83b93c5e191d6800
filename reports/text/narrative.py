"""Text as people write it, made into blocks.

A line is a paragraph; `- ` and `+ ` begin bullets of two levels; lines `| a | b |` are a table whose first line is
its head (a bar inside a cell is written `\\|`); `{key}` stands for a figure; `[[…]]` is a footnote. The rest is
text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from reports.documents import Block, Bullet, Column, Document, Paragraph, Section, Span, Spans, Table
from reports.text.figures import Figures

TOKEN = re.compile(r"\{([a-z0-9][a-z0-9._-]*)\}")
MISSING = "…"
_NOTE = re.compile(r"\[\[\s*(\S(?:(?!\[\[).)*?)\s*\]\]")
_BAR = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(r"[-+\u2212]?[0-9][0-9.,/ \u00a0]*%?|[-–…]?")
# Units: characters; a column is never narrower than a short number, nor asks for more than a line of prose.
NARROWEST, WIDEST = 4, 45
WHOLE = 100


def written(document: Document, figures: Figures) -> Document:
    """The document with its texts as blocks; sections and annexes without any content are dropped."""
    annexes = tuple(
        replace(
            annex,
            blocks=(*blocks(annex.text, figures), *annex.blocks),
            sections=written_sections(annex.sections, figures),
            text="",
        )
        for annex in document.annexes
    )
    return replace(
        document,
        sections=written_sections(document.sections, figures),
        annexes=tuple(annex for annex in annexes if annex.blocks or annex.sections),
    )


def written_sections(sections: tuple[Section, ...], figures: Figures) -> tuple[Section, ...]:
    found = (
        replace(
            section,
            blocks=(*blocks(section.text, figures), *section.blocks),
            sections=written_sections(section.sections, figures),
            text="",
        )
        for section in sections
    )
    return tuple(section for section in found if section.blocks or section.sections)


def blocks(text: str, figures: Figures) -> tuple[Block, ...]:
    """A paragraph that ends with a colon stays with what it announces."""
    found: list[Block] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for is_row, group in groupby(lines, is_table_row):
        listed = list(group)
        if is_row and is_table(listed):
            found.append(table(listed, figures))
        else:
            found += [block(line, figures) for line in listed]
    return tuple(
        replace(each, leads=True) if isinstance(each, Paragraph) and announces(each) and place else each
        for place, each in zip(range(len(found) - 1, -1, -1), found, strict=True)
    )


def announces(paragraph: Paragraph) -> bool:
    return paragraph.spans[-1].text.endswith(":")


def block(line: str, figures: Figures) -> Block:
    if line[:2] in ("- ", "+ "):
        return Bullet(spans(line[2:].strip(), figures), level=1 if line[0] == "-" else 2)
    return Paragraph(spans(line, figures))


def spans(text: str, figures: Figures) -> Spans:
    """The text with its footnotes, each called behind what stands before it."""
    *noted, rest = _NOTE.split(text) if _NOTE.search(text) else [text]
    found = [
        Span(filled(before, figures).rstrip(), note=filled(note, figures))
        for before, note in zip(noted[::2], noted[1::2], strict=True)
    ]
    return (*found, Span(filled(rest, figures))) if rest or not found else tuple(found)


def filled(text: str, figures: Figures) -> str:
    """The text with the values of its figures; one that does not exist stays as it is written."""

    def value(found: re.Match[str]) -> str:
        figure = figures.get(found[1])
        return found[0] if figure is None else figure.value or MISSING

    return TOKEN.sub(value, text)


def is_table_row(line: str) -> bool:
    return len(line) > 1 and line.startswith("|") and bool(re.search(r"(?<!\\)\|$", line))


def is_table(rows: list[str]) -> bool:
    """A head of two columns at least, and a row below it."""
    return len(rows) > 1 and len(cells(rows[0])) > 1


def cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(line)[1:-1]]


def table(lines: list[str], figures: Figures) -> Table:
    """Rows that are shorter than others end with empty cells."""
    read = [[filled(cell, figures) for cell in cells(line)] for line in lines]
    width = max(map(len, read))
    head, *rows = [tuple(row + [""] * (width - len(row))) for row in read]
    columns = list(zip(head, *rows, strict=True))
    widths = shares([weight(column) for column in columns])
    return Table(
        caption="",
        columns=tuple(
            Column(title, share, numeric=is_numeric(values))
            for (title, *values), share in zip(columns, widths, strict=True)
        ),
        rows=tuple(rows),
    )


def is_numeric(values: Iterable[str]) -> bool:
    """Whether the column holds numbers and nothing else."""
    listed = list(values)
    return any(any(map(str.isdigit, value)) for value in listed) and all(map(_NUMBER.fullmatch, listed))


def weight(column: Iterable[str]) -> int:
    """How much room a column asks for: its longest word whole, its longest text up to a line."""
    listed = list(column)
    words = [len(word) for value in listed for word in value.split()]
    return max(NARROWEST, min(max(map(len, listed)), WIDEST), min(max(words, default=0), WIDEST))


def shares(weights: list[int]) -> list[int]:
    """Whole percents that add up to a hundred."""
    total, places = sum(weights), range(len(weights))
    found = [max(1, WHOLE * each // total) for each in weights]
    for place in sorted(places, key=lambda each: -weights[each] * WHOLE % total):
        if sum(found) >= WHOLE:
            break
        found[place] += 1
    while sum(found) > WHOLE and max(found) > 1:
        found[found.index(max(found))] -= 1
    return found


def as_text(said: str) -> str:
    """What people wrote elsewhere, on one line, so that nothing in it is read as a figure or a footnote."""
    return TOKEN.sub(r"{ \1 }", " ".join(said.split())).replace("[[", "[ [")


def tokens(text: str) -> Iterator[str]:
    """The keys that a text names, each once, in its order."""
    yield from dict.fromkeys(TOKEN.findall(text))


def unknown_tokens(text: str, figures: Figures) -> list[str]:
    """Keys that name no figure: they would be printed as they are written."""
    return [key for key in tokens(text) if key not in figures]

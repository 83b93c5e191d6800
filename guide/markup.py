"""The format of the texts of the guide: a few marks at the beginning of a line, and nothing else.

    # Title                           the first line of a file
    ## Heading {#anchor}              a section; ### one below it. An anchor stands once in a file
    A paragraph, to the next empty line.
    1. A step                         goes on in lines that are indented
    - A point                         the same
    > A note                          stands in a frame
    ![What it shows](sheet.png "Caption")

In any text **words** are a label of the portal, exactly as its pages show it. Everything else is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from guide.pictures import FOLDER, size_of

HEADING = re.compile(r"(?P<marks>##|###) (?P<title>.+?) \{#(?P<anchor>[a-z0-9-]+)\}")
PICTURE = re.compile(r'!\[(?P<alt>[^\]]+)\]\((?P<file>[a-z0-9-]+\.png) "(?P<caption>[^"]+)"\)')
STEP = re.compile(r"(?P<number>\d+)\. (?P<text>.+)")
LABEL = re.compile(r"\*\*(.+?)\*\*")


class BrokenText(Exception):
    """A line that the format does not know."""


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    file: str
    alt: str
    caption: str

    @property
    def static_path(self) -> str:
        return f"{FOLDER}/{self.file}"

    @property
    def width(self) -> int:
        return size_of(self.file)[0]

    @property
    def height(self) -> int:
        return size_of(self.file)[1]


@dataclass(frozen=True, slots=True)
class Block:
    """Shapes: `kind` is "paragraph", "note", "steps", "bullets" or "picture"; `lines` has one entry for each item,
    one for a paragraph or a note. `start` is the number of the first step.
    """

    kind: str
    lines: tuple[tuple[Span, ...], ...] = ()
    start: int = 1
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`depth` is 0 for a section, 1 for one below it."""

    title: str
    anchor: str
    depth: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A file of the guide; `lead` stands before its first section."""

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]


def read(source: str) -> Text:
    """Raises: BrokenText."""
    first, _newline, rest = source.strip().partition("\n")
    if not first.startswith("# "):
        raise BrokenText(f"the first line is no title: {first}")
    head, *parts = re.split(r"^(?=##)", rest, flags=re.MULTILINE)
    sections = tuple(section(part) for part in parts)
    anchors = [each.anchor for each in sections]
    if twice := sorted({each for each in anchors if anchors.count(each) > 1}):
        raise BrokenText(f"an anchor stands twice: {', '.join(twice)}")
    return Text(first.removeprefix("# "), tuple(blocks(head)), sections)


def section(part: str) -> Section:
    first, _newline, rest = part.partition("\n")
    found = HEADING.fullmatch(first.rstrip())
    if found is None:
        raise BrokenText(f"no heading with an anchor: {first}")
    return Section(found["title"], found["anchor"], len(found["marks"]) - 2, tuple(blocks(rest)))


def blocks(text: str) -> Iterator[Block]:
    for is_text, lines in groupby(text.splitlines(), key=lambda line: bool(line.strip())):
        if is_text:
            yield block(list(lines))


def block(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("!["):
        found = PICTURE.fullmatch(" ".join(lines))
        if found is None:
            raise BrokenText(f"no picture: {first}")
        return Block("picture", picture=Picture(found["file"], found["alt"], found["caption"]))
    if first.startswith("> "):
        return Block("note", (spans(" ".join(line.removeprefix("> ") for line in lines)),))
    if first.startswith("- "):
        return Block("bullets", tuple(spans(item.removeprefix("- ")) for item in items(lines)))
    if STEP.match(first):
        steps = [STEP.fullmatch(item) for item in items(lines)]
        known = [each for each in steps if each is not None]
        numbers = [int(each["number"]) for each in known]
        if len(known) < len(steps) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise BrokenText(f"steps that do not follow each other: {first}")
        return Block("steps", tuple(spans(each["text"]) for each in known), numbers[0])
    return Block("paragraph", (spans(" ".join(lines)),))


def items(lines: list[str]) -> list[str]:
    """The items of a list, each with its indented lines."""
    found: list[str] = []
    for line in lines:
        if line.startswith(" ") and found:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
    return found


def spans(text: str) -> tuple[Span, ...]:
    parts = LABEL.split(text)
    return tuple(Span(part, is_label=place % 2 == 1) for place, part in enumerate(parts) if part)

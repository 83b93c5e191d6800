"""An official document, described once: every renderer prints this text.

The layout is that of Decree 30/2020/NĐ-CP, Annex I. Text here is Vietnamese whatever the reader's language:
it is the document's own (docs/adr/).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, ClassVar, TypeVar

from scoring.numbering import roman

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# Room left by hand-filled numbers and dates of a draft.
GAP = "\u00a0" * 6

# Control characters, and marks that turn the reading direction: on paper they would only deceive.
_UNPRINTABLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one face."""

    text: str
    bold: bool = False
    italic: bool = False


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`leads` ties it to what comes next, `follows` to what came before: a page never parts them."""

    kind: ClassVar[str] = "paragraph"
    spans: Spans
    leads: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line after a dash."""

    kind: ClassVar[str] = "bullet"
    spans: Spans
    leads: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Units: `width` in percent of the table."""

    title: str
    width: int
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of ready texts. Shapes: `rows` and `total` hold one text for each column; `strong` are the places of
    rows that head others, in bold."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""
    strong: frozenset[int] = frozenset()

    @property
    def body(self) -> list[tuple[list[tuple[str, Column]], bool]]:
        """Each row with its columns, and whether it is in bold."""
        return [
            (list(zip(row, self.columns, strict=True)), place in self.strong)
            for place, row in enumerate(self.rows)
        ]

    @property
    def foot(self) -> list[tuple[str, Column]]:
        return list(zip(self.total, self.columns, strict=True)) if self.total else []


Block = Paragraph | Bullet | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its title. Numbers follow from the place: I. for parts, 1. inside them, 1.1. inside those.

    `depth` is 0 for a part. Like the number it is given by `finished`.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    number: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Annex:
    """What is added behind the signature, on pages that are counted anew. Two or more have Roman numbers."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    landscape: bool = False
    number: str = ""

    @property
    def label(self) -> str:
        return f"Phụ lục {self.number}".rstrip()


@dataclass(frozen=True, slots=True)
class Head:
    """The boxes 1 to 4 above the title. Shapes: `issuer` is a tuple of printed lines."""

    superior: str
    issuer: tuple[str, ...]
    symbol: str
    place: str
    number: str = ""
    issued_on: date | None = None

    @property
    def number_line(self) -> str:
        number = self.number.strip()
        if number.isascii() and number.isdecimal():
            number = number.zfill(2)
        return f"Số: {number or GAP}/{self.symbol}"

    @property
    def date_line(self) -> str:
        """The place and the date, which a draft leaves open; days 1-9 and months 1, 2 take a leading 0."""
        day = self.issued_on
        if day is None:
            return f"{self.place}, ngày{GAP}tháng{GAP}năm{GAP}"
        month = f"{day.month:02d}" if day.month < 3 else str(day.month)
        return f"{self.place}, ngày {day.day:02d} tháng {month} năm {day.year}"


@dataclass(frozen=True, slots=True)
class Signature:
    """Boxes 7a and 7b: TM. (body), KT. (head), then the signer's title; the name may wait for the signer."""

    lines: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole official document. Shapes: `bases` and `recipients` are printed a line each."""

    head: Head
    type_name: str
    abstract: str
    bases: tuple[str, ...]
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: str
    signature: Signature
    recipients: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    language: ClassVar[str] = "vi"
    nation: ClassVar[str] = NATION
    motto: ClassVar[str] = MOTTO

    @property
    def title(self) -> str:
        return f"{self.type_name.capitalize()} {self.abstract[:1].lower()}{self.abstract[1:]}"

    @property
    def author(self) -> str:
        return " ".join(self.head.issuer)

    @property
    def base_lines(self) -> list[str]:
        """The legal bases: a semicolon after each, a full stop after the last."""
        return punctuated(self.bases)

    @property
    def recipient_lines(self) -> list[str]:
        return punctuated(self.recipients)

    @property
    def closing_line(self) -> str:
        return f"{self.closing.rstrip(' ./')}./."

    @property
    def addressee_lines(self) -> list[str]:
        """Whom it is for, of a report to a superior: one stands on the line of "Kính gửi:", several below it."""
        if len(self.addressees) < 2:
            return [line.strip().rstrip(".;") for line in self.addressees]
        return [f"- {line}" for line in punctuated(self.addressees)]

    @property
    def annex_line(self) -> str:
        """The paper that an annex belongs to, below its title."""
        head, kind = self.head, self.type_name.capitalize()
        day = head.date_line.partition(", ")[2]
        return f"(Kèm theo {kind} số {head.number_line.removeprefix('Số: ')} {day} của {self.author})"


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
    return cleaned(replace(document, sections=numbered_sections(document.sections), annexes=annexes))


def numbered_sections(sections: tuple[Section, ...], above: str = "", depth: int = 0) -> tuple[Section, ...]:
    """Shapes: `above` is the number of the section that holds them, from the second level on."""
    numbered = []
    for place, section in enumerate(sections, start=1):
        number = f"{roman(place) if depth == 0 else f'{above}{place}'}."
        inside = numbered_sections(section.sections, number if depth else "", depth + 1)
        numbered.append(replace(section, number=number, depth=depth, sections=inside))
    return tuple(numbered)


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


def punctuated(lines: tuple[str, ...]) -> list[str]:
    bare = [line.strip().rstrip(".,;") for line in lines]
    return [f"{line}{'.' if place == len(bare) else ';'}" for place, line in enumerate(bare, start=1)]

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
    """A small table of ready texts. Shapes: `rows` and `total` hold one text for each column."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""

    @property
    def body(self) -> list[list[tuple[str, Column]]]:
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]

    @property
    def foot(self) -> list[tuple[str, Column]]:
        return list(zip(self.total, self.columns, strict=True)) if self.total else []


Block = Paragraph | Bullet | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its title. Numbers are given by the place: I., II. for parts, 1., 2. inside them."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    number: str = ""


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


D = TypeVar("D")


def finished(document: Document) -> Document:
    """The document numbered, its text in NFC and free of invisible marks: what renderers take."""
    numbered = replace(document, sections=numbered_sections(document.sections))
    return cleaned(numbered)


def numbered_sections(sections: tuple[Section, ...], depth: int = 0) -> tuple[Section, ...]:
    return tuple(
        replace(
            section,
            number=f"{roman(place) if depth == 0 else place}.",
            sections=numbered_sections(section.sections, depth + 1),
        )
        for place, section in enumerate(sections, start=1)
    )


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

"""An official document, described once: every renderer prints this text.

The layout is that of Decree 30/2020/NĐ-CP, Annex I. Text here is Vietnamese whatever the reader's language:
it is the document's own (docs/adr/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from reports.output.layout import layout

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# Room left by hand-filled numbers and dates of a draft.
GAP = "\u00a0" * 6
COMMITTEE = "ỦY BAN NHÂN DÂN"
UNIT_KINDS = ("THÀNH PHỐ", "THỊ TRẤN", "THỊ XÃ", "ĐẶC KHU", "PHƯỜNG", "HUYỆN", "QUẬN", "TỈNH", "XÃ")
# A stretch in bold that is longer may be broken between lines: it is no figure.
WHOLE = 20


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one face; `note` is a footnote called behind it, `number` given to it by `finished`."""

    text: str
    bold: bool = False
    italic: bool = False
    note: str = ""
    number: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it stays in one line: a figure or a deadline in bold."""
        return self.bold and len(self.text) <= WHOLE


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
    """A line after a dash; on level 2, below another one, after a plus."""

    kind: ClassVar[str] = "bullet"
    spans: Spans
    leads: bool = False
    follows: bool = False
    level: int = 1

    @property
    def mark(self) -> str:
        return "-" if self.level == 1 else "+"


@dataclass(frozen=True, slots=True)
class Column:
    """Units: `width` in percent of the table."""

    title: str
    width: int
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of ready texts. Shapes: `rows` and `total` hold one text for each column; `strong` are the places of
    rows that head others, in bold. By its `name` a draft switches it off."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""
    strong: frozenset[int] = frozenset()
    name: str = ""

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


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with the table of its figures. Shapes: `svg` is a whole element, its text escaped; `alt` says in
    words what it shows."""

    kind: ClassVar[str] = "chart"
    caption: str
    svg: str
    alt: str
    table: Table | None = None
    name: str = ""


Block = Paragraph | Bullet | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its title. Numbers follow from the place: I. for parts, 1. inside them, then 1.1., then a). An
    article of a decision may have no title: its text follows the number on the same line.

    `depth` is 0 for a part. Like the number it is given by `finished`. A draft knows the section by its `key`;
    `text` is what a person may write otherwise (reports/text/narrative.py), printed before the blocks.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    number: str = ""
    depth: int = 0
    key: str = ""
    text: str = ""

    @property
    def runs_in(self) -> bool:
        """Whether its number stands at the beginning of its text, for want of a title."""
        return not self.title and bool(self.blocks) and isinstance(self.blocks[0], Paragraph)


@dataclass(frozen=True, slots=True)
class Annex:
    """What is added behind the signature, on pages that are counted anew. Two or more have Roman numbers."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    landscape: bool = False
    number: str = ""
    key: str = ""
    text: str = ""

    @property
    def label(self) -> str:
        return f"Phụ lục {self.number}".rstrip()

    @property
    def notes(self) -> list[Span]:
        return list(noted((self.blocks, self.sections)))


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
    def open(self) -> Head:
        """The head of a draft, whatever number and day it has."""
        return replace(self, number="", issued_on=None)

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
    """A whole official document. Shapes: `bases` and `recipients` are printed a line each.

    A letter (công văn) has no type name: its abstract stands below its number, after "V/v". A decision names who
    takes it (`by_authority`), and what it rules comes behind `ruling` ("QUYẾT ĐỊNH:") in articles (Điều 1. …).
    Minutes have a second signer, on the left.
    """

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
    by_authority: str = ""
    ruling: str = ""
    countersignature: Signature | None = None
    language: ClassVar[str] = "vi"
    nation: ClassVar[str] = NATION
    motto: ClassVar[str] = MOTTO

    @property
    def is_letter(self) -> bool:
        return not self.type_name

    @property
    def in_articles(self) -> bool:
        """Whether its parts are articles of a decision."""
        return bool(self.ruling)

    @property
    def kind(self) -> str:
        """The name of its type in running text."""
        return "Công văn" if self.is_letter else self.type_name.capitalize()

    @property
    def title(self) -> str:
        if self.is_letter:
            return f"{self.kind} về việc {self.matter}"
        return f"{self.kind} {begun_small(self.abstract)}"

    @property
    def matter(self) -> str:
        """What a letter is about, behind "V/v"."""
        bare = re.sub(r"^(V/v|Về việc)\s+", "", self.abstract.strip(), flags=re.IGNORECASE)
        return begun_small(bare)

    @property
    def notes(self) -> list[Span]:
        return list(noted(self.sections))

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
    def signature_lines(self) -> tuple[str, ...]:
        return level(self.signature, self.countersignature)

    @property
    def countersignature_lines(self) -> tuple[str, ...]:
        return level(self.countersignature, self.signature) if self.countersignature else ()

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
        head = self.head.open if layout().leaves_annex_line_open else self.head
        day = head.date_line.partition(", ")[2]
        number = head.number_line.removeprefix("Số: ")
        return f"(Kèm theo {self.kind} số {number} {day} của {in_text(head.issuer)})"


def begun_small(text: str) -> str:
    """With a small letter at its beginning, for the middle of a sentence; an abbreviation stays as it is."""
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def noted(value: object) -> Iterator[Span]:
    """The spans with footnotes, in the order of the text."""
    if isinstance(value, Span):
        yield from [value] if value.note else []
    elif isinstance(value, tuple):
        for item in value:
            yield from noted(item)
    elif isinstance(value, Paragraph | Bullet):
        yield from noted(value.spans)
    elif isinstance(value, Section | Annex):
        yield from noted((value.blocks, value.sections))


def in_text(issuer: tuple[str, ...]) -> str:
    """The issuing body in a sentence; a committee's name can be told from capitals, an agency's cannot."""
    if len(issuer) != 2 or issuer[0] != COMMITTEE:
        return " ".join(issuer)
    kind, name = re.fullmatch(rf"({'|'.join(UNIT_KINDS)})?\s*(.*)", issuer[1]).groups()  # type: ignore[union-attr]
    return " ".join(word for word in (COMMITTEE.capitalize(), (kind or "").lower(), name.title()) if word)


def level(signature: Signature, beside: Signature | None) -> tuple[str, ...]:
    """Its lines, with blank ones where the other has more: both names stand at one height."""
    return signature.lines + ("\u00a0",) * (len(beside.lines) - len(signature.lines) if beside else 0)


def punctuated(lines: tuple[str, ...]) -> list[str]:
    bare = [line.strip().rstrip(".,;") for line in lines]
    return [f"{line}{'.' if place == len(bare) else ';'}" for place, line in enumerate(bare, start=1)]

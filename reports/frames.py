"""The frame that every paper of an office has: its head, who signs, who gets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports import wording
from reports.documents import Annex, Document, Head, Paragraph, Section, Signature, Span, finished
from reports.prefill import issuer, recipients, seat, signers, superior, symbol
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Text:
    """What a paper says inside its frame.

    Shapes: `type_name` in capitals, as it is printed; `signing` where somebody else signs than usual.
    """

    type_name: str
    abbreviation: str
    abstract: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: str
    annexes: tuple[Annex, ...] = ()
    bases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    signing: tuple[str, ...] = ()


def framed(unit: Unit, text: Text) -> Document:
    """The paper of a unit, ready for a renderer; its number and its day are left open."""
    return finished(
        Document(
            head=Head(
                superior=superior(unit),
                issuer=tuple(issuer(unit).splitlines()),
                symbol=symbol(unit, text.abbreviation),
                place=wording.bare_name(seat(unit)),
            ),
            type_name=text.type_name,
            abstract=text.abstract,
            bases=text.bases,
            opening=text.opening,
            sections=text.sections,
            closing=text.closing,
            signature=Signature(text.signing or tuple(line for line in signers(unit) if line)),
            recipients=tuple(recipients(unit)),
            keywords=text.keywords,
            annexes=text.annexes,
        )
    )


def paragraph(text: str) -> Paragraph:
    return Paragraph((Span(text),))


def paragraphs(texts: Iterable[str]) -> tuple[Paragraph, ...]:
    return tuple(paragraph(text) for text in texts if text)

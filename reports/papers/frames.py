"""The frame that every paper of an office has: its head, who signs, who gets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.documents import Annex, Document, Head, Paragraph, Section, Signature, Span
from reports.papers import wording
from reports.papers.prefill import issuer, recipients, seat, signers, superior, symbol
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Text:
    """What a paper says inside its frame.

    Shapes: `type_name` in capitals, as it is printed; `signing` and `recipients` where not the usual ones hold;
    the rest as in `Document`.
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
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    by_authority: str = ""
    ruling: str = ""
    countersignature: Signature | None = None


def framed(unit: Unit, text: Text) -> Document:
    """The paper of a unit as it is proposed, not numbered yet; its number and its day are left open."""
    return Document(
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
        signature=Signature(text.signing or signers(unit)),
        recipients=text.recipients or tuple(recipients(unit)),
        keywords=text.keywords,
        addressees=text.addressees,
        annexes=text.annexes,
        by_authority=text.by_authority,
        ruling=text.ruling,
        countersignature=text.countersignature,
    )


def paragraph(text: str, *, leads: bool = False) -> Paragraph:
    return Paragraph((Span(text),), leads=leads)


def paragraphs(texts: Iterable[str]) -> tuple[Paragraph, ...]:
    return tuple(paragraph(text) for text in texts if text)

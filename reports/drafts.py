"""A draft: what people changed of a proposed paper - its head, headings, order, texts, what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import TypeVar

from reports.basis import Basis
from reports.documents import Annex, Block, Chart, Document, Head, Section, Signature, Table
from reports.models import Report, ReportPart

# The columns of a report that are printed around its text.
HEAD_FIELDS = [
    "superior",
    "issuer",
    "number",
    "symbol",
    "place",
    "issued_on",
    "abstract",
    "addressees",
    "bases",
    "opening",
    "closing",
    "authority",
    "deputy_for",
    "signer_title",
    "signer_name",
    "recipients",
]

S = TypeVar("S", Section, Annex)
Parts = Mapping[str, ReportPart]


def new_report(kind: str, basis: Basis, document: Document) -> Report:
    """An unsaved report (version 0) with the frame of the paper as it is proposed."""
    return Report(
        kind=kind,
        unit=basis.unit,
        year=basis.year,
        period=basis.period,
        campaign=basis.campaign,
        children_campaign=basis.children,
        plan=basis.plan,
        conclusion=basis.conclusion,
        inspection=basis.inspection,
        version=0,
        **frame_of(document),
    )


def frame_of(document: Document) -> dict[str, str]:
    """The columns of a report that hold the frame of a document."""
    head, signing = document.head, document.signature.lines
    return {
        "superior": head.superior,
        "issuer": "\n".join(head.issuer),
        "symbol": head.symbol,
        "place": head.place,
        "abstract": document.abstract,
        "addressees": "\n".join(document.addressees),
        "bases": "\n".join(document.bases),
        "opening": "\n".join(document.opening),
        "closing": document.closing,
        "authority": signing[0] if len(signing) > 2 else "",
        "deputy_for": signing[-2] if len(signing) > 1 else "",
        "signer_title": signing[-1],
        "signer_name": document.signature.name,
        "recipients": "\n".join(document.recipients),
    }


def headed(document: Document, report: Report) -> Document:
    """The document in the frame that people gave it."""
    signing = tuple(line for line in (report.authority, report.deputy_for, report.signer_title) if line)
    return replace(
        document,
        head=Head(
            superior=report.superior,
            issuer=lines(report.issuer),
            symbol=report.symbol,
            place=report.place,
            number=report.number,
            issued_on=report.issued_on,
        ),
        abstract=report.abstract,
        addressees=lines(report.addressees),
        bases=lines(report.bases),
        opening=lines(report.opening),
        closing=report.closing or document.closing,
        signature=Signature(signing, report.signer_name),
        recipients=lines(report.recipients),
    )


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def parts_of(report: Report) -> Parts:
    return {part.key: part for part in report.parts.all()} if report.pk else {}


def overlaid(document: Document, parts: Parts) -> Document:
    """The proposed document with what people changed of it; what they switched off is gone."""
    parts = housed(document, parts)
    return replace(
        document,
        sections=overlaid_sections(document.sections, parts),
        annexes=tuple(
            changed(annex, parts.get(annex.key)) for annex in document.annexes if shown(annex.key, parts)
        ),
    )


def housed(document: Document, parts: Parts) -> Parts:
    """The parts, with people's own sections below a heading that the paper has no longer put at its end: a heading
    goes when its figures go, what was written below it stays.
    """
    own = {part.key for part in parts.values() if part.is_own}
    known = {"", *own, *keys_in(document.sections)}
    found = dict(parts)
    for key in own:
        if parts[key].above not in known:
            found[key] = copy(parts[key])
            found[key].above = ""
    return found


def keys_in(sections: Iterable[Section]) -> Iterable[str]:
    for section in sections:
        yield section.key
        yield from keys_in(section.sections)


def overlaid_sections(sections: Iterable[Section], parts: Parts, above: str = "") -> tuple[Section, ...]:
    return tuple(
        replace(each, sections=overlaid_sections(each.sections, parts, each.key))
        for each in in_their_order(sections, parts, above)
        if shown(each.key, parts)
    )


def in_their_order(sections: Iterable[Section], parts: Parts, above: str) -> list[Section]:
    """The sections below one heading with those that people added, headings and texts as they were changed; also
    those that are switched off.
    """
    own = [part for part in parts.values() if part.is_own and part.above == above]
    found = [changed(each, parts.get(each.key)) for each in sections]
    found += [Section(part.title, key=part.key, text=part.text or "") for part in own]
    placed = [(place_of(parts.get(each.key), place), place, each) for place, each in enumerate(found)]
    return [each for _position, _place, each in sorted(placed, key=lambda at: at[:2])]


def place_of(part: ReportPart | None, proposed: int) -> int:
    return proposed if part is None or part.position is None else part.position


def shown(key: str, parts: Parts) -> bool:
    part = parts.get(key)
    return part is None or part.is_shown


def changed(section: S, part: ReportPart | None) -> S:
    if part is None:
        return section
    return replace(
        section,
        title=part.title or section.title,
        text=section.text if part.text is None else part.text,
        blocks=tuple(block for block in section.blocks if name_of(block) not in part.hidden),
    )


def name_of(block: Block) -> str | None:
    """By what a draft switches a block off; None for one that always stands."""
    return block.name or None if isinstance(block, Table | Chart) else None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A section or annex as the page of a draft shows it.

    Shapes: `proposed` is the text it would have if nobody wrote one; `switches` hold name and caption of each
    table and chart, and whether it is printed.
    """

    key: str
    depth: int
    title: str
    proposed_title: str
    text: str
    proposed: str
    part: ReportPart | None
    switches: tuple[tuple[str, str, bool], ...]
    has_blocks: bool
    is_annex: bool = False

    @property
    def is_shown(self) -> bool:
        return self.part is None or self.part.is_shown

    @property
    def is_edited(self) -> bool:
        """Whether a person wrote its text."""
        return self.part is not None and self.part.text is not None

    @property
    def is_own(self) -> bool:
        return self.part is not None and self.part.is_own

    @property
    def version(self) -> int:
        return self.part.version if self.part else 0


def outline(document: Document, parts: Parts) -> list[OutlineEntry]:
    """Every section and annex of the proposed document, and people's own, in the order of the paper."""
    parts = housed(document, parts)
    found = list(entries(document.sections, parts, "", 0))
    return found + [
        entry(annex, changed(annex, parts.get(annex.key)), parts, 0, is_annex=True) for annex in document.annexes
    ]


def entries(sections: tuple[Section, ...], parts: Parts, above: str, depth: int) -> Iterable[OutlineEntry]:
    proposed = {section.key: section for section in sections}
    for section in in_their_order(sections, parts, above):
        yield entry(proposed.get(section.key), section, parts, depth)
        yield from entries(section.sections, parts, section.key, depth + 1)


def entry(
    proposed: Section | Annex | None, section: Section | Annex, parts: Parts, depth: int, *, is_annex: bool = False
) -> OutlineEntry:
    part = parts.get(section.key)
    hidden = part.hidden if part else []
    blocks = proposed.blocks if proposed else ()
    return OutlineEntry(
        key=section.key,
        depth=depth,
        title=section.title,
        proposed_title=proposed.title if proposed else "",
        text=section.text,
        proposed=proposed.text if proposed else "",
        part=part,
        switches=tuple(
            (name, block.caption, name not in hidden)
            for block in blocks
            if isinstance(block, Table | Chart) and (name := name_of(block))
        ),
        has_blocks=bool(blocks or section.sections),
        is_annex=is_annex,
    )

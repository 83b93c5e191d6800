"""What a document says, line by line, without printing it."""

from collections.abc import Iterator

from reports.documents import Block, Bullet, Document, Paragraph, Section, Table
from tests.reports.proposed import ready


def text_of(document: Document) -> str:
    """Every line of an unfinished paper with its number; the cells of a row one behind another."""
    return "\n".join(lines(ready(document)))


def lines(document: Document) -> Iterator[str]:
    yield from (document.abstract, *document.addressees, *document.bases, *document.opening)
    yield from lines_of(document.sections)
    for annex in document.annexes:
        yield f"{annex.label}: {annex.title}"
        yield from block_lines(annex.blocks)
        yield from lines_of(annex.sections)
    yield from (document.closing, *document.signature.lines)


def lines_of(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        yield f"{section.number} {section.title}"
        yield from block_lines(section.blocks)
        yield from lines_of(section.sections)


def block_lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (" | ".join(row) for row in (*block.rows, block.total) if row)
            yield block.note
        elif isinstance(block, Paragraph | Bullet):
            yield "".join(span.text for span in block.spans)

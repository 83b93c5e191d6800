"""A document for Word: the text of the PDF with real styles, numbers, heads and page fields, to go on writing in.

Sizes are those of templates/reports/document.css. Nothing of a document is ever read as markup or as an address.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.shared import Length, Mm, Pt

from reports.documents import Annex, Block, Bullet, Chart, Document, Paragraph, Section, Signature, Span, Table
from reports.output.docx_charts import chart_pictures, put_chart
from reports.output.docx_notes import add_notes
from reports.output.docx_parts import (
    dressed,
    fill,
    keep_with_next,
    number,
    part_of_line,
    put,
    put_runs,
    rule,
    set_page,
    set_sides,
    set_widths,
    text_width,
)
from reports.output.docx_styles import LANGUAGE, LEVELS, NUMBERED, add_numbering, add_styles, restarted
from reports.output.layout import layout

# The halves of the foot, in hundredths of the text width.
END = (48, 52)
ROOM_TO_SIGN = Mm(33)
# The room at both sides of an abstract.
SIDE = Mm(8)
# Inside the cells of a table, at both sides. Units: twentieths of a point.
CELL_SIDE = 55


def as_docx(document: Document) -> bytes:
    """The document as a file of Word."""
    writer = Writer(document)
    writer.write()
    written = io.BytesIO()
    writer.file.save(written)
    return written.getvalue()


class Writer:
    """Writes one document, from its head to its last annex."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.layout = layout()
        self.text = Mm(self.layout.text_width)
        self.file: Any = docx.Document()
        add_styles(self.file, self.layout)
        self.list = add_numbering(self.file)
        self.articles = add_numbering(self.file, first="Điều %1.")
        self.bullets = add_numbering(self.file, bullets=True)
        self.pictures = chart_pictures(document)

    def write(self) -> None:
        document = self.document
        describe(self.file, document)
        set_page(self.file.sections[0], self.layout, landscape=False)
        self.head()
        self.lines("Base", document.base_lines)
        self.lines("Normal", document.opening)
        self.lines("Ruling", [document.ruling] if document.ruling else [])
        for section in document.sections:
            self.section(section, self.articles if document.in_articles else self.list)
        if document.closing:
            self.paragraph("Normal", [Span(document.closing_line)]).paragraph_format.keep_with_next = True
        elif document.sections:
            # The last article of a decision ends it.
            self.file.paragraphs[-1].paragraph_format.keep_with_next = True
        self.end()
        for annex in document.annexes:
            self.annex(annex)
        add_notes(self.file, [*document.notes, *(note for annex in document.annexes for note in annex.notes)])

    # Head ---------------------------------------------------------------------------------------------------

    def head(self) -> None:
        document, small, size = self.document, self.layout.small, self.layout.size
        left, right = self.halves(self.layout.head)
        widths = [self.part(part) for part in self.layout.head]
        if document.head.superior:
            put(left, "Head", [Span(document.head.superior)])
        for line in document.head.issuer:
            put(left, "Head", [Span(line, bold=True)])
        rule(left, part_of_line(document.head.issuer[-1], small, widths[0]), widths[0])
        put(right, "Head", [Span(document.nation, bold=True)])
        put(right, "Motto", [Span(document.motto, bold=True)])
        rule(right, text_width(document.motto, size), widths[1])
        left, right = self.halves(self.layout.head)
        put(left, "Number", [Span(document.head.number_line)])
        put(right, "Date", [Span(document.head.date_line)])
        if document.is_letter:
            put(left, "Subject", [Span(f"V/v {document.matter}")])
            self.paragraph("Break", []).paragraph_format.space_after = Pt(12)
        else:
            self.title()
        self.addressees()
        self.lines("Authority", [document.by_authority] if document.by_authority else [])

    def title(self) -> None:
        document = self.document
        self.paragraph("Title", [Span(document.type_name)])
        self.paragraph("Abstract", [Span(document.abstract)])
        length = part_of_line(document.abstract, self.layout.size, Length(self.text - 2 * SIDE))
        rule(self.file, length, self.text).paragraph_format.space_after = Pt(14)

    def addressees(self) -> None:
        """One stands on the line of "Kính gửi:", several below it, their dashes below the colon."""
        lines = self.document.addressee_lines
        if len(lines) == 1:
            made = self.paragraph("Addressee", [Span(f"Kính gửi: {lines[0]}")])
            made.alignment = ALIGN.CENTER
            made.paragraph_format.space_after = Pt(10)
        elif lines:
            made = self.paragraph("Addressee", [Span("Kính gửi:")])
            made.paragraph_format.left_indent = Mm(30)
            self.lines("Addressee", lines)
            self.file.paragraphs[-1].paragraph_format.space_after = Pt(10)

    # Body ---------------------------------------------------------------------------------------------------

    def section(self, section: Section, numbers: int) -> None:
        blocks = list(section.blocks)
        if section.runs_in:
            made = self.paragraph("Article" if section.depth == 0 else "Normal", [])
            self.count(made, section, numbers)
            put_runs(made, blocks.pop(0).spans, upright=section.depth == 0)  # type: ignore[union-attr]
        else:
            made = self.paragraph(NUMBERED[min(section.depth, LEVELS)], [])
            self.count(made, section, numbers)
            put_runs(made, [Span(section.title)])
        self.blocks(blocks)
        for inside in section.sections:
            self.section(inside, numbers)

    def count(self, paragraph: Any, section: Section, numbers: int) -> None:
        """Its number; Word has no Vietnamese letters to count with, so those are text."""
        if section.depth < LEVELS:
            number(paragraph, numbers, section.depth)
        else:
            put_runs(paragraph, [Span(f"{section.number} ")])

    def blocks(self, blocks: Iterable[Block]) -> None:
        listed = list(blocks)
        for block, following in zip_longest(listed, listed[1:]):
            if isinstance(block, Table):
                self.table(block)
                continue
            if isinstance(block, Chart):
                self.chart(block)
                continue
            made = self.paragraph("Normal", block.spans)
            ties = isinstance(following, Paragraph | Bullet) and following.follows
            made.paragraph_format.keep_with_next = block.leads or ties
            if isinstance(block, Bullet):
                number(made, self.bullets, block.level - 1)

    def table(self, table: Table) -> None:
        if table.caption:
            self.paragraph("Caption", [Span(table.caption)])
        rows = len(table.rows) + 1 + bool(table.total)
        made = self.file.add_table(rows, len(table.columns), style="Table Grid")
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        set_sides(made, CELL_SIDE)
        widths = [Length(self.width * column.width // 100) for column in table.columns]
        set_widths(made, widths)
        filled = list(made.rows)
        fill(filled[0], widths, [(column.title, True, True) for column in table.columns])
        filled[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        foot = [(table.foot, True)] if table.foot else []
        for row, (texts, is_bold) in zip(filled[1:], [*table.body, *foot], strict=True):
            fill(row, widths, [(text, column.numeric, is_bold) for text, column in texts])
        for row in (*filled[: 2 if rows > 2 else 1], *filled[-2 if foot else -1 : -1 if not table.note else None]):
            keep_with_next(row)
        self.paragraph("Table note", [Span(table.note, italic=True)] if table.note else [])

    def chart(self, chart: Chart) -> None:
        if chart.caption:
            self.paragraph("Caption", [Span(chart.caption)])
        put_chart(self.file, self.paragraph("Chart", []), chart, self.pictures)
        if chart.table:
            self.table(chart.table)

    # End ----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        document = self.document
        left, right = self.halves(END)
        if document.countersignature:
            sign(left, document.countersignature_lines, document.countersignature)
        else:
            recipients(left, document)
        sign(right, document.signature_lines, document.signature)
        # A file may not end in a table, and what ends a section is a paragraph.
        self.paragraph("Break", [])
        if document.countersignature and document.recipients:
            self.file.paragraphs[-1].paragraph_format.keep_with_next = True
            recipients(self.halves(END)[0], document)
            self.paragraph("Break", [])

    def annex(self, annex: Annex) -> None:
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        dressed(self.file.paragraphs[-1], "Break")
        anew = self.layout.counts_annexes_anew
        set_page(section, self.layout, landscape=annex.landscape, counted_anew=anew)
        self.lines("Annex", [annex.label])
        self.lines("Annex title", [annex.title])
        self.lines("Annex line", [self.document.annex_line])
        self.blocks(annex.blocks)
        numbers = restarted(self.file, self.list)
        for inside in annex.sections:
            self.section(inside, numbers)

    # Parts --------------------------------------------------------------------------------------------------

    @property
    def width(self) -> int:
        section = self.file.sections[-1]
        return int(section.page_width - section.left_margin - section.right_margin)

    def part(self, hundredths: int) -> Length:
        return Length(self.text * hundredths // 100)

    def paragraph(self, style: str, spans: Iterable[Span]) -> Any:
        return put_runs(dressed(self.file.add_paragraph(), style), spans)

    def lines(self, style: str, texts: Iterable[str]) -> None:
        for text in texts:
            self.paragraph(style, [Span(text)])

    def halves(self, parts: tuple[int, int]) -> Sequence[Any]:
        """Two columns without lines that stay on one page."""
        table = self.file.add_table(1, 2)
        table.autofit = False
        set_sides(table, 0)
        set_widths(table, [self.part(part) for part in parts])
        row = table.rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, part in zip(row.cells, parts, strict=True):
            cell.width = self.part(part)
        return row.cells  # type: ignore[no-any-return]


def sign(cell: Any, lines: Iterable[str], signature: Signature) -> None:
    for line in lines:
        put(cell, "Signer", [Span(line, bold=True)])
    put(cell, "Signer", [Span(signature.name, bold=True)]).paragraph_format.space_before = ROOM_TO_SIGN


def recipients(cell: Any, document: Document) -> None:
    if document.recipients:
        put(cell, "Recipients title", [Span("Nơi nhận:")])
    for line in document.recipient_lines:
        put(cell, "Recipient", [Span(f"- {line}")])


def describe(file: Any, document: Document) -> None:
    """What the file says of itself."""
    words = file.core_properties
    words.title, words.author = document.title[:255], document.author[:255]
    words.subject, words.keywords = document.abstract[:255], ", ".join(document.keywords)[:255]
    words.language, words.comments = LANGUAGE, ""
    words.created = words.modified = datetime.now(UTC).replace(tzinfo=None)

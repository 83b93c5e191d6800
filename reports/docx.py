"""A document for Word: the text of the PDF with real styles, numbers, heads and page fields, to go on writing in.

Sizes are those of templates/reports/document.css. Nothing of a document is ever read as markup or as an address.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from PIL import ImageFont

from reports.documents import Annex, Block, Bullet, Document, Paragraph, Section, Span, Table
from reports.docx_styles import LEVELS, NUMBERED, add_numbering, add_styles, restarted
from reports.pdf import font_path

WIDTH, HEIGHT = Mm(210), Mm(297)
LEFT, RIGHT, TOP, BOTTOM = Mm(30), Mm(15), Mm(20), Mm(20)
TEXT = Length(WIDTH - LEFT - RIGHT)
# The halves of head and foot, in hundredths of the text width.
HEAD, END = (40, 60), (48, 52)
ROOM_TO_SIGN = Mm(33)
NO_MARGINS = (
    f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
)


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
        self.file: Any = docx.Document()
        add_styles(self.file)
        self.list = add_numbering(self.file)
        self.bullets = add_numbering(self.file, bullets=True)

    def write(self) -> None:
        describe(self.file, self.document)
        set_page(self.file.sections[0], landscape=False)
        self.head()
        for line in self.document.base_lines:
            self.paragraph("Base", [Span(line)])
        for line in self.document.opening:
            self.paragraph("Normal", [Span(line)])
        for section in self.document.sections:
            self.section(section, self.list)
        self.paragraph("Normal", [Span(self.document.closing_line)]).paragraph_format.keep_with_next = True
        self.end()
        for annex in self.document.annexes:
            self.annex(annex)

    # Head ---------------------------------------------------------------------------------------------------

    def head(self) -> None:
        document = self.document
        left, right = self.halves(HEAD)
        if document.head.superior:
            put(left, "Head", [Span(document.head.superior)])
        for line in document.head.issuer:
            put(left, "Head", [Span(line, bold=True)])
        rule(left, Length(cell_width(HEAD[0]) * 2 // 5), cell_width(HEAD[0]))
        put(right, "Head", [Span(document.nation, bold=True)])
        put(right, "Motto", [Span(document.motto, bold=True)])
        rule(right, text_width(document.motto, 14), cell_width(HEAD[1]))
        left, right = self.halves(HEAD)
        put(left, "Head", [Span(document.head.number_line)])
        put(right, "Motto", [Span(document.head.date_line, italic=True)])
        self.paragraph("Title", [Span(document.type_name)])
        self.paragraph("Abstract", [Span(document.abstract)])
        rule(self.file, Length(TEXT * 35 // 100), TEXT).paragraph_format.space_after = Pt(14)
        self.addressees()

    def addressees(self) -> None:
        lines = self.document.addressee_lines
        for place, line in enumerate(lines):
            self.paragraph("Addressee", [Span(f"{'' if place else 'Kính gửi:'}\t{line}")])

    # Body ---------------------------------------------------------------------------------------------------

    def section(self, section: Section, numbers: int) -> None:
        level = min(section.depth, LEVELS - 1)
        heading = self.paragraph(NUMBERED[level], [Span(section.title)])
        number(heading, numbers, level)
        self.blocks(section.blocks)
        for inside in section.sections:
            self.section(inside, numbers)

    def blocks(self, blocks: Iterable[Block]) -> None:
        listed = list(blocks)
        for block, following in zip_longest(listed, listed[1:]):
            if isinstance(block, Table):
                self.table(block)
                continue
            made = self.paragraph("Normal", block.spans)
            ties = isinstance(following, Paragraph | Bullet) and following.follows
            made.paragraph_format.keep_with_next = block.leads or ties
            if block.kind == "bullet":
                number(made, self.bullets, 0)

    def table(self, table: Table) -> None:
        if table.caption:
            self.paragraph("Caption", [Span(table.caption)])
        rows = len(table.rows) + 1 + bool(table.total)
        made = self.file.add_table(rows, len(table.columns), style="Table Grid")
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        widths = [Length(self.width * column.width // 100) for column in table.columns]
        set_widths(made, widths)
        fill(made.rows[0], widths, [(column.title, True, True) for column in table.columns])
        made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        foot = [(table.foot, True)] if table.foot else []
        for row, (texts, is_bold) in zip(made.rows[1:], [*table.body, *foot], strict=True):
            fill(row, widths, [(text, column.numeric, is_bold) for text, column in texts])
        self.paragraph("Table note", [Span(table.note, italic=True)] if table.note else [])

    # End ----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        document = self.document
        left, right = self.halves(END)
        put(left, "Recipients title", [Span("Nơi nhận:")])
        for line in document.recipient_lines:
            put(left, "Recipient", [Span(f"- {line}")])
        for line in document.signature.lines:
            put(right, "Signer", [Span(line, bold=True)])
        name = put(right, "Signer", [Span(document.signature.name, bold=True)])
        name.paragraph_format.space_before = ROOM_TO_SIGN
        # A file may not end in a table, and what ends a section is a paragraph.
        self.paragraph("Break", [])

    def annex(self, annex: Annex) -> None:
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        self.file.paragraphs[-1].style = "Break"
        set_page(section, landscape=annex.landscape)
        self.paragraph("Annex", [Span(annex.label, bold=True)])
        self.paragraph("Annex title", [Span(annex.title)])
        self.paragraph("Annex", [Span(self.document.annex_line, italic=True)]).paragraph_format.space_after = Pt(
            12
        )
        self.blocks(annex.blocks)
        numbers = restarted(self.file, self.list)
        for inside in annex.sections:
            self.section(inside, numbers)

    # Parts --------------------------------------------------------------------------------------------------

    @property
    def width(self) -> int:
        section = self.file.sections[-1]
        return int(section.page_width - section.left_margin - section.right_margin)

    def paragraph(self, style: str, spans: Iterable[Span]) -> Any:
        return put_runs(self.file.add_paragraph(style=style), spans)

    def halves(self, parts: tuple[int, int]) -> Sequence[Any]:
        """Two columns without lines that stay on one page."""
        table = self.file.add_table(1, 2)
        table.autofit = False
        table._tbl.tblPr.append(parse_xml(NO_MARGINS))
        set_widths(table, [cell_width(part) for part in parts])
        row = table.rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, part in zip(row.cells, parts, strict=True):
            cell.width = cell_width(part)
        return row.cells  # type: ignore[no-any-return]


def describe(file: Any, document: Document) -> None:
    """What the file says of itself."""
    words = file.core_properties
    words.title, words.author = document.title[:255], document.author[:255]
    words.subject, words.keywords = document.abstract[:255], ", ".join(document.keywords)[:255]
    words.language, words.comments = "vi-VN", ""
    words.created = words.modified = datetime.now(UTC).replace(tzinfo=None)


def set_page(section: Any, *, landscape: bool) -> None:
    """A4 with the margins of the decree; the page number in the middle of the top margin from page two on."""
    section.page_width, section.page_height = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = LEFT, RIGHT, TOP, BOTTOM
    section.header_distance, section.footer_distance = Mm(9), Mm(9)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.append(numbers)
    header = section.header.paragraphs[0]
    header.style = "Page number"
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        header.add_run()._r.append(field(kind, text))


def field(kind: str, text: str) -> Any:
    if not kind:
        made = OxmlElement("w:instrText")
        made.set(qn("xml:space"), "preserve")
        made.text = text
        return made
    made = OxmlElement("w:fldChar")
    made.set(qn("w:fldCharType"), kind)
    return made


def number(paragraph: Any, numbers: int, level: int) -> None:
    """The number of a paragraph, or its dash, is counted by Word."""
    found = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    found.get_or_add_ilvl().val = level
    found.get_or_add_numId().val = numbers


def put(cell: Any, style: str, spans: Iterable[Span]) -> Any:
    """A paragraph in a cell; the empty one that a cell begins with is used first."""
    first = cell.paragraphs[0]
    fresh = len(cell.paragraphs) == 1 and not first.runs and first.style.name == "Normal"
    paragraph = first if fresh else cell.add_paragraph()
    paragraph.style = style
    paragraph.paragraph_format.keep_with_next = True
    return put_runs(paragraph, spans)


def put_runs(paragraph: Any, spans: Iterable[Span]) -> Any:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
    return paragraph


def fill(row: Any, widths: Sequence[Length], texts: Iterable[tuple[str, bool, bool]]) -> None:
    """The cells of a row that is not torn. Shapes: each text with whether it is centred, and bold."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, width, (text, centred, bold) in zip(row.cells, widths, texts, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        paragraph.alignment = ALIGN.CENTER if centred else ALIGN.LEFT
        put_runs(paragraph, [Span(text, bold=bold)])


def set_widths(table: Any, widths: Sequence[Length]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def rule(place: Any, length: Length, width: Length) -> Any:
    """A drawn line of this length in the middle of the width."""
    paragraph = place.add_paragraph(style="Rule")
    side = Length(max(0, width - length) // 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    return paragraph


def cell_width(part: int) -> Length:
    return Length(TEXT * part // 100)


@cache
def text_width(text: str, size: int) -> Length:
    """How long a bold text is at this size. Units: points in, English metric units out."""
    font = ImageFont.truetype(str(font_path("LiberationSerif-Bold.ttf")), 1000)
    return Pt(font.getlength(text) / 1000 * size)

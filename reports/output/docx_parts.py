"""The parts that a file for Word is put together from: pages, fields, numbers, cells, drawn lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from PIL import ImageFont

from reports.documents import Span
from reports.output import layout
from reports.output.docx_notes import call
from reports.output.layout import Layout
from reports.output.pdf import font_path

WIDTH, HEIGHT = Mm(layout.WIDTH), Mm(layout.HEIGHT)


def set_page(section: Any, chosen: Layout, *, landscape: bool, counted_anew: bool = True) -> None:
    """A4 with the margins of the office; the page number in the middle of the top margin, where pages are counted
    anew from page two on.
    """
    section.page_width, section.page_height = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = Mm(chosen.left), Mm(chosen.right)
    section.top_margin, section.bottom_margin = Mm(chosen.top), Mm(chosen.bottom)
    section.header_distance, section.footer_distance = Mm(9), Mm(9)
    section.different_first_page_header_footer = counted_anew
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    for found in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(found)
    if counted_anew:
        numbers = OxmlElement("w:pgNumType")
        numbers.set(qn("w:start"), "1")
        section._sectPr.insert_element_before(numbers, "w:cols", "w:titlePg", "w:docGrid")
    header = dressed(section.header.paragraphs[0], "Page number")
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


def dressed(paragraph: Any, style: str) -> Any:
    """The paragraph in this style. python-docx would search all styles for it: most of the time of a table."""
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def number(paragraph: Any, numbers: int, level: int) -> None:
    """The number of a paragraph, or its dash, is counted by Word."""
    found = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    found.get_or_add_ilvl().val = level
    found.get_or_add_numId().val = numbers


def put(cell: Any, style: str, spans: Iterable[Span]) -> Any:
    """A paragraph in a cell; the empty one that a cell begins with is used first."""
    first = cell.paragraphs[0]
    fresh = len(cell.paragraphs) == 1 and not first.runs and first._p.style is None
    paragraph = dressed(first if fresh else cell.add_paragraph(), style)
    paragraph.paragraph_format.keep_with_next = True
    return put_runs(paragraph, spans)


def put_runs(paragraph: Any, spans: Iterable[Span], *, upright: bool = False) -> Any:
    """Shapes: `upright` where the style of the paragraph is bold for its number only."""
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or (False if upright else None), span.italic or None
        if span.note:
            call(paragraph, span)
    return paragraph


def fill(row: Any, widths: Sequence[Length], texts: Iterable[tuple[str, bool, bool]]) -> None:
    """The cells of a row that is not torn. Shapes: each text with whether it is centred, and bold."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, width, (text, centred, bold) in zip(row.cells, widths, texts, strict=True):
        cell.width = width
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = dressed(cell.paragraphs[0], "Cell")
        paragraph.alignment = ALIGN.CENTER if centred else ALIGN.LEFT
        put_runs(paragraph, [Span(text, bold=bold)])


def keep_with_next(row: Any) -> None:
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def set_sides(table: Any, width: int) -> None:
    """The room at both sides of each cell. Units: twentieths of a point."""
    sides = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side in ("left", "right"))
    made = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")
    table._tbl.tblPr.insert_element_before(made, "w:tblLook")


def set_widths(table: Any, widths: Sequence[Length]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def rule(place: Any, length: Length, width: Length) -> Any:
    """A drawn line of this length in the middle of the width."""
    paragraph = dressed(place.add_paragraph(), "Rule")
    side = Length(max(0, width - length) // 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    return paragraph


def part_of_line(text: str, size: int, width: Length) -> Length:
    """The line below a text: two fifths as long as the longest line of it."""
    return Length(min(text_width(text, size), width) * 2 // 5)


@cache
def text_width(text: str, size: int) -> Length:
    """How long a bold text is at this size. Units: points in, English metric units out."""
    font = ImageFont.truetype(str(font_path("LiberationSerif-Bold.ttf")), 1000)
    return Pt(font.getlength(text) / 1000 * size)

"""The styles and the numbers of a document for Word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length, Mm, Pt

from reports.output.docx_notes import CALL_STYLE, TEXT_STYLE
from reports.output.layout import Layout

FONT, LANGUAGE = "Times New Roman", "vi-VN"
# Word counts line spacing in lines of the font, which are so many of its sizes high.
LINE = 1.149
INDENT, NOTHING = Cm(1.27), Pt(0)
NUMBERED = ("Heading 1", "Heading 2", "Heading 3", "Heading 4")
# As many are counted by Word.
LEVELS = 3
# Parts in Roman numbers, 1. inside them, 1.1. inside those.
FORMATS = (("upperRoman", "%1."), ("decimal", "%2."), ("decimal", "%2.%3."))
DASHES = (("bullet", "-"), ("bullet", "+"))


@dataclass(frozen=True, slots=True)
class Face:
    """A style of paragraphs. Units: points, lengths; `spacing` from line to line in sizes of the font."""

    name: str
    size: int = 14
    bold: bool = False
    italic: bool = False
    align: ALIGN = ALIGN.CENTER
    indent: Length = NOTHING
    before: Length = NOTHING
    after: Length = NOTHING
    spacing: float = 1.15
    keeps: bool = False


def faces(chosen: Layout) -> tuple[Face, ...]:
    """The styles of a paper: sizes rise and fall together with that of the text."""
    size, small, table = chosen.size, chosen.small, chosen.table
    text = Face("Normal", size, align=ALIGN.JUSTIFY, indent=INDENT, after=Pt(6), spacing=1.25)
    heading = replace(text, bold=True, align=ALIGN.LEFT, spacing=1.15, keeps=True)
    return (
        text,
        Face("Head", small),
        Face("Number", 13, before=Pt(6)),
        Face("Date", size, italic=True, before=Pt(5)),
        Face("Subject", small, before=Pt(chosen.subject_gap)),
        Face("Motto", size),
        Face("Rule", 2),
        Face("Break", 1),
        Face("Title", size, bold=True, before=Pt(18), spacing=1.25),
        Face("Abstract", size, bold=True, spacing=1.25, keeps=True),
        Face("Addressee", size, align=ALIGN.LEFT, spacing=1.25, after=Pt(2)),
        Face("Authority", size, bold=True, after=Pt(12), spacing=1.25, keeps=True),
        Face("Ruling", size, bold=True, before=Pt(12), after=Pt(12), spacing=1.25, keeps=True),
        replace(text, name="Base", italic=True),
        replace(text, name="Article", bold=True),
        replace(heading, name=NUMBERED[0], before=Pt(12)),
        *(replace(heading, name=name) for name in NUMBERED[1:]),
        Face("Caption", table, italic=True, after=Pt(4), spacing=1.2, keeps=True),
        Face("Chart", size, after=Pt(8)),
        Face("Cell", table, align=ALIGN.LEFT, before=Pt(2.5), after=Pt(2.5), spacing=1.2),
        Face("Table note", 12, align=ALIGN.JUSTIFY, before=Pt(2), after=Pt(6), spacing=1.2),
        Face("Recipients title", 12, bold=True, italic=True, align=ALIGN.LEFT),
        Face("Recipient", 11, align=ALIGN.LEFT),
        Face("Signer", size),
        Face("Annex", bold=True),
        Face("Annex title", size, bold=True),
        Face("Annex line", size, italic=True, after=Pt(12)),
        Face("Page number", 13),
        Face(TEXT_STYLE, 11, align=ALIGN.JUSTIFY, after=Pt(2), spacing=1.2),
    )


def add_styles(file: Any, chosen: Layout) -> None:
    """Give the file its styles and its language; styles that Word has itself are made to look so."""
    file.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), LANGUAGE)
    for face in faces(chosen):
        if face.name in file.styles:
            style = file.styles[face.name]
        else:
            style = file.styles.add_style(face.name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = file.styles["Normal"]
        dress(style, face)
    style = file.styles["Rule"]
    border = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    style.element.get_or_add_pPr().insert_element_before(parse_xml(border), "w:spacing", "w:ind", "w:jc")
    for name in ("Head", "Subject", "Abstract"):
        sides = file.styles[name].paragraph_format
        sides.left_indent = sides.right_indent = Mm(8) if name == "Abstract" else Mm(0.5)
    # The dash of an addressee stands below the colon of "Kính gửi:".
    addressee = file.styles["Addressee"].paragraph_format
    addressee.left_indent = Length(Mm(30) + Pt(4.153 * chosen.size))
    addressee.first_line_indent = Pt(-0.583 * chosen.size)
    file.styles.add_style(CALL_STYLE, WD_STYLE_TYPE.CHARACTER).font.superscript = True


def dress(style: Any, face: Face) -> None:
    style.font.name, style.font.size = FONT, Pt(face.size)
    style.font.bold, style.font.italic = face.bold, face.italic
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    for gone in ("w:color", "w:kern", "w:spacing"):
        for found in style.element.rPr.findall(qn(gone)):
            style.element.rPr.remove(found)
    paragraph = style.paragraph_format
    paragraph.alignment, paragraph.first_line_indent = face.align, face.indent
    paragraph.space_before, paragraph.space_after = face.before, face.after
    paragraph.line_spacing, paragraph.keep_with_next = round(face.spacing / LINE, 3), face.keeps
    paragraph.widow_control = True
    for found in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(found)


def add_numbering(file: Any, *, bullets: bool = False, first: str = "") -> int:
    """A list of its own: the numbers of headings, or dashes. Returns its key for paragraphs.

    Shapes: `first` is the number of the articles of a decision, which take the place of its parts.
    """
    numbering = file.part.numbering_part.element
    key = max((int(each.get(qn("w:abstractNumId"))) for each in abstracts(numbering)), default=0) + 1
    levels = DASHES if bullets else (("decimal", first), *FORMATS[1:]) if first else FORMATS
    made = "".join(level_xml(place, *form) for place, form in enumerate(levels))
    kind = "hybridMultilevel" if bullets else "multilevel"
    xml = (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}"><w:multiLevelType w:val="{kind}"/>'
        f"{made}</w:abstractNum>"
    )
    numbers = numbering.findall(qn("w:num"))
    parsed = parse_xml(xml)
    if numbers:
        numbers[0].addprevious(parsed)
    else:
        numbering.append(parsed)
    return int(numbering.add_num(key).numId)


def level_xml(place: int, form: str, text: str) -> str:
    """One level; whether its number is bold follows from the style of the paragraph."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="{INDENT.twips}"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/></w:rPr></w:lvl>'
    )


def restarted(file: Any, numbers: int) -> int:
    """The same numbers from their beginning again."""
    numbering = file.part.numbering_part.element
    listed = next(each for each in numbering.findall(qn("w:num")) if each.numId == numbers)
    made = numbering.add_num(listed.abstractNumId.val)
    for level in range(LEVELS):
        made.add_lvlOverride(ilvl=level).add_startOverride(1)
    return int(made.numId)


def abstracts(numbering: Any) -> list[Any]:
    return list(numbering.findall(qn("w:abstractNum")))

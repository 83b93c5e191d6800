"""The styles and the numbers of a document for Word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length, Mm, Pt

FONT = "Times New Roman"
# Word counts line spacing in lines of the font, which are so many of its sizes high.
LINE = 1.149
INDENT, NOTHING = Cm(1.27), Pt(0)
NUMBERED = ("Heading 1", "Heading 2", "Heading 3")
LEVELS = len(NUMBERED)
# Parts in Roman numbers, 1. inside them, 1.1. inside those.
FORMATS = (("upperRoman", "%1."), ("decimal", "%2."), ("decimal", "%2.%3."))


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


FACES = (
    Face("Normal", align=ALIGN.JUSTIFY, indent=INDENT, after=Pt(6), spacing=1.25),
    Face("Head", 13),
    Face("Motto"),
    Face("Rule", 2),
    Face("Break", 1),
    Face("Title", bold=True, before=Pt(18), spacing=1.25),
    Face("Abstract", bold=True, spacing=1.25, keeps=True),
    Face("Addressee", align=ALIGN.LEFT, spacing=1.25, after=Pt(2)),
    Face("Base", italic=True, align=ALIGN.JUSTIFY, indent=INDENT, after=Pt(6), spacing=1.25),
    Face("Heading 1", bold=True, align=ALIGN.LEFT, indent=INDENT, before=Pt(12), after=Pt(6), keeps=True),
    Face("Heading 2", bold=True, align=ALIGN.LEFT, indent=INDENT, after=Pt(6), keeps=True),
    Face("Heading 3", bold=True, align=ALIGN.LEFT, indent=INDENT, after=Pt(6), keeps=True),
    Face("Caption", 12, italic=True, after=Pt(4), spacing=1.2, keeps=True),
    Face("Cell", 12, align=ALIGN.LEFT, before=Pt(2.5), after=Pt(2.5), spacing=1.2),
    Face("Table note", 12, align=ALIGN.JUSTIFY, before=Pt(2), after=Pt(6), spacing=1.2),
    Face("Recipients title", 12, bold=True, italic=True, align=ALIGN.LEFT),
    Face("Recipient", 11, align=ALIGN.LEFT),
    Face("Signer"),
    Face("Annex"),
    Face("Annex title", bold=True),
    Face("Annex line", italic=True, after=Pt(12)),
    Face("Page number", 13),
)


def add_styles(file: Any) -> None:
    """Give the file its styles; those that Word has itself are made to look so."""
    for face in FACES:
        if face.name in file.styles:
            style = file.styles[face.name]
        else:
            style = file.styles.add_style(face.name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = file.styles["Normal"]
        dress(style, face)
    style = file.styles["Rule"]
    border = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    style.element.get_or_add_pPr().insert_element_before(parse_xml(border), "w:spacing", "w:ind", "w:jc")
    tabs = file.styles["Addressee"].paragraph_format
    tabs.left_indent = Mm(40)
    tabs.tab_stops.add_tab_stop(Mm(63))


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


def add_numbering(file: Any, *, bullets: bool = False) -> int:
    """A list of its own: the numbers of headings, or dashes. Returns its key for paragraphs."""
    numbering = file.part.numbering_part.element
    key = max((int(each.get(qn("w:abstractNumId"))) for each in abstracts(numbering)), default=0) + 1
    levels = [("bullet", "-")] if bullets else FORMATS
    made = "".join(level_xml(place, *form, bullets=bullets) for place, form in enumerate(levels))
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


def level_xml(place: int, form: str, text: str, *, bullets: bool) -> str:
    bold = "" if bullets else "<w:b/>"
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="{INDENT.twips}"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>{bold}</w:rPr></w:lvl>'
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

"""Footnotes of a file for Word: python-docx knows none, so their part is written here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from reports.documents import Span

TEXT_STYLE, CALL_STYLE = "footnote text", "footnote reference"
# Word draws the line above the notes by two notes of its own.
SEPARATORS = {-1: "separator", 0: "continuationSeparator"}


def call(paragraph: Any, note: Span) -> None:
    """The number of a note, in brackets as on paper: a figure before it stays one."""
    raised(paragraph, "(")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(note.number))
    paragraph.add_run(style=CALL_STYLE)._r.append(reference)
    raised(paragraph, ")")


def raised(paragraph: Any, text: str) -> None:
    paragraph.add_run(text).font.superscript = True


def add_notes(file: Any, notes: Iterable[Span]) -> None:
    """The part that holds the notes, and what leads to it."""
    listed = list(notes)
    if not listed:
        return
    styles = file.styles[TEXT_STYLE].style_id, file.styles[CALL_STYLE].style_id
    root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for key, kind in SEPARATORS.items():
        root.append(separator(key, kind))
    for note in listed:
        root.append(footnote(note, *styles))
    name, kind = PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES
    part = Part(name, kind, serialize_part_xml(root), file.part.package)
    file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    settings = file.settings.element
    named = "".join(f'<w:footnote w:id="{key}"/>' for key in SEPARATORS)
    made = parse_xml(f"<w:footnotePr {nsdecls('w')}>{named}</w:footnotePr>")
    settings.insert_element_before(made, "w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr")


def separator(key: int, kind: str) -> Any:
    return parse_xml(
        f'<w:footnote {nsdecls("w")} w:type="{kind}" w:id="{key}"><w:p><w:pPr>'
        f'<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0"/></w:pPr>'
        f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
    )


def footnote(note: Span, text_style: str, call_style: str) -> Any:
    """One note, its number before its text."""
    made = parse_xml(
        f'<w:footnote {nsdecls("w")} w:id="{note.number}"><w:p><w:pPr><w:pStyle w:val="{text_style}"/></w:pPr>'
        f'<w:r><w:rPr><w:rStyle w:val="{call_style}"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"/></w:r></w:p></w:footnote>'
    )
    made.find(f".//{qn('w:t')}").text = f" {note.note}"
    return made

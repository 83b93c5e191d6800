"""The file for Word: the text of the PDF, with styles, numbers, heads and fields that Word itself keeps."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn

from reports.documents import Annex, Bullet, Chart, Column, Document, Paragraph, Section, Span, Table
from reports.finishing import finished
from reports.output.docx import as_docx
from reports.output.docx_styles import faces
from reports.output.layout import layout
from reports.output.pdf import as_pdf
from tests.reports.conftest import Paper, is_nfc
from tests.reports.kon_ray_text import assert_tells_all
from tests.reports.office import as_read_by_office, needs_office
from tests.reports.papers import FORMS, decision, letter, minutes, noted, page_texts, pdf_of, words
from tests.reports.test_documents import document as small_document
from tests.reports.test_pdf import HOSTILE, assert_holds_the_figures, hostile_document

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]

S = TypeVar("S", Section, Annex)
TABLE = Table(
    "Bảng 1. Số liệu",
    (Column("TT", 10), Column("Chỉ tiêu", 70, numeric=False), Column("Số liệu", 20)),
    tuple((str(number), f"Chỉ tiêu số {number}", str(number * 3)) for number in range(1, 61)),
    total=("", "Tổng cộng", "5490"),
    note="Ghi chú của bảng.",
)


def long_document() -> Document:
    """Every part that a document may have: addressees, three levels, a table over pages, annexes of both kinds."""
    text = (
        Paragraph((Span("Nội dung của mục này như sau. " * 12),)),
        Bullet((Span("đạt "), Span("79,3/97", bold=True))),
    )
    inside = Section("Hoàn thiện thể chế", text)
    return finished(
        small_document(
            sections=(
                Section("CHỈ ĐẠO", text, (Section("Kế hoạch", text, (inside, inside)),)),
                Section("SỐ", (TABLE,)),
            ),
            bases=("Căn cứ Kế hoạch số 12/KH-UBND",),
            opening=("Báo cáo như sau:",),
            addressees=("UBND huyện Kon Rẫy", "Phòng Nội vụ huyện Kon Rẫy"),
            annexes=(Annex("BIỂU SỐ LIỆU", (TABLE,)), Annex("DANH MỤC", sections=(inside,), landscape=True)),
        )
    )


@cache
def file_of(make: Callable[[], Document]) -> bytes:
    return as_docx(make())


def opened(make: Callable[[], Document]) -> Any:
    return docx.Document(io.BytesIO(file_of(make)))


def texts(content: bytes) -> list[str]:
    """What stands in the paragraphs, those of tables too, in their order."""
    body = docx.Document(io.BytesIO(content)).element.body
    return ["".join(each.text or "" for each in found.iter(qn("w:t"))) for found in body.iter(qn("w:p"))]


def test_it_holds_every_figure_of_the_paper(paper: Paper) -> None:
    text = " ".join(" ".join(texts(file_of_analysis(paper))).split())
    assert_holds_the_figures(text)
    assert_tells_all(text)
    assert is_nfc(text)


@needs_office
def test_libreoffice_reads_the_same_words_on_as_many_pages(paper: Paper, tmp_path: Path) -> None:
    contents = {name: file_of(make) for name, make in FORMS.items()} | {"long": file_of(long_document)}
    contents |= {"analysis": as_docx(without_charts(paper.document)), "whole": file_of_analysis(paper)}
    theirs = as_read_by_office(contents, tmp_path)
    ours = {name: pdf_of(name) for name in FORMS} | {"long": as_pdf(long_document())}
    ours |= {"analysis": as_pdf(without_charts(paper.document)), "whole": paper.pdf}
    for name, pdf in ours.items():
        assert name == "whole" or unbroken(theirs[name]) == unbroken(pdf), name
        assert abs(len(page_texts(pdf)) - len(page_texts(theirs[name]))) <= 1, name


@cache
def file_of_analysis(paper: Paper) -> bytes:
    return as_docx(paper.document)


def without_charts(document: Document) -> Document:
    """Their words are text in the PDF, and part of a picture in Word."""
    parts = {"sections": tuple(map(plain, document.sections)), "annexes": tuple(map(plain, document.annexes))}
    return replace(document, **parts)  # type: ignore[arg-type]


def plain(part: S) -> S:
    blocks = tuple(each.table if isinstance(each, Chart) else each for each in part.blocks)
    return replace(part, blocks=tuple(filter(None, blocks)), sections=tuple(map(plain, part.sections)))


def unbroken(pdf: bytes) -> Counter[str]:
    """Words without those of the heads of tables, which depend on where pages end."""
    heads = {"TT", "Chỉ", "tiêu", "Số", "liệu", "Nội", "dung", "Điểm", "Tỷ", "lệ"}
    return Counter({word: count for word, count in words(pdf).items() if word not in heads})


def test_numbers_and_dashes_are_counted_by_word() -> None:
    file = opened(long_document)
    levels = {
        paragraph.text: (paragraph.style.name, int(paragraph._p.pPr.numPr.ilvl.val))
        for paragraph in file.paragraphs
        if paragraph.style.name.startswith("Heading")
    }
    assert levels["CHỈ ĐẠO"] == ("Heading 1", 0)
    assert levels["Kế hoạch"] == ("Heading 2", 1)
    assert levels["Hoàn thiện thể chế"] == ("Heading 3", 2) or levels["Hoàn thiện thể chế"] == ("Heading 1", 0)
    assert not [line for line in texts(file_of(long_document)) if re.match(r"([IVX]+|\d+(\.\d+)*)\. ", line)]


def test_the_page_number_is_a_field_of_the_header_from_page_two() -> None:
    file = opened(long_document)
    assert len(file.sections) == 3
    for section in file.sections:
        assert section.different_first_page_header_footer
        assert [each.text for each in section.header._element.iter(qn("w:instrText"))] == ["PAGE"]
        assert not list(section.first_page_header._element.iter(qn("w:instrText")))
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert [section.page_width < section.page_height for section in file.sections] == [True, True, False]


def test_tables_repeat_their_heads_and_tear_no_row() -> None:
    file = opened(long_document)
    tables = [table for table in file.tables if len(table.rows) > 2]
    assert len(tables) == 2
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert table.rows[-1].cells[1].text == "Tổng cộng"


def test_only_styles_of_the_paper_are_used_with_the_font_of_the_decree(paper: Paper) -> None:
    for content in (file_of_analysis(paper), file_of(long_document)):
        file = docx.Document(io.BytesIO(content))
        used = {paragraph.style.name for paragraph in file.paragraphs if paragraph.style}
        assert used <= {face.name for face in faces(layout())}
        known = {style.style_id for style in file.styles}
        assert {each.get(qn("w:val")) for each in file.element.body.iter(qn("w:pStyle"))} <= known
        assert {file.styles[name].font.name for name in used} == {"Times New Roman"}


def test_the_file_says_what_it_is(paper: Paper) -> None:
    file = docx.Document(io.BytesIO(file_of_analysis(paper)))
    words_of_file = file.core_properties
    assert words_of_file.title.startswith("Báo cáo đánh giá")
    assert words_of_file.author == "ỦY BAN NHÂN DÂN HUYỆN KON RẪY"
    assert words_of_file.language == "vi-VN"
    (language,) = file.styles.element.iter(qn("w:lang"))
    assert language.get(qn("w:val")) == "vi-VN"


def test_hostile_text_is_text_and_nothing_is_fetched() -> None:
    content = as_docx(hostile_document())
    text = "\n".join(texts(content))
    assert text.count(HOSTILE) == 6
    assert "trái sang phải" in text
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in package.read(name)


def part(content: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return ElementTree.fromstring(package.read(name))


def test_footnotes_are_those_of_word() -> None:
    content = file_of(noted)
    notes = part(content, "word/footnotes.xml").findall(qn("w:footnote"))
    calls = part(content, "word/document.xml").iter(qn("w:footnoteReference"))
    assert [note.get(qn("w:type")) for note in notes[:2]] == ["separator", "continuationSeparator"]
    assert [note.get(qn("w:id")) for note in notes[2:]] == [call.get(qn("w:id")) for call in calls]
    assert len(notes) == 2 + 15
    assert "".join(notes[-1].itertext()).strip() == "Chú thích của phụ lục."
    named = part(content, "word/settings.xml").find(qn("w:footnotePr"))
    assert [each.get(qn("w:id")) for each in named] == ["-1", "0"]
    assert b"footnotes+xml" in ElementTree.tostring(part(content, "[Content_Types].xml"))
    styles = {each.get(qn("w:styleId")) for each in part(content, "word/styles.xml").iter(qn("w:style"))}
    named = (each for note in notes for tag in ("w:pStyle", "w:rStyle") for each in note.iter(qn(tag)))
    used = {each.get(qn("w:val")) for each in named}
    assert used
    assert used <= styles


ORDERS = {
    "w:tblPr": "tblStyle tblW jc tblLayout tblCellMar tblLook",
    "w:sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
    "w:pPr": "pStyle keepNext numPr spacing ind jc sectPr",
    "w:trPr": "cantSplit tblHeader",
}


def test_what_word_wants_in_order_stands_in_order() -> None:
    """Word repairs a file whose settings are out of their order."""
    for make in (noted, decision, minutes):
        document = part(file_of(make), "word/document.xml")
        for tag, order in ORDERS.items():
            known = order.split()
            for found in document.iter(qn(tag)):
                places = [known.index(each.tag.rpartition("}")[2]) for each in found]
                assert places == sorted(places), tag


def test_a_paper_without_footnotes_has_no_part_for_them() -> None:
    with zipfile.ZipFile(io.BytesIO(file_of(letter))) as package:
        assert "word/footnotes.xml" not in package.namelist()


def test_articles_are_counted_by_word_and_their_numbers_alone_are_bold() -> None:
    file = opened(decision)
    (first,) = [each for each in file.paragraphs if each.text.startswith("Công bố kết quả")]
    assert first.style
    assert first.style.name == "Article"
    assert int(first._p.pPr.numPr.ilvl.val) == 0
    assert {run.bold for run in first.runs} == {False}
    numbering = file.part.numbering_part.element
    assert "Điều %1." in [each.get(qn("w:val")) for each in numbering.iter(qn("w:lvlText"))]


def test_a_letter_has_its_subject_below_the_number_and_no_type() -> None:
    file = opened(letter)
    left = file.tables[1].rows[0].cells[0].paragraphs
    assert [each.text.split()[0] for each in left] == ["Số:", "V/v"]
    assert not [each for each in file.paragraphs if each.style.name == "Title"]


def test_both_signers_of_minutes_stand_side_by_side() -> None:
    ours, theirs = reversed(opened(minutes).tables[2].rows[0].cells)
    assert ours.paragraphs[-1].text == "Nguyễn Văn Chủ"
    assert theirs.paragraphs[-1].text == "Trần Thị Thư"
    assert len(ours.paragraphs) == len(theirs.paragraphs)

"""The file for Word: the text of the PDF, with styles, numbers, heads and fields that Word itself keeps."""

import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pdfplumber
import pytest
from docx.oxml.ns import qn

from reports.documents import Annex, Bullet, Column, Document, Paragraph, Section, Span, Table, finished
from reports.docx import as_docx
from reports.docx_styles import FACES
from reports.pdf import as_pdf
from tests.reports.conftest import MM, Paper, is_nfc
from tests.reports.office import as_read_by_office, needs_office
from tests.reports.test_documents import document as small_document
from tests.reports.test_pdf import HOSTILE, assert_holds_the_figures, hostile_document

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]

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


def opened(document: Document) -> Any:
    return docx.Document(io.BytesIO(as_docx(document)))


def texts(content: bytes) -> list[str]:
    """What stands in the paragraphs, those of tables too, in their order."""
    body = docx.Document(io.BytesIO(content)).element.body
    return ["".join(each.text or "" for each in found.iter(qn("w:t"))) for found in body.iter(qn("w:p"))]


def words(pdf: bytes, *, heads: tuple[str, ...] = ()) -> Counter[str]:
    """The words of a paper below the top margin; not those of table heads, which each page repeats."""
    found: Counter[str] = Counter()
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            lines = page.crop((0, 20 * MM - 2, page.width, page.height)).extract_text().splitlines()
            for line in lines:
                if " ".join(line.split()) not in heads:
                    found.update(line.split())
    return found


def page_count(pdf: bytes) -> int:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def test_it_holds_every_figure_of_the_paper(paper: Paper) -> None:
    text = " ".join(" ".join(texts(as_docx(paper.document))).split())
    assert_holds_the_figures(text)
    assert is_nfc(text)


@needs_office
def test_libreoffice_reads_the_same_words_on_as_many_pages(paper: Paper, tmp_path: Path) -> None:
    documents = {"analysis": paper.document, "long": long_document()}
    read = as_read_by_office({name: as_docx(document) for name, document in documents.items()}, tmp_path)
    for name, ours in {"analysis": paper.pdf, "long": as_pdf(documents["long"])}.items():
        assert unbroken(read[name]) == unbroken(ours)
        assert abs(page_count(ours) - page_count(read[name])) <= 1


def unbroken(pdf: bytes) -> Counter[str]:
    """Words without those of the heads of tables, which depend on where pages end."""
    found = words(pdf)
    heads = {"TT", "Chỉ", "tiêu", "Số", "liệu"}
    return Counter({word: count for word, count in found.items() if word not in heads})


def test_numbers_and_dashes_are_counted_by_word() -> None:
    file = opened(long_document())
    levels = {
        paragraph.text: (paragraph.style.name, int(paragraph._p.pPr.numPr.ilvl.val))
        for paragraph in file.paragraphs
        if paragraph.style.name.startswith("Heading")
    }
    assert levels["CHỈ ĐẠO"] == ("Heading 1", 0)
    assert levels["Kế hoạch"] == ("Heading 2", 1)
    assert levels["Hoàn thiện thể chế"] == ("Heading 3", 2) or levels["Hoàn thiện thể chế"] == ("Heading 1", 0)
    assert not [line for line in texts(as_docx(long_document())) if re.match(r"([IVX]+|\d+(\.\d+)*)\. ", line)]


def test_the_page_number_is_a_field_of_the_header_from_page_two() -> None:
    file = opened(long_document())
    assert len(file.sections) == 3
    for section in file.sections:
        assert section.different_first_page_header_footer
        assert [each.text for each in section.header._element.iter(qn("w:instrText"))] == ["PAGE"]
        assert not list(section.first_page_header._element.iter(qn("w:instrText")))
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert [section.page_width < section.page_height for section in file.sections] == [True, True, False]


def test_tables_repeat_their_heads_and_tear_no_row() -> None:
    file = opened(long_document())
    tables = [table for table in file.tables if len(table.rows) > 2]
    assert len(tables) == 2
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert table.rows[-1].cells[1].text == "Tổng cộng"


def test_only_styles_of_the_paper_are_used_with_the_font_of_the_decree(paper: Paper) -> None:
    for document in (paper.document, long_document()):
        file = opened(document)
        used = {paragraph.style.name for paragraph in file.paragraphs}
        assert used <= {face.name for face in FACES}
        assert {file.styles[name].font.name for name in used} == {"Times New Roman"}


def test_the_file_says_what_it_is(paper: Paper) -> None:
    words_of_file = opened(paper.document).core_properties
    assert words_of_file.title.startswith("Báo cáo đánh giá")
    assert words_of_file.author == "ỦY BAN NHÂN DÂN HUYỆN KON RẪY"
    assert words_of_file.language == "vi-VN"


def test_hostile_text_is_text_and_nothing_is_fetched() -> None:
    content = as_docx(hostile_document())
    text = "\n".join(texts(content))
    assert text.count(HOSTILE) == 6
    assert "trái sang phải" in text
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in package.read(name)

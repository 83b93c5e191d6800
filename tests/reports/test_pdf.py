"""The PDF: its text, fonts, pages and geometry. Not its bytes."""

import io
import json
import logging
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pdfplumber
import pypdfium2
import pytest
from pdfminer.pdftypes import resolve1

from parportal.checks import PDF_LIBRARIES
from reports.documents import (
    Annex,
    Bullet,
    Column,
    Document,
    Head,
    Paragraph,
    Section,
    Signature,
    Span,
    Table,
)
from reports.finishing import finished
from reports.freezing import from_data
from reports.output import pdf as pdf_module
from reports.output.pdf import PdfUnavailable, as_html, as_pdf
from reports.output.pdf_facts import NAMESPACE
from tests.reports.conftest import Paper, is_nfc
from tests.reports.kon_ray import COMMUNES, LOSSES
from tests.reports.kon_ray_text import assert_tells_all
from tests.reports.papers import letter, page_texts, pages, pdf_of
from tests.reports.test_documents import document as small_document
from tests.reports.test_geometry import assert_margins

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]


def comma(figure: str) -> str:
    return figure.replace(".", ",")


def assert_holds_the_figures(text: str) -> None:
    for code, _title, earned, maximum, _cause, _who in LOSSES:
        assert f"{code} “" in text
        assert f"{comma(earned)}/{comma(maximum)}" in text
    for _code, _name, earned, maximum, index, _grade, _rank, fields in COMMUNES:
        for figure in (f"{earned}/{maximum}", index, *fields.split()):
            assert comma(figure) in text
    for figure in ("81,45/95", "85,74%", "13,55", "78,15/95", "82,26%", "76,65/95", "80,68%"):
        assert figure in text
    for deadline in ("trước ngày 12/8/2022", "trước ngày 15/8/2022"):
        assert deadline in text


def test_the_text_layer_holds_every_figure(paper: Paper) -> None:
    assert_holds_the_figures(paper.text)
    assert_tells_all(paper.flow)
    assert is_nfc(paper.text)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext on this machine")
def test_pdftotext_reads_the_same(paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(paper.pdf)
    command = ["pdftotext", "-raw", str(file), "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert_holds_the_figures(" ".join(raw.split()))
    assert is_nfc(raw)


def test_the_html_holds_the_same_figures(paper: Paper) -> None:
    assert_holds_the_figures(paper.html)


def test_the_pages_are_a4_with_the_margins_of_the_decree(paper: Paper) -> None:
    for page in pages(paper.pdf):
        assert_margins(page)


def test_only_the_portal_s_own_fonts_are_used_and_embedded(paper: Paper) -> None:
    for page in pages(paper.pdf):
        names = {char["fontname"] for char in page.chars}
        assert names
        assert all("+Portal-Serif" in name for name in names)
        for font in resolve1(page.page_obj.resources["Font"]).values():
            (descendant,) = resolve1(resolve1(font)["DescendantFonts"])
            assert "FontFile2" in resolve1(resolve1(descendant)["FontDescriptor"])
            assert "ToUnicode" in resolve1(font)


def test_the_file_is_archival_tagged_and_says_what_it_is(paper: Paper) -> None:
    opened = pdfplumber.open(io.BytesIO(paper.pdf))
    catalog = opened.doc.catalog
    xmp = resolve1(catalog["Metadata"]).get_data().decode()
    assert re.search(r"pdfaid:part\W+3", xmp)
    assert re.search(r"pdfaid:conformance\W+A", xmp)
    assert resolve1(catalog["MarkInfo"])["Marked"]
    assert catalog["Lang"] == b"vi"
    assert opened.metadata["Title"].startswith("Báo cáo đánh giá, phân tích nguyên nhân, trách nhiệm")
    assert opened.metadata["Author"] == "ỦY BAN NHÂN DÂN HUYỆN KON RẪY"
    assert "2021" in opened.metadata["Keywords"]
    assert "kon-ray-2021-district" in opened.metadata["Keywords"]


def test_rendering_gives_no_warning(paper: Paper) -> None:
    assert paper.warnings == ()


def test_the_head_fits_its_two_halves(paper: Paper) -> None:
    """At 13 pt bold the national title is 95 mm long: one line, inside the margins."""
    lines = pages(paper.pdf)[0].extract_text_lines()
    (nation,) = [line for line in lines if "CỘNG HÒA" in line["text"]]
    assert "CHỦ NGHĨA VIỆT NAM" in nation["text"]


def test_table_rows_are_never_torn_and_the_heading_is_repeated() -> None:
    rows = tuple(
        (str(number), f"bắt đầu {number} " + "chữ nghĩa " * 20 + f"kết thúc {number}") for number in range(30)
    )
    table = Table("Bảng", (Column("TT", 10), Column("Nội dung", 90, numeric=False)), rows)
    texts = page_texts(as_pdf(finished(small_document(sections=(Section("PHẦN", (table,)),)))))
    assert len(texts) > 2
    for number in range(30):
        (page,) = [text for text in texts if f"bắt đầu {number} " in text]
        assert f"kết thúc {number}" in page
    assert sum("TT Nội dung" in text for text in texts) >= len(texts) - 1


HOSTILE = '<b>đậm</b> <img src="file:///etc/passwd"><script>alert(1)</script> =1+1 & {{ settings }} http://a.example/b.png'


# Ways out of text, attributes and style sheets.
URLS = "https://a.example/x.png } @import 'file:///etc/passwd'; \"><style>*{background:url(//a.example)}</style>"


def hostile_document() -> Document:
    spans = (Span(HOSTILE), Span("trái\u202e sang\u200f phải"), Span("Đa\u0306\u0301k NFD"))
    return finished(
        small_document(
            sections=(Section(HOSTILE, (Paragraph(spans), Bullet(spans))),),
            abstract=HOSTILE,
            recipients=(HOSTILE,),
            bases=(HOSTILE,),
        )
    )


def full_of(text: str) -> Document:
    """A document that has this text wherever people can write any."""
    spans = (Span(text, note=text), Span(text, bold=True), Span(text, italic=True))
    table = Table(text, (Column(text, 100),), ((text,),), total=(text,), note=text)
    blocks = (Paragraph(spans), Bullet(spans), table)
    signature = Signature((text,), text)
    return finished(
        Document(
            head=Head(text, (text, text), text, text, text),
            type_name=text,
            abstract=text,
            bases=(text,),
            opening=(text,),
            sections=(Section(text, blocks, (Section("", blocks),)),),
            closing=text,
            signature=signature,
            recipients=(text,),
            keywords=(text,),
            addressees=(text, text),
            annexes=(Annex(text, blocks),),
            by_authority=text,
            ruling=text,
            countersignature=signature,
        )
    )


def test_no_address_in_any_text_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = pdf_module.font_fetcher

    def noting(weasyprint: Any, *rest: Any) -> Any:
        fetcher = real(weasyprint, *rest)
        fetch = type(fetcher).fetch

        class Noting(type(fetcher)):  # type: ignore[misc]
            def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
                asked.append(url)
                return fetch(self, url, headers)

        return Noting()

    pdf_module.loaded_fonts()
    monkeypatch.setattr(pdf_module, "font_fetcher", noting)
    pdf = as_pdf(full_of(URLS))
    assert not asked
    text = "".join("".join(page_texts(pdf)).split())
    assert "file:///etc/passwd" in text
    assert "root:" not in text
    assert b"/URI" not in pdf


def test_hostile_text_appears_as_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        pdf = as_pdf(hostile_document())
    text = " ".join(page_texts(pdf))
    unbroken = text.replace(" ", "")
    assert unbroken.count('<imgsrc="file:///etc/passwd">') == 6
    assert unbroken.count("<script>alert(1)</script>") == 6
    assert "=1+1&{{settings}}" in unbroken
    assert "root:" not in text
    assert "trái sang phải" in text
    assert is_nfc(text)
    assert not caplog.records


def test_hostile_text_is_escaped_on_screen() -> None:
    page = as_html(hostile_document())
    assert "<script" not in page
    assert "<img" not in page


def test_nothing_but_the_fonts_can_be_fetched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import weasyprint

    from reports.output.pdf import font_fetcher

    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text y='9'>secret</text></svg>")
    page = f"<img src='{secret.as_uri()}' alt=''><img src='portal-font:../settings.py' alt=''>"
    with caplog.at_level(logging.WARNING):
        pdf = weasyprint.HTML(string=page, url_fetcher=font_fetcher(weasyprint)).write_pdf()
    assert "secret" not in " ".join(page_texts(pdf))
    assert len(caplog.records) == 2


def test_missing_system_libraries_are_named(monkeypatch: pytest.MonkeyPatch, paper: Paper) -> None:
    class Refusing:
        def find_spec(self, name: str, *rest: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libgobject-2.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Refusing(), *sys.meta_path])
    with pytest.raises(PdfUnavailable) as caught:
        as_pdf(paper.document)
    for package in PDF_LIBRARIES.values():
        assert package in str(caught.value)
    assert "libgobject" in str(caught.value)


def test_number_and_date_stand_on_one_line(paper: Paper) -> None:
    words = pages(paper.pdf)[0].extract_words(keep_blank_chars=True)
    (number,) = [word for word in words if word["text"].startswith("Số:")]
    (day,) = [word for word in words if word["text"].startswith("Kon Rẫy, ngày")]
    assert number["bottom"] == pytest.approx(day["bottom"], abs=1.5)


# What a file carries besides its pages -------------------------------------------------------------------------


def test_the_metadata_of_the_decree_stand_in_the_file() -> None:
    """Both where readers show them and in XMP, whose extension PDF/A wants described."""
    opened = pdfplumber.open(io.BytesIO(pdf_of("decision")))
    expected = {
        "TypeName": "Quyết định",
        "CodeNumber": "7",
        "CodeNotation": "QĐ-UBND",
        "IssuedDate": "2022-02-03",
        "OrganName": "ỦY BAN NHÂN DÂN HUYỆN KON RẪY",
        "Language": "Tiếng Việt",
        "PageAmount": str(len(opened.pages)),
        "SignerTitle": "PHÓ CHỦ TỊCH",
        "SignerName": "Nguyễn Văn Thử",
    }
    assert expected.items() <= opened.metadata.items()
    assert opened.metadata["Abstract"].startswith("Về việc công bố kết quả")
    xmp = resolve1(opened.doc.catalog["Metadata"]).get_data()
    root = ElementTree.fromstring(xmp)
    assert len(root.findall("{*}RDF")) == 1
    told = {each.tag.rpartition("}")[2]: each.text for each in root.findall(f".//{{{NAMESPACE}}}*")}
    assert expected.items() <= told.items()
    described = {each.text for each in root.iter("{http://www.aiim.org/pdfa/ns/property#}name")}
    assert described == set(told)


def test_the_data_are_attached_and_read_back(paper: Paper) -> None:
    with pypdfium2.PdfDocument(paper.pdf) as opened:
        assert opened.count_attachments() == 1
        attached = opened.get_attachment(0)
        assert attached.get_name() == "du-lieu.json"
        assert from_data(json.loads(bytes(attached.get_data()))) == paper.document
    assert re.search(rb"/AFRelationship|/ObjStm", paper.pdf)


def test_parts_are_bookmarks() -> None:
    with pypdfium2.PdfDocument(pdf_of("decision")) as opened:
        titles = [mark.get_title() for mark in opened.get_toc()]
    assert titles == [
        "QUYẾT ĐỊNH",
        "Điều 1.",
        "Điều 2. Tổ chức thực hiện",
        "KẾT QUẢ XẾP HẠNG",
        "ĐIỂM THEO LĨNH VỰC",
    ]


def test_pdf_a_1b_takes_no_file_and_has_an_empty_field_for_a_signature(settings: Any) -> None:
    settings.PAPER = settings.PAPER | {"pdf_variant": "pdf/a-1b", "signature_field": True}
    pdf = as_pdf(letter())
    assert pdf.startswith(b"%PDF-1.4")
    assert b"/EmbeddedFile" not in pdf
    opened = pdfplumber.open(io.BytesIO(pdf))
    assert re.search(r"pdfaid:part\W+1", resolve1(opened.doc.catalog["Metadata"]).get_data().decode())
    assert_signature_field(opened)


def test_the_field_for_a_signature_is_tagged(settings: Any) -> None:
    settings.PAPER = settings.PAPER | {"signature_field": True}
    opened = pdfplumber.open(io.BytesIO(as_pdf(letter())))
    field = assert_signature_field(opened)
    tree = resolve1(opened.doc.catalog["StructTreeRoot"])
    numbers = resolve1(tree["ParentTree"])["Nums"]
    element = resolve1(numbers[numbers.index(field["StructParent"], -2) + 1])
    assert element["S"].name == "Form"
    assert resolve1(resolve1(element["K"][0])["Obj"])["T"] == field["T"]


def assert_signature_field(opened: Any) -> Any:
    """One, empty, printed, between the signer's title and name."""
    (field,) = [resolve1(each) for each in resolve1(opened.doc.catalog["AcroForm"])["Fields"]]
    assert field["FT"].name == "Sig"
    assert "V" not in field
    assert field["F"] == 4
    assert resolve1(field["AP"]["N"]).get_data() == b""
    page = opened.pages[-1]
    assert resolve1(field["P"]) == page.page_obj.attrs
    words = page.extract_words(keep_blank_chars=True)
    (title,) = [word for word in words if word["text"].strip() == "PHÓ CHỦ TỊCH"]
    (name,) = [word for word in words if word["text"].strip() == "Nguyễn Văn Thử"]
    left, foot, right, top = field["Rect"]
    assert left < name["x0"] < name["x1"] < right
    assert title["bottom"] <= page.height - top
    assert page.height - foot <= name["top"] + 1
    return field

"""The PDF: its text, fonts, pages and geometry. Not its bytes."""

import io
import logging
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from pdfminer.pdftypes import resolve1

from parportal.checks import PDF_LIBRARIES
from reports.documents import Bullet, Column, Document, Paragraph, Section, Span, Table, finished
from reports.pdf import PdfUnavailable, as_html, as_pdf
from tests.reports.conftest import MM, Paper, is_nfc, page_texts
from tests.reports.kon_ray import COMMUNES, LOSSES
from tests.reports.test_documents import document as small_document

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]

LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 15 * MM, 20 * MM, 20 * MM
WIDTH, HEIGHT = 210 * MM, 297 * MM
SLACK = 1  # point: italics lean out


def pages(pdf: bytes) -> list[Any]:
    return list(pdfplumber.open(io.BytesIO(pdf)).pages)


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
        assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=SLACK)
        words = [word for word in page.extract_words() if word["top"] >= TOP - SLACK]
        assert min(word["x0"] for word in words) >= LEFT - SLACK
        assert max(word["x1"] for word in words) <= WIDTH - RIGHT + SLACK
        assert max(word["bottom"] for word in words) <= HEIGHT - BOTTOM + SLACK


def test_page_numbers_stand_in_the_middle_of_the_top_margin_from_page_two(paper: Paper) -> None:
    first, *others = pages(paper.pdf)
    assert len(others) >= 5
    assert not [word for word in first.extract_words() if word["bottom"] < TOP]
    for number, page in enumerate(others, start=2):
        (word,) = [word for word in page.extract_words() if word["bottom"] < TOP]
        assert word["text"] == str(number)
        middle = (LEFT + WIDTH - RIGHT) / 2
        assert (word["x0"] + word["x1"]) / 2 == pytest.approx(middle, abs=1)


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


def test_rendering_gives_no_warning(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        as_pdf(paper.document)
    assert [record.getMessage() for record in caplog.records] == []


def test_the_head_fits_its_two_halves(paper: Paper) -> None:
    """At 13 pt bold the national title is 95.7 mm long: one line, inside the margins."""
    lines = pages(paper.pdf)[0].extract_text_lines()
    (nation,) = [line for line in lines if "CỘNG HÒA" in line["text"]]
    assert "CHỦ NGHĨA VIỆT NAM" in nation["text"]
    assert nation["x1"] <= WIDTH - RIGHT + SLACK


def paragraphs(count: int) -> Document:
    """A document whose text grows line by line, with a named signer and eight recipients."""
    body = tuple(Paragraph((Span(f"Đoạn văn số {number}."),)) for number in range(count))
    made = small_document(
        sections=(Section("PHẦN", body),),
        recipients=tuple(f"Nơi nhận {number} (th/h)" for number in range(8)),
    )
    lines = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    return finished(replace(made, signature=replace(made.signature, lines=lines, name="Trần Thị Ký")))


@pytest.mark.parametrize("count", range(14, 32, 2))
def test_the_end_is_never_torn_and_never_alone(count: int) -> None:
    texts = page_texts(as_pdf(paragraphs(count)))
    last = texts[-1]
    for part in ("./.", "TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH", "Trần Thị Ký", "Nơi nhận:", "Nơi nhận 7"):
        assert part in last
        assert not any(part in text for text in texts[:-1])


def test_three_centimetres_are_left_for_the_signature_and_the_seal() -> None:
    lines = pages(as_pdf(paragraphs(3)))[0].extract_words(keep_blank_chars=True)
    (title,) = [line for line in lines if line["text"].strip() == "PHÓ CHỦ TỊCH"]
    (name,) = [line for line in lines if line["text"].strip() == "Trần Thị Ký"]
    assert name["top"] - title["bottom"] >= 30 * MM


def test_recipients_stand_beside_the_signature() -> None:
    words = pages(as_pdf(paragraphs(3)))[0].extract_words(keep_blank_chars=True)
    (heading,) = [word for word in words if word["text"].strip() == "Nơi nhận:"]
    (authority,) = [word for word in words if word["text"].strip() == "TM. ỦY BAN NHÂN DÂN"]
    assert abs(heading["top"] - authority["top"]) < 4
    assert heading["x0"] < authority["x0"]


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

    from reports.pdf import font_fetcher

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

"""The frame of an official document: numbers, dates, marks at the ends of lines, clean text."""

import unicodedata
from datetime import date

import pytest

from reports.documents import (
    Document,
    Head,
    Paragraph,
    Section,
    Signature,
    Span,
    finished,
)
from scoring.numbering import roman


def head(**values: object) -> Head:
    return Head("UBND TỈNH KON TUM", ("ỦY BAN NHÂN DÂN", "HUYỆN KON RẪY"), "BC-UBND", "Kon Rẫy", **values)  # type: ignore[arg-type]


def document(**values: object) -> Document:
    parts: dict[str, object] = {
        "head": head(),
        "type_name": "BÁO CÁO",
        "abstract": "Về một việc",
        "bases": (),
        "opening": (),
        "sections": (),
        "closing": "Trên đây là báo cáo",
        "signature": Signature(("TM. ỦY BAN NHÂN DÂN",)),
        "recipients": ("Lưu: VT",),
    }
    return Document(**(parts | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "line"), [("5", "Số: 05/BC-UBND"), ("12", "Số: 12/BC-UBND"), ("123", "Số: 123/BC-UBND")]
)
def test_numbers_below_ten_get_a_zero(number: str, line: str) -> None:
    assert head(number=number).number_line == line


def test_a_draft_leaves_room_for_number_and_date() -> None:
    assert head().number_line.split() == ["Số:", "/BC-UBND"]
    assert head().date_line.split() == ["Kon", "Rẫy,", "ngày", "tháng", "năm"]


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2022, 8, 12), "Kon Rẫy, ngày 12 tháng 8 năm 2022"),
        (date(2022, 2, 3), "Kon Rẫy, ngày 03 tháng 02 năm 2022"),
        (date(2022, 1, 10), "Kon Rẫy, ngày 10 tháng 01 năm 2022"),
        (date(2022, 12, 9), "Kon Rẫy, ngày 09 tháng 12 năm 2022"),
    ],
)
def test_days_below_ten_and_the_first_two_months_get_a_zero(day: date, line: str) -> None:
    assert head(issued_on=day).date_line == line


def test_bases_and_recipients_end_in_semicolons_and_a_stop() -> None:
    made = document(bases=("Căn cứ A;", "Căn cứ B,"), recipients=("UBND tỉnh (b/c)", "Lưu: VT."))
    assert made.base_lines == ["Căn cứ A;", "Căn cứ B."]
    assert made.recipient_lines == ["UBND tỉnh (b/c);", "Lưu: VT."]


@pytest.mark.parametrize("closing", ["Trên đây là báo cáo", "Trên đây là báo cáo.", "Trên đây là báo cáo./."])
def test_the_last_sentence_ends_in_the_closing_mark_once(closing: str) -> None:
    assert document(closing=closing).closing_line == "Trên đây là báo cáo./."


def test_parts_count_in_roman_and_sections_in_arabic_numbers() -> None:
    inner = (Section("a"), Section("b"))
    made = finished(document(sections=(Section("A", sections=inner), Section("B"))))
    assert [part.number for part in made.sections] == ["I.", "II."]
    assert [section.number for section in made.sections[0].sections] == ["1.", "2."]


@pytest.mark.parametrize(("number", "text"), [(1, "I"), (4, "IV"), (8, "VIII"), (9, "IX"), (14, "XIV")])
def test_roman_numbers(number: int, text: str) -> None:
    assert roman(number) == text


def test_every_text_is_in_nfc_and_free_of_invisible_marks() -> None:
    decomposed = unicodedata.normalize("NFD", "Đắk Rve")
    section = Section(decomposed, (Paragraph((Span("a\u202eb\u200fc\x00d"),)),))
    made = finished(document(sections=(section,), abstract=decomposed))
    assert made.abstract == "Đắk Rve" == made.sections[0].title
    block = made.sections[0].blocks[0]
    assert isinstance(block, Paragraph)
    assert block.spans[0].text == "abcd"


def test_the_title_for_readers_is_a_sentence() -> None:
    assert document().title == "Báo cáo về một việc"

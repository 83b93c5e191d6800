"""The frame of an official document: numbers, dates, marks at the ends of lines, clean text."""

import unicodedata
from datetime import date
from typing import Any

import pytest

from reports.documents import (
    Annex,
    Document,
    Head,
    Paragraph,
    Section,
    Signature,
    Span,
    in_text,
)
from reports.finishing import clean_text, finished
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


@pytest.mark.parametrize("abstract", ["Đôn đốc nộp phiếu", "V/v đôn đốc nộp phiếu", "Về việc đôn đốc nộp phiếu"])
def test_a_letter_says_once_what_it_is_about(abstract: str) -> None:
    made = document(type_name="", abstract=abstract)
    assert made.is_letter
    assert made.matter == "đôn đốc nộp phiếu"
    assert made.title == "Công văn về việc đôn đốc nộp phiếu"


def test_an_abbreviation_at_the_beginning_of_an_abstract_stays() -> None:
    assert document(type_name="", abstract="V/v UBND xã nộp phiếu").matter == "UBND xã nộp phiếu"
    assert document(abstract="CCHC năm 2022").title == "Báo cáo CCHC năm 2022"


def test_articles_count_on_and_what_is_inside_them_begins_anew() -> None:
    inside = (Section("a"), Section("b"))
    made = finished(document(ruling="QUYẾT ĐỊNH:", sections=(Section("A", sections=inside), Section("B"))))
    assert [section.number for section in made.sections] == ["Điều 1.", "Điều 2."]
    assert [section.number for section in made.sections[0].sections] == ["1.", "2."]


def test_points_below_three_levels_are_counted_by_vietnamese_letters() -> None:
    points = tuple(Section(str(place)) for place in range(6))
    inside = Section("1", sections=(Section("1.1", sections=points),))
    found = finished(document(sections=(Section("I", sections=(inside,)),))).sections[0].sections[0].sections[0]
    assert found.number == "1.1."
    assert [point.number for point in found.sections] == ["a)", "b)", "c)", "d)", "đ)", "e)"]


def test_footnotes_are_numbered_in_the_order_of_the_text_through_the_annexes() -> None:
    def noted(text: str) -> Paragraph:
        return Paragraph((Span("a"), Span("b", note=text)))

    parts = (Section("A", (noted("một"),), (Section("B", (noted("hai"),)),)), Section("C", (noted("ba"),)))
    made = finished(document(sections=parts, annexes=(Annex("D", (noted("bốn"),)),)))
    assert [(each.number, each.note) for each in made.notes] == [(1, "một"), (2, "hai"), (3, "ba")]
    assert [(each.number, each.note) for each in made.annexes[0].notes] == [(4, "bốn")]


def test_the_line_of_an_annex_names_the_paper_and_may_leave_its_number_open(settings: Any) -> None:
    made = document(head=head(number="7", issued_on=date(2022, 2, 3)))
    named = "(Kèm theo Báo cáo số 07/BC-UBND ngày 03 tháng 02 năm 2022 của Ủy ban nhân dân huyện Kon Rẫy)"
    assert made.annex_line == named
    settings.PAPER = settings.PAPER | {"annex_line": "open"}
    assert "07" not in made.annex_line
    assert made.annex_line.endswith("của Ủy ban nhân dân huyện Kon Rẫy)")


@pytest.mark.parametrize(
    ("issuer", "text"),
    [
        (("ỦY BAN NHÂN DÂN", "THỊ TRẤN ĐẮK RVE"), "Ủy ban nhân dân thị trấn Đắk Rve"),
        (("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"), "Ủy ban nhân dân tỉnh Quảng Ngãi"),
        (("SỞ NỘI VỤ",), "SỞ NỘI VỤ"),
    ],
)
def test_a_committee_is_named_in_a_sentence_without_capitals(issuer: tuple[str, ...], text: str) -> None:
    assert in_text(issuer) == text


def test_letters_without_shape_and_halves_of_letters_are_dropped() -> None:
    assert clean_text("a\u00adb\u2028c\ud800d\u200be\U000e0041") == "abcde"

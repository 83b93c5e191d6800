"""Texts that people write: paragraphs, bullets, tables, figures, footnotes; everything else is text."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.documents import (
    Annex,
    Block,
    Bullet,
    Document,
    Head,
    Paragraph,
    Section,
    Signature,
    Span,
    Table,
)
from reports.text.figure import Figure
from reports.text.narrative import blocks, unknown_tokens, written

FIGURES = {
    "score.index": Figure("score.index", "chỉ số", "85,74%", Decimal("85.74")),
    "a.b": Figure("a.b", "số", "- {c} | [[d]]"),
    "stat.1": Figure("stat.1", "chưa báo cáo", None),
}
WORDS = st.text(alphabet="abđệ1.,*_<>&{}[]()#-+ ", max_size=12)
CELLS = st.lists(st.text(alphabet="abđệ1.,*<>& ", max_size=6), min_size=2, max_size=4)


def said(text: str) -> str:
    """What a reader sees of the text, its blocks one behind the other."""
    return "\n".join(map(shown, blocks(text, FIGURES)))


def shown(block: Block) -> str:
    if isinstance(block, Table):
        return "\n".join("|".join(row) for row in ([each.title for each in block.columns], *block.rows))
    assert isinstance(block, Paragraph | Bullet)
    mark = f"{block.mark} " if isinstance(block, Bullet) else ""
    return mark + "".join(span.text + (f"({span.note})" if span.note else "") for span in block.spans)


def markup(block: Block) -> str:
    """A block as it is written."""
    if isinstance(block, Table):
        rows = ([each.title for each in block.columns], *block.rows)
        return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    assert isinstance(block, Paragraph | Bullet)
    mark = f"{block.mark} " if isinstance(block, Bullet) else ""
    return mark + "".join(span.text + (f"[[{span.note}]]" if span.note else "") for span in block.spans)


def test_a_line_is_a_paragraph_and_two_marks_begin_bullets() -> None:
    found = blocks("Kết quả như sau:\n\n- Cấp huyện\n  + Phòng Nội vụ\nHết.", {})

    assert found == (
        Paragraph((Span("Kết quả như sau:"),), leads=True),
        Bullet((Span("Cấp huyện"),)),
        Bullet((Span("Phòng Nội vụ"),), level=2),
        Paragraph((Span("Hết."),)),
    )


def test_figures_take_the_place_of_their_keys() -> None:
    assert said("Chỉ số {score.index}, {stat.1} hồ sơ; {nothing.here}") == "Chỉ số 85,74%, … hồ sơ; {nothing.here}"


def test_the_value_of_a_figure_is_never_read_as_markup() -> None:
    assert said("{a.b}") == "- {c} | [[d]]"
    assert isinstance(blocks("{a.b}", FIGURES)[0], Paragraph)
    assert said("| x | y |\n| {a.b} | 1 |") == "x|y\n- {c} | [[d]]|1"


def test_footnotes_are_called_behind_their_words() -> None:
    (found,) = blocks("Ban hành 3 văn bản [[Kế hoạch số 1; {score.index}]], công khai [[Trên trang]].", FIGURES)

    assert isinstance(found, Paragraph)
    assert found.spans == (
        Span("Ban hành 3 văn bản", note="Kế hoạch số 1; 85,74%"),
        Span(", công khai", note="Trên trang"),
        Span("."),
    )


def test_a_table_has_its_head_and_right_columns_of_numbers() -> None:
    (found,) = blocks("| Đơn vị | Điểm | Tỷ lệ |\n| Xã Tân Lập | 1.353,5 | 85,7% |\n| Xã Đắk \\| Pne | – |", {})

    assert isinstance(found, Table)
    assert [(column.title, column.numeric) for column in found.columns] == [
        ("Đơn vị", False),
        ("Điểm", True),
        ("Tỷ lệ", True),
    ]
    assert found.rows == (("Xã Tân Lập", "1.353,5", "85,7%"), ("Xã Đắk | Pne", "–", ""))
    assert sum(column.width for column in found.columns) == 100
    assert found.columns[0].width > found.columns[1].width


@pytest.mark.parametrize(
    "text",
    [
        "**đậm** và *nghiêng*",
        "<b>chữ</b> &amp; <script>alert(1)</script>",
        "{Abc} { a } {a b} {}",
        "[một] [[]] [[chưa đóng",
        "| một dòng | không là bảng |",
        "| a |",
        "=1+1",
        "-5 độ",
        "# Tiêu đề",
        "http://example.invalid/{x y}",
        "a | b",
        "\\|",
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert said(text) == text
    assert blocks(text, FIGURES) == (Paragraph((Span(text),)),)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_no_letter_of_a_text_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert letters(said(text)) == letters(text)


def letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(WORDS, CELLS), max_size=6))
def test_what_was_read_can_be_written_and_read_again(parts: list[str | list[str]]) -> None:
    text = "\n".join(part if isinstance(part, str) else f"| {' | '.join(part)} |" for part in parts)
    once = blocks(text, {})
    assert blocks("\n".join(map(markup, once)), {}) == once


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=4))
def test_every_cell_of_a_table_is_printed_and_its_columns_fill_the_page(rows: list[list[str]]) -> None:
    (found,) = blocks("\n".join(f"| {' | '.join(row)} |" for row in rows), {})

    assert isinstance(found, Table)
    read = [[column.title for column in found.columns], *map(list, found.rows)]
    assert [[cell for cell in row if cell] for row in read] == [
        [cell.strip() for cell in row if cell.strip()] for row in rows
    ]
    assert sum(column.width for column in found.columns) == 100


def test_keys_that_name_no_figure_or_one_that_nobody_reported() -> None:
    text = "{nothing.b} {score.index} {stat.1}\n{nothing.a} {nothing.b}"

    assert unknown_tokens(text, FIGURES) == ["nothing.b", "nothing.a"]


def test_sections_and_annexes_without_content_are_dropped() -> None:
    document = Document(
        head=Head("", ("UBND",), "BC-UBND", "Kon Rẫy"),
        type_name="BÁO CÁO",
        abstract="Kết quả",
        bases=(),
        opening=(),
        closing="",
        signature=Signature(("CHỦ TỊCH",)),
        recipients=(),
        sections=(
            Section("A", text="Chữ", blocks=(Paragraph((Span("số"),)),)),
            Section("B", sections=(Section("B1"),)),
            Section("C", sections=(Section("C1", text="- ý"),)),
        ),
        annexes=(Annex("D"), Annex("E", text="Chữ")),
    )
    found = written(document, {})

    assert [section.title for section in found.sections] == ["A", "C"]
    assert [shown(block) for block in found.sections[0].blocks] == ["Chữ", "số"]
    assert [annex.title for annex in found.annexes] == ["E"]


def test_thirty_pages_are_read_at_once() -> None:
    page = "Trong năm, huyện đã ban hành {score.index} văn bản [[Số 1/BC-UBND]] về cải cách hành chính.\n" * 30
    begun = time.perf_counter()
    found = blocks(page * 30, FIGURES)

    assert len(found) == 900
    assert time.perf_counter() - begun < 1

"""Text that comes from Word, Excel and LibreOffice, cleaned into the writing of narrative texts."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.text.word_paste import cleaned_paste

# Characters of real pastes, and of those that somebody makes up.
PASTED = st.text(
    alphabet=st.sampled_from('aăđ1.) \t\n\r\x0b\x0c\u00a0\u00ad•·–-o+|\\"[]{}\uf0b7\uf0a7\ue123\u0301\u200b*§○'),
    max_size=60,
)


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("•\tBan hành kế hoạch", "- Ban hành kế hoạch"),
        ("\uf0b7\tBan hành kế hoạch", "- Ban hành kế hoạch"),
        ("·         Ban hành kế hoạch", "- Ban hành kế hoạch"),
        ("–\u00a0Ban hành kế hoạch", "- Ban hành kế hoạch"),
        ("•Ban hành kế hoạch", "- Ban hành kế hoạch"),
        ("o\tCấp xã", "+ Cấp xã"),
        ("o   Cấp xã", "+ Cấp xã"),
        ("\uf0a7\tCấp xã", "+ Cấp xã"),
        ("§\tCấp xã", "+ Cấp xã"),
        ("\t+ Cấp xã", "+ Cấp xã"),
        ("1)\tCải cách thể chế", "1) Cải cách thể chế"),
        ("1.\tMột\r\n2.\tHai", "1. Một\n2. Hai"),
        ("2.1\tMột\r\n2.2\tHai", "2.1 Một\n2.2 Hai"),
        ("a)\tMột\r\nb)\tHai", "a) Một\nb) Hai"),
        ("* ghi chú", "* ghi chú"),
        ("-5 độ", "-5 độ"),
        ("o tô con", "o tô con"),
        ("đạt  100%\u00a0kế hoạch", "đạt 100% kế hoạch"),
        ("thủ\u00ad tục\x0bhành chính\x0ctrang sau", "thủ tục\nhành chính\ntrang sau"),
        ("Số 12/BC\u2011UBND, 13/BC\x1eUBND", "Số 12/BC-UBND, 13/BC-UBND"),
        ("tỷ lệ \uf0b3 90%, \ue123", "tỷ lệ ≥ 90%, □"),
        (unicodedata.normalize("NFD", "Đắk Ruồng"), "Đắk Ruồng"),
        ("Một\r\n\r\n\r\n\r\nHai\r\n", "Một\n\nHai"),
        ("\tThụt đầu dòng\n\tThụt đầu dòng", "Thụt đầu dòng\nThụt đầu dòng"),
        ("Họ và tên:\tNguyễn Văn A", "Họ và tên: Nguyễn Văn A"),
        ('"Điều 1. Một\nĐiều 2. Hai"', '"Điều 1. Một\nĐiều 2. Hai"'),
    ],
)
def test_lines(pasted: str, cleaned: str) -> None:
    assert cleaned_paste(pasted) == cleaned


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("Xã\tĐiểm\r\nTân Lập\t81,4\r\n", "| Xã | Điểm |\n| Tân Lập | 81,4 |"),
        ("\tQuý I\tQuý II\nHồ sơ\t1.353\t\n", "| | Quý I | Quý II |\n| Hồ sơ | 1.353 | |"),
        ("STT\tNội dung\n1\tA|B", "| STT | Nội dung |\n| 1 | A\\|B |"),
        ('Xã\tGhi chú\nTân Lập\t"dòng ""một""\ndòng hai"', '| Xã | Ghi chú |\n| Tân Lập | dòng "một" dòng hai |'),
        ("TT\tTên\tĐiểm\nTổng\t5", "| TT | Tên | Điểm |\n| Tổng | 5 |"),
        ("Trước\nXã\tĐiểm\nA\t1\nSau", "Trước\n| Xã | Điểm |\n| A | 1 |\nSau"),
        (
            "1.\tKế hoạch\t5\n2.\tBáo cáo\t7\nTổng\t\t12",
            "| 1. | Kế hoạch | 5 |\n| 2. | Báo cáo | 7 |\n| Tổng | | 12 |",
        ),
    ],
)
def test_tables(pasted: str, cleaned: str) -> None:
    assert cleaned_paste(pasted) == cleaned


@settings(max_examples=200, deadline=None)
@given(PASTED)
@example("\ue123 1")
@example("•\t• \u0301a")
@example('"\n"\t')
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    once = cleaned_paste(text)
    assert cleaned_paste(once) == once


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="abcđế12,.%()*<>{}", max_size=8), max_size=12), st.sampled_from(" \t\n"))
def test_no_letter_is_lost(words: list[str], between: str) -> None:
    cleaned = cleaned_paste(between.join(words))
    assert "".join(cleaned.replace("|", "").split()) == "".join(words)

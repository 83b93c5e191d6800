"""The tables of a paper as a workbook: numbers that look as printed, text that stays text."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from reports.documents import Annex, Chart, Column, Document, Section, Table
from reports.finishing import finished
from reports.output.xlsx import as_xlsx, number_of
from tests.reports.papers import decision, letter
from tests.reports.test_documents import document as small_document

pytestmark = pytest.mark.any_database

HOSTILE = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    '=HYPERLINK("http://a.example")',
    "http://a.example",
    "<b>đậm</b>",
    "trái\u202e sang",
)


def of_tables(*tables: Table) -> Document:
    return finished(small_document(sections=(Section("PHẦN", tables),)))


def opened(document: Document) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(document)))


@pytest.mark.parametrize(
    ("text", "value", "look"),
    [
        ("0", "0", "0"),
        ("05", "5", "00"),
        ("12", "12", "0"),
        ("2021", "2021", "0"),
        ("1.234", "1234", "#,##0"),
        ("1.234.567,5", "1234567.5", "#,##0.0"),
        ("81,45", "81.45", "0.00"),
        ("-0,5", "-0.5", "0.0"),
        ("\u22121.234,5", "-1234.5", '#,##0.0;"\u2212"#,##0.0'),
        ("+1,25", "1.25", "+0.00"),
        ("85,74%", "0.8574", "0.00%"),
    ],
)
def test_a_printed_figure_is_a_number_that_looks_the_same(text: str, value: str, look: str) -> None:
    assert number_of(text) == (Decimal(value), look)


@pytest.mark.parametrize(
    "text",
    ["", "-", "…", "81,45/95", "1.2", "1.10", "12/8/2022", "007", "1.23", "I", "12.3456", "1,2,3", "1" * 16, "٣"],
)
def test_what_is_no_figure_stays_text(text: str) -> None:
    assert number_of(text) is None


def test_each_table_has_a_sheet_with_its_head_and_figures() -> None:
    book = opened(decision())
    assert book.sheetnames == ["1. Bảng 1. Số liệu", "2. Bảng 2. Số liệu"]
    upright, across = book.worksheets
    assert [cell.value for cell in upright[4]] == ["TT", "Nội dung", "Điểm", "Tỷ lệ"]
    row = upright[5]
    assert [cell.value for cell in row] == [1, "Tiêu chí thành phần số 1", 1234.5, 0.8574]
    assert [cell.number_format for cell in row] == ["0", "General", "#,##0.0", "0.00%"]
    assert [cell.value for cell in upright[50]] == [None, "Tổng cộng", "81,45/95", 0.8574]
    assert upright[50][1].font.b
    assert across.cell(37, 1).value == "Ghi chú của bảng."


def test_sheets_are_ready_to_print() -> None:
    upright, across = opened(decision()).worksheets
    for sheet in (upright, across):
        assert sheet.freeze_panes == "A5"
        assert sheet.print_title_rows == "$4:$4"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.page_margins.left == pytest.approx(30 / 25.4, abs=0.01)
    assert upright.page_setup.orientation != "landscape"
    assert across.page_setup.orientation == "landscape"


def test_text_is_never_a_formula_or_a_link() -> None:
    columns = (Column("=1+1", 50, numeric=False), Column("Số", 50))
    document = of_tables(Table("=1+1", columns, tuple((text, text) for text in HOSTILE), note="=1+1"))
    sheet = opened(document).worksheets[0]
    for row, text in zip(sheet.iter_rows(min_row=5), HOSTILE, strict=False):
        assert [cell.value for cell in row] == [text.replace("\u202e", "")] * 2
        assert {cell.data_type for cell in row} == {"s"}
    assert sheet["A4"].data_type == "s"
    with zipfile.ZipFile(io.BytesIO(as_xlsx(document))) as package:
        assert not [name for name in package.namelist() if "externalLink" in name]
        content = package.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in content
        assert b"hyperlink" not in content


def test_not_reported_is_blank_and_nothing_is_zero() -> None:
    table = Table("Bảng", (Column("Chỉ tiêu", 50, numeric=False), Column("Số", 50)), (("a", ""), ("b", "0")))
    sheet = opened(of_tables(table)).worksheets[0]
    assert [sheet.cell(row, 2).value for row in (5, 6)] == [None, 0]


def test_tables_behind_charts_and_of_annexes_are_there_under_names_of_their_own() -> None:
    table = Table("Bảng [1]: a/b*c?d\\e' " + "dài " * 20, (Column("Số", 100),), (("1",),))
    chart = Chart("Biểu đồ", "<svg/>", "…", replace(table, caption=""))
    section = Section("PHẦN", (table, chart), (Section("Mục", (table,)),))
    document = finished(small_document(sections=(section,), annexes=(Annex("PHỤ LỤC", (table,)),)))
    names = opened(document).sheetnames
    assert len(set(names)) == 4
    assert names[1] == "2. PHẦN"
    assert all(len(name) <= 31 for name in names)


def test_a_paper_without_tables_says_so() -> None:
    (sheet,) = opened(letter()).worksheets
    assert sheet["A2"].value == "Văn bản không có bảng số liệu."

"""Tables in workbooks: what is read from them, and what is noted at which cell."""

import datetime
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.workbooks import CellKind, open_workbook, safe_text

from .books import SHEET, only_row, part, places, reasons, texts, with_parts, with_sheet_xml, workbook


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def test_rows_come_with_their_numbers_and_cells_with_their_addresses() -> None:
    book = open_workbook(workbook(s=[["name", "value"], ["a", 1], [None, None], ["b", 2]]))
    rows = list(book.rows("s", required=["value", "name"]))
    assert [(row.number, row.text("name"), row.integer("value")) for row in rows] == [
        (2, "a", 1),
        (4, "b", 2),
    ]
    assert rows[1].cells["value"].address == "B4"
    assert not list(book.problems)


@pytest.mark.parametrize("kind", ["path", "upload", "stream"])
def test_a_path_an_upload_and_a_stream_are_opened_alike(kind: str, tmp_path: Path) -> None:
    content = workbook(s=[["name"], ["a"]]).getvalue()
    (tmp_path / "a.xlsx").write_bytes(content)
    file: Any = {
        "path": tmp_path / "a.xlsx",
        "upload": SimpleUploadedFile("a.xlsx", content),
        "stream": io.BytesIO(content),
    }[kind]
    assert [row.text("name") for row in open_workbook(file).rows("s", required=["name"])] == ["a"]


def test_the_titles_of_a_missing_sheet_are_none_and_a_problem() -> None:
    book = open_workbook(workbook(s=[["a"]]))
    assert book.titles("results") == ()
    assert places(book) == [("results", "")]


def test_sheets_and_titles_are_found_without_regard_to_capitals_and_blanks() -> None:
    book = open_workbook(workbook(Criteria=[[" Max_Points ", "CODE"], ["1", "2"]]))
    (row,) = book.rows("criteria", required=["code", "max_points"])
    assert (row.text("code"), row.text("max_points")) == ("2", "1")
    assert book.sheet_names == ("Criteria",)
    assert book.titles("criteria") == ("Max_Points", "CODE")


def test_titles_may_stand_below_a_heading_even_a_merged_one() -> None:
    def merge(book: Any) -> None:
        book["s"].merge_cells("A1:B1")

    book = open_workbook(workbook(change=merge, s=[["Heading"], ["a", "b"], ["1", "2"]]))
    (row,) = book.rows("s", required=["a", "b"], header_row=2)
    assert row.number == 3
    assert not list(book.problems)


def test_every_missing_column_is_named_and_no_row_is_read() -> None:
    book = open_workbook(workbook(s=[["code"], ["1"]]))
    assert list(book.rows("s", required=["code", "title", "max_points"])) == []
    assert list(book.problems) == [
        ImportProblem("s", "1:1", "title", "This column is missing."),
        ImportProblem("s", "1:1", "max_points", "This column is missing."),
    ]


def test_a_missing_optional_column_is_blank_in_every_row() -> None:
    book = open_workbook(workbook(s=[["code"], ["1"]]))
    (row,) = book.rows("s", required=["code"], optional=["note"])
    assert row.blank("note")
    assert row.text("note") == ""
    row.text("note", required=True)
    assert places(book) == [("s", "2:2")]


def test_a_column_that_nobody_declared_is_a_programming_error() -> None:
    row, _book = only_row("x")
    with pytest.raises(KeyError):
        row.text("other")


def test_a_column_twice_is_a_problem_at_the_second_and_no_row_is_read() -> None:
    book = open_workbook(workbook(s=[["code", "title", "Code"], ["1", "a", "2"]]))
    assert list(book.rows("s", required=["code", "title"])) == []
    assert list(book.problems) == [ImportProblem("s", "C1", "Code", "This column stands here twice.")]


def test_an_unknown_column_is_a_problem_and_the_others_are_read_on() -> None:
    book = open_workbook(workbook(s=[["code", "max_pionts", None], ["1", "2", "scribble"]]))
    rows = list(book.rows("s", required=["code"], optional=["max_points"]))
    assert [row.text("code") for row in rows] == ["1"]
    assert places(book) == [("s", "B1")]


def test_a_title_that_is_no_text_is_a_problem() -> None:
    book = open_workbook(workbook(s=[["code", 5, "=A1"], ["1", "2", "3"]]))
    assert len(list(book.rows("s", required=["code"]))) == 1
    assert places(book) == [("s", "B1"), ("s", "C1")]


def test_a_missing_sheet_and_an_empty_sheet_are_problems_at_once() -> None:
    book = open_workbook(workbook(empty=[]))
    assert list(book.rows("rules", required=["code"])) == []
    assert list(book.rows("empty", required=["code"])) == []
    assert [str(problem) for problem in book.problems] == [
        "rules: This sheet is missing.",
        'empty!1:1 "code": This column is missing.',
    ]
    with pytest.raises(ImportProblems):
        book.problems.raise_if_any()


def test_problems_of_all_rows_are_collected_each_once() -> None:
    book = open_workbook(workbook(s=[["n", "d"], ["x", "y"], ["1", "32/1/2026"], ["", "1/1/2026"]]))
    for row in book.rows("s", required=["n", "d"]):
        row.integer("n", required=True)
        row.integer("n", required=True)
        row.date("d")
    assert places(book) == [("s", "A2"), ("s", "B2"), ("s", "B3"), ("s", "A4")]


def test_an_importer_adds_its_own_problem_at_a_cell() -> None:
    row, book = only_row(Decimal("12.5"))
    row.refuse("value", "More than the maximum.")
    assert list(book.problems) == [ImportProblem("s", "B2", "12.5", "More than the maximum.")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "TRUE"),
        (1353.5, "1353.5"),
        (datetime.date(2022, 8, 2), "02/08/2022"),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_problem_shows_the_value_as_people_know_it(value: object, shown: str) -> None:
    row, _book = only_row(value)
    assert row.cells["value"].shown() == shown


# Formulas, merged cells, hidden rows


def test_a_formula_is_never_read_not_even_its_last_value() -> None:
    file = workbook(s=[["name", "value"], ["x", "=1+1"]])
    xml = re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", part(file, SHEET))
    assert b"<v>2</v>" in xml
    book = open_workbook(with_parts(file, {SHEET: xml}))
    (row,) = book.rows("s", required=["name", "value"])
    assert row.cells["value"].kind is CellKind.FORMULA
    assert row.integer("value") is None
    (problem,) = book.problems
    assert (problem.cell, problem.value) == ("B2", "=1+1")
    assert problem.reason.startswith("The cell holds a formula.")


@pytest.mark.parametrize(
    "formula",
    [
        '<f t="array" ref="A2:A2">SUM(B1:B9)</f>',
        '<f t="shared" si="0"/>',
        '<f t="dataTable" ref="A2" r1="B1"/>',
        "<f>[1]other!A1</f>",
        '<f>WEBSERVICE("http://192.0.2.1/")</f>',
    ],
)
def test_formulas_of_every_kind_are_problems(formula: str) -> None:
    row = f'<row r="2"><c r="A2">{formula}<v>7</v></c></row>'
    book = open_workbook(with_sheet_xml(texts(1, "value") + row))
    assert [row.decimal("value") for row in book.rows("s", required=["value"])] == [None]
    assert places(book) == [("s", "A2")]


def test_text_that_only_looks_like_a_formula_is_text() -> None:
    book = open_workbook(with_sheet_xml(texts(1, "value") + texts(2, "=1+1")))
    (row,) = book.rows("s", required=["value"])
    assert row.text("value") == "=1+1"
    assert not list(book.problems)


def test_merged_cells_under_a_column_that_is_read_are_a_problem() -> None:
    def merge(book: Any) -> None:
        book["s"].merge_cells("A2:A3")
        book["s"].merge_cells("D2:E2")
        book["s"].merge_cells("A9:B9")

    book = open_workbook(workbook(change=merge, s=[["code", "title"], ["1", "a"], [None, "b"]]))
    assert len(list(book.rows("s", required=["code", "title"]))) == 2
    assert [(problem.cell, problem.reason) for problem in book.problems] == [
        ("A2:A3", "These cells are merged. Unmerge them and fill in each one.")
    ]


def test_hidden_rows_and_columns_are_read_and_mentioned() -> None:
    def hide(book: Any) -> None:
        book["s"].row_dimensions[3].hidden = True
        book["s"].row_dimensions[9].hidden = True
        book["s"].column_dimensions["B"].hidden = True
        book["s"].sheet_state = "hidden"

    file = workbook(other=[["a"]], change=hide, s=[["code", "title"], ["1", "a"], ["2", "b"]])
    book = open_workbook(file)
    rows = list(book.rows("s", required=["code", "title"]))
    assert [(row.text("code"), row.text("title"), row.hidden) for row in rows] == [
        ("1", "a", False),
        ("2", "b", True),
    ]
    assert [note.cell for note in book.notes] == ["3:3", "B:B"]
    assert not list(book.problems)


def test_a_workbook_of_another_program_is_read_alike() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("s")
    sheet.write_row(0, 0, ["code", "title", "percent", "on", "sum"])
    sheet.write_string(1, 0, "1.10")
    sheet.write_string(1, 1, "Tiếp nhận\n_x_ và trả")
    sheet.write_number(1, 2, 0.942, book.add_format({"num_format": "0.0%"}))
    sheet.write_datetime(1, 3, datetime.date(2022, 8, 12), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_formula(1, 4, "=1+1", None, 2)
    book.close()
    opened = open_workbook(file)
    (row,) = opened.rows("s", required=["code", "title", "percent", "on", "sum"])
    assert row.code("code") == "1.10"
    assert row.text("title") == "Tiếp nhận\n_x_ và trả"
    assert row.decimal("percent") == Decimal("94.2")
    assert row.date("on") == datetime.date(2022, 8, 12)
    assert row.decimal("sum") is None
    assert places(opened) == [("s", "E2")]


def test_links_to_other_workbooks_are_not_followed() -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    file = with_parts(workbook(s=[["code"], ["1"]]), {"xl/externalLinks/externalLink1.xml": link})
    assert [row.text("code") for row in open_workbook(file).rows("s", required=["code"])] == ["1"]


# A sheet of keys and values


def test_pairs_are_read_like_a_row_whose_columns_are_the_keys() -> None:
    table: list[list[object]] = [
        ["key", "value"],
        [None, None],
        ["code", "mau-xa"],
        ["decision_on", "12/8/2022"],
        ["total_points", 100],
        [None, None],
    ]
    book = open_workbook(workbook(set=table))
    row = book.pairs("set", required=["code", "total_points", "decision_on"], optional=["title"])
    assert row.code("code") == "mau-xa"
    assert row.integer("total_points") == 100
    assert row.date("decision_on") == datetime.date(2022, 8, 12)
    assert row.text("title") == ""
    assert row.cells["total_points"].address == "B5"
    assert not list(book.problems)


def test_missing_repeated_and_unknown_keys_are_problems() -> None:
    book = open_workbook(workbook(set=[["code", "a"], ["Code", "b"], ["colour", "red"], [None, "lost"]]))
    row = book.pairs("set", required=["code", "title"])
    assert row.text("code") == "a"
    assert [(problem.cell, problem.value) for problem in book.problems] == [
        ("A2", "Code"),
        ("A3", "colour"),
        ("A4", ""),
        ("", "title"),
    ]


def test_pairs_of_a_missing_sheet_are_blank() -> None:
    book = open_workbook(workbook(s=[["a"]]))
    assert book.pairs("set", required=["code"]).text("code") == ""
    assert reasons(book) == ["This sheet is missing."]


# Writing


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=", "+84", "-0,5", "- Ban hành kế hoạch", "@SUM(A1)", "#N/A", "=cmd|'/c calc'!A0", "plain", ""],
)
@pytest.mark.parametrize("write_only", [False, True])
def test_safe_text_is_written_as_text_and_comes_back_unchanged(text: str, write_only: bool) -> None:
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("s", 0)
    sheet.append(["value", "more"])
    sheet.append([safe_text(text), "x"])
    file = io.BytesIO()
    book.save(file)
    assert b"<f" not in part(file, SHEET)
    opened = open_workbook(file)
    (row,) = opened.rows("s", required=["value", "more"])
    assert row.text("value") == text
    assert not list(opened.problems)


def test_safe_text_leaves_out_what_a_workbook_cannot_hold() -> None:
    assert safe_text("a\x00b\x1bc\td\ne\ud800") == "abc\td\ne"

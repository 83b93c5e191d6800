"""Broken and hostile files: each is refused in words, before anything large or dangerous is built."""

import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from parportal.entry.archives import (
    OLD_OFFICE,
    ArchiveProblem,
    Limits,
    check_directory,
    old_office_mark,
    unpacked,
)
from parportal.entry.problems import ImportProblems
from parportal.entry.workbooks import open_workbook

from .books import CONTENT_TYPES, SHEET, named, part, texts, with_parts, with_sheet_xml, workbook

GOOD = workbook(s=[["code", "title"], ["1", "a"]]).getvalue()
SMALL = Limits(file_bytes=200_000, unpacked_bytes=1_000_000)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def refusal(file: io.BytesIO, limits: Limits | None = None) -> str:
    """The reason why a file is not opened."""
    with pytest.raises(ImportProblems) as raised:
        open_workbook(file, limits=limits)
    (problem,) = raised.value.problems
    assert (problem.sheet, problem.cell) == ("", "")
    assert problem.value == getattr(file, "name", "")
    return problem.reason


def archive(**parts: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        for name, content in parts.items():
            new.writestr(name.replace("__", "/"), content)
    return named(file.getvalue())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "This file is empty."),
        (b"code,title\n1,a\n", "This is not an Excel workbook (.xlsx)."),
        (b"<html><table></table></html>", "This is not an Excel workbook (.xlsx)."),
        (b"%PDF-1.7", "This is not an Excel workbook (.xlsx)."),
        (OLD_OFFICE + bytes(600), "This is a workbook of the old kind (.xls). Save it as .xlsx."),
        (
            OLD_OFFICE + bytes(600) + old_office_mark("EncryptedPackage") + bytes(600),
            "This file is protected by a password. Save it without one.",
        ),
        (b"PK", "This file is damaged or incomplete. Open it, save it again and send it again."),
    ],
)
def test_other_files_are_refused_by_what_they_are(content: bytes, reason: str) -> None:
    assert refusal(named(content)) == reason


def test_other_archives_are_refused_by_what_they_are() -> None:
    assert refusal(archive(word__document_xml=b"<a/>")) == "This is not an Excel workbook (.xlsx)."
    binary = with_parts(named(GOOD), {"xl/workbook.bin": b"\x83\x01"})
    assert refusal(binary) == "This is a binary workbook (.xlsb). Save it as .xlsx."
    document = with_parts(named(GOOD), {CONTENT_TYPES: b"<Types/>"})
    assert refusal(document) == "This is not an Excel workbook (.xlsx)."


def test_macros_are_refused_whatever_the_name_says() -> None:
    reason = "This file contains macros. Save it as a file without macros (.xlsx or .docx)."
    kinds = part(named(GOOD), CONTENT_TYPES)
    enabled = kinds.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert enabled != kinds
    assert refusal(with_parts(named(GOOD), {CONTENT_TYPES: enabled})) == reason
    assert refusal(with_parts(named(GOOD), {"xl/vbaProject.bin": b"x"})) == reason
    assert refusal(with_parts(named(GOOD), {"xl/macrosheets/sheet1.xml": b"<a/>"})) == reason


def test_a_file_over_the_limit_is_refused_without_being_read_to_its_end() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 <= size <= 200_001
            return bytes(size)

    file = Endless()
    file.name = "endless.xlsx"
    assert refusal(file, SMALL) == "This file is larger than 195.3\xa0KB."


# The size of a workbook depends on the second in which it was made: the cuts have names instead.
@pytest.mark.parametrize(
    "length",
    [10, 100, len(GOOD) // 2, len(GOOD) - 30, len(GOOD) - 1],
    ids=["10 bytes", "100 bytes", "half", "all but 30", "all but 1"],
)
def test_a_file_cut_off_in_transit_is_refused(length: int) -> None:
    assert refusal(named(GOOD[:length])).startswith("This file is damaged or incomplete.")


def test_a_bomb_is_refused_by_the_sizes_it_states() -> None:
    bomb = with_parts(named(GOOD), {"xl/media/image1.png": bytes(2_000_000)})
    assert len(bomb.getvalue()) < 20_000
    assert refusal(bomb, SMALL) == "Unpacked, this file is larger than 976.6\xa0KB or has too many parts."


def test_a_bomb_that_understates_its_size_is_refused_with_little_memory() -> None:
    name = b"xl/media/image1.png"
    content = bytearray(with_parts(named(GOOD), {name.decode(): bytes(30_000_000)}).getvalue())
    sizes = [
        position for position in range(len(content)) if content.startswith(struct.pack("<I", 30_000_000), position)
    ]
    assert sizes
    for position in sizes:
        content[position : position + 4] = struct.pack("<I", 10)
    tracemalloc.start()
    reason = refusal(named(bytes(content)), SMALL)
    _current, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reason.startswith("This file is damaged or incomplete.")
    assert peak < 5_000_000


def test_the_table_of_contents_alone_refuses_a_bomb() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        stated = sum(entry.file_size for entry in old.infolist())
        check_directory(old, parts=100, unpacked_bytes=stated)
        with pytest.raises(ArchiveProblem):
            check_directory(old, parts=100, unpacked_bytes=stated - 1)


def test_unpacking_stops_at_the_limit_whatever_the_archive_states() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        parts = unpacked(old, unpacked_bytes=2_000)
        with pytest.raises(ArchiveProblem):
            sum(len(piece) for _name, pieces in parts for piece in pieces)


def test_pictures_are_unpacked_to_their_end_and_otherwise_left_alone() -> None:
    file = with_parts(named(GOOD), {"xl/media/image1.png": b"\x89PNG" + bytes(300_000)})
    assert len(list(open_workbook(file).rows("s", required=["code", "title"]))) == 1


def test_too_many_parts_are_refused() -> None:
    many = with_parts(named(GOOD), {f"xl/p{number}.xml": b"<a/>" for number in range(50)})
    assert "too many parts" in refusal(many, Limits(parts=40))


def test_one_name_for_two_parts_is_refused() -> None:
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as old:
        old.writestr(SHEET.upper(), b"<a/>")
    assert refusal(named(file.getvalue())).startswith("This file is damaged")


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(GOOD)
    position = content.rindex(b"PK\x01\x02")
    content[position + 8] |= 1
    assert refusal(named(bytes(content))).startswith("This file is protected by a password.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "target", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml", "xl/media/a.dat"]
)
def test_entities_are_refused_in_every_part_and_encoding(target: str, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "{"c" * 99}">]><a>&b;&b;</a>'
    file = with_parts(named(GOOD), {target: xml.encode(encoding)})
    assert refusal(file) == "This file contains a document type declaration, which no workbook needs."


def test_a_strict_workbook_is_refused_rather_than_read_as_empty() -> None:
    xml = b'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData/></worksheet>'
    assert "strict form of Excel" in refusal(with_parts(named(GOOD), {SHEET: xml}))


def test_a_sheet_that_reaches_too_far_is_refused() -> None:
    deep = texts(1, "code") + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert refusal(with_sheet_xml(deep)) == "A sheet reaches down to row 1048576: at most 20000 rows are read."
    wide = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    assert refusal(with_sheet_xml(wide)) == "A sheet reaches over to column 16384: at most 300 columns are read."


def test_a_dimension_that_is_only_stated_and_rows_that_are_only_formatted_do_no_harm() -> None:
    empty = '<row r="1048576" ht="12"><c r="XFD1048576" s="0"/></row>'
    file = with_sheet_xml(texts(1, "code") + texts(2, "7") + empty, before='<dimension ref="A1:XFD1048576"/>')
    book = open_workbook(file)
    assert [row.code("code") for row in book.rows("s", required=["code"])] == ["7"]
    assert not list(book.problems)


def test_a_dimension_stated_too_small_hides_no_row() -> None:
    file = with_sheet_xml(texts(1, "code") + texts(2, "7"), before='<dimension ref="A1"/>')
    assert [row.code("code") for row in open_workbook(file).rows("s", required=["code"])] == ["7"]


def test_too_many_cells_sheets_and_merged_ranges_are_refused() -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}"/><c r="B{row}"/></row>' for row in range(1, 60))
    assert refusal(with_sheet_xml(cells), Limits(cells=100)) == "This workbook has too many cells: at most 100."
    sheets = workbook(a=[], b=[], c=[])
    assert refusal(sheets, Limits(sheets=2)) == "This workbook has too many sheets: at most 2."
    merged = "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 11 + "</mergeCells>"
    assert "merged" in refusal(with_sheet_xml(texts(1, "a"), after=merged), Limits(merged_ranges=10))


@pytest.mark.parametrize(
    "rows",
    [
        texts(2, "b") + texts(1, "a"),
        texts(1, "a") + texts(1, "b"),
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1e3"/>',
        '<row r="-1"/>',
        '<row r="99999999999999999999"/>',
        '<row r="1"><c r="AAAA1"/></row>',
        '<row r="1"><c r="$A$1"/></row>',
        '<row r="1"/><mergeCell ref="A:B"/>',
        '<row r="1"/><mergeCell/>',
    ],
)
def test_cells_that_two_programs_would_place_differently_are_refused(rows: str) -> None:
    assert refusal(with_sheet_xml(rows)).startswith("This file is damaged")


def test_rows_and_cells_without_addresses_are_counted() -> None:
    line = '<row><c t="inlineStr"><is><t>{}</t></is></c><c t="inlineStr"><is><t>{}</t></is></c></row>'
    file = with_sheet_xml(line.format("code", "title") + "<row/>" + line.format("1", "a"))
    book = open_workbook(file)
    (row,) = book.rows("s", required=["code", "title"])
    assert (row.number, row.cells["title"].address, row.text("title")) == (3, "B3", "a")


def test_a_damaged_value_ends_the_sheet_with_a_problem_at_its_row() -> None:
    bad = '<row r="3"><c r="A3" t="s"><v>99</v></c></row>'
    book = open_workbook(with_sheet_xml(texts(1, "code") + texts(2, "1") + bad + texts(4, "2")))
    assert [row.code("code") for row in book.rows("s", required=["code"])] == ["1"]
    assert [(problem.sheet, problem.cell) for problem in book.problems] == [("s", "3:3")]


def test_what_follows_the_last_row_cannot_spoil_it() -> None:
    file = with_sheet_xml(
        texts(1, "code") + texts(2, "1"),
        after='<dataValidations count="1"><dataValidation type="?"/></dataValidations>',
    )
    assert [row.code("code") for row in open_workbook(file).rows("s", required=["code"])] == ["1"]


def test_comment_drawings_that_are_no_xml_are_left_alone() -> None:
    file = with_parts(named(GOOD), {"xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>" + b" " * 300_000})
    assert len(list(open_workbook(file).rows("s", required=["code", "title"]))) == 1


@pytest.mark.parametrize(
    "name", [CONTENT_TYPES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", SHEET]
)
@pytest.mark.parametrize("change", [lambda xml: xml[:-20], lambda xml: b"", lambda xml: b"<a/>", lambda xml: None])
def test_a_missing_emptied_or_cut_part_never_raises_anything_else(
    name: str, change: Callable[[bytes], bytes | None]
) -> None:
    file = with_parts(named(GOOD), {name: change(part(named(GOOD), name))})
    try:
        book = open_workbook(file)
        rows = list(book.rows("s", required=["code", "title"]))
    except ImportProblems:
        return
    assert len(book.problems) or len(rows) == 1


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_altered_bytes_never_raise_anything_else(seed: int) -> None:
    chance = random.Random(seed)
    parts = zipfile.ZipFile(io.BytesIO(GOOD)).namelist()
    name = chance.choice(parts)
    xml = bytearray(part(named(GOOD), name))
    for _change in range(chance.randint(1, 3)):
        xml[chance.randrange(len(xml))] = chance.randrange(32, 127)
    content = bytearray(with_parts(named(GOOD), {name: bytes(xml)}).getvalue())
    if chance.random() < 0.3:
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        book = open_workbook(named(bytes(content)))
    except ImportProblems:
        return
    for row in book.rows("s", required=["code", "title"]):
        row.code("code")
        row.decimal("title")

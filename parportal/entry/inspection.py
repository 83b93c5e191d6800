"""A first pass over a workbook file, before openpyxl builds anything from it.

It refuses what would be dangerous or read differently by two programs, and notes what openpyxl's quick reader
does not tell: how far a sheet reaches, which rows and columns are hidden, which cells are merged.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn
from xml.parsers import expat

from django.core.files import File
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.cell import coordinate_to_tuple

from parportal.entry.archives import (
    DAMAGE,
    MEGABYTE,
    OLD_OFFICE,
    OLD_OFFICE_ENCRYPTED,
    ArchiveProblem,
    Limits,
    check_directory,
    has_macros,
    is_damaged,
    is_encrypted,
    old_office_mark,
    size_text,
    unpacked,
)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_WORKSHEET, _ROW, _COLUMN, _MERGED = (f"{_MAIN} {tag}" for tag in ("worksheet", "row", "col", "mergeCell"))
_CONTENT = {f"{_MAIN} {tag}" for tag in ("v", "f", "is")}
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_RANGE = re.compile(rf"{_ADDRESS.pattern}(:{_ADDRESS.pattern})?")
_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_TRUE = ("1", "true")
_CONTENT_TYPES = "[Content_Types].xml"


@dataclass(slots=True)
class SheetFacts:
    """What the first pass saw of one sheet; a row or column counts when a cell in it holds something."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)


def _content(file: IO[bytes] | File[Any] | Path, limit: int) -> bytes:
    if isinstance(file, Path):
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    else:
        file.seek(0)
        data = file.read(limit + 1)
    if not data:
        raise ArchiveProblem(_("This file is empty."))
    if len(data) > limit:
        raise ArchiveProblem(_("This file is larger than %(limit)s."), {"limit": size_text(limit)})
    return data


def inspect_workbook(file: IO[bytes] | File[Any] | Path, limits: Limits) -> tuple[bytes, dict[str, SheetFacts]]:
    """The content of a file that may be opened as a workbook, and the facts of each sheet by its part name.

    Raises: ArchiveProblem.
    """
    data = _content(file, limits.file_bytes)
    _refuse_other_kinds(data)
    facts = _scan(data, limits)
    if len(facts) > limits.sheets:
        raise ArchiveProblem(_("This workbook has too many sheets: at most %(limit)s."), {"limit": limits.sheets})
    return data, facts


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(OLD_OFFICE):
        if old_office_mark(OLD_OFFICE_ENCRYPTED) in data:
            raise is_encrypted()
        raise ArchiveProblem(_("This is a workbook of the old kind (.xls). Save it as .xlsx."))
    if not data.startswith(b"PK"):
        raise _not_a_workbook()


def _scan(data: bytes, limits: Limits) -> dict[str, SheetFacts]:
    """Unpack every part once and look through its XML."""
    facts = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_directory(archive, parts=limits.parts, unpacked_bytes=limits.unpacked_bytes)
            _check_kind(archive)
            for name, pieces in unpacked(archive, unpacked_bytes=limits.unpacked_bytes):
                found = _scan_part(name, pieces, limits)
                if found is not None:
                    facts[name] = found
    except ArchiveProblem:
        raise
    except DAMAGE:
        raise is_damaged() from None
    return facts


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise ArchiveProblem(_("This is a binary workbook (.xlsb). Save it as .xlsx."))
    if _CONTENT_TYPES not in names:
        raise _not_a_workbook()
    with archive.open(_CONTENT_TYPES) as part:
        kinds = part.read(MEGABYTE)
    if b"macroEnabled" in kinds:
        raise has_macros()
    if b"spreadsheetml.sheet.main+xml" not in kinds and b"spreadsheetml.template.main+xml" not in kinds:
        raise _not_a_workbook()


def _not_a_workbook() -> ArchiveProblem:
    return ArchiveProblem(_("This is not an Excel workbook (.xlsx)."))


def _scan_part(name: str, pieces: Iterator[bytes], limits: Limits) -> SheetFacts | None:
    """Read one part to its end; None when it is not a worksheet.

    Raises: ArchiveProblem.
    """
    first = next(pieces, b"")
    required = name.casefold().endswith((".xml", ".rels"))
    if not (required or first.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")):
        for _piece in pieces:
            pass
        return None
    scan = _SheetScan(limits)
    try:
        scan.parser.Parse(first, False)
        for piece in pieces:
            scan.parser.Parse(piece, False)
        scan.parser.Parse(b"", True)
    except expat.ExpatError:
        # Excel's own drawings of comments (.vml) are often not well-formed; openpyxl leaves them alone.
        if required:
            raise is_damaged() from None
        for _piece in pieces:
            pass
        return None
    return scan.facts


class _SheetScan:
    """The handlers of one run of the parser."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.facts: SheetFacts | None = None
        self._depth = self._row_depth = 0
        self._row = self._column = self._cells = 0
        self._row_hidden = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._root

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self.parser.StartElementHandler = None
        if name.startswith(f"{_STRICT} "):
            raise ArchiveProblem(
                _("This workbook is in the strict form of Excel. Save it as an ordinary workbook (.xlsx).")
            )
        if name == _WORKSHEET:
            self.facts = SheetFacts()
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        assert self.facts is not None
        self._depth += 1
        if self._row_depth:
            if self._depth == self._row_depth + 1:
                self._start_cell(attributes)
            elif name in _CONTENT:
                self._note_content(self.facts)
        elif name == _ROW:
            self._start_row(attributes)
        elif name == _MERGED:
            if not _RANGE.fullmatch(attributes.get("ref", "")):
                raise is_damaged()
            self.facts.merged.append(attributes["ref"])
            if len(self.facts.merged) > self.limits.merged_ranges:
                raise ArchiveProblem(_("This workbook has too many merged cells."))
        elif name == _COLUMN and attributes.get("hidden") in _TRUE:
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self.facts.hidden_columns.update(range(first, min(last, self.limits.columns) + 1))

    def _end(self, name: str) -> None:
        if self._depth == self._row_depth:
            self._row_depth = 0
        self._depth -= 1

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
        if row <= self._row:
            raise is_damaged()
        self._row, self._column, self._row_depth = row, 0, self._depth
        self._row_hidden = attributes.get("hidden") in _TRUE

    def _start_cell(self, attributes: dict[str, str]) -> None:
        row, column = self._row, self._column + 1
        if "r" in attributes:
            if not _ADDRESS.fullmatch(attributes["r"]):
                raise is_damaged()
            row, column = coordinate_to_tuple(attributes["r"])
        # A cell out of order or in another row is overwritten by some programs and kept by others.
        if row != self._row or column <= self._column:
            raise is_damaged()
        self._column = column
        self._cells += 1
        if self._cells > self.limits.cells:
            raise ArchiveProblem(
                _("This workbook has too many cells: at most %(limit)s."), {"limit": self.limits.cells}
            )

    def _note_content(self, facts: SheetFacts) -> None:
        if self._row > self.limits.rows:
            raise ArchiveProblem(
                _("A sheet reaches down to row %(row)s: at most %(limit)s rows are read."),
                {"row": self._row, "limit": self.limits.rows},
            )
        if self._column > self.limits.columns:
            raise ArchiveProblem(
                _("A sheet reaches over to column %(column)s: at most %(limit)s columns are read."),
                {"column": self._column, "limit": self.limits.columns},
            )
        facts.last_row = self._row
        facts.last_column = max(facts.last_column, self._column)
        if self._row_hidden:
            facts.hidden_rows.add(self._row)


def _whole(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise is_damaged()
    return int(text)


def _refuse_doctype(*_details: object) -> NoReturn:
    # Excel never writes one; it is the door for entities that grow or that fetch files.
    raise ArchiveProblem(_("This file contains a document type declaration, which no workbook needs."))

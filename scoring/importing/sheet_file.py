"""Rows of a score sheet as a file says them: from a workbook, or from the rows that a browser could not send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parportal.entry.problems import ImportProblem, ImportProblems


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as it stands in a file.

    Shapes: `fields` are named as in the form of a row ("state", "answer-points", "note" …); `cells` maps them to
    where they stand; `problems` keep the row from being taken. `criterion` is a primary key, perhaps one of the
    set before it was replaced; `version` that of the row when the file was made. `is_untouched`: nobody changed
    the row in the file. `keys` are those under which a browser may have sent the row, or something older of it.
    """

    criterion: int
    code: str
    version: int | None
    fields: Mapping[str, str]
    cells: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[ImportProblem, ...] = ()
    is_untouched: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet of which a file of unsent rows holds rows too."""

    pk: int
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class SheetFile:
    """What a file holds for one sheet.

    Shapes: `notes` are remarks on it; `user` is the key of who typed the rows, empty for a workbook; `saved_at` as
    it is printed.
    """

    rows: tuple[FileRow, ...]
    notes: tuple[ImportProblem, ...] = ()
    user: str = ""
    saved_at: str = ""
    others: tuple[OtherSheet, ...] = ()


def refused(reason: str, *, sheet: str = "", cell: str = "", value: str = "") -> ImportProblems:
    """The refusal of a whole file."""
    return ImportProblems((ImportProblem(sheet, cell, value, reason),))

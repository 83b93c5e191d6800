"""Rows of a return as a file says them: from a workbook, or from the rows that a browser could not send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parportal.entry.problems import ImportProblem


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as it stands in a file.

    Shapes: `fields` are named as the inputs of the row (`indicators.typed_rows`); `cells` maps them to where they
    stand; `problems` keep the row from being taken. `line` is empty for a figure, for a table as a whole, and for
    a line that is new; `number` is where the row stands in its sheet. `version` is that of the row when the file
    was made. `is_untouched`: nobody changed the row in the file. `keys` are those under which a browser may have
    sent the row, or something older of it.
    """

    indicator: int
    line: str
    version: int
    fields: Mapping[str, str]
    sheet: str = ""
    number: int = 0
    cells: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[ImportProblem, ...] = ()
    is_untouched: bool = False
    is_new: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherReturn:
    """A return of which a file of unsent rows holds rows too."""

    pk: int
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """What a file holds for one return.

    Shapes: `notes` are remarks on it; `user` is the key of who typed the rows, empty for a workbook; `saved_at` as
    it is printed.
    """

    rows: tuple[FileRow, ...]
    notes: tuple[ImportProblem, ...] = ()
    user: str = ""
    saved_at: str = ""
    others: tuple[OtherReturn, ...] = ()

"""Rows of a score sheet that a browser could not send, saved to a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parportal.display import moment
from parportal.entry.unsent import UnsentPage, UnsentRow, read_unsent_file, unreadable
from scoring.importing.sheet_file import FileRow, OtherSheet, SheetFile
from scoring.models import ScoreSheet
from scoring.rows import PREFIX, PROPOSED

NAMED = ("state", "reason", "note", "why_no_evidence")
ADDRESS = re.compile(r"/sheets/([0-9]{1,18})/")
CRITERION = re.compile(r"[1-9][0-9]{0,15}")


def read_unsent(content: bytes, sheet: ScoreSheet) -> SheetFile:
    """The rows for one sheet, and which other sheets the file holds rows of.

    Raises: ImportProblems, when it is not such a file.
    """
    file = read_unsent_file(content)
    by_sheet = {int(found[1]): page for page in file.pages if (found := ADDRESS.search(page.url))}
    mine = by_sheet.get(sheet.pk)
    others = tuple(
        OtherSheet(pk, page.title, len(page.rows)) for pk, page in by_sheet.items() if pk != sheet.pk and page.rows
    )
    rows = {row.criterion: row for row in read_rows(mine)} if mine else {}
    return SheetFile(tuple(rows.values()), user=file.user, saved_at=moment(file.saved_at), others=others)


def read_rows(page: UnsentPage) -> Iterator[FileRow]:
    """Raises: ImportProblems for a row that names no criterion."""
    for number, row in enumerate(page.read(), 1):
        if not CRITERION.fullmatch(row.name):
            raise unreadable(number)
        yield file_row(row)


def file_row(row: UnsentRow) -> FileRow:
    fields = {
        name: value for name, value in row.fields.items() if name in NAMED or name.startswith((PREFIX, PROPOSED))
    }
    return FileRow(int(row.name), row.code, row.version, fields, problems=row.problems, keys=row.keys)

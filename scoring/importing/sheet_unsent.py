"""Rows that a browser could not send, saved to a file: read without trusting any of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from parportal.display import moment
from parportal.entry.problems import ImportProblem
from scoring.importing.sheet_file import FileRow, OtherSheet, SheetFile, refused
from scoring.models import ScoreSheet
from scoring.rows import PREFIX, PROPOSED

FORMAT, VERSION = "par-portal-rows", 1
MOST_SHEETS, MOST_ROWS, MOST_FIELDS = 50, 2_000, 200
LONGEST, KEY_LENGTH = 4_000, 36
NAMED = ("state", "reason", "note", "why_no_evidence")
ADDRESS = re.compile(r"/sheets/([0-9]{1,18})/")
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_unsent(content: bytes, sheet: ScoreSheet) -> SheetFile:
    """The rows for one sheet, and which other sheets the file holds rows of.

    Raises: ImportProblems, when it is not such a file.
    """
    data = parsed(content)
    by_sheet = {pk: each for each in data["sheets"][:MOST_SHEETS] if (pk := sheet_of(each))}
    mine = by_sheet.get(sheet.pk)
    others = tuple(
        OtherSheet(pk, text(each.get("title"))[:300], len(rows_of(each)))
        for pk, each in by_sheet.items()
        if pk != sheet.pk and rows_of(each)
    )
    rows = {row.criterion: row for row in read_rows(mine)} if mine else {}
    return SheetFile(
        tuple(rows.values()), user=text(data.get("user"))[:64], saved_at=when(data.get("saved_at")), others=others
    )


def parsed(content: bytes) -> dict[str, Any]:
    """Raises: ImportProblems."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise refused(_("This file is damaged or incomplete. Save it again and send it again.")) from None
    known = isinstance(data, dict) and data.get("format") == FORMAT and isinstance(data.get("sheets"), list)
    if not known:
        raise refused(_("This is not a file of unsent rows."))
    if data.get("version") != VERSION:
        raise refused(_("This file was made by another version of the portal."))
    return dict(data)


def sheet_of(each: object) -> int:
    """The primary key in the address of a sheet; 0 for nonsense."""
    found = ADDRESS.search(text(each.get("url"))) if isinstance(each, dict) else None
    return int(found[1]) if found else 0


def rows_of(each: Mapping[str, Any]) -> list[Any]:
    rows = each.get("rows")
    return rows[:MOST_ROWS] if isinstance(rows, list) else []


def read_rows(each: Mapping[str, Any]) -> Iterator[FileRow]:
    """Raises: ImportProblems for a row that says nothing of what it is."""
    for number, row in enumerate(rows_of(each), 1):
        whole = isinstance(row, dict) and isinstance(row.get("fields"), dict)
        criterion = whole_number(row.get("criterion")) if whole else None
        if criterion is None:
            reason = _("This row cannot be read.")
            raise refused(reason, cell=str(number))
        yield read_row(criterion, row)


def read_row(criterion: int, row: Mapping[str, Any]) -> FileRow:
    code = text(row.get("code"))[:20]
    fields = {}
    problems = []
    for name, value in list(row["fields"].items())[:MOST_FIELDS]:
        if name not in NAMED and not name.startswith((PREFIX, PROPOSED)):
            continue
        if not isinstance(value, str) or len(value) > LONGEST or UNFIT.search(value):
            problems.append(ImportProblem("", code, text(value)[:80], _("This text cannot be taken.")))
        else:
            fields[name] = value
    keys = tuple(key for name in ("key", "sent") if (key := text(row.get(name))[:KEY_LENGTH]))
    return FileRow(criterion, code, whole_number(row.get("version")), fields, problems=tuple(problems), keys=keys)


def whole_number(value: object) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53
    return value if fits else None  # type: ignore[return-value]


def text(value: object) -> str:
    return UNFIT.sub("", value) if isinstance(value, str) else ""


def when(value: object) -> str:
    """A time as a browser writes it, printed; nothing for what is none."""
    try:
        at = datetime.fromisoformat(text(value))
    except ValueError:
        return ""
    return moment(at) if at.tzinfo and 2000 < at.year < 2200 else ""

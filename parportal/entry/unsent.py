"""Rows that a browser could not send, saved to a file: read without trusting any of it.

The file holds rows of several pages; each app knows the addresses of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from parportal.entry.problems import ImportProblem, ImportProblems

FORMAT, VERSION = "par-portal-rows", 1
MOST_PAGES, MOST_ROWS, MOST_FIELDS = 50, 2_000, 200
LONGEST, KEY_LENGTH = 4_000, 36
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class UnsentRow:
    """One row as a browser kept it.

    Shapes: `name` is that of the row on its page ("12", "12-l3"); `fields` by input name; `keys` are those under
    which it may have been sent, or something older of it; `problems` keep it from being taken.
    """

    name: str
    code: str
    version: int | None
    fields: Mapping[str, str]
    keys: tuple[str, ...]
    problems: tuple[ImportProblem, ...]


@dataclass(frozen=True, slots=True)
class UnsentPage:
    """The rows of one page, by its address."""

    url: str
    title: str
    rows: tuple[Any, ...]

    def read(self) -> Iterator[UnsentRow]:
        """Raises: ImportProblems for a row that says nothing of what it is."""
        for number, row in enumerate(self.rows, 1):
            if not (isinstance(row, dict) and isinstance(row.get("fields"), dict)):
                raise unreadable(number)
            yield _read_row(row)


@dataclass(frozen=True, slots=True)
class UnsentFile:
    """Shapes: `user` is the key of who typed the rows; `saved_at` is the time that the browser wrote, or None."""

    pages: tuple[UnsentPage, ...]
    user: str
    saved_at: datetime | None


def is_unsent_file(content: bytes) -> bool:
    """Whether it may be a file of unsent rows: no workbook begins like this."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_unsent_file(content: bytes) -> UnsentFile:
    """Raises: ImportProblems, when it is not such a file."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _refused(_("This file is damaged or incomplete. Save it again and send it again.")) from None
    if not (isinstance(data, dict) and data.get("format") == FORMAT and isinstance(data.get("sheets"), list)):
        raise _refused(_("This is not a file of unsent rows."))
    if data.get("version") != VERSION:
        raise _refused(_("This file was made by another version of the portal."))
    pages = tuple(_read_page(each) for each in data["sheets"][:MOST_PAGES] if isinstance(each, dict))
    return UnsentFile(pages, _text(data.get("user"))[:64], _when(data.get("saved_at")))


def unreadable(number: int) -> ImportProblems:
    return _refused(_("This row cannot be read."), cell=str(number))


def _read_page(each: Mapping[str, Any]) -> UnsentPage:
    rows = each.get("rows")
    kept = tuple(rows[:MOST_ROWS]) if isinstance(rows, list) else ()
    return UnsentPage(_text(each.get("url")), _text(each.get("title"))[:300], kept)


def _read_row(row: Mapping[str, Any]) -> UnsentRow:
    code = _text(row.get("code"))[:20]
    fields = {}
    problems = []
    for name, value in list(row["fields"].items())[:MOST_FIELDS]:
        if not isinstance(value, str) or len(value) > LONGEST or UNFIT.search(value):
            problems.append(ImportProblem("", code, _text(value)[:80], _("This text cannot be taken.")))
        else:
            fields[name] = value
    # Files of earlier versions of the portal name only the criterion.
    number = whole_number(row.get("criterion"))
    name = _text(row.get("row"))[:60] or ("" if number is None else str(number))
    keys = tuple(key for each in ("key", "sent") if (key := _text(row.get(each))[:KEY_LENGTH]))
    return UnsentRow(name, code, whole_number(row.get("version"), least=0), fields, keys, tuple(problems))


def whole_number(value: object, *, least: int = 1) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**53
    return value if fits else None  # type: ignore[return-value]


def _text(value: object) -> str:
    return UNFIT.sub("", value) if isinstance(value, str) else ""


def _when(value: object) -> datetime | None:
    """A time as a browser writes it."""
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return at if at.tzinfo and 2000 < at.year < 2200 else None


def _refused(reason: str, *, cell: str = "") -> ImportProblems:
    return ImportProblems((ImportProblem("", cell, "", reason),))

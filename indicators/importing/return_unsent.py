"""Rows of a return that a browser could not send, saved to a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from indicators.form import Item, form_of
from indicators.importing.return_file import FileRow, OtherReturn, ReturnFile
from indicators.models import Return
from indicators.typed_rows import place_named
from parportal.display import moment
from parportal.entry.unsent import UnsentPage, read_unsent_file, unreadable

ADDRESS = re.compile(r"/statistics/returns/([0-9]{1,18})/")


def read_unsent(content: bytes, reported: Return) -> ReturnFile:
    """The rows for one return, and which other returns the file holds rows of.

    Raises: ImportProblems, when it is not such a file.
    """
    file = read_unsent_file(content)
    by_return = {int(found[1]): page for page in file.pages if (found := ADDRESS.search(page.url))}
    mine = by_return.get(reported.pk)
    others = tuple(
        OtherReturn(pk, page.title, len(page.rows))
        for pk, page in by_return.items()
        if pk != reported.pk and page.rows
    )
    form = form_of(reported.period.indicator_set)
    items = form.items_for(reported.unit.type, reported.period.year)
    rows = {(row.indicator, row.line): row for row in read_rows(mine, items)} if mine else {}
    return ReturnFile(tuple(rows.values()), user=file.user, saved_at=moment(file.saved_at), others=others)


def read_rows(page: UnsentPage, items: Mapping[int, Item]) -> Iterator[FileRow]:
    """Raises: ImportProblems for a row that names no place of the return."""
    for number, row in enumerate(page.read(), 1):
        place = place_named(row.name)
        if place is None or place[0] not in items:
            raise unreadable(number)
        yield FileRow(
            indicator=place[0],
            line=place[1],
            version=row.version or 0,
            fields=row.fields,
            problems=row.problems,
            keys=row.keys,
        )

"""Two people at one row: the later save must have seen the earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from django.utils.translation import gettext as _


class StaleVersion(Exception):
    """The row was changed after the sender read it; nothing was saved."""

    def __init__(self, current: int, sent: int | None) -> None:
        super().__init__(current, sent)
        self.current = current
        self.sent = sent

    def __str__(self) -> str:
        return _("Someone else has changed this in the meantime. Look at what is there now, then save again.")


def check_version(current: int, sent: int | str | None) -> None:
    """Compare the version a form carries with the stored one; a missing or garbled version is stale.

    Raises: StaleVersion.
    """
    text = str(sent) if sent is not None else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    if number != current:
        raise StaleVersion(current, number)


def check_sum(values: Iterable[tuple[str, str]]) -> str:
    """Of what a form holds, by the names of its inputs, whatever the browser makes of the ends of lines.

    A form of many rows sends it back beside each version: rows that were not changed are not saved again.
    """
    named = sorted((name, text.replace("\r\n", "\n").strip()) for name, text in values)
    return f"{crc32(repr([each for each in named if each[1]]).encode()):08x}"

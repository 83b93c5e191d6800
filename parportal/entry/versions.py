"""Two people at one row: the later save must have seen the earlier one."""

from __future__ import annotations

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

"""Telling people that it is their turn, or that something was decided."""

from collections.abc import Iterable

from units.models import Notice, User


def notify(users: Iterable[User], *, kind: Notice.Kind, subject: str, url: str = "") -> None:
    """Leave one line for each person on the page "My work" (one insert)."""
    Notice.objects.bulk_create(Notice(user=user, kind=kind, subject=subject[:300], url=url) for user in users)

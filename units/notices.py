"""Telling people that it is their turn, or that something was decided."""

from collections.abc import Iterable

from django.utils import timezone

from units.models import Notice, User

# A later reminder of the same thing takes the place of an earlier one.
REMINDERS = (Notice.Kind.DUE_SOON, Notice.Kind.OVERDUE, Notice.Kind.REMINDED)


def notify(users: Iterable[User], *, kind: Notice.Kind, subject: str, url: str = "") -> None:
    """Leave one line for each person on the page "My work" (one insert)."""
    Notice.objects.bulk_create(Notice(user=user, kind=kind, subject=subject[:300], url=url) for user in users)


def notify_anew(users: Iterable[User], *, kind: Notice.Kind, subject: str, url: str) -> None:
    """Remind: unread reminders of the same page are taken for read, the new one stands alone (two queries)."""
    told = list(users)
    earlier = Notice.objects.filter(user__in=told, kind__in=REMINDERS, url=url, read_at=None)
    earlier.update(read_at=timezone.now())
    notify(told, kind=kind, subject=subject, url=url)

"""Sending the e-mail of the day."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from scoring.digests import Training, digest_mail, news_for
from units.models import Digest, Notice, User

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Mailed:
    """What a run did. Units: people."""

    sent: int = 0
    failed: int = 0


def send_digests() -> Mailed:
    """Mail everybody who has an address, wants mail, has something new and was not mailed today.

    A mail is kept as sent once the mail server took it: a run that is killed is taken up by the next one. What
    fails is logged, not kept, and does not stop the others; without a server the run ends.
    """
    on = timezone.localdate()
    outcome, training = Mailed(), Training.now()
    connection = get_connection()
    connection.open()
    try:
        for user in addressees():
            try:
                news = news_for(user, training)
                if news is None:
                    continue
                mail = digest_mail(user, news)
                mail.connection = connection
                mail.send()
                with transaction.atomic():
                    Digest.objects.create(user=user, on=on, notices=news.seen)
                outcome.sent += 1
            except Exception:
                logger.exception("the mail of the day to user %s failed", user.pk)
                outcome.failed += 1
                connection.close()
                connection.open()
    finally:
        connection.close()
    return outcome


def addressees() -> list[User]:
    """Who may be mailed now; whether there is something to say is seen one by one."""
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at=None)
    mailed = Digest.objects.filter(user=OuterRef("pk"), on=timezone.localdate())
    people = User.objects.filter(Exists(unread), ~Exists(mailed), is_active=True, wants_mail=True)
    return list(people.exclude(email="").order_by("pk"))

"""The one e-mail of a day: what is new for a person since the last one, and what waits.

Of training campaigns nobody gets mail; their notices stand in the portal only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from scoring.models import Campaign, ScoreSheet
from scoring.work import work_of
from units.mail import absolute, mail_off_path
from units.models import Notice, User
from units.work_list import TaskList

LINES = 30


@dataclass(frozen=True, slots=True)
class Training:
    """The training campaigns, as notices name them."""

    codes: frozenset[str]
    titles: frozenset[str]
    sheets: frozenset[int]

    @classmethod
    def now(cls) -> Training:
        campaigns = list(Campaign.objects.filter(training=True).only("code", "title"))
        return cls(
            frozenset(each.code for each in campaigns),
            frozenset(each.title for each in campaigns),
            frozenset(ScoreSheet.objects.filter(campaign__in=campaigns).values_list("pk", flat=True)),
        )

    def concerns(self, notice: Notice) -> bool:
        """Whether a notice is about a training campaign: it names one, or leads to it or to a sheet of it."""
        if notice.subject in self.titles:
            return True
        try:
            match = resolve(urlsplit(notice.url).path)
        except Resolver404:
            return False
        if match.route.startswith("sheets/"):
            return match.kwargs.get("pk") in self.sheets
        return match.kwargs.get("code") in self.codes


@dataclass(frozen=True, slots=True)
class News:
    """What a digest says. `seen` counts all notices that the person had by then."""

    fresh: Sequence[Notice]
    lists: Sequence[TaskList]
    seen: int


def news_for(user: User, training: Training) -> News | None:
    """What is new for a person; nothing to send when there is no unread notice since the last digest."""
    last = user.digests.order_by("-on").first()
    notices = list(user.notices.order_by("pk"))
    fresh = [
        each
        for each in notices[last.notices if last else 0 :]
        if each.read_at is None and not training.concerns(each)
    ]
    if not fresh:
        return None
    lists = []
    for each in work_of(user):
        tasks = tuple(task for task in each.tasks if not task.training)
        if tasks:
            lists.append(TaskList(each.title, tasks))
    return News(fresh, lists, len(notices))


def digest_mail(user: User, news: News) -> EmailMessage:
    """The mail: plain text in the language of the portal, with whole addresses."""
    with override(settings.LANGUAGE_CODE):
        off = absolute(mail_off_path(user))
        text = render_to_string(
            "scoring/mail/digest.txt",
            {
                "person": user,
                "notices": [(each, absolute(each.url) if each.url else "") for each in news.fresh[:LINES]],
                "more_notices": max(0, len(news.fresh) - LINES),
                "lists": [in_mail(each) for each in news.lists],
                "home": absolute(reverse("home")),
                "off": off,
            },
        )
        shown = {"new": len(news.fresh), "tasks": sum(len(each.tasks) for each in news.lists)}
        subject = _("PAR Portal: %(new)s new notices, %(tasks)s tasks waiting") % shown
    headers = {
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, text, to=[user.email], headers=headers)


def in_mail(tasks: TaskList) -> dict[str, object]:
    return {
        "title": tasks.title,
        "tasks": [(task, absolute(task.url)) for task in tasks.tasks[:LINES]],
        "more": max(0, len(tasks.tasks) - LINES),
    }

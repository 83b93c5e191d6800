"""Reminding units, each day, of plans and reports of remediation whose last day is near or has passed."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.deadlines import stage_began
from parportal.display import day
from plans.task_words import left_words
from scoring.models import PUBLIC, Filing, FilingKind
from scoring.remediation_round import people_of
from units.models import Notice
from units.notices import notify_anew

KINDS = (Notice.Kind.DUE_SOON, Notice.Kind.OVERDUE)


def remind_of_filings(on: date) -> int:
    """One line a person and paper that was not sent, once in each stage of its day. Returns how many were left.

    Of the report once the plan was sent. A day that was missed is made up for.
    """
    pressing = {filing: since for filing in unsent(on) if (since := stage(filing, on))}
    people = people_of({filing.unit_id for filing in pressing})
    last = last_told({url_of(filing) for filing in pressing})
    told = 0
    with transaction.atomic():
        for filing, since in pressing.items():
            url = url_of(filing)
            anew = [user for user in people.get(filing.unit_id, []) if is_new(last.get((user.pk, url)), since)]
            if anew:
                notify_anew(anew, kind=kind_of(filing, on), subject=subject_of(filing, on), url=url)
            told += len(anew)
    return told


def unsent(on: date) -> list[Filing]:
    """The first paper of each unit that is missing: its plan, else its report. This year's and the last one's."""
    rows = Filing.objects.filter(
        round__report_before__gte=date(on.year - 1, 1, 1), sent_on=None, round__campaign__status__in=PUBLIC
    )
    first = dict[tuple[int, int], Filing]()
    for filing in rows.select_related("round__campaign", "unit").order_by("round", "unit"):
        key = (filing.round_id, filing.unit_id)
        if key not in first or filing.kind == FilingKind.PLAN:
            first[key] = filing
    return list(first.values())


def stage(filing: Filing, on: date) -> date | None:
    return stage_began(filing.last_day, on, is_past=on > filing.last_day)


def url_of(filing: Filing) -> str:
    """The page of the unit; the kind of paper keeps the reminders of plan and report apart."""
    return f"{reverse('remediation_own', args=[filing.round_id, filing.unit_id])}?part={filing.kind}"


def is_new(last: date | None, since: date) -> bool:
    return last is None or last < since


def last_told(urls: set[str]) -> dict[tuple[int, str], date]:
    """The day on which each person was last reminded of each paper: one query."""
    rows = Notice.objects.filter(url__in=urls, kind__in=KINDS).order_by().values("user", "url")
    return {(row["user"], row["url"]): timezone.localdate(row["last"]) for row in rows.annotate(last=Max("at"))}


def kind_of(filing: Filing, on: date) -> Notice.Kind:
    return Notice.Kind.OVERDUE if on >= filing.before else Notice.Kind.DUE_SOON


def subject_of(filing: Filing, on: date) -> str:
    with override(settings.LANGUAGE_CODE):
        shown = {
            "what": filing.get_kind_display(),
            "day": day(filing.before),
            "left": left_words(filing.last_day, on),
            "campaign": filing.round.campaign.title,
        }
        return _("%(what)s before %(day)s (%(left)s): %(campaign)s") % shown

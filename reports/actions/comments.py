"""Remarks on a draft between those who write it and those who approve it."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.problems import EntryProblem
from reports.models import Report, ReportComment
from reports.workflow import writing_roles
from units.audit import Action, Change, record
from units.models import Notice, User
from units.notices import notify

LENGTH = 2000
MOST = 500


@transaction.atomic
def add_comment(*, report: Report, key: str, text: str, by: User) -> ReportComment:
    """A remark on a section, or without a key on the whole; whoever else works on the report is told.

    Raises: EntryProblem.
    """
    said = text.strip()
    if not said:
        raise EntryProblem(_("Write the comment first."))
    if len(said) > LENGTH:
        raise EntryProblem(_("The comment is longer than %(count)s characters."), {"count": LENGTH})
    if report.comments.count() >= MOST:
        raise EntryProblem(_("The report has too many comments."))
    made = ReportComment.objects.create(report=report, key=key[:80], text=said, by=by)
    record(Action.REPORT_COMMENTED, report, by=by, changes=[Change(made, "text", "", said)])
    others = User.objects.holding(*writing_roles(report), units=[report.unit_id]).exclude(pk=by.pk)
    url = f"{reverse('report', args=[report.pk])}#comment-{made.pk}"
    notify(others, kind=Notice.Kind.REPORT_COMMENTED, subject=str(report), url=url)
    return made


@transaction.atomic
def settle_comment(*, comment: ReportComment, by: User) -> None:
    """Nothing when it was settled already."""
    locked = ReportComment.objects.select_for_update().get(pk=comment.pk)
    if locked.settled_at is None:
        locked.settled_at, locked.settled_by = timezone.now(), by
        locked.save(update_fields=["settled_at", "settled_by"])
        change = Change(locked, "settled_at", "", locked.text)
        record(Action.REPORT_COMMENT_SETTLED, comment.report, by=by, changes=[change])

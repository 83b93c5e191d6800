"""A finished report is sent to the unit above, once for each of its editions."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.entry.versions import check_version
from plans.actions.tasks import report_progress
from plans.models import Progress, Task
from plans.paper_words import number_and_date
from reports.actions.drafts import lock_report
from reports.models import WRITERS, Report
from reports.sending import sending_refusal
from reports.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import Notice, User
from units.models.units import today
from units.notices import notify


@transaction.atomic
def send_report(*, report: Report, task: Task | None, version: int | str | None, by: User) -> Report:
    """Send it up; the day of the first sending counts. A task that it answers is done with it.

    Raises: MoveRefused, StaleVersion, TaskRefused when the task was done meanwhile.
    """
    found = lock_report(report)
    check_version(found.version, version)
    if refusal := sending_refusal(found):
        raise MoveRefused(refusal)
    found.sent_to = found.unit.parent
    found.sent_at = found.sent_at or timezone.now()
    if task is not None:
        report_progress(task=task, progress=entry_of(found), version=task.version, by=by)
        found.task = task
    found.version += 1
    found.save(update_fields=["sent_to", "sent_at", "task", "version"])
    changes = [
        Change(found, "number", "", paper_of(found)),
        Change(found, "sent_to", "", found.sent_to.name if found.sent_to else ""),
        Change(found, "edition", "", found.edition),
        Change(found, "task", "", str(task) if task else ""),
    ]
    record(Action.REPORT_SENT, found, by=by, changes=changes)
    tell_above(found, by)
    return found


def paper_of(report: Report) -> str:
    """Its number and date, in the words of the portal."""
    with override(settings.LANGUAGE_CODE):
        return number_and_date(f"{report.number}/{report.symbol}", report.issued_on)


def entry_of(report: Report) -> Progress:
    """What the calendar records."""
    with override(settings.LANGUAGE_CODE):
        text = _("Sent on the portal.")
    return Progress(on=today(), paper=paper_of(report), text=text, is_done=True)


def tell_above(report: Report, by: User) -> None:
    told = User.objects.holding(*WRITERS, units=[report.sent_to]).exclude(pk=by.pk) if report.sent_to else ()
    url = reverse("report", args=[report.pk])
    notify(told, kind=Notice.Kind.REPORT_SENT, subject=str(report), url=url)

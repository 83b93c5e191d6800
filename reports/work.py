"""What a person has to do with papers: for the page "My work"."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from reports.models import WRITERS, Report, ReportStatus
from reports.workflow import GIVEN_BACK, STATE_ACTIONS
from units.access import Role
from units.models import AuditEvent, User
from units.work_list import Task, TaskList


def reports_work(user: User) -> list[TaskList]:
    """For leaders: reports to approve. For those who write: reports that were given back."""
    return [
        TaskList(_("Reports to approve"), tuple(to_approve(user))),
        TaskList(_("Reports that were given back"), tuple(to_mend(user))),
    ]


def to_approve(user: User) -> Iterable[Task]:
    if not user.has_role(Role.LEADER):
        return
    waiting = Report.objects.led_by(user).filter(status=ReportStatus.FOR_APPROVAL)
    for report in waiting.select_related("unit").order_by("updated_at", "pk"):
        yield task_of(report, report.unit.name, "waiting")


def to_mend(user: User) -> Iterable[Task]:
    """Drafts of the own unit whose last move gave them back: one query."""
    units = user.units_as(*WRITERS)
    if not units:
        return
    drafts = Report.objects.editable_by(user).filter(unit__in=units, status=ReportStatus.DRAFT)
    for report in with_last_move(drafts).select_related("unit").order_by("updated_at", "pk"):
        move, reason = vars(report)["last_move"], vars(report)["last_reason"]
        if move in GIVEN_BACK:
            yield task_of(report, _("Given back: %(reason)s") % {"reason": reason}, "draft")


def with_last_move(reports: QuerySet[Report]) -> QuerySet[Report]:
    scope = ContentType.objects.get_for_model(Report)
    moves = AuditEvent.objects.filter(scope_type=scope, scope_id=OuterRef("pk"), action__in=STATE_ACTIONS)
    last = moves.order_by("-pk")
    return reports.annotate(
        last_move=Subquery(last.values("action")[:1]), last_reason=Subquery(last.values("reason")[:1])
    )


def task_of(report: Report, text: str, badge: str) -> Task:
    return Task(
        url=reverse("report", args=[report.pk]),
        title=str(report),
        text=text,
        badge=badge,
        badge_text=report.get_status_display(),
    )

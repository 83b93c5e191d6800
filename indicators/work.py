"""What a person has to do with figures: for the page "My work"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import FILLED_IN, Period, PeriodStatus, Return, ReturnStatus
from indicators.period_board import BoardRow, board_rows
from parportal.deadlines import Deadline
from units.access import Role
from units.models import User
from units.work_list import Task, TaskList


def figures_work(user: User) -> list[TaskList]:
    """Returns of the own unit to fill in, those to be mended first; returns of others to accept."""
    rows = to_report(user)
    returned = [row for row in rows if row.found.status == ReturnStatus.RETURNED]
    others = [row for row in rows if row.found.status != ReturnStatus.RETURNED]
    return [
        TaskList(_("Figures to be corrected"), tuple(map(report_task, returned))),
        TaskList(_("Figures to report"), tuple(map(report_task, others))),
        TaskList(_("Figures to accept"), tuple(to_accept(user))),
    ]


def to_report(user: User) -> Sequence[BoardRow]:
    units = user.units_as(Role.OFFICER, Role.LEADER)
    if not units:
        return []
    own = Return.objects.visible_to(user).filter(unit__in=units)
    rows = board_rows(own.filter(status__in=FILLED_IN, period__status=PeriodStatus.OPEN))
    return sorted(rows, key=lambda row: (row.found.deadline_at, row.found.pk))


def report_task(row: BoardRow) -> Task:
    found = row.found
    is_returned = found.status == ReturnStatus.RETURNED
    returned = _("Returned: %(reason)s") % {"reason": found.return_reason}
    return Task(
        url=reverse("return", args=[found.pk]),
        title=f"{found.period.indicator_set.title} · {found.period}",
        text=returned if is_returned else found.unit.name,
        badge=row.badge,
        badge_text=found.get_status_display(),
        answered=row.reported,
        total=row.asked,
        deadline=row.deadline,
    )


def to_accept(user: User) -> Iterable[Task]:
    """Open periods of the own office in which units have submitted figures: one query."""
    if not user.has_role(Role.COORDINATOR):
        return
    waiting = Count("returns", filter=Q(returns__status=ReturnStatus.SUBMITTED))
    done = Count("returns", filter=Q(returns__status=ReturnStatus.ACCEPTED))
    periods = Period.objects.coordinated_by(user).filter(status=PeriodStatus.OPEN)
    found = periods.select_related("indicator_set").order_by("due_at", "pk")
    counted: QuerySet[Any] = found.annotate(waiting=waiting, done=done, units=Count("returns"))
    for period in counted.filter(waiting__gt=0):
        words = ngettext("%(count)s return to accept", "%(count)s returns to accept", period.waiting)
        yield Task(
            url=f"{reverse('period', args=[period.pk])}?show=submitted",
            title=f"{period.indicator_set.title} · {period}",
            text=words % {"count": period.waiting},
            badge="waiting",
            badge_text=period.get_status_display(),
            answered=period.done,
            total=period.units,
            deadline=Deadline.of(period.due_at),
        )

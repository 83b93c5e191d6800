"""What a person has to do of tasks: for the page "My work"."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.actions.task_reminders import pressing_url
from plans.counting_tasks import standing_as
from plans.models import Standing, Task
from plans.task_list import TaskLine, task_lines
from units import work_list
from units.access import Role
from units.models import User
from units.models.units import today

SHOWN = 6
TITLE_LENGTH = 120


def tasks_work(user: User) -> list[work_list.TaskList]:
    """Tasks of the own unit that are not done, and how many of the own office's are overdue.

    Those of this year and the last one: what is older stands on the page of all tasks.
    """
    since = today().year - 1
    lines = to_do(user, since)
    shown = tuple(work_line(line) for line in lines[:SHOWN])
    more = max(0, len(lines) - SHOWN)
    return [
        work_list.TaskList(_("Tasks to carry out"), shown, more, pressing_url()),
        work_list.TaskList(_("Tasks that your office gave"), tuple(overdue(user, since))),
    ]


def to_do(user: User, since: int) -> list[TaskLine]:
    """Those whose last day comes first stand first, those without one last: three queries."""
    undone = Task.objects.worked_on_by(user).filter(done_on=None, year__gte=since)
    in_order = undone.order_by(F("deadline_on").asc(nulls_last=True), "position", "pk")
    return task_lines(in_order, today())


def work_line(line: TaskLine) -> work_list.Task:
    return work_list.Task(
        url=reverse("task", args=[line.task.pk]),
        title=Truncator(line.task.title).chars(TITLE_LENGTH),
        text=f"{line.task.get_origin_display()} · {line.deadline_words}",
        badge=line.badge,
        badge_text=line.words,
        answered=line.percent or 0,
        total=100 if line.percent is not None else 0,
        deadline=line.deadline,
    )


def overdue(user: User, since: int) -> Iterable[work_list.Task]:
    """A line for each office and year with overdue tasks: one query."""
    if not user.has_role(Role.COORDINATOR):
        return
    late = Task.objects.kept_by(user).filter(standing_as(Standing.OVERDUE, today()), year__gte=since)
    rows = late.order_by("year").values("year", "owner__name").annotate(tasks=Count("pk"))
    for row in rows:
        words = ngettext("%(count)s task is overdue", "%(count)s tasks are overdue", row["tasks"])
        yield work_list.Task(
            url=f"{reverse('tasks')}?year={row['year']}&show={Standing.OVERDUE}",
            title=_("Tasks of %(year)s") % {"year": row["year"]},
            text=f"{row['owner__name']} · {words % {'count': row['tasks']}}",
            badge="overdue",
            badge_text=_("overdue"),
        )

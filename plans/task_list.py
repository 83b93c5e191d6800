"""Tasks as lists show them: narrowed by the address, each ready to print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parportal.deadlines import Deadline
from plans.counting_tasks import count, standing_as
from plans.models import KEEPERS, Origin, Plan, Progress, Standing, Task
from plans.task_leads import Lead, leads_of
from plans.task_words import (
    BADGES,
    days_late,
    deadline_of,
    deadline_words,
    last_day_words,
    standing_words,
)
from units.models import Party, Unit, User
from units.models.units import today

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet

# In the address: what is not done, whether overdue or not; tasks that nobody leads.
UNDONE, NOBODY = "undone", "none"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task, ready to print. `percent` is what was last reported; None when nothing was."""

    task: Task
    standing: Standing
    badge: str
    words: str
    deadline_words: str
    last_day: str
    deadline: Deadline | None
    days_late: int
    leads: str
    cooperating: str
    percent: int | None

    @property
    def is_done(self) -> bool:
        return self.standing in (Standing.ON_TIME, Standing.LATE)


def task_lines(tasks: TaskQuerySet, on: date) -> list[TaskLine]:
    """Lines in the order of `tasks`: three queries."""
    last = Progress.objects.filter(task=OuterRef("pk"), percent__isnull=False).order_by("-on", "-pk")
    found = tasks.select_related("owner", "plan", "directive__conclusion")
    found = found.annotate(reported_percent=Subquery(last.values("percent")[:1]))
    return [task_line(task, on) for task in found.prefetch_related("leads", "cooperating")]


def task_line(task: Task, on: date) -> TaskLine:
    standing = task.standing(on)
    return TaskLine(
        task=task,
        standing=standing,
        badge=BADGES[standing],
        words=standing_words(standing),
        deadline_words=deadline_words(task),
        last_day=last_day_words(task),
        deadline=deadline_of(task, on),
        days_late=days_late(task),
        leads=named(task.leads.all()),
        cooperating=named(task.cooperating.all()),
        percent=100 if task.done_on else getattr(task, "reported_percent", None),
    )


def named(parties: Iterable[Party]) -> str:
    return ", ".join(sorted(party.name for party in parties))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty means all. Shapes: `lead` is `Lead.key` or "none"."""

    year: int | None = None
    origin: str = ""
    lead: str = ""
    show: str = ""
    mine: bool = False

    @classmethod
    def of(cls, asked: QueryDict) -> Wanted:
        year, origin, show = asked.get("year", ""), asked.get("origin", ""), asked.get("show", "")
        lead = asked.get("lead", "")
        return cls(
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            origin=origin if origin in Origin.values else "",
            lead=lead if lead == NOBODY or is_key(lead) else "",
            show=show if show in (UNDONE, *Standing) else "",
            mine=asked.get("mine") == "1",
        )

    def tasks(self, user: User) -> TaskQuerySet:
        """What the person may see of it, whatever its standing."""
        tasks = Task.objects.visible_to(user)
        if self.year is not None:
            tasks = tasks.filter(year=self.year)
        if self.origin:
            tasks = tasks.filter(origin=self.origin)
        if self.mine:
            tasks = tasks.filter(pk__in=Task.objects.worked_on_by(user).values("pk"))
        return led_by(tasks, self.lead) if self.lead else tasks


def is_key(text: str) -> bool:
    return text[:1] in ("u", "p") and text[1:].isascii() and text[1:].isdigit() and len(text) < 19


def led_by(tasks: TaskQuerySet, key: str) -> TaskQuerySet:
    """The tasks that stand in one row of the board."""
    if key == NOBODY:
        return tasks.filter(leads=None)
    if key.startswith("u"):
        return tasks.led_by_unit(Unit(pk=int(key[1:])))
    through = Task.leads.through.objects.filter(party=int(key[1:]))
    return tasks.filter(pk__in=through.values("task"))


def standing_so(tasks: TaskQuerySet, show: str, on: date) -> TaskQuerySet:
    if show == UNDONE:
        return tasks.filter(Q(done_on=None) | Q(done_on__gt=on))
    return tasks.filter(standing_as(Standing(show), on)) if show else tasks


def tabs(tasks: TaskQuerySet, wanted: Wanted, query: QueryDict, on: date) -> list[tuple[str, str, int, bool]]:
    """The choices by standing, as (address, words, tasks, is chosen): one query."""
    counts = count(tasks, on)
    numbers = {"": counts.assigned, UNDONE: counts.undone + counts.open}
    numbers |= {standing.value: counts.of(standing) for standing in Standing}
    kept = query.copy()
    kept.pop("page", None)
    found = []
    for show, words in show_words().items():
        kept["show"] = show
        found.append((f"?{kept.urlencode()}", words, numbers[show], show == wanted.show))
    return found


def show_words() -> dict[str, str]:
    return {
        "": _("All tasks"),
        UNDONE: pgettext("tasks", "Not done"),
        Standing.OVERDUE: pgettext("tasks", "Overdue"),
        Standing.OPEN: pgettext("tasks", "Under way"),
        Standing.ON_TIME: pgettext("tasks", "Done on time"),
        Standing.LATE: pgettext("tasks", "Done late"),
    }


def lead_choices(tasks: TaskQuerySet) -> list[Lead]:
    """Who leads some of the tasks, by name: two queries."""
    return sorted({lead for leads in leads_of(tasks).values() for lead in leads})


def plan_tasks(plan: Plan, user: User) -> dict[str, Any]:
    """What `plans/plan_tasks.html` needs on the page of a plan: five queries."""
    tasks = Task.objects.visible_to(user).filter(plan=plan)
    on = today()
    return {
        "plan": plan,
        "task_lines": task_lines(tasks, on),
        "task_counts": count(tasks, on),
        "may_give_tasks": plan.owner_id in user.units_as(*KEEPERS),
        "task_new_url": f"{reverse('task_new')}?plan={plan.pk}",
    }

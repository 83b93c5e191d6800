"""What a person has to do of remediation: papers of the own unit to send, and what is overdue at the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.counting_tasks import standing_as
from plans.models import Standing, Task
from plans.task_words import BADGES, deadline_at
from scoring.models import PUBLIC, Filing, FilingKind, Remediation, RemediationRound
from scoring.models.campaigns import governing
from scoring.models.remediation import WRITERS, concerned
from scoring.remediation_page import filing_words
from units import work_list
from units.access import Role
from units.models import User
from units.models.units import today

# What is older than the last year stands on the page of the rounds.
YEARS = 1


def remediation_work(user: User) -> list[work_list.TaskList]:
    """Two queries for who works for a unit, one for who coordinates or leads an office."""
    on = today()
    return [
        work_list.TaskList(_("Lost points: plans and reports to send"), tuple(to_send(user, on))),
        work_list.TaskList(_("Lost points: overdue at your office"), tuple(overdue(user, on))),
    ]


def since(on: date) -> date:
    return date(on.year - YEARS, 1, 1)


def to_send(user: User, on: date) -> Iterable[work_list.Task]:
    """The next paper of each round: the report once the plan was sent."""
    if not user.units_as(*WRITERS):
        return
    plans = Filing.objects.filter(round=OuterRef("round"), unit=OuterRef("unit"), kind=FilingKind.PLAN)
    waiting = Filing.objects.filter(
        Q(kind=FilingKind.PLAN) | Exists(plans.filter(sent_on__isnull=False)),
        unit__in=concerned(user).values("pk"),
        sent_on=None,
        round__campaign__status__in=PUBLIC,
        round__report_before__gte=since(on),
    )
    for filing in waiting.select_related("round__campaign", "unit").order_by("round__plan_before", "unit__name"):
        standing = filing.standing(on)
        yield work_list.Task(
            url=reverse("remediation_own", args=[filing.round_id, filing.unit_id]),
            title=f"{capfirst(filing.get_kind_display())}: {filing.unit.name}",
            text=filing.round.campaign.title,
            badge=BADGES[standing],
            badge_text=filing_words(standing),
            deadline=deadline_at(filing.last_day, on),
        )


def overdue(user: User, on: date) -> Iterable[work_list.Task]:
    """A line for each round of the own office with papers that are missing or tasks that are overdue."""
    if not user.units_as(Role.COORDINATOR, Role.LEADER):
        return
    missing = Q(filings__sent_on=None) & (
        Q(filings__kind=FilingKind.PLAN, plan_before__lte=on)
        | Q(filings__kind=FilingKind.REPORT, report_before__lte=on)
    )
    late = Task.objects.filter(standing_as(Standing.OVERDUE, on)).values("pk")
    tasks = Remediation.objects.filter(round=OuterRef("pk"), task__in=late).order_by().values("round")
    rounds = RemediationRound.objects.filter(
        governing(user, "campaign__"), campaign__status__in=PUBLIC, report_before__gte=since(on)
    )
    counted = rounds.annotate(
        missing=Count("filings", filter=missing, distinct=True),
        late=Coalesce(Subquery(tasks.annotate(tasks=Count("pk")).values("tasks")), 0),
    )
    rows = counted.filter(Q(missing__gt=0) | Q(late__gt=0)).order_by("-report_before", "pk")
    for row in rows.values("pk", "campaign__title", "missing", "late"):
        yield work_list.Task(
            url=reverse("remediation", args=[row["pk"]]),
            title=row["campaign__title"],
            text=" · ".join(overdue_words(row["missing"], row["late"])),
            badge="overdue",
            badge_text=_("overdue"),
        )


def overdue_words(papers: int, tasks: int) -> Iterable[str]:
    if papers:
        yield ngettext("%(count)s paper is missing", "%(count)s papers are missing", papers) % {"count": papers}
    if tasks:
        yield ngettext("%(count)s task is overdue", "%(count)s tasks are overdue", tasks) % {"count": tasks}

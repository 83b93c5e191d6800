"""The report on administrative reform goes up: which task of a calendar it answers, and who has sent what.

Sent is the archived paper: its files never change, and the unit above reads them. The first sending counts as the
time; a corrected edition that is sent again changes nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext as _

from plans.models import ObligationKind, Origin, Task
from plans.obligation_days import sendable
from reports.models import WRITERS, Report, ReportKind, ReportStatus, told_when_sent
from reports.periods import Period, span_of
from units.models import Party, Unit, UnitType, User
from units.names import folded

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet

# A day of a calendar that is farther from the due day of every period names none by its day alone.
NEAR = timedelta(days=25)
_LABELS = (
    (Period.NINE_MONTHS, re.compile(r"\b(9|chin) thang\b")),
    (Period.HALF_YEAR, re.compile(r"\b(6|sau) thang\b|\bquy (ii|2)\b|\bnua (dau )?nam\b")),
    (Period.THIRD_QUARTER, re.compile(r"\bquy (iii|3)\b")),
    (Period.FIRST_QUARTER, re.compile(r"\bquy (i|1)\b")),
    (Period.YEAR, re.compile(r"\bnam\b|\bquy (iv|4)\b|\b(12|muoi hai) thang\b")),
)
_REFORM = re.compile(r"cchc|cai cach hanh chinh")


def sending_refusal(report: Report) -> str:
    """Why a report cannot be sent now, in words; empty when it can."""
    if report.kind != ReportKind.ANNUAL_REPORT:
        return _("Only the report on administrative reform is sent to the unit above.")
    if report.unit.parent_id is None:
        return _("No unit stands above this one on the portal.")
    if report.status != ReportStatus.ARCHIVED:
        return _("A report is sent once it is archived: then its files stay as they are.")
    if not report.number:
        return _("Give the report its number first.")
    if report.edition in sent_editions(report):
        return _("This edition was sent already.")
    return ""


def may_be_sent(report: Report, user: User) -> bool:
    """Whether its page offers it. Two queries at most."""
    return report.unit_id in user.units_as(*WRITERS) and not sending_refusal(report)


def sent_editions(report: Report) -> set[int]:
    """One query, none of a report that was never sent."""
    if report.sent_at is None:
        return set()
    return {int(each) for each in told_when_sent(report.pk, "edition").values_list("new", flat=True)}


def answered_by(report: Report, user: User) -> list[Task]:
    """The open tasks that the report may answer, the best match first. Three queries.

    They are of the unit's own calendar, or what the unit above asks of each.
    """
    if report.task_id is not None:
        return []
    led = Task.objects.led_by_unit(report.unit).values("pk")
    own = Q(owner=report.unit_id, due_day__obligation__for_each=False)
    asked = Q(pk__in=led, owner=report.unit.parent_id, due_day__obligation__for_each=True)
    tasks = sendable(user).filter(own | asked, year=report.year, done_on=None)
    reports = tasks.filter(due_day__obligation__kind=ObligationKind.REPORT)
    return sorted(reports.select_related("owner", "due_day__obligation"), key=lambda task: distance(task, report))


def best_match(report: Report, tasks: Iterable[Task]) -> Task | None:
    """What the form preselects: the task of the same period, if it is about the reform."""
    return next((task for task in tasks if is_about_reform(task) and period_of(task) == report.period), None)


def distance(task: Task, report: Report) -> tuple[bool, bool, bool, timedelta, int]:
    """What is about the reform first, then the same period, what the unit above asks, and the nearest day."""
    due = span_of(report.period, report.year).due
    days = abs((task.deadline_on or date.max) - due)
    return (
        not is_about_reform(task),
        period_of(task) != report.period,
        task.owner_id == report.unit_id,
        days,
        task.pk,
    )


def is_about_reform(task: Task) -> bool:
    if task.due_day is None:
        return False
    obligation = task.due_day.obligation
    return bool(
        _REFORM.search(folded(f"{obligation.code} {obligation.title} {obligation.field}".replace("_", " ")))
    )


def period_of(task: Task) -> Period | None:
    """The period that a day of a calendar stands for: by its name, else by its nearness to a due day."""
    label = folded(task.due_day.label) if task.due_day is not None else ""
    named = next((period for period, words in _LABELS if words.search(label)), None)
    if named is not None or task.deadline_on is None:
        return named
    # The nine months fall due with the third quarter: the quarter goes before.
    near = [
        (abs(span_of(each, task.year).due - task.deadline_on), place, each) for place, each in enumerate(Period)
    ]
    days, _place, period = min(near)
    return period if days <= NEAR else None


def receiving_units(user: User) -> list[Unit]:
    """The units of a person to which others report: one query."""
    above = (UnitType.PROVINCE, UnitType.DISTRICT)
    return list(Unit.objects.filter(pk__in=user.units_as(*WRITERS), type__in=above).order_by("name", "pk"))


def asked_of_each(unit: Unit, year: int) -> TaskQuerySet:
    """The reports that a unit's calendar asks of each unit below it."""
    tasks = Task.objects.filter(
        owner=unit, year=year, origin=Origin.OBLIGATION, due_day__obligation__for_each=True
    )
    return tasks.filter(due_day__obligation__kind=ObligationKind.REPORT).select_related("due_day__obligation")


def sent_reports(unit: Unit, year: int, period: str) -> dict[int, Report]:
    """What was sent to a unit for a period, by primary key of the sender: one query.

    `sent_number` is that of the edition sent last: a later one stays with its unit until it is sent.
    """
    reports = Report.objects.filter(kind=ReportKind.ANNUAL_REPORT, sent_to=unit, year=year, period=period)
    numbers = told_when_sent(OuterRef("pk"), "number").order_by("-pk").values("new")[:1]
    return {each.unit_id: each for each in reports.exclude(sent_at=None).annotate(sent_number=Subquery(numbers))}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A period of a year, as an address names it."""

    year: int
    period: Period

    @classmethod
    def nearest(cls, on: date) -> Chosen:
        """The one whose report falls due nearest to a day."""
        every = [cls(year, period) for year in (on.year, on.year - 1) for period in Period]
        return min(every, key=lambda each: abs(span_of(each.period, each.year).due - on))


def with_parties(tasks: TaskQuerySet) -> TaskQuerySet:
    return tasks.prefetch_related(Prefetch("leads", Party.objects.prefetch_related("members")), "progress")

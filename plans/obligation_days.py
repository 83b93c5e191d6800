"""The calendar of a year as its page and its workbook show it: what falls due when, and how it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Min, Prefetch, Q
from django.http import QueryDict

from parportal.entry.dates import FIRST_YEAR, LAST_YEAR
from plans.counting_tasks import TaskCounts, count, count_by, standing_as
from plans.document_list import number_of
from plans.models import KEEPERS, DueDay, Obligation, Origin, Progress, Standing, Task
from plans.obligation_words import due_words, last_day_of, sent_words
from plans.task_leads import Lead, leads_of
from plans.task_list import TaskLine, is_key, led_by, task_line
from units.access import Role
from units.models import Unit, User

if TYPE_CHECKING:
    from plans.models.obligations import ObligationQuerySet
    from plans.models.tasks import TaskQuerySet

# In the address: the calendars of every unit that the person sees, not only of his own.
EVERY = "all"
# How many years back the calendar offers without tasks.
OLDEST = 10


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of the calendar: what one unit sends, what a whole group sends, or a day that has no task yet.

    Shapes: `line` is set for one unit, `counts` for a group, neither for a day without tasks.
    """

    label: str
    on: date
    due: str
    last_day: str
    line: TaskLine | None = None
    counts: TaskCounts | None = None
    paper: str = ""
    may_send: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """An obligation with the lines of a year. `is_open` says whether the person may open its page."""

    obligation: Obligation
    lines: list[DayLine]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The year of a calendar. `counts` are of tasks in every state; `lacks` says whether days of what the person
    keeps have no task."""

    sections: list[Section]
    counts: TaskCounts
    leads: list[Lead]
    lacks: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the calendar is narrowed to. Shapes: `unit` is a primary key, "all", or empty for the own offices."""

    year: int
    unit: str = ""
    lead: str = ""
    show: str = ""

    @classmethod
    def of(cls, asked: QueryDict, running: int) -> Wanted:
        year, unit, lead, show = (asked.get(name, "") for name in ("year", "unit", "lead", "show"))
        return cls(
            year=year_of(year) or running,
            unit=unit if unit == EVERY or (unit.isascii() and unit.isdigit() and len(unit) < 19) else "",
            lead=lead if is_key(lead) else "",
            show=show if show in tuple(Standing) else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.unit or self.lead or self.show)

    def obligations(self, user: User) -> ObligationQuerySet:
        """Those of the year that the person may open, of the wanted unit."""
        found = Obligation.objects.visible_to(user).of_year(self.year)
        if self.unit == EVERY:
            return found
        return found.filter(owner__in=[int(self.unit)] if self.unit else own_units(user))

    def tasks(self, user: User) -> TaskQuerySet:
        """The tasks of the year, whatever their state."""
        found = due_tasks(user).filter(year=self.year)
        if self.unit.isdigit():
            found = found.filter(owner=int(self.unit))
        elif not self.unit:
            mine = Q(owner__in=own_units(user)) | Q(pk__in=Task.objects.worked_on_by(user).values("pk"))
            found = found.filter(mine)
        return led_by(found, self.lead) if self.lead else found


def year_of(text: str) -> int | None:
    """A year of the address; None for anything else, and for one that no calendar of the portal has."""
    year = number_of(text, 4)
    return year if year and FIRST_YEAR <= year <= LAST_YEAR else None


def own_units(user: User) -> frozenset[int]:
    return user.units_as(Role.OFFICER, Role.LEADER, Role.COORDINATOR)


def due_tasks(user: User) -> TaskQuerySet:
    """The tasks of calendars: those that the person works on, and all of an obligation that he may open."""
    opened = Obligation.objects.visible_to(user).values("pk")
    seen = Q(pk__in=Task.objects.visible_to(user).values("pk")) | Q(due_day__obligation__in=opened)
    return Task.objects.filter(seen, origin=Origin.OBLIGATION)


def sendable(user: User) -> TaskQuerySet:
    """Those for which the person records what was sent: for a unit that sends, or for whom it is kept."""
    kept = Obligation.objects.editable_by(user).values("pk")
    mine = Q(pk__in=Task.objects.reportable_by(user).values("pk")) | Q(due_day__obligation__in=kept)
    return Task.objects.filter(mine, origin=Origin.OBLIGATION)


def calendar_of(user: User, wanted: Wanted, on: date, *, folded: bool = True) -> Calendar:
    """The calendar of a year: a number of queries that does not grow.

    What each member of a group sends stands in one line, unless a lead or a state is looked for; without
    `folded` each member has a line.
    """
    obligations = list(wanted.obligations(user).select_related("owner", "lead").prefetch_related("days"))
    opened = {each.pk for each in obligations}
    tasks = wanted.tasks(user)
    shown = tasks.filter(standing_as(Standing(wanted.show), on)) if wanted.show else tasks
    groups: dict[int, TaskCounts] = {}
    if folded and not (wanted.lead or wanted.show):
        in_one = Q(due_day__obligation__in=opened, due_day__obligation__for_each=True)
        groups = {int(key): counts for key, counts in count_by(tasks.filter(in_one), "due_day", on).items()}
        shown = shown.exclude(due_day__in=groups)
    lines = lines_by_obligation(shown, sendable_in(user, wanted.year), on)
    lacks = False
    if not (wanted.lead or wanted.show):
        bare = add_bare(lines, obligations, groups, wanted.year)
        lacks = any(each.owner_id in user.units_as(*KEEPERS) for each in bare)
    in_order = sorted(lines, key=lambda each: (each.title, each.pk))
    sections = [Section(each, sorted(lines[each], key=by_day), each.pk in opened) for each in in_order]
    return Calendar(sections, count(tasks, on), sorted_leads(wanted, user), lacks)


def add_bare(
    lines: dict[Obligation, list[DayLine]],
    obligations: Iterable[Obligation],
    groups: Mapping[int, TaskCounts],
    year: int,
) -> list[Obligation]:
    """Add the days of a group in one line each, and the days without tasks. Returns the obligations of these."""
    bare = []
    for each in obligations:
        there = {line.line.task.due_day_id for line in lines.get(each, ()) if line.line is not None}
        for day in each.days.all():
            if day.pk not in there:
                lines[each].append(bare_line(day, year, counts=groups.get(day.pk)))
                if day.pk not in groups:
                    bare.append(each)
    return bare


def by_day(line: DayLine) -> tuple[date, str, str]:
    return (line.on, line.label, line.line.leads if line.line is not None else "")


def sorted_leads(wanted: Wanted, user: User) -> list[Lead]:
    """Who leads something of the calendar, whatever lead is looked for: two queries."""
    found = leads_of(replace(wanted, lead="", show="").tasks(user))
    return sorted({lead for leads in found.values() for lead in leads})


def sendable_in(user: User, year: int) -> set[int]:
    return set(sendable(user).filter(year=year).values_list("pk", flat=True))


def lines_by_obligation(
    tasks: TaskQuerySet, may_send: Collection[int], on: date
) -> dict[Obligation, list[DayLine]]:
    """Each task in a line of its own: four queries."""
    found = defaultdict[Obligation, list[DayLine]](list)
    for task in with_sent(tasks):
        if task.due_day is not None:
            found[task.due_day.obligation].append(sent_line(task, task.due_day, task.pk in may_send, on))
    return found


def with_sent(tasks: TaskQuerySet) -> TaskQuerySet:
    """Tasks with their day, their parties, and as `sent` the entries that say they are done."""
    sent = Progress.objects.filter(is_done=True).select_related("document")
    related = tasks.select_related("owner", "due_day__obligation__owner", "due_day__obligation__lead")
    return related.prefetch_related("leads", "cooperating", Prefetch("progress", queryset=sent, to_attr="sent"))


def sent_line(task: Task, day: DueDay, may_send: bool, on: date) -> DayLine:
    line = task_line(task, on)
    return DayLine(
        label=day.label,
        on=task.deadline_on or day.on(task.year),
        due=line.deadline_words,
        last_day=line.last_day,
        line=replace(line, words=sent_words(line.standing)),
        paper=", ".join(entry.paper for entry in task.sent if entry.paper),  # type: ignore[attr-defined]
        may_send=may_send,
    )


def bare_line(day: DueDay, year: int, *, counts: TaskCounts | None = None) -> DayLine:
    return DayLine(day.label, day.on(year), due_words(day, year), last_day_of(day, year), counts=counts)


def years_of(user: User, wanted: Wanted, running: int) -> list[int]:
    """The years that have tasks, and those of the obligations as far as the next one: newest first."""
    known = due_tasks(user).order_by().values_list("year", flat=True).distinct()
    first = Obligation.objects.visible_to(user).aggregate(first=Min("first_year"))["first"] or running
    return sorted({*known, *range(max(first, running - OLDEST), running + 2), wanted.year}, reverse=True)


def other_owners(user: User) -> list[Unit]:
    """The units whose calendars the person may open besides those of his own offices."""
    owners = Obligation.objects.visible_to(user).order_by().values("owner")
    return list(Unit.objects.filter(pk__in=owners).exclude(pk__in=own_units(user)).order_by("name", "pk"))

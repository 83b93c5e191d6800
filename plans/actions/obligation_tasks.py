"""The tasks of the calendar: those of a year are added once, and follow their obligation until they are sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max

from plans.models import DueDay, Obligation, Origin, Task
from plans.obligation_words import kind_of
from plans.own_parties import own_parties
from units.audit import Action, Change, record
from units.models import Party, Unit, User
from units.models.units import today

# What a task has from its obligation.
FOLLOWED = ("title", "recipient", "basis", "deadline_kind", "deadline_on")


def running_year() -> int:
    return today().year


def lock(owner: int) -> dict[int, Obligation]:
    """The obligations of a unit by primary key, locked together: they share its parties."""
    locked = Obligation.objects.select_for_update(of=("self",)).filter(owner=owner).order_by("pk")
    return {each.pk: each for each in locked.select_related("owner", "lead")}


@transaction.atomic
def add_year(*, owner: Unit, year: int, by: User | None, until: date | None = None) -> int:
    """Add the tasks of a year that are missing; those that are there stay. Returns how many were added.

    With `until` only what falls due up to that day.
    """
    made = 0
    for obligation in lock(owner.pk).values():
        added = add_missing(obligation, year, until=until)
        if added:
            change = Change(obligation, "calendar", "", f"{year}: {added}")
            record(Action.OBLIGATIONS_ADDED, obligation, by=by, changes=[change])
        made += added
    return made


def add_by_day(on: date) -> int:
    """The tasks of the running year, and those of the next one that fall due in the running one."""
    kept = Obligation.objects.order_by().values("owner")
    made = 0
    for owner in Unit.objects.on(on).filter(pk__in=kept).order_by("pk"):
        made += add_year(owner=owner, year=on.year, by=None)
        made += add_year(owner=owner, year=on.year + 1, by=None, until=date(on.year, 12, 31))
    return made


def add_missing(
    obligation: Obligation, year: int, *, until: date | None = None, only: Collection[int | None] | None = None
) -> int:
    """The caller holds the lock. Returns how many tasks were added.

    With `only` those of these days, by their primary keys.
    """
    if not holds(obligation, year):
        return 0
    parties = parties_of(obligation)
    there = present(obligation, year)
    position = next_position(obligation.owner_id, year)
    leads: list[Party] = []
    tasks: list[Task] = []
    for day in obligation.days.all():
        if (until is not None and day.on(year) > until) or (only is not None and day.pk not in only):
            continue
        for party in parties:
            if obligation.for_each and not sends(party, day.on(year)):
                continue
            if (day.pk, party.pk if obligation.for_each else None) not in there:
                tasks.append(task_of(obligation, day, year, position + len(tasks)))
                leads.append(party)
    Task.objects.bulk_create(tasks)
    through = Task.leads.through
    through.objects.bulk_create(
        through(task_id=task.pk, party_id=party.pk) for task, party in zip(tasks, leads, strict=True)
    )
    return len(tasks)


def holds(obligation: Obligation, year: int) -> bool:
    last = obligation.last_year
    return obligation.first_year <= year and (last is None or year <= last)


def parties_of(obligation: Obligation) -> list[Party]:
    """Who sends: the lead, the unit itself without one, or each member of the group by its own party."""
    owner, lead = obligation.owner, obligation.lead
    if obligation.for_each and lead is not None:
        return list(own_parties(owner, lead.members.order_by("name", "pk")).values())
    return [lead] if lead is not None else list(own_parties(owner, [owner]).values())


def sends(party: Party, on: date) -> bool:
    """Whether a member of a group exists on the day."""
    unit = party.unit
    return unit is None or (unit.valid_from <= on and (unit.valid_to is None or on <= unit.valid_to))


def present(obligation: Obligation, year: int) -> set[tuple[int | None, int | None]]:
    """What has a task already, as (day, party): of an obligation that one party fulfils, the day alone."""
    tasks = Task.objects.filter(due_day__obligation=obligation, year=year).order_by()
    rows = tasks.values_list("due_day", "leads")
    return {(day, party if obligation.for_each else None) for day, party in rows}


def next_position(owner: int, year: int) -> int:
    last: int | None = Task.objects.filter(owner=owner, year=year).aggregate(last=Max("position"))["last"]
    return 1 if last is None else last + 1


def task_of(obligation: Obligation, day: DueDay, year: int, position: int) -> Task:
    return Task(
        owner_id=obligation.owner_id,
        year=year,
        origin=Origin.OBLIGATION,
        due_day=day,
        title=title_of(obligation, day),
        recipient=obligation.recipient,
        basis=obligation.basis,
        deadline_kind=kind_of(day),
        deadline_on=day.on(year),
        position=position,
    )


def title_of(obligation: Obligation, day: DueDay) -> str:
    return f"{obligation.title}: {day.label}"


def settle(obligation: Obligation, *, was_for_each: bool) -> None:
    """Let the tasks that are not sent follow what was changed, and add what is missing since.

    In a year that is over nothing is added but what takes the place of a task that goes.
    """
    tasks = Task.objects.filter(due_day__obligation=obligation)
    years = {*tasks.order_by().values_list("year", flat=True).distinct(), running_year()}
    days = {day.pk: day for day in obligation.days.all()}
    parties = parties_of(obligation)
    gone: list[Task] = []
    moved: list[Task] = []
    for task in tasks.filter(done_on=None).select_for_update(of=("self",)).prefetch_related("leads"):
        if not stays(task, obligation, parties, was_for_each=was_for_each):
            gone.append(task)
            continue
        if task.due_day_id is not None and follow(task, obligation, days[task.due_day_id]):
            moved.append(task)
        if not obligation.for_each and set(task.leads.all()) != set(parties):
            task.leads.set(parties)
    Task.objects.filter(pk__in=[task.pk for task in gone]).delete()
    Task.objects.bulk_update(moved, [*FOLLOWED, "version"])
    for year in sorted(years):
        replaced = {task.due_day_id for task in gone if task.year == year}
        add_missing(obligation, year, only=replaced if year < running_year() else None)


def stays(task: Task, obligation: Obligation, parties: Iterable[Party], *, was_for_each: bool) -> bool:
    """Whether a task that is not sent is still one of its obligation."""
    if not holds(obligation, task.year):
        return False
    if not obligation.for_each:
        return not was_for_each
    return not set(parties).isdisjoint(task.leads.all())


def follow(task: Task, obligation: Obligation, day: DueDay) -> bool:
    """Give a task the words and the day of its obligation. Whether it changed."""
    new = task_of(obligation, day, task.year, task.position)
    changed = [name for name in FOLLOWED if getattr(task, name) != getattr(new, name)]
    for name in changed:
        setattr(task, name, getattr(new, name))
    task.version += bool(changed)
    return bool(changed)

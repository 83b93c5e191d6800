"""Calendars of recurring reports: of Kon Rẫy district in 2021, with its five late papers, and of 2026."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from parportal.demo.accounts import holder, unit
from parportal.demo.kon_ray import read
from parportal.demo.tasks import parties_of
from plans.actions.obligation_tasks import add_by_day, add_year
from plans.actions.obligations import DaySaid, create_obligation
from plans.models import Obligation, Progress, Task
from plans.paper_words import number_and_date
from units.access import Role
from units.models import Party, Unit, User

COLUMNS = ("code", "kind", "title", "recipient", "field", "for_each")


def load_calendars(today: date) -> None:
    """Each calendar once: what a user changed afterwards stays. Without notices; nothing is sent in the future."""
    for facts in (read("demo/calendar-2021.yaml"), *read("demo/calendar-2026.yaml")["calendars"]):
        code, since = facts["owner"]
        owner = unit(code, since)
        if not Obligation.objects.filter(owner=owner).exists():
            load_calendar(owner, facts, today)
    add_by_day(today)


def load_calendar(owner: Unit, facts: Mapping[str, Any], today: date) -> None:
    by, parties = keeper(owner), parties_of(owner)
    for row in facts["obligations"]:
        make(owner, facts, row, parties, by)
    add_year(owner=owner, year=facts["year"], by=by)
    for row in facts["obligations"]:
        for day in row["days"]:
            tasks = Task.objects.filter(due_day__obligation__owner=owner, due_day__obligation__code=row["code"])
            for task in tasks.filter(year=facts["year"], due_day__label=day["label"]):
                send(task, day, by, today)


def keeper(owner: Unit) -> User:
    return holder(Role.OFFICER if owner.type == "commune" else Role.COORDINATOR, owner)


def make(
    owner: Unit, facts: Mapping[str, Any], row: Mapping[str, Any], parties: Mapping[str, Party], by: User
) -> None:
    columns = {name: row[name] for name in COLUMNS if name in row}
    years = {"first_year": facts["first_year"], "last_year": facts.get("last_year")}
    lead = parties[row["lead"]] if "lead" in row else None
    obligation = Obligation(owner=owner, lead=lead, **columns, **years)
    create_obligation(obligation=obligation, days=[day_said(day) for day in row["days"]], by=by)


def day_said(row: Mapping[str, Any]) -> DaySaid:
    day, month = (int(each) for each in str(row.get("before") or row["by"]).split("/"))
    return DaySaid(None, row["label"], day, month, row.get("offset", 0), is_before="before" in row)


def send(task: Task, day: Mapping[str, Any], by: User, today: date) -> None:
    """Record what was sent for a task, as far as the facts say it."""
    sent = day.get("sent")
    if isinstance(sent, dict):
        units = [party.unit for party in task.leads.all() if party.unit is not None]
        sent = next((sent[each.code] for each in units if each.code in sent), None)
    if sent is None or sent > today:
        return
    paper = number_and_date(day["number"], sent) if "number" in day else ""
    Progress.objects.create(task=task, on=sent, paper=paper, is_done=True, by=by)
    Task.objects.filter(pk=task.pk).update(done_on=sent)

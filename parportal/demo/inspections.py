"""Inspections of Kon Rẫy district and of one of its communes in 2021, and one of the province that is to come."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from parportal.demo.accounts import holder, unit
from parportal.demo.kon_ray import read
from plans.actions.inspections import create_inspection, parties_for
from plans.models import DeadlineKind, InspectedUnit, Inspection, Origin, Progress, Task
from units.access import Role
from units.models import Unit, UnitType, User

HEAD = ("year", "kind", "mode", "title", "is_planned", "number", "issued_on")
VISIT = ("planned_on", "inspected_on", "number", "issued_on")


def load_inspections() -> None:
    """Without notices. What a unit has entered of a year itself stays alone."""
    new = [facts for facts in read("demo/inspections.yaml")["inspections"] if not is_there(facts)]
    for facts in new:
        load_inspection(facts)


def is_there(facts: Mapping[str, Any]) -> bool:
    owner = unit(facts["owner"], facts["since"])
    return Inspection.objects.filter(owner=owner, year=facts["year"]).exists()


def load_inspection(facts: Mapping[str, Any]) -> None:
    owner = unit(facts["owner"], facts["since"])
    by = holder(Role.OFFICER if owner.type == UnitType.COMMUNE else Role.COORDINATOR, owner)
    columns = {name: facts[name] for name in HEAD if name in facts}
    inspection = create_inspection(inspection=Inspection(owner=owner, **columns), by=by)
    for row in facts["units"]:
        visit(inspection, unit(row["unit"], facts["since"]), row, by)


def visit(inspection: Inspection, where: Unit, row: Mapping[str, Any], by: User) -> None:
    """A unit of the inspection with its findings; the own one is there from the start."""
    (party,) = parties_for(inspection.owner, [where])
    columns = {name: row[name] for name in VISIT if name in row}
    inspected, _is_new = InspectedUnit.objects.update_or_create(
        inspection=inspection, party=party, defaults=columns
    )
    for position, found in enumerate(row.get("findings", ()), 1):
        task = Task.objects.create(
            owner=inspection.owner,
            year=inspection.year,
            origin=Origin.FINDING,
            inspected=inspected,
            title=found["title"],
            product=found["product"],
            deadline_kind=DeadlineKind.BY,
            deadline_on=found["by"],
            done_on=found.get("done"),
            position=position,
        )
        task.leads.set([party])
        report(task, found, by)


def report(task: Task, found: Mapping[str, Any], by: User) -> None:
    """What was reported of a finding: that it is fixed, or how far."""
    done: date | None = found.get("done")
    if done is not None:
        Progress.objects.create(task=task, on=done, text="Đã khắc phục xong", is_done=True, by=by)
    elif "percent" in found:
        said = {"on": found["reported"], "percent": found["percent"], "text": found["text"]}
        Progress.objects.create(task=task, by=by, **said)

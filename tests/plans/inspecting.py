"""Inspections of the tests' district."""

from datetime import date
from typing import Any

from plans.actions.findings import add_finding
from plans.actions.inspections import add_units, change_unit, create_inspection
from plans.actions.tasks import report_progress
from plans.models import InspectedUnit, Inspection, InspectionKind, Progress, Task
from tests.world import World
from units.models import Unit, User

YEAR = 2025
VISITED, LATER = date(2025, 5, 12), date(2025, 12, 31)


def make_inspection(world: World, *units: Unit, by: User | None = None, **columns: Any) -> Inspection:
    """One of the district with its units, of which none was inspected yet."""
    usual = {"owner": world.district, "year": YEAR, "kind": InspectionKind.REFORM, "title": "Kiểm tra CCHC"}
    by = by or world.coordinator
    inspection = create_inspection(inspection=Inspection(**usual | columns), by=by)
    if units:
        add_units(inspection=inspection, units=units, by=by)
    return inspection


def of_unit(inspection: Inspection, where: Unit) -> InspectedUnit:
    return inspection.units.select_related("inspection", "party").get(party__unit=where)


def visit(inspection: Inspection, where: Unit, by: User, on: date = VISITED) -> InspectedUnit:
    """Say that a unit was inspected."""
    found = of_unit(inspection, where)
    found.inspected_on = on
    return change_unit(unit=found, version=found.version, by=by)


def find_at(unit: InspectedUnit, by: User, **columns: Any) -> Task:
    return add_finding(task=Task(**{"title": "Hồ sơ trễ hạn"} | columns), unit=unit, by=by)


def report(task: Task, by: User, on: date, percent: int) -> None:
    task.refresh_from_db()
    entry = Progress(on=on, percent=percent, is_done=percent == 100)
    report_progress(task=task, progress=entry, version=task.version, by=by)

"""Figures that the portal counts itself from rows of plans, named as reported ones are: `tasks: assigned.late`.

| form        | figures                                                                                         |
|-------------|-------------------------------------------------------------------------------------------------|
| tasks       | an origin, a standing: `assigned.on_time`                                                       |
| obligations | the code of an obligation, or `all`, a standing: `bao_cao_cchc.late + bao_cao_cchc.undone`      |
| inspections | a kind, or `all`, a number of `InspectionCounts`: `discipline.units_inspected`                  |
| findings    | what others found at the unit: `found`, `fixed`, `partly`, `open`                               |
| targets     | whose plan (`own`, `superior`), a result: `own.reached`                                         |
| registers   | `initiatives`, `recognised_initiatives`, `meetings`                                             |

Where nothing of a kind was entered for a year there is no figure: that nobody entered anything is not 0. A unit
that was inspected and where nothing was found has 0 findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plans import counting_targets, counting_tasks
from plans.counting_inspections import findings_at, inspection_counts, was_inspected
from plans.counting_obligations import obligation_counts
from plans.counting_registers import initiatives_of, meetings_of, recognised_of
from plans.counting_tasks import TaskCounts
from plans.models import InspectionKind, Origin, PlanKind
from plans.models.obligations import CODE
from units.models import Unit

STANDINGS = ("assigned", "on_time", "late", "undone", "open", "done")
INSPECTED = (
    "planned",
    "planned_done",
    "done",
    "units_planned",
    "units_inspected",
    "found",
    "fixed",
    "partly",
    "open",
)
FOUND = ("found", "fixed", "partly", "open")
TARGETS = ("total", "reached", "met", "exceeded", "partial", "unmet")
REGISTERS = ("initiatives", "recognised_initiatives", "meetings")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, of which year, as they stand on which day, and the names that are wanted of a form."""

    unit: Unit
    year: int
    on: date
    names: frozenset[str]

    @property
    def groups(self) -> set[str]:
        """What stands before the point of the names."""
        return {name.partition(".")[0] for name in self.names}


Figures = dict[str, Decimal]


def _named(group: str, names: Iterable[str], row: object) -> Figures:
    return {f"{group}.{name}": Decimal(getattr(row, name)) for name in names}


def _tasks(asked: Asked) -> Figures:
    """One query for each origin."""
    found: Figures = {}
    for origin in asked.groups & set(Origin.values):
        counts = counting_tasks.counts_of(asked.unit, asked.year, Origin(origin), asked.on)
        if counts.assigned:
            found |= _named(origin, STANDINGS, counts)
    return found


def _obligations(asked: Asked) -> Figures:
    by_code = obligation_counts(asked.unit, asked.year, asked.on)
    found: Figures = {}
    for code, counts in by_code.items():
        found |= _named(code, STANDINGS, counts)
    return found | _named(ALL, STANDINGS, sum(by_code.values(), TaskCounts())) if by_code else {}


def _inspections(asked: Asked) -> Figures:
    counted = inspection_counts(asked.unit, asked.year, asked.on)
    found = _named(ALL, INSPECTED, counted.total) if counted.rows else {}
    for kind, counts in counted.by_kind.items():
        found |= _named(kind, INSPECTED, counts)
    return found


def _findings(asked: Asked) -> Figures:
    counts = findings_at(asked.unit, asked.year, asked.on)
    known = counts.found or was_inspected(asked.unit, asked.year, asked.on)
    return {name: Decimal(getattr(counts, name)) for name in FOUND} if known else {}


def _targets(asked: Asked) -> Figures:
    found: Figures = {}
    for kind in asked.groups & set(PlanKind.values):
        counts = counting_targets.counts_of(asked.unit, asked.year, kind)
        if counts.total:
            found |= _named(kind, TARGETS, counts)
    return found


def _registers(asked: Asked) -> Figures:
    """One query for each register."""
    found = {"meetings": meetings_of(asked.unit, asked.year)} if "meetings" in asked.names else {}
    if asked.names - {"meetings"} and (initiatives := initiatives_of(asked.unit, asked.year)):
        found |= {"initiatives": initiatives, "recognised_initiatives": recognised_of(asked.unit, asked.year)}
    return {name: Decimal(count) for name, count in found.items() if count or name == "recognised_initiatives"}


COUNTED: Mapping[str, Callable[[Asked], Figures]] = {
    "tasks": _tasks,
    "obligations": _obligations,
    "inspections": _inspections,
    "findings": _findings,
    "targets": _targets,
    "registers": _registers,
}


def _pairs(groups: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    listed = tuple(names)
    return frozenset(f"{group}.{name}" for group in groups for name in listed)


# Of obligations only the standing is known before a unit has any.
NAMES: Mapping[str, frozenset[str]] = {
    "tasks": _pairs(Origin.values, STANDINGS),
    "inspections": _pairs((ALL, *InspectionKind.values), INSPECTED),
    "findings": frozenset(FOUND),
    "targets": _pairs(PlanKind.values, TARGETS),
    "registers": frozenset(REGISTERS),
}


def is_figure(form: str, name: str) -> bool:
    """Whether a form can count such a figure."""
    if form == "obligations":
        code, _point, standing = name.partition(".")
        return bool(re.fullmatch(CODE.regex, code)) and standing in STANDINGS
    return name in NAMES.get(form, frozenset())


def figures_of(form: str, asked: Asked) -> Figures:
    """What a form of `COUNTED` counts, at least what is asked of it."""
    return COUNTED[form](asked)

"""Inspections as their list shows them: narrowed by the address, with the numbers of what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from plans.counting_inspections import (
    FindingState,
    InspectionCounts,
    InspectionFigures,
    InspectionRow,
    InspectionState,
    UnitCounts,
    counts_of,
    figures_of,
)
from plans.document_list import number_of
from plans.models import InspectedUnit, Inspection, InspectionKind
from units.models import Party, Unit, UnitType, User
from units.names import unit_key

if TYPE_CHECKING:
    from plans.models.inspections import InspectedUnitQuerySet, InspectionQuerySet

# How the units of each type are headed, and in which order forms show them.
TYPES = {
    UnitType.AGENCY: pgettext_lazy("units", "Agencies"),
    UnitType.COMMUNE: pgettext_lazy("units", "Communes"),
    UnitType.DISTRICT: pgettext_lazy("units", "Districts"),
    UnitType.PROVINCE: pgettext_lazy("units", "Provinces"),
}
INSPECTION_BADGES = {
    InspectionState.AHEAD: "waiting",
    InspectionState.UNDER_WAY: "info",
    InspectionState.DONE: "done",
}
FINDING_BADGES = {FindingState.FIXED: "done", FindingState.PARTLY: "info", FindingState.OPEN: "waiting"}


def inspection_words(state: InspectionState) -> str:
    return {
        InspectionState.AHEAD: pgettext("inspection", "still to come"),
        InspectionState.UNDER_WAY: pgettext("inspection", "under way"),
        InspectionState.DONE: pgettext("inspection", "done"),
    }[state]


def finding_words(state: FindingState) -> str:
    return {
        FindingState.FIXED: pgettext("finding", "fixed"),
        FindingState.PARTLY: pgettext("finding", "partly fixed"),
        FindingState.OPEN: pgettext("finding", "not fixed"),
    }[state]


def type_words(type_: str) -> str:
    """The units of a type, as a row of the numbers is headed."""
    return str(TYPES[UnitType(type_)]) if type_ else _("Others")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means all. Shapes: `unit` inspects, `at` is inspected: primary keys."""

    year: int | None = None
    kind: str = ""
    unit: int | None = None
    at: int | None = None

    @classmethod
    def of(cls, asked: QueryDict, years: Collection[int]) -> Wanted:
        """Always of one year: the one that is asked for if there are inspections of it, else the latest."""
        year, kind = number_of(asked.get("year", ""), 4), asked.get("kind", "")
        return cls(
            year=year if year in years else max(years, default=None),
            kind=kind if kind in InspectionKind.values else "",
            unit=number_of(asked.get("unit", ""), 18),
            at=number_of(asked.get("at", ""), 18),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.unit or self.at)

    def inspections(self, user: User) -> InspectionQuerySet:
        """What the person may see of it."""
        found = Inspection.objects.visible_to(user).filter(year=self.year or 0)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.unit is not None:
            found = found.filter(owner=self.unit)
        if self.at is not None:
            found = found.filter(pk__in=self.units(user).values("inspection"))
        return found

    def units(self, user: User) -> InspectedUnitQuerySet:
        """The inspected units that the person may see, of those that the list is narrowed to."""
        visible = InspectedUnit.objects.visible_to(user)
        if self.at is None:
            return visible
        parties = Party.objects.filter(Q(unit=self.at) | Q(members=self.at))
        return visible.filter(party__in=parties.values("pk"))


@dataclass(frozen=True, slots=True)
class InspectionLine:
    """One inspection, ready to print."""

    inspection: Inspection
    row: InspectionRow
    counts: InspectionCounts

    @property
    def badge(self) -> str:
        return INSPECTION_BADGES[self.row.state]

    @property
    def words(self) -> str:
        return inspection_words(self.row.state)

    @property
    def units(self) -> int:
        return len(self.row.units)

    @property
    def inspected(self) -> int:
        return sum(unit.is_inspected for unit in self.row.units)


@dataclass(frozen=True, slots=True)
class Listed:
    """The inspections of a list with their numbers."""

    figures: InspectionFigures
    lines: tuple[InspectionLine, ...]

    @property
    def kinds(self) -> list[tuple[str, InspectionCounts]]:
        return [(str(kind.label), counts) for kind, counts in self.figures.by_kind.items()]

    @property
    def owners(self) -> list[tuple[str, InspectionCounts]]:
        """By who inspects, in the order of the names."""
        rows = defaultdict[tuple[str, int], list[InspectionRow]](list)
        for line in self.lines:
            rows[unit_key(line.inspection.owner.name), line.inspection.owner_id].append(line.row)
        names = {line.inspection.owner_id: line.inspection.owner.name for line in self.lines}
        return [(names[pk], counts_of(rows[key, pk])) for key, pk in sorted(rows)]

    @property
    def types(self) -> list[tuple[str, UnitCounts]]:
        return [(type_words(type_), counts) for type_, counts in self.figures.by_type.items()]


def listed(user: User, wanted: Wanted, on: date) -> Listed:
    """Four queries, whatever the number of inspections."""
    found = wanted.inspections(user)
    figures = figures_of(found, wanted.units(user), on)
    in_order = found.select_related("owner").order_by("kind", "owner__name", "pk")
    lines = (
        InspectionLine(each, figures.rows[each.pk], counts_of([figures.rows[each.pk]]))
        for each in in_order
        if each.pk in figures.rows
    )
    return Listed(figures, tuple(lines))


def unit_choices(user: User) -> tuple[list[Unit], list[Unit]]:
    """Who inspects and who is inspected in what the person sees, by name: two queries."""
    inspections, inspected = Inspection.objects.visible_to(user), InspectedUnit.objects.visible_to(user)
    owners = Unit.objects.filter(pk__in=inspections.order_by().values("owner"))
    parties = Party.objects.filter(pk__in=inspected.order_by().values("party"))
    at = Unit.objects.filter(Q(as_party__in=parties) | Q(groups__in=parties)).distinct()
    return list(owners.order_by("name", "pk")), list(at.order_by("name", "pk"))

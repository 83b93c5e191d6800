"""How inspections, inspected units and findings are counted: each number from rows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from plans.counting_inspections import (
    FindingCounts,
    FindingState,
    InspectionRow,
    InspectionState,
    UnitCounts,
    UnitRow,
    counts_of,
    findings_at,
    inspection_counts,
    state_of,
)
from plans.models import InspectionKind, InspectionMode
from tests.plans.inspecting import LATER, VISITED, YEAR, find_at, make_inspection, report, visit
from tests.plans.tasks_world import party
from tests.world import World
from units.models import Party, UnitType

ROWS = st.lists(
    st.builds(
        InspectionRow,
        pk=st.integers(1, 99),
        kind=st.sampled_from(InspectionKind),
        mode=st.sampled_from(InspectionMode),
        is_planned=st.booleans(),
        units=st.lists(
            st.builds(
                UnitRow,
                key=st.tuples(st.just("unit"), st.integers(1, 4)),
                type=st.just("commune"),
                is_inspected=st.booleans(),
            ),
            max_size=4,
        ).map(tuple),
        findings=st.dictionaries(st.sampled_from(FindingState), st.integers(0, 9)),
    ),
    max_size=6,
)


def test_of_12_findings_9_fixed_and_1_partly_2_are_open(world: World) -> None:
    inspection = make_inspection(world, world.commune_a, world.justice)
    found = []
    for where in (world.commune_a, world.justice):
        unit = visit(inspection, where, world.coordinator)
        found += [find_at(unit, world.coordinator) for _each in range(6)]
    for task in found[:9]:
        report(task, world.coordinator, date(2025, 6, 20), 100)
    report(found[9], world.coordinator, date(2025, 6, 20), 40)
    report(found[10], world.coordinator, date(2025, 6, 20), 0)
    total = inspection_counts(world.district, YEAR, LATER).total
    assert (total.found, total.fixed, total.partly, total.open) == (12, 9, 1, 2)
    assert findings_at(world.commune_a, YEAR, LATER) == FindingCounts(found=6, fixed=6)
    assert findings_at(world.justice, YEAR, LATER).open == 2
    assert findings_at(world.commune_b, YEAR, LATER) == FindingCounts()
    assert findings_at(world.justice, YEAR - 1, LATER) == FindingCounts()


def test_a_day_before_something_happened_it_is_not_counted(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    task = find_at(visit(inspection, world.commune_a, world.coordinator), world.coordinator)
    report(task, world.coordinator, VISITED + timedelta(days=10), 50)
    report(task, world.coordinator, VISITED + timedelta(days=20), 100)
    states = []
    for days in (-1, 0, 10, 20):
        counts = inspection_counts(world.district, YEAR, VISITED + timedelta(days=days)).total
        states.append((counts.done, counts.found, counts.partly, counts.fixed))
    assert states == [(0, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0), (1, 1, 0, 1)]


def test_what_was_last_reported_of_a_finding_counts(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    task = find_at(visit(inspection, world.commune_a, world.coordinator), world.coordinator)
    for days, percent in ((1, 60), (2, 0)):
        report(task, world.coordinator, VISITED + timedelta(days=days), percent)
    assert inspection_counts(world.district, YEAR, LATER).total.partly == 0


def test_an_inspection_is_done_when_all_its_units_were_inspected(world: World) -> None:
    both = make_inspection(world, world.commune_a, world.commune_b, mode=InspectionMode.DIGITAL)
    make_inspection(world)
    unannounced = make_inspection(world, world.commune_a, kind=InspectionKind.DISCIPLINE, is_planned=False)
    visit(unannounced, world.commune_a, world.coordinator)

    def numbers() -> tuple[Any, ...]:
        total = inspection_counts(world.district, YEAR, LATER).total
        return (total.planned, total.planned_done, total.done, total.under_way, total.digital, total.percent)

    assert numbers() == (2, 0, 1, 0, 0, Decimal(0))
    visit(both, world.commune_a, world.coordinator)
    assert numbers() == (2, 0, 1, 1, 0, Decimal(0))
    visit(both, world.commune_b, world.coordinator)
    assert numbers() == (2, 1, 2, 0, 1, Decimal(50))
    by_kind = inspection_counts(world.district, YEAR, LATER).by_kind
    assert list(by_kind) == [InspectionKind.REFORM, InspectionKind.DISCIPLINE]
    assert (by_kind[InspectionKind.DISCIPLINE].planned, by_kind[InspectionKind.DISCIPLINE].percent) == (0, None)


def test_a_unit_counts_once_and_by_its_type(world: World) -> None:
    outside = Party.objects.create(owner=world.district, code="DN", name="Doanh nghiệp công ích")
    first = make_inspection(world, world.commune_a, world.commune_b, world.justice)
    first.units.create(party=outside, inspected_on=VISITED)
    again = make_inspection(world, world.commune_a, kind=InspectionKind.ASSETS)
    for inspection in (first, again):
        visit(inspection, world.commune_a, world.coordinator)
    figures = inspection_counts(world.district, YEAR, LATER)
    assert (figures.total.units_planned, figures.total.units_inspected) == (4, 2)
    assert figures.by_type == {
        UnitType.COMMUNE: UnitCounts(2, 1),
        UnitType.AGENCY: UnitCounts(1, 0),
        "": UnitCounts(1, 1),
    }


def test_only_the_own_inspections_of_the_year_are_counted(world: World) -> None:
    make_inspection(world, world.commune_a, year=YEAR - 1)
    own = make_inspection(world, owner=world.commune_a, kind=InspectionKind.SELF, by=world.officer_a)
    find_at(visit(own, world.commune_a, world.officer_a), world.officer_a)
    assert inspection_counts(world.district, YEAR, LATER).rows == {}
    assert inspection_counts(world.commune_a, YEAR, LATER).total.found == 1
    # What it found itself is not what others found.
    assert findings_at(world.commune_a, YEAR, LATER) == FindingCounts()


def test_what_was_found_at_a_group_was_found_at_each_member(world: World) -> None:
    inspection = make_inspection(world)
    unit = inspection.units.create(party=party(world, "G_XA"), inspected_on=VISITED)
    find_at(unit, world.coordinator)
    assert findings_at(world.commune_b, YEAR, LATER).found == 1
    assert findings_at(world.justice, YEAR, LATER).found == 0


@pytest.mark.parametrize("count", [1, 4])
def test_three_queries_count_a_year_and_one_a_unit(world: World, count: int) -> None:
    for _each in range(count):
        inspection = make_inspection(world, world.commune_a, world.justice)
        find_at(visit(inspection, world.commune_a, world.coordinator), world.coordinator)
    with CaptureQueriesContext(connection) as queries:
        assert inspection_counts(world.district, YEAR, LATER).total.found == count
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        assert findings_at(world.commune_a, YEAR, LATER).found == count
    assert len(queries) == 1


@given(rows=ROWS)
def test_no_part_is_greater_than_its_whole(rows: list[InspectionRow]) -> None:
    counts = counts_of(rows)
    assert counts.planned_done <= min(counts.planned, counts.done)
    assert counts.done + counts.under_way <= len(rows)
    assert counts.digital <= counts.done
    assert counts.units_inspected <= len({unit.key for row in rows for unit in row.units})
    assert counts.fixed + counts.partly + counts.open == counts.found
    assert counts.open >= 0


@given(rows=ROWS)
def test_kinds_add_up_to_all_but_for_units_that_are_in_several(rows: list[InspectionRow]) -> None:
    total = counts_of(rows)
    parts = [counts_of([row for row in rows if row.kind == kind]) for kind in InspectionKind]
    for name in ("planned", "planned_done", "done", "under_way", "digital", "found", "fixed", "partly", "open"):
        assert sum(getattr(part, name) for part in parts) == getattr(total, name)
    assert sum(part.units_inspected for part in parts) >= total.units_inspected


@pytest.mark.parametrize(
    ("done_on", "percent", "state"),
    [
        (None, None, FindingState.OPEN),
        (None, 0, FindingState.OPEN),
        (None, 1, FindingState.PARTLY),
        # Taken back after it had been reported as done.
        (None, 100, FindingState.PARTLY),
        (VISITED, None, FindingState.FIXED),
        (VISITED + timedelta(days=1), 50, FindingState.PARTLY),
    ],
)
def test_the_state_of_a_finding(done_on: date | None, percent: int | None, state: FindingState) -> None:
    assert state_of(done_on, percent, VISITED) == state


def test_an_inspection_without_units_is_still_to_come() -> None:
    row = InspectionRow(1, InspectionKind.REFORM, InspectionMode.ON_SPOT, True, (), {})
    assert row.state == InspectionState.AHEAD

"""Inspections: who sees and keeps them, their units, findings as tasks of the units, and what is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from parportal.entry.versions import StaleVersion
from plans.actions.findings import add_finding, change_finding, remove_finding
from plans.actions.inspections import (
    InspectionRefused,
    add_units,
    change_inspection,
    change_unit,
    remove_inspection,
    remove_unit,
)
from plans.models import DeadlineKind, InspectedUnit, Inspection, InspectionKind, Origin, Task
from tests.plans.inspecting import VISITED, YEAR, find_at, make_inspection, of_unit, visit
from tests.plans.tasks_world import party
from tests.world import World, unit
from units.audit import Action
from units.models import AuditEvent, Notice, Party, UnitType
from units.models.units import today

pytestmark = pytest.mark.any_database


def test_who_inspects_and_who_is_inspected_see_it_and_nobody_else(world: World) -> None:
    inspection = make_inspection(world, world.commune_a, world.justice)
    seen = {name for name, user in world.people.items() if inspection in Inspection.objects.visible_to(user)}
    assert seen == {"coordinator", "district_leader", "officer_a", "leader_a", "justice_officer"}
    units = {name: InspectedUnit.objects.visible_to(user).count() for name, user in world.people.items()}
    assert units == {
        **dict.fromkeys(world.people, 0),
        **dict.fromkeys(("coordinator", "district_leader"), 2),
        **dict.fromkeys(("officer_a", "leader_a", "justice_officer"), 1),
    }
    assert inspection in Inspection.objects.editable_by(world.coordinator)
    assert inspection not in Inspection.objects.editable_by(world.officer_a)


def test_an_unannounced_inspection_is_seen_by_the_unit_once_it_has_taken_place(world: World) -> None:
    inspection = make_inspection(world, world.commune_a, is_planned=False)
    assert inspection not in Inspection.objects.visible_to(world.leader_a)
    assert not InspectedUnit.objects.visible_to(world.officer_a).exists()
    visit(inspection, world.commune_a, world.coordinator)
    assert inspection in Inspection.objects.visible_to(world.leader_a)
    assert InspectedUnit.objects.visible_to(world.officer_a).count() == 1


def test_the_superior_sees_a_self_inspection_and_the_neighbour_does_not(world: World) -> None:
    own = make_inspection(world, owner=world.commune_a, kind=InspectionKind.SELF, by=world.officer_a)
    seen = {name for name, user in world.people.items() if own in Inspection.objects.visible_to(user)}
    assert seen == {"coordinator", "district_leader", "officer_a", "leader_a"}
    assert own in Inspection.objects.editable_by(world.officer_a)


def test_a_self_inspection_has_the_own_unit_by_the_party_of_its_superior(world: World) -> None:
    own = make_inspection(world, owner=world.commune_a, kind=InspectionKind.SELF, by=world.officer_a)
    assert [each.party for each in own.units.all()] == [party(world, world.commune_a)]
    event = AuditEvent.objects.get(action=Action.INSPECTION_SAVED)
    assert {change.attribute for change in event.changes.all()} >= {"title", "kind", "party"}


def test_the_party_of_a_unit_is_made_where_it_is_missing(world: World) -> None:
    new = unit("23491", "Xã Đăk Pne", UnitType.COMMUNE, world.district)
    taken = Party.objects.create(owner=world.district, code="23491", name="Khác")
    inspection = make_inspection(world, new, world.commune_a)
    made = Party.objects.get(owner=world.district, unit=new)
    assert (made.name, made.code != taken.code) == ("Xã Đăk Pne", True)
    again = make_inspection(world, new)
    assert {each.party for each in inspection.units.all()} > {each.party for each in again.units.all()} == {made}
    district = make_inspection(world, kind=InspectionKind.SELF)
    assert of_unit(district, world.district).party.owner == world.district


def test_units_that_are_there_stay_as_they_are_and_none_new_is_refused(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    visit(inspection, world.commune_a, world.coordinator)
    both = [world.commune_a, world.commune_b]
    new = add_units(inspection=inspection, units=both, planned_on=date(2025, 6, 1), by=world.coordinator)
    assert [each.party.unit for each in new] == [world.commune_b]
    assert of_unit(inspection, world.commune_a).inspected_on == VISITED
    with pytest.raises(InspectionRefused):
        add_units(inspection=inspection, units=both, by=world.coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        inspection.units.create(party=party(world, world.commune_a))


def test_a_finding_is_a_task_of_the_unit_which_is_told(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    inspected = visit(inspection, world.commune_a, world.coordinator)
    by = {"deadline_kind": DeadlineKind.BY, "deadline_on": date(2025, 6, 1)}
    task = find_at(inspected, world.coordinator, **by)
    assert (task.owner, task.year, task.origin) == (world.district, YEAR, Origin.FINDING)
    assert task.inspected == inspected
    assert list(task.leads.all()) == [party(world, world.commune_a)]
    told = Notice.objects.filter(kind=Notice.Kind.TASK_GIVEN)
    assert {notice.user for notice in told} == {world.officer_a, world.leader_a}
    assert task in Task.objects.visible_to(world.officer_a)
    assert task in Task.objects.reportable_by(world.officer_a)
    assert task not in Task.objects.visible_to(world.officer_b)


def test_nothing_is_found_before_the_inspection(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    with pytest.raises(InspectionRefused):
        find_at(of_unit(inspection, world.commune_a), world.coordinator)
    assert not Task.objects.exists()
    inspected = visit(inspection, world.commune_a, world.coordinator)
    find_at(inspected, world.coordinator)
    inspected.inspected_on = None
    with pytest.raises(InspectionRefused):
        change_unit(unit=inspected, version=inspected.version, by=world.coordinator)
    inspected.inspected_on = today() + timedelta(days=1)
    with pytest.raises(InspectionRefused):
        change_unit(unit=inspected, version=inspected.version, by=world.coordinator)
    assert of_unit(inspection, world.commune_a).inspected_on == VISITED


def test_findings_keep_their_inspection_and_their_unit(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    inspected = visit(inspection, world.commune_a, world.coordinator)
    task = find_at(inspected, world.coordinator)
    with pytest.raises(InspectionRefused):
        remove_inspection(inspection=inspection, version=inspection.version, by=world.coordinator)
    with pytest.raises(InspectionRefused):
        remove_unit(unit=inspected, version=inspected.version, by=world.coordinator)
    remove_finding(task=task, version=task.version, by=world.coordinator)
    removed = AuditEvent.objects.about(inspection).filter(action=Action.TASK_REMOVED).get()
    assert "Hồ sơ trễ hạn" in {change.old for change in removed.changes.all()}
    remove_unit(unit=inspected, version=inspected.version, by=world.coordinator)
    remove_inspection(inspection=inspection, version=inspection.version, by=world.coordinator)
    assert not Inspection.objects.exists()
    gone = AuditEvent.objects.about(world.district).get(action=Action.INSPECTION_REMOVED)
    assert "Kiểm tra CCHC" in {change.old for change in gone.changes.all()}


def test_an_inspection_goes_with_its_units(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    remove_inspection(inspection=inspection, version=inspection.version, by=world.coordinator)
    assert not InspectedUnit.objects.exists()


def test_findings_are_of_the_year_of_their_inspection(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    task = find_at(visit(inspection, world.commune_a, world.coordinator), world.coordinator)
    inspection.year = YEAR - 1
    change_inspection(inspection=inspection, version=inspection.version, by=world.coordinator)
    task.refresh_from_db()
    assert (task.year, task.version) == (YEAR - 1, 2)


def test_a_finding_is_corrected_and_its_lead_stays(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    task = find_at(visit(inspection, world.commune_a, world.coordinator), world.coordinator)
    task.title, task.deadline_kind, task.deadline_on = "Niêm yết thiếu", DeadlineKind.BY, date(2025, 7, 1)
    saved = change_finding(task=task, version=1, by=world.coordinator)
    assert (saved.title, saved.last_day, saved.version) == ("Niêm yết thiếu", date(2025, 7, 1), 2)
    assert list(saved.leads.all()) == [party(world, world.commune_a)]
    changed = AuditEvent.objects.about(task)[0].changes.all()
    assert {change.attribute for change in changed} == {"title", "deadline_on"}


def test_what_somebody_else_changed_is_not_overwritten(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    inspected = visit(inspection, world.commune_a, world.coordinator)
    task = find_at(inspected, world.coordinator)
    by = world.coordinator
    for attempt in (
        lambda: change_inspection(inspection=inspection, version=9, by=by),
        lambda: remove_inspection(inspection=inspection, version=None, by=by),
        lambda: change_unit(unit=inspected, version=1, by=by),
        lambda: remove_unit(unit=inspected, version="x", by=by),
        lambda: change_finding(task=task, version=2, by=by),
        lambda: remove_finding(task=task, version="", by=by),
    ):
        with pytest.raises(StaleVersion):
            attempt()
    assert Task.objects.filter(pk=task.pk).exists()


def test_a_finding_needs_its_inspection_and_only_a_finding_has_one(world: World) -> None:
    inspection = make_inspection(world, world.commune_a)
    inspected = visit(inspection, world.commune_a, world.coordinator)
    task = add_finding(task=Task(title="Thiếu"), unit=inspected, by=world.coordinator)
    for columns in ({"inspected": None}, {"origin": Origin.ASSIGNED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**columns)

"""Figures that the portal counts itself, as scores and the page of a year take them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from plans.figures import COUNTED, NAMES, Asked, figures_of, is_figure
from plans.models import (
    DueDay,
    Initiative,
    InspectedUnit,
    Inspection,
    Meeting,
    Obligation,
    Origin,
    Progress,
    Task,
)
from plans.year_page import year_tables, years_of
from scoring.rules import COUNTED as IN_RULES
from tests.plans.planning import make_plan
from tests.plans.tasks_world import before, make_task
from tests.world import World
from units.models import Party, Unit

Login = Callable[[str], Client]
YEAR, ON = 2025, date(2025, 12, 14)


def asked(unit: Unit, *names: str, year: int = YEAR) -> Asked:
    return Asked(unit, year, ON, frozenset(names))


def fill(world: World) -> None:
    """A year of the district with something of everything."""
    for done in (date(2025, 5, 31), date(2025, 6, 1), None):
        make_task(world, world.commune_a, done_on=done, **before(date(2025, 6, 1)))
    obligation = Obligation.objects.create(
        owner=world.district, code="bao_cao_cchc", title="Báo cáo CCHC", recipient="UBND tỉnh", first_year=2025
    )
    sent = {3: date(2025, 3, 9), 6: date(2025, 6, 11), 9: None, 12: None}
    for month, done in sent.items():
        due = DueDay.objects.create(obligation=obligation, label=f"tháng {month}", day=10, month=month)
        day = {"deadline_kind": "by", "deadline_on": due.on(YEAR), "done_on": done}
        Task.objects.create(
            owner=world.district, year=YEAR, origin=Origin.OBLIGATION, due_day=due, title="Báo cáo", **day
        )
    inspect(world)
    Initiative.objects.create(owner=world.district, unit=world.commune_a, year=YEAR, title="Một", number="1/QĐ")
    Initiative.objects.create(owner=world.district, unit=world.district, year=YEAR, title="Hai")
    Meeting.objects.create(owner=world.district, held_on=date(2025, 4, 1), subject="Họp")
    Meeting.objects.create(owner=world.district, held_on=date(2024, 4, 1), subject="Họp năm trước")


def inspect(world: World) -> None:
    """Two units of an inspection, one inspected: 12 findings, 9 fixed and 1 partly leave 2 open."""
    inspection = Inspection.objects.create(owner=world.district, year=YEAR, kind="reform", title="Kiểm tra CCHC")
    party = Party.objects.get(owner=world.district, unit=world.commune_a)
    other = Party.objects.get(owner=world.district, unit=world.commune_b)
    inspected = InspectedUnit.objects.create(inspection=inspection, party=party, inspected_on=date(2025, 7, 1))
    InspectedUnit.objects.create(inspection=inspection, party=other, planned_on=date(2025, 11, 1))
    for number in range(12):
        done = date(2025, 8, 1) if number < 9 else None
        finding = Task.objects.create(
            owner=world.district,
            year=YEAR,
            origin=Origin.FINDING,
            inspected=inspected,
            title=f"Vấn đề {number}",
            done_on=done,
        )
        finding.leads.set([party])
        if number == 9:
            Progress.objects.create(task=finding, on=date(2025, 8, 1), percent=50, by=world.coordinator)


def test_the_rules_know_the_same_forms() -> None:
    assert set(IN_RULES) == set(COUNTED) == {*NAMES, "obligations"}


def test_each_figure_is_counted_from_rows(world: World) -> None:
    fill(world)
    tasks = figures_of("tasks", asked(world.district, "assigned.on_time", "assigned.late"))
    assert [tasks[f"assigned.{each}"] for each in ("on_time", "late", "undone")] == [1, 1, 1]
    obligations = figures_of("obligations", asked(world.district))
    assert [obligations[f"bao_cao_cchc.{each}"] for each in ("on_time", "late", "undone")] == [1, 1, 2]
    assert obligations["all.assigned"] == 4
    inspections = figures_of("inspections", asked(world.district))
    assert [inspections[each] for each in ("all.units_planned", "reform.units_inspected")] == [2, 1]
    found = [inspections[f"all.{each}"] for each in ("found", "fixed", "partly", "open")]
    assert found == [12, 9, 1, 2]
    at_commune = figures_of("findings", asked(world.commune_a))
    assert [at_commune[each] for each in ("found", "fixed", "partly", "open")] == [12, 9, 1, 2]
    registers = figures_of("registers", asked(world.district, *NAMES["registers"]))
    assert registers == {"initiatives": 2, "recognised_initiatives": 1, "meetings": 1}
    assert figures_of("registers", asked(world.commune_a, "initiatives"))["initiatives"] == 1


def test_what_nobody_entered_is_no_figure(world: World) -> None:
    make_plan(world, year=YEAR)
    names = {form: known | {"khong_co.late"} for form, known in NAMES.items()} | {"obligations": {"x.late"}}
    for form, known in names.items():
        assert figures_of(form, asked(world.district, *known)) == {}


def test_figures_are_decimal_and_known_by_name(world: World) -> None:
    fill(world)
    for form in COUNTED:
        names = NAMES.get(form, frozenset({"bao_cao_cchc.late"}))
        for name, value in figures_of(form, asked(world.district, *names)).items():
            assert isinstance(value, Decimal)
            assert is_figure(form, name)
    for form, name in (("tasks", "x.late"), ("obligations", "bao-cao.late"), ("registers", "meeting"), ("x", "y")):
        assert not is_figure(form, name)


def test_the_page_of_a_year_shows_the_same_numbers(world: World, login: Login) -> None:
    fill(world)
    shown = {
        (table.key, number): row.cells
        for table in year_tables(world.district, YEAR, ON)
        for number, row in enumerate(table.rows)
    }
    assert shown == {
        ("tasks", 0): (3, 2, "66,67 %", 1, 1, 1, 0),
        ("tasks", 1): (4, 2, "50,00 %", 1, 1, 2, 0),
        ("tasks", 2): (12, 9, "75,00 %", 9, 0, 0, 3),
        ("calendar", 0): (4, 1, 1, 2, 0),
        ("inspections", 0): (1, 0, 2, 1, 12, 9, 1, 2),
        ("registers", 0): (2,),
        ("registers", 1): (1,),
        ("registers", 2): (1,),
    }
    assert years_of(world.district)[:2] == [2025, 2024]
    page = login("coordinator").get(reverse("year_figures"), {"unit": world.district.pk, "year": YEAR})
    assert "66,67 %" in page.content.decode()  # two of three assigned tasks


def test_a_unit_that_a_person_does_not_see_does_not_exist(world: World, login: Login) -> None:
    client = login("officer_a")
    assert client.get(reverse("year_figures"), {"unit": world.commune_b.pk}).status_code == 404
    assert client.get(reverse("year_figures"), {"unit": "x"}).status_code == 404
    assert client.get(reverse("year_figures"), {"year": "9" * 20}).status_code == 200


def test_a_unit_at_which_an_inspection_found_nothing_has_no_findings(world: World) -> None:
    inspect(world)
    at = InspectedUnit.objects.get(party__unit=world.commune_b)
    assert figures_of("findings", asked(world.commune_b, "found")) == {}
    at.inspected_on = date(YEAR, 11, 2)
    at.save()
    assert figures_of("findings", asked(world.commune_b, "found"))["found"] == Decimal(0)


def test_a_year_that_no_calendar_has_shows_the_running_one(world: World, login: Login) -> None:
    assert login("coordinator").get(reverse("year_figures"), {"year": "0000"}).status_code == 200


def test_without_a_choice_the_page_shows_the_latest_year_of_which_something_is_known(
    world: World, login: Login
) -> None:
    fill(world)
    page = login("coordinator").get(reverse("year_figures"), {"unit": world.district.pk})
    assert (page.status_code, page.context["year"]) == (200, YEAR)
    assert {type(year) for year in page.context["years"]} == {int}


def test_a_number_of_the_page_leads_to_the_rows_of_its_unit_alone(world: World, login: Login) -> None:
    fill(world)
    Meeting.objects.create(owner=world.commune_a, held_on=date(2025, 5, 1), subject="Họp của xã")
    Inspection.objects.create(owner=world.commune_a, year=YEAR, kind="self", title="Tự kiểm tra")
    tables = {table.key: table for table in year_tables(world.commune_a, YEAR, ON)}
    client, meetings = login("coordinator"), tables["registers"].rows[-1]
    assert len(client.get(meetings.url).context["lines"]) == meetings.cells[0] == 1
    inspections = client.get(tables["inspections"].rows[0].url).context["lines"]
    assert [line.inspection.owner for line in inspections] == [world.commune_a]
    found = client.get(tables["findings"].rows[0].url).context["listed"].figures
    assert (found.total.found, found.total.units_inspected, found.total.units_planned) == (12, 1, 1)

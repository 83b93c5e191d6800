"""The pages of inspections: what each person is shown, the forms, the workbook."""

import html
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans.models import DeadlineKind, Document, InspectedUnit, Inspection, InspectionKind, Task
from tests.plans.inspecting import VISITED, YEAR, find_at, make_inspection, of_unit, report, visit
from tests.plans.registering import register
from tests.plans.tasks_world import party
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
LIST = "/inspections/"
MOST_QUERIES = 14


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def filled_in(world: World) -> Inspection:
    """An inspection of commune A, where something was found, and of commune B, which is to come."""
    inspection = make_inspection(world, world.commune_a, world.commune_b, title="Kiểm tra một cửa")
    by = {"deadline_kind": DeadlineKind.BY, "deadline_on": date(2025, 6, 1)}
    inspected = visit(inspection, world.commune_a, world.coordinator)
    find_at(inspected, world.coordinator, title="Hồ sơ không có phiếu", **by)
    report(find_at(inspected, world.coordinator, title="Sổ ghi thiếu"), world.coordinator, VISITED, 30)
    return inspection


def test_the_list_shows_the_year_with_its_numbers(world: World, login: Login) -> None:
    filled_in(world)
    make_inspection(world, year=YEAR - 1, title="Năm trước")
    page = shown(login("coordinator").get(LIST))
    assert "Kiểm tra một cửa" in page
    assert "Năm trước" not in page
    assert "1/2" in page
    assert "under way" in page
    assert "Năm trước" in shown(login("coordinator").get(f"{LIST}?year={YEAR - 1}"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Cải cách", "Kỷ luật", "Tự kiểm tra"}),
        ("?kind=discipline", {"Kỷ luật"}),
        ("?unit=own", {"Cải cách", "Kỷ luật"}),
        ("?at=commune", {"Kỷ luật", "Tự kiểm tra"}),
        ("?year=1999&kind=x&unit=y&at=z&page=q", {"Cải cách", "Kỷ luật", "Tự kiểm tra"}),
        ("?unit=0&at=99999999", set()),
    ],
)
def test_the_list_is_narrowed_by_kind_and_by_unit(world: World, login: Login, query: str, found: set[str]) -> None:
    make_inspection(world, world.justice, title="Cải cách")
    make_inspection(world, world.commune_a, title="Kỷ luật", kind=InspectionKind.DISCIPLINE)
    kind = InspectionKind.SELF
    make_inspection(world, owner=world.commune_a, kind=kind, title="Tự kiểm tra", by=world.officer_a)
    query = query.replace("own", str(world.district.pk)).replace("commune", str(world.commune_a.pk))
    page = shown(login("coordinator").get(f"{LIST}{query}"))
    assert {title for title in ("Cải cách", "Kỷ luật", "Tự kiểm tra") if f">{title}</a>" in page} == found


def test_an_inspected_unit_sees_itself_and_nobody_else(world: World, login: Login) -> None:
    inspection = filled_in(world)
    find_at(visit(inspection, world.commune_b, world.coordinator), world.coordinator, title="Việc của xã B")
    page = shown(login("officer_a").get(reverse("inspection", args=[inspection.pk])))
    assert "Xã Tân Lập" in page
    assert "Hồ sơ không có phiếu" in page
    assert "Xã Đắk Ruồng" not in page
    assert "Việc của xã B" not in page
    assert "New finding" not in page
    listed = shown(login("officer_a").get(LIST))
    assert "1/1" in listed
    book = openpyxl.load_workbook(io.BytesIO(login("officer_a").get(f"{LIST}inspections.xlsx").content))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "Hồ sơ không có phiếu" in cells
    assert "Việc của xã B" not in cells
    assert login("officer_b").get(LIST).status_code == 200
    assert login("outsider").get(reverse("inspection", args=[inspection.pk])).status_code == 404


def test_pages_need_few_queries_whatever_their_length(world: World, login: Login) -> None:
    client, counts = login("coordinator"), []
    inspection = filled_in(world)
    for number in range(2):
        for url in (LIST, reverse("inspection", args=[inspection.pk])):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        if not number:
            find_at(visit(inspection, world.commune_b, world.coordinator), world.coordinator)
            for _each in range(5):
                filled_in(world)
    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES


def test_an_inspection_is_entered_and_its_units_are_added_at_once(world: World, login: Login) -> None:
    client = login("coordinator")
    head = {"owner": world.district.pk, "year": YEAR, "kind": "reform", "mode": "digital", "title": " Kiểm  tra "}
    answer = client.post(f"{LIST}new/", head)
    inspection = Inspection.objects.get()
    assert (inspection.title, inspection.is_planned, inspection.owner) == ("Kiểm tra", False, world.district)
    add = reverse("inspected_unit_new", args=[inspection.pk])
    assert answer["Location"] == add
    page = shown(client.get(add))
    assert "Xã Tân Lập" in page
    assert "Huyện Kon Rẫy</label>" not in page
    assert client.post(add, {"planned_on": "01/06/2025"}).status_code == 422
    group = party(world, "G_XA")
    sent = {"groups": group.pk, "units_agency": world.justice.pk, "planned_on": "01/06/2025"}
    assert client.post(add, sent).status_code == 302
    units = set(inspection.units.values_list("party__unit__name", "planned_on"))
    names = ("Xã Tân Lập", "Xã Đắk Ruồng", "Phòng Tư pháp")
    assert units == {(name, date(2025, 6, 1)) for name in names}
    again = shown(client.get(add))
    assert "Phòng Nội vụ" in again
    assert "Xã Tân Lập" not in again
    assert "Whole groups" not in again
    client.post(add, {"units_agency": world.home_affairs.pk})
    assert "All units are in the inspection" in shown(client.get(add))


def test_a_commune_enters_its_self_inspection(world: World, login: Login) -> None:
    client = login("officer_a")
    head = {"owner": world.commune_a.pk, "year": YEAR, "kind": "self", "mode": "on_spot", "title": "Tự kiểm tra"}
    answer = client.post(f"{LIST}new/", head)
    inspection = Inspection.objects.get()
    assert answer["Location"] == reverse("inspection", args=[inspection.pk])
    assert of_unit(inspection, world.commune_a)
    other = {**head, "owner": world.commune_b.pk}
    assert client.post(f"{LIST}new/", other).status_code == 422


def test_a_commune_is_offered_itself_when_there_is_nobody_else(world: World, login: Login) -> None:
    inspection = make_inspection(world, owner=world.commune_a, kind=InspectionKind.DISCIPLINE, by=world.officer_a)
    add = reverse("inspected_unit_new", args=[inspection.pk])
    client = login("officer_a")
    assert "Xã Tân Lập" in shown(client.get(add))
    assert client.post(add, {"units_commune": world.commune_b.pk}).status_code == 422
    assert client.post(add, {"units_commune": world.commune_a.pk}).status_code == 302
    assert of_unit(inspection, world.commune_a)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"inspected_on": "31/12/2099"}, "This day lies in the future."),
        ({"number": "5/KL"}, "enter the day of the inspection too"),
        ({"inspected_on": "ngày mai"}, "Enter a valid date."),
    ],
)
def test_a_wrong_day_of_a_unit_is_told_at_its_field(
    world: World, login: Login, sent: dict[str, str], error: str
) -> None:
    inspected = of_unit(make_inspection(world, world.commune_a), world.commune_a)
    url = reverse("inspected_unit_edit", args=[inspected.pk])
    answer = login("coordinator").post(url, {"version": inspected.version, **sent})
    assert answer.status_code == 422
    assert error in shown(answer)


def test_a_document_of_the_register_gives_the_conclusion_its_number(world: World, login: Login) -> None:
    client = login("coordinator")
    inspection = make_inspection(world, world.commune_a)
    inspected = of_unit(inspection, world.commune_a)
    document = register(world.district, world.coordinator, number="15/KL", issued_on=date(2025, 5, 20))
    url = reverse("inspected_unit_edit", args=[inspected.pk])
    sent = {"version": 1, "inspected_on": "12/05/2025", "document": document.pk}
    assert client.post(url, sent)["Location"].endswith(f"/inspections/{inspection.pk}/#unit-{inspected.pk}")
    inspected.refresh_from_db()
    assert (inspected.number, inspected.issued_on, inspected.document) == ("15/KL", date(2025, 5, 20), document)
    page = reverse("inspection", args=[inspection.pk])
    assert reverse("document", args=[document.pk]) in shown(client.get(page))
    # The inspected unit does not see the register of the district.
    theirs = shown(login("officer_a").get(page))
    assert "15/KL" in theirs
    assert reverse("document", args=[document.pk]) not in theirs
    assert Document.objects.filter(pk=document.pk).exists()


def test_findings_are_entered_one_after_the_other_and_corrected(world: World, login: Login) -> None:
    client = login("coordinator")
    inspection = make_inspection(world, world.commune_a)
    inspected = visit(inspection, world.commune_a, world.coordinator)
    new = reverse("finding_new", args=[inspected.pk])
    sent = {"title": "Niêm yết thiếu", "deadline_kind": "by", "deadline_on": "01/06/2025", "another": "yes"}
    assert client.post(new, sent)["Location"] == new
    task = Task.objects.get()
    assert (task.title, task.last_day) == ("Niêm yết thiếu", date(2025, 6, 1))
    edit = reverse("finding_edit", args=[task.pk])
    assert client.post(edit, {**sent, "title": "Khác", "version": 9}).status_code == 409
    assert client.post(edit, {**sent, "title": "Khác", "version": 1}).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.version) == ("Khác", 2)
    page = shown(client.get(reverse("inspection", args=[inspection.pk])))
    assert "not fixed, overdue" in page


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"deadline_kind": "by"}, "Enter the day of the deadline."),
        ({"deadline_kind": "none", "deadline_on": "01/06/2025"}, "Choose the kind of the deadline"),
        ({"deadline_kind": "by", "deadline_on": "01/01/2025"}, "before the day of the inspection"),
        ({"deadline_kind": "season"}, "Select a valid choice."),
    ],
)
def test_a_wrong_deadline_of_a_finding_is_told(
    world: World, login: Login, sent: dict[str, str], error: str
) -> None:
    inspected = visit(make_inspection(world, world.commune_a), world.commune_a, world.coordinator)
    answer = login("coordinator").post(reverse("finding_new", args=[inspected.pk]), {"title": "Thiếu", **sent})
    assert answer.status_code == 422
    assert error in shown(answer)
    assert not Task.objects.exists()


def test_a_finding_is_refused_before_the_inspection(world: World, login: Login) -> None:
    inspected = of_unit(make_inspection(world, world.commune_a), world.commune_a)
    sent = {"title": "Thiếu", "deadline_kind": "none"}
    answer = login("coordinator").post(reverse("finding_new", args=[inspected.pk]), sent)
    assert answer.status_code == 409
    assert "Enter first on which day the unit was inspected." in shown(answer)


def test_a_stale_form_is_refused_and_keeps_what_was_typed(world: World, login: Login) -> None:
    client = login("coordinator")
    inspection = make_inspection(world, world.commune_a)
    inspected = of_unit(inspection, world.commune_a)
    head = {"year": YEAR, "kind": "reform", "mode": "on_spot", "title": "Tên mới", "version": 7}
    for url, sent in (
        (reverse("inspection_edit", args=[inspection.pk]), head),
        (reverse("inspected_unit_edit", args=[inspected.pk]), {"planned_on": "03/03/2025", "version": 7}),
    ):
        answer = client.post(url, sent)
        assert answer.status_code == 409
        assert "Someone else has changed this" in shown(answer)
        assert str(sent.get("title", "03/03/2025")) in shown(answer)
    head["version"] = 1
    assert client.post(reverse("inspection_edit", args=[inspection.pk]), head).status_code == 302
    inspection.refresh_from_db()
    assert inspection.title == "Tên mới"


def test_removing_says_what_would_go_first(world: World, login: Login) -> None:
    client = login("coordinator")
    inspection = filled_in(world)
    url = reverse("inspection_remove", args=[inspection.pk])
    page = shown(client.get(url))
    assert "2 findings" in page
    assert "Xã Đắk Ruồng" in page
    assert "Remove the inspection</button>" not in page
    assert client.post(url, {"version": 1}).status_code == 409
    for task in Task.objects.all():
        removal = reverse("finding_remove", args=[task.pk])
        assert task.title in shown(client.get(removal))
        assert client.post(removal, {"version": 0}).status_code == 409
        assert client.post(removal, {"version": task.version}).status_code == 302
    inspected = of_unit(inspection, world.commune_b)
    removal = reverse("inspected_unit_remove", args=[inspected.pk])
    assert "Xã Đắk Ruồng" in shown(client.get(removal))
    assert client.post(removal, {"version": inspected.version}).status_code == 302
    assert InspectedUnit.objects.count() == 1
    assert client.post(url, {"version": 1}).status_code == 302
    assert not Inspection.objects.exists()


def test_the_workbook_holds_the_numbers_and_their_rows(world: World, login: Login) -> None:
    filled_in(world)
    make_inspection(world, world.justice, kind=InspectionKind.ASSETS, title="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(login("coordinator").get(f"{LIST}inspections.xlsx").content))
    assert book.sheetnames == ["Figures", "Inspections", "Units", "Findings"]
    figures = list(book["Figures"].iter_rows(min_row=5, values_only=True))
    assert figures[-1] == ("All kinds", 2, 0, 3, 1, 2, 0, 1, 1)
    assert [row[0] for row in book["Inspections"].iter_rows(min_row=5, values_only=True)] == [
        "=1+1",
        "Kiểm tra một cửa",
    ]
    assert book["Inspections"]["A5"].data_type == "s"
    found = [(row[2], row[5], row[6]) for row in book["Findings"].iter_rows(min_row=5, values_only=True)]
    assert found == [("Hồ sơ không có phiếu", "Not fixed", None), ("Sổ ghi thiếu", "Partly fixed", 30)]


def test_without_inspections_the_page_says_what_to_do(world: World, login: Login) -> None:
    page = shown(login("coordinator").get(LIST))
    assert "No inspection yet" in page
    assert "New inspection" in page
    assert "New inspection" not in shown(login("justice_officer").get(LIST))
    assert login("coordinator").get(f"{LIST}inspections.xlsx").status_code == 200

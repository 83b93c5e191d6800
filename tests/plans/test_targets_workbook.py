"""Targets out as a workbook, and back: preview, then accepted."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from parportal.entry.problems import ImportProblems
from plans.actions.target_files import import_targets
from plans.importing.targets_reading import ReadTargets, TargetSaid, content_of, read_targets
from plans.importing.targets_workbook import targets_workbook
from plans.models import Plan, Target
from plans.target_entry import leads_by_code
from plans.target_results import judged_plans
from tests.plans.planning import make_plan, make_target, put_result
from tests.world import World
from units.models import Party

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


@pytest.fixture
def plan(world: World) -> Plan:
    """Two targets that use every column."""
    found, by = make_plan(world), world.coordinator
    home = Party.objects.get(owner=world.district, code="614-PNV")
    group = Party.objects.get(owner=world.district, code="G_XA")
    columns: dict[str, Any] = {"levels": ["commune", "district"], "exceptions": ["mật, khẩn", "hỏa tốc"]}
    target = make_target(found, by, leads=(home, group), number="98.25", **columns)
    put_result(target, by, 99)
    more: dict[str, Any] = {"field_code": "2.10", "is_striving": True, "base_year": 2021, "horizon": 2026}
    make_target(found, by, title="=Tinh gọn", number=None, **more)
    return found


def book_of(plan: Plan) -> bytes:
    return targets_workbook(plan, judged_plans([plan])[plan.pk], leads_by_code(plan).values())


def changed(content: bytes, cells: dict[str, Any]) -> io.BytesIO:
    """The workbook with other values in cells of its first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for address, value in cells.items():
        book["targets"][address] = value
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


def read(plan: Plan, file: io.BytesIO) -> ReadTargets:
    return read_targets(file, plan, leads_by_code(plan).values())


def test_a_workbook_that_nobody_changed_changes_nothing(plan: Plan) -> None:
    found = read(plan, io.BytesIO(book_of(plan)))
    assert (found.new, found.changed, found.same) == ((), (), 2)


def test_the_results_stand_in_a_sheet_of_their_own(plan: Plan) -> None:
    book = openpyxl.load_workbook(io.BytesIO(book_of(plan)))
    assert book.sheetnames == ["targets", "results", "guide"]
    assert [cell.value for cell in book["results"][2]][4] == "99%"
    assert book["targets"]["B3"].value == "2.10"


def test_the_targets_of_one_plan_become_those_of_another(plan: Plan, world: World) -> None:
    other = make_plan(world, year=2026)
    file = changed(book_of(plan), {"A2": None, "A3": None})
    found = read(other, file)
    assert (len(found.new), found.same) == (2, 0)
    assert import_targets(plan=other, said=found.said, file_name="a.xlsx", by=world.coordinator) == 2
    one, two = (
        [(each.columns, each.leads) for each in map(content_of, each.targets.all())] for each in (plan, other)
    )
    assert one == two


def test_changes_and_new_rows_are_shown_and_accepted(plan: Plan, world: World, login: Login) -> None:
    first = plan.targets.order_by("position")[0]
    cells = {"F2": "99", "M2": "614-PNV", "C4": "Lĩnh vực mới", "D4": "Chỉ tiêu mới", "E4": "lt", "F4": "5"}
    content = changed(book_of(plan), cells).read()
    client = login("coordinator")
    url = reverse("plan_import", args=[plan.pk])
    response = client.post(url, {"file": SimpleUploadedFile("kế hoạch.xlsx", content)})
    assert response.status_code == 200
    assert [target.title for target, *_rest in response.context["new"]] == ["Chỉ tiêu mới"]
    assert len(response.context["changed"]) == 1
    assert Target.objects.count() == 2, "nothing is stored yet"
    sealed = response.context["sealed"]
    assert client.post(url, {"sealed": sealed}).status_code == 302
    first.refresh_from_db()
    assert (str(first.number.normalize()), first.version) == ("99", 2)  # type: ignore[union-attr]
    assert [each.code for each in first.leads.all()] == ["614-PNV"]
    assert first.results.count() == 1, "what is known of it stays"
    assert plan.targets.last().title == "Chỉ tiêu mới"  # type: ignore[union-attr]
    # The same preview again: the target is another one by now.
    assert client.post(url, {"sealed": sealed}).status_code == 422
    assert Target.objects.count() == 3


def test_a_preview_is_good_for_its_reader_and_its_plan_alone(plan: Plan, world: World, login: Login) -> None:
    client = login("coordinator")
    file = SimpleUploadedFile("a.xlsx", changed(book_of(plan), {"F2": "99"}).read())
    sealed = client.post(reverse("plan_import", args=[plan.pk]), {"file": file}).context["sealed"]
    other = make_plan(world, year=2026)
    assert client.post(reverse("plan_import", args=[other.pk]), {"sealed": sealed}).status_code == 422
    assert client.post(reverse("plan_import", args=[plan.pk]), {"sealed": "x" + sealed}).status_code == 422
    assert Target.objects.filter(version=2).count() == 0


@pytest.mark.parametrize(
    ("cells", "at"),
    [
        ({"A2": "999999"}, "A2"),
        ({"A3": "=A2"}, "A3"),
        ({"E2": "about"}, "E2"),
        ({"F2": "abc"}, "F2"),
        ({"F2": None}, "F2"),
        ({"F3": "5"}, "F3"),
        ({"F2": "9999999999999"}, "F2"),
        ({"D2": None}, "D2"),
        ({"D2": "x" * 501}, "D2"),
        ({"B2": 2.1}, "B2"),
        ({"H2": "21"}, "H2"),
        ({"J2": "maybe"}, "J2"),
        ({"K2": "commune, xom"}, "K2"),
        ({"M2": "KHONG-CO"}, "M2"),
        ({"N2": "bieu-la: 1.1"}, "N2"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(plan: Plan, cells: dict[str, Any], at: str) -> None:
    with pytest.raises(ImportProblems) as refused:
        read(plan, changed(book_of(plan), cells))
    assert {each.cell for each in refused.value.problems} == {at}


def test_a_key_that_stands_twice_is_refused(plan: Plan) -> None:
    key = str(plan.targets.first().pk)  # type: ignore[union-attr]
    with pytest.raises(ImportProblems) as refused:
        read(plan, changed(book_of(plan), {"A3": key}))
    assert [each.cell for each in refused.value.problems] == ["A3"]


def test_a_file_without_targets_is_refused(plan: Plan, world: World, login: Login) -> None:
    empty = make_plan(world, year=2026)
    with pytest.raises(ImportProblems):
        read(empty, io.BytesIO(book_of(empty)))
    url = reverse("plan_import", args=[empty.pk])
    client = login("coordinator")
    assert client.post(url, {"file": SimpleUploadedFile("a.xlsx", b"no workbook")}).status_code == 422
    assert client.post(url).status_code == 422
    assert client.get(url).status_code == 200


def test_what_is_sealed_comes_back_as_it_was(plan: Plan) -> None:
    for said in map(content_of, plan.targets.all()):
        assert TargetSaid.from_json(said.to_json()) == said


def test_who_reads_a_plan_downloads_its_targets(plan: Plan, login: Login) -> None:
    response = login("district_leader").get(reverse("plan_workbook", args=[plan.pk]))
    assert response.status_code == 200
    assert "chi-tieu-614-2025.xlsx" in response["Content-Disposition"]

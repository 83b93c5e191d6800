"""People from a workbook: preview, row errors all at once, one transaction, one-time passwords once."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.units.books import HEADERS, people_file
from tests.world import World
from units.access import Role
from units.importing.people import MAX_ROWS
from units.models import AuditEvent, Membership, User

Login = Callable[[str], Client]
URL = "/people/import/"
LAN = ("lan.ntt", "Cán bộ Lan", "Chuyên viên", "23497", "officer", date(2024, 1, 1), None)
LAN_LEADS = ("lan.ntt", "Cán bộ Lan", "", "23488", "LEADER", "1/2/2024", "31/12/2030")
OLD = ("officer_a", "Cán bộ officer_a", "", "614-TP", "APPRAISER", date(2024, 1, 1), None)


def preview(client: Client, *lines: tuple[object, ...]) -> str:
    """The sealed rows of a preview that found nothing wrong."""
    response = client.post(URL, {"file": people_file(*lines)})  # type: ignore[arg-type]
    assert response.status_code == 200, [str(each) for each in response.context["problems"]]
    return str(response.context["rows"])


def problems(client: Client, **data: object) -> list[str]:
    response = client.post(URL, data)
    assert response.status_code == 422
    return [f"{each.cell} {each.value}".strip() for each in response.context["problems"]]


def test_a_preview_tells_what_each_row_does_and_stores_nothing(world: World, login: Login) -> None:
    client = login("coordinator")
    people, events = User.objects.count(), AuditEvent.objects.count()
    same = ("officer_b", "Cán bộ officer_b", "", "23488", "officer", date(2020, 1, 1), None)
    response = client.post(URL, {"file": people_file(LAN, LAN_LEADS, OLD, same)})
    assert [(row.line, row.outcome) for row in response.context["preview"]] == [
        (2, "new_account"),
        (3, "new_role"),
        (4, "new_role"),
        (5, "unchanged"),
    ]
    assert (User.objects.count(), AuditEvent.objects.count()) == (people, events)


def test_confirmed_rows_are_stored_and_the_passwords_shown_once(world: World, login: Login) -> None:
    client = login("coordinator")
    response = client.post(URL, {"rows": preview(client, LAN, LAN_LEADS, OLD)})
    ((made, password),) = response.context["issued"]
    assert "no-store" in response.headers["Cache-Control"]
    assert password in response.text
    lan = User.objects.get(username="lan.ntt")
    assert lan == made
    assert lan.check_password(password)
    assert lan.must_change_password
    assert list(
        lan.memberships.order_by("valid_from").values_list("unit__code", "role", "valid_from", "valid_to")
    ) == [
        ("23497", "officer", date(2024, 1, 1), None),
        ("23488", "leader", date(2024, 2, 1), date(2030, 12, 31)),
    ]
    assert world.fresh("officer_a").has_role(Role.APPRAISER, world.justice)
    assert AuditEvent.objects.about(lan).count() == 2


def test_the_same_rows_again_change_nothing(world: World, login: Login) -> None:
    client = login("coordinator")
    sealed = preview(client, LAN, LAN_LEADS)
    client.post(URL, {"rows": sealed})
    events = AuditEvent.objects.count()
    response = client.post(URL, {"rows": sealed})
    assert response.status_code == 200
    assert response.context["stored"] == 0
    assert AuditEvent.objects.count() == events


def test_a_new_title_a_better_spelling_and_an_earlier_end_are_changes(world: World, login: Login) -> None:
    client = login("coordinator")
    line = ("officer_a", "CÁN BỘ Officer_A", "Công chức", "23497", "officer", date(2020, 1, 1), date(2030, 1, 1))
    response = client.post(URL, {"file": people_file(line)})
    assert [row.outcome for row in response.context["preview"]] == ["changed"]
    assert client.post(URL, {"rows": response.context["rows"]}).context["stored"] == 1
    person = world.fresh("officer_a")
    assert (person.full_name, person.title) == ("CÁN BỘ Officer_A", "Công chức")
    assert person.memberships.get().valid_to == date(2030, 1, 1)
    assert list(AuditEvent.objects.about(person).values_list("action", flat=True)) == [
        "role.ended",
        "person.changed",
    ]


def test_an_empty_title_leaves_the_stored_one(world: World, login: Login) -> None:
    User.objects.filter(username="officer_b").update(title="Công chức")
    line = ("officer_b", "Cán bộ officer_b", "", "23488", "officer", date(2020, 1, 1), None)
    response = login("coordinator").post(URL, {"file": people_file(line)})
    assert [row.outcome for row in response.context["preview"]] == ["unchanged"]


def test_all_broken_cells_are_told_at_once(world: World, login: Login) -> None:
    file = people_file(
        ("hai từ", "Ai đó", "", "23497", "officer", date(2024, 1, 1), None),
        ("moi1", "", "", "99999", "chủ tịch", "31/2/2024", None),
        ("moi2", "Ai đó", "", "23497", "administrator", date(2024, 1, 1), date(2023, 1, 1)),
        ("moi3", "Người Một", "", "610", "officer", None, None),
        ("moi3", "Người Hai", "", "23497", "officer", "2024", None),
    )
    assert problems(login("coordinator"), file=file) == [
        "A2 hai từ",
        "F3 31/2/2024",
        "D3 99999",
        "B3",
        "E3 chủ tịch",
        "G4 01/01/2023",
        "E4 administrator",
        "D5 610",
        "F6 2024",
        "B6 Người Hai",
    ]
    assert not User.objects.filter(username__startswith="moi").exists()


@pytest.mark.parametrize(
    "line",
    [
        ("outsider", "Cán bộ outsider", "", "23497", "officer", date(2024, 1, 1), None),
        ("officer_a", "Tên khác hẳn", "", "23488", "officer", date(2024, 1, 1), None),
        ("officer_a", "Cán bộ officer_a", "", "23497", "officer", date(2024, 1, 1), None),
        ("leader_b", "Cán bộ leader_b", "", "23488", "leader", date(2020, 1, 1), None),
    ],
    ids=["a stranger's user name", "another person's name", "a role held already", "a role that ended"],
)
def test_what_only_the_database_knows_is_told_by_row_and_nothing_is_kept(
    world: World, login: Login, line: tuple[object, ...]
) -> None:
    Membership.objects.filter(user=world.leader_b).update(valid_to=date(2023, 12, 31))
    file = people_file(LAN, line)  # type: ignore[arg-type]
    (problem,) = problems(login("coordinator"), file=file)
    assert problem.startswith("3:3")
    assert not User.objects.filter(username="lan.ntt").exists()


def test_what_changed_after_the_preview_stops_the_whole_import(world: World, login: Login) -> None:
    client = login("coordinator")
    sealed = preview(client, LAN, OLD)
    User.objects.filter(username="officer_a").update(full_name="Người khác")
    assert problems(client, rows=sealed) == ["3:3 Cán bộ officer_a"]
    assert not User.objects.filter(username="lan.ntt").exists()


def test_a_preview_is_of_use_only_to_its_owner_and_unaltered(world: World, login: Login) -> None:
    sealed = preview(login("coordinator"), LAN)
    assert len(problems(login("coordinator"), rows=sealed[:-2])) == 1
    assert len(problems(login("outsider"), rows=sealed)) == 1
    assert not User.objects.filter(username="lan.ntt").exists()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_roles_are_understood_by_their_name_in_both_languages(world: World, login: Login, language: str) -> None:
    with translation.override(language):
        word = str(Role.COORDINATOR.label).upper()
    preview(login("coordinator"), ("moi", "Người Mới", "", "23497", word, None, None))


@pytest.mark.parametrize("kind", ["nothing", "empty", "text", "no sheet", "no column", "no row", "too many"])
def test_other_files_are_refused_in_words(world: World, login: Login, kind: str) -> None:
    many = [(f"nguoi{number}", "Ai đó", "", "23497", "officer", None, None) for number in range(MAX_ROWS + 1)]
    files = {
        "empty": SimpleUploadedFile("people.xlsx", b""),
        "text": SimpleUploadedFile("people.xlsx", b"user_name,full_name"),
        "no sheet": people_file(LAN, sheet="accounts"),
        "no column": people_file(LAN[:-2], headers=HEADERS[:-2]),
        "no row": people_file(),
        "too many": people_file(*many),
    }
    data = {} if kind == "nothing" else {"file": files[kind]}
    assert problems(login("coordinator"), **data)


def test_the_export_comes_back_unchanged(world: World, login: Login) -> None:
    client = login("coordinator")
    response = client.get(reverse("people_export"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    lines = list(book["people"].iter_rows(values_only=True))
    assert lines[0][:7] == HEADERS
    assert {line[0] for line in lines[1:]} == set(world.people) - {"outsider", "administrator"}
    again = client.post(URL, {"file": people_file(*lines[1:], headers=lines[0])})
    assert {row.outcome for row in again.context["preview"]} == {"unchanged"}


def test_the_template_offers_the_own_units_and_roles(world: World, login: Login) -> None:
    response = login("coordinator").get(reverse("people_template"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert [cell.value for cell in book["people"][1]] == list(HEADERS)
    assert {row[0] for row in book["units"].iter_rows(min_row=2, values_only=True)} == {
        "614",
        "23497",
        "23488",
        "614-PNV",
        "614-TP",
    }
    assert "administrator" not in {row[0] for row in book["roles"].iter_rows(values_only=True)}

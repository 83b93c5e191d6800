"""Django's admin: open to administrators, deletes nothing, records everything."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.world import World
from units.access import Role
from units.audit import Action, record
from units.models import AuditEvent, Lineage, Membership, Party, Unit, User
from units.models.units import today

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
COLUMNS = ["code", "name", "type", "function", "parent", "valid_from", "valid_to"]
MODELS = ["unit", "lineage", "party", "user", "membership", "auditevent"]


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:units_{model}_{page}", args=args)


@pytest.fixture
def admin(login: Login) -> Client:
    return login("administrator")


def last_event() -> AuditEvent:
    event = AuditEvent.objects.first()
    assert event is not None
    return event


def told(event: AuditEvent) -> dict[str, tuple[str, str]]:
    return {change.attribute: (change.old, change.new) for change in event.changes.all()}


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def test_the_start_page_lists_units_and_people_and_nothing_of_other_apps(admin: Client) -> None:
    page = text(admin.get(reverse("admin:index")))
    assert all(url(model, "changelist") in page for model in MODELS)
    assert "/admin/axes/" not in page
    assert "/admin/account/" not in page
    assert "/admin/auth/" not in page


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_search_opens(admin: Client, model: str) -> None:
    assert admin.get(url(model, "changelist")).status_code == 200
    assert admin.get(url(model, "changelist"), {"q": "a"}).status_code == 200


@pytest.mark.parametrize("name", ["coordinator", "officer_a", "district_leader"])
@pytest.mark.parametrize("model", MODELS)
def test_other_roles_stay_outside(login: Login, name: str, model: str) -> None:
    client = login(name)
    assert client.get(url(model, "changelist")).status_code in (302, 403)
    assert client.post(url(model, "changelist"), {"action": "issue_passwords"}).status_code in (302, 403)


def test_the_flags_of_django_open_nothing(world: World, login: Login) -> None:
    User.objects.filter(username="officer_a").update(is_staff=True, is_superuser=True)
    assert login("officer_a").get(url("unit", "changelist")).status_code in (302, 403)


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_deleted(world: World, admin: Client, model: str) -> None:
    Lineage.objects.create(predecessor=world.commune_a, successor=world.commune_b, kind="merged")
    record(Action.UNIT_CHANGED, world.commune_a, by=None)
    rows = apps.get_model("units", model)._default_manager.all()
    before = rows.count()
    first = rows.first()
    assert first is not None
    assert admin.post(url(model, "delete", first.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in text(admin.get(url(model, "changelist")))
    assert rows.count() == before


def unit_data(**columns: object) -> dict[str, object]:
    data: dict[str, object] = {"code": "23999", "name": "Xã Mới", "type": "commune", "function": ""}
    return {**data, "parent": "", "valid_from": "01/07/2025", "valid_to": "", **columns}


def test_a_unit_typed_by_hand_leaves_an_event(world: World, admin: Client) -> None:
    response = admin.post(url("unit", "add"), unit_data(parent=world.district.pk))
    assert response.status_code == 302
    made = Unit.objects.get(code="23999")
    event = last_event()
    assert (event.action, event.scope, event.by) == (Action.UNIT_CREATED, made, world.administrator)
    assert told(event)["parent"] == ("", "Huyện Kon Rẫy")
    admin.post(url("unit", "change", made.pk), unit_data(name="Xã Khác", parent=world.district.pk))
    assert last_event().action == Action.UNIT_CHANGED
    assert told(last_event()) == {"name": ("Xã Mới", "Xã Khác")}
    assert not LogEntry.objects.exists()


def test_saving_a_unit_as_it_is_leaves_no_event(world: World, admin: Client) -> None:
    admin.post(url("unit", "add"), unit_data())
    count = AuditEvent.objects.count()
    admin.post(url("unit", "change", Unit.objects.get(code="23999").pk), unit_data())
    assert AuditEvent.objects.count() == count


@pytest.mark.parametrize(
    "columns", [{"code": "1"}, {"code": "239990"}, {"type": "province"}, {"valid_to": "30/06/2025"}]
)
def test_an_impossible_unit_is_refused(world: World, admin: Client, columns: dict[str, str]) -> None:
    response = admin.post(url("unit", "add"), unit_data(**columns))
    assert response.status_code == 200
    assert "errorlist" in text(response)
    assert not Unit.objects.filter(name="Xã Mới").exists()


def test_no_unit_stands_above_itself(world: World, admin: Client) -> None:
    province = world.province
    data = unit_data(
        code="62", name=province.name, type="province", valid_from="01/01/2020", parent=world.commune_a.pk
    )
    assert "errorlist" in text(admin.post(url("unit", "change", province.pk), data))
    province.refresh_from_db()
    assert province.parent is None


def test_members_of_a_group_are_part_of_its_history(world: World, admin: Client) -> None:
    group = Party.objects.get(code="G_XA")
    data = {
        "owner": world.district.pk,
        "code": "G_XA",
        "name": group.name,
        "unit": "",
        "members": [world.commune_a.pk],
    }
    assert admin.post(url("party", "change", group.pk), data).status_code == 302
    assert last_event().action == Action.PARTY_CHANGED
    assert told(last_event()) == {"members": ("Xã Tân Lập, Xã Đắk Ruồng", "Xã Tân Lập")}


def test_the_administrator_opens_the_account_of_a_coordinator(world: World, admin: Client) -> None:
    data = {
        "username": "Dieu.Phoi",
        "full_name": "Điều phối tỉnh",
        "title": "",
        "email": "",
        "phone": "",
        "unit": world.province.pk,
        "role": Role.COORDINATOR,
        "valid_from": "01/01/2026",
        "valid_to": "",
    }
    response = admin.post(url("user", "add"), data)
    made = User.objects.get(username="dieu.phoi")
    assert made.has_role(Role.COORDINATOR, world.province)
    assert response.status_code == 200
    ((shown, password),) = response.context["issued"]
    assert shown == made
    assert made.check_password(password)
    assert password in text(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert (last_event().action, last_event().by) == (Action.PERSON_CREATED, world.administrator)


def test_an_account_is_corrected_but_not_its_user_name(world: World, admin: Client) -> None:
    data = {"username": "other", "full_name": "Tên Mới", "title": "Chuyên viên", "email": "", "phone": ""}
    person = world.officer_a
    assert admin.post(url("user", "change", person.pk), {**data, "is_active": ""}).status_code == 302
    person.refresh_from_db()
    assert (person.username, person.full_name, person.is_active) == ("officer_a", "Tên Mới", True)
    assert told(last_event())["full_name"] == ("Cán bộ officer_a", "Tên Mới")


def act(client: Client, action: str, *people: User) -> Any:
    data = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(url("user", "changelist"), data)


def test_a_coordinator_gets_a_one_time_password_from_the_administrator(world: World, admin: Client) -> None:
    response = act(admin, "issue_passwords", world.coordinator, world.outsider)
    assert response.status_code == 200
    people = {issued.username: password for issued, password in response.context["issued"]}
    assert world.fresh("coordinator").check_password(people["coordinator"])
    assert world.fresh("outsider").must_change_password
    assert last_event().action == Action.PASSWORD_ISSUED


def test_the_administrator_does_not_close_the_own_account(world: World, admin: Client) -> None:
    act(admin, "deactivate", world.administrator, world.coordinator)
    assert world.fresh("administrator").is_active
    assert not world.fresh("coordinator").is_active
    act(admin, "reactivate", world.coordinator)
    assert world.fresh("coordinator").is_active


def test_the_administrator_lifts_a_lock_out(world: World, admin: Client) -> None:
    AccessAttempt.objects.create(username="coordinator", ip_address="10.0.0.9", failures_since_start=5)
    act(admin, "unlock", world.coordinator)
    assert not AccessAttempt.objects.exists()
    assert last_event().action == Action.PERSON_UNLOCKED


def test_a_role_is_given_and_ended(world: World, admin: Client) -> None:
    data = {
        "user": world.officer_a.pk,
        "unit": world.province.pk,
        "role": Role.ADMINISTRATOR,
        "valid_from": "01/01/2026",
        "valid_to": "",
    }
    assert admin.post(url("membership", "add"), data).status_code == 302
    given = Membership.objects.get(user=world.officer_a, role=Role.ADMINISTRATOR)
    assert last_event().action == Action.ROLE_GIVEN
    assert admin.post(url("membership", "change", given.pk), {"valid_to": "31/01/2026"}).status_code == 302
    given.refresh_from_db()
    assert given.valid_to == date(2026, 1, 31)
    assert last_event().action == Action.ROLE_ENDED


@pytest.mark.parametrize("valid_to", ["", "31/12/2019"])
def test_a_role_is_not_changed_in_any_other_way(world: World, admin: Client, valid_to: str) -> None:
    held = Membership.objects.get(user=world.officer_a)
    response = admin.post(url("membership", "change", held.pk), {"valid_to": valid_to, "role": "leader"})
    assert response.status_code == 302
    held.refresh_from_db()
    assert (held.role, held.valid_to) == (Role.OFFICER, None)


def test_the_last_role_of_administrator_is_not_ended_by_its_holder(world: World, admin: Client) -> None:
    held = Membership.objects.get(user=world.administrator)
    admin.post(url("membership", "change", held.pk), {"valid_to": f"{today():%d/%m/%Y}"})
    held.refresh_from_db()
    assert held.valid_to is None


def test_the_history_shows_units_and_people_but_no_scores(world: World, admin: Client) -> None:
    score = world.score(world.commune_a, "3")
    hidden = record(Action.SCORE_SAVED, score.sheet, by=world.officer_a, reason="điểm kín")
    shown = record(Action.UNIT_CHANGED, world.commune_a, by=world.administrator, reason="đổi tên xã")
    page = text(admin.get(url("auditevent", "changelist")))
    assert "đổi tên xã" in page
    assert "điểm kín" not in page
    assert admin.get(url("auditevent", "change", shown.pk)).status_code == 200
    assert admin.get(url("auditevent", "change", hidden.pk)).status_code == 302
    assert admin.post(url("auditevent", "change", shown.pk), {"reason": "khác"}).status_code == 403
    assert admin.get(url("auditevent", "add")).status_code == 403


def test_the_history_of_a_row_leads_to_its_events(world: World, admin: Client) -> None:
    record(Action.UNIT_CHANGED, world.commune_a, by=world.administrator, reason="đổi tên xã")
    record(Action.UNIT_CHANGED, world.commune_b, by=world.administrator, reason="việc khác")
    response = admin.get(url("unit", "history", world.commune_a.pk), follow=True)
    assert "đổi tên xã" in text(response)
    assert "việc khác" not in text(response)


def unit_file(*lines: list[object]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in ([*COLUMNS], *lines):
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("units.xlsx", content.getvalue())


def upload(client: Client, *lines: list[object]) -> Any:
    return client.post(url("unit", "import"), {"import_file": unit_file(*lines), "format": "0"})


def confirm(client: Client, preview: Any) -> Any:
    return client.post(url("unit", "process_import"), preview.context["confirm_form"].initial)


NEW: list[object] = ["23999", "Xã Mới", "commune", "", "614", "01/07/2021", None]
AGENCY: list[object] = ["614-VP", "Văn phòng", "agency", "office", 614, date(2020, 1, 1), None]


def test_units_come_from_a_workbook_after_a_preview(world: World, admin: Client) -> None:
    events = AuditEvent.objects.count()
    preview = upload(admin, NEW, AGENCY)
    assert "confirm_form" in preview.context
    assert not Unit.objects.filter(code="23999").exists()
    assert AuditEvent.objects.count() == events
    assert confirm(admin, preview).status_code == 302
    made = Unit.objects.get(code="23999")
    assert (made.parent, made.valid_from) == (world.district, date(2021, 7, 1))
    assert Unit.objects.get(code="614-VP").parent == world.district
    assert AuditEvent.objects.filter(action=Action.UNIT_CREATED, by=world.administrator).count() == 2
    assert not LogEntry.objects.exists()


def test_a_changed_parent_is_a_change_and_the_rest_stays_unchanged(world: World, admin: Client) -> None:
    lines: list[list[object]] = [
        ["23497", "Xã Tân Lập", "commune", "", "610", "01/01/2020", ""],
        ["23488", "Xã Đắk Ruồng", "commune", "", "614", "01/01/2020", ""],
    ]
    preview = upload(admin, *lines)
    assert [row.import_type for row in preview.context["result"].rows] == ["update", "skip"]
    confirm(admin, preview)
    world.commune_a.refresh_from_db()
    assert world.commune_a.parent == Unit.objects.get(code="610")
    assert told(last_event()) == {"parent": ("Huyện Kon Rẫy", "Huyện Khác")}


@pytest.mark.parametrize(
    "broken",
    [
        ["1", "Tỉnh Mất Số Không", "province", "", None, "01/07/2025", None],
        ["23999", "", "commune", "", "614", "01/07/2025", None],
        ["23999", "Xã Mới", "village", "", "614", "01/07/2025", None],
        ["23999", "Xã Mới", "commune", "", "999", "01/07/2025", None],
        ["23999", "Xã Mới", "commune", "", "614", "31/02/2025", None],
        ["23999", "Xã Mới", "commune", "", "614", "01/07/2025", "30/06/2025"],
    ],
)
def test_a_broken_row_stops_the_whole_workbook(world: World, admin: Client, broken: list[object]) -> None:
    good: list[object] = ["23998", "Xã Tốt", "commune", "", "614", "01/07/2021", None]
    preview = upload(admin, good, broken)
    assert preview.status_code == 200
    assert "confirm_form" not in preview.context
    assert not Unit.objects.filter(name="Xã Tốt").exists()


def test_the_export_can_be_imported_again_unchanged(world: World, admin: Client) -> None:
    exported = admin.post(
        url("unit", "export"), {"format": "0", **{f"unitresource_{name}": "on" for name in COLUMNS}}
    )
    assert exported.headers["Content-Type"].endswith("spreadsheetml.sheet")
    file = SimpleUploadedFile("units.xlsx", exported.content)
    preview = admin.post(url("unit", "import"), {"import_file": file, "format": "0"})
    assert {row.import_type for row in preview.context["result"].rows} == {"skip"}

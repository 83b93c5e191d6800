"""The pages on accounts: who opens them, what they list, what their buttons do."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from units.access import Role
from units.models import Membership, Notice, User
from units.models.units import today

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
STEPS = (
    "person_change",
    "person_role_add",
    "person_deactivate",
    "person_reactivate",
    "person_unlock",
    "person_password",
    "person_hand_over",
)
LISTS = ("people", "person_new", "people_import", "people_export", "people_template")
ROLE = {"role-role": "officer", "role-valid_from": "1/7/2024", "role-valid_to": ""}


def names(client: Client, **query: str | int) -> list[str]:
    response = client.get(reverse("people"), query)
    return [row.person.username for row in response.context["page"]]


@pytest.mark.parametrize("name", ["officer_a", "leader_a", "justice_officer", "district_leader", "administrator"])
def test_only_coordinators_open_the_pages(world: World, login: Login, name: str) -> None:
    client = login(name)
    for page in LISTS:
        assert client.get(reverse(page)).status_code == 403
    assert client.get(reverse("person", args=[world.officer_b.pk])).status_code == 403
    for step in STEPS:
        assert client.post(reverse(step, args=[world.officer_b.pk])).status_code == 403


def test_the_coordinator_of_another_district_finds_nobody_here(world: World, login: Login) -> None:
    client = login("outsider")
    assert names(client) == ["outsider"]
    role = world.officer_a.memberships.get()
    assert client.get(reverse("person", args=[world.officer_a.pk])).status_code == 404
    for step in STEPS:
        assert client.post(reverse(step, args=[world.officer_a.pk]), ROLE).status_code == 404
    ending = reverse("person_role_end", args=[world.officer_a.pk, role.pk])
    assert client.post(ending, {"end-last_on": "1/1/2024"}).status_code == 404
    assert b"officer_a" not in client.get(reverse("people_export")).content
    assert User.objects.get(pk=world.officer_a.pk).password == world.officer_a.password


def test_every_step_wants_a_post(world: World, login: Login) -> None:
    client = login("coordinator")
    for step in STEPS:
        assert client.get(reverse(step, args=[world.officer_a.pk])).status_code == 405


def test_the_list_is_found_without_diacritics(world: World, login: Login) -> None:
    User.objects.filter(username="officer_a").update(full_name="Đỗ Thị Hường", title="Công chức")
    client = login("coordinator")
    assert names(client, q="do thi huong") == ["officer_a"]
    assert names(client, q="HƯỜNG cong chuc") == ["officer_a"]
    assert names(client, q="không có ai") == []


def test_the_list_is_narrowed_by_unit_role_and_state(world: World, login: Login) -> None:
    User.objects.filter(username="officer_b").update(is_active=False)
    User.objects.filter(username="leader_b").update(must_change_password=True)
    client = login("coordinator")
    assert names(client, unit=world.commune_b.pk) == ["leader_b", "officer_b"]
    assert names(client, unit=world.commune_b.pk, role="leader") == ["leader_b"]
    assert names(client, state="inactive") == ["officer_b"]
    assert names(client, state="one_time") == ["leader_b"]
    for _time in range(5):
        Client().post(reverse("account_login"), {"login": "Leader_A", "password": "wrong"})
    assert names(client, state="locked") == ["leader_a"]


def test_an_account_is_opened_and_its_password_shown_once(world: World, login: Login) -> None:
    data = {
        "username": "Moi.A",
        "full_name": "Người Mới",
        "title": "",
        "email": "",
        "phone": "",
        "unit": world.commune_a.pk,
        "role": "officer",
        "valid_from": "12/8/2024",
        "valid_to": "",
    }
    client = login("coordinator")
    response = client.post(reverse("person_new"), data)
    ((made, password),) = response.context["issued"]
    assert made.check_password(password)
    assert f"{made.memberships.get().valid_from}" == "2024-08-12"
    assert password not in client.get(reverse("person", args=[made.pk])).text

    again = client.post(reverse("person_new"), data)
    assert again.status_code == 422
    assert again.context["name_form"].errors["username"]


@pytest.mark.parametrize("wrong", [{"unit": "0"}, {"role": "administrator"}, {"valid_to": "1/1/2020"}])
def test_a_first_role_outside_the_own_reach_is_refused_in_the_form(
    world: World, login: Login, wrong: dict[str, str]
) -> None:
    data = {
        "username": "moi.b",
        "full_name": "Người Mới",
        "unit": str(world.commune_a.pk),
        "role": "officer",
        "valid_from": "12/8/2024",
    }
    if "unit" in wrong:
        wrong = {"unit": str(world.province.pk)}
    assert login("coordinator").post(reverse("person_new"), data | wrong).status_code == 422
    assert not User.objects.filter(username="moi.b").exists()


def test_the_page_of_an_account_shows_roles_and_history(world: World, login: Login) -> None:
    client = login("coordinator")
    url = reverse("person", args=[world.officer_a.pk])
    client.post(reverse("person_role_add", args=[world.officer_a.pk]), ROLE | {"role-unit": world.commune_b.pk})
    text = client.get(url).text
    assert "01/07/2024" in text
    assert "Xã Đắk Ruồng" in text
    assert str(world.coordinator) in text


def test_a_hand_over_stands_in_the_history_of_both(world: World, login: Login) -> None:
    client = login("coordinator")
    step = reverse("person_hand_over", args=[world.officer_a.pk])
    client.post(step, {"hand-to": world.leader_a.pk, "hand-reason": "nghỉ thai sản"})
    for each in (world.officer_a, world.leader_a):
        history = client.get(reverse("person", args=[each.pk])).context["history"]
        assert [entry.reason for entry in history] == ["nghỉ thai sản"]
    assert [line.row for line in history[0].lines] == [
        "Cán bộ leader_a: " + str(Role.OFFICER.label) + ", Xã Tân Lập",
        "Cán bộ officer_a: " + str(Role.OFFICER.label) + ", Xã Tân Lập",
    ]


def test_the_buttons_do_what_they_say(world: World, login: Login) -> None:
    client, pk = login("coordinator"), world.officer_a.pk
    client.post(reverse("person_change", args=[pk]), {"full_name": "Tên Mới", "title": "Công chức"})
    client.post(reverse("person_deactivate", args=[pk]), {"state-reason": "nghỉ"})
    person = world.fresh("officer_a")
    assert (person.full_name, person.title, person.is_active) == ("Tên Mới", "Công chức", False)
    client.post(reverse("person_reactivate", args=[pk]))
    client.post(reverse("person_unlock", args=[pk]))
    response = client.post(reverse("person_password", args=[pk]))
    ((_shown, password),) = response.context["issued"]
    assert world.fresh("officer_a").check_password(password)
    client.post(reverse("person_hand_over", args=[pk]), {"hand-to": world.leader_a.pk})
    assert world.fresh("leader_a").has_role(Role.OFFICER, world.commune_a)
    assert not world.fresh("officer_a").has_role(Role.OFFICER)


def test_a_role_is_ended_on_the_page(world: World, login: Login) -> None:
    role = world.officer_a.memberships.get()
    url = reverse("person_role_end", args=[world.officer_a.pk, role.pk])
    client = login("coordinator")
    assert client.post(url, {"end-last_on": "không phải ngày"}).status_code == 422
    assert client.post(url, {"end-last_on": f"{today():%d/%m/%Y}", "end-reason": "chuyển"}).status_code == 302
    role.refresh_from_db()
    assert role.valid_to == today()


def test_a_role_of_another_person_or_unit_is_not_ended_through_this_page(world: World, login: Login) -> None:
    client = login("coordinator")
    elsewhere = Membership.objects.create(
        user=world.officer_a, unit=world.province, role=Role.OFFICER, valid_from=today()
    )
    for role in (world.officer_b.memberships.get(), elsewhere):
        url = reverse("person_role_end", args=[world.officer_a.pk, role.pk])
        assert client.post(url, {"end-last_on": "1/1/2024"}).status_code == 404


def test_refusals_are_said_on_the_page(world: World, login: Login) -> None:
    client = login("coordinator")
    own = reverse("person_deactivate", args=[world.coordinator.pk])
    response = client.post(own, {"state-reason": ""}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert world.fresh("coordinator").is_active


def test_the_list_needs_the_same_queries_for_any_number_of_people(
    world: World, login: Login, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    for number in range(60):
        made = User.objects.create(username=f"nguoi{number}", full_name=f"Người {number}", password="!")
        Membership.objects.create(user=made, unit=world.commune_a, role=Role.OFFICER)
    client = login("coordinator")
    with django_assert_max_num_queries(12):
        client.get(reverse("people"))


def test_notices_are_listed_and_marked_as_read(world: World, login: Login) -> None:
    Notice.objects.filter(user=world.officer_a).delete()
    for subject in ("một", "hai"):
        Notice.objects.create(user=world.officer_a, kind=Notice.Kind.OPENED, subject=subject)
    other = Notice.objects.create(user=world.officer_b, kind=Notice.Kind.OPENED, subject="ba")
    client = login("officer_a")
    text = client.get(reverse("notices")).text
    assert "một" in text
    assert "ba" not in [notice.subject for notice in client.get(reverse("notices")).context["page"]]

    first = world.officer_a.notices.get(subject="một")
    for chosen in (first.pk, other.pk, "x"):
        client.post(reverse("notices_read"), {"notice": chosen})
    assert [notice.subject for notice in world.officer_a.notices.filter(read_at=None)] == ["hai"]
    client.post(reverse("notices_read"))
    assert not world.officer_a.notices.filter(read_at=None).exists()
    other.refresh_from_db()
    assert other.read_at is None

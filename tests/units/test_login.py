"""Login: closed sign-up, lock-out by user and address, one-time passwords."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, World
from units.actions.people import deactivate_person, issue_one_time_password, unlock_person
from units.audit import Action
from units.models import AuditEvent, User

OWN = "ngua sat pin dung 9"


def sign_in(client: Client, username: str, password: str, address: str = "10.0.0.1") -> int:
    data = {"login": username, "password": password}
    return client.post(reverse("account_login"), data, REMOTE_ADDR=address).status_code


def fail_five_times(client: Client, username: str, address: str = "10.0.0.1") -> None:
    for _time in range(5):
        sign_in(client, username, "wrong", address)


def test_nobody_signs_up(client: Client, world: World) -> None:
    url = reverse("account_signup")
    data = {"username": "khach", "password1": OWN, "password2": OWN}
    for response in (client.get(url), client.post(url, data)):
        assert response.status_code == 200
        assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.filter(username="khach").exists()


def test_a_person_signs_in_with_any_capitals(client: Client, world: World) -> None:
    assert sign_in(client, "Officer_A", PASSWORD) == 302
    assert "_auth_user_id" in client.session


def test_a_deactivated_account_does_not_come_in(client: Client, world: World) -> None:
    client.force_login(world.officer_a, backend="allauth.account.auth_backends.AuthenticationBackend")
    deactivate_person(person=world.officer_a, by=world.coordinator)
    assert reverse("account_login") in client.get(reverse("notices")).headers["Location"]
    fresh = Client()
    sign_in(fresh, "officer_a", PASSWORD)
    assert "_auth_user_id" not in fresh.session


def test_five_wrong_passwords_lock_the_account_for_this_address(client: Client, world: World) -> None:
    fail_five_times(client, "officer_a")
    response = client.post(
        reverse("account_login"), {"login": "officer_a", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1"
    )
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert "_auth_user_id" not in client.session


def test_capitals_do_not_get_around_the_lock(client: Client, world: World) -> None:
    for name in ("officer_a", "OFFICER_A", "Officer_a", "officer_A", " officer_a "):
        sign_in(client, name, "wrong")
    assert sign_in(client, "oFFicer_a", PASSWORD) == 429


def test_a_lock_leaves_colleagues_and_other_addresses_alone(client: Client, world: World) -> None:
    fail_five_times(client, "officer_a")
    assert sign_in(Client(), "leader_a", PASSWORD, "10.0.0.1") == 302
    assert sign_in(Client(), "officer_a", PASSWORD, "10.0.0.2") == 302


def test_a_forged_forwarding_header_is_no_other_address(client: Client, world: World) -> None:
    fail_five_times(client, "officer_a")
    data = {"login": "officer_a", "password": PASSWORD}
    response = client.post(reverse("account_login"), data, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.9")
    assert response.status_code == 429


def test_a_coordinator_lifts_the_lock(client: Client, world: World) -> None:
    fail_five_times(client, "officer_a")
    assert unlock_person(person=world.officer_a, by=world.coordinator) == 1
    assert sign_in(client, "officer_a", PASSWORD) == 302
    assert AuditEvent.objects.about(world.officer_a).get().action == Action.PERSON_UNLOCKED


def test_a_one_time_password_opens_only_the_page_that_replaces_it(client: Client, world: World) -> None:
    password = issue_one_time_password(person=world.officer_a, by=world.coordinator)
    assert sign_in(client, "officer_a", password) == 302
    change = reverse("account_change_password")
    assert client.get(reverse("notices")).headers["Location"] == change
    assert client.get(change).status_code == 200

    answer = client.post(change, {"oldpassword": password, "password1": OWN, "password2": OWN})
    assert answer.status_code == 302
    assert client.get(reverse("notices")).status_code == 200
    person = world.fresh("officer_a")
    assert not person.must_change_password
    assert person.check_password(OWN)
    event = AuditEvent.objects.about(person)[0]
    assert (event.action, event.by) == (Action.PASSWORD_CHANGED, person)


@pytest.mark.parametrize("new", ["same", "short", "12345678901"])
def test_a_poor_or_the_same_password_does_not_replace_it(client: Client, world: World, new: str) -> None:
    password = issue_one_time_password(person=world.officer_a, by=world.coordinator)
    chosen = password if new == "same" else new
    sign_in(client, "officer_a", password)
    change = reverse("account_change_password")
    answer = client.post(change, {"oldpassword": password, "password1": chosen, "password2": chosen})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert world.fresh("officer_a").must_change_password


def test_a_one_time_password_ends_open_sessions(client: Client, world: World) -> None:
    sign_in(client, "officer_a", PASSWORD)
    assert client.get(reverse("notices")).status_code == 200
    issue_one_time_password(person=world.officer_a, by=world.coordinator)
    assert client.get(reverse("notices")).status_code == 302

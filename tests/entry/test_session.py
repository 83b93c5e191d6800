"""What the scripts of a page are told about the session, in words that they read."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from parportal.entry.receipts import user_key
from tests.world import PASSWORD, World

pytestmark = pytest.mark.any_database

JSON = {"Accept": "application/json"}
Login = Callable[[str], Client]


def test_nobody_is_signed_in(client: Client, db: None) -> None:
    response = client.get(reverse("session"))
    assert response.json() == {"user": None, "name": "", "csrf": response.json()["csrf"]}
    assert "no-store" in response.headers["Cache-Control"]
    assert response.cookies["csrftoken"].value


def test_the_session_names_its_person_by_a_key(world: World, login: Login) -> None:
    answer = login("officer_a").get(reverse("session")).json()
    assert answer["user"] == user_key(world.officer_a)
    assert re.fullmatch(r"[0-9a-f]{16}", answer["user"])
    assert answer["name"] == "Cán bộ officer_a"


def test_pages_carry_the_key_of_their_person(world: World, login: Login, client: Client) -> None:
    assert b"data-user" not in client.get(reverse("account_login")).content
    page = login("officer_a").get(reverse("home")).content.decode()
    assert f'<body data-user="{user_key(world.officer_a)}"' in page
    assert user_key(world.officer_a) != user_key(world.officer_b)


def test_scripts_are_told_that_nobody_is_signed_in(client: Client, db: None) -> None:
    response = client.post("/sheets/1/rows/1/", headers=JSON)
    assert (response.status_code, response.json()) == (401, {"result": "signed_out"})
    assert client.post("/sheets/1/rows/1/", headers={"Accept": "*/*"}).status_code == 302


def test_scripts_are_told_of_a_one_time_password(world: World, login: Login) -> None:
    world.officer_a.must_change_password = True
    world.officer_a.save()
    response = login("officer_a").post("/sheets/1/rows/1/", headers=JSON)
    assert (response.status_code, response.json()) == (403, {"result": "own_password"})


def test_scripts_are_told_of_an_old_token(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.officer_a, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = strict.post("/sheets/1/rows/1/", headers=JSON)
    assert (response.status_code, response.json()) == (403, {"result": "csrf"})
    token = strict.get(reverse("session")).json()["csrf"]
    assert strict.post("/sheets/1/rows/1/", headers={**JSON, "X-CSRFToken": token}).status_code == 404


def test_signing_in_answers_a_script(world: World, client: Client) -> None:
    ajax = {**JSON, "X-Requested-With": "XMLHttpRequest"}
    url = reverse("account_login")
    wrong = client.post(url, {"login": "officer_a", "password": "wrong"}, headers=ajax)
    assert wrong.status_code == 400
    assert wrong.json()["form"]["errors"]
    for _ in range(4):
        last = client.post(url, {"login": "officer_a", "password": "wrong"}, headers=ajax)
    assert (last.status_code, last.json()) == (429, {"result": "locked_out", "minutes": 15})
    right = client.post(url, {"login": "officer_b", "password": PASSWORD}, headers=ajax)
    assert (right.status_code, "location" in right.json()) == (200, True)


def test_the_service_worker_comes_from_the_root_unhashed(client: Client, db: None) -> None:
    response = client.get("/sw.js")
    assert response.headers["Content-Type"] == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert 'const STATIC = "/static/";' in response.content.decode()
    assert "{%" not in response.content.decode()


def test_the_page_for_the_time_without_a_network_needs_nobody(client: Client, db: None) -> None:
    page = client.get(reverse("offline")).content.decode()
    assert "<h1" in page
    assert "csrf" not in page

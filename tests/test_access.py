"""Who may open which address: every URL of the portal for every persona.

A URL that is missing in `tests/access_table.py` fails the run. Everybody without an account is sent to the login
page.
"""

from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, reverse

from tests.access_rows import PATTERNS, address, values
from tests.access_table import ACCESS, PERSONAS
from tests.inline import faults, is_page
from tests.world import World, make_world, publish, submit
from units.middleware import OPEN_TO_ALL

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# Django's own admin: only for the administrator.
ADMIN = "333333+3"


def sign(status: int) -> str:
    assert status < 500
    return {403: "3", 404: "0", 405: "wrong method"}.get(status, "+")


def test_every_address_stands_in_the_table() -> None:
    assert {name for name, *_ in ACCESS} | OPEN_TO_ALL == set(PATTERNS)


def walked(state: str) -> list[tuple[str, str, str]]:
    """Name, method and who opens it. What a publication changes is of scoring and reports."""
    if state == "open":
        return [(name, method, while_open) for name, method, while_open, _published in ACCESS]
    return [
        (name, method, published)
        for name, method, while_open, published in ACCESS
        if while_open != published
        # What changes nothing answers as it did; the moves that a publication ends stand in the tests of moves.
        or (method == "GET" and PATTERNS[name].callback.__module__.startswith(("scoring.", "reports.")))
    ]


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is a status here: half of the addresses answer so, and rendering it takes as long as any page."""

    def refused(_resolver: URLResolver, status: int) -> Any:
        return lambda request, exception=None: HttpResponse(status=status)

    monkeypatch.setattr(URLResolver, "resolve_error_handler", refused)


@pytest.fixture
def light_sessions(settings: Any) -> None:
    """Who asks is read from the cookie: nothing here is about sessions, and each request would query for one."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"


@pytest.mark.any_database
@pytest.mark.usefixtures("plain_refusals", "light_sessions")
@pytest.mark.parametrize("state", ["open", "published"])
def test_each_persona_opens_what_the_table_says_without_inline_code(db: None, state: str) -> None:
    world = make_world()
    submit(world, world.commune_a) if state == "open" else publish(world)
    found = values(world)
    wrong, parsed = [], set()
    for place, persona in enumerate(PERSONAS):
        client = Client()
        client.force_login(world.fresh(persona), backend=BACKEND)
        for name, method, opens in walked(state):
            url = address(name, found)
            with transaction.atomic():
                response: Any = client.generic(method, url)
                b"".join(response)  # a download closes its file when it has been read
                transaction.set_rollback(True)
            where = f"{persona} {method} {url} ({name})"
            # A page with as many tags as another person's holds the same code.
            page = (name, method, is_page(response) and response.content.count(b"<"))
            if is_page(response) and page not in parsed and (said := faults(response)):
                wrong.append(f"{where}: {said}")
            parsed.add(page)
            if sign(response.status_code) != opens[place]:
                wrong.append(f"{where}: {response.status_code}, the table says {opens[place]}")
    assert wrong == []


def test_each_address_answers_its_first_persona_on_this_database(db: None) -> None:
    """On PostgreSQL, for the queries of all pages: SQLite lets pass what PostgreSQL refuses."""
    if connection.vendor == "sqlite":
        return  # walked above by everybody
    world = make_world()
    submit(world, world.commune_a)
    found, clients = values(world), {persona: Client() for persona in PERSONAS}
    for persona, client in clients.items():
        client.force_login(world.fresh(persona), backend=BACKEND)
    wrong = []
    for name, method, opens, _published in ACCESS:
        if "+" not in opens:
            continue
        persona = PERSONAS[opens.index("+")]
        with transaction.atomic():
            response: Any = clients[persona].generic(method, address(name, found))
            b"".join(response)
            transaction.set_rollback(True)
        if sign(response.status_code) != "+":
            wrong.append(f"{persona} {method} {name}: {response.status_code}")
    assert wrong == []


@pytest.mark.any_database
def test_without_an_account_there_is_only_the_login_page(world: World, client: Client) -> None:
    found = values(world)
    for name, method, *_ in ACCESS:
        response = client.generic(method, address(name, found))
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name  # type: ignore[attr-defined]


@pytest.mark.any_database
@pytest.mark.parametrize(("persona", "expected"), list(zip(PERSONAS, ADMIN, strict=True)))
def test_the_admin_is_for_administrators(world: World, client: Client, persona: str, expected: str) -> None:
    client.force_login(world.people[persona], backend=BACKEND)
    response = client.get(reverse("admin:units_unit_changelist"))
    allowed = response.status_code == 200
    assert allowed == (expected == "+")

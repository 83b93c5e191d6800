"""One-time passwords as a workbook: only what was just shown, only to whom it was shown, never stored."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def shown_to(client: Client, world: World) -> Any:
    return client.post(reverse("person_password", args=[world.officer_a.pk]))


def download(client: Client, sealed: str) -> Any:
    return client.post(reverse("people_passwords"), {"sealed": sealed})


def test_the_workbook_holds_the_passwords_of_the_page(world: World, login: Login) -> None:
    client = login("coordinator")
    page = shown_to(client, world)
    response = download(client, page.context["sealed"])
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    (row,) = list(sheet.iter_rows(min_row=2, values_only=True))[:1]
    assert row[:3] == ("Cán bộ officer_a", "officer_a", page.context["issued"][0][1])
    assert world.fresh("officer_a").check_password(str(row[2]))


def test_it_is_for_the_person_who_was_shown_the_page(world: World, login: Login) -> None:
    sealed = shown_to(login("coordinator"), world).context["sealed"]
    assert download(login("outsider"), sealed).status_code == 403
    assert download(login("officer_a"), sealed).status_code == 302
    assert download(login("officer_b"), sealed).status_code == 403


@pytest.mark.parametrize("sealed", ["", "x", "x:y:z"])
def test_an_altered_table_is_refused(login: Login, sealed: str) -> None:
    assert download(login("coordinator"), sealed).status_code == 403


def test_after_an_hour_it_is_too_old(world: World, login: Login) -> None:
    client = login("coordinator")
    sealed = shown_to(client, world).context["sealed"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert download(client, sealed).status_code == 403

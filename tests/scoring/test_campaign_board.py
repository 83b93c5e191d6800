from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scoring.actions.campaigns import make_sheets
from scoring.board import board_rows, days_late
from scoring.models import UnitResult
from tests.scoring.results_world import answer, appraise, pass_deadline, publish, submit
from tests.world import World, unit
from units.models import UnitType

Login = Callable[[str], Client]


def board(login: Login, name: str, query: str = "") -> str:
    response = login(name).get(reverse("campaign", args=["dot-thu"]) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_board_shows_every_unit_to_those_who_govern(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    for name in ("coordinator", "district_leader"):
        page = board(login, name)
        assert "Xã Tân Lập" in page
        assert "Xã Đắk Ruồng" in page
        assert "1/6" in page


@pytest.mark.parametrize("name", ["officer_b", "leader_b"])
def test_a_unit_sees_its_own_row_and_nothing_of_another(world: World, login: Login, name: str) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    page = board(login, name)
    assert "Xã Đắk Ruồng" in page
    assert "Xã Tân Lập" not in page
    assert "1/6" not in page
    assert "0/6" in page


def test_an_appraiser_sees_the_agency_s_part_and_submitted_sheets_only(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    page = board(login, "justice_officer")
    assert "Xã Tân Lập" not in page
    assert "Cải cách thể chế" in page
    assert "Văn hóa công sở" not in page
    submit(world, world.commune_a, "a")
    page = board(login, "justice_officer")
    assert "Xã Tân Lập" in page
    assert "Xã Đắk Ruồng" not in page
    assert "1/6" not in page


@pytest.mark.parametrize("name", ["outsider", "administrator"])
def test_outsiders_find_no_campaign(world: World, login: Login, name: str) -> None:
    assert login(name).get(reverse("campaign", args=["dot-thu"])).status_code == 404
    assert "dot-thu" not in login(name).get(reverse("campaigns")).content.decode()


def test_filters_choose_units(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    missing = board(login, "coordinator", "?show=not-submitted")
    assert "Xã Tân Lập" not in missing
    assert "Xã Đắk Ruồng" in missing
    waiting = board(login, "coordinator", "?show=waiting")
    assert "Xã Tân Lập" in waiting
    assert "Xã Đắk Ruồng" not in waiting


def test_lateness_is_counted_in_days_begun() -> None:
    due = timezone.now()
    minutes = [-1, 0, 1, 24 * 60, 24 * 60 + 1]
    assert [days_late(due, due + timedelta(minutes=each)) for each in minutes] == [0, 0, 1, 1, 2]
    assert days_late(None, due) == 0


def test_a_sheet_is_late_one_minute_after_its_deadline_and_not_one_before(world: World) -> None:
    due = world.campaign.self_score_due_at
    assert due is not None
    for minutes, late in ((-1, False), (1, True)):
        with time_machine.travel(due + timedelta(minutes=minutes), tick=False):
            rows = board_rows(world.campaign, world.campaign.sheets.all(), world.coordinator)
            assert [row.is_late for row in rows] == [late, late]


def test_an_extension_does_not_hide_the_late_submission(world: World) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    sheet = world.sheet(world.commune_a)
    pass_deadline(world)
    sheet.due_at = timezone.now() + timedelta(days=3)
    sheet.save()
    world.campaign.refresh_from_db()
    [row] = board_rows(world.campaign, world.campaign.sheets.filter(pk=sheet.pk), world.coordinator)
    assert row.steps[2].kind == "late"


def test_an_extended_unit_is_not_yet_late(world: World) -> None:
    pass_deadline(world)
    world.campaign.sheets.filter(unit=world.commune_a).update(due_at=timezone.now() + timedelta(days=3))
    world.campaign.refresh_from_db()
    rows = {
        row.sheet.unit.name: row
        for row in board_rows(world.campaign, world.campaign.sheets.all(), world.coordinator)
    }
    assert not rows["Xã Tân Lập"].is_late
    assert rows["Xã Tân Lập"].extended_to
    assert rows["Xã Đắk Ruồng"].is_late


def test_appraised_sheets_are_done(world: World) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    appraise(world, world.commune_a, points={"3": "2"})
    [row] = board_rows(world.campaign, world.campaign.sheets.filter(unit=world.commune_a), world.coordinator)
    assert [step.kind for step in row.steps] == ["done"] * 5
    assert row.steps[3].text == "6/6"


def test_the_history_is_for_those_who_govern(world: World, login: Login) -> None:
    label = "Cán bộ coordinator"
    assert label in board(login, "coordinator")
    assert label not in board(login, "officer_a")


def test_members_reach_the_results_from_the_head_after_publication(world: World, login: Login) -> None:
    link = reverse("results_campaign", args=["dot-thu"])
    assert link not in board(login, "officer_a")
    publish(world)
    assert link in board(login, "officer_a")


def add_sheets(world: World, number: int) -> None:
    """Sheets of more communes in the open campaign, instead of those it had."""
    world.campaign.sheets.all().delete()
    world.campaign.results.all().delete()
    others = [unit(f"9{place:04}", f"Xã {place}", UnitType.COMMUNE, world.district) for place in range(number)]
    UnitResult.objects.bulk_create(UnitResult(campaign=world.campaign, unit=each) for each in others)
    make_sheets(world.campaign)


def test_the_board_of_a_hundred_units_needs_at_most_fifteen_queries(world: World, login: Login) -> None:
    client = login("coordinator")
    client.get(reverse("campaign", args=["dot-thu"]))
    add_sheets(world, 100)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("campaign", args=["dot-thu"])).content.decode()
    assert page.count("cell-bar") == 100
    assert len(queries) <= 15

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parportal.deadlines import days_late
from scoring.actions.campaigns import make_sheets
from scoring.actions.sheets import move_sheet
from scoring.board import BoardRow, Timeliness, board_rows, timeliness
from scoring.models import UnitResult
from tests.scoring.results_world import answer, appraise, pass_deadline, publish, submit
from tests.world import World, unit
from units.models import Notice, UnitType

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


def test_the_board_of_a_hundred_units_needs_at_most_eighteen_queries(world: World, login: Login) -> None:
    client = login("coordinator")
    client.get(reverse("campaign", args=["dot-thu"]))
    add_sheets(world, 100)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("campaign", args=["dot-thu"])).content.decode()
    assert page.count("cell-bar") == 100
    assert len(queries) <= 18


# Filters, order, timeliness, reminding --------------------------------------------------------------------------
def names(page: str) -> list[str]:
    return [name for name in re.findall(r'<a href="/sheets/\d+/">([^<]+)</a>', page) if name.startswith("Xã")]


def lateness(world: World) -> tuple[list[BoardRow], Timeliness]:
    world.campaign.refresh_from_db()
    rows = board_rows(world.campaign, world.campaign.sheets.all(), world.fresh("coordinator"))
    return rows, timeliness(rows)


def test_the_summary_counts_every_unit_once(world: World) -> None:
    assert lateness(world)[1] == Timeliness(in_time=0, late=0, waiting=2, overdue=0, not_begun=2)
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    assert lateness(world)[1] == Timeliness(in_time=1, late=0, waiting=1, overdue=0, not_begun=1)
    pass_deadline(world, days=3)
    rows, found = lateness(world)
    assert found == Timeliness(in_time=0, late=1, waiting=0, overdue=1, not_begun=1)
    assert {row.days_late for row in rows} == {3}
    world.campaign.sheets.filter(unit=world.commune_b).update(due_at=timezone.now() + timedelta(days=1))
    rows, found = lateness(world)
    assert found == Timeliness(in_time=0, late=1, waiting=1, overdue=0, not_begun=1)
    # The extension holds; from the original deadline the unit is late all the same.
    assert [(row.is_late, row.days_late) for row in rows if row.is_extended] == [(False, 3)]


def test_returned_and_extended_units_are_found(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    due_at = timezone.now() + timedelta(days=20)
    sheet = world.sheet(world.commune_a)
    move_sheet(sheet=sheet, name="return", by=world.coordinator, reason="Bổ sung", due_at=due_at)
    for show, expected in (("returned", 1), ("extended", 1), ("late", 0), ("nonsense", 2)):
        assert names(board(login, "coordinator", f"?show={show}")).count("Xã Tân Lập") == min(expected, 1), show
        assert len(names(board(login, "coordinator", f"?show={show}"))) == expected, show


def test_the_order_follows_deadline_unit_completeness_or_lateness(world: World, login: Login) -> None:
    first, second = "Xã Tân Lập", "Xã Đắk Ruồng"
    assert names(board(login, "coordinator")) == [second, first]  # by code where deadlines are equal
    world.campaign.sheets.filter(unit=world.commune_b).update(due_at=timezone.now() + timedelta(days=30))
    assert names(board(login, "coordinator")) == [first, second]
    assert names(board(login, "coordinator", "?sort=unit")) == [second, first]  # "đ" is a letter d
    answer(world, world.commune_b, "officer_b")
    assert names(board(login, "coordinator", "?sort=answered")) == [first, second]
    pass_deadline(world)
    submitted = world.campaign.sheets.filter(unit=world.commune_b)
    submitted.update(
        status="submitted", submitted_at=timezone.now() - timedelta(days=9), submitted_by=world.leader_b
    )
    assert names(board(login, "coordinator", "?sort=late")) == [first, second]


def test_a_campaign_with_explanations_has_their_columns(world: World) -> None:
    assert len(lateness(world)[0][0].steps) == 5
    sheet = world.campaign.sheets.get(unit=world.commune_a)
    submit(world, world.commune_a, "a")
    due_at = timezone.now() - timedelta(hours=30)
    world.campaign.sheets.filter(pk=sheet.pk).update(status="explaining", explanation_due_at=due_at)
    row = next(row for row in lateness(world)[0] if row.sheet.pk == sheet.pk)
    assert [step.kind for step in row.steps] == ["done", "done", "done", "done", "late", "none", "none"]
    assert row.awaited == "explanation"
    explained = {"status": "second_appraisal", "explained_at": timezone.now()}
    world.campaign.sheets.filter(pk=sheet.pk).update(**explained)
    row = next(row for row in lateness(world)[0] if row.sheet.pk == sheet.pk)
    assert [step.kind for step in row.steps][4:6] == ["done", "now"]
    assert row.waits


def test_reminding_asks_first_and_then_tells(world: World, login: Login) -> None:
    client, url = login("coordinator"), reverse("campaign_remind", args=["dot-thu"])
    assert client.post(url).status_code == 302
    chosen = {"sheets": [world.sheet(world.commune_a).pk]}
    page = client.post(url, chosen).content.decode()
    assert "Cán bộ officer_a" in page
    assert "Xã Đắk Ruồng" not in page
    assert not Notice.objects.filter(kind="reminded").exists()
    assert client.post(url, {**chosen, "confirmed": "yes", "note": "x" * 200}).status_code == 422
    answered = client.post(url, {**chosen, "confirmed": "yes", "note": "Gọi 0900 nếu vướng"}, follow=True)
    assert f"{timezone.localdate():%d/%m/%Y}" in answered.content.decode()  # reminded on
    [notice] = Notice.objects.filter(kind="reminded")
    assert notice.user == world.officer_a
    assert notice.subject.endswith("Gọi 0900 nếu vướng")


def test_sheets_of_another_campaign_are_not_reminded(world: World, login: Login) -> None:
    chosen = {"sheets": ["999999", "x", "９"], "confirmed": "yes"}
    login("coordinator").post(reverse("campaign_remind", args=["dot-thu"]), chosen)
    assert not Notice.objects.filter(kind="reminded").exists()


def test_texts_for_phones_name_unit_deadline_and_address(world: World, login: Login, settings: Any) -> None:
    settings.PORTAL_URL = "https://cchc.example.gov.vn"
    world.officer_a.phone = "0912 345 678"
    world.officer_a.save()
    page = login("coordinator").get(reverse("campaign_messages", args=["dot-thu"])).content.decode()
    sheet = world.sheet(world.commune_a)
    assert f"https://cchc.example.gov.vn/sheets/{sheet.pk}/" in page
    assert "Xã Tân Lập · Đợt chấm điểm thử" in page
    assert f"{timezone.localtime(sheet.deadline_at):%H:%M %d/%m/%Y}" in page
    assert 'href="tel:0912345678"' in page
    one = login("coordinator").get(reverse("campaign_messages", args=["dot-thu"]), {"sheets": sheet.pk})
    assert "Xã Đắk Ruồng" not in one.content.decode()


def test_the_board_as_a_workbook(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    pass_deadline(world, days=3)
    response = login("district_leader").get(reverse("campaign_board_file", args=["dot-thu"]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    lines = {row[1]: row for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert set(lines) == {"Xã Đắk Ruồng", "Xã Tân Lập"}
    submitted = lines["Xã Tân Lập"]
    assert (submitted[0], submitted[6:9]) == ("23497", (3, 1, 6))
    assert isinstance(submitted[4], datetime)
    assert lines["Xã Đắk Ruồng"][4] is None

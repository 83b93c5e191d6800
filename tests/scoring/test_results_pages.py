import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.exporting import csv_cell, export_results
from scoring.league import league
from scoring.models import Campaign, ScoreSheet, UnitResult
from tests.scoring.results_world import KON_RAY, answer, bring_to_closing, load_kon_ray_units, publish, submit
from tests.world import World, person
from units.access import Role
from units.models import Unit

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
PAGES = [
    ("results_campaign", ["dot-thu"]),
    ("results_unit", ["dot-thu", "23497"]),
    ("results_unit", ["dot-thu", "23488"]),
    ("results_export", ["dot-thu", "json"]),
    ("results_export", ["dot-thu", "csv"]),
    ("results_export", ["dot-thu", "xlsx"]),
]
MEMBERS = ["officer_a", "leader_a", "officer_b", "justice_officer"]
GOVERNORS = ["coordinator", "district_leader"]


def opened(login: Login, names: list[str]) -> dict[int, list[tuple[str, str]]]:
    """Who opens which page of results, by the status of the answer."""
    found: dict[int, list[tuple[str, str]]] = {}
    for name in names:
        client = login(name)
        for page, args in PAGES:
            status = client.get(reverse(page, args=args)).status_code
            found.setdefault(status, []).append((name, page))
    return found


def test_before_publication_nobody_but_the_office_sees_a_result(world: World, login: Login) -> None:
    bring_to_closing(world)
    found = opened(login, [*MEMBERS, "outsider", "administrator"])
    assert found.keys() == {404}, found


def test_before_publication_lists_say_nothing(world: World, login: Login) -> None:
    bring_to_closing(world)
    for name in MEMBERS:
        for page in ("results", "campaigns"):
            text = login(name).get(reverse(page)).content.decode()
            assert "91,67" not in text, name
            assert reverse("results_campaign", args=["dot-thu"]) not in text, name


def test_after_publication_every_member_sees_all_results_and_nobody_else(world: World, login: Login) -> None:
    publish(world)
    found = opened(login, [*MEMBERS, *GOVERNORS])
    assert found.keys() == {200}, found
    found = opened(login, ["outsider", "administrator"])
    assert found.keys() == {404}, found


def test_the_table_shows_figures_and_ranks(world: World, login: Login) -> None:
    publish(world)
    response = login("officer_b").get(reverse("results_campaign", args=["dot-thu"]))
    page = response.content.decode()
    for figure in ("11,00", "12,00", "91,67", "Xuất sắc", "6,00", "50,00", "Trung bình", "100,0 %"):
        assert figure in page
    rows = response.context["league"].rows
    assert [(row.result.unit.code, row.rank) for row in rows] == [("23497", 1), ("23488", 2)]
    assert 'class="is-own"' in page


def test_rows_are_linked_only_for_those_who_may_read_them(world: World, login: Login) -> None:
    publish(world)
    link = reverse("sheet", args=[world.sheet(world.commune_a).pk])
    url = reverse("results_unit", args=["dot-thu", "23497"])
    assert link in login("officer_a").get(url).content.decode()
    assert link in login("coordinator").get(url).content.decode()
    assert link not in login("officer_b").get(url).content.decode()


def test_before_closing_the_office_sees_a_ranking_that_is_kept_nowhere(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    response = login("district_leader").get(reverse("results_campaign", args=["dot-thu"]))
    assert response.status_code == 200
    assert [(row.result.unit.code, row.rank) for row in response.context["league"].rows] == [
        ("23497", 1),
        ("23488", None),
    ]
    assert not UnitResult.objects.exclude(rank=None).exists()


def test_a_published_figure_that_differs_stands_beside_the_computed_one(db: None) -> None:
    load_kon_ray_units()
    call_command("import_results", KON_RAY, verbosity=0)
    kon_ray = Unit.objects.get(code="614", valid_from="2004-07-08")
    reader = person("reader", (Role.LEADER, kon_ray))
    client = Client()
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse("results_campaign", args=["kon-ray-2021-commune"]))
    page = response.content.decode()
    for figure in ("76,65", "95,00", "80,68", "78,15", "82,26"):
        assert figure in page
    [row] = [each for each in response.context["league"].rows if each.result.unit.code == "23488"]
    assert (row.rank, row.rank_published, row.moved) == (6, 3, 3)
    assert {"earned_points", "index", "rank"} == set(row.differences)
    calm = [each for each in response.context["league"].rows if each.result.unit.code != "23488"]
    assert not any(each.differences for each in calm)


def test_the_league_needs_few_queries(world: World, login: Login) -> None:
    publish(world)
    client = login("officer_a")
    client.get(reverse("results_campaign", args=["dot-thu"]))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("results_campaign", args=["dot-thu"]))
    assert len(queries) <= 16


def test_blocks_are_ranked_apart(world: World) -> None:
    campaign = bring_to_closing(world)
    campaign.results.filter(unit=world.commune_a).update(block="Khối 1")
    campaign.results.filter(unit=world.commune_b).update(block="Khối 2")
    Campaign.objects.filter(pk=campaign.pk).update(status="open")
    campaign.refresh_from_db()
    table = league(campaign, campaign.results.all(), sheets=ScoreSheet.objects.none())
    assert [row.rank for row in table.rows] == [1, 1]


def test_the_json_export_has_the_agreed_keys_and_text_decimals(world: World) -> None:
    first, second = json.loads(export_results(publish(world), "json"))
    assert list(second) == [
        "unit_code",
        "unit_name",
        "earned_points",
        "applicable_max_points",
        "index",
        "grade",
        "rank",
        "fields",
        "published",
        "grade_steps",
        "not_answered",
        "zero",
        "not_applicable",
        "no_case",
    ]
    assert (second["unit_code"], second["earned_points"], second["index"], second["rank"]) == (
        "23497",
        "11",
        "91.67",
        1,
    )
    assert second["fields"][1] == {"code": "2", "earned_points": "2", "max_points": "3"}
    assert second["published"] is None
    assert first["rank"] == 2


def test_csv_and_workbook_hold_one_row_a_unit(world: World) -> None:
    campaign = publish(world)
    rows = list(csv.DictReader(io.StringIO(export_results(campaign, "csv").decode("utf-8-sig"))))
    assert [row["unit_code"] for row in rows] == ["23488", "23497"]
    assert (rows[1]["field_2_earned"], rows[1]["field_2_max"]) == ("2", "3")
    sheet = openpyxl.load_workbook(io.BytesIO(export_results(campaign, "xlsx")))["results"]
    head = [cell.value for cell in sheet[1]]
    assert head == list(rows[0])
    third = dict(zip(head, sheet[3], strict=True))
    assert third["unit_code"].value == "23497"
    assert Decimal(str(third["index"].value)) == Decimal("91.67")


def test_a_name_is_never_a_formula(world: World) -> None:
    Unit.objects.filter(pk=world.commune_a.pk).update(name='=HYPERLINK("http://x")')
    campaign = publish(world)
    sheet = openpyxl.load_workbook(io.BytesIO(export_results(campaign, "xlsx")))["results"]
    assert sheet["B3"].data_type == "s"
    assert "'=HYPERLINK" in export_results(campaign, "csv").decode()
    assert [csv_cell(each) for each in ("+1", "-1", "@a", "Xã", None, 3, Decimal("1.50"))] == [
        "'+1",
        "'-1",
        "'@a",
        "Xã",
        "",
        "3",
        "1.5",
    ]


def test_the_command_writes_a_file_and_refuses_an_unknown_campaign(world: World, tmp_path: object) -> None:
    publish(world)
    out = io.StringIO()
    call_command("export_results", "dot-thu", stdout=out)
    assert json.loads(out.getvalue())[0]["unit_name"] == "Xã Đắk Ruồng"
    with pytest.raises(CommandError):
        call_command("export_results", "khong-co")


def test_an_external_campaign_has_no_rank_but_that_of_the_parent(world: World) -> None:
    campaign = publish(world)
    Campaign.objects.filter(pk=campaign.pk).update(external=True, kept_by=world.district)
    campaign.results.filter(unit=world.commune_a).update(published_rank=5, published_index="91.67")
    campaign = Campaign.objects.get(pk=campaign.pk)
    rows = json.loads(export_results(campaign, "json"))
    assert [(each["rank"], each["published"]) for each in rows] == [(None, None), (None, {"rank": 5})]
    table = league(campaign, campaign.results.all(), sheets=ScoreSheet.objects.none())
    assert {(row.rank, row.rank_published) for row in table.rows} == {(None, 5), (None, None)}

import csv
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.exporting import export_results
from scoring.league import league
from scoring.models import Campaign, ScoreSheet
from tests.scoring import looking_at_results
from tests.scoring.looking_at_results import MEMBERS, Login, opened
from tests.world import World

pytestmark = pytest.mark.any_database
campaign, is_published = looking_at_results.campaign, looking_at_results.is_published

GOVERNORS = ["coordinator", "district_leader"]


def test_after_publication_every_member_sees_all_results_and_nobody_else(campaign: Campaign, login: Login) -> None:
    found = opened(login, [*MEMBERS, *GOVERNORS])
    assert found.keys() == {200}, found
    found = opened(login, ["outsider", "administrator"])
    assert found.keys() == {404}, found


def test_the_table_shows_figures_and_ranks(campaign: Campaign, login: Login) -> None:
    response = login("officer_b").get(reverse("results_campaign", args=["dot-thu"]))
    page = response.content.decode()
    for figure in ("11,00", "12,00", "91,67", "Xuất sắc", "6,00", "50,00", "Trung bình", "100,0 %"):
        assert figure in page
    rows = response.context["league"].rows
    assert [(row.result.unit.code, row.rank) for row in rows] == [("23497", 1), ("23488", 2)]
    assert 'class="is-own"' in page


def test_rows_are_linked_only_for_those_who_may_read_them(world: World, campaign: Campaign, login: Login) -> None:
    link = reverse("sheet", args=[world.sheet(world.commune_a).pk])
    url = reverse("results_unit", args=["dot-thu", "23497"])
    assert link in login("officer_a").get(url).content.decode()
    assert link in login("coordinator").get(url).content.decode()
    assert link not in login("officer_b").get(url).content.decode()


def test_the_league_needs_few_queries(campaign: Campaign, login: Login) -> None:
    client = login("officer_a")
    client.get(reverse("results_campaign", args=["dot-thu"]))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("results_campaign", args=["dot-thu"]))
    assert len(queries) <= 16


def test_the_json_export_has_the_agreed_keys_and_text_decimals(campaign: Campaign) -> None:
    first, second = json.loads(export_results(campaign, "json"))
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


def test_csv_and_workbook_hold_one_row_a_unit(campaign: Campaign) -> None:
    rows = list(csv.DictReader(io.StringIO(export_results(campaign, "csv").decode("utf-8-sig"))))
    assert [row["unit_code"] for row in rows] == ["23488", "23497"]
    assert (rows[1]["field_2_earned"], rows[1]["field_2_max"]) == ("2", "3")
    sheet = openpyxl.load_workbook(io.BytesIO(export_results(campaign, "xlsx")))["results"]
    head = [cell.value for cell in sheet[1]]
    assert head == list(rows[0])
    third = dict(zip(head, sheet[3], strict=True))
    assert third["unit_code"].value == "23497"
    assert Decimal(str(third["index"].value)) == Decimal("91.67")


def test_the_command_writes_a_file_and_refuses_an_unknown_campaign(campaign: Campaign, tmp_path: object) -> None:
    out = io.StringIO()
    call_command("export_results", "dot-thu", stdout=out)
    assert json.loads(out.getvalue())[0]["unit_name"] == "Xã Đắk Ruồng"
    with pytest.raises(CommandError):
        call_command("export_results", "khong-co")


def test_an_external_campaign_has_no_rank_but_that_of_the_parent(world: World, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(external=True, kept_by=world.district)
    campaign.results.filter(unit=world.commune_a).update(published_rank=5, published_index="91.67")
    campaign = Campaign.objects.get(pk=campaign.pk)
    rows = json.loads(export_results(campaign, "json"))
    assert [(each["rank"], each["published"]) for each in rows] == [(None, None), (None, {"rank": 5})]
    table = league(campaign, campaign.results.all(), sheets=ScoreSheet.objects.none())
    assert {(row.rank, row.rank_published) for row in table.rows} == {(None, 5), (None, None)}

"""Results before they are published: who sees what, and what a ranking is made of."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from scoring.exporting import csv_cell, export_results
from scoring.league import league
from scoring.models import Campaign, ScoreSheet, UnitResult
from tests.scoring.looking_at_results import MEMBERS, Login, charts, opened
from tests.scoring.results_world import answer, bring_to_closing, publish, submit
from tests.world import World
from units.models import Unit

pytestmark = pytest.mark.any_database
ALL = ["index", "self", "criteria", "parties", "years"]


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


def test_blocks_are_ranked_apart(world: World) -> None:
    campaign = bring_to_closing(world)
    campaign.results.filter(unit=world.commune_a).update(block="Khối 1")
    campaign.results.filter(unit=world.commune_b).update(block="Khối 2")
    Campaign.objects.filter(pk=campaign.pk).update(status="open")
    campaign.refresh_from_db()
    table = league(campaign, campaign.results.all(), sheets=ScoreSheet.objects.none())
    assert [row.rank for row in table.rows] == [1, 1]


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


def test_what_tells_of_rows_is_for_the_office_that_runs_the_campaign(world: World, login: Login) -> None:
    bring_to_closing(world)
    assert charts(login, "coordinator") == charts(login, "district_leader") == ALL
    publish_again(world)
    assert charts(login, "district_leader") == ALL
    assert charts(login, "officer_b") == charts(login, "justice_officer") == ["index", "years"]
    assert charts(login, "officer_a", "results_unit", "23497") == ["criteria", "parties", "years"]
    assert charts(login, "officer_b", "results_unit", "23497") == ["years"]
    assert charts(login, "justice_officer", "results_unit", "23497") == ["years"]


def publish_again(world: World) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(status="published", published_at="2026-02-01T08:00Z")


def test_before_closing_open_rows_are_no_losses(world: World, login: Login) -> None:
    world.sheet(world.commune_a)
    assert not {"criteria", "parties"} & set(charts(login, "coordinator"))

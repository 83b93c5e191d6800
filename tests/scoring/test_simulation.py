from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.models import Campaign
from scoring.simulation import Changes, PointsChange, present, simulate
from scoring.standings import settle_standings
from tests.scoring.graded import Figures, closed_campaign, grade, rule
from tests.scoring.results_world import answer, bring_to_closing, submit
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
URL = reverse("results_simulate", args=["dot-thu"])


def seen(client: Client, url: str = URL, **query: Any) -> list[tuple[str, str, str, int | None, int | None]]:
    """Unit, grade now and then, rank now and then, in the order of the page."""
    response = client.get(f"{url}?{urlencode(query)}")
    assert response.status_code == 200
    return [
        (row.result.unit.code, row.now.grade, row.then.grade, row.now.rank, row.then.rank)
        for row in response.context["rows"]
    ]


def test_without_changes_it_shows_what_is(world: World, login: Login) -> None:
    bring_to_closing(world)
    assert seen(login("coordinator")) == [
        ("23497", "Xuất sắc", "Xuất sắc", 1, 1),
        ("23488", "Trung bình", "Trung bình", 2, 2),
    ]


def test_other_bounds_move_grades(world: World, login: Login) -> None:
    bring_to_closing(world)
    rows = seen(
        login("district_leader"), **{f"from_{grade('xuat-sac').pk}": "92", f"from_{grade('kha').pk}": "50,5"}
    )
    assert [row[1:3] for row in rows] == [("Xuất sắc", "Tốt"), ("Trung bình", "Trung bình")]


def test_a_quota_lowers_the_top_grade_and_says_why(world: World, login: Login) -> None:
    bring_to_closing(world)
    response = login("coordinator").get(URL + "?quota_0=25")
    [first, _second] = response.context["rows"]
    assert first.then.grade == "Tốt"
    assert "25 %" in first.reason
    assert first.reason in response.content.decode()
    assert response.context["moved"] == 1


def test_other_points_of_one_row_move_index_and_rank(world: World, login: Login) -> None:
    bring_to_closing(world)
    client = login("coordinator")
    # Commune A goes from 11 to 8 of 12, commune B stays at 6; then A falls to 5.
    query = {"unit": "23497", "criterion": "1.2.1", "points": "0"}
    assert seen(client, **query)[0] == ("23497", "Xuất sắc", "Khá", 1, 1)
    response = client.get(f"{URL}?{urlencode({**query, 'unit': '23488', 'points': '3'})}")
    row = next(each for each in response.context["rows"] if each.result.unit.code == "23488")
    assert (row.now.index, row.then.index) == (Decimal(50), Decimal("58.33"))


def test_the_ways_of_ties_are_tried(world: World, login: Login) -> None:
    units = [Figures("90", fields={"2": ("1", "3")}), Figures("90", fields={"2": ("2", "3")}), Figures("80")]
    campaign = closed_campaign(world, units, tie_breaks=["2"])
    settle_standings(campaign)
    url = reverse("results_simulate", args=[campaign.code])
    client = login("coordinator")
    assert [row[4] for row in seen(client, url, rank_rule="dense")] == [1, 1, 2]
    by_keys = seen(client, url, ranks_by_keys="yes")
    assert [(row[0], row[4]) for row in by_keys] == [("U1", 1), ("U0", 2), ("U2", 3)]


def test_results_without_sheets_take_points_by_field(world: World) -> None:
    units = [Figures("50", fields={"1": ("6", "7")}), Figures("60", fields={"1": ("7", "7")})]
    campaign = closed_campaign(world, units)
    rule(world, campaign, "cap", "kha", criterion="1", below="50")
    field = world.criteria_set.criteria.get(code="1")
    rows = simulate(campaign, present(campaign), Changes(points=PointsChange("U1", field, Decimal(3))))
    moved = next(row for row in rows if row.result.unit.code == "U1")
    assert moved.then.index == Decimal("25.00")
    assert (moved.now.rank, moved.then.rank, moved.places_up) == (1, 2, -1)


def test_a_rule_reads_the_points_that_are_tried(world: World) -> None:
    campaign = bring_to_closing(world)
    rule(world, campaign, "cap", "kha", criterion="1.2", below="70")
    leaf = world.criteria_set.criteria.get(code="1.2.1")
    changes = Changes(points=PointsChange("23497", leaf, Decimal("1")))
    rows = simulate(campaign, present(campaign), changes)
    assert [row.then.grade for row in rows if row.result.unit.code == "23497"] == ["Khá"]
    assert "Hồ sơ quá hạn" in rows[0].reason


def test_while_the_round_runs_only_submitted_sheets_are_ranked(world: World, login: Login) -> None:
    answer(world, world.commune_a, "officer_a")
    submit(world, world.commune_a, "a")
    assert [(row[0], row[4]) for row in seen(login("coordinator"))] == [("23497", 1), ("23488", None)]


def test_nothing_is_written(world: World, login: Login) -> None:
    bring_to_closing(world)
    before = list(Campaign.objects.values()) + list(world.campaign.results.values())
    client = login("coordinator")
    query = {"quota_0": "25", "rank_rule": "dense", "unit": "23497", "criterion": "1.1", "points": "1"}
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{URL}?{urlencode(query)}").status_code == 200
    assert not [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert list(Campaign.objects.values()) + list(world.campaign.results.values()) == before
    assert client.post(URL, query).status_code == 405


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"quota_0": "200"}, "quota_0"),
        ({"rank_rule": "lottery"}, "rank_rule"),
        ({"unit": "23497"}, "criterion"),
        ({"points": "1"}, "unit"),
        ({"unit": "23497", "criterion": "1.1", "points": "2,5"}, "points"),
        ({"unit": "23497", "criterion": "1.1", "points": "hai"}, "points"),
        ({"unit": "99999", "criterion": "1.1", "points": "2"}, "unit"),
    ],
)
def test_wrong_input_is_told_at_its_field_and_kept(
    world: World, login: Login, query: dict[str, str], field: str
) -> None:
    bring_to_closing(world)
    response = login("coordinator").get(f"{URL}?{urlencode(query)}")
    assert response.status_code == 422
    assert field in response.context["form"].errors
    page = response.content.decode()
    assert all(f'value="{text}"' in page for text in query.values() if text not in ("lottery", "99999"))
    assert [row.has_moved for row in response.context["rows"]] == [False, False]


def test_two_grades_from_one_index_are_refused(world: World, login: Login) -> None:
    bring_to_closing(world)
    response = login("coordinator").get(f"{URL}?from_{grade('tot').pk}=90")
    assert list(response.context["form"].errors) == [f"from_{grade('tot').pk}"]


def test_the_address_keeps_what_is_tried(world: World, login: Login) -> None:
    bring_to_closing(world)
    page = login("coordinator").get(f"{URL}?quota_0=33,3&unit=23497&criterion=1.1&points=1,5").content.decode()
    assert 'method="get"' in page
    for kept in ('value="33,3"', 'value="1,5"', 'value="23497" selected', 'value="1.1" selected'):
        assert kept in page


def test_the_campaign_of_a_parent_outside_is_not_tried_out(world: World, login: Login) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(external=True, kept_by=world.district)
    assert login("coordinator").get(URL).status_code == 403

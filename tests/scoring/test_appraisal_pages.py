"""The appraiser's pages: who sees which rows, and what a page costs."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.models import Assignment, Criterion, Score
from tests.scoring.appraising import at_most, published, submitted
from tests.world import World, person
from units.access import Role

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def page(client: Client, sheet_pk: int, query: str = "") -> str:
    response = client.get(reverse("appraisal", args=[sheet_pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_coordinator_sees_every_row_with_the_units_part(world: World, login: Login) -> None:
    sheet = submitted(world)
    html = page(login("coordinator"), sheet.pk)
    for code in ("1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"):
        assert f">{code}</a>" in html
    assert "(13 × 1 + 11 × 0,5) / 29 × 3 = 1,91" in html
    assert "Có báo cáo kèm theo" in html
    assert "Không có trụ sở riêng" in html
    assert 'data-accept="1,91"' in html


def test_an_agency_sees_its_rows_only_also_in_the_counts(world: World, login: Login) -> None:
    sheet = submitted(world)
    response = login("justice_officer").get(reverse("appraisal", args=[sheet.pk]))
    html = response.content.decode()
    assert ">2.1</a>" in html
    assert ">1.1</a>" not in html
    assert "Kế hoạch CCHC" not in html
    assert response.context["progress"].total == 2
    assert next(each for each in response.context["filters"] if each.name == "all").count == 2
    assert 'id="tally"' not in html


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("district_leader", 200),
        ("justice_officer", 200),
        ("officer_a", 403),
        ("leader_a", 403),
        ("officer_b", 404),
        ("administrator", 404),
        ("outsider", 404),
    ],
)
def test_who_opens_the_appraisal_of_a_sheet(world: World, login: Login, who: str, status: int) -> None:
    sheet = submitted(world)
    assert login(who).get(reverse("appraisal", args=[sheet.pk])).status_code == status


def test_an_agency_does_not_see_a_sheet_that_was_not_submitted(world: World, login: Login) -> None:
    sheet = world.sheet(world.commune_a)
    client = login("justice_officer")
    assert client.get(reverse("appraisal", args=[sheet.pk])).status_code == 404
    assert client.get(reverse("appraisal_by_criterion", args=["dot-thu", "2.1"])).status_code == 404


def test_nobody_opens_the_appraisal_of_the_own_unit_whatever_other_roles(world: World, client: Client) -> None:
    sheet = submitted(world)
    both = person("both", (Role.COORDINATOR, world.district), (Role.OFFICER, world.commune_a))
    client.force_login(both, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("appraisal", args=[sheet.pk])).status_code == 403
    submitted(world, world.commune_b)
    html = client.get(reverse("appraisal_by_criterion", args=["dot-thu", "1.1"])).content.decode()
    assert world.commune_b.name in html
    assert f'id="row-{world.score(world.commune_a, "1.1").pk}"' not in html


def test_the_leader_of_the_parent_reads_without_inputs(world: World, login: Login) -> None:
    html = page(login("district_leader"), submitted(world).pk)
    assert 'name="points"' not in html
    assert "1,91" in html


def test_filters_show_what_they_count(world: World, login: Login) -> None:
    sheet = submitted(world)
    low = AppraisalEntry(points=Decimal(1), reason="Thiếu minh chứng")
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=low, version=0, by=world.coordinator)
    client = login("coordinator")
    response = client.get(reverse("appraisal", args=[sheet.pk]))
    counts = {each.name: each.count for each in response.context["filters"]}
    assert counts == {"all": 6, "undecided": 5, "differs": 1, "no-evidence": 1, "claims": 1, "causes": 1}
    for name, code, other in (
        ("undecided", "1.1", "1.2.2"),
        ("differs", "1.2.2", "1.1"),
        ("no-evidence", "1.1", "2.1"),
        ("claims", "3", "2.1"),
        ("causes", "1.2.2", "2.1"),
    ):
        html = page(client, sheet.pk, f"?show={name}")
        assert f">{code}</a>" in html
        assert f">{other}</a>" not in html


def test_one_criterion_across_the_units_that_submitted(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    response = client.get(reverse("appraisal_by_criterion", args=["dot-thu", "1.2.1"]))
    assert [each.row.unit for each in response.context["rows"]] == ["Xã Tân Lập"]
    assert response.context["not_submitted"] == 1
    submitted(world, world.commune_b)
    response = client.get(reverse("appraisal_by_criterion", args=["dot-thu", "1.2.1"]))
    assert [each.row.unit for each in response.context["rows"]] == ["Xã Đắk Ruồng", "Xã Tân Lập"]
    assert (response.context["previous"].code, response.context["next"].code) == ("1.1", "1.2.2")


def test_an_agency_walks_through_its_own_criteria_only(world: World, login: Login) -> None:
    submitted(world)
    client = login("justice_officer")
    response = client.get(reverse("appraisal_by_criterion", args=["dot-thu", "2.1"]))
    assert [leaf.code for leaf in response.context["leaves"]] == ["2.1", "2.2"]
    assert response.context["previous"] is None
    assert client.get(reverse("appraisal_by_criterion", args=["dot-thu", "1.1"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("officer_a", 403), ("leader_b", 403), ("outsider", 404), ("administrator", 404)]
)
def test_who_does_not_open_a_criterion_across_units(world: World, login: Login, who: str, status: int) -> None:
    submitted(world)
    assert login(who).get(reverse("appraisal_by_criterion", args=["dot-thu", "2.1"])).status_code == status


def many_rows(world: World) -> None:
    """Forty rows more in the set and in both sheets, with an appraisal and a loss each."""
    field = Criterion.objects.get(criteria_set=world.criteria_set, code="2")
    agency = Assignment.objects.get(campaign=world.campaign, criterion=field).agency
    for number in range(3, 43):
        leaf = Criterion.objects.create(
            criteria_set=world.criteria_set,
            parent=field,
            section=field,
            code=f"2.{number}",
            title=f"Nội dung {number}",
            max_points=Decimal(1),
            position=100 + number,
            method="points",
        )
        for sheet in world.campaign.sheets.all():
            score = Score.objects.create(sheet=sheet, criterion=leaf, agency=agency, counted_max_points=Decimal(1))
            score.appraisals.create(points=Decimal(0), by=world.coordinator)


@pytest.mark.parametrize("rows", [6, 46])
def test_a_page_costs_the_same_for_any_number_of_rows(world: World, login: Login, rows: int) -> None:
    sheet = submitted(world)
    submitted(world, world.commune_b)
    if rows > 6:
        many_rows(world)
    for who in ("coordinator", "justice_officer"):
        client = login(who)
        with at_most(15):
            page(client, sheet.pk)
        with at_most(15):
            client.get(reverse("appraisal_by_criterion", args=["dot-thu", "2.1"]))


def test_a_published_sheet_is_read_only(world: World, login: Login) -> None:
    html = page(login("coordinator"), published(world).pk)
    assert 'name="points"' not in html
    assert 'name="cause"' not in html

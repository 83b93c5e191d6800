from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import ScoreSheet
from scoring.rules import LeafState
from tests.world import World, person
from units.models import Unit, UnitType

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def home(client: Client) -> str:
    response = client.get(reverse("home"))
    assert response.status_code == 200
    return response.content.decode()


def sheet_url(world: World, name: str = "sheet") -> str:
    return reverse(name, args=[world.sheet(world.commune_a).pk])


def propose(world: World) -> None:
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)


def submit(world: World) -> None:
    propose(world)
    move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)


def test_an_officer_sees_the_sheet_to_fill_in_with_progress_and_deadline(world: World, login: Login) -> None:
    entry = RowEntry(LeafState.ANSWERED, {"points": Decimal(1)})
    save_score(score=world.score(world.commune_a, "3"), entry=entry, version=1, by=world.officer_a)
    page = home(login("officer_a"))
    assert f'href="{sheet_url(world)}"' in page
    assert "1/6" in page
    assert "<time datetime=" in page


def test_a_sheet_past_its_deadline_is_marked_in_words(world: World, login: Login) -> None:
    world.campaign.self_score_due_at = timezone.now() - timedelta(days=2, hours=1)
    world.campaign.save()
    page = home(login("officer_a"))
    assert "badge-overdue" in page
    assert 'class="overdue"' in page


def test_a_returned_sheet_says_why(world: World, login: Login) -> None:
    submit(world)
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung báo cáo")
    assert "Bổ sung báo cáo" in home(login("officer_a"))


def test_a_leader_sees_what_awaits_approval(world: World, login: Login) -> None:
    propose(world)
    assert "badge-waiting" in home(login("leader_a"))


@pytest.mark.parametrize(("who", "rows"), [("justice_officer", "0/2"), ("coordinator", "0/6")])
def test_appraisers_see_submitted_sheets_with_their_rows(world: World, login: Login, who: str, rows: str) -> None:
    assert sheet_url(world, "appraisal") not in home(login(who))
    submit(world)
    page = home(login(who))
    assert f'href="{sheet_url(world, "appraisal")}"' in page
    assert rows in page


def test_a_closed_campaign_goes_from_coordinator_to_leader(world: World, login: Login) -> None:
    assert f'href="{reverse("campaign", args=[world.campaign.code])}"' in home(login("coordinator"))
    url = f'href="{reverse("campaign_publication", args=[world.campaign.code])}"'
    assert url not in home(login("district_leader"))
    world.campaign.status = "closed"
    world.campaign.proposed_at, world.campaign.proposed_by = timezone.now(), world.coordinator
    world.campaign.save()
    assert url in home(login("district_leader"))


def test_nothing_to_do_says_so(world: World, login: Login, client: Client) -> None:
    assert 'class="empty"' in home(login("outsider"))
    client.force_login(person("nobody"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert 'class="empty"' in home(client)


def test_the_page_needs_the_same_few_queries_for_any_number_of_sheets(world: World, login: Login) -> None:
    submit(world)
    client = login("coordinator")
    home(client)
    with CaptureQueriesContext(connection) as few:
        home(client)
    for number in range(20):
        unit = Unit.objects.create(
            code=f"9{number}", name="Xã", type=UnitType.COMMUNE, parent=world.district, valid_from="2020-01-01"
        )
        sheet = ScoreSheet.objects.create(
            campaign=world.campaign,
            unit=unit,
            status="submitted",
            submitted_at=timezone.now(),
            submitted_by=world.leader_b,
        )
        score = world.score(world.commune_a, "3")
        sheet.scores.create(criterion=score.criterion, counted_max_points=score.counted_max_points)
    with CaptureQueriesContext(connection) as many:
        home(client)
    assert len(many) == len(few) <= 20

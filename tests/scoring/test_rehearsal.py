"""The rehearsal clock: a training campaign lives at another time, a real one never."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scoring.actions.rehearsal import set_clock
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.models import Campaign
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.world import World
from units.audit import Action
from units.models import AuditEvent

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
URL = "/rehearsal/"


@pytest.fixture
def training(world: World) -> Campaign:
    Campaign.objects.update(training=True)
    world.campaign.refresh_from_db()
    return world.campaign


def test_deadlines_are_judged_by_the_clock_of_the_campaign(world: World, training: Campaign) -> None:
    assert training.self_score_due_at is not None
    set_clock(campaign=training, at=training.self_score_due_at + timedelta(minutes=1), by=world.administrator)
    entry = RowEntry(LeafState.ANSWERED, {"count": 2})
    with pytest.raises(MoveRefused):
        save_score(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=1, by=world.officer_a)
    later = training.self_score_due_at + timedelta(days=2)
    extend_deadline(sheet=world.sheet(world.commune_a), due_at=later, by=world.coordinator, reason="thử")
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    sheet = world.sheet(world.commune_a)
    assert sheet.submitted_at is not None
    assert sheet.submitted_at > training.self_score_due_at
    # The history has the true time.
    assert AuditEvent.objects.get(action=Action.SHEET_SUBMITTED).at < training.self_score_due_at
    set_clock(campaign=training, at=None, by=world.coordinator)
    training.refresh_from_db()
    assert training.clock_offset is None
    assert abs(training.now() - timezone.now()) < timedelta(seconds=5)
    assert AuditEvent.objects.filter(action=Action.CLOCK_SET).count() == 2


def test_a_real_campaign_has_no_clock(world: World, login: Login) -> None:
    with pytest.raises(MoveRefused):
        set_clock(campaign=world.campaign, at=timezone.now(), by=world.administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.update(clock_offset=timedelta(days=1))
    data = {"campaign": world.campaign.code, "at": "31/12/2026 17:00"}
    assert login("administrator").post(URL, data).status_code == 404
    assert world.campaign.title not in login("administrator").get(URL).content.decode()


@pytest.mark.parametrize("persona", ["officer_a", "leader_a", "justice_officer", "district_leader"])
def test_others_do_not_set_clocks(world: World, training: Campaign, login: Login, persona: str) -> None:
    with pytest.raises(MoveRefused):
        set_clock(campaign=training, at=timezone.now(), by=world.people[persona])
    assert login(persona).get(URL).status_code == 403


def test_a_coordinator_sees_only_trainings_of_the_own_office(
    world: World, training: Campaign, login: Login
) -> None:
    assert training.title in login("coordinator").get(URL).content.decode()
    assert training.title not in login("outsider").get(URL).content.decode()
    assert login("outsider").post(URL, {"campaign": training.code, "true-time": "1"}).status_code == 404


def test_the_clock_is_set_on_its_page_and_every_page_of_the_campaign_says_so(
    world: World, training: Campaign, login: Login
) -> None:
    client = login("administrator")
    typed = {"campaign": training.code, f"{training.code}-at": "31/02/2027 17:00"}
    assert client.post(URL, typed).status_code == 422
    assert client.post(URL, {**typed, f"{training.code}-at": "28/02/2027 17:00"}).status_code == 302
    assert "17:00 28/02/2027" in client.get(URL).content.decode()
    sheet = world.sheet(world.commune_a)
    for url in (reverse("sheet", args=[sheet.pk]), reverse("campaign", args=[training.code])):
        page = login("officer_a").get(url).content.decode()
        assert "clock-strip" in page
        assert "28/02/2027" in page
    assert "clock-strip" not in login("officer_a").get(reverse("sheets")).content.decode()
    login("administrator").post(URL, {"campaign": training.code, "true-time": "1"})
    assert "clock-strip" not in login("officer_a").get(reverse("sheet", args=[sheet.pk])).content.decode()


def test_a_button_sets_the_minute_after_a_deadline(world: World, training: Campaign, login: Login) -> None:
    assert training.self_score_due_at is not None
    page = login("administrator").get(URL).content.decode()
    after = page.split('name="at" value="')[2].split('"')[0]
    login("administrator").post(URL, {"campaign": training.code, "at": after})
    training.refresh_from_db()
    assert timedelta(0) < training.now() - training.self_score_due_at < timedelta(minutes=3)


def test_the_page_tells_an_administrator_nothing_of_scores(world: World, training: Campaign, login: Login) -> None:
    page = login("administrator").get(URL).content.decode()
    assert world.commune_a.name not in page
    assert world.district.name not in page.split("<main")[1]

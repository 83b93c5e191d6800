"""Warnings acknowledged with a reason: what it opens, when it lapses, who does it."""

import html
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from scoring.actions.acknowledging import acknowledge, withdraw_acknowledgement
from scoring.actions.campaigns import opening_problems
from scoring.actions.criteria import import_criteria_set, new_version, publish_set
from scoring.models import Acknowledgement, Campaign, CriteriaSet, Criterion
from scoring.workflow import MoveRefused
from tests.scoring.acknowledging import REASON, acknowledge_all, warnings_of
from tests.scoring.lint_sets import BONUS_OF_13_UNDER_10, node, set_of
from tests.world import World
from units.audit import Action
from units.models import AuditEvent

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    return import_criteria_set(content=BONUS_OF_13_UNDER_10, by=world.coordinator)


def url(criteria_set: CriteriaSet, name: str = "criteria_set_acknowledge") -> str:
    return reverse(name, args=[criteria_set.code, criteria_set.version])


def text_of(response: object) -> str:
    return html.unescape(response.content.decode())  # type: ignore[attr-defined]


def key_of(criteria_set: CriteriaSet) -> str:
    (warning,) = warnings_of(criteria_set)
    return warning.key


# Actions ----------------------------------------------------------------------------------------------------
def test_a_set_with_open_warnings_is_not_published(world: World, draft: CriteriaSet) -> None:
    with translation.override("en"), pytest.raises(MoveRefused, match="1 warning has not been acknowledged"):
        publish_set(criteria_set=draft, by=world.coordinator)
    Criterion.objects.filter(criteria_set=draft, code="1").update(max_points=Decimal(101))
    with translation.override("en"), pytest.raises(MoveRefused, match=r"1 error .* 1 warning"):
        publish_set(criteria_set=draft, by=world.coordinator)


def test_an_acknowledged_warning_lets_the_set_be_published(world: World, draft: CriteriaSet) -> None:
    acknowledge(criteria_set=draft, finding=key_of(draft), reason=f" {REASON} ", by=world.coordinator)
    assert publish_set(criteria_set=draft, by=world.coordinator).is_frozen
    event = AuditEvent.objects.get(action=Action.WARNING_ACKNOWLEDGED)
    assert (event.reason, event.by, event.scope) == (REASON, world.coordinator, draft)
    assert "13" in event.changes.get().new


def test_acknowledging_again_renews_reason_name_and_time(world: World, draft: CriteriaSet) -> None:
    first = acknowledge(criteria_set=draft, finding=key_of(draft), reason="Một", by=world.coordinator)
    again = acknowledge(criteria_set=draft, finding=key_of(draft), reason="Hai", by=world.district_leader)
    assert (again.pk, again.reason, again.by) == (first.pk, "Hai", world.district_leader)
    assert again.at > first.at
    assert AuditEvent.objects.filter(action=Action.WARNING_ACKNOWLEDGED).count() == 2


def test_a_withdrawn_acknowledgement_leaves_the_warning_open(world: World, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=world.coordinator)
    withdraw_acknowledgement(criteria_set=draft, finding=key_of(draft), by=world.coordinator)
    withdraw_acknowledgement(criteria_set=draft, finding=key_of(draft), by=world.coordinator)
    assert not Acknowledgement.objects.exists()
    assert AuditEvent.objects.filter(action=Action.WARNING_ACKNOWLEDGED).count() == 1
    assert AuditEvent.objects.filter(action=Action.ACKNOWLEDGEMENT_WITHDRAWN).count() == 1
    with pytest.raises(MoveRefused):
        publish_set(criteria_set=draft, by=world.coordinator)


def test_it_lapses_when_the_facts_change_and_holds_when_others_do(world: World, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=world.coordinator)
    Criterion.objects.filter(criteria_set=draft, code="B.1").update(title="Tên khác", evidence_required=True)
    Criterion.objects.filter(criteria_set=draft, code="B.3").update(max_points=Decimal(4))
    with pytest.raises(MoveRefused):
        publish_set(criteria_set=draft, by=world.coordinator)
    Criterion.objects.filter(criteria_set=draft, code="B.3").update(max_points=Decimal(3))
    assert publish_set(criteria_set=draft, by=world.coordinator).is_frozen


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_there_is_no_acknowledgement_without_a_reason(world: World, draft: CriteriaSet, reason: str) -> None:
    with pytest.raises(MoveRefused):
        acknowledge(criteria_set=draft, finding=key_of(draft), reason=reason, by=world.coordinator)
    assert not Acknowledgement.objects.exists()


def test_errors_and_what_is_not_there_are_not_acknowledged(world: World, draft: CriteriaSet) -> None:
    content = set_of(node("1", "3", ""), node("1.1", "4"), total="3")
    faulty = import_criteria_set(content=replace(content, version=2), by=world.coordinator)
    for criteria_set, key in ((faulty, "sum|1|max_points|max=3;sum=4"), (draft, "sum|1|max_points|"), (draft, "")):
        with pytest.raises(MoveRefused):
            acknowledge(criteria_set=criteria_set, finding=key, reason=REASON, by=world.coordinator)
    assert not Acknowledgement.objects.exists()


def test_a_published_set_takes_no_acknowledgement(world: World, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=world.coordinator)
    key = key_of(draft)
    publish_set(criteria_set=draft, by=world.coordinator)
    with pytest.raises(MoveRefused):
        acknowledge(criteria_set=draft, finding=key, reason="Khác", by=world.coordinator)
    with pytest.raises(MoveRefused):
        withdraw_acknowledgement(criteria_set=draft, finding=key, by=world.coordinator)


def test_a_new_version_keeps_the_acknowledgements_that_hold(world: World, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=world.coordinator)
    Acknowledgement.objects.create(criteria_set=draft, finding="gone|B|code|", reason="x", by=world.coordinator)
    publish_set(criteria_set=draft, by=world.coordinator)
    copy = new_version(criteria_set=draft, by=world.district_leader)
    (kept,) = copy.acknowledgements.all()
    assert (kept.finding, kept.reason, kept.by) == (key_of(copy), REASON, world.coordinator)
    assert publish_set(criteria_set=copy, by=world.coordinator).is_frozen


# Opening ----------------------------------------------------------------------------------------------------
def test_no_campaign_opens_on_a_set_with_errors(world: World) -> None:
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    with translation.override("en"):
        before = opening_problems(campaign)
        Criterion.objects.filter(criteria_set=world.criteria_set, code="2.2").update(max_points=Decimal(2))
        added = [line for line in opening_problems(campaign) if line not in before]
    assert added == ["The criteria set has 1 error: 2 The maxima below 2 add up to 4, not to 3."]


def test_warnings_do_not_keep_a_campaign_from_opening(world: World) -> None:
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    assert warnings_of(world.criteria_set)
    assert not any("criteria set has" in line for line in opening_problems(campaign))


# Pages ------------------------------------------------------------------------------------------------------
def test_the_panel_takes_a_reason_and_opens_publication(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    page = text_of(client.get(url(draft, "criteria_set")))
    assert url(draft, "criteria_set_publish") not in page
    answer = client.post(url(draft), {"finding": key_of(draft), "reason": REASON}, follow=True)
    assert answer.redirect_chain == [(f"{url(draft, 'criteria_set')}#lint", 302)]
    page = text_of(answer)
    assert "1 acknowledged warning" in page
    assert f"<q>{REASON}</q>" in page
    assert "Cán bộ coordinator" in page
    assert "nothing to mend" in page
    assert url(draft, "criteria_set_publish") in page


def test_a_missing_reason_is_told_at_its_field(login: Login, draft: CriteriaSet) -> None:
    answer = login("coordinator").post(url(draft), {"finding": key_of(draft), "reason": " "})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "<li>Give the reason.</li>" in page
    assert "Bộ tiêu chí ví dụ" in page


def test_htmx_gets_the_panel_and_the_publish_step(login: Login, draft: CriteriaSet) -> None:
    client, headers = login("coordinator"), {"HX-Request": "true"}
    refused = client.post(url(draft), {"finding": key_of(draft), "reason": ""}, headers=headers)
    assert (refused.status_code, "Give the reason." in text_of(refused)) == (422, True)
    stale = client.post(url(draft), {"finding": "x", "reason": "y"}, headers=headers)
    assert (stale.status_code, "has changed or is gone" in text_of(stale)) == (422, True)
    taken = text_of(client.post(url(draft), {"finding": key_of(draft), "reason": REASON}, headers=headers))
    assert taken.lstrip().startswith('<section class="lint" id="lint"')
    assert "<html" not in taken
    assert 'id="publish" hx-swap-oob="true"' in taken
    assert url(draft, "criteria_set_publish") in taken


def test_the_page_withdraws_again(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    client.post(url(draft), {"finding": key_of(draft), "reason": REASON})
    page = text_of(client.post(url(draft), {"finding": key_of(draft), "withdraw": "1"}, follow=True))
    assert "The warning is open again." in page
    assert "1 open warning" in page


def test_a_stale_warning_is_told_on_the_page(login: Login, draft: CriteriaSet) -> None:
    page = text_of(login("coordinator").post(url(draft), {"finding": "x", "reason": "y"}, follow=True))
    assert "This warning has changed or is gone." in page


@pytest.mark.parametrize(
    ("sent", "expected"), [("/work/", "/work/#lint"), ("https://elsewhere.example/", None), ("x", "x#lint")]
)
def test_the_way_back_stays_on_the_portal(
    login: Login, draft: CriteriaSet, sent: str, expected: str | None
) -> None:
    data = {"finding": key_of(draft), "reason": REASON, "next": sent}
    answer = login("coordinator").post(url(draft), data)
    assert answer.headers["Location"] == (expected or f"{url(draft, 'criteria_set')}#lint")


def test_only_coordinators_of_the_issuer_acknowledge(login: Login, world: World, draft: CriteriaSet) -> None:
    data = {"finding": key_of(draft), "reason": REASON}
    assert login("outsider").post(url(draft), data).status_code == 404
    assert login("officer_a").post(url(world.criteria_set), data).status_code == 403
    assert not Acknowledgement.objects.exists()


def test_everybody_reads_why_a_published_set_kept_its_warnings(
    login: Login, world: World, draft: CriteriaSet
) -> None:
    acknowledge_all(draft, by=world.coordinator)
    publish_set(criteria_set=draft, by=world.coordinator)
    page = text_of(login("officer_a").get(url(draft, "criteria_set")))
    assert "1 acknowledged warning" in page
    assert f"<q>{REASON}</q>" in page
    assert 'name="reason"' not in page
    assert "Lower the items" not in page


def test_a_published_set_without_acknowledgements_shows_no_panel(login: Login, world: World) -> None:
    assert 'id="lint"' not in text_of(login("officer_a").get(url(world.criteria_set, "criteria_set")))

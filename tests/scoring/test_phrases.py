"""Reasons that are given again and again."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.models import Phrase
from tests.scoring.appraising import submitted
from tests.world import World
from units.audit import Action
from units.models import AuditEvent

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def menu(client: Client, code: str = "2.1") -> str:
    url = reverse("phrase_menu", args=["dot-thu", code])
    response = client.get(url, {"row": "7"}, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def keep(client: Client, reason: str, code: str = "2.1") -> str:
    data = {"criterion_code": code, "reason": reason, "row": "7"}
    return client.post(reverse("phrase_add", args=["dot-thu"]), data, headers=HTMX).content.decode()


def test_a_reason_is_kept_for_the_criterion_and_the_office(world: World, login: Login) -> None:
    html = keep(login("justice_officer"), " Thiếu  hồ sơ ")
    assert "Thiếu hồ sơ</button>" in html
    phrase = Phrase.objects.get()
    assert (phrase.office, phrase.set_code, phrase.criterion_code) == (world.justice, "bo-thu", "2.1")
    assert AuditEvent.objects.get(action=Action.PHRASE_SAVED).by == world.justice_officer
    keep(login("justice_officer"), "Thiếu hồ sơ")
    assert Phrase.objects.count() == 1
    assert "Thiếu hồ sơ" not in menu(login("justice_officer"), "2.2")
    assert "Thiếu hồ sơ" not in menu(login("coordinator"))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_nothing_and_too_much_is_refused_in_words(world: World, login: Login, reason: str) -> None:
    assert 'role="status"' in keep(login("coordinator"), reason)
    assert not Phrase.objects.exists()


def test_reasons_of_this_campaign_are_offered_the_most_used_first(world: World, login: Login) -> None:
    for unit, reason in ((world.commune_a, "Hiếm"), (world.commune_b, "Thường")):
        submitted(world, unit)
        entry = AppraisalEntry(points=Decimal(1), reason=reason)
        save_appraisal(score=world.score(unit, "2.1"), entry=entry, version=0, by=world.coordinator)
    entry = AppraisalEntry(points=Decimal("0.5"), reason="Thường")
    save_appraisal(score=world.score(world.commune_b, "2.2"), entry=entry, version=0, by=world.coordinator)
    html = menu(login("justice_officer"))
    assert html.index("Hiếm") < html.index("Thường")
    save_appraisal(
        score=world.score(world.commune_a, "2.1"),
        entry=AppraisalEntry(points=Decimal(1), reason="Thường"),
        version=1,
        by=world.coordinator,
    )
    html = menu(login("justice_officer"))
    assert "Hiếm" not in html
    assert html.count(">Thường</button>") == 1
    keep(login("justice_officer"), "Thường")
    assert menu(login("justice_officer")).count(">Thường</button>") == 1


def test_an_agency_does_not_read_reasons_of_rows_of_others(world: World, login: Login) -> None:
    submitted(world)
    entry = AppraisalEntry(points=Decimal(1), reason="Việc của Nội vụ")
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=0, by=world.coordinator)
    assert "Việc của Nội vụ" not in menu(login("justice_officer"), "1.1")
    assert "Việc của Nội vụ" in menu(login("coordinator"), "1.1")


def test_phrases_are_changed_and_removed_by_their_office_alone(world: World, login: Login) -> None:
    keep(login("justice_officer"), "Thiếu hồ sơ")
    keep(login("justice_officer"), "Trễ hạn")
    phrase = Phrase.objects.get(text="Trễ hạn")
    url = reverse("phrase_change", args=["dot-thu", phrase.pk])
    assert login("coordinator").post(url, {"text": "Khác"}).status_code == 404
    client = login("justice_officer")
    client.post(url, {"text": "Trễ hạn 5 ngày"})
    client.post(url, {"text": "Thiếu hồ sơ"})
    assert set(Phrase.objects.values_list("text", flat=True)) == {"Thiếu hồ sơ", "Trễ hạn 5 ngày"}
    page = client.get(reverse("campaign_phrases", args=["dot-thu"])).content.decode()
    assert "Trễ hạn 5 ngày</textarea>" in page
    client.post(url, {"remove": "1"})
    assert Phrase.objects.get().text == "Thiếu hồ sơ"


def test_without_a_script_the_menu_is_the_page(world: World, login: Login) -> None:
    response = login("coordinator").get(reverse("phrase_menu", args=["dot-thu", "2.1"]))
    assert response.status_code == 302
    assert response.url.endswith("/phrases/#c-2.1")  # type: ignore[attr-defined]
    assert login("district_leader").get(reverse("campaign_phrases", args=["dot-thu"])).status_code == 403

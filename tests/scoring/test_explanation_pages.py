"""The pages of the round of explanation: the unit's rows, the queue's requests, the appraiser's reply."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from parportal.display import moment
from parportal.entry.models import Receipt
from parportal.entry.receipts import user_key
from scoring.actions.explanations import reply_to_explanation, save_explanation
from scoring.explanation_part import explanation_part
from scoring.explanations import reply_part
from scoring.models import Explanation, Score, ScoreSheet
from scoring.views.explanations import score_with_explanation
from tests.scoring.appraising import submitted
from tests.scoring.explaining import REASON, TEXT, explain, explained, explaining
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
KEY = "5f0c7a52-6d3e-4e57-9f0a-8f1b6a1d2c3e"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def url(world: World, name: str = "sheet_explanations", *, code: str = "") -> str:
    score = world.score(world.commune_a, code or "1.1")
    return reverse(name, args=[score.sheet_id, score.criterion_id] if code else [score.sheet_id])


def send(client: Client, world: World, code: str, text: str, version: int, **headers: str) -> Any:
    data = {"explanation": text, "version": version}
    return client.post(
        url(world, "sheet_explanation", code=code), data, headers={"Accept": "application/json", **headers}
    )


def inputs(page: str, score: Score) -> dict[str, str]:
    """What the form of the page sends of one row."""
    key = f"r{score.criterion_id}"
    version = page.split(f'name="{key}-version" value="')[1].split('"', maxsplit=1)[0]
    return {f"{key}-version": version, f"{key}-explanation": ""}


def test_reduced_rows_come_first_with_points_and_reason_of_the_first_round(world: World, login: Login) -> None:
    explaining(world)
    page = login("officer_a").get(url(world)).content.decode()
    first, others = page.split("<details", 1)[0], page.split('<details class="more"', 1)[1]
    rows = {code: f"row-{world.score(world.commune_a, code).criterion_id}" for code in ("1.1", "1.2.2", "2.1")}
    assert f'id="{rows["1.1"]}"' in page
    assert page.index(rows["1.1"]) < page.index(rows["2.1"]) < page.index(rows["1.2.2"])
    assert f'id="{rows["1.2.2"]}"' in others
    assert f'id="{rows["1.2.2"]}"' not in first
    assert REASON in page
    assert "-1,00" in page.replace("−", "-") or "-1.00" in page.replace("−", "-")


def test_the_page_says_nothing_of_others_and_nothing_before_the_round_is_opened(
    world: World, login: Login
) -> None:
    submitted(world)
    assert login("officer_a").get(url(world)).status_code == 403
    ScoreSheet.objects.update(status="draft")
    explaining_again = world.sheet(world.commune_a)
    assert not explaining_again.is_first_round_opened
    assert login("officer_b").get(url(world)).status_code == 404


def test_a_plain_form_saves_the_rows_that_were_changed_and_no_other(world: World, login: Login) -> None:
    explaining(world)
    client = login("officer_a")
    page = client.get(url(world)).content.decode()
    one, two = world.score(world.commune_a, "1.1"), world.score(world.commune_a, "2.1")
    data = {**inputs(page, one), **inputs(page, two), f"r{one.criterion_id}-explanation": "Dòng một\r\nDòng hai"}
    assert client.post(url(world), data).status_code == 302
    assert [each.text for each in Explanation.objects.all()] == ["Dòng một\nDòng hai"]


def test_a_plain_form_that_comes_second_keeps_what_was_typed_and_shows_what_is_there(
    world: World, login: Login
) -> None:
    explaining(world)
    page = login("officer_a").get(url(world)).content.decode()
    explain(world)
    score = world.score(world.commune_a, "1.1")
    data = {**inputs(page, score), f"r{score.criterion_id}-explanation": "Bản của tôi"}
    answer = login("leader_a").post(url(world), data)
    assert answer.status_code == 409
    again = answer.content.decode()
    assert "Bản của tôi" in again
    assert TEXT in again
    assert Explanation.objects.get().text == TEXT
    # Sent once more, now knowing what is there, it is saved.
    data = {**inputs(again, score), f"r{score.criterion_id}-explanation": "Bản của tôi"}
    assert login("leader_a").post(url(world), data).status_code == 302
    assert Explanation.objects.get().text == "Bản của tôi"


def test_the_queue_saves_a_row_once_however_often_it_is_sent(world: World, login: Login) -> None:
    explaining(world)
    client = login("officer_a")
    mine = {"Idempotency-Key": KEY, "X-Portal-User": user_key(world.officer_a)}
    first = send(client, world, "1.1", TEXT, 0, **mine)
    assert first.status_code == 200
    assert (first.json()["result"], first.json()["version"]) == ("saved", 1)
    again = send(client, world, "1.1", TEXT, 0, **mine)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert Explanation.objects.get().version == 1
    assert Receipt.objects.count() == 1


def test_the_queue_is_told_of_conflict_lock_and_another_user(world: World, login: Login) -> None:
    sheet = explaining(world)
    explain(world)
    client = login("leader_a")
    conflict = send(client, world, "1.1", "Khác", 0)
    assert (conflict.status_code, conflict.json()["result"], conflict.json()["version"]) == (409, "conflict", 1)
    assert conflict.json()["theirs"]["values"] == {"explanation": TEXT}
    other = send(client, world, "1.1", "Khác", 1, **{"X-Portal-User": user_key(world.officer_a)})
    assert (other.status_code, other.json()["result"]) == (403, "other_user")
    assert sheet.explanation_due_at is not None
    with time_machine.travel(sheet.explanation_due_at + timedelta(minutes=1)):
        locked = send(login("leader_a"), world, "1.1", "Khác", 1)
    assert (locked.status_code, locked.json()["result"]) == (409, "locked")
    assert Explanation.objects.get().text == TEXT


def test_who_does_not_explain(world: World, login: Login) -> None:
    explaining(world)
    answers = {name: send(login(name), world, "2.1", "x", 0).status_code for name in ("coordinator", "officer_b")}
    assert answers == {"coordinator": 403, "officer_b": 404}
    assert login("coordinator").post(url(world), {}).status_code == 403
    assert "<textarea" not in login("coordinator").get(url(world)).content.decode()


def test_the_leader_sends_it_and_it_can_be_read_but_not_changed(world: World, login: Login) -> None:
    explaining(world)
    explain(world)
    move = url(world, "sheet_move")
    client = login("leader_a")
    assert "send_explanation" in client.get(url(world)).content.decode()
    assert client.get(move, {"move": "send_explanation"}).status_code == 200
    assert client.post(move, {"move": "send_explanation"}).status_code == 302
    page = client.get(url(world)).content.decode()
    assert TEXT in page
    assert "<textarea" not in page


def test_the_coordinator_opens_the_round_with_a_deadline_typed_in_the_form(world: World, login: Login) -> None:
    explaining(world)
    ScoreSheet.objects.filter(unit=world.commune_a).update(status="under_appraisal", explanation_due_at=None)
    client, move = login("coordinator"), url(world, "sheet_move")
    assert client.post(move, {"move": "open_explanation"}).status_code == 422
    assert client.post(move, {"move": "open_explanation", "due_at": "31/12/2019 17:00"}).status_code == 409
    assert client.post(move, {"move": "open_explanation", "due_at": "31/12/2046 17:00"}).status_code == 302
    assert world.sheet(world.commune_a).status == "explaining"
    extend = client.post(url(world, "sheet_extend"), {"due_at": "31/12/2047 17:00", "reason": "Đơn vị đề nghị"})
    assert extend.status_code == 302
    found = world.sheet(world.commune_a).explanation_due_at
    assert found is not None
    assert found.year == 2047


def part(world: World, code: str, *, user_side: bool) -> str:
    score = score_with_explanation(world.score(world.commune_a, code).pk)
    return str(explanation_part(score, world.sheet(world.commune_a), user_side))


def test_the_row_of_the_sheet_shows_the_rounds_that_are_open_to_the_reader(world: World) -> None:
    submitted(world)
    assert part(world, "1.1", user_side=True) == ""
    ScoreSheet.objects.update(status="draft")
    assert part(world, "1.1", user_side=True) == ""


def test_in_the_second_round_the_unit_sees_the_first_one_and_its_own_words(world: World) -> None:
    explained(world)
    score = world.score(world.commune_a, "1.1")
    reply_to_explanation(score=score, reply="Chưa chấp nhận", version=1, by=world.coordinator)
    unit, office = part(world, "1.1", user_side=True), part(world, "1.1", user_side=False)
    assert REASON in unit
    assert TEXT in unit
    assert "Chưa chấp nhận" not in unit
    assert "Chưa chấp nhận" in office
    assert str(world.coordinator) in office
    assert str(world.coordinator) not in unit


def test_a_row_in_the_explaining_sheet_leads_to_its_explanation(world: World) -> None:
    explaining(world)
    assert f'href="{url(world)}#row-' in part(world, "1.1", user_side=True)
    assert "href" not in part(world, "1.1", user_side=False)


def reply(client: Client, world: World, text: str, version: int, **headers: str) -> HttpResponse:
    target = url(world, "appraisal_reply", code="2.1")
    return client.post(target, {"reply": text, "version": version}, headers=headers)  # type: ignore[return-value]


@pytest.mark.parametrize("who", ["officer_a", "coordinator"])
def test_the_strip_of_the_explaining_sheet_tells_the_deadline_of_the_explanation(
    world: World, login: Login, who: str
) -> None:
    due_at = explaining(world).explanation_due_at
    with override("vi"):
        shown = moment(due_at)
    html = login(who).get(url(world, "sheet")).content.decode()
    strip = html[html.index('class="context-text"') : html.index("<main")]
    assert f"{shown}</time>" in strip
    assert "hạn giải trình" in strip
    ScoreSheet.objects.update(status="second_appraisal")
    html = login(who).get(url(world, "sheet")).content.decode()
    assert "<time" not in html[html.index('class="context-text"') : html.index("<main")]


def test_the_agency_replies_to_its_row_and_nobody_else(world: World, login: Login) -> None:
    explaining(world)
    explain(world, "2.1")
    ScoreSheet.objects.filter(unit=world.commune_a).update(
        status="second_appraisal", explained_at="2026-01-01T00:00Z"
    )
    for persona, status in (("officer_a", 403), ("officer_b", 404), ("district_leader", 403), ("outsider", 404)):
        assert reply(login(persona), world, "Không", 1).status_code == status
    assert not Explanation.objects.get().reply
    answer = reply(login("justice_officer"), world, "Đúng như đơn vị nêu", 1, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Đúng như đơn vị nêu" in answer.content.decode()
    stale = reply(login("justice_officer"), world, "Khác", 1, **{"HX-Request": "true"})
    assert stale.status_code == 409
    assert "Khác" in stale.content.decode()
    assert reply(login("coordinator"), world, "Khác", 2).status_code == 302
    assert Explanation.objects.get().reply == "Khác"


def test_what_the_appraisal_page_is_given(world: World) -> None:
    explained(world)
    score = score_with_explanation(world.score(world.commune_a, "1.1").pk)
    found = reply_part(score, world.coordinator)
    assert found is not None
    assert (found.can_reply, found.is_answered, found.lines.text) == (True, False, TEXT)
    assert reply_part(score, world.district_leader) is not None
    other = score_with_explanation(world.score(world.commune_a, "2.1").pk)
    assert reply_part(other, world.coordinator) is None


def test_the_page_costs_no_query_for_a_row(world: World, login: Login) -> None:
    explaining(world)
    client = login("officer_a")
    client.get(url(world))
    with CaptureQueriesContext(connection) as one:
        client.get(url(world))
    for code in ("1.1", "1.2.1", "2.1", "2.2"):
        save_explanation(score=world.score(world.commune_a, code), text=TEXT, version=0, by=world.officer_a)
    with CaptureQueriesContext(connection) as many:
        client.get(url(world))
    assert len(many) == len(one) <= 12

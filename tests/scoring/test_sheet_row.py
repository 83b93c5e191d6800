from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.actions.sheets import move_sheet
from scoring.models import Criterion, Score
from tests.world import World
from units.models import AuditEvent

Login = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
DUE = datetime(2026, 12, 15, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Rows:
    """Posts to the rows of commune A's sheet as its officer."""

    world: World
    client: Client

    def post(self, code: str, *, htmx: bool = True, version: int | str = 1, **typed: str) -> Any:
        score = self.score(code)
        url = reverse("sheet_row", args=[score.sheet_id, score.criterion_id])
        named = {
            key if key in ("state", "reason", "note") else f"answer-{key}": value for key, value in typed.items()
        }
        return self.client.post(url, {**named, "version": version}, headers=HTMX if htmx else {})

    def score(self, code: str) -> Score:
        return self.world.score(self.world.commune_a, code)


@pytest.fixture
def rows(world: World, login: Login) -> Rows:
    return Rows(world, login("officer_a"))


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def test_a_row_is_computed_explained_and_summed(rows: Rows) -> None:
    saved = rows.post("1.2.1", on_time="13", late="11", undone="5", note="Theo báo cáo")
    assert saved.status_code == 200
    assert "(13 × 1 + 11 × 0,5) / 29 × 3 = 1,91" in text(saved)
    assert ">1,91 / 12</dd>" in text(saved)
    assert 'name="version" value="2"' in text(saved)
    assert rows.score("1.2.1").self_points == Decimal("1.91")
    assert rows.score("1.2.1").note == "Theo báo cáo"


def test_without_javascript_the_browser_returns_to_the_row_with_a_message(rows: Rows) -> None:
    saved = rows.post("1.1", htmx=False, option="late")
    score = rows.score("1.1")
    assert saved.status_code == 302
    assert saved.headers["Location"] == f"{reverse('sheet', args=[score.sheet_id])}#row-{score.criterion_id}"
    page = text(rows.client.get(saved.headers["Location"]))
    assert 'class="notice notice-success"' in page
    assert '<option value="late" selected>' in page


@pytest.mark.parametrize(
    ("code", "typed", "at"),
    [
        ("3", {"points": "2,5"}, "points"),  # above the maximum
        ("3", {"points": "1,005"}, "points"),  # off the step
        ("3", {"points": "hai"}, "points"),
        ("3", {"points": "-1"}, "points"),
        ("2.1", {"numerator": "30", "denominator": "29"}, "numerator"),
        ("2.1", {"numerator": "1e3", "denominator": "2000"}, "numerator"),
        ("2.1", {"numerator": "2,5", "denominator": "29"}, "numerator"),
        ("2.2", {"percent": "130"}, "percent"),
        ("1.1", {"option": "hacked"}, "option"),
        ("1.2.2", {"count": "ba"}, "count"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_wrong_input_is_refused_in_words_at_its_row_and_kept(
    rows: Rows, code: str, typed: dict[str, str], at: str, htmx: bool
) -> None:
    refused = rows.post(code, htmx=htmx, **typed)
    assert refused.status_code == 422
    assert 'class="row-message" role="alert"' in text(refused)
    assert rows.score(code).state == "not_answered"
    assert rows.score(code).version == 1
    if not htmx:
        assert text(refused).count("has-error") == 1
        if at != "option":
            assert f'name="answer-{at}" value="{typed[at]}"' in text(refused)
            assert text(refused).count('aria-invalid="true"') == 1


def test_an_integer_input_reads_a_point_between_groups_as_thousands(rows: Rows) -> None:
    assert rows.post("2.1", numerator="1.353", denominator="1.353").status_code == 200
    assert rows.score("2.1").answers == {"numerator": 1353, "denominator": 1353}


@pytest.mark.parametrize("typed", ["70.78", "70,78", "70,78 %"])
def test_a_decimal_input_reads_comma_and_point_alike(rows: Rows, typed: str) -> None:
    saved = rows.post("2.2", percent=typed)
    assert rows.score("2.2").answers == {"percent": "70.78"}
    assert 'data-entered="answer-percent" data-value="70,78"' in text(saved)


def test_what_fits_two_readings_is_asked_about_and_each_reading_is_offered(rows: Rows) -> None:
    asked = rows.post("3", points="1.353")
    assert asked.status_code == 422
    assert 'name="answer-points" value="1353"' in text(asked)
    assert 'name="answer-points" value="1,3530"' in text(asked)
    assert rows.score("3").state == "not_answered"


def test_a_button_with_a_reading_wins_over_the_ambiguous_input(rows: Rows) -> None:
    score = rows.score("2.2")
    url = reverse("sheet_row", args=[score.sheet_id, score.criterion_id])
    assert rows.client.post(url, {"answer-percent": ["1.353", "1,3530"], "version": 1}).status_code == 302
    assert rows.score("2.2").answers == {"percent": "1.3530"}


def test_a_row_half_filled_in_is_not_saved_and_says_what_is_left(rows: Rows) -> None:
    half = rows.post("1.2.1", on_time="13")
    assert half.status_code == 422
    assert "Quá hạn, Chưa hoàn thành" in text(half)
    assert "row-message" not in text(half)
    assert rows.score("1.2.1").state == "not_answered"


def test_zero_and_nothing_are_different(rows: Rows) -> None:
    assert 'data-row-state=""' in text(rows.post("3", points="0"))
    assert rows.score("3").self_points == Decimal(0)
    emptied = rows.post("3", points="", version=2)
    assert 'data-row-state="open"' in text(emptied)
    assert rows.score("3").self_points is None


def test_not_applicable_needs_a_reason(rows: Rows) -> None:
    refused = rows.post("3", state="not_applicable", points="1")
    assert refused.status_code == 422
    saved = rows.post("3", state="not_applicable", points="1", reason="Xã không có trụ sở riêng")
    assert saved.status_code == 200
    assert 'data-row-state="excluded"' in text(saved)
    assert "/ 12</dd>" in text(saved)  # claimed, not decided: the maximum still counts
    score = rows.score("3")
    assert (score.state, score.answers, score.self_points) == ("not_applicable", {}, None)


def test_when_no_case_arose_the_row_leaves_both_sums_by_its_policy(rows: Rows) -> None:
    saved = rows.post("2.1", state="no_case")
    assert "/ 10</dd>" in text(saved)
    assert rows.score("2.1").state == "no_case"


@pytest.mark.parametrize("version", ["1", "", "x", "99"])
def test_a_stale_version_shows_the_stored_value_beside_the_typed_one(rows: Rows, version: str) -> None:
    rows.post("3", points="0,5")
    stale = rows.post("3", points="1,75", version=version)
    assert stale.status_code == 409
    assert "0,5" in text(stale)
    assert "Cán bộ officer_a" in text(stale)
    assert 'name="version" value="2"' in text(stale)
    assert rows.score("3").self_points == Decimal("0.5")
    page = rows.post("3", htmx=False, points="1,75", version=version)
    assert page.status_code == 409
    assert 'name="answer-points" value="1,75"' in text(page)


@pytest.mark.parametrize(("minutes", "status"), [(-1, 200), (0, 200), (1, 409)])
def test_the_deadline_at_1700_counts_to_the_minute(world: World, login: Login, minutes: int, status: int) -> None:
    world.campaign.self_score_due_at = DUE
    world.campaign.save()
    with time_machine.travel(DUE + timedelta(minutes=minutes), tick=False):
        rows = Rows(world, login("officer_a"))
        answer = rows.post("3", points="1,5")
        assert answer.status_code == status
        assert ("17:00 15/12/2026" in text(answer)) == (status == 409)
        page = text(rows.client.get(reverse("sheet", args=[rows.score("3").sheet_id])))
        assert ('<form class="row-form' in page) == (status == 200)
    assert rows.score("3").self_points == (Decimal("1.5") if status == 200 else None)


def test_an_extension_opens_the_rows_again(world: World, login: Login) -> None:
    world.campaign.self_score_due_at = DUE
    world.campaign.save()
    with time_machine.travel(DUE + timedelta(days=1), tick=False):
        sheet = world.sheet(world.commune_a)
        given = login("coordinator").post(
            reverse("sheet_extend", args=[sheet.pk]), {"due_at": "18/12/2026 17:00", "reason": "Mất điện"}
        )
        assert given.status_code == 302
        assert Rows(world, login("officer_a")).post("3", points="1,5").status_code == 200


@pytest.mark.parametrize("moves", [["propose"], ["propose", "submit"]])
def test_rows_are_locked_once_the_sheet_has_left_the_officer(world: World, rows: Rows, moves: list[str]) -> None:
    for name in moves:
        by = world.officer_a if name == "propose" else world.leader_a
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    refused = rows.post("3", points="1,5")
    assert refused.status_code == 409
    assert rows.score("3").self_points is None
    page = text(rows.client.get(reverse("sheet", args=[rows.score("3").sheet_id])))
    assert '<form class="row-form' not in page
    assert 'class="notice notice-info"' in page


def test_saving_a_row_needs_few_queries_in_one_transaction(rows: Rows) -> None:
    rows.post("3", points="0,5")
    score = rows.score("3")
    url = reverse("sheet_row", args=[score.sheet_id, score.criterion_id])
    with CaptureQueriesContext(connection) as queries:
        assert rows.client.post(url, {"answer-points": "1,5", "version": 2}, headers=HTMX).status_code == 200
    work = [query["sql"] for query in queries if not query["sql"].startswith(CONTROL)]
    assert len(work) <= 12, "\n".join(work)


def test_every_save_leaves_one_event_with_its_changes(rows: Rows) -> None:
    rows.post("3", points="0,5")
    rows.post("3", points="0,5", version=2)
    events = list(AuditEvent.objects.filter(action="score.saved"))
    assert len(events) == 1
    assert {change.attribute for change in events[0].changes.all()} == {"state", "answers", "self_points"}
    history = text(rows.client.get(reverse("sheet_history", args=[rows.score("3").sheet_id])))
    assert "0,50" in history
    assert "{" not in history.split('<ol class="history">')[1].split("</ol>")[0]


def test_a_row_of_another_set_does_not_exist(world: World, rows: Rows) -> None:
    other = Criterion.objects.create(
        criteria_set=world.criteria_set, code="9", title="x", max_points=Decimal(1), position=99, method="points"
    )
    url = reverse("sheet_row", args=[rows.score("3").sheet_id, other.pk])
    assert rows.client.post(url, {"answer-points": "1", "version": 1}).status_code == 404

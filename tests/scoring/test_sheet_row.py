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

from parportal.entry.models import Receipt
from parportal.entry.receipts import user_key
from scoring.actions.sheets import move_sheet
from scoring.models import Criterion, Score
from tests.world import World
from units.models import AuditEvent

Login = Callable[[str], Client]
JSON = {"Accept": "application/json"}
DUE = datetime(2026, 12, 15, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Rows:
    """Posts to the rows of commune A's sheet as its officer."""

    world: World
    client: Client

    def post(self, code: str, *, version: int | str = 1, key: str = "", **typed: str) -> Any:
        names = ("state", "reason", "note", "why_no_evidence")
        named = {name if name in names else f"answer-{name}": value for name, value in typed.items()}
        headers = {**JSON, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(self.url(code), {**named, "version": version}, headers=headers)

    def url(self, code: str) -> str:
        score = self.score(code)
        return reverse("sheet_row", args=[score.sheet_id, score.criterion_id])

    def element(self, code: str, part: str) -> str:
        """The id of a part of the row on the page."""
        return f"r{self.score(code).criterion_id}-{part}"

    def panel(self) -> dict[str, dict[str, str]]:
        """What the page asks for when rows were saved."""
        answer: dict[str, dict[str, str]] = self.client.get(
            reverse("sheet_panel", args=[self.score("3").sheet_id])
        ).json()
        return answer

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
    answer = saved.json()
    assert (answer["result"], answer["version"], answer["state"]) == ("saved", 2, "")
    assert answer["texts"][rows.element("1.2.1", "why")] == "(13 × 1 + 11 × 0,5) / 29 × 3 = 1,91"
    assert answer["html"][rows.element("1.2.1", "points")] == "<strong>1,91</strong> / 3,00"
    assert answer["values"] == {"answer-on_time": "13", "answer-late": "11", "answer-undone": "5"}
    assert rows.score("1.2.1").self_points == Decimal("1.91")
    assert rows.score("1.2.1").note == "Theo báo cáo"


def test_the_panel_sums_up_what_is_saved(rows: Rows) -> None:
    rows.post("1.2.1", on_time="13", late="11", undone="5")
    panel = rows.panel()
    assert ">1,91 / 12</dd>" in panel["html"]["panel-sums"]
    assert panel["texts"]["panel-progress"] == "1/6 mục"
    section = rows.score("1.2.1").criterion.section_id
    assert panel["html"][f"section-points-{section}"] == "1,91 / 7"


def test_what_an_answer_names_is_on_the_page(rows: Rows) -> None:
    answer = rows.post("3", points="0,5").json()
    panel = rows.panel()
    page = text(rows.client.get(reverse("sheet", args=[rows.score("3").sheet_id])))
    for element in {**answer["html"], **answer["texts"], **panel["html"], **panel["texts"]}:
        assert f'id="{element}"' in page
    for name in answer["values"]:
        assert f'name="{rows.element("3", name)}"' in page
    for markup in (*answer["html"].values(), *panel["html"].values(), *panel["texts"].values()):
        assert markup in page


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
def test_wrong_input_is_refused_in_words_at_its_input(
    rows: Rows, code: str, typed: dict[str, str], at: str
) -> None:
    refused = rows.post(code, **typed)
    assert refused.status_code == 422
    answer = refused.json()
    assert answer["result"] == "refused"
    assert [each["at"] for each in answer["messages"]] == [f"answer-{at}"]
    assert answer["messages"][0]["text"].endswith((".", ")"))
    assert (answer["version"], answer["state"], answer["hint"]) == (1, "open error", "")
    assert rows.score(code).state == "not_answered"
    assert rows.score(code).version == 1


def test_an_integer_input_reads_a_point_between_groups_as_thousands(rows: Rows) -> None:
    assert rows.post("2.1", numerator="1.353", denominator="1.353").status_code == 200
    assert rows.score("2.1").answers == {"numerator": 1353, "denominator": 1353}


@pytest.mark.parametrize("typed", ["70.78", "70,78", "70,78 %"])
def test_a_decimal_input_reads_comma_and_point_alike(rows: Rows, typed: str) -> None:
    saved = rows.post("2.2", percent=typed)
    assert rows.score("2.2").answers == {"percent": "70.78"}
    assert saved.json()["values"] == {"answer-percent": "70,78"}


def test_what_fits_two_readings_is_asked_about_and_each_reading_is_offered(rows: Rows) -> None:
    asked = rows.post("3", points="1.353")
    assert asked.status_code == 422
    (message,) = asked.json()["messages"]
    assert (message["at"], message["choices"]) == ("answer-points", ["1353", "1,3530"])
    assert rows.score("3").state == "not_answered"


def test_a_row_half_filled_in_is_not_saved_and_says_what_is_left(rows: Rows) -> None:
    half = rows.post("1.2.1", on_time="13")
    assert half.status_code == 422
    answer = half.json()
    assert answer["hint"].endswith("Quá hạn, Chưa hoàn thành")
    assert (answer["messages"], answer["state"]) == ([], "open")
    assert rows.score("1.2.1").state == "not_answered"


def test_zero_and_nothing_are_different(rows: Rows) -> None:
    assert rows.post("3", points="0").json()["state"] == ""
    assert rows.score("3").self_points == Decimal(0)
    emptied = rows.post("3", points="", version=2)
    assert emptied.json()["state"] == "open"
    assert rows.score("3").self_points is None


def test_not_applicable_needs_a_reason(rows: Rows) -> None:
    refused = rows.post("3", state="not_applicable", points="1")
    assert refused.status_code == 422
    assert [each["at"] for each in refused.json()["messages"]] == ["reason"]
    saved = rows.post("3", state="not_applicable", points="1", reason="Xã không có trụ sở riêng")
    assert saved.status_code == 200
    assert saved.json()["state"] == "excluded"
    assert "/ 12</dd>" in rows.panel()["html"]["panel-sums"]  # claimed, not decided: the maximum still counts
    score = rows.score("3")
    assert (score.state, score.answers, score.self_points) == ("not_applicable", {}, None)


def test_when_no_case_arose_the_row_leaves_both_sums_by_its_policy(rows: Rows) -> None:
    rows.post("2.1", state="no_case")
    assert "/ 10</dd>" in rows.panel()["html"]["panel-sums"]
    assert rows.score("2.1").state == "no_case"


@pytest.mark.parametrize("version", ["1", "", "x", "99"])
def test_a_stale_version_brings_the_stored_values_with_who_and_when(rows: Rows, version: str) -> None:
    rows.post("3", points="0,5", note="Theo biên bản")
    stale = rows.post("3", points="1,75", version=version)
    assert stale.status_code == 409
    answer = stale.json()
    assert (answer["result"], answer["version"]) == ("conflict", 2)
    assert answer["theirs"]["who"] == "Cán bộ officer_a"
    assert "0,5" in answer["theirs"]["text"]
    assert answer["theirs"]["at"]
    assert answer["theirs"]["values"] == {
        "answer-points": "0,5",
        "state": "answered",
        "reason": "",
        "note": "Theo biên bản",
        "why_no_evidence": "",
    }
    assert rows.score("3").self_points == Decimal("0.5")


def test_who_types_what_is_there_already_is_in_no_conflict(rows: Rows) -> None:
    rows.post("3", points="0,5")
    again = rows.post("3", points="0,50")
    assert again.status_code == 200
    assert again.json()["version"] == rows.score("3").version == 2
    assert AuditEvent.objects.filter(action="score.saved").count() == 1


def test_a_sheet_that_is_not_open_says_why_and_keeps_nothing_back(world: World, rows: Rows) -> None:
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    locked = rows.post("3", points="1")
    assert locked.status_code == 409
    assert locked.json()["result"] == "locked"
    assert "lãnh đạo" in locked.json()["messages"][0]["text"]


def test_who_only_reads_the_row_is_told_so(world: World, login: Login) -> None:
    refused = Rows(world, login("coordinator")).post("3", points="1")
    assert refused.status_code == 403
    assert refused.json()["result"] == "forbidden"


def test_why_there_is_no_evidence_is_kept_with_the_row(rows: Rows) -> None:
    rows.post("1.1", option="on_time")
    assert "1 mục thiếu tài liệu" in " ".join(rows.panel()["html"]["panel-lists"].split()).replace(
        "kiểm chứng", ""
    )
    said = rows.post("1.1", option="on_time", why_no_evidence="Văn bản mật", version=2)
    assert said.status_code == 200
    assert rows.score("1.1").why_no_evidence == "Văn bản mật"
    changes = AuditEvent.objects.filter(action="score.saved").latest("pk").changes
    assert changes.get().attribute == "why_no_evidence"
    panel = rows.panel()["html"]["panel-lists"]
    assert panel.count(">1.1</a>") == 1
    assert "row-states" in panel.split(">1.1</a>")[0]


def test_a_row_copied_from_last_year_is_no_answered_row_until_it_is_saved(rows: Rows) -> None:
    rows.post("3", points="1")
    Score.objects.filter(pk=rows.score("3").pk).update(to_check=True, note="Theo năm trước")
    page = text(rows.client.get(reverse("sheet", args=[rows.score("3").sheet_id])))
    assert "0/6 mục" in page
    assert page.count(" is-check") == 1
    saved = rows.post("3", points="1", note="Theo năm trước", version=2).json()
    assert rows.panel()["texts"]["panel-progress"] == "1/6 mục"
    assert saved["state"] == ""
    assert saved["html"][rows.element("3", "review")] == ""
    assert not rows.score("3").to_check


# Receipts --------------------------------------------------------------------------------------------------
KEY = "3f2b1c9e-0000-4000-8000-000000000001"


def test_a_change_that_comes_twice_is_applied_once_and_answered_alike(rows: Rows) -> None:
    first = rows.post("3", points="0,5", key=KEY)
    again = rows.post("3", points="0,5", key=KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    for name in ("result", "version", "state", "values", "at"):
        assert again.json()[name] == first.json()[name]
    assert rows.score("3").version == 2
    assert AuditEvent.objects.filter(action="score.saved").count() == 1
    assert Receipt.objects.count() == 1


def test_a_receipt_answers_even_when_the_sheet_is_locked_meanwhile(world: World, rows: Rows) -> None:
    rows.post("3", points="0,5", key=KEY)
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    assert rows.post("3", points="0,5", key=KEY).json()["result"] == "saved"
    assert rows.post("3", points="0,75", key="other-key", version=2).json()["result"] == "locked"


def test_a_receipt_is_one_persons_and_one_changes(world: World, rows: Rows, login: Login) -> None:
    rows.post("3", points="0,5", key=KEY)
    assert rows.post("3", points="0,75", key=KEY).json()["result"] == "conflict"
    other = Rows(world, login("leader_a"))
    assert other.post("3", points="1,5", key=KEY).json()["result"] == "conflict"
    assert other.post("3", points="1,5", key=KEY, version=2).json()["result"] == "saved"
    assert Receipt.objects.count() == 2


def test_nothing_that_was_refused_has_a_receipt(rows: Rows) -> None:
    assert rows.post("3", points="9", key=KEY).status_code == 422
    assert not Receipt.objects.exists()
    assert rows.post("3", points="1", key=KEY).json()["result"] == "saved"


def test_what_somebody_else_typed_is_not_saved(world: World, rows: Rows) -> None:
    typed = {"answer-points": "1", "version": 1}
    for who, status in ((world.officer_b, 403), (world.officer_a, 200)):
        headers = {**JSON, "X-Portal-User": user_key(who)}
        sent = rows.client.post(rows.url("3"), typed, headers=headers)
        assert sent.status_code == status
    assert sent.json()["result"] == "saved"


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
        assert ("data-row=" in page) == (status == 200)
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
    assert "data-row=" not in page
    assert 'class="notice notice-info"' in page


def test_saving_a_row_needs_few_queries_in_one_transaction(rows: Rows) -> None:
    rows.post("3", points="0,5")
    score = rows.score("3")
    url = reverse("sheet_row", args=[score.sheet_id, score.criterion_id])
    headers = {**JSON, "Idempotency-Key": KEY}
    with CaptureQueriesContext(connection) as queries:
        assert rows.client.post(url, {"answer-points": "1,5", "version": 2}, headers=headers).status_code == 200
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

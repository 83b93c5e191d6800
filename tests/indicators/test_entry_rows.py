"""One row of a return, saved as the browser's script sends it."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import Entry, PeriodKind, PeriodStatus, Return, Value
from parportal.entry.models import Receipt
from parportal.entry.receipts import user_key
from tests.indicators.entry_rows import CONTROL, Login, Rows, text
from tests.indicators.reporting import YEAR, fill, make_period, make_set, put, return_of
from tests.world import World
from units.models import AuditEvent

pytestmark = pytest.mark.any_database


@pytest.fixture
def rows(world: World, login: Login) -> Rows:
    made = make_set()
    make_period(world, made, year=YEAR - 1)
    return Rows(world, make_period(world, made), login("officer_a"))


def test_a_figure_is_stored_and_what_follows_is_told(rows: Rows) -> None:
    assert rows.post("1.1", value="10").json()["texts"][rows.name("1.4", "value")] == "–"
    saved = rows.post("1.2", value="8", note="Theo báo cáo", as_of_on="14/12/2025", is_estimate="1")
    assert saved.status_code == 200, text(saved)
    answer = saved.json()
    assert (answer["result"], answer["version"], answer["state"]) == ("saved", 1, "")
    assert answer["texts"][rows.name("1.4", "value")] == "2"
    assert answer["texts"][rows.name("1.2", "at")].startswith("đã lưu")
    assert answer["values"] == {"value": "8", "as_of_on": "14/12/2025", "is_estimate": "1"}
    entry = rows.entry("1.2")
    assert (entry.note, str(entry.as_of_on), entry.is_estimate) == ("Theo báo cáo", "2025-12-14", True)
    assert entry.updated_by == rows.world.people["officer_a"]
    event = AuditEvent.objects.about(rows.reported).first()
    assert event is not None
    assert event.action == "return.saved"
    assert {each.attribute: each.new for each in event.changes.all()} == {
        "value:1.2": "8",
        "note": "Theo báo cáo",
        "as_of_on": "2025-12-14",
        "is_estimate": "True",
    }


def test_nothing_typed_is_not_reported_and_never_0(rows: Rows) -> None:
    rows.post("1.1", value="0")
    assert rows.cells("1.1") == {"1.1": Decimal(0)}
    answer = rows.post("1.1", value=" ", version=1).json()
    assert (answer["version"], answer["state"]) == (2, "open")
    assert not Value.objects.filter(entry=rows.entry("1.1")).exists()


@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("1.1", "-1", "0"),
        ("1.1", "2,5", "số nguyên"),
        ("1.1", "ba", "không phải"),
        ("1.1", "9" * 16, "quá dài"),
        ("1.3", "130", "100"),
        ("1.3", "12,345", "12345"),
        ("1.3", "12,3456", "chữ số thập phân"),
        ("2.2", "9", "Trực tuyến"),
        ("2.3", "a\x07b", ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_input(rows: Rows, code: str, typed: str, words: str) -> None:
    refused = rows.post(code, value=typed)
    assert refused.status_code == 422
    answer = refused.json()
    assert (answer["result"], answer["version"], answer["state"]) == ("refused", 0, "open error")
    assert [each["at"] for each in answer["messages"]] == ["value"]
    assert words in answer["messages"][0]["text"]
    assert not Entry.objects.filter(return_of=rows.reported).exists()


def test_what_fits_two_readings_is_asked_about(rows: Rows) -> None:
    message = rows.post("2.1", value="1.353").json()["messages"][0]
    assert message["choices"] == ["1353", "1,3530"]


def test_a_choice_is_known_by_its_words_too(rows: Rows) -> None:
    assert rows.post("2.2", value="kết hợp").json()["values"]["value"] == "2"
    assert rows.cells("2.2") == {"2.2": "2"}


def test_a_broken_relation_is_saved_and_told_at_its_rows(rows: Rows) -> None:
    rows.post("1.1", value="10")
    answer = rows.post("1.2", value="12").json()
    assert answer["result"] == "saved"
    for code in ("1.1", "1.2"):
        told = answer["html"][rows.name(code, "review")]
        assert "finding-error" in told
        assert "Hoàn thành không nhiều hơn được giao" in told
        assert "12" in told
    mended = rows.post("1.1", value="12", version=1).json()
    assert mended["html"][rows.name("1.2", "review")] == ""


def test_a_warning_stands_with_a_reason(rows: Rows) -> None:
    told = rows.post("2.5", value="25").json()["html"][rows.name("2.5", "review")]
    assert "finding-warning" in told
    answer = rows.post("2.5", value="25", reason="Có thêm cuộc thi", version=1).json()
    assert "finding-told" in answer["html"][rows.name("2.5", "review")]
    assert rows.entry("2.5").reason == "Có thêm cuộc thi"


def test_a_line_is_one_row_and_its_columns_are_summed(rows: Rows) -> None:
    rows.post("3", "huyen", **{"3_a": "5", "3_b": "4"})
    answer = rows.post("3", "xa", **{"3_a": "20", "3_b": ""}).json()
    assert answer["texts"][f"t{rows.pk('3')}-c{rows.pk('3.a')}"] == "25"
    assert rows.cells("3", "xa") == {"3.a": Decimal(20)}
    broken = rows.post("3", "huyen", version=1, **{"3_a": "5", "3_b": "6"}).json()
    assert "finding-error" in broken["html"][rows.name("3", "review", "huyen")]
    assert broken["html"][rows.name("3", "review", "xa")] == ""


def test_files_withdrawn_explain_a_broken_identity(rows: Rows) -> None:
    typed = {"4_ten": "Đất đai", "4_tiep": "10", "4_xong": "6", "4_con": "3"}
    assert "finding-error" in rows.post("4", "1", **typed).json()["html"][rows.name("4", "review", "1")]
    told = rows.post("4", "1", version=1, **typed, **{"4_rut": "1"}).json()["html"][rows.name("4", "review", "1")]
    assert "finding-told" in told
    assert "Rút hồ sơ" in told


def test_what_is_carried_over_is_explained_at_the_table(rows: Rows) -> None:
    before = Return.objects.get(period__year=YEAR - 1, unit=rows.world.commune_a)
    fill(before)  # 5 files pending
    typed = {"4_ten": "Đất đai", "4_tiep": "10", "4_cu": "4", "4_xong": "10", "4_con": "0"}
    told = rows.post("4", "1", **typed).json()["html"][rows.name("4", "review")]
    assert "finding-warning" in told
    answer = rows.post("4", reason="Một hồ sơ chuyển cấp tỉnh").json()
    assert "finding-told" in answer["html"][rows.name("4", "review")]
    assert rows.entry("4").reason == "Một hồ sơ chuyển cấp tỉnh"


@pytest.mark.parametrize(
    ("code", "line"), [("1", ""), ("1.4", ""), ("1.1", "1"), ("2.6", ""), ("3", "tinh"), ("4", "0"), ("4", "a")]
)
def test_a_row_that_the_return_does_not_have_is_not_taken(rows: Rows, code: str, line: str) -> None:
    refused = rows.post(code, line, value="1")
    assert (refused.status_code, refused.json()["result"]) == (409, "locked")
    assert not Entry.objects.exists()


def test_who_comes_second_sees_both_and_loses_nothing(rows: Rows, login: Login) -> None:
    rows.post("1.1", value="10")
    rows.client.force_login(rows.world.leader_a, backend="allauth.account.auth_backends.AuthenticationBackend")
    conflict = rows.post("1.1", value="12")
    assert conflict.status_code == 409
    answer = conflict.json()
    assert (answer["result"], answer["version"]) == ("conflict", 1)
    assert answer["theirs"]["text"] == "10 Nhiệm vụ"
    assert answer["theirs"]["who"] == str(rows.world.people["officer_a"])
    assert answer["theirs"]["values"]["value"] == "10"
    assert rows.cells("1.1") == {"1.1": Decimal(10)}
    assert rows.post("1.1", value="10").json()["result"] == "saved"  # they say the same


def test_a_change_sent_twice_is_applied_once(rows: Rows) -> None:
    first = rows.post("1.1", value="10", key="key-0001")
    again = rows.post("1.1", value="10", key="key-0001")
    assert again.status_code == 200
    rows.post("1.1", value="11", version=1, key="key-0002")
    late = rows.post("1.1", value="10", key="key-0001")
    assert late.status_code == 200
    assert late.json()["version"] == first.json()["version"]
    assert rows.cells("1.1") == {"1.1": Decimal(11)}
    assert Receipt.objects.count() == 2
    assert AuditEvent.objects.about(rows.reported).count() == 2


def test_the_same_again_changes_nothing(rows: Rows) -> None:
    rows.post("1.1", value="10")
    assert rows.post("1.1", value="10,", version=1).status_code == 422
    assert rows.post("1.1", value=" 10 ", version=1).json()["version"] == 1
    assert AuditEvent.objects.about(rows.reported).count() == 1


@pytest.mark.parametrize("status", ["submitted", "accepted"])
def test_a_return_handed_in_is_locked(rows: Rows, status: str) -> None:
    Return.objects.filter(pk=rows.reported.pk).update(status=status)
    refused = rows.post("1.1", value="1")
    assert (refused.status_code, refused.json()["result"]) == (409, "locked")


def test_a_closed_period_is_locked(rows: Rows) -> None:
    rows.period.status = PeriodStatus.CLOSED
    rows.period.save()
    assert rows.post("1.1", value="1").json()["result"] == "locked"


def test_only_the_unit_itself_fills_in(rows: Rows, login: Login) -> None:
    url = rows.url("1.1")
    for name, status in (("officer_b", 404), ("coordinator", 403), ("district_leader", 403)):
        assert login(name).post(url, {"value": "1", "version": 0}).status_code == status
    assert not Entry.objects.exists()


def test_what_somebody_else_typed_is_not_saved(rows: Rows) -> None:
    typed = {"value": "1", "version": 0}
    other = {"X-Portal-User": user_key(rows.world.people["officer_b"])}
    assert rows.client.post(rows.url("1.1"), typed, headers=other).json() == {"result": "other_user"}


def test_a_row_is_saved_with_at_most_12_queries(rows: Rows) -> None:
    fill(Return.objects.get(period__year=YEAR - 1, unit=rows.world.commune_a))
    rows.page()
    ContentType.objects.get_for_models(Return, Entry)
    cases: list[tuple[str, str, dict[str, str]]] = [
        ("1.1", "", {"value": "10"}),
        ("1.1", "", {"value": "11"}),
        ("4", "1", {"4_ten": "Đất đai", "4_tiep": "10", "4_xong": "10", "4_con": "0"}),
        ("4", "1", {"4_ten": "", "4_tiep": "10", "4_cu": "3", "4_xong": "10", "4_con": "0"}),
    ]
    versions: dict[tuple[str, str], int] = {}
    for number, (code, line, typed) in enumerate(cases):
        send = rows.sending(code, line, version=versions.get((code, line), 0), key=f"budget-{number:04}", **typed)
        with CaptureQueriesContext(connection) as queries:
            answer = send()
        assert answer.json()["result"] == "saved"
        versions[code, line] = answer.json()["version"]
        work = [each["sql"] for each in queries if not each["sql"].startswith(CONTROL)]
        assert len(work) <= 12, "\n".join(work)


def test_the_panel_tells_what_follows_from_all_rows(rows: Rows) -> None:
    fill(rows.reported)
    put(rows.reported, "1.2", 12)
    panel: Any = rows.client.get(reverse("return_panel", args=[rows.reported.pk])).json()
    assert panel["texts"][rows.name("1.4", "value")] == "−2"
    assert "finding-error" in panel["html"][rows.name("1.1", "review")]
    assert "11 / 11" in panel["html"]["panel-sums"]
    page = rows.page()
    for element in (*panel["texts"], *panel["html"]):
        assert f'id="{element}"' in page
    for markup in panel["html"].values():
        assert markup in page


def test_the_return_before_is_one_of_the_same_kind(rows: Rows) -> None:
    quarter = make_period(rows.world, rows.period.indicator_set, kind=PeriodKind.QUARTER)
    put(return_of(quarter, rows.world.commune_a), "1.1", 3)
    assert ">kỳ trước: 3<" not in rows.page()

"""The page of a return: what it shows to whom, and what works without a script."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import Entry, Return
from parportal.entry.versions import check_sum
from tests.indicators.entry_rows import CONTROL, Login, Rows, text
from tests.indicators.reporting import YEAR, fill, make_period, make_set, put, put_line
from tests.inline import faults
from tests.world import World

pytestmark = pytest.mark.any_database


@pytest.fixture
def rows(world: World, login: Login) -> Rows:
    made = make_set()
    fill(Return.objects.get(period=make_period(world, made, year=YEAR - 1), unit=world.commune_a))
    return Rows(world, make_period(world, made), login("officer_a"))


def test_the_page_needs_few_queries_whatever_it_holds(rows: Rows) -> None:
    url = reverse("return", args=[rows.reported.pk])
    rows.client.get(url)
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert rows.client.get(url).status_code == 200
        work = [each["sql"] for each in queries if not each["sql"].startswith(CONTROL)]
        assert len(work) <= 12, "\n".join(work)
        fill(rows.reported)
        for line in range(2, 30):
            put_line(rows.reported, "4", str(line), {"4.ten": "Đất đai", "4.tiep": line})


def test_a_row_shows_its_value_its_unit_of_measure_and_the_period_before(rows: Rows) -> None:
    put(rows.reported, "2.1", "12.5")
    page = rows.page()
    name = rows.name("2.1", "value")
    assert re.search(rf'<input class="num" name="{name}" value="12,5" inputmode="decimal"', page)
    assert '<span class="measure">triệu đồng</span>' in page
    for before in ("12,5", "Kết hợp", "Tổ công nghệ số cộng đồng", "10"):
        assert f": {before}<" in page, before
    assert faults(rows.client.get(reverse("return", args=[rows.reported.pk]))) == []


def test_a_row_of_another_level_is_not_asked_for(rows: Rows) -> None:
    assert f'id="row-{rows.pk("2.5")}"' in rows.page()
    assert f'id="row-{rows.pk("2.6")}"' not in rows.page()


def test_what_is_typed_is_escaped(rows: Rows) -> None:
    evil = "</textarea><script>alert(1)</script>"
    put(rows.reported, "2.3", evil, note=evil, reason=evil)
    put_line(rows.reported, "4", "1", {"4.ten": evil})
    page = rows.page()
    assert evil not in page
    assert "&lt;script&gt;" in page


def test_labels_name_every_input_and_every_described_place_exists(rows: Rows) -> None:
    put_line(rows.reported, "4", "1", {"4.ten": "Đất đai"})
    page = rows.page()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for named in re.findall(r' aria-(?:describedby|labelledby)="([^"]+)"', page):
        assert set(named.split()) <= set(ids)
    names = re.findall(r'<(?:input|select|textarea)[^>]* name="(r[^"]+)"', page)
    assert len(names) == len(set(names)) > 30
    for tag in re.findall(r"(.{60})<(?:input class|select|textarea)[^>]* name=\"r", page):
        assert "<label" in tag or "</span>" in tag or "> " in tag or tag.endswith(" ")


def test_the_coordinator_reads_and_fills_nothing_in(rows: Rows, login: Login) -> None:
    put(rows.reported, "1.1", 10, note="Theo báo cáo")
    put(rows.reported, "1.2", 12)
    login("coordinator")
    page = rows.page()
    assert "data-row=" not in page
    assert "data-follows" not in page
    assert "Theo báo cáo" in page
    assert "finding-error" in page
    assert "<strong" in page
    assert ">10</strong>" in page


def test_a_return_handed_in_says_that_it_is_locked(rows: Rows) -> None:
    fill(rows.reported)
    Return.objects.filter(pk=rows.reported.pk).update(status="submitted", submitted_at="2025-12-14T10:00Z")
    page = rows.page()
    assert "data-row=" not in page
    assert "14/12/2025" in page


# --- Without a script
def versions(rows: Rows) -> dict[str, str]:
    """What the forms of the page send back of the rows as they were."""
    return dict(re.findall(r'name="(r[^"]+-version)" value="([^"]*)"', rows.page()))


def test_a_plain_form_saves_what_was_changed(rows: Rows) -> None:
    put(rows.reported, "1.1", 10)
    url = reverse("return_rows", args=[rows.reported.pk, rows.pk("1")])
    sent = versions(rows) | {rows.name("1.1", "value"): "10", rows.name("1.2", "value"): "8"}
    answer = rows.client.post(url, sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#section-{rows.pk('1')}")
    assert rows.cells("1.2") == {"1.2": Decimal(8)}
    assert rows.entry("1.1").version == 1
    assert Entry.objects.filter(return_of=rows.reported).count() == 2


def test_a_plain_form_comes_back_with_what_was_refused(rows: Rows) -> None:
    url = reverse("return_rows", args=[rows.reported.pk, rows.pk("1")])
    sent = {rows.name("1.1", "version"): "0-", rows.name("1.1", "value"): "ba", rows.name("1.2", "version"): "0-"}
    answer = rows.client.post(url, sent | {rows.name("1.2", "value"): "8"})
    assert answer.status_code == 422
    page = text(answer)
    assert 'value="ba"' in page
    assert 'aria-invalid="true"' in page
    assert rows.cells("1.2") == {"1.2": Decimal(8)}


def test_a_plain_form_shows_both_after_a_change_by_somebody_else(rows: Rows) -> None:
    put(rows.reported, "1.1", 10)
    url = reverse("return_rows", args=[rows.reported.pk, rows.pk("1")])
    sent = {rows.name("1.1", "version"): f"0-{check_sum([])}", rows.name("1.1", "value"): "12"}
    answer = rows.client.post(url, sent)
    page = text(answer)
    assert answer.status_code == 409
    assert 'value="12"' in page
    assert "10 Nhiệm vụ" in page
    take = rows.client.post(url, sent | {rows.name("1.1", "take"): "1"})
    assert take.status_code == 302
    assert rows.cells("1.1") == {"1.1": Decimal(10)}


# --- Free lines
def line_url(rows: Rows, line: str = "") -> str:
    return reverse("return_line", args=[rows.reported.pk, rows.pk("4"), *([line] if line else [])])


def test_lines_are_added_and_removed(rows: Rows) -> None:
    answer = rows.client.post(line_url(rows), {"count": "10"})
    assert answer["Location"].endswith(f"#row-{rows.pk('4')}-l1")
    assert rows.page().count('class="figure-line') == 12  # and two given ones of the other table
    rows.post("4", "2", version=1, **{"4_ten": "Đất đai", "4_tiep": "5"})
    rows.client.post(line_url(rows, "2"), {"remove": "1"})
    assert not Entry.objects.filter(return_of=rows.reported, line="2").exists()
    history = text(rows.client.get(reverse("return_history", args=[rows.reported.pk])))
    assert "Lĩnh vực: Đất đai · Tiếp nhận: 5" in history
    rows.client.post(line_url(rows), {"count": "1"})
    assert Entry.objects.filter(return_of=rows.reported, line="11").exists()
    late = rows.post("4", "2", version=2, **{"4_ten": "Đất đai"})
    assert late.json()["result"] == "conflict"


def test_a_button_for_lines_saves_the_form_around_it_first(rows: Rows) -> None:
    put_line(rows.reported, "4", "1", {"4.ten": "Hộ tịch"})
    cell = rows.name("4", f"c{rows.pk('4.ten')}", "1")
    sent = {rows.name("4", "version", "1"): "1-", cell: "Hộ tịch, chứng thực", "count": "1"}
    assert rows.client.post(line_url(rows), sent).status_code == 302
    assert rows.cells("4", "1") == {"4.ten": "Hộ tịch, chứng thực"}
    assert Entry.objects.filter(return_of=rows.reported, line="2").exists()


@pytest.mark.parametrize("count", ["0", "-1", "501", "hai", ""])
def test_a_table_does_not_grow_without_end(rows: Rows, count: str) -> None:
    assert rows.client.post(line_url(rows), {"count": count}).status_code == 302
    assert not Entry.objects.filter(return_of=rows.reported).exists()


def test_only_the_unit_adds_lines(rows: Rows, login: Login) -> None:
    url = line_url(rows)
    assert login("coordinator").post(url, {"count": "1"}).status_code == 403
    assert login("officer_b").post(url, {"count": "1"}).status_code == 404


# --- History
def test_the_history_of_a_row_is_in_words(rows: Rows) -> None:
    rows.post("2.2", value="1", as_of_on="14/12/2025")
    rows.post("2.2", value="2", is_estimate="1", version=1)
    rows.post("2.2", value="2", is_estimate="", note="Theo báo cáo", version=2)
    rows.post("3", "xa", **{"3_a": "20"})
    url = reverse("return_history", args=[rows.reported.pk])
    row = text(rows.client.get(f"{url}?row={rows.pk('2.2')}"))
    assert row.count('class="history-what"') == 3
    assert "Theo báo cáo" in row
    assert "Phát phiếu → Kết hợp" in row
    assert "14/12/2025" in row
    assert "Cấp xã" not in row
    line = rows.client.get(f"{url}?row={rows.pk('3')}&line=xa", headers={"HX-Request": "true"})
    assert "<html" not in text(line)
    assert "Tổng số: 20" in text(line)
    whole = text(rows.client.get(url))
    assert "3 · Cấp xã" in whole
    assert "Phát phiếu → Kết hợp" in whole


def test_the_history_of_a_row_that_is_none_is_that_of_the_return(rows: Rows) -> None:
    url = reverse("return_history", args=[rows.reported.pk])
    for query in ("?row=0", "?row=hai", "?row=٣", "?row=1&line=nichts"):
        assert rows.client.get(url + query).status_code == 200

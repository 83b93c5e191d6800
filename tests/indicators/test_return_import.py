"""A workbook of figures is uploaded: what would change is shown, what is accepted is saved as if typed."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from indicators.actions.entries import RowSaid, filling_of, save_entry
from indicators.actions.moves import lock_return, move_return
from indicators.figures import Said
from indicators.models import Entry, Return
from parportal.entry.receipts import user_key
from tests.indicators.reporting import fill, indicator, make_period, make_set, return_of, said_by
from tests.indicators.return_books import Book, accept, changes, download, problems, refusals, upload
from tests.world import World
from units.models import AuditEvent, User

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
D = Decimal


@pytest.fixture
def found(world: World) -> Return:
    return return_of(make_period(world, make_set()), world.commune_a)


@pytest.fixture
def officer(found: Return, login: Login) -> Client:
    return login("officer_a")


def save(world: World, found: Return, code: str, value: str, *, by: str = "leader_a", line: str = "") -> None:
    filling = filling_of(lock_return(found.pk))
    pk = indicator(found.period, code).pk
    place = (pk, line)
    said = RowSaid({pk: D(value)})
    save_entry(filling=filling, place=place, said=said, version=filling.version(place), by=world.people[by])


COLUMNS = ("Lĩnh vực", "Tiếp nhận", "Trong đó", "Đã giải quyết", "Đang giải quyết")


def words(change: Any) -> list[tuple[str, str, str]]:
    return [(each.label, each.now, each.after) for each in change.differences]


def lines_of(found: Return, table: str) -> list[dict[str, Any]]:
    """The lines of a table by code of their columns, in the order in which they were added."""
    entries = Entry.objects.filter(return_of=found, indicator__code=table).exclude(line="").order_by("pk")
    return [
        {value.indicator.code: value.number if value.number is not None else value.text for value in values}
        for values in (each.values.select_related("indicator").order_by("indicator__position") for each in entries)
    ]


# What would change -------------------------------------------------------------------------------------------
def test_the_preview_shows_each_row_before_and_after(world: World, found: Return, officer: Client) -> None:
    save(world, found, "1.1", "10")
    book = download(officer, found)
    book.put("1.1", "1.250").put("2.2", "kết hợp").put("2.5", "7", "as_of_on").put("2.5", "6")
    book.put("2.5", "1/12/2025", "as_of_on").put("2.5", "x", "is_estimate").put("2.5", "Ước tính", "note")
    preview = upload(officer, found, book)
    rows = changes(preview)
    assert set(rows) == {"1.1", "2.2", "2.5"}
    figure = gettext("Figure")
    assert words(rows["1.1"]) == [(figure, "10", "1.250")]
    assert words(rows["2.2"]) == [(figure, "", "Kết hợp")]
    assert [after for _label, _now, after in words(rows["2.5"])] == [
        "6",
        "Ước tính",
        "01/12/2025",
        gettext("yes"),
    ]
    assert said_by(found).whole == {"1.1": 10}, "nothing is kept before it is accepted"
    html = preview.content.decode()
    assert "1.250" in html
    assert "Số nhiệm vụ được giao" in html


def test_what_is_accepted_is_saved_with_one_event(world: World, found: Return, officer: Client) -> None:
    book = download(officer, found).put("1.1", "10").put("1.2", "8").put("2.1", "12,5")
    book.put("2.5", "6").put("2.5", "1/12/2025", "as_of_on").put("2.5", "x", "is_estimate")
    book.put("2.2", "Kết hợp").put("2.3", "Tổ công nghệ\nsố")
    accept(officer, found, upload(officer, found, book, "Quý IV.xlsx"))
    assert said_by(found).whole == {"1.1": 10, "1.2": 8, "1.4": 2, "2.1": D("12.5"), "2.5": 6}
    row = Entry.objects.get(return_of=found, indicator__code="2.5")
    assert (row.as_of_on, row.is_estimate, row.updated_by) == (date(2025, 12, 1), True, world.officer_a)
    texts = Entry.objects.filter(return_of=found).exclude(values__text="").values_list("values__text", flat=True)
    assert set(texts) == {"2", "Tổ công nghệ\nsố"}
    event = AuditEvent.objects.get(action="return.imported")
    assert event.reason == "Quý IV.xlsx"
    assert not AuditEvent.objects.filter(action="return.saved").exists()


def test_only_chosen_rows_are_saved(found: Return, officer: Client) -> None:
    preview = upload(officer, found, download(officer, found).put("1.1", "10").put("1.2", "8"))
    accept(officer, found, preview, "1.2")
    assert said_by(found).whole == {"1.2": 8}


def test_an_empty_cell_is_not_reported_and_not_zero(world: World, found: Return, officer: Client) -> None:
    save(world, found, "1.1", "10")
    book = download(officer, found).put("1.1", None).put("1.2", "0")
    preview = upload(officer, found, book)
    assert words(changes(preview)["1.1"]) == [(gettext("Figure"), "10", "")]
    accept(officer, found, preview)
    assert said_by(found).whole == {"1.2": 0}


# Tables ------------------------------------------------------------------------------------------------------
def test_lines_of_a_table_are_added_changed_and_removed(world: World, found: Return, officer: Client) -> None:
    fill(found)
    book = download(officer, found)
    book.put_line("3", 2, **{"Tổng số": "21"})
    book.put_line("4", 1, **{"Tiếp nhận": "101", "Đang giải quyết": "6"})
    book.put_line("4", 2, **{"Lĩnh vực": "Đất đai", "Tiếp nhận": "7", "Đã giải quyết": "7"}, note="Mới")
    preview = upload(officer, found, book)
    rows = changes(preview)
    assert set(rows) == {"3: Cấp xã", "4: Hộ tịch", "4: Đất đai"}
    assert (rows["4: Đất đai"].is_new, rows["4: Hộ tịch"].is_new) == (True, False)
    accept(officer, found, preview)
    assert [line["4.tiep"] for line in lines_of(found, "4")] == [101, 7]
    assert said_by(found).whole["3.a"] == 21
    again = upload(officer, found, book)
    assert changes(again) == {}, "a file that is uploaded again adds no line twice"

    book = download(officer, found)
    book.put_line(
        "4", 1, **dict.fromkeys(("Lĩnh vực", "Tiếp nhận", "Trong đó", "Đã giải quyết", "Đang giải quyết"))
    )
    preview = upload(officer, found, book)
    (removed,) = changes(preview).values()
    assert removed.is_removed
    accept(officer, found, preview)
    assert [line["4.ten"] for line in lines_of(found, "4")] == ["Đất đai"]


def test_a_line_removed_on_the_portal_is_named(found: Return, officer: Client) -> None:
    fill(found)
    book = download(officer, found)
    Entry.objects.filter(return_of=found, indicator__code="4").delete()
    assert upload(officer, found, book).context["plan"].gone == ("Hồ sơ theo lĩnh vực: Hộ tịch",)
    book.put_line("4", 1, **{"Tiếp nhận": "101"})
    (change,) = changes(upload(officer, found, book)).values()
    assert (change.is_new, change.is_conflict) == (True, True), "proposed to stay removed"


# What cannot be taken ----------------------------------------------------------------------------------------
IMPOSSIBLE = [
    ("1.1", "-1", "0"),
    ("1.1", "mười", ""),
    ("1.1", "1,5", ""),
    ("2.4", "130", "100"),
    ("2.4", "85,125", "2"),
    ("2.1", "1.353", "1353"),
    ("2.2", "Qua điện thoại", "Phát phiếu"),
    ("2.5", "=1+1", ""),
    ("2.5", date(2025, 12, 1), ""),
]


def test_an_impossible_value_is_refused_at_its_cell(found: Return, officer: Client) -> None:
    content = download(officer, found).put("1.2", "8").content
    for code, typed, said in IMPOSSIBLE:
        book = Book(content).put(code, typed)
        preview = upload(officer, found, book)
        ((sheet, cell, reason),) = refusals(preview)
        assert (sheet, cell) == ("Số liệu", book.at(code))
        assert said in reason
        assert set(changes(preview)) == {"1.2"}, "the other rows can be taken"


def test_a_relation_between_figures_keeps_no_row_out(found: Return, officer: Client) -> None:
    preview = upload(officer, found, download(officer, found).put("1.1", "5").put("1.2", "8"))
    accept(officer, found, preview)
    assert said_by(found).whole["1.2"] == 8


def test_files_of_others_are_refused_whole(world: World, found: Return, officer: Client, login: Login) -> None:
    other = return_of(found.period, world.commune_b)
    book = download(login("officer_b"), other).put("1.1", "10")
    officer = login("officer_a")
    (said,) = problems(upload(officer, found, book))
    assert other.unit.name in said
    assert problems(upload(officer, found, b"not a workbook"))
    own = download(officer, found)
    own.figures["A11"].value = None
    own.figures[f"{own.place(own.figures, 'row')}12"].value = "999999"
    assert problems(upload(officer, found, own))


def test_a_line_written_beside_the_form_is_refused_whole(found: Return, officer: Client) -> None:
    book = download(officer, found)
    book.table("3")["B11"].value = "5"
    assert problems(upload(officer, found, book))


# Somebody else meanwhile -------------------------------------------------------------------------------------
def test_what_was_changed_on_the_portal_too_is_a_conflict(world: World, found: Return, officer: Client) -> None:
    book = download(officer, found).put("1.1", "11")
    save(world, found, "1.1", "12")
    preview = upload(officer, found, book)
    change = changes(preview)["1.1"]
    assert change.is_conflict
    assert change.who == str(world.leader_a)
    accept(officer, found, preview)
    assert said_by(found).whole == {"1.1": 12}
    accept(officer, found, preview, "1.1")
    assert said_by(found).whole == {"1.1": 11}


def test_what_changed_after_the_preview_is_left_out(world: World, found: Return, officer: Client) -> None:
    preview = upload(officer, found, download(officer, found).put("1.1", "11").put("1.2", "8"))
    save(world, found, "1.1", "12")
    answer = accept(officer, found, preview)
    assert said_by(found).whole["1.1"] == 12
    assert said_by(found).whole["1.2"] == 8
    assert "Số nhiệm vụ được giao" in " ".join(str(each) for each in answer.context["messages"])


def test_a_submitted_return_takes_nothing(world: World, found: Return, officer: Client) -> None:
    fill(found)
    preview = upload(officer, found, download(officer, found).put("1.1", "11"))
    move_return(found=found, name="submit", by=world.leader_a)
    assert accept(officer, found, preview, follow=False).status_code == 409
    assert said_by(found).whole["1.1"] == 10
    assert b'type="file"' not in officer.get(reverse("return_import", args=[found.pk])).content


def test_a_preview_is_of_one_return_and_one_person(world: World, found: Return, login: Login) -> None:
    preview = upload(login("officer_a"), found, download(login("officer_a"), found).put("1.1", "11"))
    name = changes(preview)["1.1"].name
    url = reverse("return_import", args=[found.pk])
    answer = login("leader_a").post(url, {"sealed": preview.context["sealed"], name: "file"})
    assert answer.status_code == 422
    assert said_by(found) == Said({}, {})


# There and back ----------------------------------------------------------------------------------------------
def test_a_return_goes_through_a_workbook_into_another_period_without_loss(
    world: World, found: Return, officer: Client
) -> None:
    """Every cell of a full workbook, copied into the empty one of another year, makes the same return."""
    fill(found)
    full = download(officer, found)
    other = return_of(make_period(world, found.period.indicator_set, year=2026), world.commune_a)
    empty = download(officer, other)
    for sheet in full.book.worksheets:
        for line in sheet.iter_rows(min_row=9):
            for cell in line:
                if not cell.protection.locked and cell.value is not None:
                    empty.book[sheet.title][cell.coordinate].value = cell.value
    accept(officer, other, upload(officer, other, empty))
    assert said_by(other) == said_by(found)
    assert lines_of(other, "4") == lines_of(found, "4")
    assert stored(other) == stored(found)


def stored(found: Return) -> set[tuple[Any, ...]]:
    columns = ("indicator__code", "line", "note", "reason", "as_of_on", "is_estimate")
    values = ("values__indicator__code", "values__number", "values__text")
    return set(Entry.objects.filter(return_of=found).values_list(*columns, *values))


def test_a_book_is_read_without_a_query_for_each_row(
    found: Return, officer: Client, django_assert_max_num_queries: Any
) -> None:
    fill(found)
    book: Book = download(officer, found).put("1.1", "11")
    with django_assert_max_num_queries(12):
        upload(officer, found, book)


# Rows that a browser could not send ----------------------------------------------------------------------------
def unsent(found: Return, user: User, *rows: tuple[str, int, dict[str, str]]) -> bytes:
    """The file that the browser writes when a person logs out with rows that were not sent."""
    kept = [
        {"row": name, "code": "1", "key": "8d0a1f7e-5b7e-4a53", "version": version, "fields": fields}
        for name, version, fields in rows
    ]
    page = {"url": f"/statistics/returns/{found.pk}/", "title": "Phiếu", "rows": kept}
    saved_at = "2026-11-21T03:42:00Z"
    head = {"format": "par-portal-rows", "version": 1, "user": user_key(user), "saved_at": saved_at}
    return json.dumps({**head, "sheets": [page]}).encode()


def test_rows_that_were_not_sent_are_taken_from_their_file(world: World, found: Return, officer: Client) -> None:
    fill(found)
    figure, table = indicator(found.period, "1.1").pk, indicator(found.period, "4").pk
    line = {f"c{indicator(found.period, code).pk}": text for code, text in (("4.ten", "Hộ tịch"), ("4.tiep", "7"))}
    content = unsent(
        found,
        world.leader_a,
        (f"{figure}", 1, {"value": "11", "note": "Gõ khi mất mạng", "is_estimate": "1"}),
        (f"{table}-l1", 0, line),
    )
    preview = upload(officer, found, content, "par-portal.json")
    rows = changes(preview)
    assert (rows["1.1"].is_conflict, rows["4: Hộ tịch"].is_conflict) == (False, True)
    assert str(world.leader_a) in preview.content.decode()
    accept(officer, found, preview, "1.1", "4: Hộ tịch")
    row = Entry.objects.get(return_of=found, indicator=figure)
    assert (row.note, row.is_estimate, row.values.get().number) == ("Gõ khi mất mạng", True, D(11))
    assert lines_of(found, "4") == [{"4.ten": "Hộ tịch", "4.tiep": 7}]


@pytest.mark.parametrize("name", ["", "abc", "12-", "999999"])
def test_a_file_of_unsent_rows_is_not_trusted(world: World, found: Return, officer: Client, name: str) -> None:
    assert problems(upload(officer, found, unsent(found, world.officer_a, (name, 1, {"value": "1"})), "x.json"))

"""A filled workbook, or rows that were not sent, uploaded: a preview row by row, then what was accepted."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.sheets import move_sheet
from scoring.models import ScoreSheet, UnitResult
from tests.entry.books import named, part, with_parts
from tests.scoring.replacing import change, remove, renumber, replaced
from tests.scoring.sheet_books import (
    Sheet,
    accept,
    changes,
    download,
    problems,
    refusals,
    save,
    stored,
    told,
    upload,
)
from tests.world import World, submit
from units.models import AuditChange, AuditEvent

Login = Callable[[str], Client]


@pytest.fixture
def sheet(world: World) -> ScoreSheet:
    return world.sheet(world.commune_a)


@pytest.fixture
def officer(world: World, login: Login) -> Client:
    return login("officer_a")


# Preview and acceptance ---------------------------------------------------------------------------------------
def test_a_preview_says_now_and_after_and_keeps_nothing(world: World, officer: Client, sheet: ScoreSheet) -> None:
    save(world, "3", {"points": Decimal("1.5")}, note="Cũ")
    found = (
        download(officer, sheet).put("3", points="1,75", note="Mới").put("2.1", numerator="8", denominator="10")
    )
    preview = upload(officer, sheet, found)
    assert list(changes(preview)) == ["2.1", "3"]
    parts = [(each.now, each.after) for each in changes(preview)["3"].differences]
    assert parts == [("Điểm: 1,5", "Điểm: 1,75"), ("1,50 / 2", "1,75 / 2"), ("Cũ", "Mới")]
    assert preview.context["plan"].unchanged == 4
    assert stored(world, "3").self_points == Decimal("1.5")
    assert not AuditEvent.objects.filter(action="sheet.imported").exists()


def test_accepted_rows_are_saved_as_if_typed_with_one_event(
    world: World, officer: Client, sheet: ScoreSheet
) -> None:
    found = download(officer, sheet).put("3", points="1,75", note="Đã đối chiếu").put("1.1", state="không áp dụng")
    found.put("1.1", reason="Xã không có", why_no_evidence="Chưa có văn bản").put("2.1", state="không phát sinh")
    found.put("1.2.1", on_time=13, late="11", undone="5")
    answer = accept(officer, sheet, upload(officer, sheet, found, "phieu.xlsx"))
    assert answer.redirect_chain[-1][0] == reverse("sheet", args=[sheet.pk])
    third = stored(world, "3")
    assert (third.state, third.answers, third.self_points) == ("answered", {"points": "1.75"}, Decimal("1.75"))
    assert (third.note, third.updated_by) == ("Đã đối chiếu", world.officer_a)
    claimed = stored(world, "1.1")
    assert (claimed.state, claimed.reason, claimed.self_points) == ("not_applicable", "Xã không có", None)
    assert claimed.why_no_evidence == "Chưa có văn bản"
    assert stored(world, "2.1").state == "no_case"
    assert stored(world, "1.2.1").self_points == Decimal("1.91")
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    assert result.earned_points == Decimal("3.66")
    [event] = AuditEvent.objects.about(sheet).filter(action="sheet.imported")
    assert (event.reason, event.by) == ("phieu.xlsx", world.officer_a)
    told_of = AuditChange.objects.filter(event=event, row_id=third.pk, attribute="self_points")
    assert [(each.old, each.new) for each in told_of] == [("", "1.75")]
    assert not AuditEvent.objects.filter(action="score.saved").exists()


def test_only_the_rows_chosen_are_saved(world: World, officer: Client, sheet: ScoreSheet) -> None:
    found = download(officer, sheet).put("3", points="1").put("1.2.2", count="3")
    accept(officer, sheet, upload(officer, sheet, found), "3")
    assert (stored(world, "3").state, stored(world, "1.2.2").state) == ("answered", "not_answered")
    answer = accept(officer, sheet, upload(officer, sheet, found), "none")
    assert stored(world, "1.2.2").state == "not_answered"
    assert told(answer)


def test_emptied_cells_take_an_answer_back(world: World, officer: Client, sheet: ScoreSheet) -> None:
    save(world, "3", {"points": Decimal("1.5")})
    found = download(officer, sheet).put("3", points=None)
    accept(officer, sheet, upload(officer, sheet, found))
    assert (stored(world, "3").state, stored(world, "3").self_points) == ("not_answered", None)


# Both sides changed a row -------------------------------------------------------------------------------------
def test_a_row_changed_on_both_sides_is_a_conflict_that_keeps_the_portal(
    world: World, officer: Client, sheet: ScoreSheet
) -> None:
    found = download(officer, sheet).put("3", points="1,75")
    save(world, "3", {"points": Decimal(1)}, by="leader_a")
    preview = upload(officer, sheet, found)
    conflict = changes(preview)["3"]
    assert (conflict.is_conflict, conflict.who) == (True, str(world.leader_a))
    text = preview.content.decode()
    assert text.index('value="file"') < text.index('value="" checked')
    accept(officer, sheet, preview)
    assert stored(world, "3").self_points == 1
    accept(officer, sheet, preview, "3")
    assert stored(world, "3").self_points == Decimal("1.75")


def test_a_row_that_nobody_touched_in_the_file_is_no_conflict(
    world: World, officer: Client, sheet: ScoreSheet
) -> None:
    save(world, "3", {"points": Decimal("1.5")}, note="Trước")
    found = download(officer, sheet).put("1.2.2", count="2")
    save(world, "3", {"points": Decimal(1)}, by="leader_a")
    preview = upload(officer, sheet, found)
    assert list(changes(preview)) == ["1.2.2"]
    assert preview.context["plan"].unchanged == 5


def test_the_same_change_on_both_sides_is_no_conflict(world: World, officer: Client, sheet: ScoreSheet) -> None:
    found = download(officer, sheet).put("3", points="1,75")
    save(world, "3", {"points": Decimal("1.75")}, by="leader_a")
    assert changes(upload(officer, sheet, found)) == {}


def test_a_row_changed_after_the_preview_is_left_out_and_told(
    world: World, officer: Client, sheet: ScoreSheet
) -> None:
    found = download(officer, sheet).put("3", points="1,75").put("1.2.2", count="2")
    preview = upload(officer, sheet, found)
    save(world, "3", {"points": Decimal(1)}, by="leader_a")
    answer = accept(officer, sheet, preview)
    assert stored(world, "3").self_points == 1
    assert stored(world, "1.2.2").self_points == 1
    assert "3:" in told(answer)


def test_a_sheet_locked_after_the_preview_takes_nothing(world: World, officer: Client, sheet: ScoreSheet) -> None:
    preview = upload(officer, sheet, download(officer, sheet).put("3", points="1"))
    move_sheet(sheet=sheet, name="propose", by=world.officer_a)
    answer = accept(officer, sheet, preview, follow=False)
    assert answer.status_code == 409
    assert stored(world, "3").state == "not_answered"
    assert officer.get(reverse("sheet_import", args=[sheet.pk])).context["locked"]


def test_a_preview_is_good_for_its_sheet_and_its_person_only(
    world: World, officer: Client, sheet: ScoreSheet, login: Login
) -> None:
    preview = upload(officer, sheet, download(officer, sheet).put("3", points="1"))
    url = reverse("sheet_import", args=[sheet.pk])
    data = {"sealed": preview.context["sealed"], f"take-{stored(world, '3').criterion_id}": "file"}
    assert login("leader_a").post(url, data).status_code == 422
    assert officer.post(url, {**data, "sealed": data["sealed"][:-2] + "xx"}).status_code == 422
    other = reverse("sheet_import", args=[world.sheet(world.commune_b).pk])
    assert login("officer_b").post(other, data).status_code == 422
    assert stored(world, "3").state == "not_answered"


# What cannot be taken -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("3", {"points": "2,5"}),
        ("3", {"points": "hai"}),
        ("2.2", {"percent": "1.353"}),
        ("2.2", {"percent": "=1+1"}),
        ("2.2", {"percent": openpyxl.utils.datetime.from_excel(45000)}),
        ("2.2", {"percent": True}),
        ("2.1", {"numerator": "11", "denominator": "10"}),
        ("2.1", {"numerator": "3"}),
        ("1.1", {"option": "Ban hành"}),
        ("1.2.2", {"count": 1.5}),
        ("1.1", {"state": "không áp dụng"}),
        ("1.1", {"state": "bỏ qua"}),
        ("3", {"points": "1", "note": "x" * 4001}),
        ("3", {"points": "9" * 600}),
    ],
)
def test_an_impossible_row_is_refused_at_its_cell_and_the_others_are_taken(
    world: World, officer: Client, sheet: ScoreSheet, code: str, values: dict[str, Any]
) -> None:
    found = download(officer, sheet).put(code, **values)
    found.put("1.2.2", count="2") if code != "1.2.2" else found.put("3", points="1")
    preview = upload(officer, sheet, found)
    cells = {found.at(code, name) for name in (*values, "reason") if name != "reason" or code == "1.1"}
    cells |= {found.at("2.1", "denominator")} if code == "2.1" else set()
    assert refusals(preview)
    assert all(any(cell in place for cell in cells) for place, _reason in refusals(preview))
    other = "3" if code == "1.2.2" else "1.2.2"
    assert list(changes(preview)) == [other]
    accept(officer, sheet, preview)
    assert (stored(world, code).state, stored(world, other).state) == ("not_answered", "answered")


def test_a_number_with_a_thousands_mark_is_asked_about_in_words(officer: Client, sheet: ScoreSheet) -> None:
    [(place, reason)] = refusals(upload(officer, sheet, download(officer, sheet).put("2.2", percent="1.353")))
    assert place.startswith("2.2 (F")
    assert "1353" in reason
    assert "1,3530" in reason


def with_key(found: Sheet, key: str, value: str) -> Sheet:
    identity = found.book["portal"]
    line = next(line for line in range(1, 10) if identity[f"A{line}"].value == key)
    identity[f"B{line}"].value = value
    return found


def test_the_workbook_of_another_sheet_is_refused_in_words(world: World, login: Login) -> None:
    client = login("officer_b")
    found = download(client, world.sheet(world.commune_b))
    answer = upload(login("officer_a"), world.sheet(world.commune_a), found)
    assert problems(answer) == [("", "")]
    assert "Xã Đắk Ruồng" in answer.content.decode()


@pytest.mark.parametrize("broken", ["layout", "format", "header", "renamed", "no identity", "stray", "merged"])
def test_a_broken_layout_is_refused_whole(world: World, officer: Client, sheet: ScoreSheet, broken: str) -> None:
    found = download(officer, sheet).put("3", points="1")
    match broken:
        case "layout":
            with_key(found, "layout", "2")
        case "format":
            with_key(found, "format", "khac")
        case "header":
            found.sheet["F8"].value = None
        case "renamed":
            found.sheet.title = "Bảng 1"
        case "no identity":
            del found.book["portal"]
        case "stray":
            found.sheet["F9"].value = "5"
        case "merged":
            found.sheet.merge_cells("F10:G11")
    assert problems(upload(officer, sheet, found))
    assert stored(world, "3").state == "not_answered"


def test_a_line_that_stands_twice_is_refused(world: World, officer: Client, sheet: ScoreSheet) -> None:
    found = download(officer, sheet)
    found.put("3", points="1")
    last = found.sheet.max_row + 1
    for column in "FMN":
        found.sheet[f"{column}{last}"].value = found.sheet[f"{column}{found.lines('3')[0]}"].value
    preview = upload(officer, sheet, found)
    assert [place for place, _reason in refusals(preview)] == [f"F{last}"]
    assert changes(preview) == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 nothing",
        b"<html></html>",
        b"{",
        b"{}",
        b'{"format": "par-portal-rows"}',
        b'{"format": "par-portal-rows", "version": 2, "sheets": []}',
        b"{" + b'"a": [' * 100_000,
        b'{"format": "\xff"}',
    ],
)
def test_other_files_are_refused_in_words(officer: Client, sheet: ScoreSheet, content: bytes) -> None:
    answer = upload(officer, sheet, content)
    assert problems(answer)
    assert "notice-error" in answer.content.decode()


def test_a_workbook_with_macros_or_a_bomb_is_refused(officer: Client, sheet: ScoreSheet) -> None:
    found = named(download(officer, sheet).content)
    macros = with_parts(found, {"xl/vbaProject.bin": b"x"})
    assert problems(upload(officer, sheet, macros.getvalue()))
    entity = part(found, "xl/worksheets/sheet1.xml").replace(
        b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1
    )
    assert problems(upload(officer, sheet, with_parts(found, {"xl/worksheets/sheet1.xml": entity}).getvalue()))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"0" * 60_000_000)
    assert problems(upload(officer, sheet, bomb.getvalue()))


def test_a_file_that_is_too_large_is_refused(officer: Client, sheet: ScoreSheet) -> None:
    assert upload(officer, sheet, b"{" + b" " * 2_200_000).status_code == 422


# The set was replaced -----------------------------------------------------------------------------------------
def test_rows_are_found_after_the_set_was_replaced_and_others_listed(
    world: World, officer: Client, sheet: ScoreSheet
) -> None:
    found = download(officer, sheet)
    found.put("3", points="1,75").put("1.2.2", count="2").put("2.2", percent="90").put("1.1", note="Ghi chú")
    replaced(world, renumber("1.2.2", "1.2.3"), remove("2.2"), change("1.1", guidance="Theo mẫu mới"))
    sheet = world.sheet(world.commune_a)
    preview = upload(officer, sheet, found)
    assert sorted(changes(preview)) == ["1.1", "1.2.3", "3"]
    assert preview.context["plan"].gone == ("2.2",)
    accept(officer, sheet, preview)
    assert stored(world, "1.2.3").self_points == 1
    assert stored(world, "3").self_points == Decimal("1.75")


# Who may ----------------------------------------------------------------------------------------------------
def test_who_reads_the_sheet_gets_the_rows_that_he_sees(world: World, login: Login) -> None:
    submit(world, world.commune_a)
    sheet = world.sheet(world.commune_a)
    found = download(login("justice_officer"), sheet)
    codes = {found.sheet[f"A{line}"].value for line in range(9, found.sheet.max_row + 1)}
    assert {"2.1", "2.2"} <= codes
    assert "1.1" not in codes
    assert login("officer_b").get(reverse("sheet_workbook", args=[sheet.pk])).status_code == 404
    assert login("coordinator").get(reverse("sheet_import", args=[sheet.pk])).status_code == 403


def test_the_sheet_links_to_what_the_person_may_do(world: World, login: Login, sheet: ScoreSheet) -> None:
    urls = [reverse(name, args=[sheet.pk]) for name in ("sheet_workbook", "sheet_import", "sheet_last_year")]
    mine = login("officer_a").get(reverse("sheet", args=[sheet.pk])).content.decode()
    theirs = login("coordinator").get(reverse("sheet", args=[sheet.pk])).content.decode()
    assert [url in mine for url in urls] == [True, True, True]
    assert [url in theirs for url in urls] == [True, False, False]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    world: World, officer: Client, sheet: ScoreSheet, django_assert_max_num_queries: Any
) -> None:
    found = download(officer, sheet)
    for code, values in {"3": {"points": "1"}, "1.2.2": {"count": "2"}, "2.2": {"percent": "90"}}.items():
        found.put(code, **values)
    content = found.content
    with django_assert_max_num_queries(16):
        upload(officer, sheet, content)
    with django_assert_max_num_queries(16):
        officer.get(reverse("sheet_workbook", args=[sheet.pk]))

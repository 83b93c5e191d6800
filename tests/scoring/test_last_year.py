"""Notes and evidence of last year as a start: copied to be checked, never points, and taken away again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheet_files import copy_last_year, remove_copies
from scoring.actions.sheets import move_sheet
from scoring.last_year import earlier_sheets, last_year
from scoring.models import Campaign, CriteriaSet, Criterion, Evidence, Score, ScoreSheet
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.world import World, make_set
from units.models import AuditEvent, Lineage, Unit

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sheet(world: World) -> ScoreSheet:
    return world.sheet(world.commune_a)


def earlier(
    world: World, where: Unit, *, year: int = 2023, criteria_set: CriteriaSet | None = None, **notes: str
) -> ScoreSheet:
    """A published sheet of an earlier year with notes by code (1.1 as _1_1); every row is answered."""
    used = criteria_set or world.criteria_set
    campaign = Campaign.objects.create(
        code=f"dot-{year}-{where.code}",
        title=f"Đợt {year}",
        owner=world.district,
        criteria_set=used,
        year=year,
        status="closed",
    )
    found = ScoreSheet.objects.create(campaign=campaign, unit=where, status="published")
    for leaf in used.criteria.leaves():
        note = notes.get("_" + leaf.code.replace(".", "_"), "")
        Score.objects.create(
            sheet=found, criterion=leaf, state="answered", note=note, counted_max_points=leaf.max_points
        )
    return found


def document(where: ScoreSheet, number: str, *codes: str, content: bytes = b"", **columns: Any) -> Evidence:
    found = Evidence(sheet=where, number=number, issued_on=date(2023, 5, 4), issuer="UBND xã", **columns)
    if content:
        found.extension, found.content_type, found.sha256 = "pdf", "application/pdf", "a" * 64
        found.original_name, found.size = "bao-cao.pdf", len(content)
        found.file.save("bao-cao.pdf", ContentFile(content), save=False)
    found.save()
    found.scores.set(where.scores.filter(criterion__code__in=codes))
    return found


def content_of(evidence: Evidence) -> bytes:
    with evidence.file.storage.open(str(evidence.file.name)) as file:
        return bytes(file.read())


def row(world: World, code: str) -> Score:
    return world.score(world.commune_a, code)


def note(world: World, code: str, text: str) -> None:
    score = row(world, code)
    entry = RowEntry(LeafState.NOT_ANSWERED, {}, note=text)
    save_score(score=score, entry=entry, version=score.version, by=world.officer_a)


def test_notes_and_documents_are_copied_to_be_checked(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a, _1_1="Theo kế hoạch", _3="Đã xử lý")
    old = document(source, "12/BC-UBND", "1.1", "2.1", content=b"%PDF-1.4", page="trang 3")
    before = (row(world, "1.1").version, row(world, "1.1").state)
    done = copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    assert (done.notes, done.documents, done.without_file) == (2, 1, 0)
    copied = row(world, "1.1")
    assert (copied.note, copied.to_check, copied.answers, copied.self_points) == ("Theo kế hoạch", True, {}, None)
    assert (copied.version, copied.state) == (before[0] + 1, before[1])
    [copy] = Evidence.objects.filter(sheet=sheet)
    assert [score.criterion.code for score in copy.scores.order_by("criterion__position")] == ["1.1", "2.1"]
    assert (copy.number, copy.issued_on, copy.page, copy.to_check) == (old.number, old.issued_on, "trang 3", True)
    assert (copy.original_name, copy.sha256, copy.size) == (old.original_name, old.sha256, old.size)
    assert copy.file.name != old.file.name
    assert content_of(copy) == b"%PDF-1.4"
    [event] = AuditEvent.objects.about(sheet).filter(action="sheet.copied")
    assert {change.attribute for change in event.changes.all()} == {"note", "evidence"}
    assert event.reason == str(source)


def test_rows_that_hold_something_are_left_alone(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a, _1_1="Năm trước", _3="Năm trước")
    document(source, "1/BC", "3")
    note(world, "1.1", "Năm nay")
    found = last_year(sheet, source, world.officer_a)
    assert ([each.score.criterion.code for each in found.rows], found.left_alone) == (["3"], 1)
    copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    assert row(world, "1.1").note == "Năm nay"
    again = copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    assert (again.notes, again.documents) == (0, 0)
    assert Evidence.objects.filter(sheet=sheet).count() == 1


def test_what_nobody_checked_can_be_taken_away_again(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a, _1_1="Theo kế hoạch", _3="Đã xử lý")
    kept = document(source, "1/BC", "2.1", content=b"%PDF-1.4")
    document(source, "2/BC", "2.2")
    copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    note(world, "3", "Đã xem lại")
    Evidence.objects.filter(sheet=sheet, number="2/BC").update(to_check=False)
    done = remove_copies(sheet=sheet, by=world.officer_a)
    assert (done.notes, done.documents) == (1, 1)
    assert (row(world, "1.1").note, row(world, "1.1").to_check) == ("", False)
    assert row(world, "3").note == "Đã xem lại"
    assert [each.number for each in Evidence.objects.filter(sheet=sheet)] == ["2/BC"]
    assert content_of(kept) == b"%PDF-1.4"
    assert AuditEvent.objects.about(sheet).filter(action="sheet.copies_removed").count() == 1
    remove_copies(sheet=sheet, by=world.officer_a)
    assert AuditEvent.objects.about(sheet).filter(action="sheet.copies_removed").count() == 1


def test_a_leader_approved_copy_is_not_taken_away(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a)
    document(source, "1/BC", "2.1")
    copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung")
    assert remove_copies(sheet=world.sheet(world.commune_a), by=world.officer_a).documents == 0


def test_files_in_quarantine_and_missing_files_come_as_references(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a)
    document(source, "1/BC", "1.1", content=b"%PDF-1.4", scan="infected")
    document(source, "", "2.1", content=b"%PDF-1.4", scan="waiting")
    gone = document(source, "3/BC", "2.2", content=b"%PDF-1.4")
    gone.file.storage.delete(str(gone.file.name))
    assert len(last_year(sheet, source, world.officer_a).without_file) == 2
    done = copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    assert (done.documents, done.without_file) == (3, 3)
    assert sorted(str(each) for each in Evidence.objects.filter(sheet=sheet)) == ["1/BC", "3/BC", "bao-cao.pdf"]
    assert not any(each.file for each in Evidence.objects.filter(sheet=sheet))


def test_a_replaced_version_of_a_document_is_not_copied(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a)
    first = document(source, "1/BC", "1.1")
    document(source, "1/BC (sửa)", "1.1", replaces=first)
    copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    assert [each.number for each in Evidence.objects.filter(sheet=sheet)] == ["1/BC (sửa)"]


def test_no_file_stays_behind_when_nothing_is_written(
    world: World, sheet: ScoreSheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = earlier(world, world.commune_a)
    document(source, "1/BC", "1.1", content=b"%PDF-1.4")
    before = sorted(tmp_path.rglob("*.pdf"))
    monkeypatch.setattr("scoring.actions.sheet_files.record_copies", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    assert sorted(tmp_path.rglob("*.pdf")) == before
    assert not Evidence.objects.filter(sheet=sheet).exists()


def test_a_locked_sheet_takes_nothing(world: World, sheet: ScoreSheet) -> None:
    source = earlier(world, world.commune_a, _1_1="Theo kế hoạch")
    move_sheet(sheet=sheet, name="propose", by=world.officer_a)
    with pytest.raises(MoveRefused):
        copy_last_year(sheet=sheet, source=source, by=world.officer_a)
    with pytest.raises(MoveRefused):
        remove_copies(sheet=sheet, by=world.officer_a)
    assert row(world, "1.1").note == ""


# Which rows, which sheet --------------------------------------------------------------------------------------
def test_a_code_that_asks_something_else_takes_nothing_over(world: World, sheet: ScoreSheet) -> None:
    before = make_set(world.district, code="bo-nam-truoc")
    Criterion.objects.filter(criteria_set=before, code="3").update(title="Trang thiết bị phòng họp trực tuyến")
    Criterion.objects.filter(criteria_set=before, code="1.1").update(code="1.9")
    source = earlier(world, world.commune_a, criteria_set=before, _1_9="Kế hoạch", _3="Khác hẳn", _2_1="Văn bản")
    found = last_year(sheet, source, world.officer_a)
    assert {each.score.criterion.code: each.note for each in found.rows} == {"1.1": "Kế hoạch", "2.1": "Văn bản"}


def test_the_own_sheet_of_the_latest_year_comes_first(world: World, sheet: ScoreSheet) -> None:
    other = Unit.objects.create(
        code="23400", name="Xã Đã Nhập", type="commune", parent=world.district, valid_from=date(2020, 1, 1)
    )
    Lineage.objects.create(predecessor=other, successor=world.commune_a, kind="whole")
    earlier(world, world.commune_a, year=2022)
    merged, own = earlier(world, other), earlier(world, world.commune_a)
    earlier(world, world.commune_b)
    assert earlier_sheets(sheet, world.officer_a) == [own, merged]


def test_the_page_lets_choose_between_predecessors_and_copies(
    world: World, login: Login, sheet: ScoreSheet
) -> None:
    other = Unit.objects.create(
        code="23400", name="Xã Đã Nhập", type="commune", parent=world.district, valid_from=date(2020, 1, 1)
    )
    Lineage.objects.create(predecessor=other, successor=world.commune_a, kind="whole")
    earlier(world, world.commune_a, _1_1="Của mình")
    source = earlier(world, other, _1_1="Của xã cũ")
    client, url = login("officer_a"), reverse("sheet_last_year", args=[sheet.pk])
    assert client.get(url).context["found"] is None
    page = client.get(url, {"source": source.pk})
    assert "Của xã cũ" in page.content.decode()
    assert row(world, "1.1").note == ""
    copied = client.post(url, {"source": source.pk}, follow=True)
    assert row(world, "1.1").note == "Của xã cũ"
    assert copied.context["unchecked_notes"] == 1
    assert client.post(url, {"remove": "1"}, follow=True).context["unchecked_notes"] == 0
    assert row(world, "1.1").note == ""


def test_a_sheet_of_strangers_is_no_source(world: World, login: Login, sheet: ScoreSheet) -> None:
    foreign = earlier(world, world.commune_b, _1_1="Của xã khác")
    client, url = login("officer_a"), reverse("sheet_last_year", args=[sheet.pk])
    page = client.post(url, {"source": foreign.pk})
    assert page.context["sources"] == []
    assert row(world, "1.1").note == ""
    assert login("officer_b").get(url).status_code == 404
    assert login("coordinator").get(url).status_code == 403

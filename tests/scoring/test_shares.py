"""A sheet divided: who is given a part sees and fills in only that, until its deadline; the owner the whole."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from scoring.actions.evidence import link_evidence
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.shares import (
    RowsStillOpen,
    ShareEntry,
    give_share,
    reopen_share,
    report_done,
    take_back_share,
)
from scoring.actions.sheets import move_sheet
from scoring.filling import is_row_filled_by, shared_tasks, why_row_is_locked
from scoring.models import Campaign, Evidence, Score, ScoreSheet, Share, SheetStatus
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.conftest import forget_sets
from tests.scoring.replacing import change, remove, replaced
from tests.world import World, person, submit
from units.access import Role
from units.audit import Action
from units.models import AuditEvent, Membership, Notice, Unit, User


@pytest.fixture(autouse=True)
def english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


TWO = RowEntry(LeafState.ANSWERED, {"points": Decimal(2)})
THREE = RowEntry(LeafState.ANSWERED, {"count": 3})


def give(world: World, code: str, filler: User | Unit, **columns: Any) -> Share:
    """A part of commune A's sheet, given by its officer."""
    criterion = world.criteria_set.criteria.get(code=code)
    by = columns.pop("by", world.officer_a)
    return give_share(sheet=world.sheet(world.commune_a), entry=ShareEntry(criterion, filler, **columns), by=by)


def codes(rows: Any) -> list[str]:
    return list(rows.order_by("criterion__position").values_list("criterion__code", flat=True))


def save(world: World, code: str, by: User, entry: RowEntry = TWO) -> None:
    score = world.score(world.commune_a, code)
    save_score(score=score, entry=entry, version=score.version, by=by)


def test_an_agency_sees_and_fills_in_only_its_part(world: World) -> None:
    justice = world.justice_officer
    assert not ScoreSheet.objects.visible_to(justice).exists()
    give(world, "1.2", world.justice)
    assert list(ScoreSheet.objects.visible_to(justice)) == [world.sheet(world.commune_a)]
    assert codes(Score.objects.visible_to(justice)) == ["1.2.1", "1.2.2"]
    assert codes(Score.objects.fillable_by(justice)) == ["1.2.1", "1.2.2"]
    save(world, "1.2.2", justice, THREE)
    assert world.score(world.commune_a, "1.2.2").self_points == Decimal("1.5")
    with pytest.raises(MoveRefused, match="only its unit"):
        save(world, "3", justice)
    with pytest.raises(MoveRefused):
        move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=justice)
    assert Notice.objects.filter(user=justice, kind=Notice.Kind.SHARED).count() == 1
    assert AuditEvent.objects.filter(action=Action.SHARE_GIVEN, by=world.officer_a).count() == 1


def test_the_nearest_part_above_a_row_counts(world: World) -> None:
    deputy = person("deputy", (Role.APPRAISER, world.commune_a))
    give(world, "1", world.justice)
    give(world, "1.2", deputy)
    assert codes(Score.objects.visible_to(world.justice_officer)) == ["1.1"]
    assert codes(Score.objects.visible_to(deputy)) == ["1.2.1", "1.2.2"]
    give(world, "1.2.1", world.justice)
    assert codes(Score.objects.fillable_by(world.justice_officer)) == ["1.1", "1.2.1"]
    assert codes(Score.objects.fillable_by(deputy)) == ["1.2.2"]
    assert why_row_is_locked(world.score(world.commune_a, "1.2.1"), deputy)
    assert not why_row_is_locked(world.score(world.commune_a, "1.2.2"), deputy)


def test_an_officer_who_was_given_a_part_reads_the_whole_and_fills_in_the_part(world: World) -> None:
    second = person("second", (Role.OFFICER, world.commune_a))
    save(world, "3", second)
    give(world, "2", second)
    second = User.objects.get(pk=second.pk)
    assert len(codes(Score.objects.visible_to(second))) == 6
    assert codes(Score.objects.fillable_by(second)) == ["2.1", "2.2"]
    for code, allowed in (("2.1", True), ("3", False)):
        assert is_row_filled_by(world.score(world.commune_a, code), second) == allowed
    with pytest.raises(MoveRefused):
        save(world, "3", second)
    sheet = world.sheet(world.commune_a)
    assert not sheet.is_filled_by(second)
    assert sheet.is_filled_by(world.officer_a)
    assert sheet.is_filled_by(world.leader_a)
    with pytest.raises(MoveRefused, match="not yours"):
        move_sheet(sheet=sheet, name="propose", by=second)


def test_the_owner_fills_in_what_was_given_away_too(world: World) -> None:
    give(world, "3", world.justice)
    for by in (world.officer_a, world.leader_a):
        save(world, "3", by)
    assert len(codes(Score.objects.fillable_by(world.officer_a))) == 6


def test_who_fills_in_the_whole_pays_no_query_and_a_sharer_one(world: World) -> None:
    def first_row() -> Score:
        return world.score(world.commune_a, "1.1")

    for by in (world.officer_a, world.leader_a):
        score, standing = first_row(), by.standing
        assert standing
        with CaptureQueriesContext(connection) as queries:
            assert why_row_is_locked(score, by) == ""
            assert is_row_filled_by(score, by)
        assert len(queries) == 0
    give(world, "1", world.justice)
    score, justice = first_row(), world.justice_officer
    why_row_is_locked(first_row(), justice)
    with CaptureQueriesContext(connection) as queries:
        assert why_row_is_locked(score, justice) == ""
    assert len(queries) == 1


def test_the_inner_deadline_locks_the_part_and_says_whom_to_ask(world: World) -> None:
    due_at = timezone.now() + timedelta(days=2)
    give(world, "1.2", world.justice, due_at=due_at)
    justice = world.justice_officer
    with time_machine.travel(due_at, tick=False):
        assert why_row_is_locked(world.score(world.commune_a, "1.2.2"), justice) == ""
    with time_machine.travel(due_at + timedelta(seconds=1), tick=False):
        why = why_row_is_locked(world.score(world.commune_a, "1.2.2"), justice)
        assert "inner deadline" in why
        assert str(world.officer_a) in why
        with pytest.raises(MoveRefused, match="inner deadline"):
            save(world, "1.2.2", justice, THREE)
        save(world, "1.2.2", world.officer_a, THREE)
        give(world, "1.2", world.justice, due_at=due_at + timedelta(days=1))
        save(world, "1.2.2", justice, THREE)
    assert Share.objects.count() == 1


def test_the_rehearsal_clock_moves_the_inner_deadline_too(world: World) -> None:
    give(world, "1.2", world.justice, due_at=timezone.now() + timedelta(days=2))
    Campaign.objects.update(training=True, clock_offset=timedelta(days=3))
    assert "inner deadline" in why_row_is_locked(world.score(world.commune_a, "1.2.2"), world.justice_officer)


@pytest.mark.parametrize("moves", [("propose",), ("propose", "submit")])
def test_a_part_is_filled_in_while_the_sheet_is_a_draft(world: World, moves: tuple[str, ...]) -> None:
    give(world, "1.2", world.justice)
    for name, by in zip(moves, (world.officer_a, world.leader_a), strict=False):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    with pytest.raises(MoveRefused):
        save(world, "1.2.2", world.justice_officer, THREE)
    seen = codes(Score.objects.visible_to(world.justice_officer))
    assert seen == (["1.2.1", "1.2.2"] if len(moves) == 1 else ["2.1", "2.2"])


def test_nobody_appraises_the_row_that_was_given_to_him(world: World) -> None:
    with pytest.raises(MoveRefused, match=r"2\.1, 2\.2"):
        give(world, "2", world.justice)
    share = give(world, "1.2", world.justice)
    Score.objects.filter(criterion__code="1.2.1").update(agency=world.justice)
    submit(world, world.commune_a)
    assert share.criterion.code == "1.2"
    mine = Score.objects.appraisable_by(world.justice_officer).filter(sheet__unit=world.commune_a)
    assert codes(mine) == ["2.1", "2.2"]


def test_what_cannot_be_given(world: World) -> None:
    refused: list[tuple[str, User | Unit, int | None]] = [
        ("2", world.justice, None),  # appraises these rows
        ("1", world.officer_b, None),  # of another unit
        ("1", world.officer_a, None),  # the giver himself
        ("1", world.commune_b, None),  # no agency
        ("1", world.home_affairs, None),  # an agency without people
        ("1", world.leader_a, -1),  # until a day that has passed
        ("1", world.leader_a, 11),  # longer than the sheet has time
    ]
    for code, filler, days in refused:
        due_at = timezone.now() + timedelta(days=days) if days else None
        with pytest.raises(MoveRefused):
            give(world, code, filler, due_at=due_at)
    assert not Share.objects.exists()


def test_only_the_unit_divides_its_sheet_and_only_a_draft(world: World) -> None:
    for by in ("officer_b", "justice_officer", "coordinator", "district_leader", "outsider"):
        with pytest.raises(MoveRefused):
            give(world, "1", world.justice, by=world.people[by])
    submit(world, world.commune_a)
    with pytest.raises(MoveRefused, match="submitted"):
        give(world, "1", world.justice)


def test_a_role_that_ended_gives_no_part(world: World) -> None:
    deputy = person("deputy", (Role.COORDINATOR, world.commune_a))
    give(world, "1", deputy)
    give(world, "3", world.justice)
    ended = Membership.objects.filter(user__in=[deputy, world.justice_officer])
    ended.update(valid_to=timezone.localdate() - timedelta(days=1))
    for each in (User.objects.get(pk=deputy.pk), world.fresh("justice_officer")):
        assert not Score.objects.visible_to(each).exists()
        assert not Score.objects.fillable_by(each).exists()
        assert not ScoreSheet.objects.visible_to(each).exists()
        assert why_row_is_locked(world.score(world.commune_a, "3"), each)


def test_done_asks_once_locks_and_can_be_opened_again(world: World) -> None:
    share = give(world, "1.2", world.justice)
    justice = world.justice_officer
    save(world, "1.2.2", justice, THREE)
    with pytest.raises(RowsStillOpen) as asked:
        report_done(share=share, by=justice)
    assert asked.value.codes == ["1.2.1"]
    report_done(share=share, by=justice, sure=True)
    assert set(Notice.objects.filter(kind=Notice.Kind.SHARE_DONE).values_list("user__username", flat=True)) == {
        "officer_a",
        "leader_a",
    }
    with pytest.raises(MoveRefused, match="done"):
        save(world, "1.2.2", justice, THREE)
    assert shared_tasks(justice) == []
    for stranger in (world.coordinator, world.officer_b):
        with pytest.raises(MoveRefused):
            reopen_share(share=share, by=stranger)
    reopen_share(share=share, by=world.officer_a)
    save(world, "1.2.2", justice, THREE)
    with pytest.raises(MoveRefused):
        report_done(share=share, by=world.officer_b)


def test_taken_back_the_part_is_gone_and_what_was_filled_in_stays(world: World) -> None:
    share = give(world, "1.2", world.justice)
    save(world, "1.2.2", world.justice_officer, THREE)
    with pytest.raises(MoveRefused):
        take_back_share(share=share, by=world.justice_officer)
    take_back_share(share=share, by=world.leader_a)
    assert not Score.objects.visible_to(world.justice_officer).exists()
    assert world.score(world.commune_a, "1.2.2").self_points == Decimal("1.5")
    assert AuditEvent.objects.filter(action=Action.SHARE_TAKEN_BACK).count() == 1


def test_work_to_do_names_the_part_with_its_progress(world: World) -> None:
    due_at = timezone.now() + timedelta(days=2)
    give(world, "1.2", world.justice, due_at=due_at)
    save(world, "1.2.2", world.justice_officer, THREE)
    [task] = shared_tasks(world.justice_officer)
    assert (task.share.criterion.code, task.answered, task.total, task.due_at) == ("1.2", 1, 2, due_at)
    assert shared_tasks(world.officer_a) == shared_tasks(world.officer_b) == []


def test_the_own_sheet_of_a_district_is_divided_among_its_agencies(world: World) -> None:
    """A province scores the district; its agencies and colleagues fill in their parts of the district's sheet."""
    officer = person("district_officer", (Role.OFFICER, world.district))
    Campaign.objects.update(owner=world.province)
    ScoreSheet.objects.filter(unit=world.commune_b).update(unit=world.district)
    sheet = ScoreSheet.objects.select_related("campaign", "unit").get(unit=world.district)
    Score.objects.update(agency=None)
    field = world.criteria_set.criteria.get(code="2")
    give_share(sheet=sheet, entry=ShareEntry(field, world.justice), by=officer)
    colleague = world.criteria_set.criteria.get(code="1")
    give_share(sheet=sheet, entry=ShareEntry(colleague, world.coordinator), by=officer)
    for name, expected in (("justice_officer", ["2.1", "2.2"]), ("coordinator", ["1.1", "1.2.1", "1.2.2"])):
        assert codes(Score.objects.visible_to(world.fresh(name)).filter(sheet=sheet)) == expected
        assert codes(Score.objects.fillable_by(world.fresh(name))) == expected


def test_parts_follow_a_replaced_set(world: World) -> None:
    give(world, "1.2", world.justice)
    give(world, "2.2", world.leader_a)
    replaced(world, change("1.1", title="Kế hoạch năm"), remove("2.2"))
    [share] = Share.objects.all()
    assert share.criterion.criteria_set.version == 2
    assert codes(Score.objects.fillable_by(world.justice_officer)) == ["1.2.1", "1.2.2"]


# Pages --------------------------------------------------------------------------------------------------------
@pytest.mark.any_database
def test_a_sharer_reads_nothing_but_his_part_anywhere(world: World, login: Callable[[str], Client]) -> None:
    save(world, "3", world.officer_a)
    sheet = world.sheet(world.commune_a)
    secret = Evidence.objects.create(sheet=sheet, number="77/BC-MAT")
    link_evidence(evidence=secret, score=world.score(world.commune_a, "3"), by=world.officer_a)
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a), ("return", world.coordinator)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by, reason="Thiếu tài liệu")
    give(world, "1.2", world.justice)
    client = login("justice_officer")
    mine = world.score(world.commune_a, "1.2.1").criterion_id
    addresses = [
        reverse(name, args=[sheet.pk])
        for name in ("sheet", "sheet_history", "sheet_shares", "sheet_evidence", "sheet_approvals")
    ]
    addresses.append(reverse("sheet_approval", args=[sheet.pk, 1]))
    addresses += [reverse(name, args=[sheet.pk, mine]) for name in ("row_history", "sheet_evidence_add")]
    for url in [*addresses, reverse("sheets"), reverse("home"), reverse("sheet_workbook", args=[sheet.pk])]:
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        text = text_of(response)
        for secret_text in ("77/BC-MAT", "Văn hóa công sở", "Kế hoạch CCHC"):
            assert secret_text not in text, url
    page = client.get(reverse("sheet", args=[sheet.pk])).content.decode()
    assert "Tiến độ thực hiện" in page
    assert "given to you" in page
    assert "Index" not in page
    assert "0/2" in client.get(reverse("sheets")).content.decode()
    for name in ("sheet_row", "sheet_evidence_add", "row_history"):
        other = world.score(world.commune_a, "3").criterion_id
        url = reverse(name, args=[sheet.pk, other])
        assert client.generic("POST" if name == "sheet_row" else "GET", url).status_code == 404, name


def text_of(response: Any) -> str:
    """What a page or a workbook says."""
    content = b"".join(response)
    if response.headers["Content-Type"].startswith("text/html"):
        return content.decode()
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)


@pytest.mark.any_database
def test_the_answer_to_a_saved_row_tells_a_sharer_no_sum_of_the_sheet(
    world: World, login: Callable[[str], Client]
) -> None:
    save(world, "3", world.officer_a)
    give(world, "1.2", world.justice)
    score = world.score(world.commune_a, "1.2.2")
    response = login("justice_officer").post(
        reverse("sheet_row", args=[score.sheet_id, score.criterion_id]),
        {"state": "answered", "answer-count": "3", "version": score.version},
        headers={"Accept": "application/json"},
    )
    assert response.status_code == 200, response.content
    text = response.content.decode()
    assert "1.50" in text
    assert "3.50" not in text
    assert "Văn hóa" not in text
    assert "/6" not in text


@pytest.mark.any_database
def test_the_owner_gives_sees_what_is_missing_and_takes_back(world: World, login: Callable[[str], Client]) -> None:
    sheet = world.sheet(world.commune_a)
    url = reverse("sheet_shares", args=[sheet.pk])
    client = login("officer_a")
    assert "Nothing was given away" in client.get(url).content.decode()
    criterion = world.criteria_set.criteria.get(code="1.2")
    day = timezone.localtime() + timedelta(days=3)
    sent = {"criterion": criterion.pk, "who": f"unit-{world.justice.pk}", "due_at": f"{day:%d/%m/%Y %H:%M}"}
    assert client.post(url, {**sent, "who": f"user-{world.officer_b.pk}"}).status_code == 422
    assert client.post(url, {**sent, "due_at": "32/13/2026"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    page = client.get(url).content.decode()
    for text in ("Phòng Tư pháp", "0/2", "1.2.1", "0 of 4 rows answered"):
        assert text in page
    share = Share.objects.get()
    changed = client.get(f"{url}?change={share.pk}").content.decode()
    assert f"{day:%d/%m/%Y %H:%M}" in changed
    sharer = Client()
    sharer.cookies["django_language"] = "en"
    sharer.force_login(world.justice_officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    done = reverse("share_done", args=[sheet.pk, share.pk])
    asked = sharer.post(done)
    assert asked.status_code == 409
    assert "2 rows are still open" in asked.content.decode()
    assert sharer.post(done, {"sure": share.pk}).status_code == 302
    assert "reported as done" in client.get(url).content.decode()
    assert client.post(reverse("share_reopen", args=[sheet.pk, share.pk])).status_code == 302
    assert client.post(reverse("share_take_back", args=[sheet.pk, share.pk])).status_code == 302
    assert sharer.get(url).status_code == 404
    assert ScoreSheet.objects.get(pk=sheet.pk).status == SheetStatus.DRAFT


@pytest.mark.any_database
def test_the_page_of_parts_costs_the_same_for_many(world: World, login: Callable[[str], Client]) -> None:
    client = login("officer_a")
    url = reverse("sheet_shares", args=[world.sheet(world.commune_a).pk])
    give(world, "1.1", world.justice)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for code in ("1.2.1", "1.2.2", "3"):
        give(world, code, world.leader_a)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 20


@pytest.mark.any_database
def test_the_answer_to_a_saved_row_tells_no_other_row_of_its_knock_out_branch(
    world: World, login: Callable[[str], Client]
) -> None:
    top = world.criteria_set.criteria.get(code="1.2")
    world.criteria_set.criteria.filter(parent=top).update(knock_out_branch=top)
    forget_sets()
    give(world, "1.2.2", world.justice)
    own, other = (world.score(world.commune_a, code) for code in ("1.2.2", "1.2.1"))
    url = reverse("sheet_row", args=[own.sheet_id, own.criterion_id])
    for name, is_told in (("justice_officer", False), ("officer_a", True)):
        sent = {"state": "answered", "answer-count": "3" if is_told else "2", "version": own.version}
        answer = login(name).post(url, sent, headers={"Accept": "application/json"}).json()
        assert answer["result"] == "saved", answer
        assert (f"r{other.criterion_id}-points" in answer["html"]) == is_told
        own.refresh_from_db()


@pytest.mark.any_database
def test_who_fills_in_a_part_of_a_returned_sheet_sees_no_appraisal_of_it(world: World) -> None:
    submit(world, world.commune_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Thiếu tài liệu")
    sheet = world.sheet(world.commune_a)
    assert world.fresh("justice_officer").units_as(Role.APPRAISER)
    assert sheet.is_read_as_unit_by(world.fresh("justice_officer"))
    assert not sheet.opened_rounds(world.fresh("justice_officer"))
    assert not sheet.is_read_as_unit_by(world.coordinator)

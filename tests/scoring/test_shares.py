"""A sheet divided: who is given a part sees and fills in only that, until its deadline; the owner the whole."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

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
from scoring.models import Campaign, Score, ScoreSheet, Share
from scoring.workflow import MoveRefused
from tests.scoring.replacing import change, remove, replaced
from tests.scoring.sharing import THREE, codes, give, save
from tests.world import World, person, submit
from units.access import Role
from units.audit import Action
from units.models import AuditEvent, Membership, Notice, Unit, User


@pytest.fixture(autouse=True)
def english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


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

"""What a leader approved is kept exactly, and told apart from what is there now."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.sheets import move_sheet
from scoring.approvals import content_of
from scoring.models import Approval, Evidence, Score
from scoring.publishing import digest
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.scoring.appraising import FACTS, submitted
from tests.world import World, excuse_missing_evidence
from units.models import AuditChange

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def evidence_on(world: World, code: str = "1.1") -> Evidence:
    score = world.score(world.commune_a, code)
    evidence = Evidence.objects.create(
        sheet=score.sheet, number="12/KH-UBND", title="Kế hoạch", sha256="ab" * 32, size=77
    )
    evidence.scores.add(score)
    return evidence


def test_a_submission_keeps_what_was_approved_with_its_hash(world: World) -> None:
    evidence_on(world)
    sheet = submitted(world)
    approval = Approval.objects.get()
    assert (approval.sheet, approval.number, approval.by) == (sheet, 1, world.leader_a)
    assert approval.sha256 == digest(approval.data) == digest(content_of(sheet))
    rows = {row["code"]: row for row in approval.data["rows"]}
    assert list(rows) == ["1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"]
    assert (rows["1.1"]["answers"], rows["1.1"]["self_points"]) == ({"option": "on_time"}, "2.00")
    assert rows["1.1"]["evidence"][0]["sha256"] == "ab" * 32
    assert (rows["3"]["state"], rows["3"]["reason"]) == ("not_applicable", "Không có trụ sở riêng")
    assert approval.data["criteria_set"] == {"code": "bo-thu", "version": 1}
    assert approval.data["totals"]["earned_points"] == "8.57"
    change = AuditChange.objects.get(attribute="approval")
    assert change.new == f"1: {approval.sha256}"


def test_an_appraisal_changes_nothing_of_what_was_approved(world: World) -> None:
    sheet = submitted(world)
    before = digest(content_of(sheet))
    entry = AppraisalEntry(LeafState.ANSWERED, points=None, answers={"option": "late"}, reason="Trễ")
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=0, by=world.coordinator)
    assert digest(content_of(world.sheet(world.commune_a))) == before


def test_each_submission_is_kept_by_itself(world: World) -> None:
    submitted(world)
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung")
    score = world.score(world.commune_a, "3")
    Score.objects.filter(pk=score.pk).update(note="Bổ sung biên bản", version=9)
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    first, second = Approval.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert first.sha256 != second.sha256


def proposed(world: World) -> str:
    excuse_missing_evidence(world, world.commune_a)
    sheet = move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    return reverse("sheet_move", args=[sheet.pk])


def hash_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_the_leader_approves_what_the_page_showed(world: World, login: Login) -> None:
    url = proposed(world)
    client = login("leader_a")
    seen = hash_on(client.get(url, {"move": "submit"}).content.decode())
    assert client.post(url, {"move": "submit", "seen": seen}).status_code == 302
    assert Approval.objects.get().sha256 == seen


def test_what_changed_between_the_page_and_the_click_is_shown_again(world: World, login: Login) -> None:
    url = proposed(world)
    client = login("leader_a")
    seen = hash_on(client.get(url, {"move": "submit"}).content.decode())
    evidence_on(world, "2.1")
    again = client.post(url, {"move": "submit", "seen": seen})
    assert again.status_code == 409
    page = again.content.decode()
    assert "12/KH-UBND" in page
    assert not Approval.objects.exists()
    assert client.post(url, {"move": "submit", "seen": hash_on(page)}).status_code == 302


def test_a_click_that_names_no_content_is_refused(world: World, login: Login) -> None:
    assert login("leader_a").post(proposed(world), {"move": "submit"}).status_code == 409


def test_rows_that_need_evidence_are_named_before_the_proposal(world: World, login: Login) -> None:
    score = world.score(world.commune_a, "1.1")
    Score.objects.filter(pk=score.pk).update(state="answered", answers=FACTS["1.1"], self_points=2)
    with pytest.raises(MoveRefused, match=r"1\.1"):
        move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    Score.objects.filter(pk=score.pk).update(why_no_evidence="Lưu bản giấy")
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)


def test_the_page_of_an_approval_says_what_is_different_now(world: World, login: Login) -> None:
    sheet = submitted(world)
    url = reverse("sheet_approval", args=[sheet.pk, 1])
    page = login("officer_a").get(url).content.decode()
    assert Approval.objects.get().sha256 in page
    assert "8,57" in page
    assert "overdue" not in page
    Score.objects.filter(sheet=sheet, criterion__code="2.1").update(note="Sửa sau")
    changed = login("officer_a").get(url).content.decode()
    assert changed.count('<strong class="overdue">') == 1


def test_content_altered_behind_the_portal_is_told(world: World, login: Login) -> None:
    sheet = submitted(world)
    approval = Approval.objects.get()
    approval.data["rows"][0]["self_points"] = "1.00"
    approval.save()
    page = login("leader_a").get(reverse("sheet_approval", args=[sheet.pk, 1])).content.decode()
    assert 'role="alert"' in page


def test_an_agency_reads_of_its_own_rows_only(world: World, login: Login) -> None:
    sheet = submitted(world)
    page = login("justice_officer").get(reverse("sheet_approval", args=[sheet.pk, 1])).content.decode()
    assert "Văn bản xử lý sau kiểm tra" in page
    assert "Kế hoạch CCHC" not in page
    assert Approval.objects.get().sha256 not in page


def test_before_the_first_approval_the_page_says_so(world: World, login: Login) -> None:
    sheet = world.sheet(world.commune_a)
    url = reverse("sheet_approvals", args=[sheet.pk])
    assert login("officer_a").get(url).status_code == 200
    assert login("officer_a").get(reverse("sheet_approval", args=[sheet.pk, 1])).status_code == 404
    submitted(world)
    assert login("officer_a").get(url).headers["Location"] == reverse("sheet_approval", args=[sheet.pk, 1])

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scoring.actions.campaigns import propose_publication
from scoring.actions.grading import DecisionEntry, decide_grade, remove_decision
from scoring.models import (
    BlockRule,
    Campaign,
    GradeDecision,
    GradeRule,
    Publication,
    UnitResult,
)
from scoring.workflow import MoveRefused
from tests.scoring.graded import Figures, closed_campaign, grade, grades, rule, two_names
from tests.scoring.results_world import bring_to_closing, publish
from tests.world import World
from units.models import AuditEvent

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
GRADING = reverse("campaign_grading", args=["dot-thu"])
RULES = reverse("grade_rule_add", args=["dot-thu"])
UNIT = reverse("results_unit", args=["dot-thu", "23497"])
DECIDE = reverse("grade_decide", args=["dot-thu", "23497"])


def settings(campaign: Campaign, **changed: Any) -> dict[str, Any]:
    campaign.refresh_from_db()
    return {
        "version": campaign.version,
        "grade_scale": campaign.grade_scale_id,
        "rank_rule": campaign.rank_rule,
        "top_quota_percent": "",
        **changed,
    }


def new_rule(world: World, **changed: Any) -> dict[str, Any]:
    world.campaign.refresh_from_db()
    return {
        "version": world.campaign.version,
        "kind": "cap",
        "grade": grade("kha").pk,
        "criterion": world.criteria_set.criteria.get(code="2").pk,
        "below_percent": "97,5",
        "title": "Hồ sơ quá hạn trên 3 %",
        "legal_basis": "Điều 5 QĐ 12",
        **changed,
    }


def decision(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "cap",
        "grade": grade("kha").pk,
        "reason": "Người đứng đầu bị khiển trách",
        "legal_basis": "BB 12/HĐ",
        "decided_on": "05/01/2025",
        **changed,
    }


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("pk").last()  # type: ignore[return-value]


def test_the_settings_are_saved_and_recorded(world: World, login: Login) -> None:
    data = settings(world.campaign, top_quota_percent="25", key_0="2", key_1="penalty", ranks_by_keys="on")
    assert login("coordinator").post(GRADING, data).status_code == 302
    world.campaign.refresh_from_db()
    assert world.campaign.top_quota_percent == 25
    assert (world.campaign.tie_breaks, world.campaign.ranks_by_keys) == (["2", "penalty"], True)
    event = last_event()
    assert event.action == "grade.rules_changed"
    assert {change.attribute for change in event.changes.all()} == {
        "top_quota_percent",
        "tie_breaks",
        "ranks_by_keys",
    }


def test_a_block_takes_a_scale_and_a_quota_of_its_own(world: World, login: Login) -> None:
    campaign = closed_campaign(world, [Figures("95", "Khối 1"), Figures("61", "Khối 2"), Figures("50", "Khối 2")])
    url = reverse("campaign_grading", args=[campaign.code])
    client, scale = login("coordinator"), two_names()
    assert "Khối 2" in client.get(url).content.decode()
    data = settings(campaign, scale_1=scale.pk, quota_1="50,5")
    assert client.post(url, data).status_code == 302
    own = BlockRule.objects.get()
    assert (own.block, own.grade_scale, own.top_quota_percent) == ("Khối 2", scale, Decimal("50.5"))
    assert grades(campaign) == ["Xuất sắc", "Hoàn thành tốt", "Hoàn thành"], "closed: graded anew at once"
    client.post(url, settings(campaign))
    assert not BlockRule.objects.exists()
    assert grades(campaign) == ["Xuất sắc", "Trung bình", "Trung bình"]


def test_while_the_round_runs_a_new_scale_shows_at_once_by_points_alone(world: World, login: Login) -> None:
    UnitResult.objects.filter(unit=world.commune_a).update(index=Decimal(61))
    scale = two_names()
    login("coordinator").post(GRADING, settings(world.campaign, grade_scale=scale.pk))
    shown = UnitResult.objects.get(unit=world.commune_a)
    assert (str(shown.grade), shown.rank, shown.grade_steps) == ("Hoàn thành tốt", None, [])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"top_quota_percent": "101"}, "top_quota_percent"),
        ({"top_quota_percent": "một"}, "top_quota_percent"),
        ({"key_0": "1", "key_1": "1"}, "key_1"),
        ({"key_0": "9"}, "key_0"),
        ({"ranks_by_keys": "on"}, "ranks_by_keys"),
        ({"grade_scale": ""}, "grade_scale"),
    ],
)
def test_a_wrong_setting_is_told_at_its_field(
    world: World, login: Login, changed: dict[str, str], field: str
) -> None:
    response = login("coordinator").post(GRADING, settings(world.campaign, **changed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    typed = changed.get("top_quota_percent")
    assert typed is None or f'value="{typed}"' in response.content.decode()


def test_a_stale_page_saves_nothing(world: World, login: Login) -> None:
    data = settings(world.campaign, version=world.campaign.version - 1, top_quota_percent="25")
    response = login("coordinator").post(GRADING, data)
    assert response.status_code == 409
    assert 'value="25"' in response.content.decode()
    world.campaign.refresh_from_db()
    assert world.campaign.top_quota_percent is None


def test_a_rule_is_added_takes_effect_and_is_removed(world: World, login: Login) -> None:
    campaign = bring_to_closing(world)
    client = login("coordinator")
    assert client.post(RULES, new_rule(world)).status_code == 302
    added = GradeRule.objects.get()
    assert (added.by, added.below_percent) == (world.coordinator, Decimal("97.5"))
    assert str(UnitResult.objects.get(campaign=campaign, unit=world.commune_a).grade) == "Khá"
    page = client.get(GRADING).content.decode()
    assert "Hồ sơ quá hạn trên 3 %" in page
    assert "Điều 5 QĐ 12" in page
    world.campaign.refresh_from_db()
    remove = reverse("grade_rule_remove", args=["dot-thu", added.pk])
    client.post(remove, {"version": 1})
    assert GradeRule.objects.exists(), "a stale page removes nothing"
    client.post(remove, {"version": world.campaign.version})
    assert not GradeRule.objects.exists()
    assert str(UnitResult.objects.get(campaign=campaign, unit=world.commune_a).grade) == "Xuất sắc"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"below_percent": "130"}, "below_percent"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"criterion": "0"}, "criterion"),
        ({"kind": "quota"}, "kind"),
    ],
)
def test_a_wrong_rule_is_told_at_its_field_and_kept_as_typed(
    world: World, login: Login, changed: dict[str, str], field: str
) -> None:
    response = login("coordinator").post(RULES, new_rule(world, **changed))
    assert response.status_code == 422
    assert list(response.context["rule_form"].errors) == [field]
    assert "Hồ sơ quá hạn trên 3 %" in response.content.decode()
    assert not GradeRule.objects.exists()


@pytest.mark.parametrize(("kind", "code"), [("cap", "xuat-sac"), ("precondition", "yeu")])
def test_a_rule_that_could_limit_nobody_is_refused(world: World, login: Login, kind: str, code: str) -> None:
    response = login("coordinator").post(RULES, new_rule(world, kind=kind, grade=grade(code).pk))
    assert list(response.context["rule_form"].errors) == ["grade"]


def test_a_change_of_scale_that_would_leave_a_rule_behind_is_refused(world: World, login: Login) -> None:
    rule(world, world.campaign, "cap", "kha", criterion="1", below="50")
    response = login("coordinator").post(GRADING, settings(world.campaign, grade_scale=two_names().pk))
    assert response.status_code == 409
    assert "Hồ sơ quá hạn trên 3 %" in str(response.context["form"].non_field_errors())
    world.campaign.refresh_from_db()
    assert world.campaign.grade_scale.code == "thang-thu"  # type: ignore[union-attr]


def test_a_change_takes_the_proposal_back(world: World, login: Login) -> None:
    campaign = bring_to_closing(world)
    propose_publication(campaign=campaign, by=world.coordinator, warnings_acknowledged=True)
    login("coordinator").post(GRADING, settings(campaign, top_quota_percent="25"))
    campaign.refresh_from_db()
    assert not campaign.is_proposed


def test_after_publication_the_rules_are_fixed_and_the_page_says_so(world: World, login: Login) -> None:
    campaign = publish(world)
    client = login("coordinator")
    page = client.get(GRADING).content.decode()
    assert 'name="top_quota_percent"' not in page
    assert "Xuất sắc" in page
    assert client.post(GRADING, settings(campaign, top_quota_percent="25")).status_code == 409
    assert client.post(RULES, new_rule(world)).status_code == 409
    assert not GradeRule.objects.exists()


def test_the_leader_reads_the_rules_and_changes_none(world: World, login: Login) -> None:
    client = login("district_leader")
    assert 'name="top_quota_percent"' not in client.get(GRADING).content.decode()
    assert client.post(GRADING, settings(world.campaign)).status_code == 403


def test_whoever_reads_the_rules_reads_the_keys_in_words(world: World, login: Login) -> None:
    Campaign.objects.update(tie_breaks=["2", "penalty"], ranks_by_keys=True, top_quota_percent=Decimal(25))
    page = login("district_leader").get(GRADING)
    assert page.context["keys"][0] == "2. Cải cách thể chế"
    assert len(page.context["keys"]) == 2
    assert "25 %" in page.content.decode()


def test_where_the_parent_grades_nothing_is_set_or_decided_here(world: World, login: Login) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(external=True, kept_by=world.district)
    client = login("coordinator")
    assert 'name="top_quota_percent"' not in client.get(GRADING).content.decode()
    assert client.post(GRADING, settings(world.campaign, top_quota_percent="25")).status_code == 409
    assert client.post(DECIDE, decision()).status_code == 409
    assert not GradeDecision.objects.exists()


def test_everybody_who_sees_the_result_sees_its_steps(world: World, login: Login) -> None:
    rule(world, world.campaign, "cap", "kha", criterion="2", below="70")
    publish(world)
    for name in ("officer_a", "officer_b", "justice_officer", "district_leader"):
        page = login(name).get(UNIT).content.decode()
        assert 'class="grade-steps"' in page
        assert "Hồ sơ quá hạn trên 3 % (Điều 5 QĐ 12)" in page
        assert DECIDE not in page, "only coordinators decide"


def test_a_unit_that_did_not_submit_is_not_ranked(world: World, login: Login) -> None:
    page = login("coordinator").get(reverse("results_unit", args=["dot-thu", "23488"]))
    assert page.context["steps"] == []
    assert "chưa xếp hạng" in page.content.decode() or "not ranked" in page.content.decode()


def test_a_decision_lowers_the_grade_and_is_taken_back_with_a_reason(world: World, login: Login) -> None:
    campaign = bring_to_closing(world)
    client = login("coordinator")
    assert client.post(DECIDE, decision()).status_code == 302
    found = GradeDecision.objects.get()
    assert (found.by, found.kind, found.decided_on.isoformat()) == (world.coordinator, "cap", "2025-01-05")
    assert str(UnitResult.objects.get(campaign=campaign, unit=world.commune_a).grade) == "Khá"
    assert last_event().action == "grade.decided"
    assert "BB 12/HĐ" in client.get(UNIT).content.decode()
    remove = reverse("grade_decision_remove", args=["dot-thu", "23497", found.pk])
    assert client.post(remove, {"reason": " "}).status_code == 422
    assert client.post(remove, {"reason": "nhầm đơn vị"}).status_code == 302
    assert last_event().action == "grade.decision_removed"
    assert not GradeDecision.objects.exists()
    assert str(UnitResult.objects.get(campaign=campaign, unit=world.commune_a).grade) == "Xuất sắc"


def test_the_council_decides_once(world: World, login: Login) -> None:
    bring_to_closing(world)
    client = login("coordinator")
    client.post(DECIDE, decision(kind="council", grade=grade("yeu").pk))
    response = client.post(DECIDE, decision(kind="council", grade=grade("tot").pk, reason="Xem xét lại"))
    assert response.status_code == 409
    assert "Xem xét lại" in response.content.decode()
    assert str(GradeDecision.objects.get().grade) == "Yếu"


def test_a_decision_lies_in_the_past(world: World, login: Login) -> None:
    bring_to_closing(world)
    day = timezone.localdate() + timedelta(days=1)
    response = login("coordinator").post(DECIDE, decision(decided_on=f"{day:%d/%m/%Y}"))
    assert list(response.context["decision_form"].errors) == ["decided_on"]


def test_after_publication_a_decision_is_an_amendment_with_a_reason(world: World, login: Login) -> None:
    campaign = publish(world)
    client = login("coordinator")
    refused = client.post(DECIDE, decision())
    assert list(refused.context["decision_form"].errors) == ["amendment_reason"]
    assert client.post(DECIDE, decision(amendment_reason="Kết luận thanh tra")).status_code == 302
    campaign.refresh_from_db()
    assert campaign.status == "amended"
    amended = Publication.objects.get(campaign=campaign, number=2)
    assert amended.reason == "Kết luận thanh tra"
    [frozen] = [each for each in amended.data["units"] if each["code"] == "23497"]
    assert (frozen["grade"], frozen["grade_steps"][-1]["kind"]) == ("Khá", "cap")
    client.post(
        reverse("grade_decision_remove", args=["dot-thu", "23497", GradeDecision.objects.get().pk]),
        {"reason": "Kết luận đã bị hủy"},
    )
    assert Publication.objects.filter(campaign=campaign).count() == 3
    assert str(UnitResult.objects.get(campaign=campaign, unit=world.commune_a).grade) == "Xuất sắc"


def test_published_results_do_not_change_without_a_reason(world: World) -> None:
    result = UnitResult.objects.select_related("campaign").get(campaign=publish(world), unit=world.commune_a)
    day = timezone.localdate()
    entry = DecisionEntry("cap", grade("kha"), "Tái phạm", "BB 12/HĐ", day)
    with pytest.raises(MoveRefused):
        decide_grade(result=result, entry=entry, by=world.coordinator)
    assert not GradeDecision.objects.exists()
    made = decide_grade(result=result, entry=entry, by=world.coordinator, amendment_reason="Kết luận thanh tra")
    with pytest.raises(MoveRefused):
        remove_decision(decision=made, reason=" ", by=world.coordinator)
    assert GradeDecision.objects.exists()

"""What differs between two versions of a criteria set, and the page that compares them."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings

from scoring.actions.criteria import new_version, publish_set
from scoring.content import CriterionContent, SetContent
from scoring.difference import SetDifference, differences_between
from scoring.models import CriteriaSet
from scoring.tree import Tree
from tests.scoring.criteria_books import contents
from tests.world import World

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def leaf(code: str, title: str, maximum: str = "2", parent: str = "1", **columns: Any) -> CriterionContent:
    return CriterionContent(
        code, parent, title, Decimal(maximum), method=columns.pop("method", "points"), **columns
    )


def content(*leaves: CriterionContent, **columns: Any) -> SetContent:
    total = sum((each.max_points for each in leaves), Decimal(0))
    field = CriterionContent("1", "", "Chỉ đạo", total, **columns.pop("field", {}))
    fields: dict[str, Any] = {"code": "bo", "version": 1, "title": "Bộ", "issuer": "614", "unit_type": "commune"}
    return SetContent(**fields | {"total_points": total} | columns, criteria=(field, *leaves))


BEFORE = content(leaf("1.1", "Kế hoạch"), leaf("1.2", "Báo cáo"), leaf("1.3", "Tuyên truyền", "1"))


def kinds(found: SetDifference) -> dict[str, list[str]]:
    return {group.name: [each.after.code for each in group.changes] for group in found.groups}


def words(found: SetDifference, code: str) -> list[str]:
    return [str(line) for each in found.changed if each.after.code == code for line in each.attributes]


def test_a_set_does_not_differ_from_itself() -> None:
    found = differences_between(BEFORE, replace(BEFORE, version=2))
    assert not found
    assert found.pairs == {"1": "1", "1.1": "1.1", "1.2": "1.2", "1.3": "1.3"}


@given(contents())
def test_no_set_differs_from_itself(any_set: SetContent) -> None:
    found = differences_between(any_set, any_set)
    assert not found
    assert found.pairs == {each.code: each.code for each in any_set.criteria}


@settings(max_examples=40)
@given(contents(), contents())
def test_every_criterion_is_paired_added_or_removed_and_only_one_of_them(
    before: SetContent, after: SetContent
) -> None:
    found = differences_between(before, after)
    removed, added = {each.code for each in found.removed}, {each.code for each in found.added}
    assert removed | found.pairs.keys() == {each.code for each in before.criteria}
    assert added | set(found.pairs.values()) == {each.code for each in after.criteria}
    assert not removed & found.pairs.keys()
    assert not added & set(found.pairs.values())
    assert len(set(found.pairs.values())) == len(found.pairs)


def test_added_and_removed_criteria_are_told_apart_from_changed_ones() -> None:
    after = content(leaf("1.1", "Kế hoạch"), leaf("1.2", "Báo cáo", "2.5"), leaf("1.4", "Sáng kiến", "0.5"))
    found = differences_between(BEFORE, after)
    assert [each.code for each in found.added] == ["1.4"]
    assert [each.code for each in found.removed] == ["1.3"]
    assert kinds(found) == {"maximum": ["1.2"]}
    assert words(found, "1.2") == ["Maximum points: 2 → 2.5"]
    assert found.changed[0].changes_rule


def test_a_criterion_put_in_front_renumbers_the_others_and_is_not_taken_for_one_of_them() -> None:
    after = content(
        leaf("1.1", "Chuyển đổi số", "4"),
        leaf("1.2", "Kế hoạch"),
        leaf("1.3", "Báo cáo"),
        leaf("1.4", "Tuyên truyền", "1"),
    )
    found = differences_between(BEFORE, after)
    assert found.pairs == {"1": "1", "1.1": "1.2", "1.2": "1.3", "1.3": "1.4"}
    assert [each.code for each in found.added] == ["1.1"]
    assert not found.removed
    assert kinds(found) == {"maximum": ["1"], "moved": ["1.2", "1.3", "1.4"]}
    assert not any(each.changes_rule for each in found.changed if each.after.code != "1")


def test_what_was_renumbered_and_got_another_maximum_is_found_by_its_title() -> None:
    after = content(
        leaf("1.1", "Kế hoạch"),
        leaf("1.2", "Kiểm tra"),
        leaf("1.3", "Báo cáo", "3"),
        leaf("1.4", "Tuyên truyền", "2"),
    )
    found = differences_between(BEFORE, after)
    assert found.pairs == {"1": "1", "1.1": "1.1", "1.2": "1.3", "1.3": "1.4"}
    assert [each.code for each in found.added] == ["1.2"]


def test_criteria_with_the_same_title_are_found_again_by_the_title_above_them() -> None:
    def two(first: str, second: str) -> SetContent:
        parents = (
            CriterionContent(first, "", "Thể chế", Decimal(2)),
            CriterionContent(second, "", "Thủ tục", Decimal(2)),
        )
        leaves = (leaf(f"{first}.1", "Báo cáo", parent=first), leaf(f"{second}.1", "Báo cáo", parent=second))
        return replace(BEFORE, total_points=Decimal(4), criteria=(parents[0], leaves[0], parents[1], leaves[1]))

    found = differences_between(two("1", "2"), two("3", "4"))
    assert found.pairs == {"1": "3", "2": "4", "1.1": "3.1", "2.1": "4.1"}


@pytest.mark.parametrize(
    ("change", "changes_rule"),
    [
        ({"title": "Kế hoạch năm"}, False),
        ({"guidance": "Ban hành trước 31/01"}, False),
        ({"evidence_required": True}, False),
        ({"function": "justice"}, False),
        ({"method": "count", "params": {"label": "Số", "step_points": "1"}}, True),
        ({"no_case_policy": "full"}, True),
        ({"zero_denominator_policy": "zero"}, True),
        ({"counts_as": "bonus"}, True),
        ({"knock_out": True}, True),
    ],
)
def test_rules_are_told_from_wording(change: dict[str, Any], changes_rule: bool) -> None:
    criteria = list(BEFORE.criteria)
    criteria[1] = replace(criteria[1], **change)
    (found,) = differences_between(BEFORE, replace(BEFORE, criteria=tuple(criteria))).changed
    assert (found.after.code, found.changes_rule) == ("1.1", changes_rule)


def test_rules_are_told_in_words_before_and_after() -> None:
    options = [
        {"code": "yes", "label": "Đúng hạn", "points": "2"},
        {"code": "no", "label": "Trễ hạn", "points": "1"},
    ]
    later = [options[0], {**options[1], "points": "0.5"}]
    before = content(leaf("1.1", "Kế hoạch", method="choice", params={"options": options}))
    after = content(leaf("1.1", "Kế hoạch", method="choice", params={"options": later}))
    (change,) = differences_between(before, after).changed[0].attributes
    assert change.label == "Scoring method"
    assert "Trễ hạn → 1" in change.old
    assert "Trễ hạn → 0.5" in change.new


def test_a_knock_out_above_changes_the_rules_of_what_is_below() -> None:
    after = content(*BEFORE.criteria[1:], field={"knock_out": True})
    found = differences_between(BEFORE, after)
    assert [each.after.code for each in found.changed if each.changes_rule] == ["1", "1.1", "1.2", "1.3"]
    assert words(found, "1.1") == ["Knocked out together with: – → 1 Chỉ đạo"]


def test_only_what_changed_its_order_is_moved() -> None:
    first, second, third = BEFORE.criteria[1:]
    found = differences_between(BEFORE, content(third, first, second))
    assert kinds(found) == {"moved": ["1.3"]}
    assert words(found, "1.3") == ["Place: below 1, after 1.2 → below 1, first"]


def test_the_head_of_the_set_is_compared_too() -> None:
    found = differences_between(BEFORE, replace(BEFORE, title="Bộ mới", point_step=Decimal("0.25")))
    assert [str(each) for each in found.head] == ["Title: Bộ → Bộ mới", "Step of points: 0.01 → 0.25"]
    assert [each.attribute for each in found.head if each.is_rule] == ["point_step"]


# The page -----------------------------------------------------------------------------------------------------
def second_version(world: World, title: str = "Kế hoạch cải cách hành chính") -> CriteriaSet:
    draft = new_version(criteria_set=world.criteria_set, by=world.coordinator)
    draft.criteria.filter(code="1.1").update(title=title)
    return draft


def test_the_page_shows_what_changed_to_everybody_once_it_is_published(world: World, login: Login) -> None:
    draft = second_version(world)
    url = reverse("criteria_set_compare", args=["bo-thu", 2, 1])
    assert login("officer_a").get(url).status_code == 404
    publish_set(criteria_set=draft, by=world.coordinator, reason="Đã rà soát")
    page = login("officer_a").get(url).content.decode()
    assert "Kế hoạch cải cách hành chính" in page
    assert login("officer_a").get(reverse("criteria_set_compare", args=["bo-thu", 1, 2])).content.decode().count(
        "Kế hoạch cải cách hành chính"
    ) == page.count("Kế hoạch cải cách hành chính")


def test_the_page_of_a_set_offers_its_other_versions(world: World, login: Login) -> None:
    second_version(world)
    url = reverse("criteria_set_compare", args=["bo-thu", 1, 2])
    page = reverse("criteria_set", args=["bo-thu", 1])
    assert url in login("coordinator").get(page).content.decode()
    assert url not in login("officer_a").get(page).content.decode()


def test_versions_without_a_difference_say_so(world: World, login: Login) -> None:
    new_version(criteria_set=world.criteria_set, by=world.coordinator)
    page = login("coordinator").get(
        reverse("criteria_set_compare", args=["bo-thu", 2, 1]), headers={"accept-language": "en"}
    )
    assert differences_between(*(SetContent.of(Tree.of(each)) for each in CriteriaSet.objects.all())).changed == ()
    assert "<del>" not in page.content.decode()

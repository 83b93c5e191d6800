"""Warnings: what a set may say in earnest, told once and at the right place."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from scoring.content import SetContent
from scoring.lint import Finding, lint
from tests.scoring.lint_sets import BONUS_OF_13_UNDER_10, errors, group, kinds, node, set_of, warnings


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def only(content: SetContent) -> Finding:
    """The one warning of a set without errors."""
    assert errors(content) == []
    (finding,) = warnings(content)
    return finding


def leaf(method: str, params: dict[str, Any], maximum: str = "3") -> SetContent:
    return set_of(node("1", maximum, method, params=params), total=maximum)


def with_bonus(*items: str, cap: str = "10", kind: str = "bonus") -> SetContent:
    below = [node(f"B.{number}", item, counts_as=kind) for number, item in enumerate(items, 1)]
    return set_of(node("1", "5"), group("B", cap, kind, parent=""), *below, total="5")


def test_errors_come_before_warnings() -> None:
    found = lint(replace(BONUS_OF_13_UNDER_10, total_points=Decimal(99)))
    assert [finding.kind for finding in found] == ["total", "items_above_cap"]


# Bonus and penalty ------------------------------------------------------------------------------------------
def test_bonus_items_at_their_cap_say_nothing() -> None:
    assert lint(with_bonus("5", "5")) == ()


@pytest.mark.parametrize("kind", ["bonus", "penalty"])
def test_items_above_the_cap_are_told_at_the_group(kind: str) -> None:
    finding = only(with_bonus("5", "8", kind=kind))
    assert (finding.kind, finding.code, finding.at) == ("items_above_cap", "B", "max_points")
    assert finding.what == "The items below B add up to 13, above its cap of 10: the cap applies."


def test_one_item_above_the_cap_is_told_at_the_item() -> None:
    finding = only(with_bonus("12"))
    assert (finding.kind, finding.code) == ("item_above_cap", "B.1")
    assert "no unit gets more than the cap" in finding.what


def test_items_that_never_reach_the_cap_are_told() -> None:
    finding = only(with_bonus("5", "3"))
    assert finding.what == "The items below B add up to 8: its cap of 10 is never reached."


def test_a_bonus_under_a_base_field_counts_and_is_no_error() -> None:
    extra = node("1.2", "2", counts_as="bonus")
    assert lint(set_of(node("1", "5", ""), node("1.1", "5"), extra, total="5")) == ()


@pytest.mark.parametrize(("above", "below"), [("bonus", "base"), ("bonus", "penalty"), ("penalty", "base")])
def test_what_counts_in_another_way_than_its_group_is_an_error(above: str, below: str) -> None:
    content = set_of(
        node("1", "5"), group("B", "5", above, parent=""), node("B.1", "5", counts_as=below), total="5"
    )
    assert kinds(errors(content)) == [("mixed", "B.1", "counts_as")]


# Codes ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("1.1", "1.2", "1.3"), None),
        (("1.9", "1.10"), "The codes begin with 1.9, not with 1.1."),
        (("1.1", "1.3"), "After 1.1 comes 1.3, not 1.2."),
        (("1.2", "1.1"), "The codes begin with 1.2, not with 1.1."),
        (("a", "b"), None),
        (("1.1", "1.1a"), None),
        (("1.a", "1.c"), "After 1.a comes 1.c, not 1.b."),
        (("a)", "b)", "d)"), "After b) comes d), not c)."),
        (("c", "d", "đ", "e", "g"), None),
        (("c", "d", "e", "f"), None),
        (("I", "II", "IV"), "After II comes IV, not III."),
        (("1.1.", "1.3."), "After 1.1. comes 1.3., not 1.2.."),
        (("1)", "2)", "3)"), None),
        (("1.1", "1.1"), None),
    ],
)
def test_skipped_codes_are_told_where_they_skip(codes: tuple[str, ...], expected: str | None) -> None:
    below = [node(code, "1", parent="1") for code in codes]
    found = warnings(set_of(node("1", str(len(codes)), ""), *below, total=str(len(codes))))
    assert (found[0].what if found else None) == expected
    assert all(finding.kind == "skipped" for finding in found)


def test_fields_are_numbered_too() -> None:
    finding = only(set_of(node("1", "1"), node("3", "1"), total="2"))
    assert (finding.code, finding.what) == ("3", "After 1 comes 3, not 2.")


# Reach ------------------------------------------------------------------------------------------------------
BY_STEP = {"label": "Chỉ số", "by": "step", "base": "0", "step_points": "1", "no_base": "zero"}
BANDS = {"of": "percent", "label": "Tỷ lệ"}


@pytest.mark.parametrize(
    ("method", "params", "best"),
    [
        ("choice", {"options": [{"code": "co", "label": "Có", "points": "2"}]}, "2"),
        ("bands", {**BANDS, "bands": [{"to": "50", "points": "0"}, {"from": "50", "points": "2.5"}]}, "2.5"),
        ("weighted", {"parts": [{"name": "a", "label": "Đúng hạn", "weight": "0.5"}]}, "1.5"),
        ("count", {"label": "Số mô hình", "step_points": "1", "cap": "2"}, "2"),
        ("count", {"label": "Số phiên trễ", "base": "1", "step_points": "-0.5"}, "1"),
    ],
)
def test_a_maximum_that_is_never_reached_is_told(method: str, params: dict[str, Any], best: str) -> None:
    finding = only(leaf(method, params))
    assert (finding.kind, finding.code, finding.at) == ("reach", "1", "params")
    assert f"gives {best} points at most; its maximum of 3" in finding.what


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("points", {}),
        ("change", {**BY_STEP, "kind": "integer", "better": "lower", "per": "20"}),
        ("change", {**BY_STEP, "kind": "percent", "per": "30"}),
        ("survey", {"by": "mean", "scale_max": "5", "minimum_sample": "30"}),
        ("conversion", {"label": "a", "from_max": "150"}),
        ("choice", {"options": [{"code": "co", "label": "Có", "points": "max"}]}),
        ("ratio", {"of": "ratio", "numerator": "a", "denominator": "b", "floor_percent": "50"}),
        ("ratio", {"of": "percent", "label": "a", "full_percent": "80"}),
        ("weighted", {"parts": [{"name": n, "label": n, "weight": w} for n, w in (("a", "1"), ("b", "0"))]}),
        ("count", {"label": "a", "step_points": "0.01"}),
        ("count", {"label": "a", "base": "max", "step_points": "-3"}),
        ("bands", {"of": "value", "label": "a", "kind": "integer", "bands": [
            {"to": "3", "points": "0"}, {"from": "3", "to": "4", "points": "max"}, {"from": "4", "points": "1"},
        ]}),
    ],
)  # fmt: skip
def test_a_maximum_that_can_be_reached_is_no_warning(method: str, params: dict[str, Any]) -> None:
    assert lint(leaf(method, params)) == ()


# Evidence and function --------------------------------------------------------------------------------------
def test_leaves_without_evidence_are_told_once_a_field() -> None:
    fields = [
        row
        for number in "12"
        for row in (
            node(number, "3", ""),
            node(f"{number}.1", "1", evidence_required=False),
            node(f"{number}.2", "1"),
            node(f"{number}.3", "1", evidence_required=False),
        )
    ]
    found = warnings(set_of(*fields, total="6"))
    assert [(each.kind, each.code, each.position) for each in found] == [
        ("no_evidence", "1", 1),
        ("no_evidence", "2", 5),
    ]
    assert found[0].what == "2 rows ask for no evidence: 1.1, 1.3."


def test_nobody_proves_a_penalty_or_a_leaf_without_points() -> None:
    silent: dict[str, Any] = {"evidence_required": False}
    penalty = node("P", "5", counts_as="penalty", parent="", **silent)
    assert lint(set_of(node("1", "5", ""), node("1.1", "5"), node("1.2", "0", **silent), penalty, total="5")) == ()


def test_leaves_that_nobody_is_proposed_to_appraise_are_told_once_a_field() -> None:
    content = set_of(node("1", "2", ""), node("1.1", "1"), node("1.2", "1"), total="2")
    bare = replace(content, criteria=tuple(replace(each, function="") for each in content.criteria))
    finding = only(bare)
    assert (finding.kind, finding.at, finding.position) == ("no_function", "function", 1)
    assert finding.what == "For 2 rows nobody is proposed to appraise them: 1.1, 1.2."
    assert lint(replace(bare, criteria=(content.criteria[0], *bare.criteria[1:]))) == ()


# Knock-out --------------------------------------------------------------------------------------------------
def test_a_knock_out_stands_on_a_parent() -> None:
    parent = node("1", "5", "", knock_out=True)
    assert lint(set_of(parent, node("1.1", "5"), total="5")) == ()
    assert kinds(errors(set_of(node("1", "5", knock_out=True), total="5"))) == [("knock_out", "1", "knock_out")]


@pytest.mark.parametrize("kind", ["bonus", "penalty"])
def test_a_knock_out_takes_only_what_counts_within_the_maximum(kind: str) -> None:
    content = with_bonus("5", "5", kind=kind)
    marked = replace(content.criteria[1], knock_out=True)
    found = errors(replace(content, criteria=(content.criteria[0], marked, *content.criteria[2:])))
    assert kinds(found) == [("knock_out", "B", "knock_out")]


# Keys -------------------------------------------------------------------------------------------------------
def test_a_key_has_no_language_and_changes_with_the_facts() -> None:
    english = only(BONUS_OF_13_UNDER_10).key
    with translation.override("vi"):
        assert only(BONUS_OF_13_UNDER_10).key == english
    assert only(replace(BONUS_OF_13_UNDER_10, point_step=Decimal("0.5"))).key == english
    assert only(with_bonus("5", "5", "3")).key == english
    assert only(with_bonus("5", "5", "2")).key != english
    assert only(with_bonus("5", "5", "3", cap="9")).key != english


def test_a_key_fits_its_column_whatever_it_lists() -> None:
    below = [node(f"1.{number}", "1", evidence_required=False) for number in range(1, 151)]
    one = only(set_of(node("1", "150", ""), *below, total="150"))
    other = only(set_of(node("1", "150", ""), *below[:-1], node("1.150", "1"), total="150"))
    assert len(one.key) == len(other.key) == 300
    assert one.key != other.key

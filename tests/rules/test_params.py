"""What an editor or a workbook writes as params is checked as a whole, before anything is scored."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from scoring.rules import Leaf, RuleErrors, build

from .printed import printed

Params = Mapping[str, Any]

PERCENT = {"of": "percent", "label": "Tỷ lệ"}


def problems(method: str, params: Params) -> dict[str, str]:
    """What is wrong with the params of a leaf of 2 points in steps of 0.25, by place."""
    with pytest.raises(RuleErrors) as caught:
        build(method, params, Leaf(Decimal(2), step=Decimal("0.25")))
    found = [(error.at, printed(error.message)) for error in caught.value.errors]
    assert len(found) == len(dict(found)), "one place is blamed twice"
    return dict(found)


def test_an_unknown_method_is_refused() -> None:
    assert problems("guess", {}) == {"method": "unknown method: guess"}


def test_a_setting_that_the_method_does_not_know_is_refused() -> None:
    assert problems("points", {"stpe": "0.5"}) == {"stpe": "the method has no such setting"}
    assert problems("ratio", {**PERCENT, "floor": "50"}) == {"floor": "the method has no such setting"}


def test_a_setting_left_empty_is_as_good_as_absent() -> None:
    build("points", {"label": "", "cap": None}, Leaf(Decimal(2)))


def test_all_problems_of_the_options_are_told_at_once() -> None:
    options = [
        {"code": "a", "label": "Đúng hạn", "points": "2.5"},
        {"code": "a", "label": "Trễ hạn", "points": "0.3"},
        {"code": "c", "points": "một"},
        {"code": "d", "label": "Không", "points": 0.5},
        {"code": "e", "label": "Không", "poins": "0"},
    ]
    assert problems("choice", {"options": options}) == {
        "options.0.points": "2,5 is above 2",
        "options.1.code": "a is already in use",
        "options.1.points": "0,3 is not a multiple of 0,25",
        "options.2.label": "a text is missing",
        "options.2.points": "một is not a number",
        "options.3.points": "0.5 is not a number",
        "options.4.points": "a number is missing",
        "options.4.poins": "the method has no such setting",
    }


@pytest.mark.parametrize("options", [None, [], "on time", ["on time"]])
def test_a_choice_needs_options(options: object) -> None:
    assert problems("choice", {"options": options}) == {"options": "list at least one row"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [{"to": "70", "points": 0}, {"from": "80", "points": 1}],
            {"bands.1.from": "a gap: no band owns what lies just below"},
        ),
        (
            [{"to": "70", "points": 0}, {"from": "70", "from_closed": False, "points": 1}],
            {"bands.1.from": "a gap: no band owns what lies just below"},
        ),
        (
            [{"from": "70", "points": 1}, {"to": "70", "to_closed": True, "points": 0}],
            {"bands.0.from": "an overlap: another band owns this already"},
        ),
        (
            [{"to": "80", "points": 0}, {"from": "70", "points": 1}],
            {"bands.1.from": "an overlap: another band owns this already"},
        ),
        (
            [{"points": 0}, {"points": 1}],
            {"bands.1.from": "an overlap: another band owns this already"},
        ),
        (
            [{"points": 0}, {"from": "10", "to": "20", "points": 1}, {"from": "20", "points": 2}],
            {
                "bands.1.from": "an overlap: another band owns this already",
                "bands.2.from": "an overlap: another band owns this already",
            },
        ),
        (
            [{"from": "0", "to": "100", "points": 1}],
            {"bands.0.to": "a gap: no band owns what lies above"},
        ),
        (
            [{"from": "0", "from_closed": False, "points": 1}],
            {"bands.0.from": "a gap: no band owns what lies just below"},
        ),
        (
            [{"to": "70", "points": 0}, {"from": "70", "to": "70", "points": 1}, {"from": "70", "points": 2}],
            {"bands.1.to": "the band ends before it begins"},
        ),
        (
            [{"to": "101", "points": 0}, {"from": "-1", "from_closed": "yes", "points": 3}],
            {
                "bands.0.to": "101 is above 100",
                "bands.1.from": "−1 is below 0",
                "bands.1.from_closed": "yes is neither true nor false",
                "bands.1.points": "3 is above 2",
            },
        ),
    ],
)
def test_bands_own_every_value_exactly_once(rows: list[Params], expected: dict[str, str]) -> None:
    assert problems("bands", {**PERCENT, "bands": rows}) == expected


def test_bands_of_a_value_have_no_upper_end() -> None:
    value = {"of": "value", "label": "Số cuộc họp", "kind": "integer"}
    closed = [{"to": "100", "to_closed": True, "points": 0}]
    expected = {"bands.0.to": "a gap: no band owns what lies above"}
    assert problems("bands", {**value, "bands": closed}) == expected


def test_points_of_an_exception_need_the_exception() -> None:
    rows = [{"points": 1, "exception_points": 2}]
    expected = {"bands.0.exception_points": "the method has no such setting"}
    assert problems("bands", {**PERCENT, "bands": rows}) == expected


def test_a_measure_is_named() -> None:
    found = problems("ratio", {"of": "value", "numerator": "Đạt", "denominator": "Tổng"})
    assert found == {"of": "write one of: ratio, percent"}


def test_full_points_are_not_reached_below_the_floor() -> None:
    params = {**PERCENT, "floor_percent": "60", "full_percent": "50"}
    assert problems("ratio", params) == {"full_percent": "50 is below 60"}


def test_weights_lie_between_0_and_1() -> None:
    parts = [
        {"name": "a", "label": "A", "weight": "1.5"},
        {"name": "a", "label": "B", "weight": "-1"},
    ]
    assert problems("weighted", {"parts": parts}) == {
        "parts.0.weight": "1,5 is above 1",
        "parts.1.name": "a is already in use",
        "parts.1.weight": "−1 is below 0",
    }


def test_a_weighted_count_in_which_nothing_weighs_is_refused() -> None:
    parts = [{"name": "a", "label": "A", "weight": 0}]
    assert problems("weighted", {"parts": parts}) == {"parts": "no part has a weight above 0"}


def test_a_count_keeps_floor_below_cap_and_cap_below_maximum() -> None:
    params = {"label": "Số", "step_points": "1", "cap": "1", "floor": "1.5", "base": "3"}
    assert problems("count", params) == {"base": "3 is above 2", "floor": "1,5 is above 1"}


def test_a_count_whose_items_are_worth_nothing_is_refused() -> None:
    expected = {"step_points": "an item must be worth something"}
    assert problems("count", {"label": "Số", "step_points": "0"}) == expected


def test_a_row_of_a_conversion_lies_on_the_other_index_and_stands_once() -> None:
    table = [{"value": "151", "points": 1}, {"value": "90", "points": 0}, {"value": "90.0", "points": 1}]
    assert problems("conversion", {"label": "PCI", "from_max": "150", "by": "table", "table": table}) == {
        "table.0.value": "151 is above 150",
        "table.2.value": "90 is already in use",
    }


def test_settings_of_another_word_are_refused() -> None:
    rule = {"label": "Số", "kind": "integer", "unchanged": 1, "base": 1, "per": 2}
    unknown = "the method has no such setting"
    assert problems("change", rule) == {"base": unknown, "per": unknown}
    assert problems("change", {"label": "Số", "kind": "integer"}) == {"unchanged": "a number is missing"}


def test_what_hangs_on_an_unreadable_word_is_not_judged() -> None:
    found = problems("survey", {"by": "guess", "scale_max": "0", "minimum_sample": "0"})
    assert found == {"by": "write one of: mean, percent, points", "minimum_sample": "0 is below 1"}


def test_the_scale_of_a_survey_rises() -> None:
    expected = {"scale_max": "1 is not above the worst answer, 1"}
    assert problems("survey", {"by": "mean", "scale_min": "1", "scale_max": "1"}) == expected


def test_a_factor_is_said_as_a_whole() -> None:
    count = {"label": "Dân số", "step_points": "1"}
    assert problems("count", {**count, "factor": "xã miền núi"}) == {"factor_percent": "a number is missing"}
    assert problems("count", {**count, "factor_percent": "75"}) == {
        "factor_percent": "the method has no such setting"
    }


def test_a_target_can_be_reached() -> None:
    peer = {**PERCENT, "by": "target", "target": "101"}
    assert problems("peer", peer) == {"target": "101 is above 100"}


def test_years_are_whole() -> None:
    peer = {**PERCENT, "by": "range", "years": "1.5"}
    assert problems("peer", peer) == {"years": "1,5 is not a multiple of 1"}


def test_information_earns_nothing() -> None:
    expected = {"max_points": "a criterion for information only has a maximum of 0"}
    assert problems("information", {"label": "Dân số", "kind": "integer"}) == expected


@pytest.mark.parametrize(
    ("maximum", "step", "at"),
    [("1.1", "0.25", "max_points"), ("-1", "0.01", "max_points"), ("1", "0.001", "step"), ("1", "0", "step")],
)
def test_a_leaf_keeps_its_maximum_on_the_step(maximum: str, step: str, at: str) -> None:
    with pytest.raises(RuleErrors) as caught:
        Leaf(Decimal(maximum), step=Decimal(step))
    assert [error.at for error in caught.value.errors] == [at]

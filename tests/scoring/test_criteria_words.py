"""Methods explained in words, in the reader's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

import pytest
from django.utils import translation

from scoring.method_words import in_words
from scoring.rules import Answers, Input, Kind, Leaf, Method, Outcome, Policy, build
from scoring.rules.methods.params import Params

BANDS = [
    {"to": "70", "points": "0"},
    {"from": "70", "to": "90", "to_closed": True, "points": "0.5", "exception_points": "1"},
    {"from": "90", "from_closed": False, "to": "100", "points": "max"},
    {"from": "100", "to": "100", "to_closed": True, "points": "max"},
]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("method", "params", "lines"),
    [
        ("points", {}, ["Points from 0 to 2 in steps of 0.01"]),
        (
            "choice",
            {
                "options": [
                    {"code": "a", "label": "Đúng hạn", "points": "max"},
                    {"code": "b", "label": "Chậm", "points": "0"},
                ]
            },
            ["Đúng hạn → 2", "Chậm → 0"],
        ),
        ("ratio", {"of": "percent", "label": "Tỷ lệ"}, ["Tỷ lệ × 2"]),
        (
            "ratio",
            {"of": "ratio", "numerator": "a", "denominator": "b", "floor_percent": "50", "full_percent": "97.5"},
            ["a / b / 97.5 % × 2", "Below 50 %: 0 points", "From 97.5 % on: all points"],
        ),
        (
            "bands",
            {"of": "percent", "label": "Tỷ lệ", "exception": "đã đôn đốc", "bands": BANDS},
            [
                "Tỷ lệ:",
                "< 70 % → 0",
                "≥ 70 % and ≤ 90 % → 0.5 (đã đôn đốc → 1)",
                "> 90 % and < 100 % → 2",
                "= 100 % → 2",
            ],
        ),
        (
            "bands",
            {"of": "value", "kind": "integer", "label": "Số", "bands": [{"points": "1"}]},
            ["Số:", "any value → 1"],
        ),
        (
            "weighted",
            {
                "parts": [
                    {"name": "a", "label": "Đúng hạn", "weight": "1"},
                    {"name": "b", "label": "Quá hạn", "weight": "0.5"},
                    {"name": "c", "label": "Chưa xong", "weight": "0"},
                ]
            },
            ["(Đúng hạn × 1 + Quá hạn × 0.5) / (Đúng hạn + Quá hạn + Chưa xong) × 2"],
        ),
        (
            "count",
            {"label": "Số lần", "base": "max", "step_points": "-0.5"},
            ["2 − Số lần × 0.5", "At least 0, at most 2"],
        ),
    ],
)
def test_each_method_is_explained(method: str, params: dict[str, Any], lines: list[str]) -> None:
    assert list(in_words(build(method, params, Leaf(Decimal(2))))) == lines


def test_policies_are_told_where_they_matter() -> None:
    leaf = Leaf(Decimal(2), no_case=Policy.FULL, zero_denominator=Policy.ZERO)
    share = build("ratio", {"of": "ratio", "numerator": "a", "denominator": "b"}, leaf)
    assert in_words(share)[1:] == ("No case arose: all points", "The whole is 0: 0 points")
    assert in_words(build("points", {}, leaf))[1:] == ("No case arose: all points",)


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    with translation.override("vi"):
        (line,) = in_words(
            build("choice", {"options": [{"code": "a", "label": "x", "points": "0.5"}]}, Leaf(Decimal(1)))
        )
    assert line == "x → 0,5"


def test_a_method_without_words_of_its_own_names_its_inputs() -> None:
    @dataclass(frozen=True)
    class Other(Method):
        @classmethod
        def read(cls, params: Params, leaf: Leaf) -> Self:
            return cls(leaf)

        def inputs(self) -> tuple[Input, ...]:
            return (Input("a", "Năm nay", Kind.DECIMAL), Input("b", "Năm trước", Kind.DECIMAL))

        def award(self, answers: Answers) -> Outcome:
            raise NotImplementedError

    assert in_words(Other(Leaf(Decimal(1)))) == ("Computed from: Năm nay; Năm trước",)

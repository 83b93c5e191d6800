"""Methods explained in words, in the reader's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

import pytest
from django.utils import translation

from parportal.display import message
from scoring.method_words import in_words
from scoring.rules import Answers, Input, Kind, Leaf, Method, Outcome, Policy, build
from scoring.rules.methods.params import Params

BANDS = [
    {"to": "70", "points": "0"},
    {"from": "70", "to": "90", "to_closed": True, "points": "0.5", "exception_points": "1"},
    {"from": "90", "from_closed": False, "to": "100", "points": "max"},
    {"from": "100", "to": "100", "to_closed": True, "points": "max"},
]

TARGET_WORDS = (
    "50 % of 2 for reaching 80, below it in proportion; above it up to 2 for the best unit (higher is better)"
)


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
        (
            "count",
            {
                "label": "Dân số",
                "base": "1",
                "step_points": "0.5",
                "threshold": "20000",
                "per": "1000",
                "partial": "started",
                "factor": "xã miền núi",
                "factor_percent": "75",
            },
            [
                "1 + (Dân số − 20,000) / 1,000 × 0.5",
                "At least 0, at most 2",
                "Each started step counts",
                "xã miền núi: 75 % of the threshold and of the size of a step",
            ],
        ),
        ("conversion", {"label": "PCI", "from_max": "150"}, ["PCI / 150 × 2"]),
        (
            "conversion",
            {
                "label": "PCI",
                "from_max": "150",
                "by": "table",
                "between": "line",
                "table": [{"value": "150", "points": "max"}, {"value": "120", "points": "1.5"}],
            },
            ["PCI:", "< 120 → 0", "≥ 120 → 1.5", "≥ 150 → 2", "In proportion between two rows"],
        ),
        (
            "change",
            {"label": "Số đơn thư", "kind": "integer", "better": "lower", "unchanged": "1", "no_base": "full"},
            [
                "Số đơn thư, compared with last year:",
                "higher → 0",
                "the same → 1",
                "lower → 2",
                "No comparable year: all points",
            ],
        ),
        (
            "change",
            {
                "label": "Thu",
                "kind": "decimal",
                "by": "step",
                "base": "1",
                "step_points": "0.5",
                "per": "5",
                "in_percent": True,
            },
            [
                "Thu, compared with last year:",
                "1, and 0.5 more for each 5 % higher, less for each 5 % lower",
                "At least 0, at most 2",
                "Each full step counts",
            ],
        ),
        (
            "peer",
            {"of": "percent", "label": "Tỷ lệ", "by": "target", "target": "80"},
            [
                "Tỷ lệ:",
                TARGET_WORDS,
                "The points follow when the round is over.",
            ],
        ),
        (
            "survey",
            {"by": "mean", "scale_min": "1", "scale_max": "5", "minimum_sample": "30"},
            [
                "Mean of the answers on the scale from 1 to 5 × 2",
                "Without a survey, or with fewer than 30 answers: not counted",
            ],
        ),
    ],
)
def test_each_method_is_explained(method: str, params: dict[str, Any], lines: list[str]) -> None:
    assert list(in_words(build(method, params, Leaf(Decimal(2))))) == lines


def test_information_is_said_to_earn_nothing() -> None:
    method = build("information", {"label": "Dân số", "kind": "integer"}, Leaf(Decimal(0)))
    assert in_words(method) == ("Dân số: for information only, not scored",)


def test_a_percent_sign_in_the_words_of_a_set_stays_as_it_is() -> None:
    options = [{"code": "a", "label": "đạt 100% (50 %)", "points": "max"}]
    method = build("choice", {"options": options}, Leaf(Decimal(2)))
    assert in_words(method) == ("đạt 100% (50 %) → 2",)
    assert [message(case.label) for case in method.edge_cases()] == ["đạt 100% (50 %)"]


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

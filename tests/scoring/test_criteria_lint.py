"""Errors of a criteria set: where, what, and how to mend it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_example import EXAMPLE
from scoring.lint import Finding, lint


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def with_criterion(code: str, **changes: Any) -> SetContent:
    changed = (replace(each, **changes) if each.code == code else each for each in EXAMPLE.criteria)
    return replace(EXAMPLE, criteria=tuple(changed))


def errors(content: SetContent) -> tuple[Finding, ...]:
    return tuple(finding for finding in lint(content) if finding.is_error)


def places(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, finding.at) for finding in found]


def test_a_sound_set_has_no_errors() -> None:
    assert errors(EXAMPLE) == ()


def test_a_finding_says_where_what_and_how_to_mend_it() -> None:
    (finding,) = errors(with_criterion("1.3", max_points=Decimal(3)))
    assert (finding.code, finding.at) == ("1", "max_points")
    assert finding.what == "The maxima below 1 add up to 7, not to 6."
    assert finding.mend == "Correct this maximum or one of those below."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (replace(EXAMPLE, total_points=Decimal("10.01")), [("", "total_points")]),
        (replace(EXAMPLE, point_step=Decimal("0.015")), [("", "point_step")]),
        (replace(EXAMPLE, criteria=()), [("", "criteria")]),
        (with_criterion("1.3", method="", params={}), [("1.3", "method")]),
        (with_criterion("1.3", method="guess"), [("1.3", "method")]),
        (with_criterion("1", method="points"), [("1", "method")]),
        (with_criterion("1", params={"of": "ratio"}), [("1", "method")]),
        (with_criterion("1.1", params={}), [("1.1", "params.options")]),
        (with_criterion("1.3", params={**EXAMPLE.criteria[3].params, "cap": "3"}), [("1.3", "params.cap")]),
        (with_criterion("1.3", max_points=Decimal(-1)), [("1.3", "max_points"), ("1", "max_points")]),
        (
            with_criterion("2.2", params={"of": "percent", "label": "x", "bands": [{"to": "50", "points": "0"}]}),
            [("2.2", "params.bands.0.to")],
        ),
        (  # a gap is told although something else is wrong too
            with_criterion("2.2", params={"of": "percent", "bands": [{"to": "50", "points": "99"}]}),
            [("2.2", "params.label"), ("2.2", "params.bands.0.points"), ("2.2", "params.bands.0.to")],
        ),
        (
            with_criterion("1.2", params={"parts": [{"name": "dung han", "label": "x", "weight": "1"}]}),
            [("1.2", "params.parts.0.name")],
        ),
        (
            with_criterion("1.3", method="information", params={"label": "x", "kind": "integer"}),
            [("1.3", "max_points")],
        ),
    ],
)
def test_each_fault_has_its_place(content: SetContent, expected: list[tuple[str, str]]) -> None:
    assert places(errors(content)) == expected


def test_maxima_equal_in_value_add_up_whatever_their_zeros() -> None:
    assert errors(with_criterion("1.3", max_points=Decimal("2.00"))) == ()


def test_bonus_and_penalty_are_left_out_of_the_sums() -> None:
    extra = [
        CriterionContent("T", "1", "Thưởng", Decimal(2), "points", counts_as="bonus"),
        CriterionContent("P", "", "Trừ", Decimal(4), "points", counts_as="penalty"),
    ]
    assert errors(replace(EXAMPLE, criteria=(*EXAMPLE.criteria, *extra))) == ()


def test_a_long_circle_is_found() -> None:
    codes = [f"n{number}" for number in range(30)]
    ring = tuple(CriterionContent(code, codes[number - 1], "x", Decimal(0)) for number, code in enumerate(codes))
    found = errors(replace(EXAMPLE, criteria=(*EXAMPLE.criteria, *ring)))
    assert places(found) == [(code, "parent") for code in codes]

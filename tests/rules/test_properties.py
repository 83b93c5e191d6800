"""What holds for every leaf, every answer and every order."""

import json
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules import (
    CountsAs,
    Input,
    Kind,
    LeafPoints,
    Method,
    RankRule,
    Rounding,
    Value,
    decode,
    encode,
    index,
    rank,
    totals,
)

from .generated import HUNDREDTH, cases, hundredths

untimed = settings(deadline=None)


@untimed
@given(cases())
def test_answers_survive_being_kept_as_json(case: tuple[Method, dict[str, Value]]) -> None:
    method, answers = case
    kept = json.loads(json.dumps({**encode(answers), "left_from_another_method": 1}))
    again = decode(method.inputs(), kept)
    assert again == answers
    assert {name: type(value) for name, value in again.items()} == {
        name: type(value) for name, value in answers.items()
    }
    assert method.score(again) == method.score(answers)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_kept_digit_for_digit(value: Decimal) -> None:
    asked = [Input("value", "Giá trị", Kind.DECIMAL)]
    again = decode(asked, json.loads(json.dumps(encode({"value": value}))))
    assert str(again["value"]) == str(value)


def test_what_was_not_answered_yet_is_not_made_up() -> None:
    asked = [Input("done", "Đạt", Kind.INTEGER), Input("total", "Tổng số", Kind.INTEGER)]
    assert decode(asked, {"done": 3}) == {"done": 3}


@untimed
@given(st.fractions(-500, 500), st.sampled_from(Rounding))
def test_rounding_agrees_with_the_decimal_module(exact: Fraction, rounding: Rounding) -> None:
    modes = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.DOWN: ROUND_DOWN, Rounding.UP: ROUND_UP}
    # A third has no end as a decimal: twelve digits, and one more that says whether anything follows.
    digits = int(abs(exact) * 10**12)
    size = Decimal(digits * 10 + (Fraction(digits, 10**12) != abs(exact))).scaleb(-13)
    expected = size.quantize(HUNDREDTH, modes[rounding]).copy_sign(Decimal(exact.numerator))
    assert rounding.to_step(exact, HUNDREDTH) == expected


section_codes = st.sampled_from(["1", "2", "3", "10"])
leaf_points = st.builds(
    LeafPoints,
    code=st.text("0123456789.", min_size=1, max_size=6),
    section=section_codes,
    points=st.none() | hundredths(20),
    counted_max_points=hundredths(20),
    counts_as=st.sampled_from(CountsAs),
)


@untimed
@given(st.lists(leaf_points, max_size=40), st.randoms())
def test_the_order_of_the_leaves_does_not_change_the_sums(leaves: list[LeafPoints], random: Any) -> None:
    shuffled = list(leaves)
    random.shuffle(shuffled)
    assert totals(shuffled) == totals(leaves)
    base = [leaf for leaf in leaves if leaf.counts_as is CountsAs.BASE]
    assert totals(leaves).earned == sum(int((leaf.points or 0) * 100) for leaf in base) * HUNDREDTH


@given(hundredths(200), hundredths(200, lowest=1))
def test_an_index_is_within_half_a_hundredth_of_the_exact_share(earned: Decimal, maximum: Decimal) -> None:
    printed = index(earned, maximum)
    assert printed is not None
    assert abs(Fraction(printed) - Fraction(earned) / Fraction(maximum) * 100) <= Fraction(1, 200)


@given(st.dictionaries(st.integers(), st.none() | hundredths(3), max_size=30))
def test_a_place_counts_those_who_are_better(indexes: dict[int, Decimal | None]) -> None:
    competition, dense = rank(indexes, RankRule.COMPETITION), rank(indexes, RankRule.DENSE)
    for unit, own in indexes.items():
        if own is None:
            assert competition[unit] is dense[unit] is None
        else:
            better = [value for value in indexes.values() if value is not None and value > own]
            assert competition[unit] == 1 + len(better)
            assert dense[unit] == 1 + len(set(better))

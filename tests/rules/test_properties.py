"""What holds for every leaf, every answer and every order."""

import json
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules import (
    METHODS,
    CountsAs,
    Input,
    Kind,
    Leaf,
    LeafPoints,
    Method,
    RankRule,
    Rounding,
    RuleErrors,
    Value,
    build,
    decode,
    encode,
    index,
    rank,
    totals,
)

untimed = settings(deadline=None)

HUNDREDTH = Decimal("0.01")
MANY = 10**6


def hundredths(highest: int, *, lowest: int = 0) -> st.SearchStrategy[Decimal]:
    return st.integers(lowest * 100, highest * 100).map(lambda count: count * HUNDREDTH)


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    step = draw(st.sampled_from([HUNDREDTH, Decimal("0.25"), Decimal("0.5"), Decimal(1)]))
    return Leaf(step * draw(st.integers(0, 4000)), step, draw(st.sampled_from(Rounding)))


def points_of(leaf: Leaf) -> st.SearchStrategy[str]:
    return st.integers(0, int(leaf.max_points / leaf.step)).map(lambda steps: str(leaf.step * steps))


@st.composite
def shares(draw: st.DrawFn) -> dict[str, Any]:
    whole = {"of": "ratio", "numerator": "Đạt", "denominator": "Tổng số"}
    return draw(st.sampled_from([whole, {"of": "percent", "label": "Tỷ lệ"}]))


@st.composite
def band_lines(draw: st.DrawFn, leaf: Leaf) -> list[dict[str, Any]]:
    """Bands that meet at some bounds, each bound owned by the band on one side of it."""
    bounds = sorted(draw(st.sets(hundredths(100), max_size=6)) - {Decimal(0), Decimal(100)})
    below = [draw(st.booleans()) for _ in bounds]
    lows = [
        {},
        *({"from": str(at), "from_closed": not owned} for at, owned in zip(bounds, below, strict=True)),
    ]
    highs = [*({"to": str(at), "to_closed": owned} for at, owned in zip(bounds, below, strict=True)), {}]
    bands = [{**low, **high, "points": draw(points_of(leaf))} for low, high in zip(lows, highs, strict=True)]
    return draw(st.permutations(bands))


@st.composite
def methods(draw: st.DrawFn, names: tuple[str, ...] = tuple(METHODS)) -> Method:
    leaf, name = draw(leaves()), draw(st.sampled_from(names))
    points = points_of(leaf)
    params: dict[str, Any] = {}
    match name:
        case "choice":
            earned = draw(st.lists(points, min_size=1, max_size=5))
            params["options"] = [{"code": str(n), "label": "x", "points": each} for n, each in enumerate(earned)]
        case "bands":
            params = {**draw(shares()), "bands": draw(band_lines(leaf))}
        case "ratio":
            floor, full = sorted(draw(st.tuples(hundredths(100), hundredths(100))))
            params = {
                **draw(shares()),
                "floor_percent": str(floor),
                "full_percent": str(max(full, HUNDREDTH)),
            }
        case "weighted":
            weights = [Decimal(1), *draw(st.lists(hundredths(1), max_size=3))]
            params["parts"] = [{"name": f"p{n}", "label": "x", "weight": str(w)} for n, w in enumerate(weights)]
        case "count":
            floor, cap = sorted(map(Decimal, draw(st.tuples(points, points))))
            each = draw(hundredths(5, lowest=-5).filter(bool))
            params = {"label": "x", "base": draw(points), "floor": str(floor), "cap": str(cap)}
            params["step_points"] = str(each)
    return build(name, params, leaf)


def answer_to(each: Input) -> st.SearchStrategy[Value]:
    match each.kind:
        case Kind.INTEGER:
            return st.integers(0, MANY)
        case Kind.CHOICE:
            return st.sampled_from([option.code for option in each.options])
        case Kind.POINTS:
            assert each.maximum is not None
            assert each.step is not None
            step = each.step
            return st.integers(0, int(each.maximum / step)).map(lambda steps: steps * step)
        case Kind.PERCENT | Kind.DECIMAL:
            return st.decimals(0, 100, places=5)


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...] = tuple(METHODS)) -> tuple[Method, dict[str, Value]]:
    """A method and answers that can be true together."""
    method = draw(methods(names))
    answers = {each.name: draw(answer_to(each)) for each in method.inputs()}
    if "numerator" in answers:
        answers["numerator"], answers["denominator"] = sorted(
            int(answers[name]) for name in ("numerator", "denominator")
        )
    return method, answers


@untimed
@given(cases())
def test_points_lie_between_zero_and_the_maximum_and_on_the_step(
    case: tuple[Method, dict[str, Value]],
) -> None:
    method, answers = case
    outcome = method.score(answers)
    assert outcome.points is not None
    assert 0 <= outcome.points <= method.leaf.max_points
    assert (Fraction(outcome.points) / Fraction(method.leaf.step)).denominator == 1
    assert outcome.counted_max_points in (0, method.leaf.max_points)


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
@given(methods(("ratio",)), st.lists(st.decimals(0, 100, places=3), min_size=2), st.integers(1, MANY))
def test_a_higher_ratio_never_earns_less(ratio: Method, percents: list[Decimal], whole: int) -> None:
    if len(ratio.inputs()) == 2:
        parts = [int(whole * percent / 100) for percent in sorted(percents)]
        ladder: list[dict[str, Value]] = [{"numerator": part, "denominator": whole} for part in parts]
    else:
        ladder = [{"percent": percent} for percent in sorted(percents)]
    earned = [ratio.score(answers).points or Decimal(0) for answers in ladder]
    assert all(lower <= higher for lower, higher in pairwise(earned))


@untimed
@given(cases(("weighted",)), st.integers(1, MANY))
def test_more_items_of_full_weight_never_earn_less(case: tuple[Method, dict[str, Value]], more: int) -> None:
    weighted, answers = case
    better = {**answers, "p0": int(answers["p0"]) + more}
    if any(answers.values()):
        assert (weighted.score(answers).points or 0) <= (weighted.score(better).points or 0)


@untimed
@given(methods(("bands",)), st.data())
def test_every_value_lies_in_one_band_only(method: Method, data: st.DataObject) -> None:
    bands = vars(method)["bands"]
    bounds = [bound for band in bands for bound in (band.low, band.high) if bound is not None]
    amount = data.draw(st.sampled_from(bounds) if bounds else st.just(Decimal(50)))
    for near in (amount - HUNDREDTH / 2, amount, amount + HUNDREDTH / 2):
        assert sum(band.holds(Fraction(near)) for band in bands) == 1


@untimed
@given(st.data())
def test_bands_with_one_missing_are_refused(data: st.DataObject) -> None:
    leaf = Leaf(Decimal(2))
    line = data.draw(band_lines(leaf).filter(lambda bands: len(bands) > 1))
    line.pop(data.draw(st.integers(0, len(line) - 1)))
    with pytest.raises(RuleErrors):
        build("bands", {"of": "percent", "label": "Tỷ lệ", "bands": line}, leaf)


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

"""What holds for every method, however it is set up: bounds, and better facts that never earn less."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules import METHODS, Leaf, LeafState, Method, Outcome, RuleErrors, Value, build, score_leaf

from .generated import (
    HUNDREDTH,
    MANY,
    answer_to,
    answers_to,
    band_lines,
    cases,
    hundredths,
    leaves,
    methods,
    params_of,
)
from .printed import printed

pools = st.lists(st.fractions(0, 200), max_size=5)


def is_within_bounds(outcome: Outcome, leaf: Leaf) -> bool:
    return (
        outcome.points is not None
        and 0 <= outcome.points <= leaf.max_points
        and (Fraction(outcome.points) / Fraction(leaf.step)).denominator == 1
        and outcome.counted_max_points in (0, leaf.max_points)
    )


def earned(outcomes: list[Outcome]) -> list[Decimal]:
    """The points of a ladder of facts, without those that are left out (nothing to divide by)."""
    return [each.points or Decimal(0) for each in outcomes]


def never_falls(outcomes: list[Outcome]) -> bool:
    return all(lower <= higher for lower, higher in pairwise(earned(outcomes)))


@given(cases(), pools)
def test_points_lie_between_zero_and_the_maximum_and_on_the_step(
    case: tuple[Method, dict[str, Value]], pool: list[Fraction]
) -> None:
    method, answers = case
    outcome = method.score(answers)
    assert is_within_bounds(method.award_among(answers, pool) if method.needs_peers else outcome, method.leaf)
    if outcome.points is None:
        assert method.needs_peers
        assert outcome.counted_max_points == method.leaf.max_points


@given(methods())
def test_every_edge_case_is_scored(method: Method) -> None:
    assert method.edge_cases()
    for case in method.edge_cases():
        outcome = method.score(case.answers)
        assert printed(case.label)
        assert printed(outcome.explanation)
        if method.needs_peers:
            outcome = method.award_among(case.answers, [])
        assert is_within_bounds(outcome, method.leaf)


@given(methods())
def test_every_method_is_explained_in_words(method: Method) -> None:
    lines = [printed(line) for line in (*method.words(), *method.policies())]
    assert lines
    assert all(lines)


@given(methods(), st.sampled_from([LeafState.NOT_ANSWERED, LeafState.NO_CASE, LeafState.NOT_APPLICABLE]))
def test_without_an_answer_no_method_gives_points_of_its_own(method: Method, state: LeafState) -> None:
    outcome = score_leaf(method, state, {})
    assert not outcome.points
    is_open = state is LeafState.NOT_ANSWERED and method.by_unit
    assert outcome.counted_max_points == (method.leaf.max_points if is_open else 0)


def share(method: Method, percent: Decimal, whole: int) -> dict[str, Value]:
    """A share as the measure of a method asks for it."""
    match [each.name for each in method.inputs()]:
        case ["numerator", "denominator", *_]:
            return {"numerator": int(whole * percent / 100), "denominator": whole}
        case ["percent", *_]:
            return {"percent": percent}
        case _:
            return {"value": int(percent) if method.inputs()[0].kind == "integer" else percent}


percentages = st.lists(st.decimals(0, 100, places=3), min_size=2).map(sorted)


@given(methods(("ratio",)), percentages, st.integers(1, MANY))
def test_a_higher_ratio_never_earns_less(ratio: Method, percents: list[Decimal], whole: int) -> None:
    assert never_falls([ratio.score(share(ratio, percent, whole)) for percent in percents])


@given(cases(("weighted",)), st.integers(1, MANY))
def test_more_items_of_full_weight_never_earn_less(case: tuple[Method, dict[str, Value]], more: int) -> None:
    weighted, answers = case
    (first, *_others) = weighted.inputs()
    better = {**answers, first.name: int(answers[first.name]) + more}
    if any(answers.values()):
        assert never_falls([weighted.score(answers), weighted.score(better)])


@given(cases(("weighted",)), st.data())
def test_an_item_that_moves_to_a_heavier_part_never_earns_less(
    case: tuple[Method, dict[str, Value]], data: st.DataObject
) -> None:
    weighted, answers = case
    parts = sorted(vars(weighted)["parts"], key=lambda part: part.weight)
    light, heavy = sorted(data.draw(st.tuples(*[st.integers(0, len(parts) - 1)] * 2)))
    moved = data.draw(st.integers(0, int(answers[parts[light].name])))
    better = dict(answers)
    better[parts[light].name] = int(better[parts[light].name]) - moved
    better[parts[heavy].name] = int(better[parts[heavy].name]) + moved
    assert never_falls([weighted.score(answers), weighted.score(better)])


@given(cases(("count",)), st.integers(1, MANY))
def test_a_further_item_moves_the_points_one_way_only(case: tuple[Method, dict[str, Value]], more: int) -> None:
    count, answers = case
    further = {**answers, "count": int(answers["count"]) + more}
    ladder = [count.score(answers), count.score(further)]
    assert never_falls(ladder if vars(count)["steps"].step_points > 0 else ladder[::-1])


@given(methods(("conversion",)), percentages)
def test_a_higher_index_never_converts_into_less(conversion: Method, percents: list[Decimal]) -> None:
    """A table says itself whether more is better; without one the conversion is straight."""
    rungs = [rung.points for rung in vars(conversion)["rungs"]]
    if rungs == sorted(rungs):
        (asked,) = conversion.inputs()
        assert asked.maximum is not None
        values = [percent * asked.maximum / 100 for percent in percents]
        assert never_falls([conversion.score({"value": value}) for value in values])


@given(methods(("change",)), st.data())
def test_a_better_value_than_before_never_earns_less(change: Method, data: st.DataObject) -> None:
    current, _has_base, previous = change.inputs()
    rule = vars(change)["rule"]
    if hasattr(rule, "improved") and not rule.worsened <= rule.unchanged <= rule.improved:
        return  # the set itself gives more for less
    before = data.draw(answer_to(previous))
    values = sorted(data.draw(st.lists(answer_to(current), min_size=2, max_size=5)))
    ladder = [change.score({"current": value, "has_base": "yes", "previous": before}) for value in values]
    assert never_falls(ladder if vars(change)["is_higher_better"] else ladder[::-1])


@given(methods(("peer",)), percentages, st.integers(1, MANY), pools)
def test_among_the_same_units_a_better_one_never_earns_less(
    peer: Method, percents: list[Decimal], whole: int, pool: list[Fraction]
) -> None:
    answers = [share(peer, percent, whole) for percent in percents]
    amounts = [amount for each in answers if (amount := peer.amount(each)) is not None]
    ladder = [peer.award_among(each, [*pool, *amounts]) for each in answers]
    assert never_falls(ladder if vars(peer)["is_higher_better"] else ladder[::-1])


@given(methods(("peer",)).filter(lambda peer: vars(peer)["by"] != "target"), st.decimals(0, 100, places=2))
def test_where_all_units_are_equal_all_are_best(peer: Method, percent: Decimal) -> None:
    answers = share(peer, percent, 200)
    amount = peer.amount(answers)
    assert amount is not None
    assert peer.award_among(answers, [amount] * 3).points == peer.leaf.max_points


@given(cases(("peer",)), pools, st.randoms())
def test_neither_the_order_of_the_units_nor_the_own_amount_among_them_matters(
    case: tuple[Method, dict[str, Value]], pool: list[Fraction], random: Any
) -> None:
    peer, answers = case
    own = peer.amount(answers)
    shuffled = [*pool, own] if own is not None else list(pool)
    random.shuffle(shuffled)
    assert peer.award_among(answers, shuffled) == peer.award_among(answers, pool)


@given(methods(("survey",)), st.data())
def test_a_better_survey_never_earns_less(survey: Method, data: st.DataObject) -> None:
    result, _sample = survey.inputs()
    values = sorted(data.draw(st.lists(answer_to(result), min_size=2, max_size=5)))
    sample = vars(survey)["minimum_sample"]
    assert never_falls([survey.score({result.name: value, "sample": sample}) for value in values])


@given(leaves(), st.sets(hundredths(100), max_size=5), percentages, st.integers(1, MANY))
def test_bands_that_rise_never_give_less_for_more(
    leaf: Leaf, bounds: set[Decimal], percents: list[Decimal], whole: int
) -> None:
    inner = sorted(bounds - {Decimal(0), Decimal(100)})
    bands = [
        {
            **({"from": str(low)} if low is not None else {}),
            **({"to": str(high)} if high is not None else {}),
            "points": str(leaf.step * int(leaf.max_points / leaf.step * place / len(inner or [1]))),
        }
        for place, (low, high) in enumerate(zip([None, *inner], [*inner, None], strict=True))
    ]
    of = {"of": "ratio", "numerator": "Đạt", "denominator": "Tổng số"}
    method = build("bands", {**of, "bands": bands}, leaf)
    assert never_falls([method.score(share(method, percent, whole)) for percent in percents])


@given(methods(("bands",)), st.data())
def test_every_value_lies_in_one_band_only(method: Method, data: st.DataObject) -> None:
    bands = vars(method)["bands"]
    bounds = [bound for band in bands for bound in (band.low, band.high) if bound is not None]
    amount = data.draw(st.sampled_from(bounds) if bounds else st.just(Decimal(50)))
    for near in (amount - HUNDREDTH / 2, amount, amount + HUNDREDTH / 2):
        assert sum(band.holds(Fraction(near)) for band in bands) == 1


@given(st.data())
def test_bands_with_one_missing_are_refused(data: st.DataObject) -> None:
    leaf = Leaf(Decimal(2))
    line = data.draw(band_lines(leaf).filter(lambda bands: len(bands) > 1))
    line.pop(data.draw(st.integers(0, len(line) - 1)))
    with pytest.raises(RuleErrors):
        build("bands", {"of": "percent", "label": "Tỷ lệ", "bands": line}, leaf)


@given(st.sampled_from(list(METHODS)), st.data())
def test_a_misspelt_setting_is_refused_in_every_method(name: str, data: st.DataObject) -> None:
    leaf = Leaf(Decimal(0)) if name == "information" else data.draw(leaves())
    params = data.draw(params_of(name, leaf))
    with pytest.raises(RuleErrors) as caught:
        build(name, {**params, "lable": "x"}, leaf)
    assert [error.at for error in caught.value.errors] == ["lable"]


@given(methods(), st.data())
def test_a_missing_fact_is_refused_at_its_input(method: Method, data: st.DataObject) -> None:
    answers = data.draw(answers_to(method))
    lost = data.draw(st.sampled_from(sorted(answers)))
    kept = {name: value for name, value in answers.items() if name != lost}
    with pytest.raises(RuleErrors) as caught:
        method.score(kept)
    assert [error.at for error in caught.value.errors] == [lost]

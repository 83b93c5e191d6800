"""Not answered, zero, not applicable, no case arose: none of them may pass for another."""

from decimal import Decimal

import pytest

from scoring.rules import Answers, Leaf, LeafPoints, LeafState, Outcome, Policy, build, score_leaf, totals

RATIO = {"of": "ratio", "numerator": "Đúng hạn", "denominator": "Tổng số"}
GROWTH = {
    "label": "Thu",
    "kind": "integer",
    "by": "step",
    "base": 1,
    "step_points": 1,
    "in_percent": True,
}
NOTHING_DONE: Answers = {"numerator": 0, "denominator": 4}
ALL_DONE: Answers = {"numerator": 4, "denominator": 4}
NOTHING_TO_DO: Answers = {"numerator": 0, "denominator": 0}


def outcome(state: LeafState, answers: Answers = ALL_DONE, *, policy: Policy = Policy.EXCLUDE) -> Outcome:
    leaf = Leaf(Decimal(3), no_case=policy, zero_denominator=policy)
    return score_leaf(build("ratio", RATIO, leaf), state, answers)


def sums(outcome: Outcome) -> tuple[Decimal | int, Decimal | int, int]:
    leaf = LeafPoints("1.1", "1", outcome.points, outcome.counted_max_points)
    whole = totals([leaf])
    return whole.earned, whole.applicable_max, whole.not_answered


def test_the_four_states_stay_apart_in_points_maximum_and_line() -> None:
    not_answered = outcome(LeafState.NOT_ANSWERED)
    zero = outcome(LeafState.ANSWERED, NOTHING_DONE)
    not_applicable = outcome(LeafState.NOT_APPLICABLE)
    no_case = outcome(LeafState.NO_CASE)
    assert sums(not_answered) == (0, 3, 1)
    assert sums(zero) == (0, 3, 0)
    assert sums(not_applicable) == (0, 0, 0)
    assert sums(no_case) == (0, 0, 0)
    four = [not_answered, zero, not_applicable, no_case]
    assert all(one != other for place, one in enumerate(four) for other in four[:place])


def test_of_a_ratio_only_a_leaf_without_an_answer_has_no_points() -> None:
    assert outcome(LeafState.NOT_ANSWERED).points is None
    for policy in Policy:
        for state in (LeafState.ANSWERED, LeafState.NOT_APPLICABLE, LeafState.NO_CASE):
            assert outcome(state, policy=policy).points is not None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(Policy.EXCLUDE, (0, 0, 0)), (Policy.FULL, (3, 3, 0)), (Policy.ZERO, (0, 3, 0))],
)
def test_a_policy_decides_when_nothing_arose(policy: Policy, expected: tuple[int, int, int]) -> None:
    assert sums(outcome(LeafState.NO_CASE, policy=policy)) == expected
    assert sums(outcome(LeafState.ANSWERED, NOTHING_TO_DO, policy=policy)) == expected


def test_the_two_policies_are_independent() -> None:
    leaf = Leaf(Decimal(3), no_case=Policy.ZERO, zero_denominator=Policy.FULL)
    method = build("ratio", RATIO, leaf)
    assert score_leaf(method, LeafState.NO_CASE, {}).points == 0
    assert score_leaf(method, LeafState.ANSWERED, NOTHING_TO_DO).points == 3


@pytest.mark.parametrize("state", [LeafState.NOT_ANSWERED, LeafState.NOT_APPLICABLE, LeafState.NO_CASE])
def test_answers_left_from_before_do_not_count_in_another_state(state: LeafState) -> None:
    assert outcome(state, ALL_DONE) == outcome(state, {})


@pytest.mark.parametrize(
    ("method", "params", "answers"),
    [
        ("bands", {**RATIO, "bands": [{"points": "max"}]}, NOTHING_TO_DO),
        ("weighted", {"parts": [{"name": "done", "label": "Xong", "weight": 1}]}, {"done": 0}),
        ("peer", {**RATIO, "by": "best"}, NOTHING_TO_DO),
        ("change", GROWTH, {"current": 3, "has_base": "yes", "previous": 0}),
    ],
)
def test_a_total_of_0_is_decided_alike_in_every_method(
    method: str, params: dict[str, object], answers: Answers
) -> None:
    for policy in Policy:
        scored = build(method, params, Leaf(Decimal(3), zero_denominator=policy)).score(answers)
        assert scored == outcome(LeafState.ANSWERED, NOTHING_TO_DO, policy=policy)


def test_k_7_3_earns_nothing_though_nothing_came_by_post() -> None:
    assert sums(outcome(LeafState.NO_CASE, policy=Policy.ZERO)) == (0, 3, 0)


@pytest.mark.parametrize(
    ("policy", "expected"), [("exclude", (0, 0, 0)), ("full", (3, 3, 0)), ("zero", (0, 3, 0))]
)
def test_without_a_comparable_year_a_policy_of_its_own_decides(
    policy: str, expected: tuple[int, int, int]
) -> None:
    rule = {"label": "Số", "kind": "integer", "unchanged": 1, "no_base": policy}
    method = build("change", rule, Leaf(Decimal(3), no_case=Policy.ZERO, zero_denominator=Policy.ZERO))
    assert sums(method.score({"current": 5, "has_base": "no"})) == expected
    assert sums(method.score({"current": 5, "has_base": "no", "previous": 4})) == expected


def test_a_leaf_without_a_survey_is_left_out_and_never_0() -> None:
    method = build("survey", {"by": "mean", "scale_max": 5, "minimum_sample": 30}, Leaf(Decimal(3)))
    assert sums(score_leaf(method, LeafState.NOT_ANSWERED, {})) == (0, 0, 0)
    assert sums(method.score({"mean": Decimal(5), "sample": 29})) == (0, 0, 0)
    assert sums(method.score({"mean": Decimal(0), "sample": 30})) == (0, 3, 0)


def test_what_is_compared_with_other_units_has_no_points_before_the_round_is_over() -> None:
    method = build("peer", {**RATIO, "by": "best"}, Leaf(Decimal(3)))
    assert sums(method.score(ALL_DONE)) == (0, 3, 1)
    assert sums(method.award_among(ALL_DONE, [])) == (3, 3, 0)
    assert method.score(ALL_DONE) != score_leaf(method, LeafState.NOT_ANSWERED, {})


def test_information_counts_nothing_however_it_is_answered() -> None:
    method = build("information", {"label": "Dân số", "kind": "integer"}, Leaf(Decimal(0)))
    assert sums(method.score({"value": 8000})) == (0, 0, 0)
    assert sums(score_leaf(method, LeafState.NOT_ANSWERED, {})) == (0, 0, 1)


@pytest.mark.parametrize(
    ("name", "params", "answers"),
    [
        ("ratio", RATIO, ALL_DONE),
        ("choice", {"options": [{"code": "yes", "label": "Có", "points": "max"}]}, {"option": "yes"}),
        ("points", {}, {"points": Decimal(0)}),
        ("count", {"label": "Số", "step_points": 1}, {"count": 4}),
    ],
)
def test_every_method_can_stand_on_a_leaf_of_0_points(
    name: str, params: dict[str, object], answers: Answers
) -> None:
    assert sums(build(name, params, Leaf(Decimal(0))).score(answers)) == (0, 0, 0)

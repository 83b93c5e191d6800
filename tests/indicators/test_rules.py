"""Rules between figures: read, written, judged."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.rules import (
    Comparison,
    Judgement,
    Outcome,
    RuleProblem,
    judge,
    parse_formula,
    parse_rule,
)

T4 = parse_rule("06a.3 == 06a.7 + 06a.11")
COUNTS = st.integers(0, 10**9).map(Decimal)
CODES = st.sampled_from(["1.1", "1.1.2", "06a.rut", "3.2.3.a", "12.đ"])


def figures(**values: int) -> dict[str, Decimal]:
    return {name.replace("_", "."): Decimal(value) for name, value in values.items()}


@pytest.mark.parametrize(
    "text",
    [
        "1.1.2 <= 1.1.1",
        "7.6.2.a + 7.6.2.b <= 100",
        "06a.6 == previous(06a.11)",
        "3.2.3 == 3.2.3.a + 3.2.3.b + 3.2.3.c",
        "2.4 - 2.5 > 0",
    ],
)
def test_a_rule_reads_back_as_it_is_written(text: str) -> None:
    assert str(parse_rule(text)) == text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 0),
        ("1.1", 3),
        ("1.1 <=", 6),
        ("<= 1.1", 0),
        ("1.1 <= 1.2 <= 1.3", 11),
        ("1.1 1.2 <= 3", 4),
        ("1.1 + + 1.2 == 2", 6),
        ("previous(1.1 <= 1.2", 8),
        ("1.1 != 1.2", 5),
    ],
)
def test_what_is_no_rule_is_told_where(text: str, place: int) -> None:
    with pytest.raises(RuleProblem) as refused:
        parse_rule(text)
    assert refused.value.place == place


def test_a_formula_compares_nothing() -> None:
    with pytest.raises(RuleProblem):
        parse_formula("1.1 == 1.2")
    assert parse_formula("1.1 + 1.2 - 1.1").codes == ("1.1", "1.2")
    assert parse_rule("1.1 == previous(1.2) + previous(1.1)").previous_codes == ("1.2", "1.1")


@given(
    st.lists(st.tuples(st.sampled_from("+-"), CODES), min_size=1, max_size=6), st.sampled_from(Comparison), CODES
)
def test_any_sum_of_codes_reads_back(terms: list[tuple[str, str]], comparison: Comparison, code: str) -> None:
    left = " ".join(f"{sign} {name}" for sign, name in terms).removeprefix("+ ").removeprefix("- ")
    text = f"{left} {comparison.value} {code}"
    assert str(parse_rule(text)) == text


def test_what_is_not_reported_is_not_judged() -> None:
    rule = parse_rule("1.2 + 1.3 <= 1.1")
    assert judge(rule, figures(**{"1_1": 5, "1_2": 9})).outcome is Outcome.NOT_JUDGED
    assert judge(rule, figures(**{"1_1": 5, "1_2": 9}), null_as_zero=True).outcome is Outcome.BROKEN
    assert judge(rule, figures(**{"1_1": 5, "1_2": 5}), null_as_zero=True).outcome is Outcome.KEPT


def test_a_side_of_which_nothing_is_reported_is_never_0() -> None:
    rule = parse_rule("1.1 == 1.2 + 1.3")
    assert judge(rule, figures(**{"1_1": 5}), null_as_zero=True) == Judgement(Outcome.NOT_JUDGED)


def test_what_the_period_before_did_not_report_is_never_0() -> None:
    rule = parse_rule("1.1 == previous(1.2)")
    assert judge(rule, figures(**{"1_1": 5}), {}, null_as_zero=True).outcome is Outcome.NOT_JUDGED
    assert judge(rule, figures(**{"1_1": 5}), figures(**{"1_2": 4})).difference == 1


def test_an_explanation_of_nothing_explains_nothing() -> None:
    said = figures(**{"06a_3": 10, "06a_7": 8, "06a_11": 2, "06a_rut": 0})
    assert judge(T4, said, explained_by="06a.rut").outcome is Outcome.KEPT
    assert judge(T4, said | {"06a.3": Decimal(9)}, explained_by="06a.rut").outcome is Outcome.BROKEN
    assert judge(T4, {"06a.3": Decimal(3)}, explained_by="06a.rut").outcome is Outcome.NOT_JUDGED


@given(COUNTS, COUNTS, COUNTS.filter(bool))
def test_form_06a_broken_by_exactly_the_withdrawn_column_is_explained(
    solved: Decimal, pending: Decimal, withdrawn: Decimal
) -> None:
    said = {"06a.3": solved + pending + withdrawn, "06a.7": solved, "06a.11": pending, "06a.rut": withdrawn}
    found = judge(T4, said, explained_by="06a.rut")
    assert (found.outcome, found.difference) == (Outcome.EXPLAINED, withdrawn)
    # No other number explains it, nor does the column where the form does not name it.
    for number in (withdrawn + 1, withdrawn - 1, -withdrawn):
        other = judge(T4, said | {"06a.rut": number}, explained_by="06a.rut")
        assert other.outcome is Outcome.BROKEN
    assert judge(T4, said).outcome is Outcome.BROKEN


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_each_comparison_says_what_it_says(a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> None:
    said = {"1.a": a, "1.b": b, "1.c": c, "1.d": d}
    holds = {
        "<=": a + b <= c + d,
        ">=": a + b >= c + d,
        "==": a + b == c + d,
        "<": a + b < c + d,
        ">": a + b > c + d,
    }
    for sign, expected in holds.items():
        outcome = judge(parse_rule(f"1.a + 1.b {sign} 1.c + 1.d"), said).outcome
        assert outcome is (Outcome.KEPT if expected else Outcome.BROKEN)


@given(COUNTS, COUNTS)
def test_a_sum_does_not_depend_on_the_order_of_its_parts(a: Decimal, b: Decimal) -> None:
    said = {"1.a": a, "1.b": b}
    assert parse_formula("1.a - 1.b").value(said, {}) == a - b
    assert parse_formula("1.b + 1.a").value(said, {}) == parse_formula("1.a + 1.b").value(said, {})
    assert parse_formula("100 - 1.a").value(said, {}) == 100 - a

"""What becomes of a target: comparators, parts, and what is not known."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.judging import REACHED, judge_number, judge_parts
from plans.models import Comparator, TargetState

NUMBERS = st.decimals(min_value=0, max_value=200, places=2)
NUMERIC = st.sampled_from([each for each in Comparator if each is not Comparator.QUALITATIVE])
STATES = st.lists(st.one_of(st.none(), st.sampled_from(TargetState)), max_size=6)
BETTER = {TargetState.UNMET: 0, TargetState.MET: 1, TargetState.EXCEEDED: 2}
UPWARDS = {Comparator.AT_LEAST, Comparator.MORE, Comparator.EQUAL}


@pytest.mark.parametrize(
    ("actual", "comparator", "number", "state"),
    [
        ("35", "ge", "30", TargetState.EXCEEDED),
        ("30", "ge", "30", TargetState.MET),
        ("29.99", "ge", "30", TargetState.UNMET),
        # "trên 98%": 98 itself is not enough, and what is more just meets it.
        ("98", "gt", "98", TargetState.UNMET),
        ("98.01", "gt", "98", TargetState.MET),
        # A bare figure is to be reached.
        ("100", "eq", "100", TargetState.MET),
        ("81.3", "eq", "70", TargetState.EXCEEDED),
        ("69", "eq", "70", TargetState.UNMET),
        ("2", "le", "2", TargetState.MET),
        ("1.5", "le", "2", TargetState.EXCEEDED),
        ("2.1", "le", "2", TargetState.UNMET),
        ("2", "lt", "2", TargetState.UNMET),
        ("1.9", "lt", "2", TargetState.MET),
        ("0", "ge", "30", TargetState.UNMET),
    ],
)
def test_a_number_is_judged_by_its_comparator(
    actual: str, comparator: str, number: str, state: TargetState
) -> None:
    assert judge_number(Decimal(actual), comparator, Decimal(number)) is state


@given(comparator=st.sampled_from(Comparator), number=NUMBERS)
def test_what_is_not_known_is_not_unmet(comparator: Comparator, number: Decimal) -> None:
    assert judge_number(None, comparator, number) is None
    assert judge_number(number, comparator, None) is None


def test_one_without_a_number_is_never_judged_by_one() -> None:
    assert judge_number(Decimal(1), Comparator.QUALITATIVE, Decimal(1)) is None


@given(comparator=NUMERIC, number=NUMBERS, one=NUMBERS, other=NUMBERS)
def test_more_is_never_worse_where_more_is_asked(
    comparator: Comparator, number: Decimal, one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))
    worse, better = (low, high) if comparator in UPWARDS else (high, low)
    states = [judge_number(each, comparator, number) for each in (worse, better)]
    ranks = [BETTER[each] for each in states if each is not None]
    assert len(ranks) == 2
    assert ranks[0] <= ranks[1]


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([], None),
        ([None, None], None),
        ([TargetState.MET, TargetState.MET], TargetState.MET),
        ([TargetState.MET, TargetState.EXCEEDED], TargetState.MET),
        ([TargetState.EXCEEDED, TargetState.EXCEEDED], TargetState.EXCEEDED),
        ([TargetState.MET, TargetState.UNMET], TargetState.PARTIAL),
        ([TargetState.UNMET, TargetState.UNMET], TargetState.UNMET),
        # What is not known leaves the whole open, unless the others decide it.
        ([TargetState.MET, None], None),
        ([TargetState.UNMET, None], None),
        ([TargetState.MET, TargetState.UNMET, None], TargetState.PARTIAL),
        ([TargetState.PARTIAL, None], TargetState.PARTIAL),
        ([TargetState.PARTIAL, TargetState.UNMET], TargetState.PARTIAL),
    ],
)
def test_parts_decide_the_whole(parts: list[TargetState | None], state: TargetState | None) -> None:
    assert judge_parts(parts) is state


@given(STATES, st.randoms())
def test_the_order_of_parts_does_not_matter(parts: list[TargetState | None], random: object) -> None:
    mixed = list(parts)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert judge_parts(mixed) is judge_parts(parts)


@given(STATES)
def test_the_whole_is_reached_only_when_every_part_is(parts: list[TargetState | None]) -> None:
    if judge_parts(parts) in REACHED:
        assert parts
        assert all(each in REACHED for each in parts)


@given(STATES, st.sampled_from(TargetState))
def test_a_part_that_becomes_known_never_turns_what_was_decided(
    parts: list[TargetState | None], state: TargetState
) -> None:
    before = judge_parts([*parts, None])
    if before is not None:
        assert judge_parts([*parts, state]) is before

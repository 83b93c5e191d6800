"""Which values of a criterion stand out among the units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.outliers import Spread

values = st.lists(st.decimals("0", "1000", places=2), min_size=5, max_size=40)


def marked(given_values: list[int]) -> list[int]:
    spread = Spread.of(given_values)
    assert spread is not None
    return [value for value in given_values if spread.side(value)]


def test_four_units_are_too_few_to_compare() -> None:
    assert Spread.of([1, 1, 1, 100]) is None


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ([1, 2, 3, 4, 5], []),
        # quartiles 2 and 4: marked below -1 and above 7
        ([1, 2, 3, 4, 7], []),
        ([1, 2, 3, 4, 8], [8]),
        ([-2, 2, 3, 4, 5], [-2]),
        # most say the same: whoever differs is marked
        ([2, 2, 2, 2, 1], [1]),
        ([2, 2, 2, 2, 2], []),
    ],
)
def test_beyond_one_and_a_half_distances_of_the_quartiles_a_value_is_marked(
    of: list[int], expected: list[int]
) -> None:
    assert marked(of) == expected


def test_quartiles_between_two_values_divide_evenly() -> None:
    spread = Spread.of([1, 2, 3, 4, 5, 6])
    assert spread is not None
    assert [float(each) for each in (spread.low, spread.middle, spread.high)] == [2.25, 3.5, 4.75]


def test_what_differs_where_most_agree_is_sorted_first() -> None:
    same, apart = Spread.of([2, 2, 2, 2, 1]), Spread.of([1, 2, 3, 4, 50])
    assert same is not None
    assert apart is not None
    assert same.distance(1) > apart.distance(50) > apart.distance(4) > same.distance(2)


@given(values)
def test_the_middle_is_never_marked_and_the_order_does_not_matter(found: list[Decimal]) -> None:
    spread = Spread.of(found)
    assert spread is not None
    assert spread == Spread.of(list(reversed(found)))
    assert sum(spread.side(value) == 0 for value in found) >= len(found) / 2

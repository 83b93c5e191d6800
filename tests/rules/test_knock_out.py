"""One missing document zeroes the criterion: what a leaf of 0 points takes with it, and what it does not."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scoring.rules import KnockOut, Outcome, knock_out
from tests.rules.printed import printed

BRANCH = [KnockOut("1.2", base=("1.2.1", "1.2.2", "1.2.3"), bonus=("1.2.4",))]


def outcomes(**points: str | None) -> dict[str, Outcome]:
    """Outcomes of the maximum 2, by code (`_1` is 1.2.1)."""
    return {
        f"1.2.{name[1:]}": Outcome(None if given is None else Decimal(given), Decimal(2))
        for name, given in points.items()
    }


def points(found: dict[str, Outcome]) -> list[Decimal | None]:
    return [outcome.points for outcome in found.values()]


def test_one_leaf_of_0_points_zeroes_the_criterion() -> None:
    found = knock_out(outcomes(_1="2", _2="0", _3="1.5"), BRANCH)
    assert points(found) == [0, 0, 0]
    assert [each.counted_max_points for each in found.values()] == [2, 2, 2]


def test_the_line_names_the_leaf_that_did_it() -> None:
    found = knock_out(outcomes(_1="2", _2="0"), BRANCH)
    assert printed(found["1.2.1"].explanation) == "knocked out by 1.2.2 → 0,00"
    assert found["1.2.2"].explanation is None


def test_a_full_criterion_stays() -> None:
    given = outcomes(_1="2", _2="0.01", _3="1.5")
    assert knock_out(given, BRANCH) == given


def test_a_leaf_without_an_answer_knocks_nothing_out_and_stays_open() -> None:
    given = outcomes(_1="2", _2=None)
    assert knock_out(given, BRANCH) == given
    found = knock_out(outcomes(_1="2", _2=None, _3="0"), BRANCH)
    assert points(found) == [0, None, 0]


def test_a_leaf_that_is_left_out_knocks_nothing_out() -> None:
    given = outcomes(_1="2") | {"1.2.2": Outcome(Decimal(0), Decimal(0))}
    assert knock_out(given, BRANCH) == given


def test_a_bonus_below_is_lost_and_knocks_nothing_out() -> None:
    assert points(knock_out(outcomes(_1="0", _4="1"), BRANCH)) == [0, 0]
    assert points(knock_out(outcomes(_1="2", _4="0"), BRANCH)) == [2, 0]


def test_nested_the_nearest_criterion_knocks_out_first() -> None:
    inner = KnockOut("1.2", base=("1.2.1", "1.2.2"))
    outer = KnockOut("1", base=("1.1", "1.2.1", "1.2.2", "1.3"))
    given = {code: Outcome(Decimal(1), Decimal(1)) for code in outer.base}
    found = knock_out(given | {"1.2.2": Outcome(Decimal(0), Decimal(1))}, [inner, outer])
    assert points(found) == [0, 0, 0, 0]
    lines = {printed(found[code].explanation) for code in ("1.1", "1.2.1", "1.3")}
    assert lines == {"knocked out by 1.2.2 → 0,00"}
    assert points(knock_out(given | {"1.3": Outcome(Decimal(0), Decimal(1))}, [inner])) == [1, 1, 1, 0]


given_outcomes = st.dictionaries(
    st.sampled_from(["1.1", "1.2", "1.3", "2.1"]),
    st.builds(Outcome, st.none() | st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)]), st.just(Decimal(1))),
)


@given(given_outcomes, st.randoms())
def test_the_order_of_the_leaves_changes_nothing(given: dict[str, Outcome], random: Any) -> None:
    branches = [KnockOut("1", base=("1.1", "1.2", "1.3"))]
    items = list(given.items())
    random.shuffle(items)
    after = knock_out(dict(items), branches)
    assert after == knock_out(given, branches)
    assert after.keys() == given.keys()
    assert all((after[code].points or 0) <= (before.points or 0) for code, before in given.items())
    # Twice is as good as once.
    assert knock_out(after, branches) == after

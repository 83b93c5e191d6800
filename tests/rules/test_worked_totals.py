"""The tables of docs/scoring.md about totals, run."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from scoring.rules import (
    CountsAs,
    ExtraPoints,
    Group,
    KnockOut,
    LeafPoints,
    Outcome,
    RoundAt,
    SectionTotals,
    SumRules,
    index_of,
    knock_out,
    totals,
)

from .test_worked_examples import (
    CAP_ROWS,
    EXTRA_ROWS,
    KNOCK_OUT_ROWS,
    NOTHING,
    ROUNDING_ROWS,
    Row,
    number,
)


def groups_of(cell: str) -> dict[str, Group]:
    caps = dict(group.split(" ≤ ") for group in cell.split(", ") if group)
    return {code: Group(Decimal(cap), above(code, caps)) for code, cap in caps.items()}


def above(code: str, groups: dict[str, str]) -> str:
    """The group around a code: the nearest that its own begins with."""
    parts = code.split(".")
    found = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    return next((each for each in found if each in groups), "")


def items_of(row: Row) -> Iterator[LeafPoints]:
    groups = dict(group.split(" ≤ ") for group in row["Groups"].split(", ") if group)
    for item in row["Items"].split(", "):
        code, given = item.split(": ")
        points, maximum = given.split(" / ")
        yield LeafPoints(code, "B", number(points), Decimal(maximum), CountsAs.BONUS, above(code, groups))


@pytest.mark.parametrize("row", CAP_ROWS, ids=lambda row: row["Case"])
@pytest.mark.parametrize("kind", [CountsAs.BONUS, CountsAs.PENALTY])
def test_the_example_of_a_cap_holds(row: Row, kind: CountsAs) -> None:
    leaves = [
        LeafPoints(each.code, "B", each.points, each.counted_max_points, kind, each.group)
        for each in items_of(row)
    ]
    found = totals(leaves, SumRules(groups=groups_of(row["Groups"])))
    assert {CountsAs.BONUS: found.bonus, CountsAs.PENALTY: found.penalty}[kind] == Decimal(row["Counts"])


def outcomes_of(cell: str) -> dict[str, Outcome]:
    left_out = Outcome(Decimal(0), Decimal(0))
    found = (leaf.split(": ") for leaf in cell.split(", "))
    return {code: left_out if given == "out" else Outcome(number(given), Decimal(2)) for code, given in found}


@pytest.mark.parametrize("row", KNOCK_OUT_ROWS, ids=lambda row: row["Case"])
def test_the_example_of_a_knock_out_holds(row: Row) -> None:
    before = outcomes_of(row["Leaves before"])
    after = knock_out(before, [KnockOut("1", base=tuple(before))])
    expected = outcomes_of(row["Leaves after"])
    assert {code: (each.points, each.counted_max_points) for code, each in after.items()} == {
        code: (each.points, each.counted_max_points) for code, each in expected.items()
    }


@pytest.mark.parametrize("row", ROUNDING_ROWS, ids=lambda row: row["Rounded at"])
def test_the_example_of_a_rounding_holds(row: Row) -> None:
    leaves = [
        LeafPoints("", str(field), Decimal(points), Decimal(2))
        for field, cell in enumerate(row["Leaves"].split(" / "))
        for points in cell.split(", ")
    ]
    found = totals(leaves, SumRules(step=Decimal("0.25"), round_at=RoundAt(row["Rounded at"])))
    assert [each.earned for each in found.by_section.values()] == list(map(Decimal, row["Fields"].split(" / ")))
    assert found.earned == Decimal(row["Total"])


@pytest.mark.parametrize("row", EXTRA_ROWS, ids=lambda row: f"{row['Case']}, {row['Counted']}")
def test_the_example_of_an_index_with_bonus_and_penalty_holds(row: Row) -> None:
    earned, maximum, bonus, penalty = (
        Decimal(row[name]) for name in ("Earned", "Applicable maximum", "Bonus", "Penalty")
    )
    sums = SectionTotals(earned, maximum, bonus, penalty)
    rules = SumRules(extra_points=ExtraPoints(row["Counted"]), total_points=Decimal(row["Total of the set"]))
    reached = index_of(sums, rules)
    assert (NOTHING if reached is None else str(reached)) == row["Index"]


def test_every_kind_of_total_has_its_examples() -> None:
    assert all([CAP_ROWS, KNOCK_OUT_ROWS, EXTRA_ROWS])
    assert {row["Rounded at"] for row in ROUNDING_ROWS} == set(RoundAt)
    assert {row["Counted"] for row in EXTRA_ROWS} == set(ExtraPoints)

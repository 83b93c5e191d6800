"""docs/scoring.md, run: every table of the document is a table of tests."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.rules import (
    METHODS,
    GradeBand,
    Leaf,
    LeafState,
    Policy,
    RankRule,
    build,
    decode,
    grade,
    index,
    rank,
    score_leaf,
)

from .printed import printed

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"
NOTHING = "—"
SCALE = [
    GradeBand("A", "Xuất sắc", Decimal(90)),
    GradeBand("B", "Tốt", Decimal(80)),
    GradeBand("C", "Khá", Decimal(65)),
    GradeBand("D", "Trung bình", Decimal(50)),
    GradeBand("E", "Yếu", Decimal(0)),
]

Row = dict[str, str]


def rows(*header: str) -> list[Row]:
    """The rows of all tables with this header, by column."""
    return [row for row in _all_rows() if tuple(row) == header]


def _all_rows() -> Iterator[Row]:
    header: list[str] = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.split("|")[1:-1]]
        if not cells:
            header = []
        elif not header:
            header = cells
        elif set(line) - set("|-"):
            yield dict(zip(header, cells, strict=True))


def number(cell: str) -> Decimal | None:
    return None if cell == NOTHING else Decimal(cell)


METHOD_ROWS = rows("Case", "Method", "Params", "Maximum", "Answers", "Points", "Line")
STATE_ROWS = rows("State", "Policy", "Answers", "Points", "Counted maximum", "Line")
INDEX_ROWS = rows("Unit", "Earned", "Applicable maximum", "Index", "Grade")
RANK_ROWS = rows("Rule", "Indexes", "Ranks")


@pytest.mark.parametrize("row", METHOD_ROWS, ids=lambda row: f"{row['Method']}: {row['Case']}")
def test_the_example_of_a_method_holds(row: Row) -> None:
    method = build(row["Method"], json.loads(row["Params"]), Leaf(Decimal(row["Maximum"])))
    outcome = method.score(decode(method.inputs(), json.loads(row["Answers"])))
    assert outcome.points == Decimal(row["Points"])
    assert printed(outcome.explanation) == row["Line"]


def test_every_method_has_an_example() -> None:
    assert {row["Method"] for row in METHOD_ROWS} == set(METHODS)


@pytest.mark.parametrize("row", STATE_ROWS, ids=lambda row: " ".join([row["State"], row["Policy"], row["Line"]]))
def test_the_example_of_a_state_holds(row: Row) -> None:
    policy = Policy(row["Policy"])
    leaf = Leaf(Decimal(3), no_case=policy, zero_denominator=policy)
    method = build("ratio", {"of": "ratio", "numerator": "Đúng hạn", "denominator": "Tổng số"}, leaf)
    outcome = score_leaf(method, LeafState(row["State"]), json.loads(row["Answers"]))
    assert outcome.points == number(row["Points"])
    assert outcome.counted_max_points == number(row["Counted maximum"])
    assert printed(outcome.explanation) == row["Line"]


def test_every_state_and_policy_has_an_example() -> None:
    assert {row["State"] for row in STATE_ROWS} == set(LeafState)
    assert {row["Policy"] for row in STATE_ROWS if row["State"] == LeafState.NO_CASE} == set(Policy)


@pytest.mark.parametrize("row", INDEX_ROWS, ids=lambda row: row["Unit"])
def test_the_example_of_an_index_and_its_grade_holds(row: Row) -> None:
    printed_index = index(Decimal(row["Earned"]), Decimal(row["Applicable maximum"]))
    reached = grade(printed_index, SCALE)
    assert (NOTHING if printed_index is None else str(printed_index)) == row["Index"]
    assert (NOTHING if reached is None else reached.name) == row["Grade"]


@pytest.mark.parametrize("row", RANK_ROWS, ids=lambda row: f"{row['Rule']}: {row['Indexes']}")
def test_the_example_of_a_ranking_holds(row: Row) -> None:
    indexes = dict(enumerate(number(cell) for cell in row["Indexes"].split(", ")))
    ranks = rank(indexes, RankRule(row["Rule"]))
    assert list(ranks.values()) == [number(cell) for cell in row["Ranks"].split(", ")]


def test_the_document_has_no_table_that_is_not_run() -> None:
    run = [*METHOD_ROWS, *STATE_ROWS, *INDEX_ROWS, *RANK_ROWS]
    assert all(row in run for row in _all_rows())
    assert all([METHOD_ROWS, STATE_ROWS, INDEX_ROWS, RANK_ROWS])

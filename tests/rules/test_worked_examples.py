"""docs/scoring.md, run: every table of the document is a table of tests."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.rules import (
    METHODS,
    Contender,
    GradeBand,
    Leaf,
    LeafState,
    Policy,
    RankRule,
    Ruling,
    StepKind,
    build,
    decode,
    grade,
    grade_after,
    grade_steps,
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
PEER_ROWS = rows("Case", "Method", "Params", "Maximum", "Answers", "Others", "Points", "Line")
STATE_ROWS = rows("State", "Policy", "Answers", "Points", "Counted maximum", "Line")
INDEX_ROWS = rows("Unit", "Earned", "Applicable maximum", "Index", "Grade")
RANK_ROWS = rows("Rule", "Indexes", "Ranks")
KEY_ROWS = rows("Rule", "Indexes", "Keys", "Ranks")
SCALE_ROWS = rows("Scale", "Bounds", "Index", "Grade")
TRAIL_ROWS = rows("Case", "Index", "Rulings", "Grade", "Steps")
CAP_ROWS = rows("Case", "Groups", "Items", "Counts")
KNOCK_OUT_ROWS = rows("Case", "Leaves before", "Leaves after")
ROUNDING_ROWS = rows("Rounded at", "Leaves", "Fields", "Total")
EXTRA_ROWS = rows(
    "Case", "Counted", "Total of the set", "Earned", "Applicable maximum", "Bonus", "Penalty", "Index"
)
QUOTA_ROWS = rows("Case", "Quota", "Indexes", "Keys", "Grades")


@pytest.mark.parametrize("row", METHOD_ROWS, ids=lambda row: f"{row['Method']}: {row['Case']}")
def test_the_example_of_a_method_holds(row: Row) -> None:
    method = build(row["Method"], json.loads(row["Params"]), Leaf(Decimal(row["Maximum"])))
    outcome = method.score(decode(method.inputs(), json.loads(row["Answers"])))
    assert outcome.points == Decimal(row["Points"])
    assert printed(outcome.explanation) == row["Line"]


@pytest.mark.parametrize("row", PEER_ROWS, ids=lambda row: f"{row['Method']}: {row['Case']}")
def test_the_example_of_a_comparison_holds(row: Row) -> None:
    method = build(row["Method"], json.loads(row["Params"]), Leaf(Decimal(row["Maximum"])))
    answers = decode(method.inputs(), json.loads(row["Answers"]))
    assert method.score(answers).points is None, "there are no points before the round is over"
    outcome = method.award_among(answers, [Fraction(other) for other in row["Others"].split(", ")])
    assert outcome.points == Decimal(row["Points"])
    assert printed(outcome.explanation) == row["Line"]


def test_every_method_has_an_example() -> None:
    assert {row["Method"] for row in METHOD_ROWS + PEER_ROWS} == set(METHODS)


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


def keys_of(cell: str) -> dict[int, tuple[Fraction, ...]]:
    return {place: tuple(map(Fraction, keys.split())) for place, keys in enumerate(cell.split(", "))}


@pytest.mark.parametrize("row", KEY_ROWS, ids=lambda row: f"{row['Rule']}: {row['Keys']}")
def test_the_example_of_a_ranking_by_keys_holds(row: Row) -> None:
    indexes = dict(enumerate(number(cell) for cell in row["Indexes"].split(", ")))
    ranks = rank(indexes, RankRule(row["Rule"]), keys_of(row["Keys"]))
    assert list(ranks.values()) == [number(cell) for cell in row["Ranks"].split(", ")]


@pytest.mark.parametrize("row", SCALE_ROWS, ids=lambda row: row["Scale"])
def test_the_example_of_a_scale_holds(row: Row) -> None:
    bounds = [cell.rsplit(" ", 1) for cell in row["Bounds"].split("; ")]
    reached = grade(Decimal(row["Index"]), [GradeBand(name, name, Decimal(bound)) for name, bound in bounds])
    assert (NOTHING if reached is None else reached.name) == row["Grade"]


CODES = {band.name: band.code for band in SCALE}
NAMES = {band.code: band.name for band in SCALE}


@pytest.mark.parametrize("row", TRAIL_ROWS, ids=lambda row: row["Case"])
def test_the_example_of_the_steps_of_a_grade_holds(row: Row) -> None:
    rulings = tuple(
        Ruling(StepKind(each["kind"]), CODES[each["grade"]], each["title"], each["basis"])
        for each in json.loads(row["Rulings"])
    )
    steps = grade_steps({1: Contender(Decimal(row["Index"]), rulings=rulings)}, SCALE)[1]
    assert NAMES[grade_after(steps) or ""] == row["Grade"]
    assert "; ".join(printed(step.message) for step in steps) == row["Steps"]


@pytest.mark.parametrize("row", QUOTA_ROWS, ids=lambda row: row["Case"])
def test_the_example_of_a_quota_holds(row: Row) -> None:
    keys = keys_of(row["Keys"])
    indexes = [number(cell) for cell in row["Indexes"].split(", ")]
    units = {place: Contender(reached, keys[place]) for place, reached in enumerate(indexes)}
    steps = grade_steps(units, SCALE, Decimal(row["Quota"]))
    grades = [NAMES.get(grade_after(steps[place]) or "", NOTHING) for place in units]
    assert ", ".join(grades) == row["Grades"]


def test_the_document_has_no_table_that_is_not_run() -> None:
    run = [*METHOD_ROWS, *PEER_ROWS, *STATE_ROWS, *INDEX_ROWS, *RANK_ROWS]
    run += [*KEY_ROWS, *SCALE_ROWS, *TRAIL_ROWS, *QUOTA_ROWS]
    run += [*CAP_ROWS, *KNOCK_OUT_ROWS, *ROUNDING_ROWS, *EXTRA_ROWS]  # by test_worked_totals
    assert all(row in run for row in _all_rows())
    assert all([METHOD_ROWS, PEER_ROWS, STATE_ROWS, INDEX_ROWS, RANK_ROWS])
    assert all([KEY_ROWS, SCALE_ROWS, TRAIL_ROWS, QUOTA_ROWS])

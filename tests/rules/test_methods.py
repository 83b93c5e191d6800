"""The real cases of the methods, by the name they have in their source.

K is Kon Rẫy district, year 2021. A rule without such a name is from a published criteria set.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from scoring.rules import Leaf, Rounding, RuleErrors, Value, build

from .printed import printed

Params = Mapping[str, Any]


def options(**points: str) -> Params:
    return {"options": [{"code": code, "label": code, "points": each} for code, each in points.items()]}


def bands(of: Params, *rows: Params, **more: str) -> Params:
    return {**of, "bands": list(rows), **more}


PERCENT = {"of": "percent", "label": "Tỷ lệ"}
PART = {"of": "ratio", "numerator": "Đạt", "denominator": "Tổng số"}
MEETINGS = {"of": "value", "label": "Số cuộc họp", "kind": "integer"}

PLAN = options(on_time="1", late="0.5", none="0")
GROUPS = options(four="4", three="2.5", two="1", fewer="0")
ARISEN = options(done="max", did_not_arise="max", undone="0")
LATE_REPORT = options(on_time="max", late="0")

ABOVE_90 = bands(
    PERCENT,
    {"from": "90", "from_closed": False, "points": "2"},
    {"from": "70", "to": "90", "to_closed": True, "points": "1"},
    {"to": "70", "points": "0"},
)
ALL_OR_PART = bands(
    PERCENT,
    {"from": "100", "points": "1.5"},
    {"from": "90", "to": "100", "points": "0.5"},
    {"to": "90", "points": "0"},
)
FOUR_MEETINGS = bands(
    MEETINGS,
    {"from": 4, "points": 20},
    {"from": 3, "to": 4, "points": 15},
    {"from": 2, "to": 3, "points": 10},
    {"from": 1, "to": 2, "points": 5},
    {"to": 1, "points": 0},
)
URGED = bands(
    PERCENT,
    {"from": "90", "points": "1.5"},
    {"from": "80", "to": "90", "points": "1"},
    {"to": "80", "points": "0.5", "exception_points": "1"},
    exception="đã đôn đốc bằng văn bản",
)
AUDIT = bands(
    PERCENT,
    {"to": "90", "points": "0"},
    {"from": "90", "to": "100", "points": "0.5"},
    {"from": "100", "points": "1"},
)
ALL_QUALIFIED = bands(
    PART,
    {"to": "100", "points": "0"},
    {"from": "100", "to": "100", "to_closed": True, "points": "max"},
)

FULL_FROM_90 = {**PERCENT, "full_percent": "90"}
TASKS = {
    "parts": [
        {"name": "on_time", "label": "Hoàn thành đúng hạn", "weight": "1"},
        {"name": "late", "label": "Hoàn thành quá hạn", "weight": "0.5"},
        {"name": "undone", "label": "Chưa hoàn thành", "weight": "0"},
    ]
}
LATE_SESSIONS = {"label": "Số phiên trễ", "base": "1.5", "step_points": "-0.5", "floor": "0"}
DOCUMENTS = {"label": "Số văn bản", "step_points": "0.5", "cap": "2"}
MODELS = {"label": "Số mô hình", "step_points": "2.5", "cap": "5"}
FORMS = {"label": "Số hình thức", "step_points": "1"}
NEW_UNITS = {"label": "Số đơn vị tự chủ giao mới", "step_points": "1"}
RISING = {"label": "Số chỉ số tăng hạng", "step_points": "1.5", "cap": "3"}
LATE_PENALTY = {"label": "Số phiên trễ", "step_points": "0.5"}
PEOPLE = {
    "label": "Dân số",
    "base": "15",
    "step_points": "0.5",
    "threshold": "20000",
    "per": "1000",
    "cap": "25",
}
STARTED, PROPORTIONAL = {**PEOPLE, "partial": "started"}, {**PEOPLE, "partial": "proportional"}
MOUNTAINS = {**PEOPLE, "factor": "xã miền núi", "factor_percent": "75"}
ON_POINTS = {**MOUNTAINS, "factor_on": "points"}

OTHER_INDEX = {"label": "Chỉ số khác", "from_max": "150"}
RUNGS = [{"value": "120", "points": "6"}, {"value": "140", "points": "7.15"}, {"value": "150", "points": "max"}]
BY_TABLE = {**OTHER_INDEX, "by": "table", "table": RUNGS}
BY_LINE = {**BY_TABLE, "between": "line"}

THIS_YEAR = {"label": "Số văn bản", "kind": "integer", "unchanged": "1"}
FEWER_LOSE = {**THIS_YEAR, "by": "step", "base": "max", "step_points": "0.5"}
del FEWER_LOSE["unchanged"]
COMPLAINTS = {"label": "Số đơn thư", "kind": "integer", "better": "lower", "unchanged": "1"}
REVENUE = {
    "label": "Thu ngân sách",
    "kind": "decimal",
    "by": "step",
    "base": "1",
    "step_points": "0.5",
    "per": "5",
    "in_percent": True,
}

SATISFIED = {"by": "mean", "scale_max": "5", "minimum_sample": "30"}
FROM_ONE = {**SATISFIED, "scale_min": "1"}


def compared(current: Any, previous: Any) -> Mapping[str, Any]:
    return {"current": current, "has_base": "yes", "previous": previous}


Case = tuple[str, str, Params, str, Mapping[str, Any], str]

CASES: list[Case] = [
    ("K 7.2", "points", {}, "8", {"points": "6.78"}, "6.78"),
    ("plan on time", "choice", PLAN, "1", {"option": "on_time"}, "1"),
    ("plan late", "choice", PLAN, "1", {"option": "late"}, "0.5"),
    ("no plan", "choice", PLAN, "1", {"option": "none"}, "0"),
    ("4 groups meet the quota", "choice", GROUPS, "4", {"option": "four"}, "4"),
    ("3 groups meet the quota", "choice", GROUPS, "4", {"option": "three"}, "2.5"),
    ("2 groups meet the quota", "choice", GROUPS, "4", {"option": "two"}, "1"),
    ("fewer groups meet the quota", "choice", GROUPS, "4", {"option": "fewer"}, "0"),
    ("done", "choice", ARISEN, "2", {"option": "done"}, "2"),
    ("did not arise", "choice", ARISEN, "2", {"option": "did_not_arise"}, "2"),
    ("K 1.2.1", "choice", LATE_REPORT, "0.25", {"option": "late"}, "0"),
    ("K 4.2.2", "choice", LATE_REPORT, "1", {"option": "late"}, "0"),
    ("just above 90 %", "bands", ABOVE_90, "2", {"percent": "90.01"}, "2"),
    ("exactly 90 %", "bands", ABOVE_90, "2", {"percent": "90"}, "1"),
    ("exactly 70 %", "bands", ABOVE_90, "2", {"percent": "70"}, "1"),
    ("just below 70 %", "bands", ABOVE_90, "2", {"percent": "69.99"}, "0"),
    ("100 %", "bands", ALL_OR_PART, "1.5", {"percent": "100"}, "1.5"),
    ("just below 100 %", "bands", ALL_OR_PART, "1.5", {"percent": "99.99"}, "0.5"),
    ("just below 90 %", "bands", ALL_OR_PART, "1.5", {"percent": "89.99"}, "0"),
    ("6 meetings", "bands", FOUR_MEETINGS, "20", {"value": 6}, "20"),
    ("4 meetings", "bands", FOUR_MEETINGS, "20", {"value": 4}, "20"),
    ("3 meetings", "bands", FOUR_MEETINGS, "20", {"value": 3}, "15"),
    ("2 meetings", "bands", FOUR_MEETINGS, "20", {"value": 2}, "10"),
    ("1 meeting", "bands", FOUR_MEETINGS, "20", {"value": 1}, "5"),
    ("no meeting", "bands", FOUR_MEETINGS, "20", {"value": 0}, "0"),
    ("75 %, urged in writing", "bands", URGED, "1.5", {"percent": "75", "exception": "yes"}, "1"),
    ("75 %, not urged", "bands", URGED, "1.5", {"percent": "75", "exception": "no"}, "0.5"),
    ("90 %, urged all the same", "bands", URGED, "1.5", {"percent": "90", "exception": "yes"}, "1.5"),
    ("K 6.1.3", "bands", AUDIT, "1", {"percent": "94.2"}, "0.5"),
    ("K 5.6.2", "bands", ALL_QUALIFIED, "0.5", {"numerator": 68, "denominator": 69}, "0"),
    ("all qualified", "bands", ALL_QUALIFIED, "0.5", {"numerator": 69, "denominator": 69}, "0.5"),
    ("one of 200,000", "bands", ALL_QUALIFIED, "0.5", {"numerator": 199999, "denominator": 200000}, "0"),
    ("K 7.1", "ratio", PERCENT, "2", {"percent": "85"}, "1.70"),
    ("K 1.6.2", "ratio", PART, "1", {"numerator": 24, "denominator": 29}, "0.83"),
    ("index 766, just full", "ratio", FULL_FROM_90, "2", {"percent": "90"}, "2"),
    ("index 766, more than full", "ratio", FULL_FROM_90, "2", {"percent": "97"}, "2"),
    ("index 766, in proportion", "ratio", FULL_FROM_90, "2", {"percent": "72"}, "1.6"),
    ("exactly at the floor", "ratio", {**PERCENT, "floor_percent": "50"}, "2", {"percent": "50"}, "1"),
    ("just below the floor", "ratio", {**PERCENT, "floor_percent": "50"}, "2", {"percent": "49.99"}, "0"),
    ("K 1.6.1", "weighted", TASKS, "3", {"on_time": 13, "late": 11, "undone": 5}, "1.91"),
    ("3 late sessions", "count", LATE_SESSIONS, "1.5", {"count": 3}, "0"),
    ("1 late session", "count", LATE_SESSIONS, "1.5", {"count": 1}, "1"),
    ("no late session", "count", LATE_SESSIONS, "1.5", {"count": 0}, "1.5"),
    ("9 late sessions stop at the floor", "count", LATE_SESSIONS, "1.5", {"count": 9}, "0"),
    ("3 documents", "count", DOCUMENTS, "2", {"count": 3}, "1.5"),
    ("7 documents stop at the cap", "count", DOCUMENTS, "2", {"count": 7}, "2"),
    ("1 recognised model", "count", MODELS, "5", {"count": 1}, "2.5"),
    ("3 recognised models stop at the cap", "count", MODELS, "5", {"count": 3}, "5"),
    ("K 1.4.2", "count", FORMS, "5", {"count": 4}, "4"),
    ("K 6.3.1, only new units count", "count", NEW_UNITS, "2", {"count": 0}, "0"),
    ("no index rises in rank", "count", RISING, "3", {"count": 0}, "0"),
    ("1 index rises in rank", "count", RISING, "3", {"count": 1}, "1.5"),
    ("3 indexes rise in rank", "count", RISING, "3", {"count": 3}, "3"),
    ("2 late sessions, in the penalty group", "count", LATE_PENALTY, "2", {"count": 2}, "1"),
    ("20,000 people", "count", PEOPLE, "25", {"count": 20000}, "15"),
    ("20,999 people", "count", PEOPLE, "25", {"count": 20999}, "15"),
    ("21,000 people", "count", PEOPLE, "25", {"count": 21000}, "15.5"),
    ("23,400 people, full steps", "count", PEOPLE, "25", {"count": 23400}, "16.5"),
    ("23,400 people, started steps", "count", STARTED, "25", {"count": 23400}, "17"),
    ("23,400 people in proportion", "count", PROPORTIONAL, "25", {"count": 23400}, "16.7"),
    ("40,000 people", "count", PEOPLE, "25", {"count": 40000}, "25"),
    ("70,000 people stop at the cap", "count", PEOPLE, "25", {"count": 70000}, "25"),
    ("17,250 people in the mountains", "count", MOUNTAINS, "25", {"count": 17250, "factor": "yes"}, "16.5"),
    ("17,250 people elsewhere", "count", MOUNTAINS, "25", {"count": 17250, "factor": "no"}, "15"),
    ("mountains, on the points", "count", ON_POINTS, "25", {"count": 23400, "factor": "yes"}, "12.38"),
    ("K 7.2, straight proportion", "conversion", OTHER_INDEX, "8", {"value": "133.6"}, "7.13"),
    ("K 7.2, as awarded, by a table", "conversion", BY_LINE, "8", {"value": "133.6"}, "6.78"),
    ("on a row of the table", "conversion", BY_LINE, "8", {"value": "140"}, "7.15"),
    ("steps of a table", "conversion", BY_TABLE, "8", {"value": "139.99"}, "6"),
    ("the last row of a table", "conversion", BY_TABLE, "8", {"value": "150"}, "8"),
    ("below the table", "conversion", BY_TABLE, "8", {"value": "119.99"}, "0"),
    ("more than last year", "change", THIS_YEAR, "2", compared(12, 10), "2"),
    ("as many as last year", "change", THIS_YEAR, "2", compared(10, 10), "1"),
    ("fewer than last year", "change", THIS_YEAR, "2", compared(9, 10), "0"),
    ("fewer complaints", "change", COMPLAINTS, "2", compared(9, 10), "2"),
    ("more complaints", "change", COMPLAINTS, "2", compared(11, 10), "0"),
    ("3 fewer lose 0.5 each", "change", FEWER_LOSE, "2", compared(7, 10), "0.5"),
    ("3 more gain nothing", "change", FEWER_LOSE, "2", compared(13, 10), "2"),
    ("9 fewer stop at the floor", "change", FEWER_LOSE, "2", compared(1, 10), "0"),
    ("revenue up by 12 %", "change", REVENUE, "2", compared("56", "50"), "2"),
    ("revenue up by 9 %", "change", REVENUE, "2", compared("54.5", "50"), "1.5"),
    ("revenue down by 6 %", "change", REVENUE, "2", compared("47", "50"), "0.5"),
    ("survey mean of 5", "survey", SATISFIED, "10", {"mean": "4.2", "sample": 30}, "8.4"),
    ("survey mean from 1 to 5", "survey", FROM_ONE, "10", {"mean": "4.2", "sample": 30}, "8"),
    ("survey in percent", "survey", {"by": "percent"}, "10", {"percent": "87.5", "sample": 1}, "8.75"),
    ("survey points", "survey", {"by": "points"}, "10", {"points": "7.3", "sample": 1}, "7.3"),
]


def typed(answers: Mapping[str, Any]) -> dict[str, Value]:
    """Numbers written as text are decimals here, unless they are codes of options."""
    codes = ("option", "exception", "factor", "has_base")
    return {
        name: Decimal(value) if isinstance(value, str) and name not in codes else value
        for name, value in answers.items()
    }


@pytest.mark.parametrize(
    ("method", "params", "maximum", "answers", "points"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_real_case_earns_its_published_points(
    method: str, params: Params, maximum: str, answers: Mapping[str, Any], points: str
) -> None:
    outcome = build(method, params, Leaf(Decimal(maximum))).score(typed(answers))
    assert outcome.points == Decimal(points)
    assert outcome.counted_max_points == Decimal(maximum)
    assert printed(outcome.explanation).endswith(f"{Decimal(points):.2f}".replace(".", ","))


def refused(method: str, params: Params, answers: Mapping[str, Any], maximum: str = "2") -> list[tuple[str, str]]:
    """Where the answers are refused, and in which words."""
    leaf = Leaf(Decimal(maximum), step=Decimal("0.25"))
    with pytest.raises(RuleErrors) as caught:
        build(method, params, leaf).score(typed(answers))
    return [(error.at, printed(error.message)) for error in caught.value.errors]


IMPOSSIBLE: Iterable[tuple[str, Params, Mapping[str, Any], list[tuple[str, str]]]] = [
    ("points", {}, {"points": "2.25"}, [("points", "2,25 is above 2")]),
    ("points", {}, {"points": "-0.25"}, [("points", "−0,25 is below 0")]),
    ("points", {}, {"points": "1.1"}, [("points", "1,1 is not a multiple of 0,25")]),
    ("points", {}, {"points": "NaN"}, [("points", "NaN is not a number")]),
    ("points", {}, {}, [("points", "an answer is missing")]),
    ("choice", PLAN, {"option": "lost"}, [("option", "lost is not among the options")]),
    ("ratio", PERCENT, {"percent": "130"}, [("percent", "130 is above 100")]),
    (
        "ratio",
        PART,
        {"numerator": 30, "denominator": 29},
        [("numerator", "Đạt: 30 is more than 29 (Tổng số)")],
    ),
    ("ratio", PART, {"numerator": 1, "denominator": 0}, [("numerator", "Đạt: 1 is more than 0 (Tổng số)")]),
    ("ratio", PART, {"numerator": "1.5", "denominator": 2}, [("numerator", "1,5 is not a whole number")]),
    (
        "bands",
        ALL_QUALIFIED,
        {"numerator": 3, "denominator": 2},
        [("numerator", "Đạt: 3 is more than 2 (Tổng số)")],
    ),
    ("bands", URGED, {"percent": "75"}, [("exception", "an answer is missing")]),
    ("count", FORMS, {"count": -1}, [("count", "−1 is below 0")]),
    (
        "count",
        {**NEW_UNITS, "factor": "xã miền núi", "factor_percent": 75},
        {"count": 1},
        [("factor", "an answer is missing")],
    ),
    ("conversion", OTHER_INDEX, {"value": "150.1"}, [("value", "150,1 is above 150")]),
    ("change", THIS_YEAR, {"current": 3, "has_base": "yes"}, [("previous", "an answer is missing")]),
    ("change", THIS_YEAR, {"has_base": "no"}, [("current", "an answer is missing")]),
    ("survey", FROM_ONE, {"mean": "0.9", "sample": 30}, [("mean", "0,9 is below 1")]),
    (
        "weighted",
        TASKS,
        {"on_time": -1, "late": 2},
        [("on_time", "−1 is below 0"), ("undone", "an answer is missing")],
    ),
]


@pytest.mark.parametrize(("method", "params", "answers", "problems"), IMPOSSIBLE)
def test_impossible_facts_are_refused_at_their_inputs_all_at_once(
    method: str, params: Params, answers: Mapping[str, Any], problems: list[tuple[str, str]]
) -> None:
    assert refused(method, params, answers) == problems


@pytest.mark.parametrize(
    ("rounding", "points"), [(Rounding.HALF_UP, "0.75"), (Rounding.DOWN, "0.75"), (Rounding.UP, "1")]
)
def test_points_are_rounded_to_the_step_of_the_set(rounding: Rounding, points: str) -> None:
    leaf = Leaf(Decimal(1), step=Decimal("0.25"), rounding=rounding)
    outcome = build("ratio", PART, leaf).score({"numerator": 24, "denominator": 29})
    assert outcome.points == Decimal(points)


def test_half_a_step_is_rounded_up() -> None:
    leaf = Leaf(Decimal(1), step=Decimal("0.25"))
    assert build("ratio", PERCENT, leaf).score({"percent": Decimal("62.5")}).points == Decimal("0.75")

"""What keeps a set from being used is told, all of it, each where it stands."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from indicators.content import CheckContent, IndicatorContent, SetContent
from indicators.lint import lint

FIGURE: dict[str, Any] = {"value_type": "integer", "roll_up": "sum", "least": Decimal(0)}
HEADING = IndicatorContent("1", title="Nhóm")
A = IndicatorContent("1.a", "1", "Tổng số", **FIGURE)
B = IndicatorContent("1.b", "1", "Trong đó", **FIGURE)
RATE = IndicatorContent(
    "1.c", "1", "Tỷ lệ", value_type="percent", places=2, roll_up="ratio", numerator="1.b", denominator="1.a"
)
CHOICE = IndicatorContent(
    "1.d", "1", "Hình thức", value_type="choice", options=(("0", "Không"), ("1", "Có")), roll_up="choices"
)
TABLE = IndicatorContent("2", title="Biểu", lines="fixed", table_lines=(("huyen", "Cấp huyện"), ("xa", "Cấp xã")))
COLUMN = IndicatorContent("2.a", "2", "Số người", **FIGURE)
NAMES = IndicatorContent("2.b", "2", "Ghi tên", value_type="text")
CHECK = CheckContent("K1", "1.b <= 1.a", "Trong đó không nhiều hơn tổng số")
SOUND = SetContent("bo-thu", 1, "Bộ thử", "", (HEADING, A, B, RATE, CHOICE, TABLE, COLUMN, NAMES), (CHECK,))


def found(content: SetContent) -> list[str]:
    """Shapes: code/attribute of each finding."""
    with translation.override("en"):
        return [f"{each.code}/{each.at}" for each in lint(content)]


def with_node(node: str, /, **columns: Any) -> SetContent:
    nodes = tuple(replace(each, **columns) if each.code == node else each for each in SOUND.indicators)
    return replace(SOUND, indicators=nodes)


def with_check(**columns: Any) -> SetContent:
    return replace(SOUND, checks=(replace(CHECK, **columns),))


def test_a_sound_set_has_no_finding() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (replace(SOUND, code="Bộ thử"), ["/code"]),
        (replace(SOUND, title=""), ["/title"]),
        (replace(SOUND, source="x" * 301), ["/source"]),
        (replace(SOUND, version=40_000), ["/version"]),
        (replace(SOUND, indicators=(HEADING,), checks=()), ["/indicators"]),
        # the tree
        (with_node("1.d", places=-1), ["1.d/places"]),
        (with_node("2", table_lines=(("cấp xã", "Cấp xã"),)), ["2/table_lines"]),
        (with_node("1.d", code="1 d"), ["1 d/code"]),
        (with_node("1.d", code="14"), ["14/code"]),
        (with_node("1.d", code="1.a"), ["1.a/code", "1.a/code"]),
        (with_node("1.d", title=""), ["1.d/title"]),
        (with_node("1.d", measure="x" * 61), ["1.d/measure"]),
        (with_node("1.d", parent="9"), ["1.d/parent"]),
        (with_node("1", parent="1.d"), [f"{code}/parent" for code in ("1", "1.a", "1.b", "1.c", "1.d")]),
        (with_node("1.d", levels=("village",)), ["1.d/levels"]),
        (with_node("1.d", from_year=2025, to_year=2024), ["1.d/to_year"]),
        (with_node("1.d", from_year=25), ["1.d/from_year"]),
        # tables
        (with_node("1.a", table_lines=(("a", "A"),)), ["1.a/table_lines"]),
        (with_node("2", lines="wide"), ["2/lines"]),
        (with_node("2", value_type="integer"), ["2/code", "2/value_type"]),
        (with_node("2", table_lines=()), ["2/table_lines"]),
        (with_node("2", lines="free"), ["2/table_lines"]),
        (with_node("2", table_lines=(("a", "A"), ("a", "B"))), ["2/table_lines"]),
        (with_node("2", table_lines=(("a" * 21, "A"),)), ["2/table_lines"]),
        (with_node("2.b", value_type=""), ["2/lines"]),
        (with_node("2.b", parent="2.a"), ["2/lines"]),
        (with_node("2.b", lines="free", value_type=""), ["2/lines", "2.b/lines", "2.b/lines"]),
        # values
        (
            with_node("1.a", value_type="number"),
            ["1.a/value_type", "1.a/least", "1.a/roll_up", "1.c/denominator", "K1/rule"],
        ),
        (with_node("1.d", options=()), ["1.d/options"]),
        (with_node("1.d", options=(("0", "Không"), ("0", "Có"))), ["1.d/options"]),
        (with_node("1.a", options=(("0", "Không"),)), ["1.a/options"]),
        (with_node("1.d", least=Decimal(1)), ["1.d/least"]),
        (with_node("1.a", least=Decimal(3), most=Decimal(2)), ["1.a/least"]),
        (with_node("1.a", most=Decimal(10) ** 12), ["1.a/most"]),
        (with_node("1.a", places=2), ["1.a/places"]),
        (with_node("1.c", places=5), ["1.c/places"]),
        # formulas
        (with_node("1.a", formula="1.b +"), ["1.a/formula"]),
        (with_node("1.a", formula="1.b + 9.9"), ["1.a/formula"]),
        (with_node("1.a", formula="1.d + 1.b"), ["1.a/formula"]),
        (with_node("1.a", formula="1.a + 1.b"), ["1.a/formula"]),
        (with_node("1.a", formula="previous(1.b)"), ["1.a/formula"]),
        (with_node("1.d", formula="1.a"), ["1.d/formula"]),
        (with_node("2.a", formula="1.a"), ["2.a/formula"]),
        # roll-up
        (with_node("1.a", roll_up="product"), ["1.a/roll_up", "1.c/denominator"]),
        (with_node("1.d", roll_up="sum"), ["1.d/roll_up"]),
        (with_node("1.a", roll_up="choices"), ["1.a/roll_up", "1.c/denominator"]),
        (with_node("1.c", numerator=""), ["1.c/numerator"]),
        (with_node("1.c", roll_up="mean"), ["1.c/numerator", "1.c/denominator"]),
        (with_node("1.c", numerator="9.9"), ["1.c/numerator"]),
        (with_node("1.c", denominator="1.d"), ["1.c/denominator", "1.c/denominator"]),
        (with_node("1.b", roll_up="mean"), ["1.c/numerator"]),
        # checks
        (replace(SOUND, checks=(CHECK, CHECK)), ["K1/code", "K1/code"]),
        (with_check(rule="1.a"), ["K1/rule"]),
        (with_check(rule="1 <= 2"), ["K1/rule"]),
        (with_check(rule="1.a <= 9.9"), ["K1/rule"]),
        (with_check(rule="1.a <= 1.d"), ["K1/rule"]),
        (with_check(rule="1.a == previous(9.9)"), ["K1/rule"]),
        (with_check(title="x" * 301), ["K1/title"]),
        (with_check(explained_by="9.9"), ["K1/explained_by"]),
        (with_check(explained_by="2.a"), ["K1/explained_by"]),
        (with_check(explained_by="1.d"), ["K1/explained_by"]),
    ],
)
def test_a_fault_is_told_where_it_stands(content: SetContent, expected: list[str]) -> None:
    assert sorted(set(found(content))) == sorted(set(expected))


def test_a_column_is_known_outside_its_table_by_its_total_alone() -> None:
    assert found(with_check(rule="2.a <= 1.a")) == []
    summed_no_more = with_node("2.a", roll_up="none")
    assert found(replace(summed_no_more, checks=(CheckContent("K1", "2.a <= 1.a"),))) == ["K1/rule"]
    # In its own lines it is known by each of them; what the period before said, by its total.
    assert found(replace(summed_no_more, checks=(CheckContent("K1", "2.a <= 100"),))) == []
    assert found(replace(summed_no_more, checks=(CheckContent("K1", "2.a == previous(2.a)"),))) == ["K1/rule"]


def test_a_chain_of_formulas_that_goes_round_is_told_at_each_of_them() -> None:
    circle = with_node("1.a", formula="1.b + 1")
    nodes = tuple(replace(each, formula="1.a - 1") if each.code == "1.b" else each for each in circle.indicators)
    assert found(replace(circle, indicators=nodes)) == ["1.a/formula", "1.b/formula"]


def test_a_tree_that_is_deeper_than_any_page_is_refused() -> None:
    chain = [replace(A, code="1.0", parent="1")]
    chain += [replace(A, code=f"1.{each}", parent=f"1.{each - 1}") for each in range(1, 2_000)]
    assert found(replace(SOUND, indicators=(*SOUND.indicators, *chain)))[0] == "1.12/parent"

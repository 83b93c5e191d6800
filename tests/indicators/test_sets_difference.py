"""What differs between two versions of a set, in words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from indicators.content import CheckContent
from indicators.difference import RowChange, differences_between
from indicators.set_page import set_page
from indicators.set_words import rule_words, years
from tests.indicators.test_sets_lint import CHECK, SOUND, A, B, with_check, with_node


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def told(change: RowChange) -> dict[str, tuple[str, str]]:
    return {each.label: ("; ".join(each.old), "; ".join(each.new)) for each in change.attributes}


def test_the_same_set_does_not_differ() -> None:
    assert not differences_between(SOUND, replace(SOUND, version=2))


def test_the_head_is_compared() -> None:
    (change,) = differences_between(SOUND, replace(SOUND, title="Bộ mới")).head
    assert (change.label, change.old, change.new) == ("Title", ("Bộ thử",), ("Bộ mới",))


def test_what_came_and_what_went_is_told_by_its_code() -> None:
    fewer = replace(SOUND, indicators=SOUND.indicators[:-1], checks=())
    gone = differences_between(SOUND, fewer)
    assert gone.indicators.removed == (("2.b", "Ghi tên"),)
    assert gone.checks.removed == (("K1", "Trong đó không nhiều hơn tổng số"),)
    come = differences_between(fewer, SOUND)
    assert come.indicators.added == (("2.b", "Ghi tên"),)
    assert (come.indicators.changed, come.checks.changed) == ((), ())


def test_what_changed_is_told_in_words() -> None:
    after = with_node(
        "1.a", levels=("district", "commune"), roll_up="latest", least=Decimal("0.5"), is_cumulative=True
    )
    (change,) = differences_between(SOUND, after).indicators.changed
    assert told(change) == {
        "At least": ("0", "0.5"),
        "Levels": ("", "District; Commune"),
        "Counted from the beginning of the year": ("no", "yes"),
        "Roll-up": ("sum", "latest value"),
    }


def test_answers_lines_and_checks_are_compared() -> None:
    after = with_node("1.d", options=(("0", "Không"), ("1", "Có"), ("2", "Không rõ")))
    after = replace(after, checks=with_check(severity="warning", explained_by="1.c").checks)
    difference = differences_between(SOUND, after)
    assert told(difference.indicators.changed[0])["Options"] == ("0: Không; 1: Có", "0: Không; 1: Có; 2: Không rõ")
    assert told(difference.checks.changed[0]) == {
        "Weight": ("must be mended", "may stand with a reason"),
        "Explained by": ("", "1.c"),
    }


def test_a_new_place_is_told() -> None:
    swapped = replace(SOUND, indicators=(SOUND.indicators[0], B, A, *SOUND.indicators[3:]))
    changed = differences_between(SOUND, swapped).indicators.changed
    assert [(each.code, told(each)) for each in changed] == [
        ("1.b", {"stands behind": ("1.a", "")}),
        ("1.a", {"stands behind": ("", "1.b")}),
        ("1.c", {"stands behind": ("1.b", "1.a")}),
    ]
    moved = with_node("2.b", parent="1", value_type="text")
    (change,) = differences_between(SOUND, moved).indicators.changed
    assert told(change) == {"below": ("2", "1")}


def test_rules_are_read_with_signs_and_titles() -> None:
    assert rule_words("1.b <= 1.a") == "1.b ≤ 1.a"
    titles = {each.code: each.title for each in SOUND.indicators}
    assert rule_words("1.a == previous(1.b) - 2", titles) == (
        "Tổng số (1.a) = Trong đó (1.b) of the period before − 2"
    )
    assert rule_words("no rule") == "no rule"


def test_the_page_tells_kinds_years_bounds_and_checks_in_words() -> None:
    content = with_node("1.a", to_year=2025, most=Decimal(9), printed_code="1", formula="1.b + 1")
    page = set_page(replace(content, checks=(CHECK, CheckContent("K2", "2.a >= 1", severity="warning"))))
    rows = {row.content.code: row for row in page.rows}
    kinds = {code: row.kind for code, row in rows.items()}
    assert kinds == {
        "1": "heading",
        "1.a": "figure",
        "1.b": "figure",
        "1.c": "figure",
        "1.d": "figure",
        "2": "table",
        "2.a": "column",
        "2.b": "column",
    }
    assert rows["1.a"].marks == ("printed as 1", "follows from: 1.b + 1", "until 2025", "at most 9")
    assert rows["1.c"].roll_up == "ratio of sums: 1.b / 1.a"
    assert (page.typed, page.computed, page.tables) == (5, 1, 1)
    assert [check.title for check in page.checks] == ["Trong đó không nhiều hơn tổng số", "Số người (2.a) ≥ 1"]
    assert years(replace(A, from_year=2021, to_year=2025)) == "2021–2025"

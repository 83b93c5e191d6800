"""Sums of Kon Rẫy district, year 2021: points and applicable maxima of the eight fields of each commune."""

from decimal import Decimal

import pytest

from scoring.rules import (
    CountsAs,
    ExtraPoints,
    Group,
    LeafPoints,
    RoundAt,
    SectionTotals,
    SumRules,
    Totals,
    index_of,
    totals,
)

FIELDS = {
    "Đắk Tờ Re": "23.5/33.5 8.5/9 16.5/19.5 5/5 5/5 5.3/6 8.5/12 7/7",
    "Đắk Tơ Lung": "24.1/33.5 9/9 17.5/18 5/5 5/5 5/6 8.8/12 7/7",
    "Tân Lập": "25.39/33.5 6.93/9 15.55/17.5 4/4 5/5 5.95/6 8.95/12 7/7",
    "Đắk Kôi": "24/33.5 7.4/9 17.5/18.5 5/5 5/5 4.5/6 7.5/12 7/7",
    "Đắk Ruồng": "22.1/33.5 9/9 15.75/17.5 5/5 5/5 4.5/6 8.3/12 7/7",
    "Đắk Rve": "20.77/33.5 5/9 11.25/17.5 4/4 5/5 5.7/6 6.4/12 4/7",
    "Đắk Pne": "24.5/33.5 8/8 17/19.5 5/5 4/5 6/6 7/12 6/7",
    "Kon Rẫy": "19.49/23 9/9 11.48/12 7/8 10.5/11 6.5/10 10.48/15 7/7",
}


def leaves(unit: str) -> list[LeafPoints]:
    pairs = [pair.split("/") for pair in FIELDS[unit].split()]
    return [
        LeafPoints(f"{field}.1", str(field), Decimal(points), Decimal(maximum))
        for field, (points, maximum) in enumerate(pairs, start=1)
    ]


@pytest.mark.parametrize(
    ("unit", "earned", "applicable_max"),
    [
        ("Đắk Tờ Re", "79.3", "97"),
        ("Đắk Tơ Lung", "81.4", "95.5"),
        ("Tân Lập", "78.77", "94"),
        ("Đắk Kôi", "77.9", "96"),
        ("Đắk Ruồng", "76.65", "95"),  # published as 78.15, which its fields do not add up to
        ("Đắk Rve", "62.12", "94"),
        ("Đắk Pne", "77.5", "96"),
        ("Kon Rẫy", "81.45", "95"),
    ],
)
def test_the_fields_of_a_unit_add_up(unit: str, earned: str, applicable_max: str) -> None:
    whole = totals(leaves(unit))
    assert whole.earned == Decimal(earned)
    assert whole.applicable_max == Decimal(applicable_max)
    assert whole.not_answered == 0
    assert sum((each.earned for each in whole.by_section.values()), Decimal(0)) == whole.earned


def test_each_section_has_its_own_sums() -> None:
    whole = totals([*leaves("Kon Rẫy"), LeafPoints("1.2", "1", None, Decimal("0.5"))])
    assert whole.by_section["1"] == SectionTotals(Decimal("19.49"), Decimal("23.5"), not_answered=1)
    assert whole.by_section["2"] == SectionTotals(Decimal(9), Decimal(9))


def test_bonus_and_penalty_stand_outside_the_maximum() -> None:
    whole = totals(
        [
            LeafPoints("1", "1", Decimal(80), Decimal(100)),
            LeafPoints("B", "B", Decimal(3), Decimal(10), CountsAs.BONUS),
            LeafPoints("P", "P", Decimal(5), Decimal(20), CountsAs.PENALTY),
        ]
    )
    assert (whole.earned, whole.applicable_max) == (Decimal(80), Decimal(100))
    assert (whole.bonus, whole.penalty) == (Decimal(3), Decimal(5))


def test_no_leaves_add_up_to_nothing() -> None:
    assert totals([]) == Totals(Decimal(0), Decimal(0), by_section={})


def extra(
    code: str, points: str | None, maximum: str, group: str = "", kind: CountsAs = CountsAs.BONUS
) -> LeafPoints:
    given = None if points is None else Decimal(points)
    return LeafPoints(code, "B", given, Decimal(maximum), kind, group)


def test_a_bonus_item_counts_at_most_its_own_maximum() -> None:
    assert totals([extra("B.1", "7", "5")]).bonus == 5


def test_bonus_items_adding_to_13_count_at_most_the_10_of_their_group() -> None:
    rules = SumRules(groups={"B": Group(Decimal(10))})
    items = [extra("B.1", "5", "5", "B"), extra("B.2", "4", "5", "B"), extra("B.3", "2.5", "3", "B")]
    assert totals(items, rules).bonus == 10
    assert totals(items[:2], rules).bonus == 9


def test_groups_nest_and_the_inner_cap_comes_first() -> None:
    groups = {"B": Group(Decimal(10)), "B.1": Group(Decimal(4), "B"), "B.2": Group(Decimal(8), "B")}
    items = [extra("B.1.1", "3", "3", "B.1"), extra("B.1.2", "3", "3", "B.1"), extra("B.2.1", "5", "8", "B.2")]
    assert totals(items, SumRules(groups=groups)).bonus == 9
    assert totals([*items, extra("B.3", "3", "3", "B")], SumRules(groups=groups)).bonus == 10


def test_bonus_and_penalty_are_capped_apart() -> None:
    groups = {"B": Group(Decimal(10)), "P": Group(Decimal(20))}
    items = [
        extra("B.1", "12", "15", "B"),
        extra("P.1", "15", "15", "P", CountsAs.PENALTY),
        extra("P.2", "8", "10", "P", CountsAs.PENALTY),
    ]
    found = totals(items, SumRules(groups=groups))
    assert [found.bonus, found.penalty] == [10, 20]


def test_a_bonus_without_an_answer_is_open_and_counts_nothing() -> None:
    found = totals([extra("B.1", None, "5"), extra("B.2", "0", "0")])
    assert [found.bonus, found.not_answered] == [0, 1]


@pytest.mark.parametrize(
    ("round_at", "fields", "whole"),
    [
        (RoundAt.LEAF, ["1.66", "0.83"], "2.49"),
        (RoundAt.FIELD, ["1.75", "0.75"], "2.50"),
        (RoundAt.TOTAL, ["1.66", "0.83"], "2.50"),
    ],
)
def test_sums_are_rounded_where_the_set_says(round_at: RoundAt, fields: list[str], whole: str) -> None:
    leaves = [
        LeafPoints("1.1", "1", Decimal("0.83"), Decimal(2)),
        LeafPoints("1.2", "1", Decimal("0.83"), Decimal(2)),
        LeafPoints("2.1", "2", Decimal("0.83"), Decimal(2)),
    ]
    found = totals(leaves, SumRules(step=Decimal("0.25"), round_at=round_at))
    assert [each.earned for each in found.by_section.values()] == [Decimal(field) for field in fields]
    assert found.earned == Decimal(whole)


def test_rounding_up_does_not_pass_the_applicable_maximum() -> None:
    leaf = LeafPoints("1.1", "1", Decimal("9.95"), Decimal("9.95"))
    rules = SumRules(step=Decimal("0.25"), round_at=RoundAt.TOTAL)
    assert totals([leaf], rules).earned == Decimal("9.95")


@pytest.mark.parametrize("extra_points", ExtraPoints)
def test_a_bonus_may_lift_the_index_above_100_and_a_penalty_never_sinks_it_below_0(
    extra_points: ExtraPoints,
) -> None:
    rules = SumRules(extra_points=extra_points)
    lifted = index_of(SectionTotals(Decimal(95), Decimal(95), bonus=Decimal(5)), rules)
    assert lifted is not None
    assert lifted > 100
    assert index_of(SectionTotals(Decimal(1), Decimal(95), penalty=Decimal(5)), rules) == 0


def test_before_rescaling_a_bonus_weighs_more_where_less_applies() -> None:
    sums = SectionTotals(Decimal(76), Decimal(95), bonus=Decimal(2), penalty=Decimal("0.5"))
    assert index_of(sums, SumRules(extra_points=ExtraPoints.BEFORE)) == Decimal("81.58")
    assert index_of(sums, SumRules(extra_points=ExtraPoints.AFTER)) == Decimal("81.50")


def test_points_of_a_set_of_1000_are_tenths_of_the_index() -> None:
    sums = SectionTotals(Decimal(800), Decimal(1000), bonus=Decimal(20))
    assert index_of(sums, SumRules(total_points=Decimal(1000))) == 82


def test_without_anything_applicable_there_is_no_index_whatever_the_bonus() -> None:
    for extra_points in ExtraPoints:
        assert index_of(SectionTotals(bonus=Decimal(3)), SumRules(extra_points=extra_points)) is None

"""Sums of Kon Rẫy district, year 2021: points and applicable maxima of the eight fields of each commune."""

from decimal import Decimal

import pytest

from scoring.rules import CountsAs, LeafPoints, SectionTotals, Totals, totals

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

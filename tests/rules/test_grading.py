from decimal import Decimal

import pytest

from scoring.rules import GradeBand, RankRule, grade, index, rank

PUBLISHED = [
    ("Kon Rẫy", "81.45", "95", "85.74"),
    ("Đắk Tờ Re", "79.3", "97", "81.75"),
    ("Đắk Tơ Lung", "81.4", "95.5", "85.24"),
    ("Tân Lập", "78.77", "94", "83.80"),
    ("Đắk Kôi", "77.9", "96", "81.15"),
    ("Đắk Ruồng", "78.15", "95", "82.26"),
    ("Đắk Rve", "62.12", "94", "66.09"),
    ("Đắk Pne", "77.5", "96", "80.73"),
]

T = [("Yếu", 0), ("Tốt", 80), ("Xuất sắc", 90), ("Trung bình", 50), ("Khá", 65)]
DECREE_335 = [
    ("hoàn thành xuất sắc", 90),
    ("hoàn thành tốt", 70),
    ("hoàn thành", 50),
    ("không hoàn thành", 0),
]


def scale(bands: list[tuple[str, int]]) -> list[GradeBand]:
    return [GradeBand(name, name, Decimal(lowest)) for name, lowest in bands]


@pytest.mark.parametrize(("unit", "earned", "maximum", "published"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_the_published_index_follows_from_the_published_total(
    unit: str, earned: str, maximum: str, published: str
) -> None:
    assert str(index(Decimal(earned), Decimal(maximum))) == published


def test_the_index_of_dak_ruong_follows_from_its_parts_too() -> None:
    assert index(Decimal("76.65"), Decimal(95)) == Decimal("80.68")


@pytest.mark.parametrize(
    ("earned", "maximum", "decimals", "expected"),
    [
        ("1", "8", 2, "12.50"),
        ("1", "16", 2, "6.25"),
        ("1", "16", 1, "6.3"),
        ("1", "32", 0, "3"),
        ("1", "3", 4, "33.3333"),
    ],
)
def test_an_index_is_rounded_half_up_to_its_decimals(
    earned: str, maximum: str, decimals: int, expected: str
) -> None:
    assert str(index(Decimal(earned), Decimal(maximum), decimals)) == expected


def test_a_unit_to_which_nothing_applies_has_no_index_and_no_grade() -> None:
    assert index(Decimal(0), Decimal(0)) is None
    assert grade(None, scale(T)) is None


@pytest.mark.parametrize(
    ("bands", "lowest", "reached"),
    [
        (T, "90", "Xuất sắc"),
        (T, "89.99", "Tốt"),
        (T, "80", "Tốt"),
        (T, "79.99", "Khá"),
        (T, "65", "Khá"),
        (T, "64.99", "Trung bình"),
        (T, "50", "Trung bình"),
        (T, "49.99", "Yếu"),
        (T, "0", "Yếu"),
        (DECREE_335, "90", "hoàn thành xuất sắc"),
        (DECREE_335, "89.99", "hoàn thành tốt"),
        (DECREE_335, "70", "hoàn thành tốt"),
        (DECREE_335, "69.99", "hoàn thành"),
        (DECREE_335, "50", "hoàn thành"),
        (DECREE_335, "49.99", "không hoàn thành"),
    ],
)
def test_a_grade_owns_its_lower_bound(bands: list[tuple[str, int]], lowest: str, reached: str) -> None:
    found = grade(Decimal(lowest), scale(bands))
    assert found is not None
    assert found.name == reached


def test_an_index_below_every_grade_has_none() -> None:
    assert grade(Decimal("49.99"), scale([("đạt", 50)])) is None


INDEX_766 = {"A": "95.10", "B": "94.2", "C": "93", "D": "92.75", "E": "90.5", "F": "90.50", "G": "88"}


@pytest.mark.parametrize(
    ("rule", "places"),
    [(RankRule.COMPETITION, [1, 2, 3, 4, 5, 5, 7]), (RankRule.DENSE, [1, 2, 3, 4, 5, 5, 6])],
)
def test_a_tie_is_followed_by_a_gap_or_not(rule: RankRule, places: list[int]) -> None:
    ranks = rank({unit: Decimal(value) for unit, value in INDEX_766.items()}, rule)
    assert [ranks[unit] for unit in INDEX_766] == places


def test_the_communes_of_kon_ray_rank_by_their_published_indexes() -> None:
    communes = {unit: Decimal(published) for unit, _, _, published in PUBLISHED if unit != "Kon Rẫy"}
    ranks = rank(communes)
    order = ["Đắk Tơ Lung", "Tân Lập", "Đắk Ruồng", "Đắk Tờ Re", "Đắk Kôi", "Đắk Pne", "Đắk Rve"]
    assert sorted(communes, key=lambda unit: ranks[unit] or 0) == order
    assert rank({**communes, "Đắk Ruồng": Decimal("80.68")})["Đắk Ruồng"] == 6


def test_a_unit_that_did_not_submit_is_not_ranked_and_takes_no_place() -> None:
    ranks = rank({"A": None, "B": Decimal(0), "C": Decimal(50)})
    assert ranks == {"A": None, "B": 2, "C": 1}


def test_nobody_to_rank() -> None:
    assert rank({}) == {}

"""How documents name units, count, and put deadlines."""

from datetime import date
from decimal import Decimal

import pytest

from plans.models import DeadlineKind
from reports.papers import wording
from units.models import Unit, UnitType


def unit(name: str, type_: UnitType = UnitType.COMMUNE) -> Unit:
    return Unit(code="1", name=name, type=type_, valid_from=date(2000, 1, 1))


@pytest.mark.parametrize(
    ("name", "type_", "text", "bare"),
    [
        ("Huyện Kon Rẫy", UnitType.DISTRICT, "huyện Kon Rẫy", "Kon Rẫy"),
        ("Thị trấn Đăk Rve", UnitType.COMMUNE, "thị trấn Đăk Rve", "Đăk Rve"),
        ("Thị xã An Khê", UnitType.DISTRICT, "thị xã An Khê", "An Khê"),
        ("Đặc khu Lý Sơn", UnitType.COMMUNE, "đặc khu Lý Sơn", "Lý Sơn"),
        ("Thành phố Kon Tum", UnitType.DISTRICT, "thành phố Kon Tum", "Kon Tum"),
        ("Kon Braih", UnitType.COMMUNE, "xã Kon Braih", "Kon Braih"),
        ("Phòng Nội vụ", UnitType.AGENCY, "Phòng Nội vụ", "Phòng Nội vụ"),
    ],
)
def test_units_in_a_sentence(name: str, type_: UnitType, text: str, bare: str) -> None:
    assert wording.in_text(unit(name, type_)) == text
    assert wording.bare_name(unit(name, type_)) == bare


def test_the_committee_of_a_unit() -> None:
    assert wording.committee(unit("Xã Tân Lập"), short=True) == "UBND xã Tân Lập"
    assert wording.committee(unit("Xã Tân Lập")) == "Ủy ban nhân dân xã Tân Lập"
    assert wording.committee(unit("Phòng Tư pháp", UnitType.AGENCY)) == "Phòng Tư pháp"


def test_all_units_of_a_level_by_their_kinds() -> None:
    assert wording.all_of([unit("Thị trấn A"), unit("Xã B"), unit("Xã C")]) == "các xã, thị trấn"
    assert wording.all_of([unit("Phường A"), unit("Xã B"), unit("Đặc khu C")]) == "các xã, phường, đặc khu"


@pytest.mark.parametrize(
    ("kind", "on", "text"),
    [
        (DeadlineKind.BEFORE, date(2022, 8, 12), "trước ngày 12/8/2022"),
        (DeadlineKind.WITHIN_MONTH, date(2022, 8, 31), "trong tháng 08/2022"),
        (DeadlineKind.SEASON, date(2022, 9, 30), "chậm nhất ngày 30/9/2022"),
        (DeadlineKind.NONE, None, ""),
    ],
)
def test_deadlines(kind: str, on: date | None, text: str) -> None:
    assert wording.deadline(kind, on) == text


def test_points_have_a_comma_and_no_zeros_at_the_end() -> None:
    assert wording.of_maximum(Decimal("81.45"), Decimal("95.00")) == "81,45/95"
    assert wording.of_maximum(Decimal("79.30"), Decimal("95.5")) == "79,3/95,5"
    assert wording.percent(Decimal("83.8000")) == "83,8%"


def test_counts_below_ten_have_a_zero() -> None:
    assert [wording.count(number) for number in (0, 2, 10)] == ["0", "02", "10"]


def test_parties_of_one_role_stand_together() -> None:
    named = [("A", "lead"), ("B", "lead"), ("C", "monitor")]
    assert wording.responsibilities(named) == "A, B (chủ trì, tham mưu); C (theo dõi, đôn đốc)"
    assert wording.responsibilities([("A", "responsible"), ("B", "responsible")]) == "A, B"


def test_a_sentence_begins_large_and_stops_once() -> None:
    assert wording.sentence("báo cáo trễ hạn.") == "Báo cáo trễ hạn."
    assert wording.sentence("  ") == ""


def test_days_and_the_first_two_months_have_a_zero_in_words() -> None:
    """As in the head of a paper: Decree 30/2020/NĐ-CP, Annex I, part II.4."""
    assert wording.day_in_words(date(2022, 1, 5)) == "ngày 05 tháng 01 năm 2022"
    assert wording.day_in_words(date(2022, 8, 12)) == "ngày 12 tháng 8 năm 2022"

"""Numbers typed into a text that contradict the data; a hint that is wrong is worse than none."""

from datetime import date
from decimal import Decimal

import pytest

from reports.basis import Basis
from reports.text.contradictions import contradictions, readings
from reports.text.figure import Figure
from units.models import Unit, UnitType


class Known(dict[str, Figure]):
    """Figures of the report of Kon Rẫy district for 2021."""

    basis = Basis(Unit(code="614", name="Huyện Kon Rẫy", type=UnitType.DISTRICT), 2021, date(2021, 12, 20))


OWN = "Kết quả của đơn vị, 2021"
FIGURES = Known(
    {
        key: Figure(key, label, str(number), Decimal(number), group, measure=measure)
        for key, label, number, measure, group in (
            ("score.index", "chỉ số cải cách hành chính", "85.74", "%", OWN),
            ("score.points", "tổng điểm", "81.45", "điểm", OWN),
            ("score.self", "điểm tự chấm", "90.5", "điểm", OWN),
            ("score-before.index", "chỉ số cải cách hành chính", "80.1", "%", "Kết quả của đơn vị, 2020"),
            ("score.field.6.points", "điểm của lĩnh vực Cải cách tài chính công", "6.5", "điểm", OWN),
            ("stat.x.1.1.3", "Số văn bản chỉ đạo CCHC đã ban hành", "15", "Văn bản", ""),
            ("stat.x.3.5.3", "Tỷ lệ hồ sơ đúng hạn do UBND cấp xã tiếp nhận", "99.2", "%", ""),
            ("stat.x.3.5.4", "Tỷ lệ hồ sơ đất đai đúng hạn", "95", "%", ""),
            ("stat.x.1.6.1", "Số PAKN đã giải quyết", "1353", "Số PAKN, phản ánh, kiến nghị", ""),
            ("stat.x.1.4.1", "Số lượng phiếu khảo sát", "200", "Phiếu", ""),
            ("tasks.assigned.late", "Nhiệm vụ cấp trên giao: hoàn thành quá hạn", "11", "nhiệm vụ", ""),
            ("stat.x.7.1", "Số thủ tục công khai", "0", "Thủ tục", ""),
        )
    }
)


def found(text: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.typed, each.figure.key) for each in contradictions(text, FIGURES)]


@pytest.mark.parametrize(
    ("text", "typed", "key"),
    [
        ("Chỉ số cải cách hành chính năm 2021 đạt 86,2%, xếp loại Tốt.", "86,2", "score.index"),
        ("Năm 2021, Chỉ số CCHC của huyện Kon Rẫy đạt 82%.", "82", "score.index"),
        ("Chỉ số CCHC năm 2020 đạt 79%.", "79", "score-before.index"),
        ("Tổng điểm đạt 82,45/95 điểm.", "82,45", "score.points"),
        ("Điểm tự chấm của huyện là 92 điểm.", "92", "score.self"),
        ("Giải quyết đúng hạn tổng số 12 văn bản chỉ đạo CCHC đã ban hành.", "12", "stat.x.1.1.3"),
        ("Phát 250 phiếu khảo sát.", "250", "stat.x.1.4.1"),
        ("Lĩnh vực cải cách tài chính công đạt 7,5 điểm.", "7,5", "score.field.6.points"),
        ("UBND huyện đã ban hành 12 văn bản chỉ đạo CCHC.", "12", "stat.x.1.1.3"),
        ("Tỷ lệ hồ sơ đất đai giải quyết đúng hạn đạt 97,5%.", "97,5", "stat.x.3.5.4"),
        ("Đã giải quyết 1.350 phản ánh, kiến nghị của người dân.", "1.350", "stat.x.1.6.1"),
        ("Có 11 nhiệm vụ; 9 nhiệm vụ cấp trên giao hoàn thành quá hạn.", "9", "tasks.assigned.late"),
    ],
)
def test_what_contradicts_the_data_is_told(text: str, typed: str, key: str) -> None:
    assert found(f"Mở đầu.\n{text}") == [(2, typed, key)]


@pytest.mark.parametrize(
    "text",
    [
        "Chỉ số cải cách hành chính năm 2021 đạt 85,74%, xếp loại Tốt.",
        "Chỉ số CCHC đạt 85,7% (làm tròn), tổng điểm 81,45/95 điểm.",
        "Chỉ số CCHC đạt 85.74%.",
        "Chỉ số CCHC đạt {score.index}, giải ngân 97%.",
        "Chỉ số CCHC của xã Đắk Ruồng đạt 84,26%.",
        "Chỉ số CCHC của tỉnh đạt 84,26%.",
        "Chỉ số CCHC tăng 5,6% so với năm 2020.",
        "Phấn đấu Chỉ số CCHC năm 2022 đạt 90% trở lên.",
        "Mục tiêu: Chỉ số CCHC từ 90% trở lên.",
        "Chỉ số CCHC năm 2019 đạt 70%.",
        "Theo Quyết định số 12/QĐ-UBND ngày 12/8/2021 về Chỉ số CCHC, Điều 5, khoản 3.",
        "Đã ban hành 15 văn bản chỉ đạo CCHC, gồm 3 kế hoạch, 12 công văn.",
        "Đã ban hành 15 văn bản chỉ đạo CCHC, trong đó 12 văn bản chỉ đạo CCHC ban hành trong quý I.",
        "Các xã ban hành 40 văn bản chỉ đạo CCHC.",
        "Đã ban hành 07 văn bản quy phạm pháp luật.",
        "Đã giải quyết 1.353 phản ánh, kiến nghị; 1353 PAKN.",
        "Còn 5 phản ánh, kiến nghị chưa giải quyết.",
        "Tỷ lệ hồ sơ đúng hạn đạt 98%.",
        "Tỷ lệ hồ sơ xây dựng giải quyết đúng hạn đạt 97%.",
        "Mất 2,5 điểm ở lĩnh vực cải cách tài chính công.",
        "13/29 nhiệm vụ cấp trên giao hoàn thành đúng hạn.",
        "Hoàn thành quá hạn 6/11 nhiệm vụ cấp trên giao.",
        "Hồ sơ đất đai đúng hạn: 100%. Kết quả: 95%, chưa đạt chỉ tiêu.",
        "Hồ sơ đất đai đúng hạn: ≥ 98%.",
        "Giai đoạn 2021-2025, mức độ 3, 4; 5 - 7 văn bản chỉ đạo CCHC ban hành.",
        "Tổng điểm tự chấm 90,5 điểm.",
    ],
)
def test_what_tells_something_else_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_line_that_is_as_long_as_a_book_costs_nothing() -> None:
    wrong = "Phát 250 phiếu khảo sát. "
    assert len(found(wrong + "\n" + wrong * 7000)) == 1


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1.353", ["1353", "1.353"]),
        ("85,74", ["85.74"]),
        ("1.353,5", ["1353.5"]),
        ("07", ["7"]),
        ("1.353.000", ["1353000"]),
    ],
)
def test_how_a_typed_number_may_be_read(typed: str, values: list[str]) -> None:
    assert readings(typed) == [Decimal(value) for value in values]

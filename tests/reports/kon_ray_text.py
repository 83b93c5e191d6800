"""What the analysis of Kon Rẫy 2021 must tell in every format, sentence by sentence."""

from decimal import Decimal

from reports.papers.wording import lowered, responsibilities
from tests.reports.kon_ray import COMMUNES, FIELDS, FOLLOW_UPS, LOSSES, ORGANISATION, PARTIES

NOTE = (
    "Ghi chú: Số liệu đã công bố là 78,15/95 điểm, chỉ số 82,26%; cộng điểm 08 lĩnh vực được 76,65/95 điểm, "
    "chỉ số 80,68%. Thứ hạng theo chỉ số đã công bố là 3, theo chỉ số tính lại là 6."
)


def comma(value: str) -> str:
    return value.replace(".", ",")


def assert_tells_all(text: str) -> None:
    """`text` flows: one blank between words, nothing of heads and feet of pages in it."""
    assert "đạt 81,45/95 điểm; Chỉ số cải cách hành chính đạt 85,74%" in text
    assert "bị mất là 13,55 điểm tại 18 tiêu chí" in text
    assert_losses(text)
    assert_communes(text)
    assert_tasks(text)


def assert_losses(text: str) -> None:
    for code, title, earned, maximum, cause, who in LOSSES:
        lost = f"{Decimal(maximum) - Decimal(earned):f}".rstrip("0").rstrip(".")
        named = [each.partition(":") for each in who.split()]
        answers = responsibilities([(PARTIES[party], role or "responsible") for party, _colon, role in named])
        assert (
            f"{code} “{title}”: đạt {comma(earned)}/{comma(maximum)} điểm, bị mất {comma(lost)} điểm. "
            f"Nguyên nhân: {cause}. Trách nhiệm thuộc về: {answers}."
        ) in text, code


def assert_communes(text: str) -> None:
    """Seven communes × eight fields with the maxima that apply to each, and the one whose total is not its sum."""
    for _code, name, earned, maximum, index, _grade, _rank, fields in COMMUNES:
        head = f"UBND {lowered(name)}: {comma(earned)}/{comma(maximum)} điểm, chỉ số {comma(index)}%"
        assert text.count(head) == 1, name
        reached = text.partition(head)[2]
        lines = [
            f"{field[1]}: {comma(figure)} điểm." for field, figure in zip(FIELDS, fields.split(), strict=True)
        ]
        places = [reached.find(line) for line in lines]
        assert -1 < places[0] < places[-1] < 1500, name
        assert places == sorted(places), name
    assert f"UBND xã Đăk Ruồng: 76,65/95 điểm, chỉ số 80,68%, xếp loại Tốt {NOTE}" in text


def assert_tasks(text: str) -> None:
    """Each task of a field with its leads, each of the organisation with its strict deadline."""
    told = text.split("Nhiệm vụ cần thực hiện: ")[1:]
    assert len(told) == len(FOLLOW_UPS) == 8
    for (_field, title, leads), task in zip(FOLLOW_UPS, told, strict=True):
        said, _words, who = task.partition("Cơ quan chủ trì, tham mưu: ")
        assert said.startswith(title.rstrip("."))
        assert all(PARTIES[lead].lower() in who.lower() for lead in leads.split())
    organisation = told[-1].partition("TỔ CHỨC THỰC HIỆN")[2]
    for _who, what, _via, before in ORGANISATION:
        after = organisation.partition(what)[2]
        assert f"trước ngày {before.day}/{before.month}/{before.year}." in after[:120], what

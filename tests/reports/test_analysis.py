"""The responsibility analysis as a document: the figures of Kon Rẫy 2021, part by part."""

from decimal import Decimal

import pytest

from reports.documents import Bullet, Chart, Paragraph, Section, Table
from reports.papers import analysis
from reports.papers.data import TaskFigures
from reports.rendering import document_of
from scoring.models import FollowUp, Loss, Score, ScoreSheet, SheetStatus, UnitResult
from tests.reports.conftest import Paper
from tests.reports.kon_ray import COMMUNES, FIELDS, FOLLOW_UPS, LOSSES, PARTIES, KonRay
from tests.reports.proposed import analysis_of, proposed_analysis
from units.models import UnitType

pytestmark = pytest.mark.any_database


def comma(figure: str) -> str:
    return figure.replace(".", ",")


def lines(section: Section) -> list[str]:
    """The text of a part and of what is in it, a line for each block."""
    found = [f"{section.number} {section.title}"]
    for block in section.blocks:
        if not isinstance(block, Table | Chart):
            found.append("".join(span.text for span in block.spans))
    for inner in section.sections:
        found += lines(inner)
    return found


def test_the_parts_stand_in_their_order(paper: Paper) -> None:
    assert [f"{part.number} {part.title}" for part in paper.document.sections] == [
        "I. ĐÁNH GIÁ, PHÂN TÍCH NGUYÊN NHÂN, TRÁCH NHIỆM",
        "II. KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CỦA CÁC XÃ, THỊ TRẤN",
        "III. NHIỆM VỤ, GIẢI PHÁP KHẮC PHỤC",
        "IV. TỔ CHỨC THỰC HIỆN",
    ]


def test_the_district_s_own_figures(paper: Paper) -> None:
    opening = lines(paper.document.sections[0])[1:3]
    assert opening == [
        "Năm 2021, huyện Kon Rẫy đạt 81,45/95 điểm; Chỉ số cải cách hành chính đạt 85,74%; xếp loại Tốt.",
        (
            "Tổng số điểm bị mất là 13,55 điểm tại 18 tiêu chí, tiêu chí thành phần; 02 lĩnh vực đạt điểm tối đa. "
            "Kết quả theo từng lĩnh vực như sau:"
        ),
    ]


def test_a_rank_among_one_is_not_printed(paper: Paper) -> None:
    assert "xếp hạng" not in lines(paper.document.sections[0])[1]


def test_each_field_with_its_points(paper: Paper) -> None:
    titles = [section.title for section in paper.document.sections[0].sections]
    assert titles == [
        *(f"{title}: {comma(earned)}/{maximum} điểm" for _code, title, earned, maximum in FIELDS),
        "Tổng hợp điểm bị mất theo tiêu chí",
        "Tổng hợp điểm bị mất theo cơ quan, đơn vị chịu trách nhiệm",
        "Các tiêu chí không đạt điểm",
    ]


def test_the_table_of_fields_adds_up(paper: Paper) -> None:
    table = next(block for block in paper.document.sections[0].blocks if isinstance(block, Table))
    assert [row[-1] for row in table.rows] == ["3,51", "0", "0,52", "1", "0,5", "3,5", "4,52", "0"]
    assert table.total == ("", "Tổng cộng", "95", "81,45", "13,55")


def test_a_field_without_loss_says_so(paper: Paper) -> None:
    second, eighth = (paper.document.sections[0].sections[place] for place in (1, 7))
    assert lines(second)[1:] == ["Lĩnh vực này đạt điểm tối đa."] == lines(eighth)[1:]


def test_every_loss_in_the_order_of_the_set_with_points_and_cause(paper: Paper) -> None:
    printed = [line for line in lines(paper.document.sections[0]) if "Nguyên nhân" in line]
    assert len(printed) == len(LOSSES) == 18
    for line, (code, title, earned, maximum, cause, _who) in zip(printed, LOSSES, strict=True):
        lost = str(Decimal(maximum) - Decimal(earned)).rstrip("0").rstrip(".")
        assert f" {code} “{title}”: đạt {comma(earned)}/{comma(maximum)} điểm" in line
        assert f"bị mất {comma(lost)} điểm. Nguyên nhân: {cause}." in line


def test_criteria_are_called_by_the_levels_of_the_set(paper: Paper) -> None:
    printed = [line for line in lines(paper.document.sections[0]) if "Nguyên nhân" in line]
    assert printed[0].startswith("Tiêu chí thành phần 1.2.1 ")
    assert printed[-1].startswith("Tiêu chí 7.3 ")


def test_who_answers_for_a_loss_with_the_roles(paper: Paper) -> None:
    printed = [line for line in lines(paper.document.sections[0]) if line.startswith("Trách nhiệm")]
    assert len(printed) == 18
    assert printed[0] == "Trách nhiệm thuộc về: Phòng Nội vụ."
    assert printed[5] == (
        "Trách nhiệm thuộc về: các phòng, ban chuyên môn, UBND các xã, thị trấn (chủ trì, tham mưu); "
        "Văn phòng HĐND và UBND (theo dõi, đôn đốc)."
    )


def test_inferred_inputs_are_not_printed(paper: Paper) -> None:
    assert "29 nhiệm vụ" not in paper.text
    assert "(13 ×" not in paper.text


def test_each_commune_with_all_its_fields(paper: Paper) -> None:
    part = paper.document.sections[1]
    assert len(part.sections) == 7
    for _code, name, earned, maximum, index, grade, _rank, fields in COMMUNES:
        section = next(each for each in part.sections if name[1:] in each.title)
        grade_name = {"tot": "Tốt", "kha": "Khá"}[grade]
        assert section.title == (
            f"UBND {name[:1].lower()}{name[1:]}: {comma(earned)}/{comma(maximum)} điểm, "
            f"chỉ số {comma(index)}%, xếp loại {grade_name}"
        )
        printed = [line for line in lines(section)[1:] if not line.startswith("Ghi chú")]
        assert printed == [
            f"{title}: {comma(figure)} điểm."
            for (_field, title, _e, _m), figure in zip(FIELDS, fields.split(), strict=True)
        ]


def test_a_published_total_that_is_not_its_parts_is_printed_beside_the_computed_one(paper: Paper) -> None:
    notes = [line for line in lines(paper.document.sections[1]) if line.startswith("Ghi chú")]
    assert notes == [
        (
            "Ghi chú: Số liệu đã công bố là 78,15/95 điểm, chỉ số 82,26%; cộng điểm 08 lĩnh vực được "
            "76,65/95 điểm, "
            "chỉ số 80,68%. Thứ hạng theo chỉ số đã công bố là 3, theo chỉ số tính lại là 6."
        )
    ]


def test_the_communes_stand_in_the_order_of_their_rank(paper: Paper) -> None:
    table = next(block for block in paper.document.sections[1].blocks if isinstance(block, Table))
    assert [row[-1] for row in table.rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert table.rows[5][1] == "UBND xã Đăk Ruồng (*)"
    assert table.note.startswith("(*) Số liệu đã công bố khác")


def test_follow_up_tasks_by_field_with_their_leads(paper: Paper) -> None:
    part = paper.document.sections[2]
    assert len(part.sections) == 8
    for section, (_field, title, leads) in zip(part.sections, FOLLOW_UPS, strict=True):
        task, lead = lines(section)[1:]
        assert task == f"Nhiệm vụ cần thực hiện: {title}."
        for code in leads.split():
            assert PARTIES[code].lower() in lead.lower()


def test_deadlines_of_the_organisation_are_bold(paper: Paper) -> None:
    blocks = [block for section in paper.document.sections[3].sections for block in section.blocks]
    bold = [span.text for block in blocks if isinstance(block, Paragraph) for span in block.spans if span.bold]
    assert bold == ["trước ngày 12/8/2022", "trước ngày 12/8/2022", "trước ngày 15/8/2022"]
    assert lines(paper.document.sections[3])[1:3] == [
        "1. Các phòng, ban chuyên môn",
        "Xây dựng kế hoạch khắc phục của cơ quan, gửi UBND huyện (qua Phòng Nội vụ) trước ngày 12/8/2022.",
    ]


def test_the_frame_is_filled_from_units_and_decisions(paper: Paper) -> None:
    document = paper.document
    assert document.head.issuer == ("ỦY BAN NHÂN DÂN", "HUYỆN KON RẪY")
    assert document.base_lines == [
        (
            "Căn cứ Quyết định số 609/QĐ-UBND ngày 12 tháng 7 năm 2021 của Ủy ban nhân dân tỉnh Kon Tum "
            "về việc ban hành "
            "Bộ tiêu chí xác định Chỉ số cải cách hành chính cấp sở và cấp huyện;"
        ),
        (
            "Căn cứ Quyết định số 514/QĐ-UBND ngày 12 tháng 11 năm 2021 của Ủy ban nhân dân huyện Kon Rẫy "
            "về việc ban hành "
            "Bộ tiêu chí xác định Chỉ số cải cách hành chính cấp xã."
        ),
    ]
    assert document.signature.lines == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert document.recipient_lines[-1] == "Lưu: VT."
    assert document.closing_line.endswith("./.")


def test_parts_without_content_are_left_out_and_numbers_close_up(kon_ray: KonRay) -> None:
    FollowUp.objects.filter(criterion__isnull=False).delete()
    parts = analysis_of(kon_ray.result, kon_ray.children).sections
    assert [part.number for part in parts] == ["I.", "II.", "III."]
    assert parts[2].title == "TỔ CHỨC THỰC HIỆN"


def test_a_commune_has_no_part_about_communes(kon_ray: KonRay) -> None:
    commune_result = UnitResult.objects.get(campaign=kon_ray.children, unit=kon_ray.communes[0])
    sheet = ScoreSheet.objects.create(
        campaign=kon_ray.children, unit=kon_ray.communes[0], status=SheetStatus.PUBLISHED
    )
    leaf = kon_ray.children.criteria_set.criteria.get(code="1")
    Score.objects.create(
        sheet=sheet,
        criterion=leaf,
        state="answered",
        points=Decimal("23.5"),
        counted_max_points=Decimal("33.5"),
    )
    document = analysis_of(commune_result, None)
    assert [part.number for part in document.sections] == ["I."]
    text = " ".join(lines(document.sections[0]))
    assert "xã Đăk Tờ Re đạt 79,3/97 điểm" in text
    assert "xếp hạng 3/7" in text
    assert "Lĩnh vực 1 “Chỉ đạo, điều hành CCHC”: đạt 23,5/33,5 điểm, bị mất 10 điểm" in text


def test_a_loss_without_cause_or_party_is_printed_as_open(kon_ray: KonRay) -> None:
    Loss.objects.get(score__criterion__code="1.2.1").delete()
    printed = lines(analysis_of(kon_ray.result, kon_ray.children).sections[0])
    place = next(at for at, line in enumerate(printed) if " 1.2.1 " in line)
    assert printed[place].endswith("Nguyên nhân: Chưa ghi nhận.")
    assert printed[place + 1] == "Trách nhiệm thuộc về: chưa xác định."


def test_a_penalty_is_not_a_loss_within_the_maximum(kon_ray: KonRay) -> None:
    kon_ray.own.criteria_set.criteria.filter(code="7.3").update(counts_as="penalty")
    printed = lines(analysis_of(kon_ray.result, kon_ray.children).sections[0])
    assert not any(" 7.3 " in line for line in printed)


@pytest.mark.parametrize("units", [7, 40])
def test_the_number_of_queries_does_not_grow_with_the_communes(
    kon_ray: KonRay, units: int, django_assert_max_num_queries: object
) -> None:
    for place in range(units - 7):
        commune = kon_ray.communes[0].__class__.objects.create(
            code=f"9{place:04d}",
            name=f"Xã Thêm {place}",
            type=UnitType.COMMUNE,
            parent=kon_ray.district,
            valid_from=kon_ray.district.valid_from,
        )
        UnitResult.objects.create(campaign=kon_ray.children, unit=commune)
    report = proposed_analysis(kon_ray.result, kon_ray.children)
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        document_of(report)


def test_a_title_that_ends_with_a_stop_goes_on_with_its_product() -> None:
    task = TaskFigures("1", "Ban hành kế hoạch.", "Kế hoạch mới.", "UBND tỉnh", "", (), "none", None)
    [bullet] = analysis.task_blocks(task)
    assert isinstance(bullet, Bullet)
    words = "Ban hành kế hoạch; sản phẩm: Kế hoạch mới, gửi UBND tỉnh."
    assert "".join(span.text for span in bullet.spans) == f"Nhiệm vụ cần thực hiện: {words}"
    assert "".join(span.text for span in analysis.organisation_line(task)) == words

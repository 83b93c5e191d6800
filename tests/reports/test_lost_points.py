"""What real analyses lack: lost points by criterion and by who answers, zeros, the year before, their charts."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from reports.documents import Chart, Document, Section, Table
from reports.finishing import finished
from reports.output.docx import as_docx
from reports.output.docx_charts import charts_of
from reports.output.pdf import as_html
from reports.papers import lost_points, year_before
from reports.papers.data import FieldFigures, LostPoints
from reports.papers.wording import without_sign
from reports.papers.year_before import read_year_before
from reports.rendering import document_of
from scoring.lost import Answering
from scoring.models import Campaign, FieldResult, UnitResult
from tests.reports.conftest import Paper
from tests.reports.kon_ray import FIELDS, LOSSES, KonRay, node
from tests.reports.proposed import proposed_analysis
from tests.reports.test_documents import document as small_document

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]


def section(document: Document, key: str) -> Section:
    return next(each for each in document.sections[0].sections if each.key == key)


def table(found: Section) -> Table:
    return next(block for block in found.blocks if isinstance(block, Table))


def loss(code: str, lost: str, *who: str | Answering, maximum: str = "1", answered: bool = True) -> LostPoints:
    return LostPoints(
        field_code="1",
        code=code,
        title=f"Tiêu chí {code}",
        level_name="Tiêu chí",
        earned=Decimal(maximum) - Decimal(lost),
        maximum=Decimal(maximum),
        lost=Decimal(lost),
        is_penalty=False,
        cause="Trễ hạn",
        responsible=tuple((each if isinstance(each, Answering) else Answering(each), "") for each in who),
        is_answered=answered,
    )


def test_all_losses_from_the_greatest_to_the_least(paper: Paper) -> None:
    found = table(section(paper.document, "own.losses"))
    assert len(found.rows) == len(LOSSES) == 18
    assert found.rows[0] == ("1", "7.3. Tiếp nhận, trả kết quả qua bưu chính công ích", "3", "0", "3")
    assert found.rows[-1][1].startswith("3.4.1. ")
    assert (found.total[-1], found.note) == ("13,55", "")


def test_who_answers_alone_and_with_others_and_each_loss_once_in_the_total(paper: Paper) -> None:
    found = table(section(paper.document, "own.parties"))
    rows = {row[1]: row[2:] for row in found.rows}
    assert rows["Phòng Nội vụ"] == ("4", "1,75", "0,5", "2,25")
    assert rows["Phòng Tài chính - Kế hoạch"] == ("3", "2,75", "0", "2,75")
    assert rows["UBND các xã, thị trấn"] == ("6", "0", "4,78", "4,78")
    assert found.total == ("", "Tổng cộng", "18", "7,27", "6,28", "13,55")
    assert "chỉ tính mỗi tiêu chí một lần" in found.note


def test_zeros_are_those_that_applied_and_earned_nothing(paper: Paper) -> None:
    found = table(section(paper.document, "own.zeros"))
    codes = [code for code, _title, earned, *_rest in LOSSES if earned == "0"]
    assert [row[1].split(". ")[0] for row in found.rows] == codes
    assert len(codes) == 9
    assert found.rows[0][3] == "Báo cáo năm gửi trễ hạn."


def test_what_nobody_scored_is_marked_among_the_zeros() -> None:
    found = lost_points.zeros([loss("1.1", "1"), loss("1.2", "1", answered=False), loss("1.3", "0.5")])
    assert found is not None
    assert [row[1] for row in table(found).rows] == ["1.1. Tiêu chí 1.1", "1.2. Tiêu chí 1.2 (*)"]
    assert table(found).note.startswith("(*) Không được chấm điểm")
    assert lost_points.zeros([loss("1.3", "0.5")]) is None


def test_a_loss_that_nobody_answers_for_stands_last() -> None:
    found = lost_points.parties([loss("1.1", "1"), loss("1.2", "0.5", "phòng A")])
    assert [row[1:] for row in table(found).rows] == [
        ("Phòng A", "1", "0,5", "0", "0,5"),
        ("Chưa xác định", "1", "1", "0", "1"),
    ]
    assert table(found).note == ""


def test_units_of_one_name_are_not_added_together() -> None:
    one, other = Answering("UBND xã Tân Lập", 1), Answering("UBND xã Tân Lập", 2)
    found = table(lost_points.parties([loss("1.1", "1", one), loss("1.2", "0.5", other), loss("1.3", "1", one)]))
    assert [row[2:] for row in found.rows] == [("2", "2", "0", "2"), ("1", "0,5", "0", "0,5")]


def test_sums_that_the_result_does_not_take_are_explained() -> None:
    penalty = replace(loss("P", "2", "A"), is_penalty=True)
    [largest, *_others] = lost_points.sections([loss("1.1", "1", "A"), penalty], Decimal("1.5"))
    assert table(largest).rows[0][2:] == ("", "", "2")
    assert table(largest).note.startswith(
        "Dòng không có điểm tối đa là điểm trừ. Kết quả của đơn vị tính 1,5 điểm bị mất theo mức trừ tối đa"
    )
    assert lost_points.sections([], Decimal(0)) == ()


def test_tables_and_charts_are_numbered_in_the_order_of_the_text(paper: Paper) -> None:
    captions = re.findall(r"<(?:caption|figcaption)>(.*?)</", paper.html)
    numbers = {
        kind: [int(each.split(".")[0].rpartition(" ")[2]) for each in captions if each.startswith(kind)]
        for kind in ("Bảng", "Biểu đồ")
    }
    assert numbers == {"Bảng": [1, 2, 3, 4, 5], "Biểu đồ": [1, 2, 3, 4]}


def test_pieces_of_a_chart_share_its_number() -> None:
    charts = [Chart(caption=f"Biểu đồ. A ({place}/2)", svg="<svg/>", alt="A") for place in (1, 2)]
    other = Chart(caption="Biểu đồ 7. B", svg="<svg/>", alt="B", table=Table("Bảng. C", (), ()))
    document = finished(small_document(sections=(Section("A", (*charts, other)),)))
    assert [each.caption for each in charts_of(document)] == [
        "Biểu đồ 1. A (1/2)",
        "Biểu đồ 1. A (2/2)",
        "Biểu đồ 2. B",
    ]
    assert list(charts_of(document))[2].table == Table("Bảng 1. C", (), ())


def test_what_is_left_of_a_chart_without_its_first_piece_has_a_number_of_its_own() -> None:
    first = Chart(caption="Biểu đồ. A", svg="<svg/>", alt="A")
    rest = [Chart(caption=f"Biểu đồ. B ({place}/3)", svg="<svg/>", alt="B") for place in (2, 3)]
    document = finished(small_document(sections=(Section("A", (first, *rest)),)))
    numbers = ["Biểu đồ 1. A", "Biểu đồ 2. B (2/3)", "Biểu đồ 2. B (3/3)"]
    assert [each.caption for each in charts_of(document)] == numbers


def test_percentages_are_rounded_half_up() -> None:
    """7.3 of 16 points are 45.625 %: as the index is rounded, not to the even neighbour."""
    assert without_sign(Decimal("45.625")) == "45,63"
    field = FieldFigures("1", "A", Decimal("7.3"), Decimal(16))
    assert year_before.row(field, field)[2:] == ("45,63", "7,3/16", "45,63", "0")
    before = FieldFigures("1", "A", Decimal("7.25"), Decimal(16))
    assert year_before.row(field, before)[-1] == "+0,32"


def test_charts_stand_in_every_format_with_what_they_show_in_words(paper: Paper) -> None:
    charts = list(charts_of(paper.document))
    assert [chart.name for chart in charts] == ["fields-chart", "losses-chart", "parties-chart", "children-heat"]
    assert "7.3 mất 3 điểm" in charts[1].alt
    assert paper.html.count("<figure") == 4
    for chart in charts:
        assert ElementTree.fromstring(chart.svg).attrib["aria-label"] == chart.alt
        assert chart.svg in paper.html
    content = as_docx(finished(small_document(sections=(Section("A", tuple(charts)),))))
    shown = docx.Document(io.BytesIO(content)).element.body.iter(qn("wp:docPr"))
    assert [each.get("descr") for each in shown] == [chart.alt for chart in charts]
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        pictures = [Image.open(files.open(name)) for name in files.namelist() if name.startswith("word/media/")]
        assert {picture.width for picture in pictures} == {1300}  # 165 mm at 200 dpi
    assert len(content) < 200_000


def test_a_name_in_a_chart_is_only_text(paper: Paper) -> None:
    hostile = '<img src="file:///etc/passwd"> & =1+1'
    found = lost_points.parties([loss("1.1", "1", hostile)])
    html = as_html(finished(small_document(sections=(Section("A", found.blocks),))))
    assert "<img" not in html
    assert "&lt;img" in html


# The year before ------------------------------------------------------------------------------------------------
def the_year_before(kon_ray: KonRay, *, other_set: bool = False) -> None:
    """The district in 2020: a point less in the first field."""
    made = Campaign.objects.get(pk=kon_ray.own.pk)
    made.pk, made.code, made.year = None, "kon-ray-2020", 2020
    made.save()
    result = UnitResult.objects.create(
        campaign=made,
        unit=kon_ray.district,
        earned_points=Decimal("80.45"),
        applicable_max_points=Decimal(95),
        index=Decimal("84.68"),
    )
    fields = {each.code: each for each in kon_ray.own.criteria_set.criteria.filter(parent=None)}
    for code, _title, earned, most in FIELDS:
        FieldResult.objects.create(
            result=result,
            criterion=fields[code],
            earned_points=Decimal(earned) - (code == "1"),
            applicable_max_points=Decimal(most),
        )
    if other_set:
        of_communes = kon_ray.children.criteria_set
        new = Campaign.objects.get(pk=made.pk).criteria_set
        new.pk, new.version = None, 2
        new.save()
        node(new, "1", "Một lĩnh vực khác hẳn", "100", None, None)
        assert of_communes.pk != new.pk
        Campaign.objects.filter(pk=made.pk).update(criteria_set=new)


def test_without_an_earlier_year_nothing_is_said_of_one(kon_ray: KonRay) -> None:
    assert read_year_before(kon_ray.result) is None


def test_two_years_by_one_set_are_compared_field_by_field(kon_ray: KonRay) -> None:
    the_year_before(kon_ray)
    found = section(document_of(proposed_analysis(kon_ray.result, kon_ray.children)), "own.before")
    assert found.title == "So sánh với năm 2020"
    compared = table(found)
    assert compared.rows[0] == ("1", FIELDS[0][1], "18,49/23", "80,39", "19,49/23", "84,74", "+4,35")
    assert compared.rows[1][-1] == "0"
    assert compared.total == ("", "Tổng cộng", "80,45/95", "84,68", "81,45/95", "85,74", "+1,06")
    assert "năm nay tăng 1,06 điểm phần trăm" in "".join(span.text for span in found.blocks[0].spans)  # type: ignore[union-attr]


def test_a_comparison_says_that_bonus_points_are_left_out(kon_ray: KonRay) -> None:
    """The index holds them, so the sentence above the table tells another change than its last line."""
    the_year_before(kon_ray)
    UnitResult.objects.filter(pk=kon_ray.result.pk).update(bonus_points=1)
    found = section(document_of(proposed_analysis(kon_ray.result, kon_ray.children)), "own.before")
    assert table(found).note == "Bảng không gồm điểm thưởng, điểm trừ."


def test_years_by_sets_that_differ_too_much_are_not_compared(kon_ray: KonRay) -> None:
    the_year_before(kon_ray, other_set=True)
    before = read_year_before(kon_ray.result)
    assert before is not None
    assert not before.is_comparable
    found = year_before.section(before.own, before, 2021)
    assert found is not None
    [only] = found.blocks
    assert "không so sánh được với nhau: chỉ 0% số điểm" in only.spans[0].text  # type: ignore[union-attr]

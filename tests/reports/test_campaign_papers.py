"""Papers about a campaign while it runs: what they say is in the data, and what nobody may know yet is not."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.basis import Basis, NoPaper
from reports.documents import Document, Section, Table
from reports.kinds import KINDS
from reports.models import ReportKind
from reports.papers.campaign_state import read_state
from reports.papers.wording import until
from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.models import (
    Appraisal,
    Campaign,
    CampaignStatus,
    CriteriaSet,
    Exclusion,
    Round,
    Score,
    ScoreSheet,
    UnitResult,
)
from tests.reports.proposed import ready
from tests.reports.said import text_of
from tests.scoring.appraising import published, submitted
from tests.scoring.explaining import REASON, TEXT, explained, explaining
from tests.world import World, unit
from units.models import Party, Unit, UnitType
from units.models.units import today

pytestmark = pytest.mark.any_database


def paper(kind: str, world: World, of: Unit | None = None) -> Document:
    """The paper as the unit itself gets it, or, of all units, the office."""
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    about = of or campaign.office
    basis = Basis(about, campaign.year, today(), campaign=campaign, is_inside=about.pk == campaign.office_id)
    return KINDS[kind].build(basis)


def past(world: World, *columns: str) -> None:
    """Deadlines that were over an hour ago."""
    Campaign.objects.update(**dict.fromkeys(columns, timezone.now() - timedelta(hours=1)))
    world.campaign.refresh_from_db()


def test_the_progress_counts_units_agencies_and_what_is_overdue(world: World) -> None:
    explained(world)
    past(world, "self_score_due_at", "second_appraisal_due_at")
    text = text_of(paper(ReportKind.PROGRESS, world))
    assert "Có 01/02 đơn vị đã nộp phiếu tự chấm điểm, đều trễ hạn." in text
    assert "Còn 01 đơn vị chưa nộp, trong đó 01 đơn vị chưa chấm, 01 đơn vị quá hạn." in text
    assert "UBND xã Tân Lập | thẩm định lần hai | 6/6" in text
    assert "UBND xã Đắk Ruồng | chưa chấm | 0/6 | 0 |  | 1" in text
    assert "Phòng Nội vụ | 1 | 4 | 4 | 100% | 1" in text
    assert "Tổng cộng |  | 6 | 6 | 100% | 1" in text
    assert "UBND xã Đắk Ruồng: chưa nộp phiếu tự chấm điểm, còn 06/06 tiêu chí chưa chấm; thời hạn: " in text
    assert "Phòng Nội vụ: 01 giải trình chưa trả lời; thời hạn: " in text
    assert "Phòng Tư pháp:" not in text


def test_the_progress_tells_no_points(world: World) -> None:
    explaining(world)
    text = text_of(paper(ReportKind.PROGRESS, world))
    score = world.score(world.commune_a, "1.2.1")
    assert score.points == Decimal("1.91")
    assert "1,91" not in text
    assert "điểm;" not in text


def test_an_extension_stands_with_its_reason(world: World) -> None:
    due_at = timezone.now() + timedelta(days=20)
    extend_deadline(sheet=world.sheet(world.commune_b), due_at=due_at, by=world.coordinator, reason="Mất mạng")
    text = text_of(paper(ReportKind.PROGRESS, world))
    assert f"UBND xã Đắk Ruồng | tự chấm điểm | {until(due_at)} | Mất mạng." in text
    assert "Tân Lập | tự chấm điểm" not in text


def test_the_state_of_many_units_takes_as_many_queries(world: World) -> None:
    submitted(world)
    Appraisal.objects.create(score=world.score(world.commune_a, "1.1"), points=0, by=world.coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for kind in (ReportKind.PROGRESS, ReportKind.REMINDER_LETTER, ReportKind.COUNCIL_MINUTES):
                paper(kind, world)
        return len(captured)

    few = queries()
    for number in range(3):
        more = unit(f"2350{number}", f"Xã Mới {number}", UnitType.COMMUNE, world.district)
        sheet = ScoreSheet.objects.create(campaign=world.campaign, unit=more, status="submitted")
        UnitResult.objects.create(campaign=world.campaign, unit=more)
        for row in Score.objects.filter(sheet__unit=world.commune_a):
            row.pk, row.sheet = None, sheet
            row.save()
            Appraisal.objects.create(score=row, points=0, by=world.coordinator)
    assert queries() == few


def test_the_letter_goes_to_those_who_owe_something(world: World) -> None:
    submitted(world)
    past(world, "self_score_due_at")
    letter = paper(ReportKind.REMINDER_LETTER, world)
    assert letter.is_letter
    assert letter.head.symbol == "UBND-NC"
    assert letter.addressees == ("Ủy ban nhân dân xã Đắk Ruồng", "Phòng Nội vụ", "Phòng Tư pháp")
    text = text_of(letter)
    assert "Đôn đốc tự chấm điểm, thẩm định Chỉ số cải cách hành chính năm 2024" in text
    assert "1. Đối với các đơn vị" in text
    assert "Chưa nộp phiếu tự chấm điểm, còn 06/06 tiêu chí chưa chấm." in text
    assert "(đã quá hạn)" in text
    assert "trước ngày … tháng … năm …" in text
    assert "Phòng Tư pháp | Còn 02/02 tiêu chí chưa thẩm định. | Chưa quy định" in text


def test_many_addressees_are_named_in_a_list(world: World) -> None:
    for number in range(10):
        more = unit(f"2350{number}", f"Xã Mới {number}", UnitType.COMMUNE, world.district)
        ScoreSheet.objects.create(campaign=world.campaign, unit=more)
    letter = paper(ReportKind.REMINDER_LETTER, world)
    assert letter.addressees == ("Ủy ban nhân dân các xã (danh sách tại Phụ lục kèm theo)",)
    assert len(letter.annexes) == 1
    assert "UBND xã Mới 9" in text_of(letter)


def test_nobody_is_reminded_of_what_is_done(world: World) -> None:
    published(world)
    with pytest.raises(NoPaper, match=world.campaign.code):
        paper(ReportKind.REMINDER_LETTER, world)


def test_the_minutes_hold_the_contested_rows_and_room_for_the_council(world: World) -> None:
    explained(world)
    again = AppraisalEntry(points=Decimal("1.5"), reason="Văn bản đã được bổ sung")
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=again, version=0, by=world.coordinator)
    minutes = paper(ReportKind.COUNCIL_MINUTES, world)
    assert minutes.countersignature is not None
    text = text_of(minutes)
    assert "Có 02 lượt tiêu chí của 01 đơn vị có kết quả thẩm định khác với tự chấm, trong đó 01" in text
    row = f"1.1 | Kế hoạch CCHC | 2 | 2 | 1 | 1,5 | {REASON}. Văn bản đã được bổ sung. | {TEXT}. | "
    assert row in text
    assert "2.1 | Văn bản xử lý sau kiểm tra | 2 | 1,66 | 1 |  | " in text
    assert "1.2.1 |" not in text
    assert "Hồi … giờ … phút, ngày … tháng … năm …, tại …" in text
    assert "Chủ trì: …" in text


def test_what_the_council_decided_is_filled_in(world: World) -> None:
    explained(world)
    score = world.score(world.commune_a, "1.1")
    Appraisal.objects.create(score=score, round=Round.COUNCIL, points=Decimal(2), by=world.coordinator)
    assert f"| {TEXT}. | 2" in text_of(paper(ReportKind.COUNCIL_MINUTES, world))


def test_a_unit_reports_what_it_gave_itself_and_why(world: World) -> None:
    explained(world)
    report = paper(ReportKind.SELF_SCORING_REPORT, world, world.commune_a)
    assert report.addressees == ("Ủy ban nhân dân huyện Kon Rẫy",)
    text = text_of(report)
    assert "Tổng điểm tự chấm: 8,57/12 điểm." in text
    assert "1 | Chỉ đạo, điều hành | 7 | 5,91 | 1,09" in text
    assert "Tổng cộng | 12 | 8,57 | 3,43" in text
    assert "Tiêu chí 1.2.1 “Tiến độ thực hiện”: tự chấm 1,91/3 điểm. Lý do: Có báo cáo kèm theo." in text
    assert "Tiêu chí 3 “Văn hóa công sở”: Không có trụ sở riêng." in text
    assert "Tiêu chí 1.1 “Kế hoạch CCHC”: Hồ sơ lưu tại đơn vị." in text
    assert f"Tiêu chí 1.1 “Kế hoạch CCHC”: {TEXT}." in text
    assert "xem xét không áp dụng các tiêu chí 3 đối với xã Tân Lập" in text
    assert REASON not in text
    assert "KHÓ KHĂN" not in text


def test_before_publication_a_unit_reads_no_appraised_points(world: World) -> None:
    explained(world)
    text = text_of(paper(ReportKind.SCORE_SHEET, world, world.commune_a))
    assert "1.1 | Kế hoạch CCHC | 2 | 2 |  | " in text
    assert REASON not in text
    assert "Kết quả thẩm định" not in text
    Campaign.objects.update(status=CampaignStatus.PUBLISHED, published_at=timezone.now())
    ScoreSheet.objects.update(status="published")
    text = text_of(paper(ReportKind.SCORE_SHEET, world, world.commune_a))
    assert "1.1 | Kế hoạch CCHC | 2 | 2 | 1 | " in text
    assert REASON in text
    assert "3 | Văn hóa công sở | 2 | không áp dụng | không áp dụng | Không có trụ sở riêng." in text
    assert "Có 01 tiêu chí, tiêu chí thành phần không áp dụng, tương ứng 2 điểm tối đa." in text
    assert "1 | Chỉ đạo, điều hành | 7 | 5,91 | 4,91 | " in text


def test_the_office_reads_them_before(world: World) -> None:
    explained(world)
    basis = Basis(world.commune_a, 2024, today(), campaign=world.campaign)
    text = text_of(KINDS[ReportKind.SCORE_SHEET].build(basis))
    assert "1.1 | Kế hoạch CCHC | 2 | 2 | 1 | " in text
    assert "Kết quả thẩm định" not in text


def test_a_set_is_issued_with_all_its_criteria(world: World) -> None:
    decision = paper(ReportKind.CRITERIA_SET, world)
    assert decision.in_articles
    assert decision.by_authority == "ỦY BAN NHÂN DÂN HUYỆN KON RẪY"
    text = text_of(decision)
    assert "Theo đề nghị của Phòng Nội vụ tại Tờ trình số … ngày … tháng … năm …" in text
    assert "gồm 03 lĩnh vực, 06 tiêu chí, tiêu chí thành phần được chấm điểm; tổng điểm tối đa là 12 điểm" in text
    assert "Chủ tịch Ủy ban nhân dân các xã chịu trách nhiệm thi hành Quyết định này./." in text
    table = decision.annexes[0].blocks[0]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["1", "1.1", "1.2", "1.2.1", "1.2.2", "2", "2.1", "2.2", "3"]
    assert table.rows[1][3].startswith("Ban hành đúng hạn → 2. Ban hành trễ hạn → 1.")
    assert table.rows[1][4:] == ("Bắt buộc", "Phòng Nội vụ")
    assert table.rows[6][4:] == ("", "Phòng Tư pháp")
    assert table.strong == {0, 5, 8}


def test_results_are_published_by_a_decision_once_ranks_stand(world: World) -> None:
    with pytest.raises(NoPaper, match=world.campaign.code):
        paper(ReportKind.PUBLISHING_DECISION, world)
    published(world)
    decision = paper(ReportKind.PUBLISHING_DECISION, world)
    text = text_of(decision)
    assert "02 đơn vị được xếp hạng; 02 đơn vị xếp loại Tốt" in text
    assert "Căn cứ Biên bản họp Hội đồng thẩm định ngày … tháng … năm …" in text
    assert "12/QĐ-UBND" not in text
    assert "UBND xã Tân Lập | 8,57 | 10 | 85,7 | Tốt | 1" in text
    assert [annex.landscape for annex in decision.annexes] == [False, True]


def test_blocks_have_tables_of_their_own(world: World) -> None:
    published(world)
    UnitResult.objects.filter(unit=world.commune_a).update(block="Xã vùng cao")
    UnitResult.objects.filter(unit=world.commune_b).update(block="Xã vùng thấp")
    tables = ready(paper(ReportKind.PUBLISHING_DECISION, world)).annexes[0].blocks
    captions = [block.caption for block in tables if isinstance(block, Table)]
    assert captions == ["Bảng 1. Khối xã vùng cao", "Bảng 2. Khối xã vùng thấp"]


@pytest.mark.parametrize("kind", [ReportKind.PROGRESS, ReportKind.COUNCIL_MINUTES, ReportKind.PUBLISHING_DECISION])
def test_a_campaign_scored_elsewhere_has_none_of_them(world: World, kind: str) -> None:
    Campaign.objects.update(external=True, kept_by=world.district)
    with pytest.raises(NoPaper, match=world.campaign.code):
        paper(kind, world)


def test_every_section_and_table_can_be_named(world: World) -> None:
    """A draft changes sections by their keys, and switches tables off by their names."""
    explained(world)
    for kind in (
        ReportKind.PROGRESS,
        ReportKind.COUNCIL_MINUTES,
        ReportKind.REMINDER_LETTER,
        ReportKind.CRITERIA_SET,
    ):
        document = paper(kind, world)
        keys = [*keys_of(document.sections), *(annex.key for annex in document.annexes)]
        assert all(key and key.isascii() for key in keys), kind
        assert len(set(keys)) == len(keys), kind


def keys_of(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        yield section.key
        yield from keys_of(section.sections)


def test_returned_sheets_wait_for_their_units(world: World) -> None:
    submitted(world)
    move_sheet(
        sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Thiếu tài liệu kiểm chứng"
    )
    state = read_state(Campaign.objects.get(pk=world.campaign.pk))
    assert [each.is_awaited for each in state.units] == [True, True]
    assert "Phiếu bị trả lại: Thiếu tài liệu kiểm chứng." in text_of(paper(ReportKind.REMINDER_LETTER, world))


def test_what_does_not_apply_by_a_decision_is_said(world: World) -> None:
    party = Party.objects.get(owner=world.district, unit=world.commune_a)
    exclusion = Exclusion.objects.create(
        campaign=world.campaign,
        criterion=world.score(world.commune_a, "2.1").criterion,
        party=party,
        reason="Không có văn bản",
        approved_by="Chủ tịch UBND huyện",
        by=world.coordinator,
    )
    Score.objects.filter(sheet__unit=world.commune_a, criterion__code="2.1").update(exclusion=exclusion)
    text = text_of(paper(ReportKind.SCORE_SHEET, world, world.commune_a))
    why = "Không áp dụng: Không có văn bản (Chủ tịch UBND huyện)."
    assert f"2.1 | Văn bản xử lý sau kiểm tra | 2 | không áp dụng |  | {why}" in text
    assert "Có 01 tiêu chí, tiêu chí thành phần không áp dụng, tương ứng 2 điểm tối đa." in text
    report = text_of(paper(ReportKind.SELF_SCORING_REPORT, world, world.commune_a))
    assert "Phiếu tự chấm điểm có 05 tiêu chí" in report
    assert "Tiêu chí 2.1 " not in report


def test_an_agency_that_is_scored_has_no_chairperson(world: World) -> None:
    submitted(world)
    recipients = paper(ReportKind.SELF_SCORING_REPORT, world, world.commune_a).recipients
    assert recipients == ("Như trên", "Chủ tịch, các Phó Chủ tịch UBND xã Tân Lập", "Lưu: VT")
    Unit.objects.filter(pk=world.commune_a.pk).update(type=UnitType.AGENCY, name="Phòng Văn hóa")
    agency = Unit.objects.get(pk=world.commune_a.pk)
    assert paper(ReportKind.SELF_SCORING_REPORT, world, agency).recipients == ("Như trên", "Lưu: VT")


def test_what_has_no_points_is_told_apart_from_what_was_lost(world: World) -> None:
    submitted(world)
    note = "Điểm chưa đạt gồm 2 điểm tối đa của các tiêu chí chưa có điểm tự chấm hoặc đề nghị không áp dụng."
    assert note in text_of(paper(ReportKind.SELF_SCORING_REPORT, world, world.commune_a))


def test_minutes_without_contested_rows_speak_of_no_annex(world: World) -> None:
    minutes = paper(ReportKind.COUNCIL_MINUTES, world)
    assert not minutes.annexes
    assert "Phụ lục" not in text_of(minutes)


def test_each_extension_stands_with_its_own_reason(world: World) -> None:
    later = timezone.now() + timedelta(days=20)
    extend_deadline(sheet=world.sheet(world.commune_a), due_at=later, by=world.coordinator, reason="Mất mạng")
    explaining(world)
    sheet = world.sheet(world.commune_a)
    extend_deadline(sheet=sheet, due_at=later, by=world.coordinator, reason="Cán bộ nghỉ ốm")
    text = text_of(paper(ReportKind.PROGRESS, world))
    assert f"Tân Lập | tự chấm điểm | {until(later)} | Mất mạng." in text
    assert f"Tân Lập | giải trình | {until(later)} | Cán bộ nghỉ ốm." in text


def test_openings_hold_no_figures_of_the_day_on_which_a_draft_was_begun(world: World) -> None:
    """A draft keeps its opening from its first day; its tables are those of today."""
    for kind in (ReportKind.PROGRESS, ReportKind.REMINDER_LETTER):
        found = paper(kind, world)
        assert not any(str(today().day) in line or "/02" in line for line in found.opening), kind
        assert f"{today().day}/{today().month}/{today().year}" in text_of(found)


def test_the_title_of_a_set_is_no_markup(world: World) -> None:
    CriteriaSet.objects.update(title="Bộ tiêu chí [[chú thích]] {score.index}")
    text = text_of(paper(ReportKind.CRITERIA_SET, world))
    assert "Ban hành kèm theo Quyết định này Bộ tiêu chí [ [chú thích]] { score.index }." in text


def test_who_was_given_more_time_is_late_by_the_common_deadline_alone(world: World) -> None:
    submitted(world)
    past(world, "self_score_due_at")
    text = text_of(paper(ReportKind.PROGRESS, world))
    assert "đều trễ hạn." in text
    ScoreSheet.objects.filter(unit=world.commune_a).update(due_at=timezone.now() + timedelta(days=3))
    assert "đều trễ hạn so với thời hạn chung." in text_of(paper(ReportKind.PROGRESS, world))

"""The periodic report of a district of the old order and of a commune of today, from the demonstration data."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from indicators.models import Indicator, Return
from indicators.models import Period as AskedPeriod
from plans.models import Document as Paper
from plans.models import Meeting, Plan, Target, Task
from reports.basis import Basis
from reports.documents import Annex, Block, Document, Section, Table
from reports.models import Report
from reports.output.docx import as_docx
from reports.output.pdf import as_pdf
from reports.papers.annual_data import assigner_of, children_in, names_of
from reports.papers.annual_outline import outline
from reports.papers.annual_report import annual_report
from reports.papers.dossiers_annex import rates
from reports.papers.period_returns import has_its_days, is_of
from reports.papers.statistics_annex import cell_text
from reports.papers.telling import Teller
from reports.papers.wording import rate
from reports.periods import Period, counted_on, period_words
from reports.rendering import paper_of
from reports.text.figure import Figure
from reports.text.figures import figures_of
from reports.text.narrative import MISSING, unknown_tokens, written
from tests.reports.conftest import page_texts
from tests.reports.test_docx import texts
from units.models import Unit

pytestmark = pytest.mark.any_database

OLD, NEW = date(2004, 7, 8), date(2025, 7, 1)
DISTRICT, COMMUNE, PROVINCE = ("614", OLD, 2021), ("23497", NEW, 2026), ("51", NEW, 2026)
Of = tuple[str, date, int]


def basis_of(of: Of, period: str = Period.YEAR) -> Basis:
    code, since, year = of
    unit = Unit.objects.select_related("parent").get(code=code, valid_from=since)
    return Basis(unit=unit, year=year, on=date(year + 1, 6, 1), period=period)


def paper(of: Of, period: str = Period.YEAR) -> Document:
    return paper_of("annual-report", basis_of(of, period))


@pytest.fixture(scope="module")
def papers(demo_data: None, django_db_blocker: DjangoDbBlocker) -> dict[Of, Document]:
    """Both reports as they stand in the demonstration, for all tests that only read them."""
    with django_db_blocker.unblock():
        return {of: paper(of) for of in (DISTRICT, COMMUNE)}


def walk(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from walk(section.sections)


def keys_of(parts: Sequence[Any], above: str = "") -> Iterator[str]:
    for part in parts:
        yield f"{above}{part['key']}"
        yield from keys_of(part.get("parts", ()), f"{above}{part['key']}.")


def told(blocks: Sequence[Block]) -> str:
    """The words of paragraphs and bullets, a line each, with their footnotes."""
    return "\n".join(
        "".join(f"{span.text} {span.note}".strip(" ") if span.note else span.text for span in block.spans)
        for block in blocks
        if not isinstance(block, Table) and hasattr(block, "spans")
    )


def text_of(document: Document) -> str:
    return "\n".join(f"{section.title}\n{told(section.blocks)}" for section in walk(document.sections))


def annex(document: Document, key: str) -> Annex:
    return next(each for each in document.annexes if each.key == key)


def table_of(document: Document, key: str) -> Table:
    return next(block for block in annex(document, key).blocks if isinstance(block, Table))


@pytest.mark.parametrize(("of", "name"), [(DISTRICT, "district"), (COMMUNE, "commune")])
def test_every_section_of_the_outline_is_filled(papers: dict[Of, Document], of: Of, name: str) -> None:
    document = papers[of]
    sections = list(walk(document.sections))
    assert {section.key for section in sections} >= set(keys_of(outline(name)))
    assert all(section.blocks or section.sections for section in sections), "no empty heading"
    text = text_of(document)
    assert MISSING not in text
    assert "{" not in text
    assert "None" not in text


@pytest.mark.parametrize("of", [DISTRICT, COMMUNE, PROVINCE])
def test_proposed_texts_name_only_figures_that_are_known(demo: None, of: Of) -> None:
    basis = basis_of(of)
    figures = figures_of(basis)
    proposed = annual_report(basis)
    for section in walk(proposed.sections):
        assert not unknown_tokens(section.text, figures), section.key
    without_people = written(proposed, figures)
    assert all(section.blocks or section.sections for section in walk(without_people.sections))
    assert MISSING not in text_of(without_people)


def test_the_district_tells_its_figures_once_entered(papers: dict[Of, Document]) -> None:
    text = text_of(papers[DISTRICT])
    assert "năm 2021 của huyện Kon Rẫy đạt 85,74% (81,45/95 điểm); xếp loại Tốt" in text
    assert "06 đơn vị xếp loại Tốt, 01 đơn vị xếp loại Khá" in text
    assert "29 nhiệm vụ; hoàn thành đúng hạn 13/29 nhiệm vụ, đạt 44,83%; hoàn thành quá hạn 11 nhiệm vụ" in text
    assert "đã kiểm tra 09 cơ quan, đơn vị" in text
    assert "phát hiện 12 vấn đề; đã xử lý xong 09 vấn đề, đang xử lý 01 vấn đề, chưa xử lý 02 vấn đề" in text
    assert "Thu ngân sách nhà nước trên địa bàn 43.215,4 triệu đồng, dự toán giao 41.000 triệu đồng" in text
    assert "số 08/KH-UBND ngày 14/1/2021" in text


def test_targets_that_are_not_met_stand_in_bold(papers: dict[Of, Document]) -> None:
    found = [section for section in walk(papers[DISTRICT].sections) if section.key.startswith("targets.")]
    spans = [span for each in found for block in each.blocks for span in getattr(block, "spans", ())]
    bold = [span.text for span in spans if span.bold]
    assert "44,83%, chưa đạt chỉ tiêu" in bold
    assert any("71,43%" in text for text in bold), "the part that was not reached"
    assert all("chưa đạt" in text or "một phần" in text or "71,43%" in text or "48%" in text for text in bold)


def test_the_annex_has_130_rows_with_blanks_and_zeros(papers: dict[Of, Document]) -> None:
    for of in (DISTRICT, COMMUNE):
        table = table_of(papers[of], "statistics-thong-ke-cchc")
        assert [column.title for column in table.columns][:2] == ["STT", "Chỉ tiêu thống kê"]
        assert len(table.rows) == 130
        values = {row[0]: row[3] for row in table.rows}
        assert values["7.3"] == "", "the province's alone: not reported"
        assert values["4.2.4"] == ("1" if of == DISTRICT else "0")
    assert {row[0]: row[4] for row in table.rows}["5.1.1"] == "Áp dụng đến năm 2025"
    assert values["3.1.1"] == "2.060"
    assert values["1.4.2"] == "Kết hợp"


def test_form_06a_sums_up_by_level_and_says_which_relation_is_broken(papers: dict[Of, Document]) -> None:
    document = papers[DISTRICT]
    assert annex(document, "dossiers").landscape
    table = table_of(document, "dossiers")
    assert len(table.columns) == len(table.total) == 13
    assert table.rows[0] == tuple(f"({number})" for number in range(1, 14))
    levels = [row for place, row in enumerate(table.rows) if place in table.strong]
    assert [row[:2] for row in levels] == [("A", "Cấp huyện"), ("B", "Cấp xã")]
    for place in range(2, 13):
        parts = [int(row[place].replace(".", "")) for row in levels]
        assert sum(parts) == int(table.total[place].replace(".", ""))
    assert "(3) = đã giải quyết (7) + đang giải quyết (11)" in table.note
    assert "17 hồ sơ, bằng số hồ sơ rút, trả lại" in table.note


def test_a_commune_reports_to_its_superior_and_prints_its_equipment(papers: dict[Of, Document]) -> None:
    document = papers[COMMUNE]
    assert document.addressees == ("Ủy ban nhân dân tỉnh Quảng Ngãi", "Sở Nội vụ tỉnh Quảng Ngãi")
    assert document.recipients[0] == "Như trên"
    assert document.signature.lines == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    (premises,) = [each for each in walk(document.sections) if each.key == "results.modern.premises"]
    (table,) = [block for block in premises.blocks if isinstance(block, Table)]
    assert len(table.rows) == 19
    assert {row[1]: row[2] for row in table.rows}["Máy fax"] == "0"
    assert "Trung tâm Phục vụ hành chính công" in premises.title
    assert not papers[DISTRICT].addressees


def test_the_pdf_repeats_the_head_of_the_annex(papers: dict[Of, Document]) -> None:
    whole = papers[COMMUNE]
    short = replace(whole, sections=whole.sections[-1:], annexes=whole.annexes[:1])
    pages = page_texts(as_pdf(short))
    heads = [page for page in pages if "Chỉ tiêu thống kê" in page and "Ghi chú" in page]
    assert len(heads) == len(pages) - 1 > 3
    (premises,) = [each for each in walk(whole.sections) if each.key == "results.modern.premises"]
    assert premises.title not in " ".join(pages)


def test_the_file_for_word_says_what_the_report_says(papers: dict[Of, Document]) -> None:
    document = papers[COMMUNE]
    in_word = " ".join(" ".join(texts(as_docx(document))).split())
    for section in walk(document.sections):
        assert section.title in in_word
        for block in section.blocks:
            for span in getattr(block, "spans", ()):
                assert " ".join(span.text.split()) in in_word
    assert sum(f" {row[0]} " in in_word for row in table_of(document, "statistics-thong-ke-cchc").rows) > 120


def test_a_report_within_the_year_counts_up_to_its_cut_off(demo: None) -> None:
    half = paper(DISTRICT, Period.HALF_YEAR)
    assert half.abstract == "Công tác cải cách hành chính 06 tháng đầu năm 2021"
    text = text_of(half)
    assert "đã kiểm tra 04 cơ quan, đơn vị" in text
    assert "kỷ luật, kỷ cương hành chính: chưa thực hiện" not in text, "it came unannounced, later"
    assert "sáng kiến, cách làm mới" not in text, "recognised in November"
    assert "85,74%" not in text, "published in the year after"
    assert not any(each.key.startswith("statistics") for each in half.annexes), "no return of these months"
    assert "NHIỆM VỤ 06 THÁNG CUỐI NĂM 2021" in text
    assert half.signature.lines[1] == "KT. CHỦ TỊCH"


def test_a_province_of_two_tiers_sums_up_its_communes(demo: None) -> None:
    document = paper(PROVINCE)
    assert all(section.blocks or section.sections for section in walk(document.sections))
    table = table_of(document, "statistics-thong-ke-cchc")
    row = next(row for row in table.rows if row[0] == "1.1.1")
    assert row[3:] == ("8", "1/3 đơn vị")
    assert "Cấp tỉnh: tiếp nhận" not in text_of(document), "what communes received is not the province's"


def test_the_number_of_queries_does_not_grow(demo: None) -> None:
    Report.objects.filter(kind="annual-report").delete()
    basis = basis_of(DISTRICT)
    annual_report(basis)
    with CaptureQueriesContext(connection) as before:
        annual_report(replace(basis))
    plan = Plan.objects.get(owner=basis.unit, year=2021, kind="own")
    pattern = Target.objects.filter(plan=plan, number__isnull=False).values()[0]
    for number in range(20):
        Target.objects.create(**pattern | {"id": None, "position": 100 + number})
        Task.objects.create(owner=basis.unit, year=2021, origin="plan", plan=plan, title=f"Nhiệm vụ {number}")
    paper_ = Paper.objects.filter(owner=basis.unit, issued_on__year=2021).values()[0]
    Paper.objects.bulk_create(
        Paper(**paper_ | {"id": None, "number": f"{number}/KH-UBND"}) for number in range(400, 420)
    )
    with CaptureQueriesContext(connection) as after:
        annual_report(replace(basis))
    assert len(after) == len(before)


def test_a_unit_that_entered_nothing_has_a_report_without_sections(demo: None) -> None:
    document = paper(("21025", NEW, 2025))
    assert not document.sections
    assert not document.annexes


def test_what_people_typed_in_registers_is_no_markup(demo: None) -> None:
    district = basis_of(DISTRICT).unit
    subject = "Kế hoạch [[chú thích]] {score.index} | hết"
    Paper.objects.filter(owner=district, number="41/KH-UBND").update(subject=subject)
    text = text_of(paper(DISTRICT))
    assert "{ score.index } / hết (số 41/KH-UBND ngày 18/3/2021)" in text


def test_periods_have_their_words_and_their_last_day() -> None:
    assert [period_words(each, 2021) for each in Period] == [
        "quý I năm 2021",
        "06 tháng đầu năm 2021",
        "quý III năm 2021",
        "09 tháng đầu năm 2021",
        "năm 2021",
    ]
    assert counted_on(Period.FIRST_QUARTER, 2021, date(2021, 6, 1)) == date(2021, 3, 14)
    assert counted_on(Period.YEAR, 2021, date(2021, 6, 1)) == date(2021, 6, 1)


def test_a_period_of_statistics_is_that_of_the_report_by_its_days_or_its_name() -> None:
    basis = Basis(unit=Unit(), year=2021, on=date(2021, 12, 14), period=Period.YEAR)
    usual = AskedPeriod(kind="year", year=2021, number=1, starts_on=date(2020, 12, 15), ends_on=date(2021, 12, 14))
    calendar = AskedPeriod(
        kind="year", year=2021, number=1, starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31)
    )
    quarter = AskedPeriod(
        kind="quarter", year=2021, number=1, starts_on=date(2020, 12, 15), ends_on=date(2021, 3, 14)
    )
    assert [is_of(each, basis) for each in (usual, calendar, quarter)] == [True, True, False]
    assert [has_its_days(each, basis) for each in (usual, calendar)] == [True, False]
    assert is_of(quarter, Basis(unit=Unit(), year=2021, on=date(2021, 3, 1), period=Period.FIRST_QUARTER))


def test_there_is_no_rate_without_a_base() -> None:
    numbers = {"06a.4": 0, "06a.5": 0, "06a.7": 8, "06a.8": 5, "06a.9": 2, "06a.10": 1}
    assert rates({code: Decimal(number) for code, number in numbers.items()}) == {
        "on_time": Decimal("87.5"),
        "late": Decimal("12.5"),
    }
    assert rates({"06a.7": Decimal(8), "06a.8": Decimal(5)}) == {}, "what is missing is not 0"


def figure(key: str, number: int | None) -> Figure:
    return Figure(key, key, None if number is None else str(number), None if number is None else Decimal(number))


def test_a_sentence_is_told_as_far_as_its_figures_are_known() -> None:
    known = [figure("a", 7), figure("zero", 0), figure("none", None), figure("stat.thong-ke-cchc.1.1.3", 2)]
    tell = Teller({each.key: each for each in known}, {"@unit": "xã A"})
    assert (
        tell.line("@unit có {a} việc | còn {none} | trễ {zero} | ?mất {zero}") == "Xã A có {a} việc; trễ {zero}."
    )
    assert tell.line("Có {none} việc | và {a}") == ""
    assert tell.line("?Có {zero} việc") == ""
    assert tell.line("Có {unknown} việc") == ""
    assert tell.line("Ban hành {1.1.3} văn bản") == "Ban hành {stat.thong-ke-cchc.1.1.3} văn bản."
    assert tell.first("Có {none}", "Có {a}") == "Có {a}."


def test_communes_of_one_name_stand_in_lines_of_their_own(papers: dict[Of, Document], demo: None) -> None:
    rows = table_of(papers[DISTRICT], "dossiers").rows
    names = {row[1] for row in rows if row[1].startswith("Xã ")}
    assert len(names) == 6
    Unit.objects.filter(name__in=names, parent__code="614").update(name="Xã Tân Lập")
    again = table_of(paper(DISTRICT), "dossiers")
    assert [row[2:] for row in again.rows if row[0] in "AB"] == [row[2:] for row in rows if row[0] in "AB"]
    assert sum(row[1] == "Xã Tân Lập" for row in again.rows) == 6


def test_the_district_s_own_dossiers_are_not_among_those_of_its_communes(
    papers: dict[Of, Document], demo: None
) -> None:
    line = "Cấp xã: tiếp nhận 6.621 hồ sơ"
    assert line in text_of(papers[DISTRICT])
    of_communes = AskedPeriod.objects.get(owner__code="614", indicator_set__code="mau-06a", year=2021, kind="year")
    own = Return.objects.get(unit__code="614", period__indicator_set__code="mau-06a", period__year=2021)
    Return.objects.filter(pk=own.pk).update(period=of_communes, status="accepted")
    assert line in text_of(paper(DISTRICT))
    Return.objects.filter(period=of_communes, unit__name="Xã Đăk Kôi").update(status="draft")
    document = paper(DISTRICT)
    assert "Số liệu tổng hợp của 7/8 đơn vị." in text_of(document)
    assert table_of(document, "dossiers").note.endswith("Số liệu tổng hợp của 7/8 đơn vị.")


def test_meetings_are_those_of_the_days_of_the_report(demo: None) -> None:
    """The year of meetings is that of the calendar: two numbers of one thing would stand in one paper."""
    district = basis_of(DISTRICT).unit
    Meeting.objects.filter(owner=district).delete()
    for day_ in (date(2020, 12, 20), date(2021, 3, 1), date(2021, 12, 20)):
        Meeting.objects.create(owner=district, held_on=day_, subject="Họp Ban Chỉ đạo")
    text = text_of(paper(DISTRICT))
    assert "Đã tổ chức 02 cuộc họp" in text
    assert "tổ chức 03 cuộc họp" not in text
    assert "tổ chức 01 cuộc họp về" not in text_of(paper(DISTRICT, Period.THIRD_QUARTER))


def test_who_assigns_tasks() -> None:
    province = Unit(name="Tỉnh Kon Tum", type="province")
    assert assigner_of(province) == "Chính phủ, Thủ tướng Chính phủ"
    district = Unit(name="Huyện Kon Rẫy", type="district", parent=province)
    assert assigner_of(district) == "UBND tỉnh Kon Tum, Chủ tịch UBND tỉnh Kon Tum"
    assert assigner_of(Unit(name="Huyện Kon Rẫy", type="district")) == "cấp trên"


def test_a_town_is_of_the_level_of_districts() -> None:
    town = Basis(unit=Unit(name="Thành phố Kon Tum", type="district"), year=2021, on=OLD, period=Period.YEAR)
    assert names_of(town, ())["@tier"] == "cấp huyện"
    assert names_of(town, ())["@kind"] == "thành phố"


def test_reported_values_are_rounded_half_up() -> None:
    column = Indicator(value_type="percent", measure="%")
    assert cell_text(Decimal("45.625"), column) == "45,63"
    assert cell_text(Decimal("1200"), column) == "1.200"
    assert rate(73, 160) == "45,63%"


def test_the_units_below_are_those_of_the_last_day(demo: None) -> None:
    """A province that went on through 2025 had districts first, then communes."""
    province = Unit.objects.create(code="99", name="Tỉnh Thử", type="province", valid_from=OLD)
    old = {"parent": province, "valid_from": OLD, "valid_to": date(2025, 6, 30)}
    Unit.objects.create(code="990", name="Huyện Cũ", type="district", **old)
    Unit.objects.create(code="9901", name="Xã Mới", type="commune", parent=province, valid_from=NEW)
    basis = Basis(unit=province, year=2025, on=date(2026, 6, 1), period=Period.YEAR)
    assert [each.name for each in children_in(basis)] == ["Xã Mới"]
    assert [each.name for each in children_in(replace(basis, period=Period.HALF_YEAR))] == ["Huyện Cũ"]
    Unit.objects.filter(parent=province, type="commune").delete()
    assert [each.name for each in children_in(basis)] == ["Huyện Cũ"], "a unit that has ended since"


def test_a_text_without_an_annex_of_figures_points_to_none(papers: dict[Of, Document], demo: None) -> None:
    line = "Số liệu chi tiết tại các phụ lục kèm theo báo cáo này."
    assert line in text_of(papers[COMMUNE])
    others = Return.objects.filter(unit__code=COMMUNE[0]).exclude(period__indicator_set__code="so-lieu-xa")
    others.update(status="draft")
    assert line not in text_of(paper(COMMUNE))

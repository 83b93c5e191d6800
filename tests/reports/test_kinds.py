"""Papers about a campaign and its sheets: their figures are those of the data, alike in PDF and DOCX."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from plans.actions.tasks import Item
from plans.models import Task
from reports.documents import Document
from reports.docx import as_docx
from reports.inspection_paper import inspection_paper
from reports.league_table import league_table
from reports.pdf import as_pdf
from reports.plan_papers import conclusion_paper, plan_paper
from reports.remediation_paper import remediation_paper
from reports.score_sheet import read_sheet, score_sheet
from reports.wording import day
from scoring.models import Evidence, FilingKind, Score
from tests.plans import inspecting
from tests.plans.planning import make_plan, make_target
from tests.plans.tasks_world import before, given, make_conclusion, make_task
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import COMMUNES, KonRay
from tests.reports.test_docx import texts
from tests.scoring import remedying
from tests.world import World, publish
from units.models.units import today

pytestmark = pytest.mark.any_database


def printed(document: Document) -> tuple[str, str]:
    """The text of the PDF and that of the file for Word, each run of white space one blank."""
    in_word = " ".join(" ".join(texts(as_docx(document))).split())
    return " ".join(page_texts(as_pdf(document))), in_word


def test_the_league_table_holds_every_unit_with_its_fields(kon_ray: KonRay) -> None:
    for text in printed(league_table(kon_ray.children)):
        for _code, name, earned, maximum, index, _grade, _rank, fields in COMMUNES:
            assert name.removeprefix("Xã ").removeprefix("Thị trấn ") in text
            for figure in (f"{earned}/{maximum}", index, *fields.split()):
                assert figure.replace(".", ",") in text
        assert "Có 07/07 đơn vị được chấm điểm; cao nhất 85,24%, thấp nhất 66,09%" in text
        assert "Số liệu đã công bố là 78,15/95 điểm" in text


def test_a_sheet_says_what_the_unit_and_the_appraisers_gave(world: World) -> None:
    sheet = world.sheet(world.commune_a)
    given = Score.objects.filter(sheet=sheet, criterion__code__in=("1.2.2", "2.1"))
    publish(world)
    given.update(state="answered", self_points=Decimal("1.25"))
    evidence = Evidence.objects.create(sheet=sheet, number="12/KH-UBND", title="Kế hoạch CCHC", page="mục II")
    evidence.scores.add(world.score(world.commune_a, "1.1"))
    data = read_sheet(sheet)
    rows = Score.objects.filter(sheet=sheet)
    assert data.self_total == Decimal("2.50")
    for text in printed(score_sheet(sheet)):
        for row in rows.select_related("criterion"):
            assert f"{row.criterion.code} {row.criterion.title}" in text
        assert "Tổng điểm tự chấm: 2,5 điểm." in text
        assert "12/KH-UBND" in text
        assert "Kế hoạch CCHC (mục II)" in text
        assert "Phụ lục II" in text


def test_a_sheet_that_nobody_answered_has_no_total(world: World) -> None:
    sheet = world.sheet(world.commune_b)
    assert read_sheet(sheet).self_total is None
    text, _in_word = printed(score_sheet(sheet))
    assert "Tổng điểm tự chấm" not in text
    assert "Phụ lục II" not in text


@pytest.mark.parametrize("format_", ["pdf", "docx", "html"])
def test_the_command_writes_each_kind(kon_ray: KonRay, tmp_path: Path, format_: str) -> None:
    for words in (["league-table"], ["score-sheet", "--unit", kon_ray.result.unit.code]):
        campaign = kon_ray.children.code if words == ["league-table"] else kon_ray.result.campaign.code
        file = tmp_path / f"{words[0]}.{format_}"
        call_command("render_report", *words, campaign=campaign, format=format_, output=file, stdout=StringIO())
        assert file.stat().st_size > 1000


def test_a_paper_about_a_unit_needs_one_of_the_campaign(kon_ray: KonRay, tmp_path: Path) -> None:
    call = {"campaign": kon_ray.children.code, "output": tmp_path / "x.pdf"}
    with pytest.raises(CommandError, match="--unit"):
        call_command("render_report", "score-sheet", **call)
    with pytest.raises(CommandError, match="99999"):
        call_command("render_report", "score-sheet", unit="99999", **call)


def test_a_plan_has_its_targets_and_tasks_in_the_text_and_in_annexes(world: World) -> None:
    plan = make_plan(world)
    make_target(
        plan, world.coordinator, title="Hồ sơ trực tuyến", number=Decimal(70), measure="%", levels=["commune"]
    )
    make_target(plan, world.coordinator, title="Đội ngũ hợp lý", comparator="qualitative", number=None)
    task = make_task(world, world.commune_a, origin="plan", title="Rà soát quy trình", **before(date(2025, 6, 1)))
    Task.objects.filter(pk=task.pk).update(plan=plan)
    with override("vi"):
        document = plan_paper(plan)
    for text in printed(document):
        assert text.count("Hồ sơ trực tuyến") == text.count("Rà soát quy trình") == 2
        assert "≥ 70% (cấp xã)" in text
        assert "trước ngày 1/6/2025" in text
        assert "Đội ngũ hợp lý." in text
        assert "Phụ lục II" in text


def test_a_plan_without_anything_has_no_empty_part(world: World) -> None:
    text, _in_word = printed(plan_paper(make_plan(world)))
    assert "CHỈ TIÊU" not in text
    assert "Phụ lục" not in text


def test_a_notice_tells_orders_and_requests_apart(world: World) -> None:
    conclusion = make_conclusion(world)
    given(world, world.commune_a, item=Item(conclusion, "1.1"), title="Việc một")
    given(world, world.commune_b, item=Item(conclusion, "2.3"), title="Việc hai", is_request=True)
    for text in printed(conclusion_paper(conclusion)):
        assert "(1.1) Giao Xã Tân Lập: Việc một." in text
        assert "(2.3) Đề nghị Xã" in text
        assert "TL. CHỦ TỊCH" in text


def test_papers_of_a_year_are_found_by_unit_year_and_number(world: World, tmp_path: Path) -> None:
    plan = make_plan(world)
    call = {"unit": plan.owner.code, "output": tmp_path / "x.docx", "format": "docx"}
    call_command("render_report", "plan", year=plan.year, **call)
    assert (tmp_path / "x.docx").stat().st_size > 1000
    with pytest.raises(CommandError, match="--year"):
        call_command("render_report", "plan", **call)
    with pytest.raises(CommandError, match="2"):
        call_command("render_report", "plan", year=plan.year, number=2, **call)
    with pytest.raises(CommandError, match="--campaign"):
        call_command("render_report", "league-table", **call)


def test_the_plan_of_remediation_holds_what_was_sent_and_no_drafts(world: World) -> None:
    round_ = remedying.opened(world)
    remedying.write(world, round_, FilingKind.PLAN)
    before_sending, _in_word = printed(remediation_paper(round_, today()))
    assert before_sending.count("Chưa có biện pháp của đơn vị chịu trách nhiệm.") == 5
    measure = remedying.measures(round_, world.commune_a)[0].text
    assert measure not in before_sending
    remedying.send(world, round_)
    for text in printed(remediation_paper(round_, today())):
        assert "Có 05 tiêu chí, tiêu chí thành phần bị mất" in text
        assert "Đã nhận 01/02 kế hoạch khắc phục." in text
        assert measure in text
        assert f"trước ngày {day(round_.report_before)}" in text
    late, _in_word = printed(remediation_paper(round_, today() + timedelta(days=20)))
    assert "Quá hạn chưa gửi: Xã" in late


def test_the_conclusion_of_an_inspection_counts_what_was_found(world: World) -> None:
    inspection = inspecting.make_inspection(world, world.commune_a, world.commune_b)
    unit = inspecting.visit(inspection, world.commune_a, world.coordinator)
    found = [inspecting.find_at(unit, world.coordinator, title=f"Vấn đề {number}") for number in range(3)]
    inspecting.report(found[0], world.coordinator, inspecting.VISITED, 100)
    inspecting.report(found[1], world.coordinator, inspecting.VISITED, 40)
    for text in printed(inspection_paper(inspection, inspecting.LATER)):
        assert "Đã kiểm tra 01/02 đơn vị." in text
        assert "Phát hiện 03 vấn đề: đã xử lý xong 01, xử lý một phần 01, chưa xử lý 01." in text
        assert "Vấn đề 0. Đã xử lý xong ngày 12/5/2025." in text
        assert "xử lý dứt điểm" in text


def test_papers_that_are_not_there_are_said(world: World, tmp_path: Path) -> None:
    publish(world)
    with pytest.raises(CommandError, match=world.campaign.code):
        call_command("render_report", "remediation-plan", campaign=world.campaign.code, output=tmp_path / "x.pdf")
    call = {"unit": world.district.code, "year": 1999, "output": tmp_path / "x.pdf"}
    for kind in ("inspection-conclusion", "conclusion-notice"):
        with pytest.raises(CommandError, match="1999"):
            call_command("render_report", kind, **call)

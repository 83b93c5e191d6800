"""Papers of every kind: their figures are those of the data."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from plans.actions.tasks import Item
from plans.models import DeadlineKind, Plan, PlanKind, Task
from reports.drafts import overlaid
from reports.models import ReportPart
from reports.papers.conclusion_paper import conclusion_paper
from reports.papers.data import FieldFigures, UnitFigures
from reports.papers.inspection_paper import inspection_paper
from reports.papers.league_table import fields_table, league_table
from reports.papers.plan_papers import plan_paper
from reports.papers.remediation_paper import remediation_paper
from reports.papers.score_sheet import read_sheet, score_sheet
from reports.papers.wording import day
from scoring.models import Evidence, FilingKind, Score
from tests.plans import inspecting
from tests.plans.planning import make_plan, make_target
from tests.plans.tasks_world import before, given, make_conclusion, make_task, party
from tests.reports.kon_ray import COMMUNES, KonRay
from tests.reports.said import text_of
from tests.reports.test_campaign_papers import keys_of
from tests.scoring import remedying
from tests.world import World, publish
from units.models import Unit
from units.models.units import today

pytestmark = pytest.mark.any_database


def test_the_league_table_holds_every_unit_with_its_fields(kon_ray: KonRay) -> None:
    text = text_of(league_table(kon_ray.children))
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
    text = text_of(score_sheet(sheet))
    for row in rows.select_related("criterion"):
        assert f"{row.criterion.code} | {row.criterion.title}" in text
    assert "Tổng điểm tự chấm: 2,5 điểm." in text
    assert "12/KH-UBND" in text
    assert "Kế hoạch CCHC (mục II)" in text
    assert "Phụ lục II" in text


def test_a_sheet_that_nobody_answered_has_no_total(world: World) -> None:
    sheet = world.sheet(world.commune_b)
    assert read_sheet(sheet).self_total is None
    text = text_of(score_sheet(sheet))
    assert "Tổng điểm tự chấm" not in text
    assert "Phụ lục II" not in text
    assert "Kết quả từng tiêu chí tại phụ lục kèm theo." in text


def test_a_plan_has_its_targets_and_tasks_in_the_text_and_in_annexes(world: World) -> None:
    plan = make_plan(world)
    make_target(
        plan, world.coordinator, title="Hồ sơ trực tuyến", number=Decimal(70), measure="%", levels=["commune"]
    )
    make_target(plan, world.coordinator, title="Đội ngũ hợp lý", comparator="qualitative", number=None)
    task = make_task(world, world.commune_a, origin="plan", title="Rà soát quy trình", **before(date(2025, 6, 1)))
    Task.objects.filter(pk=task.pk).update(plan=plan)
    text = text_of(plan_paper(plan))
    assert text.count("Hồ sơ trực tuyến") == text.count("Rà soát quy trình") == 2
    assert "≥ 70% (cấp xã)" in text
    assert "trước ngày 1/6/2025" in text
    assert "Đội ngũ hợp lý." in text
    assert "Phụ lục II" in text


def test_a_plan_says_who_leads_what_by_the_numbers_of_its_lists(world: World) -> None:
    plan = make_plan(world)
    target = make_target(plan, world.coordinator, title="Hồ sơ trực tuyến", number=Decimal(70))
    target.leads.set([party(world, world.justice)])
    first = make_task(world, world.justice, origin="plan", plan=plan, title="Rà soát", fields=["Thể chế"])
    second = make_task(world, world.commune_a, origin="plan", plan=plan, title="Niêm yết")
    second.cooperating.set(first.leads.all())
    text = text_of(plan_paper(plan))
    assert "Chủ trì thực hiện các chỉ tiêu số 1 tại Danh mục chỉ tiêu." in text
    assert "Chủ trì thực hiện các nhiệm vụ số 1 tại Danh mục nhiệm vụ." in text
    assert "Phối hợp thực hiện các nhiệm vụ số 2 tại Danh mục nhiệm vụ." in text
    assert text.index("1. Thể chế") < text.index("2. Nhiệm vụ khác")


def test_a_plan_names_that_of_the_superior(world: World) -> None:
    above = make_plan(world, kind=PlanKind.SUPERIOR)
    Plan.objects.filter(pk=above.pk).update(number="9/KH-UBND", issuer="Ủy ban nhân dân tỉnh", title="CCHC")
    text = text_of(plan_paper(make_plan(world)))
    assert "Căn cứ Kế hoạch số 9/KH-UBND của Ủy ban nhân dân tỉnh về CCHC" in text


def test_a_plan_without_anything_has_no_empty_part(world: World) -> None:
    text = text_of(plan_paper(make_plan(world)))
    assert "CHỈ TIÊU" not in text
    assert "Phụ lục" not in text


def test_a_notice_tells_orders_and_requests_apart(world: World) -> None:
    conclusion = make_conclusion(world)
    given(world, world.commune_a, item=Item(conclusion, "1.1"), title="Việc một")
    given(world, world.commune_b, item=Item(conclusion, "2.3"), title="Việc hai", is_request=True)
    text = text_of(conclusion_paper(conclusion))
    assert "(1.1) Giao Xã Tân Lập: Việc một." in text
    assert "(2.3) Đề nghị Xã" in text
    assert "TL. CHỦ TỊCH" in text


def test_a_notice_tells_general_tasks_single_ones_and_those_of_a_season_apart(world: World) -> None:
    conclusion = make_conclusion(world)
    for number in (1, 2):
        given(world, "G_XA", item=Item(conclusion, f"1.{number}"), title=f"Việc chung {number}")
        given(world, world.commune_a, item=Item(conclusion, "2.1"), title=f"Việc riêng {number}")
    season = {"deadline_kind": DeadlineKind.SEASON, "season": "Tết"}
    given(world, world.commune_b, item=Item(conclusion, "3.1"), title="Việc đợt", **season)
    said = text_of(conclusion_paper(conclusion)).splitlines()
    expected = [
        "1. Nhiệm vụ chung",
        "Giao UBND các xã, thị trấn tổ chức thực hiện:",
        "(1.1) Việc chung 1.",
        "(1.2) Việc chung 2.",
        "2. Nhiệm vụ cụ thể",
        "Giao Xã Tân Lập tổ chức thực hiện:",
        "(2.1) Việc riêng 1.",
        "(2.1) Việc riêng 2.",
        "3. Nhiệm vụ theo đợt",
        "(3.1) Giao Xã Đắk Ruồng: Việc đợt; thời hạn: Tết.",
    ]
    start = said.index(expected[0])
    assert said[start : start + len(expected)] == expected


def test_the_plan_of_remediation_holds_what_was_sent_and_no_drafts(world: World) -> None:
    round_ = remedying.opened(world)
    remedying.write(world, round_, FilingKind.PLAN)
    before_sending = text_of(remediation_paper(round_, today()))
    assert before_sending.count("Chưa có biện pháp của đơn vị chịu trách nhiệm.") == 5
    measure = remedying.measures(round_, world.commune_a)[0].text
    assert measure not in before_sending
    remedying.send(world, round_)
    text = text_of(remediation_paper(round_, today()))
    assert "Có 05 tiêu chí, tiêu chí thành phần bị mất" in text
    assert "Đã nhận 01/02 kế hoạch khắc phục." in text
    assert measure in text
    assert f"trước ngày {day(round_.report_before)}" in text
    late = text_of(remediation_paper(round_, today() + timedelta(days=20)))
    assert "Quá hạn chưa gửi: Xã" in late


def test_the_conclusion_of_an_inspection_counts_what_was_found(world: World) -> None:
    inspection = inspecting.make_inspection(world, world.commune_a, world.commune_b)
    unit = inspecting.visit(inspection, world.commune_a, world.coordinator)
    found = [inspecting.find_at(unit, world.coordinator, title=f"Vấn đề {number}") for number in range(3)]
    inspecting.report(found[0], world.coordinator, inspecting.VISITED, 100)
    inspecting.report(found[1], world.coordinator, inspecting.VISITED, 40)
    text = text_of(inspection_paper(inspection, inspecting.LATER))
    assert "Đã kiểm tra 01/02 đơn vị." in text
    assert "Phát hiện 03 vấn đề: đã xử lý xong 01, xử lý một phần 01, chưa xử lý 01." in text
    assert "Vấn đề 0. Đã xử lý xong ngày 12/5/2025." in text
    assert "xử lý dứt điểm" in text


def test_fields_that_begin_alike_have_keys_of_their_own(world: World) -> None:
    plan = make_plan(world)
    for level in ("cấp huyện", "cấp xã"):
        field = f"Cải cách tổ chức bộ máy hành chính nhà nước {level}"
        make_target(plan, world.coordinator, field_title=field, title=level)
        make_task(world, world.justice, origin="plan", plan=plan, title=level, fields=[field])
    keys = list(keys_of(plan_paper(plan).sections))
    assert len(set(keys)) == len(keys)
    assert sum(key.startswith("targets.cai-cach-to-chuc") for key in keys) == 2


def test_an_inspected_unit_has_a_section_that_a_draft_can_name(world: World) -> None:
    """Without a key people's own sections would stand below each of them once more."""
    inspection = inspecting.make_inspection(world, world.commune_a, world.commune_b)
    for where in (world.commune_a, world.commune_b):
        inspecting.visit(inspection, where, world.coordinator)
    document = inspection_paper(inspection, today())
    keys = list(keys_of(document.sections))
    assert all(keys)
    assert len(set(keys)) == len(keys)
    own = ReportPart(key="own-1", title="Kiến nghị", text="Một.")
    assert [each.title for each in overlaid(document, {own.key: own}).sections].count("Kiến nghị") == 1
    assert text_of(overlaid(document, {own.key: own})).count("Kiến nghị") == 1


def test_what_another_office_scored_belongs_to_it(kon_ray: KonRay) -> None:
    assert kon_ray.own.external
    assert "của các đơn vị thuộc tỉnh Kon Tum như sau:" in league_table(kon_ray.own).opening[0]


def test_the_table_of_fields_fits_a_page_whatever_their_number() -> None:
    for number in (0, 8, 15, 40):
        fields = tuple(FieldFigures(str(each), "Lĩnh vực", Decimal(1), Decimal(1)) for each in range(number))
        unit = UnitFigures(Unit(name="Xã A"), Decimal(1), Decimal(1), Decimal(100), "", 1, 1, fields)
        widths = [column.width for column in fields_table([unit]).columns]
        assert sum(widths) <= 100
        assert min(widths) >= 1

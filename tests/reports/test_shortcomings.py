"""What a report says of a year by itself: from the data, in the writing of narrative texts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from plans.models import DeadlineKind, Origin, Plan, Target, TargetResult, Task
from reports.basis import Basis
from reports.documents import Bullet, Paragraph
from reports.periods import Period
from reports.text.figures import figures_of
from reports.text.narrative import as_text, blocks, tokens, unknown_tokens
from reports.text.shortcomings import directions, results, shortcomings
from tests.plans.tasks_world import before, finding, make_task, party
from tests.reports.kon_ray import KonRay
from tests.world import World

pytestmark = pytest.mark.any_database

ON = date(2025, 12, 20)


def printed(text: str, basis: Basis) -> str:
    """The text as the paper says it; each of its figures is there."""
    figures = figures_of(basis)
    assert not unknown_tokens(text, figures)
    assert all(figures[key].value is not None for key in tokens(text))
    found = [block for block in blocks(text, figures) if isinstance(block, Paragraph | Bullet)]
    marks = [(getattr(block, "mark", ""), "".join(span.text for span in block.spans)) for block in found]
    return "\n".join(f"{mark} {said}".strip() for mark, said in marks)


def basis_of(world: World) -> Basis:
    return Basis(world.district, 2025, ON)


def target(plan: Plan, title: str, number: int, actual: int) -> Target:
    made = Target.objects.create(
        plan=plan, position=1, field_title="Thể chế", title=title, number=Decimal(number), measure="%"
    )
    TargetResult.objects.create(target=made, actual=Decimal(actual))
    return made


def test_nothing_is_said_of_what_nobody_entered(world: World) -> None:
    basis = basis_of(world)
    assert (shortcomings(basis), results(basis), directions(basis)) == ("", "", "")


def test_lost_points_by_field_the_largest_first(kon_ray: KonRay) -> None:
    basis = Basis(kon_ray.result.unit, 2021, ON, campaign=kon_ray.result.campaign)
    said = printed(shortcomings(basis), basis).splitlines()

    assert said[0] == "- Lĩnh vực hiện đại hóa nền hành chính mất 4,52 điểm, đạt 10,48/15 điểm."
    assert said[1].startswith("+ Tiêu chí")
    fields = [line for line in said if line.startswith("- Lĩnh vực")]
    assert len(fields) == 6
    assert "+ Và" not in "\n".join(said[:5])
    of_results = printed(results(basis), basis)
    assert "Chỉ số cải cách hành chính năm 2021 đạt 85,74% (81,45/95 điểm)" in of_results
    assert "Các lĩnh vực đạt điểm tối đa: xây dựng và tổ chức thực hiện VBQPPL; văn hóa công sở" in of_results
    assert "Khắc phục các tiêu chí bị mất điểm" in printed(directions(basis), basis)


def test_a_year_without_a_result_yet_tells_that_of_the_year_before(kon_ray: KonRay) -> None:
    basis = Basis(kon_ray.result.unit, 2022, ON)
    assert "mất 4,52 điểm" in printed(shortcomings(basis), basis)
    assert "năm 2021 đạt 85,74%" in printed(results(basis), basis)


def test_tasks_targets_and_findings(world: World) -> None:
    basis = basis_of(world)
    make_task(world, title="Báo cáo {score.index} [[quý]]", **before(date(2025, 6, 1)))
    make_task(world, title="Báo cáo năm", **before(date(2025, 6, 1)), done_on=date(2025, 7, 1))
    plan = Plan.objects.create(owner=world.district, year=2025, title="Kế hoạch")
    target(plan, "Hồ sơ trực tuyến", 80, 70)
    target(plan, "Hồ sơ đúng hạn", 90, 95)
    said = printed(shortcomings(basis), basis)

    assert "- Còn 01 chỉ tiêu chưa đạt trên tổng số 02 chỉ tiêu theo kế hoạch của đơn vị." in said
    assert "+ Hồ sơ trực tuyến: đạt 70%, yêu cầu ≥ 80%." in said
    assert (
        "- Có 01 nhiệm vụ cấp trên giao hoàn thành quá hạn, 01 nhiệm vụ cấp trên giao quá hạn chưa hoàn thành "
        "trên tổng số 02 nhiệm vụ." in said
    )
    assert "+ Báo cáo { score.index } [ [quý]]." in said
    of_results = printed(results(basis), basis)
    assert "- Đạt và vượt 01/02 chỉ tiêu theo kế hoạch của đơn vị (50%)." in of_results
    assert "- Hoàn thành 01/02 nhiệm vụ cấp trên giao (50%)." in of_results
    assert "Tiếp tục thực hiện các nhiệm vụ của năm 2025" in printed(directions(basis), basis)


def test_findings_of_others_that_are_still_open(world: World) -> None:
    found = finding(world)
    found.inspected.inspected_on = date(2025, 3, 1)  # type: ignore[union-attr]
    found.inspected.save()  # type: ignore[union-attr]
    basis = replace(basis_of(world), unit=world.commune_a)
    said = printed(shortcomings(basis), basis)

    assert said == (
        "- Còn 01 vấn đề phát hiện qua kiểm tra chưa khắc phục trên tổng số 01 vấn đề được phát hiện.\n"
        "+ Chưa niêm yết TTHC."
    )
    assert "Khắc phục dứt điểm 01 vấn đề" in printed(directions(basis), basis)


def test_what_came_after_the_cut_off_is_not_told(world: World) -> None:
    """The list holds what the number counts: findings of the period, also those that were mended since."""
    found = finding(world)
    found.inspected.inspected_on = date(2025, 3, 1)  # type: ignore[union-attr]
    found.inspected.save()  # type: ignore[union-attr]
    Task.objects.filter(pk=found.pk).update(done_on=date(2025, 9, 1))
    half = replace(basis_of(world), unit=world.commune_a, period=Period.HALF_YEAR)
    assert "+ Chưa niêm yết TTHC." in printed(shortcomings(half), half)
    year = replace(half, period="", on=ON)
    assert "Chưa niêm yết" not in printed(shortcomings(year), year)

    make_task(world, title="Báo cáo năm", done_on=date(2025, 9, 1))
    of_district = replace(half, unit=world.district)
    assert "+ Báo cáo năm." in printed(directions(of_district), of_district)


def test_directions_are_the_plan_of_the_next_year(world: World) -> None:
    plan = Plan.objects.create(owner=world.district, year=2026, title="Kế hoạch 2026")
    target(plan, "Hồ sơ trực tuyến", 85, 0)
    task = Task.objects.create(
        owner=world.district,
        year=2026,
        origin=Origin.PLAN,
        plan=plan,
        title="rà soát thủ tục hành chính",
        deadline_kind=DeadlineKind.BEFORE,
        deadline_on=date(2026, 6, 30),
    )
    task.leads.add(party(world, world.justice))
    said = printed(directions(basis_of(world)), basis_of(world))

    assert said == (
        "- Rà soát thủ tục hành chính. Chủ trì: Phòng Tư pháp. Thời hạn: trước ngày 30/6/2026.\n"
        "- Phấn đấu đạt các chỉ tiêu năm 2026:\n+ Hồ sơ trực tuyến: ≥ 85%."
    )


def test_words_of_others_are_never_read_as_figures() -> None:
    assert as_text("a\n{score.index} [[b]]") == "a { score.index } [ [b]]"

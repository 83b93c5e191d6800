"""The figures that a text may name: read from the data, each once; what nobody reported has no value."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import PeriodKind, ReturnStatus
from plans.models import Document, Origin
from reports.basis import Basis
from reports.papers.wording import count
from reports.periods import Period
from reports.text.figure import key_part
from reports.text.figures import GROUPS, figures_of
from scoring.models import UnitResult
from tests.indicators.reporting import fill, make_period, make_set, put, return_of
from tests.plans.tasks_world import before, make_task
from tests.reports.kon_ray import KonRay
from tests.world import World, publish

pytestmark = pytest.mark.any_database

KEY = re.compile(r"[a-z0-9][a-z0-9._-]*")
ON = date(2025, 12, 20)


def basis_of(world: World, **columns: object) -> Basis:
    return Basis(**{"unit": world.district, "year": 2025, "on": ON} | columns)  # type: ignore[arg-type]


def test_the_result_of_the_unit_is_that_of_its_published_campaign(kon_ray: KonRay) -> None:
    result = kon_ray.result
    basis = Basis(unit=result.unit, year=2021, on=ON, campaign=result.campaign, children=kon_ray.children)
    figures = figures_of(basis)

    assert figures["score.result"].value == "81,45/95"
    assert figures["score.index"].value == "85,74%"
    assert figures["score.index"].number == Decimal("85.74")
    assert figures["score.lost"].value == "13,55"
    assert figures["score.field.1.result"].value == "19,49/23"
    assert figures["score.field.2.percent"].value == "100%"
    assert figures["score.points"].url.endswith(f"/{result.campaign.code}/{result.unit.code}/")
    assert figures["communes.count"].value == "07"
    assert figures_of(replace(basis, campaign=None, children=None))["score.index"].value == "85,74%"
    assert figures_of(replace(basis, campaign=None, year=2022))["score-before.index"].value == "85,74%"
    assert figures_of(replace(basis, campaign=None, year=2019))["score.index"].value is None


def test_before_publication_a_unit_reads_only_what_it_gave_itself(world: World) -> None:
    world.score(world.commune_a, "3")  # the sheet is there
    basis = Basis(world.commune_a, 2024, ON, campaign=world.campaign, is_inside=False)
    figures = figures_of(basis)

    assert figures["score.points"].value is None
    assert figures["score.field.1.points"].value is None
    assert figures_of(replace(basis, is_inside=True))["score.points"].value is not None


def test_a_unit_without_a_result_has_no_points_and_not_0(world: World) -> None:
    publish(world)
    UnitResult.objects.filter(unit=world.commune_b).update(index=None, earned_points=0, rank=None, grade=None)
    figures = figures_of(Basis(world.commune_b, 2024, ON))
    names = ("points", "maximum", "result", "index", "grade", "rank", "lost")
    assert [figures[f"score.{name}"].value for name in names] == [None] * len(names)
    assert figures_of(Basis(world.commune_a, 2024, ON))["score.points"].value


def test_the_first_and_the_last_of_the_communes_are_all_that_share_the_rank(world: World) -> None:
    publish(world)
    basis = Basis(world.district, 2024, ON)
    UnitResult.objects.update(index=80, rank=1)
    both = figures_of(basis)["communes.first"].value
    assert both == figures_of(basis)["communes.last"].value == "Xã Đắk Ruồng; Xã Tân Lập"
    for where, block in ((world.commune_a, "A"), (world.commune_b, "B")):
        UnitResult.objects.filter(unit=where).update(block=block)
    assert figures_of(replace(basis))["communes.first"].value is None, "each is the first of its block"


def test_tasks_are_counted_as_scores_count_them(world: World) -> None:
    make_task(world, **before(date(2025, 6, 1)), done_on=date(2025, 5, 1))
    make_task(world, **before(date(2025, 6, 1)), done_on=date(2025, 7, 1))
    make_task(world, **before(date(2025, 6, 1)))
    figures = figures_of(basis_of(world))

    assert figures["tasks.assigned.assigned"].value == "03"
    assert figures["tasks.assigned.on_time"].value == "01"
    assert figures["tasks.assigned.percent"].value == "66,67%"
    assert figures["tasks.assigned.on_time_percent"].value == "33,33%"
    assert figures["tasks.assigned.assigned"].url == f"/tasks/?year=2025&origin={Origin.ASSIGNED.value}"
    assert figures["tasks.plan.assigned"].value is None
    assert figures["tasks.plan.percent"].value is None


def test_what_the_unit_reported_for_the_period_of_the_paper(world: World) -> None:
    form = make_set()
    year = return_of(make_period(world, form), world.commune_a)
    quarter = return_of(make_period(world, form, kind=PeriodKind.QUARTER), world.commune_a)
    fill(year)
    put(quarter, "1.1", 1353)
    for each in (year, quarter):
        each.status = ReturnStatus.SUBMITTED
        each.save()
    basis = basis_of(world, unit=world.commune_a, period=Period.YEAR)
    figures = figures_of(basis)

    assert figures["stat.bieu-thu.1.1"].value == "10"
    assert figures["stat.bieu-thu.1.4"].value == "02"
    assert figures["stat.bieu-thu.1.3"].value == "80%"
    assert figures["stat.bieu-thu.2.2"].value == "Kết hợp"
    assert figures["stat.bieu-thu.3.a"].value == "20"
    assert figures["stat.bieu-thu.3.a"].label == "Chất lượng đội ngũ: Tổng số"
    assert figures["stat.bieu-thu.1.1"].url == f"/statistics/returns/{year.pk}/"
    assert "stat.bieu-thu.2.6" not in figures
    assert figures_of(replace(basis, period=""))["stat.bieu-thu.1.1"].value == "10"
    first = figures_of(replace(basis, period=Period.FIRST_QUARTER))
    assert first["stat.bieu-thu.1.1"].value == "1.353"
    assert first["stat.bieu-thu.1.2"].value is None


def test_zero_is_printed_and_what_is_not_handed_in_is_not_known(world: World) -> None:
    reported = return_of(make_period(world, make_set()), world.commune_a)
    put(reported, "1.1", 0)
    basis = basis_of(world, unit=world.commune_a, period=Period.YEAR)

    assert figures_of(basis)["stat.bieu-thu.1.1"].value is None
    reported.status = ReturnStatus.ACCEPTED
    reported.save()
    assert figures_of(replace(basis))["stat.bieu-thu.1.1"].value == "0"


def test_the_sum_of_the_communes_is_the_district_s_once_none_is_missing(world: World) -> None:
    period = make_period(world, make_set())
    first, second = (return_of(period, each) for each in (world.commune_a, world.commune_b))
    fill(first)
    fill(second, times=2)
    first.status = ReturnStatus.ACCEPTED
    first.save()
    basis = basis_of(world, period=Period.YEAR)

    some = figures_of(basis)
    assert some["sum.bieu-thu.1.1"].value == "10"
    assert some["stat.bieu-thu.1.1"].value is None
    second.status = ReturnStatus.ACCEPTED
    second.save()
    assert figures_of(replace(basis))["stat.bieu-thu.1.1"].value == "30"


def test_papers_are_those_of_the_days_of_the_report(world: World) -> None:
    for place, issued_on in enumerate((date(2024, 12, 20), date(2025, 3, 1), date(2025, 11, 1))):
        Document.objects.create(
            owner=world.district,
            number=f"{place}/KH",
            subject="Kế hoạch",
            issued_on=issued_on,
            created_by=world.coordinator,
            updated_by=world.coordinator,
        )
    values = {
        period: figures_of(basis_of(world, period=period))["documents.all"].value
        for period in ("", Period.YEAR, Period.HALF_YEAR)
    }
    assert values == {"": "02", Period.YEAR: "03", Period.HALF_YEAR: "02"}


def test_every_group_can_be_listed_and_its_keys_can_be_written(world: World) -> None:
    make_period(world, make_set())
    make_task(world)
    figures = figures_of(basis_of(world, period=Period.YEAR))

    assert all(KEY.fullmatch(key) for key in figures)
    assert len(set(figures)) == len(figures)
    assert {key.partition(".")[0] for key in figures} <= set(GROUPS)
    assert all(figure.label and figure.group for figure in figures.values())
    assert "nothing.here" not in figures
    assert "score.nothing" not in figures


def test_a_text_without_figures_costs_no_query_and_a_group_is_read_once(world: World) -> None:
    basis = basis_of(world)
    with CaptureQueriesContext(connection) as queries:
        assert figures_of(basis).get("unknown.key") is None
    assert not queries
    with CaptureQueriesContext(connection) as queries:
        figures_of(basis)["tasks.assigned.late"]
        figures_of(basis)["tasks.plan.late"]
    assert len(queries) == len(Origin)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (7, "07"), (10, "10"), (1353, "1.353"), (Decimal("2.50"), "2,5")]
)
def test_counts_in_running_text(number: Decimal, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("code", "part"), [("II.1", "ii.1"), ("Xuất sắc", "xuat-sac"), ("1.2", "1.2"), ("/", "x")]
)
def test_codes_in_keys(code: str, part: str) -> None:
    assert key_part(code) == part

"""Plans and targets as stored: actions, counts, and figures that were reported."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from indicators.actions.periods import create_period
from indicators.models import Period, PeriodKind, PeriodStatus, Return, ReturnStatus
from indicators.reported import Reference, reference_problem
from indicators.workflow import MoveRefused
from parportal.entry.versions import StaleVersion
from plans.actions.targets import (
    ResultSaid,
    change_plan,
    change_target,
    delete_plan,
    remove_target,
    save_results,
)
from plans.counting_targets import counts_by_plan, counts_of
from plans.models import Comparator, Plan, PlanKind, Target, TargetResult, Task
from tests.indicators.reporting import make_period, make_set, put, return_of
from tests.plans.planning import YEAR, judged, make_plan, make_target, put_result, states
from tests.world import World
from units.models import AuditEvent, Party, Unit


def test_a_target_has_a_number_or_is_qualitative(world: World) -> None:
    plan = make_plan(world)
    columns = {"plan": plan, "position": 1, "field_title": "A", "title": "B"}
    for wrong in ({"comparator": Comparator.QUALITATIVE, "number": 1}, {"comparator": Comparator.AT_LEAST}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.create(**columns, **wrong)


def test_plans_are_seen_by_their_unit_and_the_office_above(world: World) -> None:
    plan = make_plan(world, owner=world.commune_a)
    seeing = {name for name in world.people if plan in Plan.objects.visible_to(world.people[name])}
    assert seeing == {"officer_a", "leader_a", "coordinator", "district_leader"}
    editing = {name for name in world.people if plan in Plan.objects.editable_by(world.people[name])}
    assert editing == {"officer_a"}


def test_targets_are_counted_from_rows_each_plan_apart(world: World) -> None:
    plan, other = make_plan(world), make_plan(world, kind=PlanKind.SUPERIOR)
    by = world.coordinator
    for actual in (35, 30, 12, None):
        target = make_target(plan, by)
        if actual is not None:
            put_result(target, by, actual)
    put_result(make_target(plan, by, number=None), by, said="partial")
    put_result(make_target(other, by), by, 31)
    counts = counts_of(world.district, YEAR, PlanKind.OWN)
    assert (counts.reached, counts.exceeded, counts.partial, counts.unmet, counts.unknown) == (2, 1, 1, 1, 1)
    assert counts.total == 5
    assert counts_of(world.district, YEAR, PlanKind.SUPERIOR).reached == 1
    assert counts_of(world.district, YEAR + 1, PlanKind.OWN).total == 0
    assert {pk: each.total for pk, each in counts_by_plan([plan, other]).items()} == {plan.pk: 5, other.pk: 1}


def test_parts_decide_a_target_and_are_saved_together(world: World) -> None:
    plan, by = make_plan(world), world.coordinator
    target = make_target(plan, by, number=100, comparator=Comparator.EQUAL)
    parts = [
        ResultSaid(None, "0", part="Cơ quan chuyên môn", actual=Decimal(100)),
        ResultSaid(None, "0", part="UBND xã", actual=Decimal("85.7"), note="Còn 1 xã"),
    ]
    save_results(target=target, said=parts, by=by)
    assert states(plan) == ["partial"]
    first, second = target.results.all()
    # One of the two was changed meanwhile: nothing is saved.
    TargetResult.objects.filter(pk=first.pk).update(version=7)
    better = ResultSaid(second.pk, str(second.version), part="UBND xã", actual=Decimal(100))
    stale = ResultSaid(first.pk, str(first.version), part="Cơ quan chuyên môn", actual=Decimal(50))
    with pytest.raises(StaleVersion):
        save_results(target=target, said=[better, stale], by=by)
    assert states(plan) == ["partial"]
    save_results(target=target, said=[better], by=by)
    assert states(plan) == ["met"]


def test_two_parts_of_one_name_are_refused(world: World) -> None:
    target = make_target(make_plan(world), world.coordinator)
    with pytest.raises(MoveRefused):
        save_results(target=target, said=[ResultSaid(None, "0", part="A")] * 2, by=world.coordinator)
    assert not target.results.exists()


def test_an_emptied_result_is_not_known_again(world: World) -> None:
    plan, by = make_plan(world), world.coordinator
    target = make_target(plan, by)
    put_result(target, by, 0)
    assert states(plan) == ["unmet"]
    stored = target.results.get()
    save_results(target=target, said=[ResultSaid(stored.pk, "1")], by=by)
    assert states(plan) == [None]
    assert not target.results.exists()


def test_saving_the_same_again_leaves_no_event(world: World) -> None:
    plan, by = make_plan(world), world.coordinator
    target = make_target(plan, by)
    put_result(target, by, 30, note="Đã kiểm tra")
    before = AuditEvent.objects.about(plan).count()
    stored = target.results.get()
    same = ResultSaid(stored.pk, "1", actual=Decimal(30), note="Đã kiểm tra")
    save_results(target=target, said=[same], by=by)
    assert AuditEvent.objects.about(plan).count() == before
    assert target.results.get().version == 1


def test_a_new_target_stands_behind_the_others_of_its_field(world: World) -> None:
    plan, by = make_plan(world), world.coordinator
    for title, field in (("a", "1"), ("b", "2"), ("c", "1")):
        make_target(plan, by, title=title, field_code=field, field_title=f"Lĩnh vực {field}")
    assert [each.title for each in plan.targets.all()] == ["a", "c", "b"]
    assert [each.position for each in plan.targets.all()] == [1, 2, 3]


def test_changes_check_the_version_and_stand_in_the_history(world: World) -> None:
    plan, by = make_plan(world), world.coordinator
    home = Party.objects.get(owner=world.district, code="614-PNV")
    target = make_target(plan, by)
    target.number = Decimal(50)
    change_target(target=target, leads=[home], version=1, by=by)
    changes = AuditEvent.objects.about(plan)[0].changes.all()
    assert {(each.attribute, each.old, each.new) for each in changes} == {
        ("number", "30", "50"),
        ("leads", "", home.name),
    }
    for stale in (
        lambda: change_target(target=target, leads=[], version=1, by=by),
        lambda: remove_target(target=target, version=1, by=by),
        lambda: change_plan(plan=plan, version=9, by=by),
        lambda: delete_plan(plan=plan, version="", by=by),
    ):
        with pytest.raises(StaleVersion):
            stale()
    remove_target(target=target, version=2, by=by)
    assert not plan.targets.exists()


def test_a_plan_with_tasks_stays(world: World) -> None:
    plan, by = make_plan(world), world.coordinator
    make_target(plan, by)
    task = Task.objects.create(owner=world.district, year=YEAR, origin="plan", plan=plan, title="Kiểm tra")
    with pytest.raises(MoveRefused):
        delete_plan(plan=plan, version=1, by=by)
    task.delete()
    delete_plan(plan=plan, version=1, by=by)
    assert not Target.objects.exists()


def accept(reported: Return) -> None:
    Return.objects.filter(pk=reported.pk).update(
        status=ReturnStatus.ACCEPTED, submitted_at=timezone.now(), accepted_at=timezone.now()
    )


def test_the_actual_value_comes_from_what_the_unit_reported(world: World) -> None:
    period = make_period(world, make_set(world.district))
    reported = return_of(period, world.commune_a)
    put(reported, "1.1", 10)
    put(reported, "1.2", 9)
    plan = make_plan(world, owner=world.commune_a)
    make_target(plan, world.officer_a, source="bieu-thu: 1.2", number=8)
    make_target(plan, world.officer_a, source="bieu-thu: 1.1 - 1.2", number=1, comparator=Comparator.AT_MOST)
    assert states(plan) == [None, None], "a draft return is nobody's figure"
    accept(reported)
    assert states(plan) == ["exceeded", "met"]
    assert [each.actual for each in judged(plan)] == [Decimal(9), Decimal(1)]
    figure = judged(plan)[0].figure
    assert figure is not None
    assert "bieu-thu" not in figure.told
    assert "1.2" in figure.told


def test_the_office_takes_the_sum_of_what_it_asked(world: World) -> None:
    period = make_period(world, make_set(world.district))
    plan = make_plan(world)
    make_target(plan, world.coordinator, source="bieu-thu: 1.2", number=20)
    for unit, done in ((world.commune_a, 9), (world.commune_b, 12)):
        reported = return_of(period, unit)
        put(reported, "1.2", done)
        accept(reported)
        if unit == world.commune_a:
            (part,) = judged(plan)
            assert (part.actual, part.state) == (Decimal(9), None), "commune B is missing, and no zero"
            Period.objects.update(status=PeriodStatus.CLOSED)
            assert states(plan) == ["unmet"]
            Period.objects.update(status=PeriodStatus.OPEN)
    only = judged(plan)[0]
    assert (only.actual, only.state) == (Decimal(21), "exceeded")
    assert only.figure is not None
    assert "2" in only.figure.told


def test_an_own_return_goes_before_the_sum(world: World) -> None:
    form = make_set(world.district)
    period = make_period(world, form)
    own = Period(
        owner=world.district,
        indicator_set=form,
        kind=PeriodKind.YEAR,
        year=YEAR,
        number=1,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_at=period.due_at,
    )
    period.year = YEAR - 1
    period.save()
    own = create_period(period=own, by=world.coordinator)
    plan = make_plan(world)
    make_target(plan, world.coordinator, source="bieu-thu: 1.2", number=20)
    for unit, done in ((world.commune_a, 9), (world.district, 40)):
        reported = return_of(own, unit)
        put(reported, "1.2", done)
        accept(reported)
    assert [each.actual for each in judged(plan)] == [Decimal(40)]


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("bieu-thu: 1.2", True),
        ("bieu-thu/quarter: 1.1 - 1.2", True),
        ("bieu-thu: 9.9", False),
        ("bieu-thu: 2.3", False),
        ("bieu-khac: 1.2", False),
        ("bieu-thu", False),
        ("bieu-thu: 1.1 *", False),
    ],
)
def test_names_of_figures_are_checked(world: World, text: str, is_right: bool) -> None:
    make_set(world.district)
    assert (reference_problem(text) == "") is is_right


def test_a_reference_names_its_period() -> None:
    assert Reference.read(" mau-06a/quarter : 06a.3 ") == Reference("mau-06a", "06a.3", "quarter")
    assert Reference.read("mau-06a: 06a.3") == Reference("mau-06a", "06a.3", "year")
    assert Reference.read("06a.3") is None


def test_counting_many_plans_takes_no_more_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    units: list[Unit] = [world.commune_a, world.commune_b]
    make_set(world.district)
    plans = [make_plan(world, owner=unit, year=year) for unit in units for year in (2024, 2025)]
    for plan in plans:
        for source in ("", "bieu-thu: 1.2"):
            make_target(plan, world.coordinator, source=source)
    # Targets, leads, results; returns; periods of the units.
    with django_assert_num_queries(5):
        counts_by_plan(plans)

"""Tasks are counted from rows, and the database counts as the model does."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as example
from hypothesis import strategies as st

from plans.counting_tasks import TaskCounts, count, counts_of, standing_as
from plans.models import DeadlineKind, Origin, Standing, Task
from tests.plans.tasks_world import YEAR, before, make_task
from tests.world import World

NEAR = st.dates(date(2025, 3, 1), date(2025, 3, 6))


@st.composite
def columns(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(DeadlineKind)))
    needs = kind not in (DeadlineKind.NONE, DeadlineKind.SEASON)
    on = draw(NEAR) if needs or (kind == DeadlineKind.SEASON and draw(st.booleans())) else None
    return {"deadline_kind": kind, "deadline_on": on, "done_on": draw(st.none() | NEAR)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@example(rows=st.lists(columns(), min_size=1, max_size=8), on=NEAR)
def test_the_database_judges_as_the_model_does(world: World, rows: list[dict[str, Any]], on: date) -> None:
    Task.objects.all().delete()
    made = [Task(owner=world.district, year=YEAR, title="Việc", **each) for each in rows]
    Task.objects.bulk_create(made)
    found = {
        each: set(Task.objects.filter(standing_as(each, on)).values_list("pk", flat=True)) for each in Standing
    }
    assert found == {each: {task.pk for task in made if task.standing(on) == each} for each in Standing}
    counts = count(Task.objects.all(), on)
    assert [counts.of(each) for each in Standing] == [len(found[each]) for each in Standing]
    assert counts.assigned == len(made)


def test_the_29_tasks_of_kon_ray(world: World) -> None:
    day = before(date(2025, 6, 1))
    for done, tasks in ((date(2025, 5, 31), 13), (date(2025, 6, 1), 11), (None, 5)):
        Task.objects.bulk_create(
            Task(owner=world.district, year=YEAR, origin=Origin.ASSIGNED, title="Việc", done_on=done, **day)
            for _ in range(tasks)
        )
    counts = counts_of(world.district, YEAR, Origin.ASSIGNED, date(2025, 12, 14))
    assert counts == TaskCounts(on_time=13, late=11, undone=5)
    assert counts.percent is not None
    assert counts.percent.quantize(Decimal("0.01")) == Decimal("82.76")


def test_each_origin_and_year_is_counted_apart(world: World) -> None:
    make_task(world, world.commune_a)
    make_task(world, world.commune_a, origin=Origin.DIRECTIVE)
    make_task(world, world.commune_a, year=YEAR - 1)
    assert counts_of(world.district, YEAR, Origin.ASSIGNED, date(2025, 12, 14)) == TaskCounts(open=1)
    assert counts_of(world.district, YEAR, Origin.PLAN, date(2025, 12, 14)).percent is None


def test_a_unit_answers_for_what_it_leads_itself_or_in_a_group_once(
    world: World, django_assert_num_queries: Any
) -> None:
    make_task(world, world.commune_a, "G_XA")
    make_task(world, "G_XA")
    make_task(world, world.commune_b)
    with django_assert_num_queries(1):
        counts = counts_of(world.commune_a, YEAR, Origin.ASSIGNED, date(2025, 12, 14))
    assert counts.assigned == 2

"""A plan of the district with a few targets, for tests."""

from decimal import Decimal
from typing import Any

from plans.actions.targets import ResultSaid, create_plan, create_target, save_results
from plans.models import Comparator, Plan, PlanKind, Target
from plans.target_results import TargetJudged, judged_plans
from tests.world import World
from units.models import Party, Unit, User

YEAR = 2025


def make_plan(world: World, *, owner: Unit | None = None, kind: str = PlanKind.OWN, year: int = YEAR) -> Plan:
    plan = Plan(owner=owner or world.district, year=year, kind=kind, title=f"Kế hoạch CCHC năm {year}")
    return create_plan(plan=plan, by=world.coordinator)


def make_target(
    plan: Plan, by: User, *, number: object = 30, leads: tuple[Party, ...] = (), **columns: Any
) -> Target:
    """One with a number (at least 30 %), unless the columns say otherwise; `number` None has none."""
    comparator = Comparator.QUALITATIVE if number is None else Comparator.AT_LEAST
    found = {"field_code": "2.1", "field_title": "Chỉ đạo, điều hành", "title": "Cơ quan được kiểm tra"}
    found |= {"comparator": comparator, "measure": "%", **columns}
    number = None if number is None else Decimal(str(number))
    return create_target(target=Target(plan=plan, number=number, **found), leads=leads, by=by)


def put_result(target: Target, by: User, actual: object = None, **said: Any) -> None:
    """A new result of a target, or of one part of it."""
    number = None if actual is None else Decimal(str(actual))
    save_results(target=target, said=[ResultSaid(None, "0", actual=number, **said)], by=by)


def judged(plan: Plan) -> list[TargetJudged]:
    return judged_plans([plan])[plan.pk]


def states(plan: Plan) -> list[str | None]:
    return [each.state for each in judged(plan)]

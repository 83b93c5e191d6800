"""Reform plans of Kon Rẫy district: for 2025 with made-up results, for 2021 with what was reported."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parportal.demo.accounts import OLD_UNITS, holder, unit
from parportal.demo.kon_ray import read
from plans.actions.targets import ResultSaid, create_plan, create_target, save_results
from plans.models import Plan, Target
from units.access import Role
from units.models import Party, Unit, User

COLUMNS = (
    "title",
    "comparator",
    "measure",
    "levels",
    "exceptions",
    "is_striving",
    "base_year",
    "horizon",
    "source",
)


def load_plans() -> None:
    """Each plan once: what a user changed afterwards stays."""
    district = unit("614", OLD_UNITS)
    for facts in read("demo/targets.yaml")["plans"]:
        if not Plan.objects.filter(owner=district, year=facts["year"], kind=facts["kind"]).exists():
            load_plan(facts, district)


def load_plan(facts: Mapping[str, Any], district: Unit) -> None:
    coordinator = holder(Role.COORDINATOR, district)
    head = {name: facts[name] for name in ("year", "kind", "title", "issuer")}
    plan = create_plan(plan=Plan(owner=district, **head), by=coordinator)
    parties = {each.code: each for each in Party.objects.filter(owner=district)}
    for field in facts["fields"]:
        for row in field["targets"]:
            target = target_of(plan, field, row)
            target = create_target(target=target, leads=[parties[field["lead"]]], by=coordinator)
            report(target, row, coordinator)


def target_of(plan: Plan, field: Mapping[str, Any], row: Mapping[str, Any]) -> Target:
    number = Decimal(row["number"]) if "number" in row else None
    columns = {name: row[name] for name in COLUMNS if name in row}
    return Target(plan=plan, field_code=field["code"], field_title=field["title"], number=number, **columns)


def report(target: Target, row: Mapping[str, Any], by: User) -> None:
    """What came of it, as a whole or in parts; most targets have nothing yet."""
    said = [result_said(part) for part in row.get("parts", [row["result"]] if "result" in row else [])]
    if said:
        save_results(target=target, said=said, by=by)


def result_said(said: Mapping[str, Any]) -> ResultSaid:
    texts = {name: said[name] for name in ("part", "said", "note", "evidence") if name in said}
    actual = Decimal(said["actual"]) if "actual" in said else None
    return ResultSaid(None, "0", actual=actual, **texts)

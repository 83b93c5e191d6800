"""Tasks of Kon Rẫy district: those the province assigned in 2021, and the directives of a conclusion notice."""

from collections.abc import Iterable, Mapping
from typing import Any

from parportal.demo.accounts import OLD_UNITS, holder, unit
from parportal.demo.kon_ray import read
from plans.actions.conclusions import directive_of, settle_directives
from plans.models import Conclusion, DeadlineKind, Origin, Progress, Task
from units.access import Role
from units.models import Party, Unit, User


def load_tasks() -> None:
    """Without notices: nobody is told of what lies years back."""
    district = unit("614", OLD_UNITS)
    if not Task.objects.filter(owner=district, origin=Origin.ASSIGNED).exists():
        load_assigned(district, read("demo/assigned-2021.yaml"))
    if not Conclusion.objects.filter(owner=district).exists():
        load_directives(district, read("demo/directives.yaml"))


def load_assigned(district: Unit, facts: Mapping[str, Any]) -> None:
    by, parties = holder(Role.COORDINATOR, district), parties_of(district)
    for position, row in enumerate(facts["tasks"], 1):
        task = Task.objects.create(
            owner=district,
            year=facts["year"],
            origin=Origin.ASSIGNED,
            basis=facts["basis"],
            title=row["task"],
            deadline_kind=DeadlineKind.BEFORE,
            deadline_on=row["before"],
            done_on=row.get("done"),
            position=position,
        )
        task.leads.set(parties[code] for code in row["leads"])
        report(task, by)


def report(task: Task, by: User) -> None:
    """The entry from which it follows that the task is done."""
    if task.done_on is not None:
        Progress.objects.create(task=task, on=task.done_on, text="Đã hoàn thành", is_done=True, by=by)


def load_directives(district: Unit, facts: Mapping[str, Any]) -> None:
    add_parties(district, facts["parties"])
    parties = parties_of(district)
    conclusion = Conclusion.objects.create(
        owner=district, year=facts["year"], session=facts["session"], session_on=facts["session_on"]
    )
    for position, row in enumerate(facts["directives"], 1):
        task = Task.objects.create(
            owner=district,
            year=facts["year"],
            origin=Origin.DIRECTIVE,
            directive=directive_of(conclusion, row["code"]),
            is_request=row.get("request", False),
            fields=row.get("fields", []),
            title=row["task"],
            product=row.get("product", ""),
            position=position,
            **deadline(row),
        )
        task.leads.set(parties[code] for code in row["leads"])
        task.cooperating.set(parties[code] for code in row.get("with", ()))
    settle_directives(conclusion)


def deadline(row: Mapping[str, Any]) -> dict[str, Any]:
    if "before" in row:
        return {"deadline_kind": DeadlineKind.BEFORE, "deadline_on": row["before"]}
    if "within" in row:
        return {"deadline_kind": DeadlineKind.WITHIN_MONTH, "deadline_on": row["within"]}
    return {"deadline_kind": DeadlineKind.SEASON, "season": row["season"]} if "season" in row else {}


def parties_of(district: Unit) -> dict[str, Party]:
    return {party.code: party for party in Party.objects.filter(owner=district)}


def add_parties(district: Unit, named: Mapping[str, Mapping[str, Any]]) -> None:
    for code, facts in named.items():
        party, is_new = Party.objects.get_or_create(owner=district, code=code, defaults={"name": facts["name"]})
        if is_new:
            party.members.set(members(facts.get("members", ())))


def members(codes: Iterable[str]) -> list[Unit]:
    return [unit(code, OLD_UNITS) for code in codes]

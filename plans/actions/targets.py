"""Every write of plans, targets and their results, made by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max, ProtectedError
from django.utils.translation import gettext as _

from indicators.workflow import MoveRefused
from parportal.display import day
from parportal.entry.numbers import format_decimal
from parportal.entry.versions import check_version
from plans.models import Comparator, Plan, Target, TargetResult
from plans.target_words import LEVELS, SIGNS, asked_words
from units.audit import Action, Change, record
from units.models import Party, User

PLAN_COLUMNS = ("year", "kind", "title", "issuer", "number", "issued_on")
TARGET_COLUMNS = (
    "field_code",
    "field_title",
    "title",
    "comparator",
    "number",
    "measure",
    "base_year",
    "horizon",
    "is_striving",
    "levels",
    "exceptions",
    "source",
)
RESULT_COLUMNS = ("part", "actual", "said", "note", "evidence")


@transaction.atomic
def create_plan(*, plan: Plan, by: User) -> Plan:
    plan.save()
    changes = [Change(plan, name, "", shown_of_plan(plan, name)) for name in PLAN_COLUMNS]
    record(Action.PLAN_SAVED, plan, by=by, changes=changes)
    return plan


@transaction.atomic
def change_plan(*, plan: Plan, version: int | str | None, by: User) -> Plan:
    """Save what was changed of a plan's head; its unit stays.

    Raises: StaleVersion.
    """
    stored = Plan.objects.select_for_update().get(pk=plan.pk)
    check_version(stored.version, version)
    changes = [
        Change(stored, name, shown_of_plan(stored, name), shown_of_plan(plan, name)) for name in PLAN_COLUMNS
    ]
    for name in PLAN_COLUMNS:
        setattr(stored, name, getattr(plan, name))
    stored.version += 1
    stored.save()
    record(Action.PLAN_SAVED, stored, by=by, changes=changes)
    return stored


@transaction.atomic
def delete_plan(*, plan: Plan, version: int | str | None, by: User) -> None:
    """Delete a plan with its targets and results; the history keeps that it was there.

    Raises: StaleVersion; MoveRefused while tasks stand below it.
    """
    stored = Plan.objects.select_for_update().get(pk=plan.pk)
    check_version(stored.version, version)
    targets = stored.targets.count()
    try:
        with transaction.atomic():
            Plan.objects.filter(pk=stored.pk).delete()
    except ProtectedError:
        raise MoveRefused(_("Tasks stand below this plan. Remove them first.")) from None
    changes = [Change(stored, "title", stored.title, ""), Change(stored, "targets", targets, "")]
    record(Action.PLAN_DELETED, stored, by=by, changes=changes)


@transaction.atomic
def create_target(*, target: Target, leads: Collection[Party], by: User) -> Target:
    """Keep a new target as the last one of its field."""
    plan = Plan.objects.select_for_update().get(pk=target.plan_id)
    changes = add_target(plan, target, leads)
    record(Action.TARGET_SAVED, plan, by=by, changes=changes)
    return target


@transaction.atomic
def change_target(*, target: Target, leads: Collection[Party], version: int | str | None, by: User) -> Target:
    """Raises: StaleVersion."""
    stored = lock_target(target.pk)
    check_version(stored.version, version)
    changes = store_target(stored, target, leads)
    record(Action.TARGET_SAVED, stored.plan, by=by, changes=changes)
    return stored


@transaction.atomic
def remove_target(*, target: Target, version: int | str | None, by: User) -> None:
    """Remove a target with its results.

    Raises: StaleVersion.
    """
    stored = lock_target(target.pk)
    check_version(stored.version, version)
    change = Change(stored, "target", f"{stored.title} {asked_words(stored)}", "")
    record(Action.TARGET_REMOVED, stored.plan, by=by, changes=[change])
    stored.delete()


def lock_target(pk: int) -> Target:
    return Target.objects.select_for_update(of=("self",)).select_related("plan").get(pk=pk)


def add_target(plan: Plan, target: Target, leads: Collection[Party]) -> list[Change]:
    """Store a new target behind the last one of its field, or at the end of the plan."""
    same = plan.targets.filter(field_code=target.field_code, field_title=target.field_title)
    last = same.aggregate(last=Max("position"))["last"]
    if last is None:
        last = plan.targets.aggregate(last=Max("position"))["last"] or 0
    plan.targets.filter(position__gt=last).update(position=F("position") + 1)
    target.plan, target.position = plan, last + 1
    target.save()
    target.leads.set(leads)
    empty = {"leads": "", **dict.fromkeys(TARGET_COLUMNS, "")}
    return [Change(target, name, empty[name], new) for name, new in shown_of_target(target, leads).items()]


def store_target(stored: Target, target: Target, leads: Collection[Party]) -> list[Change]:
    """Put what `target` says into the stored one."""
    before = shown_of_target(stored, list(stored.leads.all()))
    for name in TARGET_COLUMNS:
        setattr(stored, name, getattr(target, name))
    stored.version += 1
    stored.save()
    stored.leads.set(leads)
    return [Change(stored, name, before[name], new) for name, new in shown_of_target(stored, leads).items()]


@dataclass(frozen=True, slots=True)
class ResultSaid:
    """What a person says of a target, or of one part of it. `stored` None is a part that is new.

    `version` is that of the row when it was read.
    """

    stored: int | None
    version: str
    part: str = ""
    actual: Decimal | None = None
    said: str = ""
    note: str = ""
    evidence: str = ""
    is_removed: bool = False

    @property
    def is_empty(self) -> bool:
        return self.actual is None and not (self.said or self.note or self.evidence)


@transaction.atomic
def save_results(*, target: Target, said: Sequence[ResultSaid], by: User) -> Target:
    """Save the results of one target: its whole and its parts, together or not at all.

    Raises: StaleVersion when any of the rows was changed after it was read, MoveRefused for two parts of one name.
    """
    locked = lock_target(target.pk)
    stored = {each.pk: each for each in locked.results.select_for_update()}
    changes: list[Change] = []
    for each in said:
        row = stored.pop(each.stored, None) if each.stored else None
        check_version(row.version if row else 0, each.version)
        changes += write_result(locked, row, each, by)
    if any(change.is_real for change in changes):
        record(Action.TARGET_RESULT_SAVED, locked.plan, by=by, changes=changes)
    return locked


def write_result(target: Target, row: TargetResult | None, said: ResultSaid, by: User) -> list[Change]:
    """Raises: MoveRefused."""
    before = shown_of_result(row) if row else dict.fromkeys(RESULT_COLUMNS, "")
    if said.is_removed or (said.is_empty and not said.part):
        if row is not None:
            row.delete()
        return [Change(target, each_label(name, said), old, "") for name, old in before.items()]
    if target.results.filter(part=said.part).exclude(pk=row.pk if row else 0).exists():
        raise MoveRefused(_("Two parts have the same name."))
    found = row or TargetResult(target=target, version=0)
    for name in RESULT_COLUMNS:
        setattr(found, name, getattr(said, name))
    after = shown_of_result(found)
    if row is not None and before == after:
        return []
    found.version += 1
    found.updated_by = by
    found.save()
    return [Change(target, each_label(name, said), before[name], after[name]) for name in RESULT_COLUMNS]


def each_label(name: str, said: ResultSaid) -> str:
    """The name of a column in the history, with the part that it is of."""
    return f"{name}: {said.part}"[:60] if said.part and name != "part" else name


def shown_of_plan(plan: Plan, name: str) -> object:
    if name == "issued_on":
        return day(plan.issued_on)
    return plan.get_kind_display() if name == "kind" else getattr(plan, name)


def shown_of_target(target: Target, leads: Collection[Party]) -> dict[str, str]:
    """Every column as a person reads it in the history."""
    found = {name: "" if (value := getattr(target, name)) is None else str(value) for name in TARGET_COLUMNS}
    return {
        **found,
        "comparator": SIGNS.get(Comparator(target.comparator), str(target.get_comparator_display())).strip()
        or "=",
        "number": "" if target.number is None else format_decimal(target.number),
        "is_striving": _("yes") if target.is_striving else "",
        "levels": ", ".join(str(LEVELS.get(each, each)) for each in target.levels),
        "exceptions": "; ".join(target.exceptions),
        "leads": ", ".join(sorted(str(each) for each in leads)),
    }


def shown_of_result(result: TargetResult) -> dict[str, str]:
    return {
        "part": result.part,
        "actual": "" if result.actual is None else format_decimal(result.actual),
        "said": str(result.get_said_display()) if result.said else "",
        "note": result.note,
        "evidence": result.evidence,
    }

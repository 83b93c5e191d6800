"""Last year's value of rows that score a change: the base with which a unit's present value is compared.

The base is what counted in the last earlier published campaign of the same owner, at the same code, of the unit or
of the units it was made of; owner and unit are followed through their lineage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from parportal.display import points_short
from parportal.entry.numbers import format_entry
from scoring.models import PUBLIC, ROUND_ORDER, Campaign, Score
from scoring.rows import PREFIX, AnswerField
from scoring.rules import Answers, Kind, LeafState, Method, Rounding
from scoring.rules.inputs import NO, YES
from units.models import Lineage
from units.models.units import LineageKind

# The inputs of a row that scores a change.
CURRENT, PREVIOUS, HAS_BASE = "current", "previous", "has_base"
# A mean is written into an input: it has four decimals at most.
MEAN_STEP = Decimal("0.0001")
# What is read of a row besides its own columns.
READ = {
    "code": "criterion__code",
    "unit": "sheet__unit",
    "campaign": "sheet__campaign",
    "year": "sheet__campaign__year",
    "title": "sheet__campaign__title",
    "round": "appraisals__round",
    "given_state": "appraisals__state",
    "given_answers": "appraisals__answers",
}


@dataclass(frozen=True, slots=True)
class Base:
    """The recorded value of an earlier year; None where units or years cannot be compared."""

    value: Decimal | None
    year: int = 0
    campaign: str = ""

    @property
    def text(self) -> str:
        if self.value is None:
            return _("No comparable base is recorded.")
        shown = {"year": self.year, "value": points_short(self.value), "campaign": self.campaign}
        return _("Year %(year)s: %(value)s (%(campaign)s)") % shown

    def differs_from(self, answers: Answers) -> bool:
        """Whether somebody entered another base than the recorded one."""
        typed = answers.get(PREVIOUS)
        return self.value is not None and typed is not None and Decimal(typed) != self.value


@dataclass(frozen=True, slots=True)
class Found:
    """A value of one unit in one earlier campaign. Shapes: `order` is the year and the campaign."""

    order: tuple[int, int]
    unit: int
    value: Decimal
    campaign: str


def bases_of(campaign: Campaign, rows: Iterable[tuple[int, Score, Method]]) -> dict[int, Base]:
    """The bases of those rows that score a change, by primary key: two queries, none without such a row.

    Shapes: `rows` holds the primary key of the unit, the row with its criterion, and the method.
    """
    asked = [(unit, score, method) for unit, score, method in rows if method.name == "change"]
    if not asked:
        return {}
    units = {unit for unit, _score, _method in asked}
    before = predecessors({*units, campaign.owner_id})
    owners = {campaign.owner_id, *before.get(campaign.owner_id, {})}
    members = units | {pk for unit in units for pk in before.get(unit, {})}
    codes = {score.criterion.code for _unit, score, _method in asked}
    values = recorded(campaign, owners, members, codes)
    return {
        score.pk: base_for(unit, before.get(unit, {}), values.get(score.criterion.code, ()), method)
        for unit, score, method in asked
    }


def predecessors(units: Iterable[int]) -> dict[int, dict[int, str]]:
    """Of each unit those that went into it, with the kind of the transfer."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    lineage = Lineage.objects.filter(successor__in=list(units)).values_list("successor", "predecessor", "kind")
    for successor, predecessor, kind in lineage:
        found[successor][predecessor] = kind
    return found


def recorded(
    campaign: Campaign, owners: Iterable[int], units: Iterable[int], codes: Iterable[str]
) -> dict[str, list[Found]]:
    """Values of earlier years by code: one query, which tells every round of every row."""
    rows = Score.objects.filter(
        sheet__campaign__status__in=PUBLIC,
        sheet__campaign__year__lt=campaign.year,
        sheet__campaign__owner__in=list(owners),
        sheet__campaign__training=campaign.training,
        sheet__unit__in=list(units),
        criterion__code__in=list(codes),
        exclusion=None,
    )
    last: dict[int, Mapping[str, Any]] = {}
    paths: dict[str, Any] = {name: F(path) for name, path in READ.items()}
    read: Iterable[Mapping[str, Any]] = rows.order_by().values("pk", "state", "answers", **paths)
    for row in read:
        kept = last.get(row["pk"])
        if kept is None or ROUND_ORDER[row["round"]] > ROUND_ORDER[kept["round"]]:
            last[row["pk"]] = row
    found: dict[str, list[Found]] = defaultdict(list)
    for each in last.values():
        value = effective(each)
        if value is not None:
            order = (each["year"], each["campaign"])
            found[each["code"]].append(Found(order, each["unit"], value, each["title"]))
    return found


def effective(row: Mapping[str, Any]) -> Decimal | None:
    """The value that counted: the facts of the last appraisal; behind bare points those of the unit."""
    if row["round"] is not None and row["given_state"] != LeafState.ANSWERED:
        return None
    if row["round"] is None and row["state"] != LeafState.ANSWERED:
        return None
    answers = row["given_answers"] or row["answers"] or {}
    try:
        return Decimal(str(answers[CURRENT]))
    except (KeyError, InvalidOperation):
        return None


def base_for(unit: int, before: Mapping[int, str], values: Sequence[Found], method: Method) -> Base:
    """The base of one row from the latest campaign in which the unit, or one that went into it, has a value."""
    mine = [each for each in values if each.unit == unit or each.unit in before]
    if not mine:
        return Base(None)
    latest = max(each.order for each in mine)
    parts = [each for each in mine if each.order == latest]
    present = {each.unit for each in parts}
    if present == {unit}:
        return Base(parts[0].value, latest[0], parts[0].campaign)
    # A part of a unit, or not all that a unit was made of, is no base.
    if before.keys() - present or LineageKind.PARTIAL in before.values():
        return Base(None)
    value = merged([each.value for each in parts], method)
    return Base(None) if value is None else Base(value, latest[0], parts[0].campaign)


def merged(values: Sequence[Decimal], method: Method) -> Decimal | None:
    """The value of a unit made of several, by the rule of the criterion: their sum, their mean, or none.

    Rounding: a mean to what the input takes, half-up.
    """
    rule = getattr(method, "merged", "none")
    if len(values) == 1:
        return values[0]
    if rule == "sum":
        return sum(values, Decimal(0))
    if rule == "mean":
        is_whole = any(each.name == PREVIOUS and each.kind is Kind.INTEGER for each in method.inputs())
        step = Decimal(1) if is_whole else MEAN_STEP
        return Rounding.HALF_UP.to_step(Fraction(sum(values, Decimal(0))) / len(values), step)
    return None


def proposed(fields: Sequence[AnswerField], base: Base | None) -> tuple[AnswerField, ...]:
    """Empty inputs filled with what is recorded. A proposal is no answer until the row is saved."""
    if base is None or any(field.value for field in fields):
        return tuple(fields)
    has_base = NO if base.value is None else YES
    values = {PREFIX + HAS_BASE: has_base}
    if base.value is not None:
        values[PREFIX + PREVIOUS] = format_entry(base.value)
    return tuple(_filled(field, values.get(field.name, "")) for field in fields)


def _filled(field: AnswerField, value: str) -> AnswerField:
    options = tuple(replace(option, chosen=option.code == value) for option in field.options)
    if not value or (field.options and not any(option.chosen for option in options)):
        return field
    return replace(field, value=value, proposed=value, options=options)

"""One criterion of all units as a table: facts in columns, values that stand out marked, sorted as asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.display import points
from parportal.entry.numbers import format_entry
from scoring.appraisal_rows import AppraisalRow
from scoring.models import Score
from scoring.outliers import Spread
from scoring.rows import option_label
from scoring.rules import Input, Kind, LeafState, Method, Value, decode

SORTS: Mapping[str, str | Promise] = {"unit": _("unit"), "self": _("self-score"), "deviation": _("deviation")}
SELF = "self"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a unit. `side`: -1 unusually low among the units, 1 unusually high, 0 ordinary."""

    text: str
    side: int = 0
    is_number: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of the table. `token` names the row as it was seen, for accepting many at once."""

    row: AppraisalRow
    facts: tuple[Cell, ...]
    own: Cell
    deviation: tuple[int, Fraction]
    own_points: Decimal | None
    token: str

    @property
    def is_outlier(self) -> bool:
        return any(cell.side for cell in (self.own, *self.facts))


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Shapes: `labels` of the columns of facts, in the order of `UnitRow.facts`."""

    labels: tuple[str, ...]
    rows: tuple[UnitRow, ...]

    @property
    def outliers(self) -> int:
        return sum(row.is_outlier for row in self.rows)


def unit_table(scores: Sequence[Score], rows: Mapping[int, AppraisalRow], method: Method) -> UnitTable:
    """The table of all units, by unit; no query.

    Values are compared among the rows that count: answered, and not taken out by a decision.
    """
    inputs = () if method.name == "points" else method.inputs()
    answers = {score.pk: decode(inputs, score.answers) for score in scores}
    compared = [score for score in scores if score.state == LeafState.ANSWERED and score.exclusion_id is None]
    spreads = {each.name: spread_of(answers[score.pk].get(each.name) for score in compared) for each in inputs}
    spreads[SELF] = spread_of(score.self_points for score in compared)
    found = tuple(unit_row(score, rows[score.pk], inputs, answers[score.pk], spreads) for score in scores)
    return UnitTable(tuple(gettext(each.label) for each in inputs), found)


def spread_of(values: Iterable[Value | None]) -> Spread | None:
    """Choices have no order: only numbers are compared."""
    return Spread.of([value for value in values if isinstance(value, int | Decimal)])


def unit_row(
    score: Score,
    row: AppraisalRow,
    inputs: Iterable[Input],
    answers: Mapping[str, Value],
    spreads: Mapping[str, Spread | None],
) -> UnitRow:
    values = {each.name: answers.get(each.name) for each in inputs}
    counted = score.exclusion_id is None and score.state == LeafState.ANSWERED
    numbers = {**values, SELF: score.self_points if counted else None}
    return UnitRow(
        row=row,
        facts=tuple(cell_of(each, values[each.name], spreads[each.name]) for each in inputs),
        own=Cell(row.self_points or "–", side_of(numbers[SELF], spreads[SELF])),
        deviation=max((distance_of(value, spreads[name]) for name, value in numbers.items())),
        own_points=score.self_points,
        token=f"{score.pk}-{score.version}-{row.version}",
    )


def cell_of(each: Input, value: Value | None, spread: Spread | None) -> Cell:
    column = gettext(each.label)
    if value is None:
        return Cell("–", label=column)
    if isinstance(value, str):
        label = next((option_label(option) for option in each.options if option.code == value), value)
        return Cell(label, is_number=False, label=column)
    text = points(Decimal(value)) if each.kind is Kind.POINTS else format_entry(value)
    return Cell(f"{text} %" if each.kind is Kind.PERCENT else text, side_of(value, spread), label=column)


def side_of(value: Value | None, spread: Spread | None) -> int:
    return spread.side(value) if spread and isinstance(value, int | Decimal) else 0


def distance_of(value: Value | None, spread: Spread | None) -> tuple[int, Fraction]:
    return spread.distance(value) if spread and isinstance(value, int | Decimal) else (0, Fraction(0))


def sorted_rows(rows: Iterable[UnitRow], by: str) -> list[UnitRow]:
    """By unit as they come; by self-score from the lowest; by deviation what stands out most first."""
    keys: dict[str, Callable[[UnitRow], Any]] = {
        "self": lambda each: (each.own_points is None, each.own_points or Decimal(0)),
        "deviation": lambda each: (-each.deviation[0], -each.deviation[1]),
    }
    return sorted(rows, key=keys[by]) if by in keys else list(rows)

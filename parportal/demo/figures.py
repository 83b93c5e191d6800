"""Figures of the demonstration for each form: the same ones every time, different from unit to unit."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from indicators.actions.entries import Filling, RowSaid
from indicators.entering import Cell
from indicators.figures import Place
from indicators.form import Item

LAST_YEAR = 2021
GROWTH = Decimal("0.1")
# The columns of form II.06a in the order of the facts, and those that follow from them.
GIVEN = ("06a.4", "06a.6", "06a.8", "06a.9", "06a.10", "06a.12", "06a.13", "06a.rut")
NAME = "06a.2"

Facts = Mapping[str, Any]


def size(filling: Filling, facts: Facts) -> Decimal:
    """By how much counts of the unit differ from those of a middle commune in the last year."""
    years = LAST_YEAR - filling.return_of.period.year
    return Decimal(facts["units"][filling.return_of.unit.code]["size"]) * (1 - GROWTH * years)


def scaled(count: int, by: Decimal) -> Decimal:
    return (count * by).to_integral_value(ROUND_FLOOR)


def tree_rows(filling: Filling, facts: Facts) -> dict[Place, RowSaid]:
    """The statistics of a commune, in reading order."""
    return {
        (item.pk, ""): RowSaid({item.pk: cell}, note=facts["notes"].get(item.indicator.code, ""))
        for item in filling.items.values()
        if (cell := figure(filling, item.indicator.code, facts)) is not None
    }


def figure(filling: Filling, code: str, facts: Facts) -> Cell | None:
    unit = filling.return_of.unit.code
    flaw = int(facts["units"][unit]["flaw"])
    slips = facts["slips"].get(unit, {}) if filling.return_of.period.year == LAST_YEAR else {}
    if code in slips:
        return Decimal(slips[code])
    if code in facts["counted"]:
        return scaled(facts["counted"][code], size(filling, facts))
    if code in facts["same"]:
        return Decimal(facts["same"][code])
    if code in facts["percent"]:
        percent = Decimal(facts["percent"][code])
        return percent if percent == 100 else percent - flaw
    if code in facts["choice"]:
        options: Sequence[str] = facts["choice"][code]
        return options[flaw % len(options)]
    return None


def dossier_rows(filling: Filling, facts: Facts) -> dict[Place, RowSaid]:
    """Form II.06a of a commune: a line for each field of work."""
    (table,) = (item for item in filling.items.values() if item.is_table)
    dossiers, unit, quarter = facts["dossiers"], filling.return_of.unit.code, filling.return_of.period.number
    extra = dossiers["carried"].get(unit, 0) if quarter > min(quarters(dossiers)) else 0
    rows = {}
    for number, (name, by_quarter) in enumerate(dossiers["lines"].items(), 1):
        cells = dossier_line(by_quarter, quarter, size(filling, facts))
        if unit not in dossiers["withdrawn"]:
            cells["06a.rut"] = Decimal(0)
        cells["06a.6"] += extra if number == 1 else 0
        rows[table.pk, str(number)] = RowSaid(by_column(table, {NAME: name} | with_totals(cells)))
    if extra:
        rows[table.pk, ""] = RowSaid(reason=dossiers["reason"])
    return rows


def quarters(dossiers: Facts) -> Iterator[int]:
    for by_quarter in dossiers["lines"].values():
        yield from by_quarter


def dossier_line(by_quarter: Mapping[int, Sequence[int]], quarter: int, by: Decimal) -> dict[str, Decimal]:
    """What was pending in the quarter before is carried over."""
    cells = {code: scaled(count, by) for code, count in zip(GIVEN, by_quarter[quarter], strict=True)}
    if quarter - 1 in by_quarter:
        before = dict(zip(GIVEN, by_quarter[quarter - 1], strict=True))
        cells["06a.6"] = scaled(before["06a.12"], by) + scaled(before["06a.13"], by)
    return cells


def with_totals(cells: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """With the totals of the form; what came on paper is the rest of what was received."""
    solved = cells["06a.8"] + cells["06a.9"] + cells["06a.10"]
    pending = cells["06a.12"] + cells["06a.13"]
    received = solved + pending + cells["06a.rut"]
    paper = received - cells["06a.4"] - cells["06a.6"]
    return {**cells, "06a.3": received, "06a.5": paper, "06a.7": solved, "06a.11": pending}


def own_rows(filling: Filling, facts: Facts) -> dict[Place, RowSaid]:
    """The district's own form: figures, and tables whose lines are given."""
    rows: dict[Place, RowSaid] = {}
    for item in filling.items.values():
        code = item.indicator.code
        if code in facts["figures"]:
            rows[item.pk, ""] = RowSaid({item.pk: Decimal(str(facts["figures"][code]))})
        for line, values in facts["tables"].get(code, {}).items():
            named = {column.code: value for column, value in zip(item.columns, values, strict=True)}
            rows[item.pk, line] = RowSaid(by_column(item, named))
    return rows


def by_column(table: Item, values: Mapping[str, Any]) -> dict[int, Cell]:
    """Values by primary key of their column: numbers as such, texts as they are."""
    cells: dict[int, Cell] = {}
    for column in table.columns:
        if column.code in values:
            value = values[column.code]
            cells[column.pk] = value if isinstance(value, str) else Decimal(str(value))
    return cells

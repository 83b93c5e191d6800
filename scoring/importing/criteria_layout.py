"""The layout of a criteria workbook, for reading and writing alike (docs/criteria-workbook.md).

Sheet `set`: key and value. Sheet `criteria`: one row a node. Sheet `rules`: options, bands, parts and settings
of the methods, by the code of the criterion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from scoring.rules import METHODS
from scoring.rules.settings import Setting, SettingKind

SET, CRITERIA, RULES = "set", "criteria", "rules"

# Where the workbook speaks shorter than the model.
NAME_IN_WORKBOOK = {"no_case_policy": "no_case", "zero_denominator_policy": "zero_denominator"}

SET_REQUIRED = ("code", "version", "title", "issuer", "unit_type", "total_points")
SET_OPTIONAL = (
    "decision_number",
    "decision_on",
    "level_names",
    "index_decimals",
    "point_step",
    "rounding",
    "round_at",
    "extra_points",
)
SET_KEYS = (
    "code",
    "version",
    "title",
    "decision_number",
    "decision_on",
    "issuer",
    "unit_type",
    "total_points",
    "level_names",
    "index_decimals",
    "point_step",
    "rounding",
    "round_at",
    "extra_points",
)
LEVEL_MARK = ";"

CRITERIA_REQUIRED = ("code", "parent", "title", "max_points", "method")
CRITERIA_OPTIONAL = (
    "counts_as",
    "no_case",
    "zero_denominator",
    "knock_out",
    "evidence_required",
    "function",
    "guidance",
)
RULES_REQUIRED = ("code", "item", "name", "label", "from", "from_closed", "to", "to_closed", "value")
RULES_OPTIONAL = ("exception_value",)

# The longest text that the database keeps.
LENGTHS = {
    SET: {"code": 60, "title": 300, "decision_number": 60},
    CRITERIA: {"code": 20, "title": 500},
}

# The columns of the sheet `rules` that a list of a method may use, by the kind of what stands in them.
NAME_COLUMNS = ("name", "label")
NUMBER_COLUMNS = ("value", "from", "to", "exception_value")
POINTS_COLUMNS = ("value", "exception_value")
FLAG_COLUMNS = ("from_closed", "to_closed")
COLUMNS_OF_KIND = {
    SettingKind.TEXT: NAME_COLUMNS,
    SettingKind.WORD: NAME_COLUMNS,
    SettingKind.NUMBER: NUMBER_COLUMNS,
    SettingKind.POINTS: POINTS_COLUMNS,
    SettingKind.FLAG: FLAG_COLUMNS,
}
SETTING = "setting"
NUMBERS = (SettingKind.NUMBER, SettingKind.POINTS)


def _declared() -> list[Setting]:
    """What the methods declare, each setting once."""
    return list({setting.name: setting for method in METHODS.values() for setting in method.settings}.values())


def _columns(rows: Setting) -> Mapping[str, str]:
    """For each key of a row its column: the one of its name where that fits, points first, else the next free."""
    found: dict[str, str] = {}
    for column in sorted(rows.columns, key=lambda each: each.kind is not SettingKind.POINTS):
        fitting = COLUMNS_OF_KIND[column.kind]
        free = [name for name in fitting if name not in found.values()]
        found[column.name] = column.name if column.name in free else free[0]
    return {column.name: found[column.name] for column in rows.columns}


# The kind of each plain setting by its name; for each item (a row of a list) the list's key and its columns.
SETTINGS: Mapping[str, SettingKind] = {
    each.name: each.kind for each in _declared() if each.kind is not SettingKind.ROWS
}
LISTS: Mapping[str, str] = {
    each.name.removesuffix("s"): each.name for each in _declared() if each.kind is SettingKind.ROWS
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    each.name.removesuffix("s"): _columns(each) for each in _declared() if each.kind is SettingKind.ROWS
}
ITEMS = (*LISTS, SETTING)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of the sheet `rules`.

    Shapes: `cells` maps a column to what stands there; what is not there is left out.
    """

    item: str
    cells: Mapping[str, str | Decimal | bool]


def rule_rows(params: Mapping[str, Any]) -> Iterator[RuleRow]:
    """The parameters of a method as rows: settings first, then lists in their order."""
    for key, value in params.items():
        if key not in LISTS.values() and value is not None:
            yield RuleRow(SETTING, {"name": key, "value": _cell(value, is_number=SETTINGS.get(key) in NUMBERS)})
    for item, key in LISTS.items():
        for entry in params.get(key) or ():
            yield RuleRow(item, dict(_list_cells(item, entry)))


def _list_cells(item: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, str | Decimal | bool]]:
    for key, column in COLUMNS[item].items():
        value = entry.get(key)
        # A side without a bound has nothing to be closed.
        bound = key.removesuffix("_closed")
        if value is None or entry.get(bound) is None:
            continue
        yield column, _cell(value, is_number=column in NUMBER_COLUMNS)


def _cell(value: Any, *, is_number: bool) -> str | Decimal | bool:
    if isinstance(value, bool):
        return value
    try:
        return Decimal(str(value)) if is_number else str(value)
    except InvalidOperation:
        return str(value)  # the word "max"; or nonsense in a draft, which the findings name


def params_of(rows: list[RuleRow]) -> dict[str, Any]:
    """The parameters that rows say, numbers as plain text: what `rule_rows` takes apart."""
    params: dict[str, Any] = {}
    for row in rows:
        if row.item == SETTING:
            params[str(row.cells.get("name", ""))] = _json(row.cells.get("value", ""))
        else:
            columns = COLUMNS[row.item]
            entry = {key: _json(row.cells[column]) for key, column in columns.items() if column in row.cells}
            params.setdefault(LISTS[row.item], []).append(entry)
    return params


def _json(value: str | Decimal | bool) -> str | bool:
    return plain(value) if isinstance(value, Decimal) else value


def plain(value: Decimal) -> str:
    """Digits with a point, no zeros at the end: 0.5, 20."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters in the one way in which the portal keeps them, whoever wrote them; nonsense stays as it is."""
    lists = [params[key] for key in LISTS.values() if params.get(key) is not None]
    if all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in lists):
        return params_of(list(rule_rows(params)))
    return dict(params)

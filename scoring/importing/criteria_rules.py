"""The sheet `rules` of a criteria workbook: parameters of the methods, and the cells where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal.entry.workbooks import CellKind, Row, Workbook
from scoring.importing.criteria_layout import (
    COLUMNS,
    FLAG_COLUMNS,
    ITEMS,
    LISTS,
    NUMBER_COLUMNS,
    NUMBERS,
    RULES,
    RULES_OPTIONAL,
    RULES_REQUIRED,
    SETTING,
    SETTINGS,
    RuleRow,
    params_of,
)
from scoring.rules.settings import MAXIMUM, SettingKind

ITEM_COLUMNS = frozenset({*RULES_REQUIRED, *RULES_OPTIONAL} - {"code", "item"})


class RulesReader:
    """Reads all rows at once; what is wrong in a cell is noted in the problems of the workbook.

    Shapes: `params` maps the code of a criterion to the parameters of its method.
    """

    def __init__(self, book: Workbook) -> None:
        self._rows: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        self._incomplete: set[str] = set()
        before = len(book.problems)
        table = book.rows(RULES, required=RULES_REQUIRED, optional=RULES_OPTIONAL)
        # Rows that nobody can assign may be just those that a criterion seems to lack.
        self._has_lost_rows = len(book.problems) > before
        read: dict[str, list[RuleRow]] = defaultdict(list)
        for row in table:
            code, item = row.code("code", required=True), row.one_of("item", ITEMS, required=True)
            self._has_lost_rows |= not code
            if item:
                read[code].append(RuleRow(item, self._cells(row, item, code)))
                self._rows[code][item].append(row)
            else:
                self._incomplete.add(code)
        self.params = {code: params_of(rows) for code, rows in read.items()}

    def cell_of(self, code: str, place: str) -> tuple[Row, str] | None:
        """The row and column of a place in a criterion's parameters, such as `options.2.points`.

        None when nothing in the sheet stands for it.
        """
        key, _dot, rest = place.partition(".")
        number, _dot, name = rest.partition(".")
        of_code = self._rows.get(code, {})
        for item, list_key in LISTS.items():
            if key == list_key and of_code.get(item):
                return of_code[item][int(number or 0)], COLUMNS[item].get(name, "item")
        for row in of_code.get(SETTING, ()):
            if row.cells["name"].value == key:
                return row, "value" if key in SETTINGS else "name"
        return None

    def may_lack_rows(self, code: str) -> bool:
        """Whether rows of this criterion may be among those that could not be read."""
        return self._has_lost_rows or code in self._incomplete

    def refuse_strangers(self, known: Iterable[str]) -> None:
        """Note every row whose criterion is not there."""
        codes = frozenset(known)
        for code, items in self._rows.items():
            for row in (row for rows in items.values() for row in rows):
                if code and code not in codes:
                    row.refuse("code", _("There is no criterion of this code in the sheet “criteria”."))

    def _cells(self, row: Row, item: str, code: str) -> dict[str, str | Decimal | bool]:
        used = {"name", "value"} if item == SETTING else set(COLUMNS[item].values())
        for column in sorted(ITEM_COLUMNS - used):
            if not row.blank(column):
                row.refuse(column, _("A row “%(item)s” has nothing in this column.") % {"item": item})
        if item == SETTING:
            return self._setting(row, code)
        return {column: _cell(row, column) for column in sorted(used) if not row.blank(column)}

    def _setting(self, row: Row, code: str) -> dict[str, str | Decimal | bool]:
        name = row.text("name", required=True)
        if name in LISTS.values():
            row.refuse("name", _("This is not the name of a setting."))
        elif any(name == each.cells["name"].value for each in self._rows[code][SETTING]):
            row.refuse("name", _("This setting stands here twice."))
        kind = SETTINGS.get(name)
        if kind in NUMBERS and not row.blank("value"):
            return {"name": name, "value": _number(row, "value")}
        if kind is SettingKind.FLAG and not row.blank("value"):
            return {"name": name, "value": row.flag("value")}
        return {"name": name, "value": row.text("value", required=True)}


def _cell(row: Row, column: str) -> str | Decimal | bool:
    if column in FLAG_COLUMNS:
        return row.flag(column)
    if column in NUMBER_COLUMNS:
        return _number(row, column)
    return row.code(column) if column == "name" else row.text(column)


def _number(row: Row, column: str) -> str | Decimal:
    """A number, or the word "max"; empty when it is neither, which is noted at the cell."""
    cell = row.cells[column]
    if cell.kind is CellKind.TEXT and str(cell.value).casefold() == MAXIMUM:
        return MAXIMUM
    value = row.decimal(column)
    return "" if value is None else value

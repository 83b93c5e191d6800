"""Criteria sets as workbooks: an export that can be imported again, and an empty workbook to fill in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from parportal.entry.workbooks import safe_text
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_example import EXAMPLE, EXAMPLE_PREFIX
from scoring.importing.criteria_guide import GUIDE
from scoring.importing.criteria_layout import (
    CRITERIA,
    CRITERIA_OPTIONAL,
    CRITERIA_REQUIRED,
    ITEMS,
    LEVEL_MARK,
    NAME_IN_WORKBOOK,
    RULES,
    RULES_OPTIONAL,
    RULES_REQUIRED,
    SET,
    SET_KEYS,
    SETTINGS,
    rule_rows,
)
from scoring.rules import METHODS, CountsAs, ExtraPoints, Policy, RoundAt, Rounding
from units.models import Function, UnitType

Value = str | int | Decimal | bool | None
Table = Iterable[Sequence[Value]]

CRITERIA_COLUMNS = (*CRITERIA_REQUIRED, *CRITERIA_OPTIONAL)
RULES_COLUMNS = (*RULES_REQUIRED, *RULES_OPTIONAL)
# Rows that get drop-down lists and text cells for codes; more may be filled in.
PREPARED_ROWS = 1_000
TEXT_FORMAT = "@"
TEXT_COLUMNS = frozenset({"code", "parent", "name"})
YES_NO = ("yes", "no")
POLICY_NAMES = tuple(policy.value for policy in Policy)
CHOICES: Mapping[str, Mapping[str, Sequence[str]]] = {
    CRITERIA: {
        "method": tuple(METHODS),
        "counts_as": tuple(kind.value for kind in CountsAs),
        "no_case": POLICY_NAMES,
        "zero_denominator": POLICY_NAMES,
        "knock_out": YES_NO,
        "evidence_required": YES_NO,
        "function": tuple(Function.values),
    },
    RULES: {"item": ITEMS, "from_closed": YES_NO, "to_closed": YES_NO},
    SET: {
        "unit_type": tuple(UnitType.values),
        "rounding": tuple(each.value for each in Rounding),
        "round_at": tuple(each.value for each in RoundAt),
        "extra_points": tuple(each.value for each in ExtraPoints),
    },
}
WIDTHS = {"code": 12, "parent": 12, "title": 60, "label": 50, "guidance": 80, "key": 18}
NARROW = 14
COMMENT_AUTHOR, COMMENT_WIDTH = "PAR Portal", 320
HEAD_FONT = Font(bold=True)
HEAD_FILL = PatternFill("solid", fgColor="FFEAF1F9")


def criteria_workbook(content: SetContent) -> bytes:
    """The set as a workbook; imported again it gives the same set."""
    book = _new_book()
    _write(book, content)
    return _bytes(book)


def criteria_template() -> bytes:
    """An empty workbook with titles and drop-down lists, what each column means, and a filled example."""
    book = _new_book()
    _key_sheet(book, SET, [(key, None) for key in SET_KEYS])
    _table_sheet(book, CRITERIA, CRITERIA_COLUMNS, [])
    _table_sheet(book, RULES, RULES_COLUMNS, [])
    _guide_sheet(book)
    _write(book, EXAMPLE, prefix=EXAMPLE_PREFIX)
    return _bytes(book)


def _write(book: Any, content: SetContent, prefix: str = "") -> None:
    _key_sheet(book, SET, [(key, _set_value(content, key)) for key in SET_KEYS], prefix)
    _table_sheet(book, CRITERIA, CRITERIA_COLUMNS, map(_criterion_row, content.criteria), prefix)
    _table_sheet(book, RULES, RULES_COLUMNS, _rules_table(content.criteria), prefix)


def _set_value(content: SetContent, key: str) -> Value:
    if key == "level_names":
        return f"{LEVEL_MARK} ".join(content.level_names)
    if key == "decision_on":
        return content.decision_on.isoformat() if content.decision_on else None
    value: Value = getattr(content, key)
    return value


def _criterion_row(criterion: CriterionContent) -> list[Value]:
    in_model = {short: name for name, short in NAME_IN_WORKBOOK.items()}
    return [getattr(criterion, in_model.get(column, column)) for column in CRITERIA_COLUMNS]


def _rules_table(criteria: Iterable[CriterionContent]) -> Table:
    for criterion in criteria:
        for rule in rule_rows(criterion.params):
            yield [
                criterion.code,
                rule.item,
                *(rule.cells.get(column) for column in RULES_COLUMNS[2:]),
            ]


def _new_book() -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    return book


def _key_sheet(book: Any, name: str, pairs: Iterable[tuple[str, Value]], prefix: str = "") -> None:
    sheet = book.create_sheet(prefix + name)
    _head(sheet, ("key", "value"))
    for number, (key, value) in enumerate(pairs, 2):
        _put(sheet, number, 1, key)
        _comment(sheet.cell(number, 1), GUIDE[name][key])
        _put(sheet, number, 2, value, is_text=key in ("code", "issuer", "decision_on"))
        if key in CHOICES[name]:
            _offer(sheet, CHOICES[name][key], f"B{number}")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = WIDTHS["key"], WIDTHS["title"]


def _table_sheet(book: Any, name: str, columns: Sequence[str], table: Table, prefix: str = "") -> None:
    sheet = book.create_sheet(prefix + name)
    _head(sheet, columns)
    last = 1
    for last, line in enumerate(table, 2):
        for column, value in enumerate(line, 1):
            _put(sheet, last, column, value, is_text=columns[column - 1] in TEXT_COLUMNS)
    sheet.freeze_panes = "C2"
    for place, title in enumerate(columns, 1):
        _comment(sheet.cell(1, place), GUIDE[name][title])
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(title, NARROW)
        if title in TEXT_COLUMNS:
            # A code typed below what is filled in stays text too: 1.10 must not become 1.1.
            sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        if title in CHOICES[name]:
            _offer(sheet, CHOICES[name][title], f"{letter}2:{letter}{last + PREPARED_ROWS}")


def _guide_sheet(book: Any) -> None:
    """What each key and column means, in the language of the reader."""
    sheet = book.create_sheet("guide")
    _head(sheet, (_("sheet"), _("column"), _("meaning"), _("possible values")))
    number = 1
    for name, meanings in GUIDE.items():
        for column, meaning in meanings.items():
            number += 1
            values = ", ".join(
                sorted(SETTINGS) if (name, column) == (RULES, "name") else CHOICES[name].get(column, ())
            )
            for place, text in enumerate((name, column, str(meaning), values), 1):
                _put(sheet, number, place, text)
                sheet.cell(number, place).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCD", (12, 18, 90, 50), strict=True):
        sheet.column_dimensions[letter].width = width


def _head(sheet: Any, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, 1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL


def _comment(cell: Any, meaning: object) -> None:
    """What a key or column means, shown where it is filled in."""
    cell.comment = Comment(str(meaning), COMMENT_AUTHOR, width=COMMENT_WIDTH)


def _put(sheet: Any, row: int, column: int, value: Value, *, is_text: bool = False) -> None:
    if isinstance(value, bool):
        value = YES_NO[0] if value else YES_NO[1]
    if value is None or value == "":
        shown: Any = None
    else:
        shown = safe_text(value) if isinstance(value, str) else value
    cell = sheet.cell(row, column, shown)
    if is_text:
        cell.number_format = TEXT_FORMAT


def _offer(sheet: Any, choices: Sequence[str], cells: str) -> None:
    """A drop-down list; another word is refused by Excel already."""
    listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    listed.add(cells)
    sheet.add_data_validation(listed)


def _bytes(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()

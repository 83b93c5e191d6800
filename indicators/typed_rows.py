"""A row of a return as its inputs hold it: names, texts, and what was typed read back.

Shapes: inputs are named without the prefix of their row: "value" for a figure, "c" and the primary key of the
column in a line, and the texts beside them (`BESIDE`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from indicators.actions.entries import RowSaid
from indicators.entering import TEXT_LENGTH, Cell, entry_text, read_cell, read_text
from indicators.figures import Place, Row
from indicators.form import Item
from indicators.models import Indicator
from parportal.entry.dates import format_date, parse_date
from parportal.entry.numbers import AmbiguousNumber
from parportal.entry.problems import EntryProblem

T = TypeVar("T")
VALUE = "value"
BESIDE = ("note", "reason", "as_of_on", "is_estimate")
YES = "1"
_ROW = r"([0-9]{1,18})(?:-l([A-Za-z0-9_-]{1,20}))?"
_INPUT = re.compile(rf"r{_ROW}-({VALUE}|c[0-9]{{1,18}}|{'|'.join(BESIDE)}|version|take)")


@dataclass(frozen=True, slots=True)
class InputProblem:
    """What is wrong with one input. `choices` are texts that can be read in one way only, to be offered."""

    text: str
    choices: tuple[str, ...] = ()


class InputsRefused(Exception):
    """Inputs that cannot be read. Shapes: `problems` by input name."""

    def __init__(self, problems: Mapping[str, InputProblem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not saved: what was typed, and why not. Shapes: `typed` and `problems` by input name."""

    typed: Mapping[str, str]
    problems: Mapping[str, InputProblem] = field(default_factory=dict)
    words: str = ""
    is_stale: bool = False


def row_name(place: Place) -> str:
    """How the page names a row: ids and names of its inputs begin with this."""
    pk, line = place
    return f"{pk}-l{line}" if line else f"{pk}"


def place_named(name: str) -> Place | None:
    """The place of a row by that name."""
    match = re.fullmatch(_ROW, name)
    return (int(match[1]), match[2] or "") if match else None


def typed_cells(item: Item, line: str) -> tuple[Indicator, ...]:
    """What is typed in a row: nothing in that of a table as a whole."""
    if item.is_table and not line:
        return ()
    return tuple(each for each in item.cells if each.is_typed)


def input_name(item: Item, indicator: Indicator) -> str:
    return f"c{indicator.pk}" if item.is_table else VALUE


def stored_texts(item: Item, line: str, row: Row | None) -> dict[str, str]:
    """All that the inputs of a row hold, as a person would type it."""
    said = RowSaid.of(row)
    values = {input_name(item, each): entry_text(said.cells.get(each.pk)) for each in typed_cells(item, line)}
    return values | {
        "note": said.note,
        "reason": said.reason,
        "as_of_on": format_date(said.as_of_on) if said.as_of_on else "",
        "is_estimate": YES if said.is_estimate else "",
    }


def read_row(item: Item, line: str, typed: Mapping[str, str]) -> RowSaid:
    """What the inputs of a row say.

    Raises: InputsRefused with the problems of all of them.
    """
    problems: dict[str, InputProblem] = {}

    def read(name: str, reader: Callable[[str], T], empty: T) -> T:
        text = typed.get(name, "")
        try:
            return reader(text) if text.strip() else empty
        except AmbiguousNumber as problem:
            problems[name] = InputProblem(str(problem), problem.choices)
        except EntryProblem as problem:
            problems[name] = InputProblem(str(problem))
        return empty

    cells: dict[int, Cell] = {}
    for each in typed_cells(item, line):
        cell = read(input_name(item, each), lambda text, of=each: read_cell(of, text), None)  # type: ignore[misc]
        if cell is not None:
            cells[each.pk] = cell
    said = RowSaid(
        cells=cells,
        note=read("note", lambda text: read_text(text, TEXT_LENGTH), ""),
        reason=read("reason", lambda text: read_text(text, TEXT_LENGTH), ""),
        as_of_on=read("as_of_on", parse_date, None),
        is_estimate=typed.get("is_estimate") == YES,
    )
    if problems:
        raise InputsRefused(problems)
    return said


def sent_rows(post: Mapping[str, str]) -> dict[Place, dict[str, str]]:
    """What a form holds of each row. Where a name comes twice, a button was pressed: it counts."""
    rows: dict[Place, dict[str, str]] = {}
    for name in post:
        if match := _INPUT.fullmatch(name):
            rows.setdefault((int(match[1]), match[2] or ""), {})[match[3]] = post[name]
    return rows


def typed_in_words(item: Item, line: str, typed: Mapping[str, str]) -> str:
    """What was typed into a row that can no longer be filled in, to be copied from there."""
    labels: Iterable[tuple[str, str]] = (
        (input_name(item, each), each.title if item.is_table else "") for each in typed_cells(item, line)
    )
    found = [": ".join(filter(None, (label, typed[name]))) for name, label in labels if typed.get(name)]
    return " · ".join([*found, *(typed[name] for name in ("note", "reason") if typed.get(name))])

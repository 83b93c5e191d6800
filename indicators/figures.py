"""What a return says: its rows as stored, and the figures by code that rules are judged on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.form import Form, FormCheck
from indicators.models import Entry, RollUp, Severity
from indicators.rules import Figures, Judgement, Outcome, judge


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a return as stored. Shapes: `cells` by primary key of the indicator (or column)."""

    entry: Entry
    cells: Mapping[int, Decimal | str]


# A row by the primary key of its indicator and its line.
Place = tuple[int, str]
Rows = Mapping[Place, Row]


@dataclass(frozen=True, slots=True)
class Said:
    """The numbers of a return as rules read them.

    Shapes: `whole` maps codes to figures: those of indicators, what follows from formulas, and the totals of
    columns that are summed up; `lines` maps the primary key of a table to its lines, each with the figures of
    its columns.
    """

    whole: Figures
    lines: Mapping[int, Mapping[str, Figures]]


def said_of(form: Form, rows: Rows) -> Said:
    """No query."""
    return said_in(form, {place: row.cells for place, row in rows.items()})


def said_in(form: Form, cells_of: Mapping[Place, Mapping[int, Decimal | str]]) -> Said:
    """The same from the cells of rows alone."""
    whole: dict[str, Decimal] = {}
    lines: dict[int, dict[str, Figures]] = defaultdict(dict)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for (pk, line), cells in cells_of.items():
        item = form.items.get(pk)
        if item is None:
            continue
        numbers = {form.by_pk[key].code: cell for key, cell in cells.items() if isinstance(cell, Decimal)}
        if not item.is_table:
            whole.update(numbers)
            continue
        lines[pk][line] = numbers
        for code, number in numbers.items():
            if form.by_code[code].roll_up == RollUp.SUM:
                totals[code] += number
    whole.update(totals)
    for item in form.formulas:
        if item.formula is not None:
            computed = item.formula.value(whole, {})
            if computed is not None:
                whole[item.indicator.code] = computed
    return Said(whole, lines)


NOTHING = Said({}, {})


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that a return breaks, or that something explains. `line` is that of a table, or empty.

    Shapes: `places` are the rows it is about.
    """

    check: FormCheck
    line: str
    judgement: Judgement
    places: tuple[Place, ...]

    @property
    def is_broken(self) -> bool:
        return self.judgement.outcome is Outcome.BROKEN


def findings_of(form: Form, said: Said, previous: Said = NOTHING) -> list[Finding]:
    """Every check that is broken or explained, in their order.

    `previous` is the same unit's return of the period before.
    """
    found = []
    for check in form.checks:
        for line, figures, before in _scopes(check, said, previous):
            judgement = judge(
                check.rule, figures, before, null_as_zero=check.null_as_zero, explained_by=check.explained_by
            )
            if judgement.outcome in (Outcome.BROKEN, Outcome.EXPLAINED):
                found.append(Finding(check, line, judgement, places_of(check, line)))
    return found


def _scopes(check: FormCheck, said: Said, previous: Said) -> Iterable[tuple[str, Figures, Figures]]:
    """Where a rule is judged: once for the form, or in each line of a table.

    What is carried over is judged on the totals of the table: free lines of two periods have nothing in common.
    """
    if check.table is None or check.rule.previous_codes:
        return [("", said.whole, previous.whole)]
    return [(line, figures, {}) for line, figures in said.lines.get(check.table, {}).items()]


def places_of(check: FormCheck, line: str) -> tuple[Place, ...]:
    return tuple((pk, line) for pk in check.about)


def blocking(findings: Iterable[Finding], rows: Rows) -> list[Finding]:
    """What keeps a return from being submitted: broken, and neither allowed to stand nor given a reason."""
    return [each for each in findings if each.is_broken and not _stands(each, rows)]


def _stands(finding: Finding, rows: Rows) -> bool:
    if finding.check.severity is not Severity.WARNING:
        return False
    return any(rows[place].entry.reason for place in finding.places if place in rows)

"""A return as stored, and the one of the period before it: what pages, guards and files judge it by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from indicators.entering import Cell
from indicators.figures import NOTHING, Finding, Place, Row, Rows, Said, findings_of, said_of
from indicators.form import Form, form_of
from indicators.models import Entry, Indicator, IndicatorSet, Return


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything said in a return, and which checks it breaks.

    Shapes: `before_rows` have the places of `before_form`, the set of that period, which may be another version;
    `before` has its figures by code.
    """

    form: Form
    rows: Rows
    said: Said
    before_rows: Rows
    before: Said
    findings: Sequence[Finding]
    before_form: Form | None = None

    def cell_before(self, indicator: Indicator, table: Indicator | None = None, line: str = "") -> Cell | None:
        """The value of an indicator, or of a column in a given line, in the period before."""
        form = self.before_form
        if form is None or indicator.code not in form.by_code or (table and table.code not in form.by_code):
            return None
        pk = form.by_code[indicator.code].pk
        row = self.before_rows.get((form.by_code[table.code].pk if table else pk, line))
        return row.cells.get(pk) if row else None


# What a query of rows gives of each value: the row, then these.
_ROW = tuple(each.attname for each in Entry._meta.concrete_fields)
_VALUE = ("values__indicator", "values__number", "values__text")


def rows_in(found: Return) -> dict[Place, Row]:
    """One query."""
    return _rows(Entry.objects.filter(return_of=found.pk).values_list(*_ROW, *_VALUE).order_by())


def state_and_rows(found: Return) -> tuple[str, dict[Place, Row]]:
    """The state of the period of a return, and its rows, as they are now. One query."""
    columns = [f"entries__{name}" for name in (*_ROW, *_VALUE)]
    read = list(Return.objects.filter(pk=found.pk).order_by().values_list("period__status", *columns))
    return read[0][0], _rows(each[1:] for each in read if each[1] is not None)


def _rows(found: Iterable[Sequence[Any]]) -> dict[Place, Row]:
    """Rows with their values from the one join of both; a row without a value comes once."""
    cells: dict[Place, dict[int, Cell]] = defaultdict(dict)
    rows: dict[Place, Row] = {}
    for columns in found:
        pk, number, text = columns[len(_ROW) : len(_ROW) + 3]
        entry = Entry.from_db(None, _ROW, columns[: len(_ROW)])
        place = entry.indicator_id, entry.line
        rows.setdefault(place, Row(entry, cells[place]))
        if pk is not None:
            cells[place][pk] = text if number is None else number
    return rows


def before(found: Return) -> tuple[Form, dict[Place, Row]] | None:
    """What the unit reported for the period that ended the day before. One query."""
    set_columns = [f"return_of__period__indicator_set__{name}" for name in ("pk", "version", "status")]
    earlier = Entry.objects.filter(return_of__in=returns_before(found))
    columns = list(earlier.values_list(*_ROW, *_VALUE, *set_columns).order_by())
    if not columns:
        return None
    newest = max(map(_newest, columns))
    taken = [each for each in columns if _newest(each) == newest]
    pk, version, status = taken[0][-3:]
    return form_of(IndicatorSet(pk=pk, version=version, status=status)), _rows(taken)


def _newest(columns: Sequence[Any]) -> tuple[int, int]:
    """Of two returns of one time that of the later version of the set counts, whole."""
    return columns[-2], columns[_ROW.index("return_of_id")]


def returns_before(found: Return) -> QuerySet[Return]:
    """The unit's returns of the period that ended the day before: the same office, form and kind."""
    period = found.period
    return Return.objects.filter(
        unit=found.unit_id,
        period__owner=period.owner_id,
        period__kind=period.kind,
        period__indicator_set__code=period.indicator_set.code,
        period__ends_on=period.starts_on - timedelta(days=1),
    )


def judged(found: Return, *, with_before: bool = True) -> Judged:
    """Two queries (four for a draft set). `found` comes with its period and that with its set."""
    return judged_rows(found, rows_in(found), before(found) if with_before else None)


def judged_rows(found: Return, rows: Rows, earlier: tuple[Form, Rows] | None) -> Judged:
    """No query for a set in use."""
    form = form_of(found.period.indicator_set)
    said = said_of(form, rows)
    before_form, before_rows = earlier or (None, {})
    before_said = said_of(before_form, before_rows) if before_form else NOTHING
    return Judged(
        form=form,
        rows=rows,
        said=said,
        before_rows=before_rows,
        before=before_said,
        findings=findings_of(form, said, before_said),
        before_form=before_form,
    )

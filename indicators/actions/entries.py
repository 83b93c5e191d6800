"""What a unit writes: the rows of its returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.entering import Cell, Cells, shown_text
from indicators.figures import Place, Row
from indicators.form import Form, Item, form_of
from indicators.models import Entry, Return, Value
from indicators.reading import state_and_rows
from indicators.workflow import MoveRefused, why_rows_are_locked
from parportal.entry.problems import EntryProblem
from parportal.entry.versions import check_version
from units.access import find
from units.audit import Action, Change, record
from units.models import AuditChange, AuditEvent, User

TEXTS = ("note", "reason", "as_of_on", "is_estimate")
# How the history names a value: this, and the code of its indicator.
VALUE = "value:"
# How it names a free line: this; when the line was removed, followed by its table and its number.
LINE = "line"
# More lines than any office writes by hand.
MOST_LINES = 500
# Digits of the number of a free line: of one that is asked for, and of one that follows on that.
TYPED_DIGITS, LINE_DIGITS = 6, 9


@dataclass(frozen=True, slots=True)
class RowSaid:
    """What a unit says in one row. Shapes: `cells` without what is not reported."""

    cells: Cells = field(default_factory=dict)
    note: str = ""
    reason: str = ""
    as_of_on: date | None = None
    is_estimate: bool = False

    @classmethod
    def of(cls, row: Row | None) -> RowSaid:
        if row is None:
            return cls()
        entry = row.entry
        return cls(dict(row.cells), entry.note, entry.reason, entry.as_of_on, entry.is_estimate)

    @property
    def tidied(self) -> RowSaid:
        """As it is stored."""
        return replace(self, note=tidy(self.note), reason=tidy(self.reason))


def tidy(text: str) -> str:
    """A text as it is stored, whatever ends of lines the browser sends."""
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class Filling:
    """A return that is being filled in: locked, with its rows. What is saved through it is in `rows` at once.

    Shapes: `items` are those of the unit's level and year.
    """

    return_of: Return
    form: Form
    items: Mapping[int, Item]
    rows: dict[Place, Row]

    def version(self, place: Place) -> int:
        """Of a stored row; 0 where there is none."""
        return self.rows[place].entry.version if place in self.rows else 0


def lock_for_saving(user: User, pk: int) -> Return:
    """The return with all that a save needs, locked. One query.

    The period is not locked: the units of a period do not wait for each other.

    Raises: Http404.
    """
    seen = Return.objects.visible_to(user).select_for_update(of=("self",))
    return find(seen.select_related("unit", "period__indicator_set"), pk=pk)


def filling_of(return_of: Return) -> Filling:
    """`return_of` is locked, with its unit, its period and the set of that. One query for a set in use.

    The period may have been closed while the save waited for the lock: its state is read again.
    """
    form = form_of(return_of.period.indicator_set)
    items = form.items_for(return_of.unit.type, return_of.period.year)
    return_of.period.status, rows = state_and_rows(return_of)
    return Filling(return_of, form, items, rows)


@transaction.atomic(savepoint=False)
def save_entry(
    *, filling: Filling, place: Place, said: RowSaid, version: int | str | None, by: User
) -> Row | None:
    """Save one row: a figure, a line of a table, or (line empty) what is said of a table as a whole.

    Raises: MoveRefused when the return is locked, StaleVersion, EntryProblem for a row that it does not have.
    """
    changes = write_entry(filling=filling, place=place, said=said, version=version, by=by)
    if changes:
        record(Action.RETURN_SAVED, filling.return_of, by=by, changes=changes)
    return filling.rows.get(place)


def write_entry(
    *, filling: Filling, place: Place, said: RowSaid, version: int | str | None, by: User
) -> list[Change]:
    """Store one row, without an event, in the transaction of the caller. Three queries at most.

    Raises: as `save_entry`; nothing was written then.
    """
    if why := why_rows_are_locked(filling.return_of, by):
        raise MoveRefused(why)
    item = item_at(filling, place, said.cells)
    check_version(filling.version(place), version)
    before, said = RowSaid.of(filling.rows.get(place)), said.tidied
    if said == before:
        return []
    if place not in filling.rows and item.has_free_lines and place[1]:
        check_room(filling, item, 1)
        if len(place[1]) > TYPED_DIGITS and int(place[1]) > last_line(filling, item.pk):
            raise EntryProblem(_("This row does not belong to the return."))
    entry = _store_entry(filling, item, place, said, by)
    _store_values(entry, before.cells, said.cells)
    filling.rows[place] = Row(entry, dict(said.cells))
    return list(_changes(filling.form, entry, before, said))


def item_at(filling: Filling, place: Place, cells: Cells) -> Item:
    """The indicator of a row of this return.

    Raises: EntryProblem when there is no such row, or it has no such values.
    """
    pk, line = place
    item = filling.items.get(pk)
    if item is None or not is_line_of(item, line):
        raise EntryProblem(_("This row does not belong to the return."))
    is_whole = item.is_table and not line
    if not cells.keys() <= {each.pk for each in item.cells if each.is_typed and not is_whole}:
        raise EntryProblem(_("This value does not belong to the row."))
    return item


def is_line_of(item: Item, line: str) -> bool:
    """Whether an indicator can have a row of that line; a figure and a table as a whole have the empty one."""
    if not line:
        return item.is_table or item.indicator.is_typed
    if item.has_free_lines:
        return line.isascii() and line.isdigit() and 1 <= len(line) <= LINE_DIGITS and line[0] != "0"
    return item.is_table and any(str(key) == line for key, _text in item.indicator.table_lines)


def _store_entry(filling: Filling, item: Item, place: Place, said: RowSaid, by: User) -> Entry:
    stored = filling.rows.get(place)
    entry = stored.entry if stored else Entry(return_of=filling.return_of, line=place[1], version=0)
    entry.indicator = item.indicator
    entry.note, entry.reason = said.note, said.reason
    entry.as_of_on, entry.is_estimate = said.as_of_on, said.is_estimate
    entry.version += 1
    entry.updated_at, entry.updated_by = timezone.now(), by
    if stored:
        entry.save(update_fields=[*TEXTS, "version", "updated_at", "updated_by"])
    else:
        entry.save(force_insert=True)
    return entry


def _store_values(entry: Entry, before: Cells, after: Cells) -> None:
    if gone := before.keys() - after.keys():
        Value.objects.filter(entry=entry, indicator__in=gone).delete()
    Value.objects.bulk_create(
        (_value(entry, pk, cell) for pk, cell in after.items() if before.get(pk) != cell),
        update_conflicts=True,
        unique_fields=["entry", "indicator"],
        update_fields=["number", "text"],
    )


def _value(entry: Entry, pk: int, cell: Cell) -> Value:
    if isinstance(cell, Decimal):
        return Value(entry=entry, indicator_id=pk, number=cell)
    return Value(entry=entry, indicator_id=pk, text=cell)


def _changes(form: Form, entry: Entry, before: RowSaid, after: RowSaid) -> Iterator[Change]:
    """Values by code in plain notation, choices by their key: the history says them in words."""
    for pk in dict.fromkeys((*before.cells, *after.cells)):
        old, new = plain(before.cells.get(pk)), plain(after.cells.get(pk))
        if old != new:
            yield Change(entry, f"{VALUE}{form.by_pk[pk].code}", old, new)
    for name in TEXTS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(entry, name, old, new)


def plain(cell: Cell | None) -> str:
    """A value as the history keeps it."""
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else cell or ""


@transaction.atomic
def add_lines(*, filling: Filling, table: Item, count: int, by: User) -> list[str]:
    """Add empty lines to a table with free lines; the keys of the new ones.

    Raises: MoveRefused, EntryProblem when there would be too many.
    """
    if why := why_rows_are_locked(filling.return_of, by):
        raise MoveRefused(why)
    if not table.has_free_lines or table.pk not in filling.items:
        raise EntryProblem(_("This row does not belong to the return."))
    check_room(filling, table, count)
    first = last_line(filling, table.pk) + 1
    entries = [
        Entry(
            return_of=filling.return_of,
            indicator=table.indicator,
            line=str(number),
            updated_at=timezone.now(),
            updated_by=by,
        )
        for number in range(first, first + count)
    ]
    Entry.objects.bulk_create(entries)
    filling.rows.update({(table.pk, entry.line): Row(entry, {}) for entry in entries})
    changes = [Change(entry, LINE, "", entry.line) for entry in entries]
    record(Action.RETURN_SAVED, filling.return_of, by=by, changes=changes)
    return [entry.line for entry in entries]


def check_room(filling: Filling, table: Item, count: int) -> None:
    """Raises: EntryProblem when `count` lines more are too many for a table."""
    taken = sum(bool(pk == table.pk and line) for pk, line in filling.rows)
    if not 1 <= count <= MOST_LINES - taken:
        raise EntryProblem(_("A table has at most %(most)s lines."), {"most": MOST_LINES})


def last_line(filling: Filling, table: int) -> int:
    """The largest number that a line of a table with free lines has or had. One query.

    Who still sees a line that was removed must not write into another one.
    """
    events = AuditEvent.objects.about(filling.return_of).values("pk")
    named = removed_line(table, "")
    removed = AuditChange.objects.filter(event__in=events, attribute__startswith=named).order_by()
    numbers = [each.removeprefix(named) for each in removed.values_list("attribute", flat=True)]
    numbers += [line for pk, line in filling.rows if pk == table and line]
    return max(map(int, numbers), default=0)


def removed_line(table: int, line: str) -> str:
    return f"{LINE}:{table}:{line}"


@transaction.atomic
def remove_line(*, filling: Filling, place: Place, by: User) -> None:
    """Take a line out of a table with free lines; the history keeps what it said.

    Raises: MoveRefused, EntryProblem when there is no such line.
    """
    change = drop_line(filling=filling, place=place, by=by)
    record(Action.RETURN_SAVED, filling.return_of, by=by, changes=[change])


def drop_line(*, filling: Filling, place: Place, by: User) -> Change:
    """Take a line out, without an event, in the transaction of the caller.

    Raises: as `remove_line`.
    """
    if why := why_rows_are_locked(filling.return_of, by):
        raise MoveRefused(why)
    pk, line = place
    item, row = filling.items.get(pk), filling.rows.get(place)
    if item is None or row is None or not (line and item.has_free_lines):
        raise EntryProblem(_("This row does not belong to the return."))
    row.entry.indicator = item.indicator
    change = Change(row.entry, removed_line(pk, line), in_words(item, row) or line, "")
    Entry.objects.filter(pk=row.entry.pk).delete()
    del filling.rows[place]
    return change


def in_words(item: Item, row: Row | None) -> str:
    """The values of a row in one line, with the names of the columns where it has several."""
    cells = row.cells if row else {}
    shown = ((each, shown_text(each, cells.get(each.pk))) for each in item.cells)
    if not item.is_table:
        return "".join(
            " ".join(filter(None, (text, each.measure if each.is_numeric else ""))) for each, text in shown if text
        )
    return " · ".join(f"{each.title}: {text}" for each, text in shown if text)

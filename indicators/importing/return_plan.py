"""What a file would change in a return, row by row: now and after, conflicts, and what cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from indicators.actions.entries import RowSaid
from indicators.entering import Cells, shown_text
from indicators.figures import Place, Row, Rows
from indicators.form import Item, form_of
from indicators.importing.return_file import FileRow, ReturnFile
from indicators.importing.return_layout import TEXTS, day_text
from indicators.models import Indicator, Return
from indicators.reading import rows_in
from indicators.typed_rows import InputsRefused, input_name, read_row
from parportal.display import moment
from parportal.entry.problems import ImportProblem
from parportal.entry.receipts import received
from parportal.entry.writing import plain_text
from units.models import User

# Stands for the line of a row that has none yet.
NEW = "1"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a row before and after, in words."""

    label: str
    now: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that the file would change.

    `name` is that of its choice on the page. `seen` is the version of the row on the portal when the preview was
    made. `who` and `at` say who changed it there since the file was made. Shapes: `fields` as in `FileRow`;
    `place` has no line for one that is new.
    """

    name: str
    place: Place
    code: str
    title: str
    seen: int
    fields: Mapping[str, str]
    differences: tuple[Difference, ...]
    is_conflict: bool = False
    is_new: bool = False
    is_removed: bool = False
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """What a file would do.

    Shapes: `refused` holds what keeps single rows from being taken, each at its cell; `gone` names lines that
    are no more. Units: `unchanged` counts rows.
    """

    changes: tuple[RowChange, ...]
    refused: tuple[ImportProblem, ...]
    gone: tuple[str, ...]
    unchanged: int
    notes: tuple[ImportProblem, ...]
    saved_at: str = ""

    @property
    def conflicts(self) -> int:
        return sum(change.is_conflict for change in self.changes)


def plan_of(file: ReturnFile, reported: Return, user: User) -> ReturnPlan:
    """Compare a file with the portal; nothing is written."""
    return Comparison(file, reported, user).plan()


def said_in(item: Item, line: str, fields: Mapping[str, str]) -> RowSaid:
    """What a row of a file says, read as if it had been typed; `line` is any for one that is new.

    Raises: InputsRefused.
    """
    return tidy(read_row(item, line, fields))


def tidy(said: RowSaid) -> RowSaid:
    """With texts as a workbook gives them back."""
    cells: Cells = {pk: plain_text(cell) if isinstance(cell, str) else cell for pk, cell in said.cells.items()}
    return RowSaid(cells, plain_text(said.note), plain_text(said.reason), said.as_of_on, said.is_estimate)


class Comparison:
    """A file beside the rows of the portal."""

    def __init__(self, file: ReturnFile, reported: Return, user: User) -> None:
        self.file = file
        self.form = form_of(reported.period.indicator_set)
        self.items = self.form.items_for(reported.unit.type, reported.period.year)
        self.rows: Rows = rows_in(reported)
        self.users = {each.pk: each for each in User.objects.filter(pk__in=self.authors())}
        self.fresh = self.lines_unknown_to_the_file()
        self.received = received([key for row in file.rows for key in row.keys], user)

    def authors(self) -> set[int]:
        return {row.entry.updated_by_id for row in self.rows.values() if row.entry.updated_by_id}

    def lines_unknown_to_the_file(self) -> list[tuple[Place, RowSaid]]:
        """Free lines that were added on the portal since the file was made, or accepted from it before."""
        known = {(row.indicator, row.line) for row in self.file.rows}
        free = {pk for pk, item in self.items.items() if item.has_free_lines}
        return [
            (place, tidy(RowSaid.of(row)))
            for place, row in self.rows.items()
            if place[0] in free and place[1] and place not in known
        ]

    def plan(self) -> ReturnPlan:
        changes: list[RowChange] = []
        refused: list[ImportProblem] = []
        gone: list[str] = []
        unchanged = 0
        for row in self.file.rows:
            if row.problems:
                # Before the comparison: a cell that cannot be read was read as an empty one.
                refused += row.problems
                continue
            found = self.compared(row)
            if isinstance(found, RowChange):
                changes.append(found)
            elif isinstance(found, str):
                gone.append(found)
            elif found:
                refused += found
            else:
                unchanged += 1
        told = tuple(dict.fromkeys(refused))
        return ReturnPlan(tuple(changes), told, tuple(gone), unchanged, self.file.notes, self.file.saved_at)

    def compared(self, row: FileRow) -> RowChange | str | list[ImportProblem] | None:
        """What a row would change; the name of a line that is gone; why it is refused; or nothing."""
        item = self.items[row.indicator]
        stored = self.rows.get((row.indicator, row.line)) if not row.is_new else None
        is_lost = stored is None and item.has_free_lines and bool(row.line)
        if row.is_untouched:
            return self.title(item, row) if is_lost else None
        try:
            said = said_in(item, row.line or (NEW if row.is_new else ""), row.fields)
        except InputsRefused as refusal:
            return [problem(row, item, name, why.text) for name, why in refusal.problems.items()]
        is_empty = said == RowSaid()
        if (row.is_new or is_lost) and is_empty:
            return None
        if row.is_new and self.is_there_already(row.indicator, said):
            return None
        # In a workbook a line is removed by emptying it; on the page there is a button.
        is_removed = is_empty and item.has_free_lines and bool(row.line and row.cells)
        if said == tidy(RowSaid.of(stored)) and not (is_removed and stored):
            return None
        return self.change(row, item, stored, said, is_removed=is_removed, is_new=row.is_new or is_lost)

    def is_there_already(self, table: int, said: RowSaid) -> bool:
        """Whether a line that the file does not know says the same: a file that is uploaded again adds nothing."""
        for place, other in self.fresh:
            if place[0] == table and other == said:
                self.fresh.remove((place, other))
                return True
        return False

    def change(
        self, row: FileRow, item: Item, stored: Row | None, said: RowSaid, *, is_removed: bool, is_new: bool
    ) -> RowChange:
        version = stored.entry.version if stored else 0
        known = {row.version, *(self.received[key] for key in row.keys if key in self.received)}
        is_conflict = not row.is_new and version not in known
        entry = stored.entry if stored and is_conflict else None
        author = self.users.get(entry.updated_by_id or 0) if entry else None
        return RowChange(
            name=f"take-{row.indicator}-{row.line or f'new{row.number}'}",
            place=(row.indicator, "" if is_new else row.line),
            code=item.indicator.code,
            title=self.title(item, row),
            seen=version,
            fields=row.fields,
            differences=tuple(differences(item, RowSaid.of(stored), said)),
            is_conflict=is_conflict,
            is_new=is_new and item.is_table,
            is_removed=is_removed,
            who=str(author or ""),
            at=moment(entry.updated_at) if entry else "",
        )

    def title(self, item: Item, row: FileRow) -> str:
        """The name of the row: of a line that of the table and its own."""
        if not item.is_table or not (row.line or row.is_new):
            return item.indicator.title
        given = dict(item.indicator.table_lines).get(row.line)
        texts = (row.fields.get(input_name(item, each), "") for each in item.columns if not each.is_numeric)
        line = given or next(filter(None, texts), "") or _("line %(number)s") % {"number": self.number(row)}
        return f"{item.indicator.title}: {line}"

    def number(self, row: FileRow) -> int:
        """Which of the lines of its table it is."""
        if not row.cells:
            return int(row.line) if row.line.isdigit() else 0
        same = [each.number for each in self.file.rows if each.sheet == row.sheet]
        return same.index(row.number) + 1


def problem(row: FileRow, item: Item, name: str, reason: str) -> ImportProblem:
    """What is wrong with one field of a row, at its cell if it has one, else at its code."""
    cell = row.cells.get(name, "") or item.indicator.code
    return ImportProblem(row.sheet, cell, row.fields.get(name, "")[:80], reason)


def differences(item: Item, now: RowSaid, after: RowSaid) -> Iterator[Difference]:
    for indicator in item.cells:
        label = indicator.title if item.is_table else _("Figure")
        before, then = (shown(indicator, said.cells) for said in (now, after))
        if before != then:
            yield Difference(label, before, then)
    words = (_("Note"), _("As of"), _("Estimate"), _("Reason"))
    for label, name in zip(words, TEXTS, strict=True):
        before, then = text_of(now, name), text_of(after, name)
        if plain_text(before) != plain_text(then):
            yield Difference(label, before, then)


def shown(indicator: Indicator, cells: Cells) -> str:
    return shown_text(indicator, cells.get(indicator.pk))


def text_of(said: RowSaid, name: str) -> str:
    match name:
        case "note":
            return said.note
        case "reason":
            return said.reason
        case "as_of_on":
            return day_text(said.as_of_on)
    return _("yes") if said.is_estimate else _("no")

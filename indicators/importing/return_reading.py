"""The workbook of a return, read back: what each row says, and what is wrong with it at its cell.

A file that is not this return's, or whose layout is broken, is refused whole; a cell that cannot be read refuses
its row alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from indicators.actions.entries import MOST_LINES
from indicators.form import Form, Item, form_of
from indicators.importing.return_file import FileRow, ReturnFile
from indicators.importing.return_layout import (
    FIGURE_READ,
    FIGURES,
    FORMAT,
    HEADER_ROW,
    IDENTITY,
    IDENTITY_KEYS,
    LAYOUT,
    MARK,
    TEXTS,
    day_text,
    keys_by_word,
    sheet_names,
    table_read,
)
from indicators.models import Return, ValueType
from indicators.typed_rows import VALUE, YES, input_name
from parportal.entry.numbers import format_entry
from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.workbooks import CellKind, Row, Workbook
from parportal.entry.writing import fingerprint, word_key

# A workbook of ours has less; more is not read.
LONGEST = {"note": 4_000, "reason": 2_000}
# Lines of a table: as many may be removed by a file as it adds.
MOST_READ = 2 * MOST_LINES


def read_workbook(book: Workbook, reported: Return) -> ReturnFile:
    """Read the workbook of a return. It comes with its unit, its period and that with its set.

    Raises: ImportProblems, when it is not a workbook of this return or its layout was changed.
    """
    expect_of(book, reported)
    form = form_of(reported.period.indicator_set)
    items = form.items_for(reported.unit.type, reported.period.year)
    rows = tuple(Reading(book, form, items).rows())
    told = {problem for row in rows for problem in row.problems}
    if stray := tuple(problem for problem in book.problems if problem not in told):
        raise ImportProblems(stray)
    return ReturnFile(rows, tuple(note for note in book.notes if note.cell[:1].isdigit()))


def expect_of(book: Workbook, reported: Return) -> None:
    """Raises: ImportProblems for a workbook that was not downloaded from this return."""
    if not {FIGURES, IDENTITY} <= set(book.sheet_names):
        raise refused(_("This is not the workbook of a return. Download it from the page of the figures."))
    pairs = book.pairs(IDENTITY, required=IDENTITY_KEYS)
    book.problems.raise_if_any()
    if (pairs.text("format"), pairs.text("layout")) != (FORMAT, str(LAYOUT)):
        raise refused(_("This workbook was made by another version of the portal. Download it again."))
    if pairs.text("return") != str(reported.pk):
        shown = {"unit": pairs.text("unit"), "period": pairs.text("period")}
        raise refused(_("This is the workbook of another return: %(unit)s, %(period)s.") % shown)


def refused(reason: str) -> ImportProblems:
    """The refusal of a whole file."""
    return ImportProblems((ImportProblem("", "", "", reason),))


class Reading:
    """One walk over the sheets of a workbook."""

    def __init__(self, book: Workbook, form: Form, items: Mapping[int, Item]) -> None:
        self.book = book
        self.items = items
        self.names = sheet_names(form)
        self._words: dict[int, Mapping[str, str]] = {}

    def rows(self) -> Iterator[FileRow]:
        """Raises: ImportProblems when a sheet or a column is missing."""
        figures = self.book.rows(FIGURES, required=FIGURE_READ, header_row=HEADER_ROW)
        tables = [(item, self.table(item)) for item in self.items.values() if item.is_table]
        self.book.problems.raise_if_any()
        seen: set[tuple[int, str]] = set()
        for line in figures:
            if row := self.figure(line):
                yield self.once(row, line, seen)
        for item, lines in tables:
            for number, line in enumerate(lines):
                if number >= MOST_READ:
                    raise refused(_("A table has at most %(most)s lines.") % {"most": MOST_LINES})
                if row := self.line(item, line):
                    yield self.once(row, line, seen)

    def table(self, item: Item) -> Iterator[Row]:
        return self.book.rows(self.names[item.pk], required=table_read(item), header_row=HEADER_ROW)

    def once(self, row: FileRow, line: Row, seen: set[tuple[int, str]]) -> FileRow:
        place = (row.indicator, row.line)
        if place in seen and not row.is_new:
            line.refuse("row", _("This line stands here twice."))
        seen.add(place)
        return row

    def figure(self, line: Row) -> FileRow | None:
        """A line of the sheet of figures; None for a heading, and for what the portal computes."""
        if line.blank("row"):
            self.expect_blank(line, TEXTS)
            return None
        before = len(self.book.problems)
        item = self.items.get(line.integer("row") or 0)
        if item is None:
            line.refuse("row", _("This line does not belong to the return. Download the workbook again."))
            return None
        names = () if item.is_table else (VALUE,)
        return self.row(item, "", line, names, before)

    def line(self, table: Item, line: Row) -> FileRow | None:
        """A line of a table; one without a key is new, and left out when it holds nothing."""
        before = len(self.book.problems)
        names = tuple(input_name(table, each) for each in table.columns if each.is_typed)
        key = "" if line.blank("row") else line.text("row")
        if not key and not table.has_free_lines:
            self.expect_blank(line, (*names, *TEXTS))
            return None
        return self.row(table, key, line, names, before)

    def expect_blank(self, line: Row, names: tuple[str, ...]) -> None:
        if filled := next((name for name in names if not line.blank(name)), ""):
            line.refuse(filled, _("This line does not belong to the return. Download the workbook again."))

    def row(self, item: Item, key: str, line: Row, names: tuple[str, ...], before: int) -> FileRow:
        """What a line says. Shapes: `names` are those of its value columns, the same as those of the inputs."""
        is_new = item.is_table and not key and line.sheet != FIGURES
        shown = {name: self.text(line, name) for name in names} | {name: self.extra(line, name) for name in TEXTS}
        fields = {name: self.key(item, name, text) for name, text in shown.items()}
        fields["is_estimate"] = YES if shown["is_estimate"] else ""
        version = 0 if is_new or line.blank("version") else line.integer("version") or 0
        return FileRow(
            indicator=item.pk,
            line=key,
            version=version,
            fields=fields,
            sheet=line.sheet,
            number=line.number,
            cells={name: line.cells[name].address for name in fields},
            problems=tuple(self.book.problems)[before:],
            is_untouched=not is_new and fingerprint(shown.values()) == line.text("base"),
            is_new=is_new,
        )

    def text(self, line: Row, name: str) -> str:
        """What a person would have typed into the input."""
        cell = line.cells[name]
        if cell.kind is CellKind.NUMBER:
            # A cell that was made a number: its decimal mark is known, so it has one reading only.
            return format_entry(cell.value)  # type: ignore[arg-type]
        return line.text(name)

    def extra(self, line: Row, name: str) -> str:
        """Note, day, mark and reason, in the one spelling that the portal gives them."""
        if name == "as_of_on":
            return day_text(line.date(name))
        if name == "is_estimate":
            return MARK if line.flag(name) else ""
        text = self.text(line, name)
        if len(text) > LONGEST[name]:
            line.refuse(name, _("This text is too long: at most %(count)s characters.") % {"count": LONGEST[name]})
            return ""
        return text

    def key(self, item: Item, name: str, text: str) -> str:
        """The key of a chosen word; a word that is not in the list is left to be refused like a typed one."""
        indicator = next((each for each in item.cells if input_name(item, each) == name), None)
        if indicator is None or indicator.value_type != ValueType.CHOICE:
            return text
        if indicator.pk not in self._words:
            self._words[indicator.pk] = keys_by_word(indicator)
        return self._words[indicator.pk].get(word_key(text), text)

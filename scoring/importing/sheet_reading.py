"""The workbook of a score sheet, read back: what each row says, and what is wrong with it at its cell.

A file that is not this sheet's, or whose layout is broken, is refused whole; a cell that cannot be read refuses
its row alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from parportal.entry.numbers import format_entry
from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.workbooks import CellKind, Row, Workbook
from parportal.entry.writing import fingerprint, word_key
from scoring.importing.sheet_file import FileRow, SheetFile, refused
from scoring.importing.sheet_layout import (
    FORMAT,
    HEADER_ROW,
    IDENTITY,
    IDENTITY_KEYS,
    LAYOUT,
    READ,
    SHEET,
    TEXTS,
    codes_by_word,
    states_by_word,
)
from scoring.models import ScoreSheet
from scoring.rows import PREFIX
from scoring.rules import Input, Method

# A workbook of ours has less; more is not read.
LONGEST = {"value": 500, "reason": 2_000, "note": 4_000, "why_no_evidence": 2_000}
FILLED_IN = ("state", "value", *TEXTS)


def read_workbook(book: Workbook, sheet: ScoreSheet, methods: Mapping[int, Method]) -> SheetFile:
    """Read the workbook of a sheet.

    Shapes: `methods` by primary key of the criterion, that of the set before it was replaced among them.
    Raises: ImportProblems, when it is not a workbook of this sheet or its layout was changed.
    """
    expect_of(book, sheet)
    table = book.rows(SHEET, required=READ, header_row=HEADER_ROW)
    book.problems.raise_if_any()
    read = Reading(methods)
    rows = tuple(read.rows(book, table))
    told = {problem for row in rows for problem in row.problems}
    if stray := tuple(problem for problem in book.problems if problem not in told):
        raise ImportProblems(stray)
    notes = tuple(note for note in book.notes if note.cell[:1].isdigit())
    return SheetFile(rows, notes)


def expect_of(book: Workbook, sheet: ScoreSheet) -> None:
    """Raises: ImportProblems for a workbook that was not downloaded from this sheet."""
    if not {SHEET, IDENTITY} <= set(book.sheet_names):
        reason = _("This is not the workbook of a score sheet. Download it from the page of the sheet.")
        raise refused(reason)
    pairs = book.pairs(IDENTITY, required=IDENTITY_KEYS)
    book.problems.raise_if_any()
    if (pairs.text("format"), pairs.text("layout")) != (FORMAT, str(LAYOUT)):
        raise refused(_("This workbook was made by another version of the portal. Download it again."))
    if pairs.text("sheet") != str(sheet.pk):
        shown = {"unit": pairs.text("unit"), "campaign": pairs.text("campaign")}
        raise refused(_("This is the workbook of another sheet: %(unit)s, %(campaign)s.") % shown)


class Reading:
    """One walk over the lines of a workbook."""

    def __init__(self, methods: Mapping[int, Method]) -> None:
        self.methods = methods
        self.states = states_by_word()
        self._words: dict[tuple[int, str], Mapping[str, str]] = {}

    def rows(self, book: Workbook, table: Iterator[Row]) -> Iterator[FileRow]:
        """The rows in the order of the file, each from its lines."""
        lines: dict[int, list[Row]] = defaultdict(list)
        problems: dict[int, list[ImportProblem]] = defaultdict(list)
        for line in table:
            before = len(book.problems)
            criterion = self.criterion(line)
            if criterion:
                lines[criterion].append(line)
                problems[criterion] += list(book.problems)[before:]
        for criterion, members in lines.items():
            yield self.row(book, criterion, members, problems[criterion])

    def criterion(self, line: Row) -> int:
        """The criterion of a line; 0 for a heading, and for a row that nobody fills in."""
        if line.blank("criterion"):
            if filled := next((name for name in FILLED_IN if not line.blank(name)), ""):
                line.refuse(filled, _("This line does not belong to the sheet. Download the workbook again."))
            return 0
        return line.integer("criterion") or 0

    def row(self, book: Workbook, criterion: int, lines: Sequence[Row], found: Sequence[ImportProblem]) -> FileRow:
        before = len(book.problems)
        first = lines[0]
        version = first.integer("version", required=True)
        texts = {name: self.text(first, name) for name in ("state", *TEXTS)}
        fields, cells = {}, {}
        for name, text in texts.items():
            fields[name], cells[name] = text, first.cells[name].address
        method = self.methods.get(criterion)
        inputs = {each.name: each for each in method.inputs()} if method else {}
        shown = []
        for line in lines:
            name, text = line.text("input", required=True), self.text(line, "value")
            if PREFIX + name in fields:
                line.refuse("value", _("This line stands here twice."))
            shown.append(text)
            fields[PREFIX + name] = self.code(criterion, inputs.get(name), text)
            cells[PREFIX + name] = line.cells["value"].address
        known = fingerprint([texts["state"], *shown, *(texts[name] for name in TEXTS)])
        fields["state"] = self.state(first, texts["state"])
        return FileRow(
            criterion,
            first.cells["code"].shown(),
            version,
            fields,
            cells,
            (*found, *list(book.problems)[before:]),
            is_untouched=known == first.text("base"),
        )

    def text(self, line: Row, name: str) -> str:
        """What a person would have typed into the form of the row."""
        cell = line.cells[name]
        if cell.kind is CellKind.NUMBER:
            # A cell that was made a number: its decimal mark is known, so it has one reading only.
            return format_entry(cell.value)  # type: ignore[arg-type]
        text = line.text(name)
        if len(text) > LONGEST.get(name, 500):
            reason = _("This text is too long: at most %(count)s characters.")
            line.refuse(name, reason % {"count": LONGEST.get(name, 500)})
            return ""
        return text

    def state(self, line: Row, word: str) -> str:
        if word and word_key(word) not in self.states:
            line.refuse("state", _("Choose one of the words of the list."))
        return self.states.get(word_key(word), "")

    def code(self, criterion: int, each: Input | None, text: str) -> str:
        """The code of a chosen word; a word that is not in the list is left for the method to refuse."""
        if each is None or not each.options:
            return text
        key = (criterion, each.name)
        if key not in self._words:
            self._words[key] = codes_by_word(each.options)
        return self._words[key].get(word_key(text), text)

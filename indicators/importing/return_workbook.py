"""A return as a workbook to be filled in without a network; `return_reading` reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from indicators.entering import shown_text
from indicators.figures import Row
from indicators.form import Item
from indicators.importing.return_layout import (
    FIGURE_COLUMNS,
    FIGURE_READ,
    FIGURES,
    FORMAT,
    GUIDE,
    HEADER_ROW,
    IDENTITY,
    KEPT,
    LAYOUT,
    LISTS,
    MARK,
    NEW_LINES,
    TEXTS,
    column_titles,
    hint,
    option_labels,
    sheet_names,
    table_columns,
    table_read,
    texts_of,
    value_text,
)
from indicators.models import Indicator, Return, ValueType
from indicators.reading import Judged, judged
from indicators.typed_rows import input_name
from indicators.workflow import why_rows_are_locked
from parportal.display import day, moment
from parportal.entry.writing import (
    LONGEST,
    UNWRITABLE,
    DropDowns,
    Looks,
    fingerprint,
    lock_and_print,
    put,
    put_pairs,
    written,
)
from units.models import User

WIDTHS = {
    "code": 9,
    "title": 52,
    "measure": 14,
    "value": 20,
    "hint": 22,
    "before": 16,
    "line": 34,
    "note": 32,
    "as_of_on": 14,
    "is_estimate": 11,
    "reason": 32,
}
COLUMN_WIDTH = 16


def return_workbook(reported: Return, user: User) -> bytes:
    """A return with its present values. It comes with its unit, its period and that with its set."""
    read = judged(reported)
    return written(str(reported), lambda book: Writer(book, reported, read, user).write())


class Page:
    """A sheet that is written line by line; its columns have names, which stand in a hidden row."""

    def __init__(
        self, sheet: Any, looks: Looks, lists: DropDowns, columns: Sequence[str], *, is_open: bool
    ) -> None:
        self.sheet = sheet
        self.looks = looks
        self.typed = looks.open if is_open else looks.fixed
        self.lists = lists
        self.place = {name: number for number, name in enumerate(columns)}
        self.row = HEADER_ROW

    def head(self, lines: Sequence[str], titles: Mapping[str, str], read: Sequence[str]) -> None:
        """The lines above the table, and its titles. Shapes: `titles` of what is not hidden."""
        for number, text in enumerate(lines):
            put(self.sheet, number, 0, text, self.looks.title if number == 0 else self.looks.bold)
        for name, place in self.place.items():
            put(self.sheet, HEADER_ROW - 2, place, titles.get(name, ""), self.looks.head)
            put(self.sheet, HEADER_ROW - 1, place, name if name in read else "", self.looks.plain)
            if name in KEPT:
                self.sheet.set_column(place, place, 12, None, {"hidden": True})
            else:
                self.sheet.set_column(place, place, WIDTHS.get(name, COLUMN_WIDTH))

    def cell(self, name: str, text: str, *, is_typed: bool = False) -> None:
        put(self.sheet, self.row, self.place[name], text, self.typed if is_typed else self.looks.fixed)

    def group(self, texts: Mapping[str, str]) -> None:
        for name, place in self.place.items():
            if name not in KEPT:
                put(self.sheet, self.row, place, texts.get(name, ""), self.looks.group)
        self.row += 1

    def fixed(self, texts: Mapping[str, str]) -> None:
        """The cells of a line that nobody fills in."""
        for name in self.place:
            if name not in KEPT:
                self.cell(name, texts.get(name, ""))

    def value(self, name: str, indicator: Indicator, text: str) -> None:
        self.cell(name, text, is_typed=True)
        if indicator.value_type == ValueType.CHOICE:
            self.lists.offer(self.sheet, self.row, self.place[name], list(option_labels(indicator).values()))

    def texts(self, texts: Mapping[str, str]) -> None:
        for name in TEXTS:
            self.cell(name, texts[name], is_typed=True)
        self.lists.offer(self.sheet, self.row, self.place["is_estimate"], [MARK])

    def keep(self, key: str, version: int, said: Sequence[str]) -> None:
        """What the reader knows the line by, and what it said when the file was made."""
        for name, text in zip(KEPT, (key, str(version), fingerprint(said)), strict=True):
            self.cell(name, text)

    def finish(self, *, freeze: int) -> None:
        last = max(self.row - 1, HEADER_ROW)
        self.sheet.freeze_panes(HEADER_ROW, freeze)
        end = (last, len(self.place) - len(KEPT) - 1)
        lock_and_print(self.sheet, head=HEADER_ROW - 2, last=end, columns=len(self.place))


class Writer:
    """Writes the sheets of one workbook: the figures, every table, the guidance, and what file it is."""

    def __init__(self, book: Any, reported: Return, read: Judged, user: User) -> None:
        self.reported = reported
        self.read = read
        self.names = sheet_names(read.form)
        self.roots = read.form.roots_for(reported.unit.type, reported.period.year)
        self.items = [item for root in self.roots for item in root.walk()]
        self.closed = why_rows_are_locked(reported, user)
        self.looks = Looks(book)
        tables = [item for item in self.items if item.is_table]
        names = (FIGURES, *(self.names[each.pk] for each in tables))
        self.sheets = {name: book.add_worksheet(name) for name in names}
        self.guide = book.add_worksheet(GUIDE)
        self.lists = DropDowns(book.add_worksheet(LISTS))
        self.identity = book.add_worksheet(IDENTITY)
        self.figures = self.page(FIGURES, FIGURE_COLUMNS)
        self.tables = [(item, self.page(self.names[item.pk], table_columns(item))) for item in tables]

    def write(self) -> None:
        self.write_figures()
        for item, page in self.tables:
            self.write_table(item, page)
        self.lists.finish()
        self.write_guide()
        self.write_identity()

    def page(self, name: str, columns: Sequence[str]) -> Page:
        return Page(self.sheets[name], self.looks, self.lists, columns, is_open=not self.closed)

    def row(self, item: Item, line: str = "") -> Row | None:
        return self.read.rows.get((item.pk, line))

    # Figures --------------------------------------------------------------------------------------------------
    def head(self, title: str) -> list[str]:
        """The lines above a table."""
        period = self.reported.period
        days = {"period": period, "from": day(period.starts_on), "to": day(period.ends_on)}
        facts = (
            (_("Unit"), self.reported.unit.name),
            (_("Reporting period"), _("%(period)s (%(from)s to %(to)s)") % days),
            (_("Deadline"), moment(self.reported.deadline_at)),
        )
        how = _(
            "Fill in the yellow cells only, numbers as you write them: 1,5 or 1.5. An empty cell means “not "
            "reported”, which is not 0."
        )
        return [title, *(f"{name}: {value}" for name, value in facts), self.closed or how]

    def write_figures(self) -> None:
        page = self.figures
        page.head(self.head(self.reported.period.indicator_set.title), column_titles(), FIGURE_READ)
        for item in self.items:
            self.write_item(item, page)
        page.finish(freeze=2)

    def write_item(self, item: Item, page: Page) -> None:
        indicator = item.indicator
        texts = {
            "code": indicator.code,
            "title": indicator.title,
            "measure": indicator.measure,
        }
        if not item.is_row:
            page.group(texts)
            return
        row = self.row(item)
        if item.is_table:
            texts["value"] = _("see sheet “%(name)s”") % {"name": self.names[item.pk]}
        elif not indicator.is_typed:
            texts["value"] = shown_text(indicator, self.read.said.whole.get(indicator.code))
            texts["hint"] = _("computed by the portal")
        texts["before"] = shown_text(indicator, self.read.cell_before(indicator))
        page.fixed(texts)
        if indicator.is_typed or item.is_table:
            self.write_typed(item, page, row)
        page.row += 1

    def write_typed(self, item: Item, page: Page, row: Row | None) -> None:
        """The open cells of a figure; of a table as a whole only its texts."""
        said = texts_of(row.entry if row else None)
        values = []
        if not item.is_table:
            values = [value_text(item.indicator, row.cells.get(item.pk) if row else None)]
            page.value("value", item.indicator, values[0])
            page.cell("hint", hint(item.indicator))
        page.texts(said)
        page.keep(str(item.pk), row.entry.version if row else 0, [*values, *said.values()])

    # Tables ---------------------------------------------------------------------------------------------------
    def write_table(self, item: Item, page: Page) -> None:
        titles = column_titles() | {input_name(item, each): column_title(each) for each in item.columns}
        page.head(self.head(f"{item.indicator.code} {item.indicator.title}"), titles, table_read(item))
        if item.has_free_lines:
            keys = sorted((line for pk, line in self.read.rows if pk == item.pk and line), key=line_order)
            named = [(key, str(number)) for number, key in enumerate(keys, 1)]
        else:
            named = [(str(key), text) for key, text in item.indicator.table_lines]
        for key, title in named:
            self.write_line(item, page, key, title)
        if item.has_free_lines:
            for number in range(len(named) + 1, len(named) + NEW_LINES + 1):
                self.write_line(item, page, "", str(number))
        page.finish(freeze=1)

    def write_line(self, item: Item, page: Page, key: str, title: str) -> None:
        row = self.row(item, key) if key else None
        page.fixed({"line": title})
        values = []
        for column in (each for each in item.columns if each.is_typed):
            values.append(value_text(column, row.cells.get(column.pk) if row else None))
            page.value(input_name(item, column), column, values[-1])
        said = texts_of(row.entry if row else None)
        page.texts(said)
        if key:
            page.keep(key, row.entry.version if row else 0, [*values, *said.values()])
        page.row += 1

    # The other sheets -----------------------------------------------------------------------------------------
    def write_guide(self) -> None:
        heads = ((_("Code"), 10), (_("Indicator"), 60), (_("Unit of measure"), 16), (_("Guidance"), 90))
        for place, (title, width) in enumerate(heads):
            self.guide.write_string(0, place, title, self.looks.head)
            self.guide.set_column(place, place, width)
        indicators = [each for item in self.items for each in (item.indicator, *item.columns)]
        for number, each in enumerate(indicators, 1):
            for place, text in enumerate((each.code, each.title, each.measure, each.guidance)):
                self.guide.write_string(number, place, UNWRITABLE.sub("", text)[:LONGEST], self.looks.wrapped)
        self.guide.freeze_panes(1, 1)
        self.guide.protect("", {"format_columns": True, "format_rows": True})

    def write_identity(self) -> None:
        indicator_set = self.reported.period.indicator_set
        values = {
            "format": FORMAT,
            "layout": str(LAYOUT),
            "return": str(self.reported.pk),
            "unit": self.reported.unit.name,
            "period": str(self.reported.period),
            "indicator_set": indicator_set.code,
            "set_version": str(indicator_set.version),
        }
        put_pairs(self.identity, values)
        self.identity.very_hidden()


def column_title(column: Indicator) -> str:
    return f"{column.title} ({column.measure})" if column.measure else column.title


def line_order(key: str) -> tuple[int, str]:
    """Free lines in the order in which they were added: their keys are numbers."""
    return (int(key) if key.isdigit() else 0, key)

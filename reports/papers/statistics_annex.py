"""Reported figures as tables: the whole form with its values, and the lines of one of its tables.

What is not reported stays blank; 0 is printed as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from indicators.form import Form, Item
from indicators.models import Entry, Indicator, RollUp, ValueType
from indicators.rolling import NOTHING, Rolled
from reports.documents import Annex, Column, Table
from reports.papers.period_returns import PeriodReturn
from reports.papers.wording import day, number, rounded

# What an indicator is told with: its value, and a note.
Cells = tuple[str, str]

COLUMNS = (
    Column("STT", 9, numeric=False),
    Column("Chỉ tiêu thống kê", 43, numeric=False),
    Column("Đơn vị tính", 16, numeric=False),
    Column("Số liệu", 13),
    Column("Ghi chú", 19, numeric=False),
)


def returned_annex(found: PeriodReturn) -> Annex:
    """The form as a unit has filled it in."""
    indicator_set = found.found.period.indicator_set

    def told(item: Item) -> Cells:
        row = found.rows.get((item.pk, ""))
        value = found.said.whole.get(item.indicator.code)
        if value is None and row is not None:
            return cell_text(row.cells.get(item.pk), item.indicator), note_of(row.entry)
        return cell_text(value, item.indicator), note_of(row.entry) if row else ""

    tables = (lines_table(found, item) for item in found.form.items.values() if item.is_table)
    year = found.found.period.year
    blocks = (tree_table(found.form, year, told), *(table for table in tables if table))
    return Annex(indicator_set.title.upper(), blocks, key=f"statistics-{indicator_set.code}")


def summed_annex(rolled: Rolled) -> Annex:
    """The form with the sums of what units have reported; how many, where some are missing."""
    period, every = rolled.period, len(rolled.counted) + len(rolled.left_out)

    def told(item: Item) -> Cells:
        figure = rolled.figures.get(item.pk, NOTHING)
        asked = rolled.asked.get(item.pk, every)
        is_short = figure.number is not None and figure.units < asked
        return cell_text(figure.number, item.indicator), f"{figure.units}/{asked} đơn vị" if is_short else ""

    return Annex(
        period.indicator_set.title.upper(),
        (tree_table(rolled.form, period.year, told),),
        key=f"statistics-{period.indicator_set.code}",
    )


def tree_table(form: Form, year: int, told: Callable[[Item], Cells]) -> Table:
    """Every row of the form in reading order, headings in bold; what is no longer asked in the year says so."""
    rows, strong = [], set()
    for place, item in enumerate(form.items.values()):
        indicator = item.indicator
        value, note = ("", "") if item.is_table or not item.is_row else told(item)
        if indicator.to_year and indicator.to_year < year:
            note = note or f"Áp dụng đến năm {indicator.to_year}"
        if not item.is_row or (not item.depth and item.children):
            strong.add(place)
        rows.append((indicator.code, indicator.title, measure_of(indicator), value, note))
    return Table("", COLUMNS, tuple(rows), strong=frozenset(strong), name="tree")


def lines_table(found: PeriodReturn, item: Item) -> Table | None:
    """The lines of a table with their totals; columns nobody filled in are left out. None without a value."""
    lines = line_names(item, found)
    cells = {key: found.rows[item.pk, key].cells for key in lines if (item.pk, key) in found.rows}
    columns = [each for each in item.columns if any(each.pk in row for row in cells.values())]
    if not columns:
        return None
    names = (Column("Nội dung", 60 - 5 * min(len(columns), 6), numeric=False),) if any(lines.values()) else ()
    measure = common_measure(columns)
    rows = tuple(
        (
            str(place),
            *((text,) if names else ()),
            *(cell_text(cells.get(key, {}).get(column.pk), column) for column in columns),
        )
        for place, (key, text) in enumerate(lines.items(), 1)
    )
    total = totals(found, columns)
    title = item.indicator.title
    return Table(
        f"{title} (đơn vị tính: {measure.lower()})" if measure else title,
        (Column("STT", 7), *names, *widths(columns, 93 - sum(each.width for each in names))),
        rows,
        total=("", *(("Tổng cộng",) if names else ()), *total) if any(total) else (),
        name=f"table-{item.indicator.code}",
    )


def common_measure(columns: Sequence[Indicator]) -> str:
    """The unit of all numbers; empty where they have several."""
    measures = {column.measure for column in columns if column.is_numeric}
    return measures.pop() if len(measures) == 1 else ""


def line_names(item: Item, found: PeriodReturn) -> dict[str, str]:
    """Given lines by their key with their text; the keys of typed ones in their order, without one."""
    if item.indicator.table_lines:
        return {str(key): text for key, text in item.indicator.table_lines}
    typed = [line for pk, line in found.rows if pk == item.pk and line]
    return dict.fromkeys(sorted(typed, key=lambda line: (len(line), line)), "")


def widths(columns: Sequence[Indicator], left: int) -> list[Column]:
    """Texts twice as wide as numbers. Units: `left` is what names leave, in percent of the table."""
    shares = [1 if column.is_numeric else 2 for column in columns]
    units = [left * share // sum(shares) for share in shares]
    units[-1] += left - sum(units)
    same = common_measure(columns)
    return [
        Column(titled(column, same), width, numeric=column.is_numeric)
        for column, width in zip(columns, units, strict=True)
    ]


def titled(column: Indicator, same: str) -> str:
    """With its unit, where that is not the one of the whole table."""
    return f"{column.title} ({column.measure.lower()})" if column.measure and not same else column.title


def totals(found: PeriodReturn, columns: Sequence[Indicator]) -> list[str]:
    """Things of several kinds ("cuộc, tin, bài") are not added up."""
    return [
        cell_text(found.said.whole.get(column.code), column)
        if column.roll_up == RollUp.SUM and "," not in column.measure
        else ""
        for column in columns
    ]


def cell_text(value: Decimal | str | None, indicator: Indicator) -> str:
    """A value as the form prints it: the unit of measure stands in a column of its own."""
    if value is None:
        return ""
    if isinstance(value, str):
        return indicator.option_texts.get(value, value)
    return number(rounded(value))


def measure_of(indicator: Indicator) -> str:
    """The printed unit; of a choice its options, as the form has them."""
    if indicator.measure or indicator.value_type != ValueType.CHOICE:
        return indicator.measure
    return "; ".join(f"{text} = {key}" for key, text in indicator.option_texts.items())


def note_of(entry: Entry) -> str:
    """What a unit has written beside a figure."""
    told = (
        entry.note.strip(),
        entry.reason.strip(),
        "số ước" if entry.is_estimate else "",
        f"đến ngày {day(entry.as_of_on)}" if entry.as_of_on else "",
    )
    return "; ".join(text.rstrip(".;") for text in told if text)

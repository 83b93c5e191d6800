"""The roll-up of a period ready to print: the tree of the set with what its figures come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.form import Item
from indicators.models import Indicator, RollUp
from indicators.rolling import NOTHING, Chosen, Figure, Rolled
from parportal.entry.numbers import format_decimal

# Means and ratios are shown with so many decimals at least.
PLACES = 2


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of a table, or its totals, which have no `key`. Shapes: one text for each column of numbers."""

    key: str
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SumRow:
    """A node of the tree. `text` is the figure; empty where nothing was reported or nothing is rolled up.

    Units: `units` reported it, `asked` were asked for it. Shapes: `lines` of a table, the totals last.
    """

    item: Item
    figure: Figure
    text: str
    asked: int
    lines: tuple[TableLine, ...] = ()

    @property
    def indicator(self) -> Indicator:
        return self.item.indicator

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def units(self) -> int:
        return self.figure.units

    @property
    def columns(self) -> list[Indicator]:
        """Those of a table that are numbers."""
        return rolled_columns(self.item)

    @property
    def is_uneven(self) -> bool:
        return self.figure.is_uneven

    @property
    def is_missing(self) -> bool:
        """Whether there should be a figure and nobody reported it."""
        return not self.text and not self.choices and self.indicator.roll_up != RollUp.NONE

    @property
    def choices(self) -> Sequence[Chosen]:
        return self.figure.choices


def shown(indicator: Indicator, number: Decimal | None) -> str:
    if number is None:
        return ""
    if indicator.roll_up in (RollUp.MEAN, RollUp.RATIO):
        return format_decimal(number, places=max(PLACES, indicator.places))
    return format_decimal(number)


def sum_rows(rolled: Rolled) -> Iterator[SumRow]:
    """In reading order; what no unit of the period is asked for is left out."""
    year = rolled.period.year
    types = {each.unit.type for each in (*rolled.counted, *rolled.left_out)}
    wanted = {pk for type_ in types for pk in rolled.form.items_for(type_, year)}
    for item in rolled.form.items.values():
        if item.pk not in wanted:
            continue
        figure = rolled.figures.get(item.pk, NOTHING)
        lines = tuple(table_lines(item, rolled)) if item.is_table else ()
        text = shown(item.indicator, figure.number)
        yield SumRow(item, figure, text, rolled.asked.get(item.pk, 0), lines)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other: figures under their headings, or one table; or headings before a table."""

    rows: Sequence[SumRow]

    @property
    def table(self) -> SumRow | None:
        return self.rows[0] if self.rows[0].item.is_table else None

    @property
    def has_figures(self) -> bool:
        return any(row.item.is_row for row in self.rows)

    @property
    def title(self) -> str:
        return f"{self.rows[0].code} {self.rows[0].indicator.title}"


def blocks(rows: Iterable[SumRow]) -> list[Block]:
    found: list[Block] = []
    figures: list[SumRow] = []
    headings: list[SumRow] = []
    for row in rows:
        if row.item.is_table:
            found += [Block(each) for each in (figures, headings, [row]) if each]
            figures, headings = [], []
        elif row.item.is_row:
            figures, headings = [*figures, *headings, row], []
        else:
            headings = [*headings, row]
    return found + [Block(each) for each in (figures, headings) if each]


def table_lines(item: Item, rolled: Rolled) -> Iterator[TableLine]:
    """Lines with their figures, free ones by their name, then the totals of the columns."""
    columns = rolled_columns(item)
    for key, title in () if item.has_free_lines else item.indicator.table_lines:
        texts = (shown(each, rolled.cells.get((each.pk, str(key)), NOTHING).number) for each in columns)
        yield TableLine(str(key), str(title), tuple(texts))
    for number, line in enumerate(rolled.named.get(item.pk, ()), 1):
        title = line.name or _("without a name")
        yield TableLine(str(number), title, tuple(shown(each, line.sums.get(each.pk)) for each in columns))
    totals = (shown(each, rolled.figures.get(each.pk, NOTHING).number) for each in columns)
    yield TableLine("", "", tuple(totals))


def rolled_columns(item: Item) -> list[Indicator]:
    """The columns of a table that are numbers."""
    return [each for each in item.columns if each.is_numeric]

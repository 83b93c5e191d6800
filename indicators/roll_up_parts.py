"""From a sum to its parts: what each unit reported of one indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from indicators.entering import Cell, shown_text
from indicators.form import Form, Item
from indicators.models import Entry, Indicator, Return, RollUp, Value
from indicators.roll_up_page import PLACES
from indicators.rolling import Rolled, quotient


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a unit's table; `title` that of a given line. Shapes: one cell and one text for each column."""

    title: str
    cells: tuple[Cell | None, ...]
    texts: tuple[str, ...]

    @property
    def shown(self) -> list[tuple[str, bool]]:
        """The texts, each with whether it is a number."""
        return [(text, isinstance(cell, Decimal)) for text, cell in zip(self.texts, self.cells, strict=True)]


@dataclass(frozen=True, slots=True)
class UnitPart:
    """What one unit reported. `counted` is false where its return is left out: nothing of it is shown then.

    `typed` is the unit's own word where the figure is computed from others. Shapes: `parts` one text for each
    figure that it is made of, with its title; `lines` of a table.
    """

    found: Return
    counted: bool
    text: str = ""
    typed: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    entry: Entry | None = None

    @property
    def is_reported(self) -> bool:
        return bool(self.text or self.lines)


def made_of(form: Form, indicator: Indicator) -> list[Indicator]:
    """The figures that a ratio or a formula is made of, in their order."""
    if indicator.roll_up == RollUp.RATIO:
        pks = (indicator.numerator_id, indicator.denominator_id)
        return [form.by_pk[pk] for pk in pks if pk is not None and pk in form.by_pk]
    item = form.items.get(indicator.pk)
    codes = item.formula.codes if item and item.formula else ()
    return [form.by_code[code] for code in codes if code in form.by_code]


def unit_parts(rolled: Rolled, item: Item) -> list[UnitPart]:
    """Every unit that is asked for it, in the order of names. Two queries, three for a table."""
    year, indicator = rolled.period.year, item.indicator
    counted = [each for each in rolled.counted if indicator.applies_to(each.unit.type, year)]
    left_out = [each for each in rolled.left_out if indicator.applies_to(each.unit.type, year)]
    whole = table_parts(counted, item) if item.is_table else figure_parts(rolled.form, counted, item)
    return [*whole, *(UnitPart(each, counted=False) for each in left_out)]


def figure_parts(form: Form, counted: Sequence[Return], item: Item) -> list[UnitPart]:
    indicator, parts = item.indicator, made_of(form, item.indicator)
    figures = figures_of(form, counted, [indicator, *parts])
    typed = typed_of(counted, indicator)
    entries = {
        entry.return_of_id: entry
        for entry in Entry.objects.filter(return_of__in=[each.pk for each in counted], indicator=indicator)
    }
    found = []
    for each in counted:
        own = figures.get(each.pk, {})
        text = said = shown_text(indicator, typed[each.pk]) if each.pk in typed else ""
        if parts:
            number = made(indicator, parts, own)
            text = "" if number is None else shown_text(indicator, number)
        found.append(
            UnitPart(
                each,
                counted=True,
                text=text,
                typed=said if parts and indicator.is_typed else "",
                parts=tuple((shown_text(part, own.get(part.code)), part.title) for part in parts),
                entry=entries.get(each.pk),
            )
        )
    return found


def made(indicator: Indicator, parts: Sequence[Indicator], own: Mapping[str, Decimal]) -> Decimal | None:
    """The unit's figure as it follows from its parts."""
    if indicator.roll_up != RollUp.RATIO:
        return own.get(indicator.code)
    number = quotient(indicator, own.get(parts[0].code), own.get(parts[-1].code))
    places = Decimal(1).scaleb(-max(PLACES, indicator.places))
    return None if number is None else number.quantize(places, ROUND_HALF_UP)


def typed_of(counted: Sequence[Return], indicator: Indicator) -> dict[int, Cell]:
    """What units typed for a figure, by primary key of the return."""
    values = Value.objects.filter(entry__return_of__in=[each.pk for each in counted], indicator=indicator)
    return {
        pk: text if number is None else number
        for pk, number, text in values.values_list("entry__return_of", "number", "text")
    }


def figures_of(
    form: Form, counted: Sequence[Return], wanted: Iterable[Indicator]
) -> Mapping[int, dict[str, Decimal]]:
    """Figures by code, what follows from others included, of each return by its primary key."""
    needed = {each.pk for each in wanted}
    for item in reversed(form.formulas):
        if item.pk in needed and item.formula:
            needed |= {form.by_code[code].pk for code in item.formula.codes if code in form.by_code}
    values = Value.objects.filter(
        entry__return_of__in=[each.pk for each in counted], indicator__in=needed, number__isnull=False
    )
    figures: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for pk, of, number in values.values_list("entry__return_of", "indicator", "number"):
        figures[pk][form.by_pk[of].code] += number or Decimal()
    for own in figures.values():
        for item in form.formulas:
            computed = item.formula.value(dict(own), {}) if item.formula and item.pk in needed else None
            if computed is not None:
                own[item.indicator.code] = computed
    return figures


def table_parts(counted: Sequence[Return], item: Item) -> list[UnitPart]:
    """Given lines in their order, then typed ones in that in which they were made."""
    titles = {str(key): str(text) for key, text in item.indicator.table_lines}
    order = {key: place for place, key in enumerate(titles)}
    entries = Entry.objects.filter(return_of__in=[each.pk for each in counted], indicator=item.pk)
    lines: dict[int, list[Line]] = defaultdict(list)
    found = entries.prefetch_related("values")
    for entry in sorted(found, key=lambda each: (order.get(each.line, len(order)), *line_key(each.line))):
        values = {value.indicator_id: value for value in entry.values.all()}
        if values:
            lines[entry.return_of_id].append(line_of(titles.get(entry.line, ""), item, values))
    return [UnitPart(each, counted=True, lines=tuple(lines[each.pk])) for each in counted]


def line_key(line: str) -> tuple[int, str]:
    """Free lines are numbered."""
    return len(line), line


def line_of(title: str, item: Item, values: Mapping[int, Value]) -> Line:
    found = [values.get(each.pk) for each in item.columns]
    cells = tuple(None if each is None else each.text or each.number for each in found)
    texts = (shown_text(each, cell) for each, cell in zip(item.columns, cells, strict=True))
    return Line(title, cells, tuple(texts))

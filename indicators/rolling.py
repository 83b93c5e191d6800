"""The roll-up of a period: the figures of its units as one, computed in the database.

Missing is not zero: what a unit has not reported is left out, and every figure says how many units stand behind
it. The number of queries does not grow with units or indicators.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from indicators.form import Form, Item, form_of
from indicators.models import Indicator, Lines, Period, Return, ReturnStatus, RollUp, Value, ValueType
from parportal.decimals import QuantitySum
from units.names import unit_key

HUNDRED = Decimal(100)
# Which returns count: those that the office accepted, or all that units have submitted.
ACCEPTED = (ReturnStatus.ACCEPTED,)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option of a choice, and the units that chose it, by name."""

    key: str
    text: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What the units' figures come to; `number` is None where none was reported, or nothing is rolled up.

    `units` is how many reported it. `is_uneven`: its parts come from different numbers of units, so that they do
    not quite belong together. `source` is the unit whose figure is the latest.
    """

    units: int = 0
    number: Decimal | None = None
    choices: tuple[Chosen, ...] = ()
    source: str = ""
    is_uneven: bool = False


NOTHING = Figure()
# A column in a line of a table: a given line by its key, a typed one by its name.
Cell = tuple[int, str]


@dataclass(frozen=True, slots=True)
class NamedLine:
    """The lines of one name in all units. Shapes: `sums` by primary key of the column."""

    name: str
    sums: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Rolled:
    """Shapes: `figures` by primary key of the indicator, for columns the total of their lines; `cells` by column
    and given line; `named` maps a table with free lines to what its lines of one name come to, by column;
    `asked` maps an indicator (or table) to the number of units that are asked for it."""

    period: Period
    form: Form
    counted: Sequence[Return]
    left_out: Sequence[Return]
    figures: Mapping[int, Figure]
    cells: Mapping[Cell, Figure]
    named: Mapping[int, Sequence[NamedLine]]
    asked: Mapping[int, int] = field(default_factory=dict)

    def of(self, code: str) -> Figure:
        return self.figures.get(self.form.by_code[code].pk, NOTHING)


def roll_up(period: Period, statuses: Collection[str] = ACCEPTED) -> Rolled:
    """Nine queries at most, besides those of a draft's form. `statuses`: of the returns that count."""
    form = form_of(period.indicator_set)
    returns = list(period.returns.select_related("unit"))
    returns.sort(key=lambda each: unit_key(each.unit.name))
    for each in returns:
        each.period = period
    values = Value.objects.filter(entry__return_of__period=period, entry__return_of__status__in=statuses)
    figures = numbers(form, values)
    figures |= tables(form, values) | chosen(form, values) | latest(form, values, figures) | ratios(form, values)
    derive(form, figures, reporters(form, values))
    return Rolled(
        period=period,
        form=form,
        counted=[each for each in returns if each.status in statuses],
        left_out=[each for each in returns if each.status not in statuses],
        figures=figures,
        cells=cells(form, values),
        named=named_lines(form, values),
        asked=asked(form, returns, period.year),
    )


def of_kind(form: Form, *kinds: RollUp) -> list[Indicator]:
    return [each for each in form.by_pk.values() if each.is_typed and each.roll_up in kinds]


def numbers(form: Form, values: QuerySet[Value]) -> dict[int, Figure]:
    """Sums and means, and of everything else how many units reported it. One query."""
    grouped = values.order_by().values("indicator")
    found = grouped.annotate(
        units=Count("entry__return_of", distinct=True), count=Count("number"), total=QuantitySum("number")
    )
    return {
        each["indicator"]: Figure(
            each["units"], rolled(form.by_pk[each["indicator"]], each["total"], each["count"])
        )
        for each in found
    }


def rolled(indicator: Indicator, total: Decimal | None, count: int) -> Decimal | None:
    """The sum, or the mean of the figures reported. Units: those of the indicator."""
    if total is None or indicator.roll_up not in (RollUp.SUM, RollUp.MEAN):
        return None
    return total if indicator.roll_up == RollUp.SUM else total / count


def tables(form: Form, values: QuerySet[Value]) -> dict[int, Figure]:
    """How many units reported anything in each table. One query, none without tables."""
    found = [item.pk for item in form.items.values() if item.is_table]
    if not found:
        return {}
    grouped = values.filter(entry__indicator__in=found).order_by().values("entry__indicator")
    counted = grouped.annotate(units=Count("entry__return_of", distinct=True))
    return {pk: Figure(units) for pk, units in counted.values_list("entry__indicator", "units")}


def cells(form: Form, values: QuerySet[Value]) -> dict[Cell, Figure]:
    """The same for each given line of tables. One query, none without such a table."""
    tables = [item.pk for item in form.items.values() if item.indicator.lines == Lines.FIXED]
    if not tables:
        return {}
    grouped = values.filter(entry__indicator__in=tables).order_by().values("indicator", "entry__line")
    found = grouped.annotate(
        units=Count("entry__return_of", distinct=True), count=Count("number"), total=QuantitySum("number")
    )
    return {
        (each["indicator"], each["entry__line"]): Figure(
            each["units"], rolled(form.by_pk[each["indicator"]], each["total"], each["count"])
        )
        for each in found
    }


def named_lines(form: Form, values: QuerySet[Value]) -> dict[int, list[NamedLine]]:
    """Sums of free lines by their name, the first text in them, written in whichever case. One query, none without
    such tables."""
    columns, summed = [], []
    for item in form.items.values():
        texts = [each for each in item.columns if each.value_type == ValueType.TEXT]
        if item.has_free_lines and texts:
            columns.append(texts[0])
            summed += [each for each in item.columns if each.is_numeric and each.roll_up == RollUp.SUM]
    if not summed:
        return {}
    of_line = Value.objects.filter(entry=OuterRef("entry"), indicator__in=columns)
    numbers = values.filter(indicator__in=summed, number__isnull=False).order_by()
    grouped = numbers.annotate(name=Subquery(of_line.values("text")[:1])).values("indicator", "name")
    names: dict[int, dict[str, str]] = defaultdict(dict)
    sums: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    summed_up = grouped.annotate(total=QuantitySum("number"))
    for pk, name, total in summed_up.values_list("indicator", "name", "total"):
        table, key = form.table_of[pk], " ".join((name or "").casefold().split())
        names[table].setdefault(key, name or "")
        sums[table, key][pk] += total
    return {
        table: [NamedLine(by_key[key], sums[table, key]) for key in sorted(by_key, key=unit_key)]
        for table, by_key in names.items()
    }


def chosen(form: Form, values: QuerySet[Value]) -> dict[int, Figure]:
    """Who chose what, in the order of the options. One query, none without choices."""
    wanted = of_kind(form, RollUp.CHOICES)
    if not wanted:
        return {}
    rows = values.filter(indicator__in=wanted).exclude(text="").order_by().distinct()
    names: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    units: dict[int, set[int]] = defaultdict(set)
    of = "entry__return_of__unit"
    for pk, key, unit, name in rows.values_list("indicator", "text", of, f"{of}__name"):
        names[pk][key].append(name)
        units[pk].add(unit)
    return {
        pk: Figure(len(units[pk]), choices=tuple(options(form.by_pk[pk], by_key))) for pk, by_key in names.items()
    }


def options(indicator: Indicator, by_key: Mapping[str, Collection[str]]) -> Iterable[Chosen]:
    for key, text in indicator.option_texts.items():
        yield Chosen(key, text, tuple(sorted(by_key.get(key, ()), key=unit_key)))


def latest(form: Form, values: QuerySet[Value], figures: Mapping[int, Figure]) -> dict[int, Figure]:
    """The figure with the latest day; one without a day of its own stands for the end of the period.

    Of two of one day the one submitted later counts. `figures` know how many units reported each. One query, none
    without such indicators.
    """
    wanted = [each for each in of_kind(form, RollUp.LATEST) if each.is_numeric]
    if not wanted:
        return {}
    place = Window(
        RowNumber(),
        partition_by=[F("indicator")],
        order_by=[
            Coalesce("entry__as_of_on", "entry__return_of__period__ends_on").desc(),
            F("entry__return_of__submitted_at").desc(nulls_last=True),
            F("pk").desc(),
        ],
    )
    rows = values.filter(indicator__in=wanted, number__isnull=False).annotate(place=place)
    first = rows.filter(place=1).values_list("indicator", "number", "entry__return_of__unit__name")
    return {pk: Figure(figures[pk].units, number, source=name) for pk, number, name in first}


def ratios(form: Form, values: QuerySet[Value]) -> dict[int, Figure]:
    """Ratios of sums whose parts are typed, over the units that reported both. One query, none without ratios."""
    wanted = [each for each in of_kind(form, RollUp.RATIO) if has_typed_parts(form, each)]
    if not wanted:
        return {}
    numbers = values.filter(number__isnull=False)
    parts = Indicator.objects.filter(pk__in=[each.pk for each in wanted]).order_by()
    found = parts.annotate(
        above=part(numbers, "numerator", "denominator", QuantitySum("number")),
        below=part(numbers, "denominator", "numerator", QuantitySum("number")),
        units=part(numbers, "numerator", "denominator", Count("entry__return_of", distinct=True)),
    )
    return {
        pk: Figure(units or 0, quotient(form.by_pk[pk], above, below))
        for pk, above, below, units in found.values_list("pk", "above", "below", "units")
    }


def part(numbers: QuerySet[Value], name: str, other: str, what: QuantitySum | Count) -> Subquery:
    """One side of a ratio, of the returns that have the other side as well; of columns, of the lines."""
    same = Q(entry=OuterRef("entry")) | ~Q(entry__indicator=OuterRef("entry__indicator"))
    of_return = numbers.filter(same, entry__return_of=OuterRef("entry__return_of"))
    both = of_return.filter(indicator=OuterRef(OuterRef(other)))
    of_side = numbers.filter(Exists(both), indicator=OuterRef(name)).order_by().values("indicator")
    return Subquery(of_side.annotate(side=what).values("side"))


def has_typed_parts(form: Form, indicator: Indicator) -> bool:
    above, below = (form.by_pk.get(pk or 0) for pk in (indicator.numerator_id, indicator.denominator_id))
    return above is not None and below is not None and above.is_typed and below.is_typed


def quotient(indicator: Indicator, above: Decimal | None, below: Decimal | None) -> Decimal | None:
    """None where a side is missing or nothing is below the line. Units: those of the indicator; percent of 100."""
    if above is None or not below:
        return None
    return above / below * (HUNDRED if indicator.value_type == ValueType.PERCENT else 1)


# The returns that reported each indicator, by primary keys.
Reporters = dict[int, set[int]]


def reporters(form: Form, values: QuerySet[Value]) -> Reporters:
    """Who reported the parts of formulas. One query, none without formulas."""
    parts = {form.by_code[code].pk for item in form.formulas for code in codes_of(item) if code in form.by_code}
    if not parts:
        return {}
    found: Reporters = defaultdict(set)
    rows = values.filter(indicator__in=parts, number__isnull=False).order_by().distinct()
    for pk, of in rows.values_list("indicator", "entry__return_of"):
        found[pk].add(of)
    return found


def codes_of(item: Item) -> tuple[str, ...]:
    return item.formula.codes if item.formula else ()


def derive(form: Form, figures: dict[int, Figure], reported: Reporters) -> None:
    """What follows from other figures, over what the units come to; then ratios of such figures.

    `reported` is completed by those whose figures follow from others.
    """
    computed = {form.by_pk[pk].code: each.number for pk, each in figures.items() if each.number is not None}
    for item in form.formulas:
        if item.formula is None or item.indicator.roll_up == RollUp.NONE:
            continue
        parts = [form.by_code[code].pk for code in item.formula.codes if code in form.by_code]
        figure = together(parts, figures, reported, item.formula.value(computed, {}))
        figures[item.pk] = figure
        reported[item.pk] = common(parts, reported)
        if figure.number is not None:
            computed[item.indicator.code] = figure.number
    for indicator in of_kind(form, RollUp.RATIO):
        above, below = indicator.numerator_id, indicator.denominator_id
        if has_typed_parts(form, indicator) or above is None or below is None:
            continue
        number = quotient(indicator, figures.get(above, NOTHING).number, figures.get(below, NOTHING).number)
        figures[indicator.pk] = together((above, below), figures, reported, number)


def together(
    parts: Sequence[int], figures: Mapping[int, Figure], reported: Reporters, number: Decimal | None
) -> Figure:
    """A figure that is made of others: of as many units as reported all of them."""
    units = [reported.get(pk, set()) for pk in parts]
    is_uneven = any(each != units[0] for each in units) or any(figures.get(pk, NOTHING).is_uneven for pk in parts)
    return Figure(len(common(parts, reported)), number, is_uneven=is_uneven)


def common(parts: Sequence[int], reported: Reporters) -> set[int]:
    return set.intersection(*(reported.get(pk, set()) for pk in parts)) if parts else set()


def asked(form: Form, returns: Iterable[Return], year: int) -> dict[int, int]:
    """How many units are asked for each indicator. No query."""
    types: dict[str, int] = defaultdict(int)
    for each in returns:
        types[each.unit.type] += 1
    return {
        item.pk: sum(count for type_, count in types.items() if item.indicator.applies_to(type_, year))
        for item in form.items.values()
    }

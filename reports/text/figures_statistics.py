"""Figures that were reported for the period of a report, under the code of their set and their own:
`stat.thong-ke-cchc.1.1.3` by the unit, `sum.thong-ke-cchc.1.1.3` by those it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.form import Form, Item, form_of
from indicators.models import Indicator, IndicatorSet, PeriodStatus, Return, SetStatus, ValueType
from indicators.rolling import Rolled
from reports.basis import Basis
from reports.papers.period_returns import PeriodReturn, asked_of_others, handed_in, is_of
from reports.periods import Period
from reports.text.figure import PERCENT, Figure, Source, key_part


def dated(basis: Basis) -> Basis:
    """Papers without a period tell the whole year."""
    return basis if basis.period else replace(basis, period=Period.YEAR)


def statistics_figures(basis: Basis) -> Iterator[Figure]:
    """What the unit has handed in, else the whole sum of what it asks of others; None is what nobody reported."""
    basis = dated(basis)
    own = handed_in(basis)
    sums = {code: each for code, each in asked_of_others(basis).items() if code not in own}
    begun = begun_returns(basis)
    sets = {each.code: each for each in shipped_sets()}
    sets |= {code: each.period.indicator_set for code, each in sums.items()}
    sets |= {each.period.indicator_set.code: each.period.indicator_set for each in begun}
    sets |= {code: each.found.period.indicator_set for code, each in own.items()}
    urls = {each.period.indicator_set.code: reverse("return", args=[each.pk]) for each in begun}
    for code, form in sets.items():
        if code in own:
            yield from own_figures(basis, form, own[code])
        elif code in sums:
            yield from summed_figures("stat", basis, form, sums[code])
        else:
            source = Source(form.title, urls.get(code, reverse("periods")))
            for item, indicator in figures_in(form_of(form), basis):
                yield of_indicator(source, key_of("stat", form, indicator), item, indicator, None)


def sum_figures(basis: Basis) -> Iterator[Figure]:
    """Sums of what units reported, from those that were accepted so far."""
    for rolled in asked_of_others(dated(basis)).values():
        yield from summed_figures("sum", basis, rolled.period.indicator_set, rolled)


def shipped_sets() -> list[IndicatorSet]:
    """The sets that belong to everybody, in the version in use: one query."""
    published = IndicatorSet.objects.filter(office=None, status=SetStatus.PUBLISHED).order_by("code", "version")
    return list({each.code: each for each in published}.values())


def begun_returns(basis: Basis) -> list[Return]:
    """The returns of the period in any state: one query."""
    returns = Return.objects.filter(unit=basis.unit, period__year=basis.year).order_by("period__ends_on", "pk")
    related = returns.select_related("period__indicator_set")
    return [each for each in related if is_of(each.period, basis)]


def figures_in(form: Form, basis: Basis) -> Iterator[tuple[Item, Indicator]]:
    """What a unit of this type reports: figures by themselves, and columns with their table."""
    for item in form.items_for(basis.unit.type, basis.year).values():
        if item.is_table:
            yield from ((item, column) for column in item.columns if column.is_numeric)
        elif item.indicator.value_type:
            yield item, item.indicator


def key_of(prefix: str, form: IndicatorSet, indicator: Indicator) -> str:
    return f"{prefix}.{key_part(form.code)}.{key_part(indicator.code)}"


def own_figures(basis: Basis, form: IndicatorSet, said: PeriodReturn) -> Iterator[Figure]:
    source = Source(form.title, reverse("return", args=[said.found.pk]))
    for item, indicator in figures_in(said.form, basis):
        value: Decimal | str | None = said.said.whole.get(indicator.code)
        if not indicator.is_numeric:
            row = said.rows.get((indicator.pk, ""))
            value = row.cells.get(indicator.pk) if row else None
        yield of_indicator(source, key_of("stat", form, indicator), item, indicator, value)


def summed_figures(prefix: str, basis: Basis, form: IndicatorSet, rolled: Rolled) -> Iterator[Figure]:
    """A sum that units are missing from is no figure of the unit: it stands among the sums alone."""
    counted, every = len(rolled.counted), len(rolled.counted) + len(rolled.left_out)
    is_whole = counted == every or rolled.period.status == PeriodStatus.CLOSED
    words = _("%(set)s: accepted from %(counted)s of %(every)s units")
    group = words % {"set": form.title, "counted": counted, "every": every}
    for indicator in rolled.form.by_pk.values():
        figure = rolled.figures.get(indicator.pk)
        if figure is None or not indicator.is_numeric:
            continue
        table = rolled.form.table_of.get(indicator.pk)
        item = rolled.form.items[table if table is not None else indicator.pk]
        source = Source(group, reverse("roll_up_parts", args=[rolled.period.pk, item.pk]))
        value = figure.number if is_whole or prefix == "sum" else None
        yield of_indicator(source, key_of(prefix, form, indicator), item, indicator, value)


def of_indicator(
    source: Source, key: str, item: Item, indicator: Indicator, value: Decimal | str | None
) -> Figure:
    title, measure = indicator.title, indicator.measure
    label = f"{item.indicator.title}: {title}" if item.is_table else title
    if isinstance(value, str):
        return source.words(key, label, indicator.option_texts.get(value, value))
    if indicator.value_type == ValueType.PERCENT:
        return source.percent(key, label, value)
    if indicator.value_type == ValueType.INTEGER:
        return source.count(key, label, value, measure)
    return source.amount(key, label, value, measure) if measure != PERCENT else source.percent(key, label, value)

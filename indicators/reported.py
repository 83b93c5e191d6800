"""Figures that units have reported, as plans and score sheets ask for them: one is named `set: indicator`.

What a unit has reported itself goes before the sum of what it has asked of others; an accepted return before one
that is only handed in, a later period of the year before an earlier one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.figures import said_in
from indicators.form import form_of
from indicators.models import (
    HANDED_IN,
    IndicatorSet,
    Period,
    PeriodKind,
    PeriodStatus,
    Return,
    ReturnStatus,
    SetStatus,
    Value,
)
from indicators.rolling import roll_up
from indicators.rules import Figures, RuleProblem, parse_formula
from parportal.prepared import Prepared

REFERENCE = re.compile(
    rf"(?P<form>[a-z0-9_-]+)(?:/(?P<period>{'|'.join(PeriodKind.values)}))?\s*:\s*(?P<figure>\S.*)"
)
# Finer than this no figure is kept.
FINEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reported figure by its name.

    `form` is the code of a set of indicators; `figure` the code of one of them, or a sum of several
    (`1.3.1 - 1.3.2`); `period` the kind of period, the last of its kind in the year.
    """

    form: str
    figure: str
    period: str = PeriodKind.YEAR.value

    @classmethod
    def read(cls, text: str) -> Reference | None:
        """None for a text that names no figure."""
        match = REFERENCE.fullmatch(text.strip())
        if match is None:
            return None
        return cls(match["form"], match["figure"].strip(), match["period"] or PeriodKind.YEAR.value)


def reference_problem(text: str) -> str:
    """What is wrong with the name of a figure, in words; empty when the portal has such a figure."""
    reference = Reference.read(text)
    if reference is None:
        return _("write it as set: indicator, for example thong-ke-cchc: 1.3.2")
    of_code = IndicatorSet.objects.filter(code=reference.form).exclude(status=SetStatus.DRAFT)
    indicator_set = of_code.order_by("-version").first()
    if indicator_set is None:
        return _("There is no indicator set %(code)s in use.") % {"code": reference.form}
    try:
        codes = parse_formula(reference.figure).codes
    except RuleProblem:
        return _("write it as set: indicator, for example thong-ke-cchc: 1.3.2")
    by_code = form_of(indicator_set).by_code
    strange = [code for code in codes if code not in by_code or not by_code[code].is_numeric]
    if strange:
        return _("The indicator set has no figure %(codes)s.") % {"codes": ", ".join(strange)}
    return ""


@dataclass(frozen=True, slots=True)
class Reported:
    """The figures of one period by code, where they come from in words, and since when they are known.

    `is_whole` is not yet said of a sum that units are missing from, as long as its period runs.
    """

    figures: Figures
    told: str
    on: date
    is_whole: bool = True


# Figures by the primary key of the unit, the year, the set and the kind of period.
Place = tuple[int, int, str, str]
ByPlace = Mapping[Place, Reported]


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """One figure, ready to be taken over; `is_whole` as in `Reported`. Units: those of the indicator."""

    value: Decimal
    told: str
    on: date
    is_whole: bool = True


def reported_figure(reference: Reference, found: Reported | None) -> ReportedFigure | None:
    """The figure among those of its period; None where it was not reported. No query."""
    if found is None:
        return None
    try:
        value = parse_formula(reference.figure).value(found.figures, {})
    except RuleProblem:
        return None
    if value is None:
        return None
    text = f"{found.told}: {reference.figure}"
    return ReportedFigure(value.quantize(FINEST), text, found.on, found.is_whole)


# What is read with each value: of its return, the period and the set, then of itself.
_SET = ("pk", "code", "version", "title", "status")
_READ = (
    "entry__return_of",
    "entry__return_of__unit",
    "entry__return_of__status",
    "entry__return_of__submitted_at",
    "entry__return_of__period__kind",
    "entry__return_of__period__year",
    "entry__return_of__period__ends_on",
    *(f"entry__return_of__period__indicator_set__{name}" for name in _SET),
    "entry__indicator",
    "entry__line",
    "indicator",
    "number",
    "text",
)


def _handed_in(**of: object) -> QuerySet[Value, tuple[Any, ...]]:
    # As a large whole number: a small one refuses the marks of a prepared query.
    year = Cast("entry__return_of__period__year", BigIntegerField())
    values = Value.objects.alias(year=year).filter(entry__return_of__status__in=HANDED_IN, **of)
    return values.order_by().values_list(*_READ)


# Asked with every page of a score sheet whose set names sources.
_OF_UNIT = Prepared(lambda unit, year: _handed_in(entry__return_of__unit=unit, year=year), values=2)
_CODE = 7 + _SET.index("code")


def _values(units: Collection[int], years: Collection[int], forms: Collection[str]) -> Iterable[tuple[Any, ...]]:
    if len(units) == len(years) == 1:
        (unit,), (year,) = units, years
        return [each for each in _OF_UNIT.all(unit, year) if each[_CODE] in forms]
    form = "entry__return_of__period__indicator_set__code__in"
    return _handed_in(entry__return_of__unit__in=units, year__in=years, **{form: forms})


def reported_by(units: Collection[int], years: Collection[int], forms: Collection[str]) -> dict[Place, Reported]:
    """What units have handed in by those forms: one query, none without forms."""
    if not forms:
        return {}
    cells: dict[int, dict[tuple[int, str], dict[int, Decimal | str]]] = defaultdict(lambda: defaultdict(dict))
    returns: dict[int, Return] = {}
    for pk, unit, status, at, kind, year, ends_on, *columns in _values(units, years, forms):
        *of_set, item, line, column, number, text = columns
        cells[pk][item, line][column] = text if number is None else number
        if pk not in returns:
            form = IndicatorSet(**dict(zip(_SET, of_set, strict=True)))
            period = Period(indicator_set=form, kind=kind, year=year, ends_on=ends_on)
            returns[pk] = Return(pk=pk, unit_id=unit, status=status, submitted_at=at, period=period)
    found: dict[Place, Reported] = {}
    ordered = sorted(
        returns.values(), key=lambda each: (each.status == ReturnStatus.ACCEPTED, each.period.ends_on)
    )
    for each in ordered:
        figures = said_in(form_of(each.period.indicator_set), cells[each.pk]).whole
        handed_in = timezone.localdate(each.submitted_at) if each.submitted_at else each.period.ends_on
        found[_place(each.unit_id, each.period)] = Reported(figures, told(each.period), handed_in)
    return found


def rolled_up(asked: Iterable[Place]) -> dict[Place, Reported]:
    """The sums of what units have asked of others, from accepted returns.

    One query for the periods, and at most eight for each of them: only offices have any.
    """
    wanted = set(asked)
    if not wanted:
        return {}
    periods = Period.objects.filter(
        owner__in={place[0] for place in wanted},
        year__in={place[1] for place in wanted},
        indicator_set__code__in={place[2] for place in wanted},
    )
    with_accepted = periods.filter(returns__status=ReturnStatus.ACCEPTED).distinct().order_by("ends_on")
    of_place = {_place(each.owner_id, each): each for each in with_accepted.select_related("indicator_set")}
    return {place: _sums(period) for place, period in of_place.items() if place in wanted}


def _sums(period: Period) -> Reported:
    rolled = roll_up(period)
    by_pk = rolled.form.by_pk
    figures = {by_pk[pk].code: each.number for pk, each in rolled.figures.items() if each.number is not None}
    counted, every = len(rolled.counted), len(rolled.counted) + len(rolled.left_out)
    words = _("%(told)s, accepted from %(counted)s of %(every)s units")
    accepted = max((each.accepted_at for each in rolled.counted if each.accepted_at), default=None)
    on = timezone.localdate(accepted) if accepted else period.ends_on
    text = words % {"told": told(period), "counted": counted, "every": every}
    return Reported(figures, text, on, is_whole=counted == every or period.status == PeriodStatus.CLOSED)


def told(period: Period) -> str:
    """The form and the period in words."""
    named = {
        "set": period.indicator_set.title,
        "kind": PeriodKind(period.kind).label,
        "year": period.year,
    }
    return _("%(set)s, %(kind)s %(year)s") % named


def _place(unit: int, period: Period) -> Place:
    return unit, period.year, period.indicator_set.code, period.kind

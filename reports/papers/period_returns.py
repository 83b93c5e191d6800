"""What was reported for the period of a report: by the unit itself, and by the units that it asks.

A period of statistics belongs to a report when it has the same first and last day, or else the same name. What is
not handed in yet is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.figures import Finding, Rows, Said
from indicators.form import Form
from indicators.models import HANDED_IN, Period, PeriodKind, Return, ReturnStatus
from indicators.reading import judged
from indicators.rolling import Rolled, roll_up
from reports.basis import Basis
from reports.periods import Period as ReportPeriod
from reports.periods import span_of

# The kind and number of the period of statistics that has the same name.
NAMED: Mapping[str, tuple[str, int]] = {
    ReportPeriod.FIRST_QUARTER: (PeriodKind.QUARTER, 1),
    ReportPeriod.HALF_YEAR: (PeriodKind.HALF_YEAR, 1),
    ReportPeriod.THIRD_QUARTER: (PeriodKind.QUARTER, 3),
    ReportPeriod.NINE_MONTHS: (PeriodKind.NINE_MONTHS, 1),
    ReportPeriod.YEAR: (PeriodKind.YEAR, 1),
}


@dataclass(frozen=True, slots=True)
class PeriodReturn:
    """A return with everything it says, and the checks that it breaks."""

    found: Return
    form: Form
    rows: Rows
    said: Said
    findings: Sequence[Finding]


def is_of(period: Period, basis: Basis) -> bool:
    """Whether a period of statistics is that of the report."""
    return has_its_days(period, basis) or (
        period.year == basis.year and (period.kind, period.number) == NAMED[basis.period]
    )


def has_its_days(period: Period, basis: Basis) -> bool:
    span = span_of(basis.period, basis.year)
    return (period.starts_on, period.ends_on) == (span.first, span.last)


def handed_in(basis: Basis) -> dict[str, PeriodReturn]:
    """What the unit has handed in itself, by code of the form: one query, and at most two for each form."""
    return basis.once(read_handed_in)


def read_handed_in(basis: Basis) -> dict[str, PeriodReturn]:
    if not basis.period:
        return {}
    returns = Return.objects.filter(unit=basis.unit, status__in=HANDED_IN, period__year=basis.year)
    related = returns.select_related("unit", "period__indicator_set", "period__owner")
    fitting = [each for each in related if is_of(each.period, basis)]
    fitting.sort(key=lambda each: (weight(each.period, basis), each.status == ReturnStatus.ACCEPTED))
    best = {each.period.indicator_set.code: each for each in fitting}
    return {code: read(each) for code, each in best.items()}


def read(found: Return) -> PeriodReturn:
    """Two queries."""
    all_of_it = judged(found)
    return PeriodReturn(found, all_of_it.form, all_of_it.rows, all_of_it.said, all_of_it.findings)


def asked_of_others(basis: Basis) -> dict[str, Rolled]:
    """The sums of what the unit has asked of others and accepted, by code of the form.

    One query, and at most nine for each form.
    """
    return basis.once(read_asked)


def read_asked(basis: Basis) -> dict[str, Rolled]:
    if not basis.period:
        return {}
    asked = Period.objects.filter(owner=basis.unit, year=basis.year, returns__status=ReturnStatus.ACCEPTED)
    found = asked.select_related("indicator_set").distinct()
    fitting = sorted((each for each in found if is_of(each, basis)), key=lambda each: weight(each, basis))
    best = {each.indicator_set.code: each for each in fitting}
    return {code: roll_up(each) for code, each in best.items()}


def weight(period: Period, basis: Basis) -> tuple[bool, int, int]:
    """Of two periods of one form the heavier counts: that with the very days, then that of the later version."""
    return (has_its_days(period, basis), period.indicator_set.version, period.pk)

"""Scoring methods explained in words, for people who read a criteria set."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import singledispatch

from django.utils.translation import gettext as _

from parportal.display import points_short
from scoring.rules import Method, Policy
from scoring.rules.methods.bands import Band, Bands
from scoring.rules.methods.choice import Choice
from scoring.rules.methods.count import Count
from scoring.rules.methods.measures import Measure, PartOfWhole
from scoring.rules.methods.points import Points
from scoring.rules.methods.ratio import Ratio
from scoring.rules.methods.weighted import Weighted

HUNDRED = Decimal(100)


def in_words(method: Method) -> tuple[str, ...]:
    """How a leaf is scored, line by line; the policies only where they differ from leaving the leaf out."""
    return (*_lines(method), *_policies(method))


@singledispatch
def _lines(method: Method) -> Iterator[str]:
    """A method without words of its own names what it asks for."""
    yield _("Computed from: %(labels)s") % {"labels": "; ".join(each.label for each in method.inputs())}


@_lines.register
def _points(method: Points) -> Iterator[str]:
    limits = {"step": points_short(method.leaf.step), "max": points_short(method.leaf.max_points)}
    yield _("Points from 0 to %(max)s in steps of %(step)s") % limits


@_lines.register
def _choice(method: Choice) -> Iterator[str]:
    for option in method.options:
        yield f"{option.label} → {points_short(option.points)}"


@_lines.register
def _ratio(method: Ratio) -> Iterator[str]:
    factor = points_short(method.leaf.max_points)
    whole = "" if method.full_percent == HUNDRED else f" / {points_short(method.full_percent)} %"
    yield f"{_measured(method.measure)}{whole} × {factor}"
    if method.floor_percent:
        yield _("Below %(floor)s %%: 0 points") % {"floor": points_short(method.floor_percent)}
    if whole:
        yield _("From %(full)s %% on: all points") % {"full": points_short(method.full_percent)}


@_lines.register
def _bands(method: Bands) -> Iterator[str]:
    yield f"{_measured(method.measure)}:"
    unit = " %" if method.measure.unit else ""
    for band in method.bands:
        yield f"{_range(band, unit)} → {points_short(band.points)}{_exceptional(method, band)}"


@_lines.register
def _weighted(method: Weighted) -> Iterator[str]:
    terms = " + ".join(f"{part.label} × {points_short(part.weight)}" for part in method.parts if part.weight)
    total = " + ".join(part.label for part in method.parts)
    yield f"({terms}) / ({total}) × {points_short(method.leaf.max_points)}"


@_lines.register
def _count(method: Count) -> Iterator[str]:
    sign = "+" if method.step_points > 0 else "−"
    yield f"{points_short(method.base)} {sign} {method.label} × {points_short(abs(method.step_points))}"
    limits = {"floor": points_short(method.floor), "cap": points_short(method.cap)}
    yield _("At least %(floor)s, at most %(cap)s") % limits


def _measured(measure: Measure) -> str:
    if isinstance(measure, PartOfWhole):
        return f"{measure.numerator} / {measure.denominator}"
    return measure.inputs()[0].label


def _range(band: Band, unit: str) -> str:
    """The bounds of a band: ≥ 70 % and < 90 %; one value alone: = 100 %."""
    if band.low is not None and band.low == band.high:
        return f"= {points_short(band.low)}{unit}"
    bounds = []
    if band.low is not None:
        bounds.append(f"{'≥' if band.low_closed else '>'} {points_short(band.low)}{unit}")
    if band.high is not None:
        bounds.append(f"{'≤' if band.high_closed else '<'} {points_short(band.high)}{unit}")
    if len(bounds) == 2:
        return _("%(low)s and %(high)s") % {"low": bounds[0], "high": bounds[1]}
    return bounds[0] if bounds else _("any value")


def _exceptional(method: Bands, band: Band) -> str:
    if method.exception is None or band.exception_points is None:
        return ""
    return f" ({method.exception} → {points_short(band.exception_points)})"


def _policies(method: Method) -> Iterator[str]:
    """What counts where there is nothing to measure; a share of nothing only where a share is asked for."""
    words = {Policy.FULL: _("all points"), Policy.ZERO: _("0 points")}
    leaf = method.leaf
    if leaf.no_case in words:
        yield _("No case arose: %(points)s") % {"points": words[leaf.no_case]}
    divides = isinstance(method, Weighted) or isinstance(getattr(method, "measure", None), PartOfWhole)
    if divides and leaf.zero_denominator in words:
        yield _("The whole is 0: %(points)s") % {"points": words[leaf.zero_denominator]}

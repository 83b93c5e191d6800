"""A figure over the years: a line where years can be compared, a gap where they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from parportal.charts.drawing import (
    INK,
    LIGHT,
    MIDDLE,
    PAPER,
    SIZE,
    SMALL,
    WIDTH,
    Frame,
    group,
    shape,
    shortened,
    svg,
    text,
    width_of,
)
from parportal.charts.scales import Scale, scale_over
from parportal.entry.numbers import format_decimal

LEFT = 14.0
TOP, BOTTOM, HEIGHT = 9.0, 52.0, 60.0
WIDEST = 34.0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One year. `follows`: it can be compared with the year before, so that a line joins them."""

    label: str
    value: Decimal | None
    follows: bool = False


def trend(points: Sequence[TrendPoint], frame: Frame, *, apart: str = "") -> tuple[str, ...]:
    """`apart` is written once below, where years stand beside each other that cannot be compared."""
    values = [point.value for point in points if point.value is not None]
    if not values:
        return ()
    scale = scale_over(values, start=BOTTOM, end=TOP)
    step = min(WIDEST, (WIDTH - LEFT - 21) / max(1, len(points) - 1))
    places = [LEFT + 10 + step * place for place in range(len(points))]
    end = places[-1] + 10
    gaps = [place for place in range(1, len(points)) if is_gap(points[place - 1], points[place])]
    note = bool(gaps and apart)
    parts = [*grid(scale, end, frame), *lines(points, places, scale, gaps), *dots(points, places, scale, frame)]
    if note:
        parts.append(text(0, HEIGHT + 2.5, shortened(apart, WIDTH - 1, SMALL), font_size=SMALL))
    return (svg(frame, HEIGHT + (5 if note else 0), parts),)


def is_gap(before: TrendPoint, point: TrendPoint) -> bool:
    return before.value is not None and point.value is not None and not point.follows


def grid(scale: Scale, end: float, frame: Frame) -> list[str]:
    rules = (shape("path", d=f"M{LEFT:.2f} {scale.at(tick):.2f}H{end:.2f}") for tick in scale.ticks)
    figures = (
        text(LEFT - 2, scale.at(tick) + SMALL * 0.35, format_decimal(tick, language=frame.language))
        for tick in scale.ticks
    )
    return [
        group(rules, stroke=LIGHT, stroke_width=0.25),
        group(figures, text_anchor="end", font_size=SMALL),
    ]


def lines(points: Sequence[TrendPoint], places: Sequence[float], scale: Scale, gaps: Sequence[int]) -> list[str]:
    """What joins years that can be compared, and an upright line between those that cannot."""
    joined = []
    for at, (before, point) in enumerate(pairwise(points), start=1):
        if point.follows and before.value is not None and point.value is not None:
            start, end = scale.at(before.value), scale.at(point.value)
            joined.append(shape("path", d=f"M{places[at - 1]:.2f} {start:.2f}L{places[at]:.2f} {end:.2f}"))
    middles = ((places[at - 1] + places[at]) / 2 for at in gaps)
    upright = (shape("path", d=f"M{x:.2f} {TOP - 3:.2f}V{BOTTOM:.2f}") for x in middles)
    return [
        group(joined, stroke=INK, stroke_width=0.6),
        group(upright, stroke=MIDDLE, stroke_width=0.35, stroke_dasharray="1.2 1"),
    ]


def dots(points: Sequence[TrendPoint], places: Sequence[float], scale: Scale, frame: Frame) -> list[str]:
    years, marks, figures, grounds = [], [], [], []
    for point, x in zip(points, places, strict=True):
        years.append(text(x, BOTTOM + SIZE + 1.6, point.label))
        if point.value is not None:
            y = scale.at(point.value)
            marks.append(shape("circle", cx=x, cy=y, r=1.3))
            figure = format_decimal(point.value, places=frame.places, language=frame.language)
            wide = width_of(figure) + 1
            grounds.append(shape("rect", x=x - wide / 2, y=y - 2.9 - SIZE, width=wide, height=SIZE + 1))
            figures.append(text(x, y - 2.8, figure))
    # Figures stand on white, so that no line runs through them.
    ground = group(grounds, fill=PAPER)
    return [group(years, text_anchor="middle"), ground, group(marks), group(figures, text_anchor="middle")]

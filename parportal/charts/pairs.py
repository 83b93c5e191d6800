"""Two values of each row on one scale: what a unit gave itself, and what was appraised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from parportal.charts.drawing import (
    HIGHEST,
    INK,
    LEADING,
    LIGHT,
    MIDDLE,
    PAPER,
    SIZE,
    SMALL,
    WIDTH,
    Frame,
    group,
    pieces,
    room_of,
    shape,
    shortened,
    svg,
    text,
    width_of,
    wrapped,
)
from parportal.charts.scales import Scale, scale_over
from parportal.entry.numbers import format_decimal

LABEL_ROOM, FIGURE_ROOM = 58.0, 40.0
GAP = 1.9
DOT = 1.45
TOP = 12.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One row; `shown` is printed behind it, such as the difference. A value that is missing has no dot."""

    label: str
    first: Decimal | None
    second: Decimal | None
    shown: str = ""
    strong: bool = False


def pairs(rows: Sequence[Pair], names: tuple[str, str], frame: Frame) -> tuple[str, ...]:
    """A hollow dot for the first value, a full one for the second, a line between.

    One SVG for each piece of a page.
    """
    values = [value for row in rows for value in (row.first, row.second) if value is not None]
    if not values:
        return ()
    rows = [replace(row, shown=shortened(row.shown, FIGURE_ROOM)) for row in rows]
    room = room_of(((row.label, row.strong) for row in rows), LABEL_ROOM)
    lines = [wrapped(row.label, room, lines=2) for row in rows]
    heights = [max(3.6, len(found) * SIZE * LEADING) + GAP for found in lines]
    right = WIDTH - max(width_of(row.shown) for row in rows) - 3
    scale = scale_over(values, start=room + 4.5, end=right - 2)
    cut = pieces(heights, room=HIGHEST - TOP)
    found = []
    for place, piece in enumerate(cut, start=1):
        bottom = TOP + sum(heights[at] for at in piece)
        y = TOP
        layers = Layers([], [], [], [])
        for at in piece:
            drawn(rows[at], lines[at], scale, (y + heights[at] / 2, right + 3), layers)
            y += heights[at]
        parts = [*legend(names), *grid(scale, bottom, frame), *layers.parts()]
        found.append(svg(frame, bottom + 1, parts, (place, len(cut))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Layers:
    """What is drawn below each other, so that what looks alike says so once."""

    texts: list[str]
    ways: list[str]
    hollow: list[str]
    full: list[str]

    def parts(self) -> list[str]:
        return [
            *self.texts,
            group(self.ways, stroke=MIDDLE, stroke_width=1.1),
            group(self.hollow, fill=PAPER, stroke=INK, stroke_width=0.45),
            group(self.full),
        ]


def legend(names: tuple[str, str]) -> list[str]:
    first, second = (shortened(name, WIDTH / 2 - 10) for name in names)
    x = 6 + width_of(first) + 8
    layers = Layers([], [], [], [])
    dots(layers, 2, x, y=2.4)
    layers.texts.append(text(5, 2.4 + SIZE * 0.35, first))
    layers.texts.append(text(x + 3, 2.4 + SIZE * 0.35, second))
    return layers.parts()


def grid(scale: Scale, bottom: float, frame: Frame) -> list[str]:
    """Fine lines at round values, each with its figure above."""
    lines = (shape("path", d=f"M{scale.at(tick):.2f} {TOP - 1:.2f}V{bottom:.2f}") for tick in scale.ticks)
    figures = (
        text(scale.at(tick), TOP - 2, format_decimal(tick, language=frame.language)) for tick in scale.ticks
    )
    return [
        group(lines, stroke=LIGHT, stroke_width=0.25),
        group(figures, text_anchor="middle", font_size=SMALL),
    ]


def drawn(row: Pair, lines: list[str], scale: Scale, place: tuple[float, float], layers: Layers) -> None:
    """Shapes: `place` is the middle of the row from above, and where its figure begins."""
    y, figure_at = place
    weight = {"font_weight": "bold"} if row.strong else {}
    foot = y - (len(lines) - 1) * SIZE * LEADING / 2 + SIZE * 0.35
    layers.texts.extend(text(0, foot + at * SIZE * LEADING, line, **weight) for at, line in enumerate(lines))
    first, second = (None if value is None else scale.at(value) for value in (row.first, row.second))
    if first is not None and second is not None and first != second:
        layers.ways.append(shape("path", d=f"M{first:.2f} {y:.2f}H{second:.2f}"))
    dots(layers, first, second, y=y)
    if row.shown:
        layers.texts.append(text(figure_at, y + SIZE * 0.35, row.shown, **weight))


def dots(layers: Layers, first: float | None, second: float | None, *, y: float) -> None:
    """The full dot is smaller, so that both are seen where the values are the same."""
    if first is not None:
        layers.hollow.append(shape("circle", cx=first, cy=y, r=DOT))
    if second is not None:
        layers.full.append(shape("circle", cx=second, cy=y, r=DOT * 0.72))

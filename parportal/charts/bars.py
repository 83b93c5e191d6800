"""Horizontal bars: a league with the lines of its grades, lost points in one part or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from parportal.charts.drawing import (
    DARK,
    INK,
    LEADING,
    MIDDLE,
    PAPER,
    SIZE,
    SMALL,
    WIDTH,
    Frame,
    group,
    hatched,
    pieces,
    room_of,
    shape,
    shortened,
    svg,
    text,
    width_of,
    wrapped,
)

LABEL_ROOM, FIGURE_ROOM = 62.0, 40.0
BAR = 3.6
GAP = 1.9
# Of the words beside each pattern.
KEY_ROOM = 40.0
LEGEND = 6.0
ZERO = Decimal(0)
# Of the parts of a bar, in their order; there are at most two.
LOOKS: tuple[dict[str, str | float], ...] = (
    {"fill": DARK},
    {"fill": PAPER, "stroke": DARK, "stroke_width": 0.35},
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. Shapes: `parts` follow each other in the bar, none where there is no value; `shown` is the figure
    printed behind it. `strong`: the reader's own."""

    label: str
    parts: tuple[Decimal, ...]
    shown: str
    strong: bool = False

    @property
    def total(self) -> Decimal:
        return sum((max(part, ZERO) for part in self.parts), ZERO)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value that a dashed line marks, such as that from which a grade is given."""

    value: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Measures:
    """Where labels end and bars begin, and how long a unit of value is. Units: mm.

    Shapes: a height, and the lines of a label, for each row; `top` is where the first one begins.
    """

    left: float
    scale: float
    heights: tuple[float, ...]
    lines: tuple[list[str], ...]
    top: float = 1.0

    def length(self, value: Decimal) -> float:
        return float(max(value, ZERO)) * self.scale


def bars(
    rows: Sequence[Bar],
    frame: Frame,
    *,
    thresholds: Sequence[Threshold] = (),
    parts: Sequence[str] = (),
    most: Decimal = ZERO,
) -> tuple[str, ...]:
    """Bars from 0, one SVG for each piece of a page.

    Shapes: `parts` names what the parts of a bar are; `most` is the value that the scale reaches at least.
    """
    if not rows:
        return ()
    rows = [replace(row, shown=shortened(row.shown, FIGURE_ROOM)) for row in rows]
    thresholds = [replace(each, label=shortened(each.label, FIGURE_ROOM, SMALL)) for each in thresholds]
    measures = measured(rows, max([most, *(row.total for row in rows), *(each.value for each in thresholds)]))
    named = LEGEND if parts else 0.0
    lines = 2 + (SMALL + 1.2) * levels(thresholds, measures) if thresholds else 1.0
    measures = replace(measures, top=named + lines)
    head = [*legend(parts), *threshold_labels(thresholds, measures, top=named)]
    cut = pieces(measures.heights)
    found = []
    for place, piece in enumerate(cut, start=1):
        bottom, drawing = drawn([(rows[at], measures.lines[at], measures.heights[at]) for at in piece], measures)
        lines_at = marked(thresholds, measures, bottom)
        inside = [*head, *drawing[:-2], *lines_at, drawing[-2] if thresholds else "", drawing[-1]]
        found.append(svg(frame, bottom + 1, inside, (place, len(cut))))
    return tuple(found)


def measured(rows: Sequence[Bar], most: Decimal) -> Measures:
    room = room_of(((row.label, row.strong) for row in rows), LABEL_ROOM)
    lines = tuple(wrapped(row.label, room, lines=2) for row in rows)
    left = room + 2.5
    figures = max(width_of(row.shown) for row in rows) + 2.5
    heights = tuple(max(BAR, len(found) * SIZE * LEADING) + GAP for found in lines)
    return Measures(left, (WIDTH - left - figures) / float(most or 1), heights, lines)


def drawn(rows: Sequence[tuple[Bar, list[str], float]], measures: Measures) -> tuple[float, list[str]]:
    """Where the rows end, and their layers: labels, bars, what stands behind figures, figures."""
    labels: list[str] = []
    figures: list[str] = []
    grounds: list[str] = []
    layers: tuple[list[str], ...] = tuple([] for _look in LOOKS)
    y = measures.top
    for row, lines, height in rows:
        weight = {"font_weight": "bold"} if row.strong else {}
        first = y + height / 2 - (len(lines) - 1) * SIZE * LEADING / 2 + SIZE * 0.35
        labels += [text(0, first + at * SIZE * LEADING, line, **weight) for at, line in enumerate(lines)]
        x = measures.left
        for place, part in enumerate(row.parts):
            x += bar_part(layers[place], (x, y + (height - BAR) / 2, measures.length(part)), place, row.strong)
        ground = {"x": x + 0.8, "y": y + 0.5, "width": width_of(row.shown) + 0.8, "height": height - 1}
        grounds.append(shape("rect", **ground))
        figures.append(text(x + 1.4, y + height / 2 + SIZE * 0.35, row.shown, **weight))
        y += height
    dressed = [group(layer, **look) for layer, look in zip(layers, LOOKS, strict=True)]
    # Figures stand on white, so that no line runs through them.
    return y, [group(labels), *dressed, group(grounds, fill=PAPER), group(figures)]


def bar_part(layer: list[str], box: tuple[float, float, float], place: int, strong: bool) -> float:
    """Draw one part of a bar and say how long it is. Units: mm; the first is solid, the second hatched."""
    x, y, length = box
    if length > 0:
        fill = {"fill": INK} if strong and place == 0 else {}
        layer.append(shape("rect", x=x, y=y, width=length, height=BAR, **fill))
    if length > 0 and place == 1:
        layer.append(hatched(x, y, length, BAR))
    return length


def marked(thresholds: Sequence[Threshold], measures: Measures, bottom: float) -> list[str]:
    """The axis, and a dashed line at each threshold."""
    span = f"{measures.top - 1:.2f}V{bottom:.2f}"
    lines = (shape("path", d=f"M{measures.left + measures.length(each.value):.2f} {span}") for each in thresholds)
    return [
        group(lines, stroke=MIDDLE, stroke_width=0.3, stroke_dasharray="1.4 1"),
        shape("path", d=f"M{measures.left:.2f} {span}", stroke=INK, stroke_width=0.3),
    ]


def legend(parts: Sequence[str]) -> list[str]:
    """What the parts of a bar are, in the order of the parts."""
    found: list[str] = []
    x = 0.0
    for place, (name, look) in enumerate(zip(parts, LOOKS, strict=False)):
        inside: list[str] = []
        bar_part(inside, (x + 0.2, 0.4, 7.0), place, strong=False)
        rest = sum(min(width_of(other), KEY_ROOM) + 14 for other in parts[place + 1 :])
        words = shortened(name, max(KEY_ROOM, WIDTH - x - 10 - rest))
        found += [group(inside, **look), text(x + 8.6, 0.4 + BAR / 2 + SIZE * 0.35, words)]
        x += 8.6 + width_of(words) + 5
    return found


def levels(thresholds: Sequence[Threshold], measures: Measures) -> int:
    return max((level for _each, _x, level in placed(thresholds, measures)), default=0) + 1


def threshold_labels(thresholds: Sequence[Threshold], measures: Measures, *, top: float) -> list[str]:
    line = SMALL + 1.2
    high = levels(thresholds, measures)
    return [
        text(x, top + line * (high - level) - 0.8, each.label, text_anchor="middle", font_size=SMALL)
        for each, x, level in placed(thresholds, measures)
    ]


def placed(thresholds: Sequence[Threshold], measures: Measures) -> list[tuple[Threshold, float, int]]:
    """Each label over its line, one line higher where two would touch."""
    ends: list[float] = []
    found = []
    for each in sorted(thresholds, key=lambda threshold: threshold.value):
        half = width_of(each.label, SMALL) / 2
        x = min(max(measures.left + measures.length(each.value), half), WIDTH - half)
        level = next((place for place, end in enumerate(ends) if end + 1.5 < x - half), len(ends))
        ends[level : level + 1] = [x + half]
        found.append((each, x, level))
    return found

"""A heat map: a grey for each unit and field, with its figure; the darker, the more was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from parportal.charts.drawing import (
    HIGHEST,
    INK,
    LEADING,
    PAPER,
    SIZE,
    SMALL,
    WIDTH,
    Frame,
    group,
    pieces,
    plain,
    room_of,
    shape,
    shortened,
    svg,
    text,
    width_of,
    wrapped,
)
from parportal.entry.numbers import format_decimal

ROW = 5.6
LABEL_ROOM = 52.0
# From all lost to nothing lost, in tenths. Figures are white on the dark ones, and readable on every one.
DARK = ("#333", "#414141", "#4f4f4f", "#5d5d5d", "#6b6b6b")
GREYS = (*DARK, "#a9a9a9", "#bcbcbc", "#cecece", "#dfdfdf", "#efefef", "#fff")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """Units: `percents` of the applicable maximum, one for each column; None where there is none."""

    label: str
    percents: tuple[Decimal | None, ...]
    strong: bool = False


def heat(rows: Sequence[HeatRow], columns: Sequence[tuple[str, str]], frame: Frame) -> tuple[str, ...]:
    """Units × fields, one SVG for each piece of a page.

    Shapes: `columns` holds short names, which head the columns, and full ones, which are written below.
    """
    if not rows or not columns:
        return ()
    room = room_of(((row.label, row.strong) for row in rows), LABEL_ROOM)
    left = room + 2
    step = min(16.0, (WIDTH - left) / len(columns))
    names = wrapped("; ".join(f"{short}. {full}" for short, full in columns), WIDTH - 2, lines=12, size=SMALL)
    cut = pieces([ROW] * len(rows), room=HIGHEST - ROW - len(names) * SMALL * LEADING)
    found = []
    for place, piece in enumerate(cut, start=1):
        parts = [head(columns, left, step)]
        parts += [drawn(rows[at], (left, ROW * (row + 1)), step, room, frame) for row, at in enumerate(piece)]
        bottom = ROW * (len(piece) + 1) + 1.5
        parts.append(
            group(
                (text(0, bottom + (line + 0.8) * SMALL * LEADING, words) for line, words in enumerate(names)),
                font_size=SMALL,
            )
        )
        height = bottom + len(names) * SMALL * LEADING + 1.5
        found.append(svg(frame, height, parts, (place, len(cut))))
    return tuple(found)


def head(columns: Sequence[tuple[str, str]], left: float, step: float) -> str:
    names = (text(left + (place + 0.5) * step, ROW - 1.6, short) for place, (short, _full) in enumerate(columns))
    return group(names, text_anchor="middle", font_weight="bold")


def drawn(row: HeatRow, place: tuple[float, float], step: float, room: float, frame: Frame) -> str:
    """Shapes: `place` is where the first cell begins, `step` how wide each is, `room` how wide the label."""
    left, y = place
    weight = {"font_weight": "bold"} if row.strong else {}
    foot = y + ROW / 2 + SMALL * 0.36
    cells: list[str] = []
    dark: list[str] = []
    light: list[str] = []
    for column, percent in enumerate(row.percents):
        x = left + column * step
        tenth = shade(percent)
        fill = PAPER if tenth is None else GREYS[tenth]
        cells.append(shape("rect", x=x, y=y, width=step, height=ROW, fill=fill))
        figure = figure_of(percent, step, frame.language)
        (dark if tenth is not None and tenth < len(DARK) else light).append(text(x + step / 2, foot, figure))
    return "".join(
        [
            text(0, y + ROW / 2 + SIZE * 0.35, shortened(plain(row.label), room), **weight),
            group(cells, stroke="#777", stroke_width=0.15),
            group(dark, fill=PAPER, text_anchor="middle", font_size=SMALL),
            group(light, fill=INK, text_anchor="middle", font_size=SMALL),
        ]
    )


def shade(percent: Decimal | None) -> int | None:
    """The tenth, rounded down: what is not whole never looks whole."""
    return None if percent is None else min(max(int(percent // 10), 0), 10)


def figure_of(percent: Decimal | None, step: float, language: str | None) -> str:
    """Rounding: half-up to one decimal; to none where cells are narrow; but 100 only where nothing is lost."""
    if percent is None:
        return "–"
    places = 1 if step >= width_of("100,0", SMALL) + 1 else 0
    unit = Decimal(1).scaleb(-places)
    rounded = percent.quantize(unit, ROUND_HALF_UP)
    shown = min(rounded, HUNDRED - unit) if percent < HUNDRED else rounded
    return format_decimal(shown, places=places, language=language)

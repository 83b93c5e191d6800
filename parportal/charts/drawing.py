"""What all charts are drawn with: a sheet as wide as the text of a paper, text that fits, greys that print.

An SVG of ours holds shapes and escaped text, nothing else: no script, no style, no address, no identifier. Colour
and face are attributes, because pages forbid styles and WeasyPrint gives none to an SVG inside a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

# Units: millimetres on paper. The text of an A4 page is 165 mm wide; a chart never fills a whole page.
WIDTH = 165.0
HIGHEST = 205.0
SIZE = 3.6
SMALL = 3.1
LEADING = 1.25

INK = "#1c2733"
DARK = "#4d5a67"
MIDDLE = "#8d99a5"
LIGHT = "#d5dbe1"
PAPER = "#fff"

# Marks that would turn the reading direction, and what no text holds.
_UNPRINTABLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_HEIGHT = re.compile(r'height="([\d.]+)mm"')
BOLD = 1.06  # how much wider its letters are
_NARROW, _WIDE = frozenset(" iljtfrI.,;:'|!()[]/-·"), frozenset("mwMWƠƯ%@…+\u2212")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chart says of itself, and whose letters it takes: none named, those of the page it stands on.

    `language` writes its numbers: that of the reader, unless a document has its own; `places` are their decimals,
    on a page always two.
    """

    title: str
    face: str = ""
    language: str | None = None
    places: int | None = None


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub(" ", text)).strip()


def width_of(text: str, size: float = SIZE) -> float:
    """How long a text is at most, in whatever face. Units: mm."""
    total = 0.0
    for letter in text:
        if letter in _NARROW:
            total += 0.36
        elif letter in _WIDE:
            total += 0.86
        elif letter.isupper():
            total += 0.74
        else:
            total += 0.64 if letter.isdecimal() else 0.59
    return total * size


def room_of(labels: Iterable[tuple[str, bool]], most: float) -> float:
    """How wide these labels are, each with whether it is bold, but never wider than `most`. Units: mm."""
    return min(most, max(width_of(label) * (BOLD if is_bold else 1) for label, is_bold in labels) + 0.5)


def shortened(text: str, room: float, size: float = SIZE) -> str:
    """The text, or its beginning and an ellipsis, in `room` millimetres."""
    if width_of(text, size) <= room:
        return text
    kept = len(text)
    while kept and width_of(text[:kept].rstrip() + "…", size) > room:
        kept -= 1
    return text[:kept].rstrip(" ,;.-") + "…"


def wrapped(text: str, room: float, *, lines: int, size: float = SIZE) -> list[str]:
    """The text in at most so many lines, the last one shortened."""
    words, found = plain(text).split(), [""]
    for place, word in enumerate(words):
        longer = f"{found[-1]} {word}".strip()
        if width_of(longer, size) <= room or not found[-1]:
            found[-1] = longer
        elif len(found) < lines:
            found.append(word)
        else:
            found[-1] = " ".join([found[-1], *words[place:]])
            break
    return [shortened(line, room, size) for line in found]


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def text(x: float, y: float, words: str, **attributes: str | float) -> str:
    """One line of text, its foot at `y`."""
    return f"<text{_attributes({'x': x, 'y': y, **attributes})}>{escape(plain(words))}</text>"


def shape(name: str, **attributes: str | float) -> str:
    return f"<{name}{_attributes(attributes)}/>"


def group(parts: Iterable[str], **attributes: str | float) -> str:
    inside = "".join(parts)
    return f"<g{_attributes(attributes)}>{inside}</g>" if inside else ""


def _attributes(given: dict[str, str | float]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in given.items()
    )


def hatched(x: float, y: float, width: float, height: float, *, step: float = 1.6) -> str:
    """Slanting lines inside a rectangle, drawn one by one: every renderer and printer shows them."""
    lines, start = [], -height
    while start < width:
        left, right = max(start, 0.0), min(start + height, width)
        if right - left > 0.05:
            lines.append(f"M{number(x + left)} {number(y + height - left + start)}")
            lines.append(f"L{number(x + right)} {number(y + height - right + start)}")
        start += step
    return f'<path d="{"".join(lines)}"/>' if lines else ""


def svg(frame: Frame, height: float, parts: Sequence[str], piece: tuple[int, int] = (1, 1)) -> str:
    """The finished element: one picture with a name, of one text size; `piece` says which of how many it is."""
    place, count = piece
    name = escape(plain(f"{frame.title} ({place}/{count})" if count > 1 else frame.title))
    face = f' font-family="{escape(frame.face)}"' if frame.face else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(WIDTH)} {number(height)}" '
        f'width="{number(WIDTH)}mm" height="{number(height)}mm" role="img" aria-label="{name}"{face} '
        f'font-size="{number(SIZE)}" fill="{INK}"><title>{name}</title>{"".join(parts)}</svg>'
    )


def pieces(heights: Sequence[float], *, room: float = HIGHEST) -> list[range]:
    """Rows cut into pieces of about the same length, none of which is higher than there is room."""
    if not heights:
        return []
    count = 1
    while True:
        cut = _cut(heights, sum(heights) / count)
        if all(sum(heights[place] for place in piece) <= room or len(piece) == 1 for piece in cut):
            return cut
        count += 1


def _cut(heights: Sequence[float], share: float) -> list[range]:
    found, start, high, before = [], 0, 0.0, 0.0
    for place, height in enumerate(heights):
        high += height
        if high - before >= share - 0.01 and place + 1 < len(heights):
            found.append(range(start, place + 1))
            start, before = place + 1, high
    return [*found, range(start, len(heights))]


def joined(drawings: Sequence[str]) -> str:
    """The pieces of a chart below each other in one file of its own."""
    places, y = [], 0.0
    for drawing in drawings:
        places.append(drawing.replace("<svg ", f'<svg y="{number(y)}" ', 1).replace('mm"', '"', 2))
        y += float(_HEIGHT.search(drawing)[1])  # type: ignore[index]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(WIDTH)} {number(y)}" '
        f'width="{number(WIDTH)}mm" height="{number(y)}mm" font-family="sans-serif">{"".join(places)}</svg>'
    )

"""What a benchmark found: figures with their bounds, as a table and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure. `at_most` or `at_least` is the bound that it keeps to, None for figures that only inform."""

    name: str
    value: float
    unit: str
    title: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_kept(self) -> bool:
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def bound(self) -> str:
        bounds = (("≤", self.at_most), ("≥", self.at_least))
        return " ".join(f"{sign} {value:g}" for sign, value in bounds if value is not None)


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "value", "bound", "what")]
    for each in figures:
        bound = each.bound if each.is_kept else f"{each.bound}  MISSED"
        rows.append((each.name, f"{each.value:,.10g} {each.unit}".strip(), bound, each.title))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def write_json(figures: Iterable[Figure], path: Path) -> None:
    path.write_text(json.dumps({each.name: each.value for each in figures}, indent=2) + "\n", encoding="utf-8")

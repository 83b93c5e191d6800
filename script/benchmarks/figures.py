"""What a benchmark found: figures with their bounds, as a table and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure. `at_most` is the bound that it keeps to, None for figures that only inform."""

    name: str
    value: float
    unit: str
    title: str
    at_most: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.at_most is None or self.value <= self.at_most


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "value", "bound", "what")]
    for each in figures:
        bound = "" if each.at_most is None else f"≤ {each.at_most:g}{'' if each.is_kept else '  EXCEEDED'}"
        rows.append((each.name, f"{each.value:,.10g} {each.unit}".strip(), bound, each.title))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def write_json(figures: Iterable[Figure], path: Path) -> None:
    path.write_text(json.dumps({each.name: each.value for each in figures}, indent=2) + "\n", encoding="utf-8")

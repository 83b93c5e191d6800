"""The figures that a text may name: each from the data, with the value it has now.

Keys, and what they count, are listed in docs/reports.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from reports.basis import Basis
from reports.text.figure import Figure, Figures
from reports.text.figures_plans import (
    document_figures,
    finding_figures,
    inspection_figures,
    obligation_figures,
    register_figures,
    target_figures,
    task_figures,
)
from reports.text.figures_scores import (
    commune_figures,
    commune_figures_before,
    score_figures,
    score_figures_before,
)
from reports.text.figures_statistics import statistics_figures, sum_figures

__all__ = ["Figure", "Figures", "figures_of"]

# By the first word of their keys, in the order in which a page lists them.
GROUPS: Mapping[str, Callable[[Basis], Iterable[Figure]]] = {
    "score": score_figures,
    "score-before": score_figures_before,
    "communes": commune_figures,
    "communes-before": commune_figures_before,
    "tasks": task_figures,
    "targets": target_figures,
    "obligations": obligation_figures,
    "inspections": inspection_figures,
    "findings": finding_figures,
    "registers": register_figures,
    "documents": document_figures,
    "stat": statistics_figures,
    "sum": sum_figures,
}


class FiguresOfBasis(Mapping[str, Figure]):
    """A group is read when one of its figures is first asked for: a text costs the queries of its own tokens."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.read: dict[str, dict[str, Figure]] = {}

    def group(self, name: str) -> dict[str, Figure]:
        if name not in self.read:
            self.read[name] = {figure.key: figure for figure in GROUPS[name](self.basis)}
        return self.read[name]

    def __getitem__(self, key: str) -> Figure:
        name = key.partition(".")[0]
        if name not in GROUPS:
            raise KeyError(key)
        return self.group(name)[key]

    def __iter__(self) -> Iterator[str]:
        for name in GROUPS:
            yield from self.group(name)

    def __len__(self) -> int:
        return sum(len(self.group(name)) for name in GROUPS)


def figures_of(basis: Basis) -> Figures:
    """No query yet; then a fixed number for each group, once for the basis."""
    return basis.once(FiguresOfBasis)

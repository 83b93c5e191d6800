"""What is wrong with something that came in, in words for the person who sent it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


class EntryProblem(ValueError):
    """Something typed or sent that cannot be taken; ``str()`` gives the reason in the active language.

    The message and its values are kept apart, so a problem raised in one language can be shown in another.
    """

    def __init__(self, message: str | Promise, params: Mapping[str, object] | None = None) -> None:
        super().__init__(message, params)
        self.message = message
        self.params: Mapping[str, object] = params or {}

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing that keeps a workbook from being imported.

    Shapes: ``sheet`` and ``cell`` are empty when the whole file is meant, ``cell`` alone when the whole sheet
    is; ``cell`` is an address such as ``B7``, a range such as ``B7:C9`` or a row such as ``7:7``.
    """

    sheet: str
    cell: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        shown = " ".join(part for part in (place, f'"{self.value}"' if self.value else "") if part)
        return " ".join((f"{shown}: {self.reason}" if shown else self.reason).split())


class ImportProblems(Exception):
    """All problems of one import at once; nothing of it was kept."""

    def __init__(self, problems: tuple[ImportProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ProblemLog:
    """Collects the problems of an import, each once, in the order in which they were found."""

    def __init__(self) -> None:
        self._problems: dict[ImportProblem, None] = {}

    def add(self, *, sheet: str, cell: str, value: str, reason: str | Promise) -> None:
        self._problems[ImportProblem(sheet, cell, value, str(reason))] = None

    def raise_if_any(self) -> None:
        """Raises: ImportProblems with everything collected so far."""
        if self._problems:
            raise ImportProblems(tuple(self._problems))

    def __iter__(self) -> Iterator[ImportProblem]:
        return iter(tuple(self._problems))

    def __len__(self) -> int:
        return len(self._problems)

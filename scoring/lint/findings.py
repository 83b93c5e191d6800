"""A finding: one thing to mend in a criteria set, or to accept with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scoring.content import CriterionContent, SetContent

Place = tuple[int | None, str]
# Findings about sums can be trusted only where every row has its place in the tree.
STRUCTURE: Place = (None, "structure")
LONGEST_KEY = 300


class Severity(StrEnum):
    """An error keeps the set from being published, a warning until somebody acknowledges it with a reason."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and how to mend it, apart from where.

    Shapes: `kind` is one word for the fault; `values` are the facts behind it, as text in no language.
    """

    kind: str
    what: str
    mend: str
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a set: where, what, and how to mend it.

    Shapes: `position` counts the criteria from 0, None for the set itself; `code` is that of the criterion or,
    where one finding speaks for many leaves, of their field; `at` names an attribute, or a place in the
    parameters such as `params.options.2.points`. `needs` are the places on which the finding rests: where one of
    them could not be read, the finding means nothing.
    """

    kind: str
    severity: Severity
    position: int | None
    code: str
    at: str
    what: str
    mend: str
    needs: frozenset[Place]
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def attribute(self) -> str:
        return self.at.partition(".")[0]

    @property
    def line(self) -> str:
        """Where and what, for a list or the history."""
        return f"{self.code} {self.what}".strip()

    @property
    def key(self) -> str:
        """The finding without its words: the same in every language, another one when its facts change."""
        facts = ";".join(f"{name}={self.values[name]}" for name in sorted(self.values))
        key = "|".join((self.kind, self.code, self.at, facts))
        if len(key) <= LONGEST_KEY:
            return key
        digest = hashlib.sha256(key.encode()).hexdigest()
        return f"{key[: LONGEST_KEY - len(digest) - 1]}#{digest}"


def about_set(at: str, fault: Fault, *needs: Place) -> Finding:
    places = frozenset({(None, at), *needs})
    return Finding(fault.kind, fault.severity, None, "", at, fault.what, fault.mend, places, fault.values)


def about(
    position: int, criterion: CriterionContent, at: str, fault: Fault, needs: Sequence[Place] = ()
) -> Finding:
    places = frozenset({(position, at.partition(".")[0]), *needs})
    return Finding(
        fault.kind,
        fault.severity,
        position,
        criterion.code,
        at,
        fault.what,
        fault.mend,
        places,
        fault.values,
    )


def positions_of(content: SetContent) -> dict[str, int]:
    """Where each code stands; of a code that stands there twice, the first place."""
    return {each.code: position for position, each in reversed(list(enumerate(content.criteria)))}


def field_of(code: str, parents: Mapping[str, str]) -> str:
    """The field above a criterion, or the criterion itself; empty for one without a place in the tree."""
    for _level in parents:
        above = parents.get(code)
        if not above:
            return code if above == "" else ""
        code = above
    return ""

"""Rules between figures: what they say, and whether figures keep them. Decimal only, no Django models.

A rule compares two sums: `1.3.2 + 1.3.3 <= 1.3.1`, `7.6.2.a + 7.6.2.b <= 100`, `06a.6 == previous(06a.11)`. A
figure is named by the code of its indicator; `previous(…)` is the one of the period before. A formula is one side
of a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)
# Figures by the code of their indicator; what is missing was not reported.
Figures = Mapping[str, Decimal]
_TOKEN = re.compile(
    r"\s*(?:(?P<op><=|>=|==|<|>)|(?P<sign>[+-])|previous\((?P<previous>[^()\s]+)\)|(?P<name>[^\s()+<>=-]+))"
)


class RuleProblem(ValueError):
    """A text that is no rule; `place` is where it stops making sense, counted from 0."""

    def __init__(self, text: str, place: int) -> None:
        super().__init__(text, place)
        self.text = text
        self.place = place


class Comparison(StrEnum):
    AT_MOST = "<="
    AT_LEAST = ">="
    EQUAL = "=="
    LESS = "<"
    MORE = ">"

    def holds(self, left: Decimal, right: Decimal) -> bool:
        match self:
            case Comparison.AT_MOST:
                return left <= right
            case Comparison.AT_LEAST:
                return left >= right
            case Comparison.EQUAL:
                return left == right
            case Comparison.LESS:
                return left < right
            case Comparison.MORE:
                return left > right


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a sum: a constant, or a figure by its code. `factor` is 1 or -1."""

    factor: int
    code: str = ""
    constant: Decimal = ZERO
    previous: bool = False

    def __str__(self) -> str:
        named = f"previous({self.code})" if self.previous else self.code
        return named or f"{self.constant}"


@dataclass(frozen=True, slots=True)
class Formula:
    terms: tuple[Term, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Figures of the period itself, each once, in their order."""
        return tuple(dict.fromkeys(term.code for term in self.terms if term.code and not term.previous))

    @property
    def previous_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.code for term in self.terms if term.previous))

    def value(self, figures: Figures, previous: Figures, *, null_as_zero: bool = False) -> Decimal | None:
        """None where a figure is missing; with `null_as_zero` only where all of them are."""
        total, found = ZERO, not any(term.code for term in self.terms)
        for term in self.terms:
            number = term.constant if not term.code else (previous if term.previous else figures).get(term.code)
            if number is None and (term.previous or not null_as_zero):
                return None
            found = found or number is not None
            total += term.factor * (number or ZERO)
        return total if found else None

    def __str__(self) -> str:
        signs = (" - " if term.factor < 0 else " + " for term in self.terms)
        return (
            "".join(f"{sign}{term}" for sign, term in zip(signs, self.terms, strict=True))
            .removeprefix(" + ")
            .strip()
        )


@dataclass(frozen=True, slots=True)
class Rule:
    left: Formula
    comparison: Comparison
    right: Formula

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.left.codes, *self.right.codes)))

    @property
    def previous_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.left.previous_codes, *self.right.previous_codes)))

    def __str__(self) -> str:
        return f"{self.left} {self.comparison.value} {self.right}"


class Outcome(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    EXPLAINED = "explained"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether figures keep a rule. `left` and `right` are what its sides come to; None where not judged."""

    outcome: Outcome
    left: Decimal | None = None
    right: Decimal | None = None

    @property
    def difference(self) -> Decimal:
        return (self.left or ZERO) - (self.right or ZERO)


def judge(
    rule: Rule,
    figures: Figures,
    previous: Figures | None = None,
    *,
    null_as_zero: bool = False,
    explained_by: str = "",
) -> Judgement:
    """Judge one rule. Broken by exactly the figure `explained_by`, it is explained."""
    sides = [side.value(figures, previous or {}, null_as_zero=null_as_zero) for side in (rule.left, rule.right)]
    left, right = sides
    if left is None or right is None:
        return Judgement(Outcome.NOT_JUDGED)
    if rule.comparison.holds(left, right):
        return Judgement(Outcome.KEPT, left, right)
    by = figures.get(explained_by) if explained_by else None
    outcome = Outcome.EXPLAINED if by and left - right == by else Outcome.BROKEN
    return Judgement(outcome, left, right)


def parse_rule(text: str) -> Rule:
    """Raises: RuleProblem."""
    tokens = list(_tokens(text))
    at = [place for place, (kind, _value, _where) in enumerate(tokens) if kind == "op"]
    if len(at) != 1:
        raise RuleProblem(text, tokens[at[1]][2] if len(at) > 1 else len(text))
    split = at[0]
    return Rule(
        _formula(text, tokens[:split], tokens[split][2]),
        Comparison(tokens[split][1]),
        _formula(text, tokens[split + 1 :], len(text)),
    )


def parse_formula(text: str) -> Formula:
    """Raises: RuleProblem."""
    tokens = list(_tokens(text))
    for kind, _value, where in tokens:
        if kind == "op":
            raise RuleProblem(text, where)
    return _formula(text, tokens, len(text))


# Kind, text and place.
_Token = tuple[str, str, int]


def _tokens(text: str) -> Iterator[_Token]:
    place, body = 0, text.rstrip()
    while place < len(body):
        match = _TOKEN.match(body, place)
        if match is None or match.lastgroup is None:
            raise RuleProblem(text, place)
        yield match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
        place = match.end()


def _formula(text: str, tokens: list[_Token], end: int) -> Formula:
    terms: list[Term] = []
    factor, wants_term = 1, True
    for kind, value, where in tokens:
        if wants_term == (kind == "sign") or kind == "op":
            raise RuleProblem(text, where)
        if kind == "sign":
            factor, wants_term = (-1 if value == "-" else 1), True
            continue
        terms.append(_term(factor, kind, value))
        wants_term = False
    if wants_term:
        raise RuleProblem(text, end)
    return Formula(tuple(terms))


def _term(factor: int, kind: str, value: str) -> Term:
    """A whole number is a constant; codes hold a point or a letter, or are headings nobody sums."""
    if kind == "name" and value.isascii() and value.isdigit():
        return Term(factor, constant=Decimal(value))
    return Term(factor, code=value, previous=kind == "previous")

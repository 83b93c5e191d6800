"""A method tried on facts before anybody scores by it: points and explanation, in every state, at the edges.

Nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, cast

from django.utils.translation import gettext as _

from parportal.display import message, points, points_short
from parportal.entry.numbers import parse_decimal
from parportal.entry.problems import EntryProblem
from scoring.method_form import ErrorBox
from scoring.rows import (
    BETWEEN_ANSWERS,
    PREFIX,
    AnswerField,
    AnswerProblem,
    AnswersRefused,
    answer_fields,
    answers_in_words,
    parse_answers,
    rule_problems,
)
from scoring.rules import Answers, LeafState, Method, Outcome, RuleErrors, score_leaf

OTHERS = "try-others"
MAX_OTHERS = 200


class Comparing(Protocol):
    """A method whose points follow from a comparison of all units (`needs_peers`)."""

    def amount(self, answers: Answers) -> Fraction | None: ...

    def award_among(self, answers: Answers, pool: Sequence[Fraction]) -> Outcome: ...


def comparing(method: Method) -> Comparing | None:
    return cast("Comparing", method) if method.needs_peers else None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table of outcomes. `points` is empty where there are none (yet)."""

    label: str
    facts: str
    points: str
    explanation: str
    is_left_out: bool = False

    @property
    def fact_lines(self) -> list[str]:
        return self.facts.split(BETWEEN_ANSWERS)


@dataclass(frozen=True, slots=True)
class FactInput:
    """One input of a try-out, with the place for what is wrong with it."""

    field: AnswerField
    box: ErrorBox
    help: str = ""


@dataclass(frozen=True, slots=True)
class TryOut:
    """What the form of a try-out shows.

    Shapes: `answered` is what the facts earn, None until they are complete; `missing` are the labels of the inputs
    still to fill in; `states` are the other three states.
    """

    inputs: tuple[FactInput, ...]
    answered: Line | None
    missing: tuple[str, ...]
    states: tuple[Line, ...]


def try_out(method: Method, typed: Mapping[str, str]) -> TryOut:
    """The outcome of typed facts (inputs as on a sheet, and `try-others`)."""
    others, others_error = _others(typed.get(OTHERS, ""))
    answered, problems = None, {}
    try:
        if answers := parse_answers(method, typed):
            answered = _line(_("these facts"), method, answers, others)
    except AnswersRefused as refused:
        problems = dict(refused.problems)
    except RuleErrors as errors:
        problems = rule_problems(errors)
    fields = answer_fields(method, {}, typed=typed, problems=problems)
    is_begun = any(field.value.strip() for field in fields)
    inputs = [FactInput(field, _box(field)) for field in fields]
    if method.needs_peers:
        inputs.append(_others_input(typed.get(OTHERS, ""), others_error))
    return TryOut(
        inputs=tuple(inputs),
        answered=answered,
        missing=tuple(
            field.label for field in fields if _is_missing(field, problems) or not (is_begun or field.asked_for)
        ),
        states=tuple(_states(method)),
    )


def _box(field: AnswerField) -> ErrorBox:
    return ErrorBox(f"id_{field.name}-errors", (field.error,) if field.error else ())


def _others_input(text: str, error: str) -> FactInput:
    """The values of the other units, where the points follow from a comparison."""
    label = _("Values of the other units")
    field = AnswerField(
        name=OTHERS, label=label, value=text, inputmode="text", unit="", options=(), error=error, choices=()
    )
    return FactInput(field, _box(field), _("Divided by semicolons, for example: 60; 85,5; 100"))


def _is_missing(field: AnswerField, problems: Mapping[str, AnswerProblem]) -> bool:
    problem = problems.get(field.name.removeprefix(PREFIX))
    return problem is not None and problem.missing


def _states(method: Method) -> Iterator[Line]:
    for label, state in (
        (_("not answered"), LeafState.NOT_ANSWERED),
        (_("no case arose"), LeafState.NO_CASE),
        (_("not applicable"), LeafState.NOT_APPLICABLE),
    ):
        yield _outcome_line(label, "", method, score_leaf(method, state, {}))


def edge_lines(method: Method, typed: Mapping[str, str]) -> tuple[Line, ...]:
    """The edge cases of a method. Units are compared with the others that were typed, or with one another."""
    pool = _others(typed.get(OTHERS, ""))[0] or example_round(method)
    return tuple(_line(message(case.label), method, case.answers, pool) for case in method.edge_cases())


def example_round(method: Method) -> tuple[Fraction, ...]:
    """The values of a small round made up of the edge cases; empty for a method that compares nobody."""
    compared = comparing(method)
    if compared is None:
        return ()
    amounts = {compared.amount(case.answers) for case in method.edge_cases()}
    return tuple(sorted(amount for amount in amounts if amount is not None))


def round_in_words(method: Method, typed: Mapping[str, str]) -> str:
    """The values with which the edge cases are compared: 0; 50; 100."""
    if not method.needs_peers:
        return ""
    pool = _others(typed.get(OTHERS, ""))[0] or example_round(method)
    return "; ".join(points_short(_decimal(amount)) for amount in pool)


def _decimal(amount: Fraction) -> Decimal:
    return round(Decimal(amount.numerator) / Decimal(amount.denominator), 4)


def _line(label: str, method: Method, answers: Answers, others: Sequence[Fraction]) -> Line:
    """Raises: RuleErrors for facts that cannot be true."""
    outcome = method.score(answers)
    compared = comparing(method)
    if compared and others and (own := compared.amount(answers)) is not None:
        outcome = compared.award_among(answers, [*others, own])
    return _outcome_line(label, answers_in_words(method, answers), method, outcome)


def _outcome_line(label: str, facts: str, method: Method, outcome: Outcome) -> Line:
    # An information-only leaf of 0 points counts, with a maximum of 0.
    left_out = outcome.counted_max_points < method.leaf.max_points
    shown = "" if left_out else points(outcome.points)
    return Line(label, facts, shown, message(outcome.explanation), is_left_out=left_out)


def _others(text: str) -> tuple[tuple[Fraction, ...], str]:
    """The values of other units, divided by semicolons or lines; and what could not be read of them."""
    parts = [part.strip() for line in text.splitlines() for part in line.split(";")]
    found: list[Fraction] = []
    for part in [part for part in parts if part][:MAX_OTHERS]:
        try:
            found.append(Fraction(parse_decimal(part)))
        except EntryProblem as problem:
            return (), f"{part}: {problem}"
    return tuple(found), ""

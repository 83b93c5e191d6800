"""Rows of a sheet as pages show and read them: the inputs of a method, ready for a template, and back.

Pages with a hundred rows cannot afford form widgets: every text here is ready to be printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from parportal.display import message, points_short
from parportal.entry.numbers import AmbiguousNumber, format_entry, parse_decimal, parse_integer
from parportal.entry.problems import EntryProblem
from scoring.rules import Answers, Input, Kind, Method, Option, RuleErrors, Value

# The facts of a method may be named like a field of the form around them ("note", "version").
PREFIX = "answer-"
BETWEEN_ANSWERS = " · "
# What an input was filled with for the person: a form that sends nothing else is not an answer.
PROPOSED = "proposed-"


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """What is wrong with one input. `choices` are texts that can be read in one way only, to be offered."""

    text: str
    choices: tuple[str, ...] = ()
    missing: bool = False


class AnswersRefused(Exception):
    """Inputs that cannot be read. Shapes: `problems` by input name, in the order of the inputs."""

    def __init__(self, problems: Mapping[str, AnswerProblem]) -> None:
        super().__init__(problems)
        self.problems = problems

    @property
    def is_incomplete(self) -> bool:
        """Nothing is wrong with what was typed; some inputs are still empty."""
        return all(problem.missing for problem in self.problems.values())


@dataclass(frozen=True, slots=True)
class AnswerOption:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One input, ready to print.

    `name` is that of the form's input (with prefix), `inputmode` empty for a choice; `value` is as a person
    would type it, or was typed. `proposed` is a value that was filled in for the person. `asked_for` names the
    other input and the answer to it for which alone this one is asked, `condition` says so in words.
    """

    name: str
    label: str
    value: str
    inputmode: str
    unit: str
    options: tuple[AnswerOption, ...]
    error: str
    choices: tuple[str, ...]
    proposed: str = ""
    asked_for: str = ""
    condition: str = ""


def answer_fields(
    method: Method,
    answers: Answers,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, AnswerProblem] | None = None,
) -> tuple[AnswerField, ...]:
    """The inputs of a method with their stored answers; `typed` (a POST) takes precedence when it was refused."""
    inputs = method.inputs()
    fields = (_field(each, answers.get(each.name), typed, (problems or {}).get(each.name)) for each in inputs)
    return tuple(
        _conditional(field, each, inputs) if each.only_if else field
        for each, field in zip(inputs, fields, strict=True)
    )


def _conditional(field: AnswerField, each: Input, inputs: Iterable[Input]) -> AnswerField:
    """An input that hangs on the answer to another one: by what name and word, and in words."""
    assert each.only_if is not None
    name, code = each.only_if
    options = (option for other in inputs if other.name == name for option in other.options)
    labels = (option_label(option) for option in options if option.code == code)
    words = gettext("only if “%(answer)s”") % {"answer": next(labels, code)}
    return replace(field, asked_for=f"{PREFIX}{name} {code}", condition=words)


def _field(
    each: Input, stored: Value | None, typed: Mapping[str, str] | None, problem: AnswerProblem | None
) -> AnswerField:
    value = entry_text(stored) if typed is None else typed.get(PREFIX + each.name, "")
    return AnswerField(
        name=PREFIX + each.name,
        label=gettext(each.label),
        value=value,
        inputmode={Kind.CHOICE: "", Kind.INTEGER: "numeric"}.get(each.kind, "decimal"),
        unit="%" if each.kind is Kind.PERCENT else "",
        options=tuple(
            AnswerOption(option.code, option_label(option), option.code == value) for option in each.options
        ),
        error=problem.text if problem and not problem.missing else "",
        choices=problem.choices if problem else (),
    )


def answers_in_words(method: Method, answers: Answers) -> str:
    """Answers with their labels in one line; the empty ones are left out."""
    shown = []
    for each in answer_fields(method, answers):
        value = next((option.label for option in each.options if option.chosen), each.value)
        if value:
            shown.append(" ".join(filter(None, [f"{each.label}: {value}", each.unit])))
    return BETWEEN_ANSWERS.join(shown)


def entry_text(value: Value | None) -> str:
    """A stored answer as it stands in its input."""
    if value is None or isinstance(value, str):
        return value or ""
    return format_entry(value)


def option_label(option: Option) -> str:
    label = gettext(option.label)
    if option.points is None:
        return label
    shown = {"option": label, "points": points_short(option.points)}
    return ngettext("%(option)s (%(points)s point)", "%(option)s (%(points)s points)", int(option.points)) % shown


def parse_answers(method: Method, post: Mapping[str, str]) -> dict[str, Value]:
    """Read the inputs of a method; nothing at all when every one of them is empty, or as it was proposed.

    Whether the facts are possible (a ≤ b, points up to the maximum) is for the method to say.
    Raises: AnswersRefused with the problems of all inputs.
    """
    typed = {each.name: post.get(PREFIX + each.name, "").strip() for each in method.inputs()}
    if all(text in ("", post.get(PROPOSED + PREFIX + name, "").strip()) for name, text in typed.items()):
        return {}
    answers: dict[str, Value] = {}
    problems: dict[str, AnswerProblem] = {}
    for each in method.inputs():
        if not each.is_asked(answers):
            continue
        try:
            answers[each.name] = _parse(each, typed[each.name])
        except AmbiguousNumber as problem:
            problems[each.name] = AnswerProblem(str(problem), problem.choices)
        except EntryProblem as problem:
            problems[each.name] = AnswerProblem(str(problem), missing=not typed[each.name])
    if problems:
        raise AnswersRefused(problems)
    return answers


def _parse(each: Input, text: str) -> Value:
    """Raises: EntryProblem."""
    match each.kind:
        case Kind.CHOICE:
            if not text:
                raise EntryProblem(gettext("Choose an answer."))
            return text
        case Kind.INTEGER:
            return parse_integer(text)
        case Kind.PERCENT:
            return parse_decimal(text)
        case Kind.DECIMAL | Kind.POINTS:
            return parse_decimal(text, percent_sign=False)


def parse_points(text: str) -> Decimal | None:
    """Bare points as typed; None for an empty input.

    Raises: AnswersRefused with the problem at "points".
    """
    if not text.strip():
        return None
    try:
        return parse_decimal(text, percent_sign=False)
    except AmbiguousNumber as problem:
        raise AnswersRefused({"points": AnswerProblem(str(problem), problem.choices)}) from None
    except EntryProblem as problem:
        raise AnswersRefused({"points": AnswerProblem(str(problem))}) from None


def rule_problems(errors: RuleErrors) -> dict[str, AnswerProblem]:
    """What the rules refused, by input name ("reason", "points", "state" are not inputs of a method)."""
    problems: dict[str, AnswerProblem] = {}
    for error in errors.errors:
        problems.setdefault(error.at, AnswerProblem(sentence(message(error.message))))
    return problems


def sentence(text: str) -> str:
    """The rules speak in fragments; a person is told a sentence."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."

"""What all methods share: they are set up, ask for facts, refuse impossible ones, and award points."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Self

from scoring.rules.inputs import NO, YES, Answers, Input, Kind
from scoring.rules.leaf import Leaf, LeafState, Outcome, Policy, Rounding
from scoring.rules.messages import Message, RuleError, RuleErrors, Value, label
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import SOURCES, refuse_unknown_sources
from scoring.rules.settings import Setting

SHOWN = Decimal("0.0001")
PLENTY = 10
IN_POLICY = {Policy.FULL: Message(_("all points")), Policy.ZERO: Message(_("0 points"))}


@dataclass(frozen=True, slots=True)
class EdgeCase:
    """Facts at the edge of a rule, with a name for them."""

    label: Message
    answers: Answers


@dataclass(frozen=True)
class Method(ABC):
    """A way to turn answers into points. `title` is a msgid; `settings` is all that a criteria set says to it.

    `by_unit`: the unit fills it in itself. `needs_peers`: the points follow from the answers of all units.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]] = ()
    by_unit: ClassVar[bool] = True
    needs_peers: ClassVar[bool] = False

    leaf: Leaf

    @classmethod
    def from_params(cls, params: Mapping[str, object], leaf: Leaf) -> Self:
        """Raises: RuleErrors with all that is wrong with the params."""
        with Params(cls.settings, params, leaf) as reader:
            method = cls.read(reader, leaf)
            if reader.is_sound() and any(each.name == SOURCES for each in cls.settings):
                refuse_unknown_sources(reader, method.inputs())
            return method

    @classmethod
    @abstractmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        """Build the method from its settings, and refuse those that contradict each other."""

    @abstractmethod
    def inputs(self) -> tuple[Input, ...]: ...

    @property
    def filled_with(self) -> str:
        """The fact that the portal fills in, in place of the unit; empty for an ordinary row."""
        return ""

    def fill(self, amount: int) -> Answers:
        """The answers that a fact comes to."""
        raise NotImplementedError

    @property
    def divides(self) -> bool:
        """Whether answers can leave nothing to divide by."""
        return False

    def score(self, answers: Answers) -> Outcome:
        """The points of one complete set of answers.

        Raises: RuleErrors when an answer is missing, or the facts cannot be true.
        """
        problems = [*self._refused_answers(answers)] or [*self.contradictions(answers)]
        if problems:
            raise RuleErrors(problems)
        return self.award(answers)

    def contradictions(self, answers: Answers) -> Iterator[RuleError]:
        """Answers that are each possible, but not together."""
        yield from ()

    @abstractmethod
    def award(self, answers: Answers) -> Outcome:
        """Score answers that have been checked."""

    def amount(self, answers: Answers) -> Fraction | None:
        """What is compared with the other units; None for a method that compares nothing, or without a whole."""
        return None

    def award_among(self, answers: Answers, pool: Sequence[Fraction]) -> Outcome:
        """Score checked answers beside the amounts of all units, where those matter."""
        return self.award(answers)

    def unanswered(self) -> Outcome:
        """What the leaf brings while nobody has answered."""
        return self.leaf.when_not_answered()

    def words(self) -> Iterator[Message]:
        """How the leaf is scored, line by line. A method without words of its own names what it asks for."""
        asked = {f"label{place}": label(each.label) for place, each in enumerate(self.inputs())}
        labels = Message("; ".join(f"%({name})s" for name in asked), terms=asked)
        yield Message(_("Computed from: %(labels)s"), terms={"labels": labels})

    def policies(self) -> Iterator[Message]:
        """What counts where there is nothing to measure, if it differs from leaving the leaf out."""
        if self.leaf.no_case in IN_POLICY:
            yield Message(_("No case arose: %(points)s"), terms={"points": IN_POLICY[self.leaf.no_case]})
        if self.divides and self.leaf.zero_denominator in IN_POLICY:
            settled = IN_POLICY[self.leaf.zero_denominator]
            yield Message(_("The whole is 0: %(points)s"), terms={"points": settled})

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """Facts that show where points begin, change and end; by itself each input at its ends."""
        asked = [each for each in self.inputs() if each.only_if is None]
        least = {each.name: ends(each)[0] for each in asked}
        cases = [EdgeCase(Message(_("the least of everything")), least)]
        for each in asked:
            for value in ends(each)[1:]:
                cases.append(EdgeCase(named(each, value), {**least, each.name: value}))
        return tuple(case for case in cases if not [*self.contradictions(case.answers)])

    def _refused_answers(self, answers: Answers) -> Iterator[RuleError]:
        for each in self.inputs():
            if each.is_asked(answers) and (problem := each.problem(answers.get(each.name))):
                yield RuleError(problem, at=each.name)


def score_leaf(method: Method, state: LeafState, answers: Answers) -> Outcome:
    """What a leaf brings to the sums in any of its four states; answers count only in one of them."""
    match state:
        case LeafState.NOT_ANSWERED:
            return method.unanswered()
        case LeafState.NOT_APPLICABLE:
            return method.leaf.when_not_applicable()
        case LeafState.NO_CASE:
            return method.leaf.when_no_case()
        case LeafState.ANSWERED:
            return method.score(answers)


def ends(asked: Input) -> tuple[Value, ...]:
    """Answers from the least to the most that an input takes; ten more where nothing limits it."""
    if asked.kind is Kind.CHOICE:
        return tuple(option.code for option in asked.options)
    least = Decimal(0) if asked.minimum is None else asked.minimum
    most = least + PLENTY if asked.maximum is None else asked.maximum
    values = (least,) if least == most else (least, most)
    return tuple(int(value) for value in values) if asked.kind is Kind.INTEGER else values


def named(asked: Input, value: Value) -> Message:
    """An answer with its label."""
    option = next((each for each in asked.options if each.code == value), None)
    answer = Message("%(value)s", {"value": value}) if option is None else label(option.label)
    return Message("%(label)s: %(answer)s", terms={"label": label(asked.label), "answer": answer})


def with_question(
    cases: Iterable[EdgeCase], name: str, question: str
) -> tuple[tuple[EdgeCase, ...], tuple[EdgeCase, ...]]:
    """Each case with a question answered no, and each answered yes."""
    plain = tuple(cases)
    text, asked = "%(case)s; %(question)s", {"question": question}
    return (
        tuple(EdgeCase(case.label, {**case.answers, name: NO}) for case in plain),
        tuple(EdgeCase(Message(text, asked, {"case": case.label}), {**case.answers, name: YES}) for case in plain),
    )


def shown(exact: Fraction) -> Decimal:
    """An exact number for a line; only what goes on after four decimals is cut."""
    return Rounding.HALF_UP.to_step(exact, SHOWN)


def decimal(exact: Fraction) -> Decimal:
    """An exact number that ends, as a decimal."""
    return Decimal(exact.numerator) / exact.denominator

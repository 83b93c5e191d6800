"""What all methods share: they ask for facts, refuse impossible ones, and award points."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from scoring.rules.inputs import Answers, Input
from scoring.rules.leaf import Leaf, LeafState, Outcome
from scoring.rules.messages import RuleError, RuleErrors
from scoring.rules.methods.params import Params


@dataclass(frozen=True)
class Method(ABC):
    """A way to turn answers into points. `title` is a msgid."""

    name: ClassVar[str]
    title: ClassVar[str]

    leaf: Leaf

    @classmethod
    def from_params(cls, params: Mapping[str, object], leaf: Leaf) -> Self:
        """Raises: RuleErrors with all that is wrong with the params."""
        with Params(params) as reader:
            return cls.read(reader, leaf)

    @classmethod
    @abstractmethod
    def read(cls, params: Params, leaf: Leaf) -> Self: ...

    @abstractmethod
    def inputs(self) -> tuple[Input, ...]: ...

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

    def _refused_answers(self, answers: Answers) -> Iterator[RuleError]:
        for each in self.inputs():
            if problem := each.problem(answers.get(each.name)):
                yield RuleError(problem, at=each.name)


def score_leaf(method: Method, state: LeafState, answers: Answers) -> Outcome:
    """What a leaf brings to the sums in any of its four states; answers count only in one of them."""
    match state:
        case LeafState.NOT_ANSWERED:
            return method.leaf.when_not_answered()
        case LeafState.NOT_APPLICABLE:
            return method.leaf.when_not_applicable()
        case LeafState.NO_CASE:
            return method.leaf.when_no_case()
        case LeafState.ANSWERED:
            return method.score(answers)

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.params import Params

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """A group of the counted items and what each of them is worth, 0 to 1."""

    name: str
    label: str
    weight: Decimal


@dataclass(frozen=True)
class Weighted(Method):
    """The maximum in proportion to a weighted count: done on time 1, done late 0.5, undone 0."""

    name = "weighted"
    title = _("Weighted count of a whole")

    parts: tuple[Part, ...]

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        parts = tuple(_read_part(row) for row in params.rows("parts", named_by="name"))
        if params.is_sound() and not any(part.weight for part in parts):
            params.refuse("parts", Message(_("no part has a weight above 0")))
        return cls(leaf, parts)

    def inputs(self) -> tuple[Input, ...]:
        return tuple(Input(part.name, part.label, Kind.INTEGER) for part in self.parts)

    def award(self, answers: Answers) -> Outcome:
        counts = [int(answers[part.name]) for part in self.parts]
        total = sum(counts)
        if total == 0:
            return self.leaf.when_zero_denominator()
        terms: list[str] = []
        values: dict[str, Value] = {"total": total}
        earned = Fraction(0)
        for position, (part, count) in enumerate(zip(self.parts, counts, strict=True)):
            if part.weight:
                earned += Fraction(part.weight) * count
                terms.append(f"%(n{position})s × %(w{position})s")
                values |= {f"n{position}": count, f"w{position}": part.weight}
        line = f"({' + '.join(terms)}) / %(total)s × %(max)s = %(points)s"
        return self.leaf.award_share(earned / total, line, values)


def _read_part(row: Params) -> Part:
    return Part(row.text("name"), row.text("label"), row.number("weight", minimum=ZERO, maximum=ONE))

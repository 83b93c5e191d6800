from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import Leaf, Outcome
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import PLENTY, EdgeCase, Method
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.settings import Setting, SettingKind

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
    settings = (
        Setting(
            "parts",
            _("Parts of the whole"),
            SettingKind.ROWS,
            named_by="name",
            columns=(
                Setting(
                    "name",
                    _("Code of the part"),
                    SettingKind.TEXT,
                    hint=_("Short and without spaces; it is what is stored."),
                ),
                Setting("label", _("Name of the part"), SettingKind.TEXT),
                Setting(
                    "weight",
                    _("Weight of each item"),
                    SettingKind.NUMBER,
                    maximum=ONE,
                    hint=_("From 0 (counts for nothing) to 1 (counts in full)."),
                ),
            ),
            hint=_("Every item belongs to one part; together they are the whole."),
        ),
        sources_setting(),
    )

    parts: tuple[Part, ...]

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        rows = params.rows("parts")
        parts = tuple(Part(row.text("name"), row.text("label"), row.number("weight")) for row in rows)
        if params.is_sound() and not any(part.weight for part in parts):
            params.refuse("parts", Message(_("no part has a weight above 0")))
        return cls(leaf, parts)

    def inputs(self) -> tuple[Input, ...]:
        return tuple(Input(part.name, part.label, Kind.INTEGER) for part in self.parts)

    @property
    def divides(self) -> bool:
        return True

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

    def words(self) -> Iterator[Message]:
        places = list(enumerate(self.parts))
        terms = " + ".join(f"%(n{place})s × %(w{place})s" for place, part in places if part.weight)
        total = " + ".join(f"%(n{place})s" for place, _part in places)
        values: dict[str, Value] = {"max": self.leaf.max_points}
        for place, part in places:
            values |= {f"n{place}": part.label, f"w{place}": part.weight}
        yield Message(f"({terms}) / ({total}) × %(max)s", values)

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        """All items in one part, one in each, none at all."""
        none: dict[str, Value] = {part.name: 0 for part in self.parts}
        alone = tuple(
            EdgeCase(Message(_("all of them: %(part)s"), {"part": part.label}), {**none, part.name: PLENTY})
            for part in self.parts
        )
        each = EdgeCase(Message(_("one of each")), {part.name: 1 for part in self.parts})
        return (*alone, each, EdgeCase(Message(_("a total of 0")), none))

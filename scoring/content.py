"""What a criteria set says, apart from where it is kept: a workbook holds it, a draft is checked by it, and a
new version copies it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from scoring.importing.criteria_layout import canonical
from scoring.models import Criterion
from scoring.rules import CountsAs, ExtraPoints, Leaf, Policy, RoundAt, Rounding, leaf_step
from scoring.tree import Tree


@dataclass(frozen=True, slots=True)
class CriterionContent:
    """One node; `parent` is the code of the node above, empty for a field.

    Apart from `parent` the names are those of the model.
    """

    code: str
    parent: str
    title: str
    max_points: Decimal
    method: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    counts_as: str = CountsAs.BASE.value
    no_case_policy: str = Policy.EXCLUDE.value
    zero_denominator_policy: str = Policy.EXCLUDE.value
    knock_out: bool = False
    evidence_required: bool = False
    function: str = ""
    guidance: str = ""

    @classmethod
    def of(cls, criterion: Criterion) -> CriterionContent:
        found = {name: getattr(criterion, name) for name in CRITERION_ATTRIBUTES}
        found["params"] = canonical(criterion.params)
        return cls(parent=criterion.parent.code if criterion.parent else "", **found)


@dataclass(frozen=True, slots=True)
class SetContent:
    """A whole set; `issuer` is the code of a unit. Apart from `criteria` the names are those of the model."""

    code: str
    version: int
    title: str
    issuer: str
    unit_type: str
    total_points: Decimal
    decision_number: str = ""
    decision_on: date | None = None
    level_names: tuple[str, ...] = ()
    index_decimals: int = 2
    point_step: Decimal = Decimal("0.01")
    rounding: str = Rounding.HALF_UP.value
    round_at: str = RoundAt.LEAF.value
    extra_points: str = ExtraPoints.AFTER.value
    criteria: tuple[CriterionContent, ...] = ()

    @classmethod
    def of(cls, tree: Tree) -> SetContent:
        """The content of a stored set (a query for the issuer, unless it was loaded with the set)."""
        criteria_set = tree.criteria_set
        return cls(
            issuer=criteria_set.issuer.code,
            level_names=tuple(criteria_set.level_names),
            criteria=tuple(CriterionContent.of(node.criterion) for node in tree.nodes),
            **{name: getattr(criteria_set, name) for name in SET_ATTRIBUTES},
        )

    def leaf(self, criterion: CriterionContent) -> Leaf:
        """The criterion as the rules see it.

        Raises: RuleErrors when the maximum or the step of the set is impossible.
        """
        return Leaf(
            max_points=criterion.max_points,
            step=leaf_step(self.point_step, RoundAt(self.round_at)),
            rounding=Rounding(self.rounding),
            no_case=Policy(criterion.no_case_policy),
            zero_denominator=Policy(criterion.zero_denominator_policy),
        )

    def children(self) -> Mapping[str, tuple[CriterionContent, ...]]:
        """The criteria below each code, in order; the fields below the empty code."""
        below: dict[str, list[CriterionContent]] = defaultdict(list)
        for criterion in self.criteria:
            below[criterion.parent].append(criterion)
        return {code: tuple(criteria) for code, criteria in below.items()}

    def in_reading_order(self) -> SetContent:
        """The same set with every criterion right before those below it. Only for a sound tree."""
        return replace(self, criteria=tuple(self._walk()))

    def _walk(self) -> Iterator[CriterionContent]:
        below = self.children()
        waiting = list(reversed(below.get("", ())))
        while waiting:
            criterion = waiting.pop()
            yield criterion
            waiting += reversed(below.get(criterion.code, ()))


SET_ATTRIBUTES = tuple(
    each.name for each in fields(SetContent) if each.name not in ("issuer", "level_names", "criteria")
)
CRITERION_ATTRIBUTES = tuple(each.name for each in fields(CriterionContent) if each.name != "parent")


def composed(value: Any) -> Any:
    """The same value with all texts in NFC, as workbooks are read: some keyboards write a letter and its mark."""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: composed(each) for key, each in value.items()}
    return type(value)(map(composed, value)) if isinstance(value, list | tuple) else value


def to_json(content: SetContent) -> dict[str, Any]:
    """The content as JSON can keep it; decimals and the date become text."""
    found = asdict(content)
    for name in ("total_points", "point_step"):
        found[name] = str(found[name])
    found["decision_on"] = content.decision_on.isoformat() if content.decision_on else None
    for criterion in found["criteria"]:
        criterion["max_points"] = str(criterion["max_points"])
    return found


def from_json(stored: Mapping[str, Any]) -> SetContent:
    decision_on = stored["decision_on"]
    criteria = (
        CriterionContent(**{**criterion, "max_points": Decimal(criterion["max_points"])})
        for criterion in stored["criteria"]
    )
    return SetContent(
        **{
            **stored,
            "total_points": Decimal(stored["total_points"]),
            "point_step": Decimal(stored["point_step"]),
            "decision_on": date.fromisoformat(decision_on) if decision_on else None,
            "level_names": tuple(stored["level_names"]),
            "criteria": tuple(criteria),
        }
    )

"""How a criteria set counts beyond single rows, as the rules see it: groups and caps, knock-outs, rounding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scoring.models import CriteriaSet, Criterion
from scoring.rules import (
    CountsAs,
    ExtraPoints,
    Group,
    KnockOut,
    LeafPoints,
    Outcome,
    RoundAt,
    Rounding,
    SumRules,
)

# Where a leaf counts: its code, its field, its kind and the group right above.
Place = tuple[str, str, CountsAs, str]
BASE, BONUS = CountsAs.BASE.value, CountsAs.BONUS.value


@dataclass(frozen=True, slots=True)
class Counting:
    """Shapes: `group_codes` maps the primary key of a bonus or penalty criterion with others below it, and its
    kind, to its code; `knock_outs` hold the inner before the outer."""

    rules: SumRules
    group_codes: Mapping[tuple[int | None, str], str]
    knock_outs: tuple[KnockOut, ...]
    # Asked for a hundred leaves with every save.
    _places: dict[int, Place] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, criteria_set: CriteriaSet, criteria: Iterable[Criterion]) -> Counting:
        """From criteria in reading order; those of the base maximum outside knock-outs may be left out."""
        nodes = list(criteria)
        inner = {node.parent_id for node in nodes}
        by_pk = {node.pk: node for node in nodes}
        codes: dict[tuple[int | None, str], str] = {}
        groups: dict[str, Group] = {}
        for node in nodes:
            if node.counts_as != BASE and node.pk in inner:
                codes[node.pk, node.counts_as] = node.code
                groups[node.code] = Group(node.max_points, codes.get((node.parent_id, node.counts_as), ""))
        return cls(sum_rules(criteria_set, groups), codes, _knock_outs(nodes, by_pk, inner))

    @classmethod
    def stored(cls, criteria_set: CriteriaSet) -> Counting:
        """From the database: one query in the life of the set's object."""
        return cls.of(criteria_set, criteria_set.uncommon_criteria)

    @classmethod
    def among(cls, criteria_set: CriteriaSet, leaves: Iterable[Criterion]) -> Counting:
        """As `stored`, without a query where these leaves are all within the maximum and outside knock-outs."""
        is_uncommon = any(leaf.counts_as != BASE or leaf.knock_out_branch_id is not None for leaf in leaves)
        return cls.stored(criteria_set) if is_uncommon else cls.of(criteria_set, ())

    def leaf(self, criterion: Criterion, outcome: Outcome) -> LeafPoints:
        """A leaf as the sums take it. Shapes: its section is the primary key of its field, as text."""
        place = self._places.get(criterion.pk)
        if place is None:
            place = self._places[criterion.pk] = self._place(criterion)
        code, section, counts_as, group = place
        return LeafPoints(code, section, outcome.points, outcome.counted_max_points, counts_as, group)

    def _place(self, criterion: Criterion) -> Place:
        return (
            criterion.code,
            str(criterion.section_id or criterion.pk),
            CountsAs(criterion.counts_as),
            self.group_codes.get((criterion.parent_id, criterion.counts_as), ""),
        )


def sum_rules(criteria_set: CriteriaSet, groups: Mapping[str, Group] | None = None) -> SumRules:
    return SumRules(
        groups=groups or {},
        step=criteria_set.point_step,
        rounding=Rounding(criteria_set.rounding),
        round_at=RoundAt(criteria_set.round_at),
        extra_points=ExtraPoints(criteria_set.extra_points),
        total_points=criteria_set.total_points,
        index_decimals=criteria_set.index_decimals,
    )


def _knock_outs(
    nodes: Iterable[Criterion], by_pk: Mapping[int, Criterion], inner: set[int | None]
) -> tuple[KnockOut, ...]:
    """Every knock-out criterion with the leaves below it, the inner ones first: the reading order turned round."""
    below: dict[int, dict[str, list[str]]] = {node.pk: {} for node in nodes if node.knock_out and node.pk in inner}
    for node in nodes:
        if node.pk in inner:
            continue
        above = by_pk.get(node.parent_id) if node.parent_id else None
        while above is not None:
            if above.pk in below:
                below[above.pk].setdefault(node.counts_as, []).append(node.code)
            above = by_pk.get(above.parent_id) if above.parent_id else None
    return tuple(
        KnockOut(by_pk[pk].code, tuple(codes.get(BASE, ())), tuple(codes.get(BONUS, ())))
        for pk, codes in reversed(below.items())
    )

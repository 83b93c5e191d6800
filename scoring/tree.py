"""A criteria set as a tree, loaded once: what sheet, appraisal, board and reports walk through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.models import CriteriaSet, Criterion


@dataclass(frozen=True, slots=True)
class Node:
    """A criterion in its place.

    Shapes: `path` holds the criteria above it from the field down to the parent, without itself;
    `children` are in reading order. Units: `depth` is 1 for a field.
    """

    criterion: Criterion
    path: tuple[Criterion, ...]
    children: tuple[Node, ...]

    @property
    def depth(self) -> int:
        return len(self.path) + 1

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def parent(self) -> Criterion | None:
        return self.path[-1] if self.path else None

    @property
    def section(self) -> Criterion:
        """The field above, or the field itself."""
        return self.path[0] if self.path else self.criterion


@dataclass(frozen=True, slots=True)
class Tree:
    """All criteria of a set in reading order. The criteria know their set and parents without a query.

    Shapes: `by_id` maps the primary key of a criterion to its node.
    """

    criteria_set: CriteriaSet
    nodes: tuple[Node, ...]
    by_id: Mapping[int, Node]

    @classmethod
    def of(cls, criteria_set: CriteriaSet) -> Tree:
        """Load the tree of a set: one query."""
        criteria = list(criteria_set.criteria.order_by("position"))
        nodes = _nodes(criteria)
        return cls(criteria_set, nodes, {node.criterion.pk: node for node in nodes})

    @property
    def roots(self) -> tuple[Node, ...]:
        """The fields."""
        return tuple(node for node in self.nodes if not node.path)

    @property
    def leaves(self) -> tuple[Node, ...]:
        """Whatever is scored."""
        return tuple(node for node in self.nodes if node.is_leaf)

    @property
    def depth(self) -> int:
        return max((node.depth for node in self.nodes), default=0)

    def level_name(self, node: Node) -> str:
        """What the set calls criteria of this depth; empty where it has no word."""
        names = self.criteria_set.level_names
        return str(names[node.depth - 1]) if node.depth <= len(names) else ""

    def leaves_below(self, node: Node) -> tuple[Node, ...]:
        """The leaves of a branch; the node itself when it is one."""
        if node.is_leaf:
            return (node,)
        return tuple(leaf for child in node.children for leaf in self.leaves_below(child))


def _nodes(criteria: Iterable[Criterion]) -> tuple[Node, ...]:
    """Criteria in reading order as nodes: paths from the top down, then children from the bottom up."""
    paths: dict[int, tuple[Criterion, ...]] = {}
    ordered = list(criteria)
    known = {criterion.pk: criterion for criterion in ordered}
    for criterion in ordered:
        if criterion.parent_id is not None:
            criterion.parent = known[criterion.parent_id]
            paths[criterion.pk] = (*paths[criterion.parent_id], criterion.parent)
            criterion.section = paths[criterion.pk][0]
        else:
            paths[criterion.pk] = ()
    nodes: list[Node] = []
    children: dict[int | None, list[Node]] = defaultdict(list)
    for criterion in reversed(ordered):
        below = tuple(reversed(children.pop(criterion.pk, [])))
        node = Node(criterion, paths[criterion.pk], below)
        children[criterion.parent_id].append(node)
        nodes.append(node)
    return tuple(reversed(nodes))

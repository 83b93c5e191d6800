"""The leaves of a criteria set, ready to be scored: methods are built once, and the tree is walked once.

A published set never changes any more: what is made of it is kept in the life of the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from scoring.counting import Counting
from scoring.models import IMPORTED, Campaign, CriteriaSet, Criterion
from scoring.rules import FACT, Input, Method
from scoring.tree import Tree

# Sets that a process remembers: campaigns of a few years, each by one or two versions.
KEPT = 16


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf with its field and its method. Shared by all requests of a process: only to be read.

    `for_people` and `for_unit` say of the criterion what `Score.is_for_people` and `Score.is_for_unit` say of a
    row without an exclusion.
    """

    pk: int
    criterion: Criterion
    section: Criterion
    method: Method
    inputs: tuple[Input, ...]
    for_people: bool
    for_unit: bool


@dataclass(frozen=True, slots=True)
class SetLeaves:
    """A whole set. Shapes: `by_pk` maps the primary keys of leaves, in reading order."""

    tree: Tree
    by_pk: Mapping[int, Leaf]
    counting: Counting


class NotFrozen(Exception):
    """A set that may still change: nobody keeps anything of it."""


@lru_cache(maxsize=KEPT)
def frozen_set(pk: int) -> CriteriaSet:
    """Shared by all requests of a process: only to be read. Raises: NotFrozen."""
    found = CriteriaSet.objects.get(pk=pk)
    if not found.is_frozen:
        raise NotFrozen
    return found


def give_set(campaign: Campaign) -> None:
    """Let a campaign that was read without its set know it; no query for a set that the process knows."""
    try:
        campaign.criteria_set = frozen_set(campaign.criteria_set_id)
    except NotFrozen:
        return


def leaves_of(criteria_set: CriteriaSet) -> SetLeaves:
    """One query for a draft; none for a set that the process knows."""
    if criteria_set.is_frozen:
        return leaves_of_frozen(criteria_set.pk, criteria_set.revision)
    return _read(criteria_set)


@lru_cache(maxsize=KEPT)
def leaves_of_frozen(set_id: int, revision: int) -> SetLeaves:
    """Shared by all requests of a process: only to be read."""
    return _read(frozen_set(set_id))


def _read(criteria_set: CriteriaSet) -> SetLeaves:
    tree = Tree.of(criteria_set)
    leaves = {}
    for node in tree.leaves:
        criterion = node.criterion
        method = criterion.scoring_method(criteria_set)
        people = criterion.method not in IMPORTED
        leaves[criterion.pk] = Leaf(
            pk=criterion.pk,
            criterion=criterion,
            section=node.section,
            method=method,
            inputs=method.inputs(),
            for_people=people,
            for_unit=people and FACT not in criterion.params,
        )
    return SetLeaves(tree, leaves, Counting.of(criteria_set, (node.criterion for node in tree.nodes)))

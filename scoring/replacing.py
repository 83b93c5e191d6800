"""A campaign that moves to another version of its set while it runs: what happens to each criterion.

Criteria belong together as `scoring.difference` pairs them. A leaf whose rules are the same keeps everything; one
whose rules changed keeps what was entered and is marked for review; one that is no more leaves its rows to the
record of the replacement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from scoring.content import SetContent
from scoring.difference import CriterionChange, SetDifference, differences_between
from scoring.lint import errors_in_words
from scoring.models import (
    IMPORTED,
    Campaign,
    CampaignStatus,
    CriteriaSet,
    Criterion,
    Score,
    SetReplacement,
    SetStatus,
)
from scoring.rules import LeafState
from scoring.tree import Node, Tree
from units.models import Unit

# Titles that share less than this of their letters are taken for two different questions.
ALIKE = 0.6


class LeafKind(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LeafMove:
    """What becomes of one leaf. Shapes: `words` are the changes of its rules, a line each."""

    kind: LeafKind
    old: Criterion | None
    new: Criterion | None
    words: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code in the new version, else the one it had."""
        criterion = self.new or self.old
        return criterion.code if criterion else ""

    @property
    def old_code(self) -> str:
        """The code it had, where that was another one."""
        return self.old.code if self.old and self.new and self.old.code != self.new.code else ""

    @property
    def title(self) -> str:
        criterion = self.new or self.old
        return criterion.title if criterion else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a campaign moves. Shapes: `criteria` maps the primary key of every criterion that stays, leaf or not, to
    the criterion of the new version.
    """

    before: Tree
    after: Tree
    difference: SetDifference
    criteria: Mapping[int, Criterion]
    leaves: tuple[LeafMove, ...]

    @classmethod
    def of(cls, old_set: CriteriaSet, new_set: CriteriaSet) -> Plan:
        """Compare two stored versions (two queries, and one for each issuer not loaded)."""
        before, after = Tree.of(old_set), Tree.of(new_set)
        difference = differences_between(SetContent.of(before), SetContent.of(after))
        new_by_code = {node.criterion.code: node.criterion for node in after.nodes}
        criteria = {
            node.criterion.pk: new_by_code[difference.pairs[node.criterion.code]]
            for node in before.nodes
            if node.criterion.code in difference.pairs
        }
        return cls(before, after, difference, criteria, tuple(_leaves(before, after, difference, criteria)))

    def of_kind(self, kind: LeafKind) -> tuple[LeafMove, ...]:
        return tuple(leaf for leaf in self.leaves if leaf.kind is kind)

    def uncovered(self, agencies: Mapping[int, Unit]) -> list[Node]:
        """The topmost criteria of the new version that nobody appraises. Shapes: `agencies` by primary key."""
        bare = {node.criterion.pk for node in self.after.leaves if not _is_covered(node, agencies)}
        found: list[Node] = []
        for node in self.after.nodes:
            below_one = any(each.criterion in node.path for each in found)
            leaves = [leaf.criterion for leaf in self.after.leaves_below(node)]
            # What an import fills in needs nobody.
            is_for_people = any(leaf.method not in IMPORTED for leaf in leaves)
            if not below_one and is_for_people and all(leaf.pk in bare for leaf in leaves):
                found.append(node)
        return found


def _is_covered(node: Node, agencies: Mapping[int, Unit]) -> bool:
    return any(each.pk in agencies for each in (node.criterion, *node.path))


def _leaves(
    before: Tree, after: Tree, difference: SetDifference, criteria: Mapping[int, Criterion]
) -> Iterator[LeafMove]:
    """Leaves of the new version in its order, then those that are no more, headings by now among them."""
    changes = {change.after.code: change for change in difference.changed}
    heads = [str(each) for each in difference.head if each.is_rule]
    new_leaves = {node.criterion.pk for node in after.leaves}
    stays = {
        criteria[node.criterion.pk].pk: node.criterion
        for node in before.leaves
        if node.criterion.pk in criteria and criteria[node.criterion.pk].pk in new_leaves
    }
    for node in after.leaves:
        old = stays.get(node.criterion.pk)
        if old is None:
            yield LeafMove(LeafKind.ADDED, None, node.criterion)
            continue
        words = (*_rule_words(changes.get(node.criterion.code)), *heads)
        yield LeafMove(LeafKind.CHANGED if words else LeafKind.UNCHANGED, old, node.criterion, words)
    kept = {each.pk for each in stays.values()}
    for node in before.leaves:
        if node.criterion.pk not in kept:
            yield LeafMove(LeafKind.REMOVED, node.criterion, None)


def _rule_words(change: CriterionChange | None) -> Iterator[str]:
    """What changed in the rules; the title too where it does, or where it alone asks something else."""
    if change is not None and (change.changes_rule or _asks_something_else(change)):
        yield from (str(each) for each in change.attributes if each.is_rule or each.attribute == "title")


def _asks_something_else(change: CriterionChange) -> bool:
    """Whether a code may have been given to another criterion of the same rules; a reworded title stays alike."""
    titles = change.before.title.lower(), change.after.title.lower()
    return titles[0] != titles[1] and SequenceMatcher(None, *titles).ratio() < ALIKE


# What stands in the way, and what hangs on the rows -----------------------------------------------------------
def versions_to_take(campaign: Campaign) -> list[CriteriaSet]:
    """The versions to which a campaign can move, the latest first."""
    same = CriteriaSet.objects.filter(code=campaign.criteria_set.code, status=SetStatus.PUBLISHED)
    return list(same.exclude(pk=campaign.criteria_set_id).select_related("issuer").order_by("-version"))


def may_move(campaign: Campaign) -> bool:
    """A campaign moves before it is closed."""
    return campaign.status in (CampaignStatus.DRAFT, CampaignStatus.OPEN)


def replacement_problems(campaign: Campaign, plan: Plan, agencies: Mapping[int, Unit]) -> list[str]:
    """Why a campaign cannot move to the new version, in words; empty when it can.

    Shapes: `agencies` maps criteria of the new version (by primary key) to who appraises them.
    """
    problems = []
    new_set = plan.after.criteria_set
    if new_set.status != SetStatus.PUBLISHED:
        problems.append(_("The criteria set is not published."))
    if new_set.unit_type != campaign.criteria_set.unit_type:
        problems.append(_("The new version scores another type of units."))
    problems += errors_in_words(new_set)
    if not campaign.external and (bare := plan.uncovered(agencies)):
        codes = ", ".join(node.criterion.code for node in bare)
        problems.append(_("Nobody appraises: %(codes)s.") % {"codes": codes})
    return problems


def agencies_after(campaign: Campaign, plan: Plan, chosen: Mapping[int, Unit]) -> dict[int, Unit]:
    """Who appraises what in the new version: the assignments that stay, and `chosen` for the rest."""
    stay = {
        plan.criteria[each.criterion_id].pk: each.agency
        for each in campaign.assignments.select_related("agency")
        if each.criterion_id in plan.criteria
    }
    return {**chosen, **stay}


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many rows of a leaf hold something. Units: rows."""

    answered: int = 0
    appraised: int = 0
    noted: int = 0
    documented: int = 0

    def __bool__(self) -> bool:
        return bool(self.answered or self.appraised or self.noted or self.documented)


def holdings_of(campaign: Campaign) -> dict[int, Holdings]:
    """What hangs on the rows of each leaf of a campaign, by its primary key: one query."""
    rows = (
        Score.objects.filter(sheet__campaign=campaign)
        .order_by()
        .values("criterion")
        .annotate(
            answered=Count("pk", filter=~Q(state=LeafState.NOT_ANSWERED.value), distinct=True),
            appraised=Count("pk", filter=Q(appraisals__isnull=False), distinct=True),
            noted=Count("pk", filter=~Q(note=""), distinct=True),
            documented=Count("pk", filter=Q(evidence__isnull=False), distinct=True),
        )
    )
    return {
        row["criterion"]: Holdings(row["answered"], row["appraised"], row["noted"], row["documented"])
        for row in rows
    }


def criterion_now(sheet: int, criterion: int) -> int:
    """The criterion (by primary key) that took the place of one when the set of a sheet's campaign was replaced.

    A page opened before still sends the old one.
    """
    replacements = SetReplacement.objects.filter(campaign__sheets=sheet).order_by("pk")
    for pk in replacements.values_list("pk", flat=True):
        moved = replacements.filter(pk=pk).values_list(f"data__moved__c{criterion}", flat=True).get()
        criterion = moved or criterion
    return criterion

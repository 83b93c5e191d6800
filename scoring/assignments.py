"""Who appraises what: assignments followed down the tree, and what is to be known before one relies on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from scoring.models import IMPORTED, Campaign, CampaignStatus, Score, Share
from scoring.tree import Node, Tree
from units.access import Role
from units.models import Membership, Unit
from units.models.units import today

# Criterion → agency, both by primary key.
Agencies = Mapping[int, int]


def assigned(campaign: Campaign) -> dict[int, int]:
    """The assignments of a campaign as they are stored."""
    return dict(campaign.assignments.values_list("criterion", "agency"))


def decided_at(node: Node, agencies: Agencies) -> int | None:
    """The criterion whose assignment counts for this one: the nearest at or above it."""
    places = (node.criterion, *reversed(node.path))
    return next((each.pk for each in places if each.pk in agencies), None)


def agencies_by_leaf(agencies: Agencies, tree: Tree) -> dict[int, int | None]:
    """Who appraises each leaf: the agency of the nearest assignment at or above it."""
    places = {node.criterion.pk: decided_at(node, agencies) for node in tree.leaves}
    return {leaf: None if place is None else agencies[place] for leaf, place in places.items()}


def uncovered_leaves(agencies: Agencies, tree: Tree) -> list[Node]:
    """Leaves that somebody must appraise and no agency does; those that a survey fills need nobody."""
    by_leaf = agencies_by_leaf(agencies, tree)
    return [
        leaf
        for leaf in tree.leaves
        if by_leaf[leaf.criterion.pk] is None and leaf.criterion.method not in IMPORTED
    ]


def uncovered(campaign: Campaign) -> list[str]:
    """What keeps a campaign from being opened, in words."""
    leaves = uncovered_leaves(assigned(campaign), Tree.of(campaign.criteria_set))
    codes = ", ".join(leaf.criterion.code for leaf in leaves)
    return [_("Nobody appraises: %(codes)s.") % {"codes": codes}] if leaves else []


def by_function(tree: Tree, agencies: Sequence[Unit]) -> dict[int, Unit]:
    """Criteria whose function an agency has; of two agencies of one function the first."""
    of_function = {unit.function: unit for unit in reversed(agencies) if unit.function}
    functions = ((node.criterion.pk, node.criterion.function) for node in tree.nodes)
    return {pk: of_function[function] for pk, function in functions if function in of_function}


@dataclass(frozen=True, slots=True)
class Cover:
    """What one agency has to appraise. `open_rows` are rows of all sheets that nobody decided yet (open campaign).

    `warnings` say in words why the work may not get done.
    """

    agency: Unit
    leaves: int
    open_rows: int
    appraisers: int
    warnings: tuple[str, ...]


def coverage(campaign: Campaign, tree: Tree, agencies: Agencies, offered: Sequence[Unit]) -> list[Cover]:
    """The agencies that appraise something, with what is wrong: four queries."""
    by_leaf = agencies_by_leaf(agencies, tree)
    counts = Counter(by_leaf.values())
    used = [unit for unit in offered if counts[unit.pk]]
    appraisers, own = people_who_appraise(campaign, used), filled_leaves(campaign, tree, used)
    scored = set(campaign.results.values_list("unit", flat=True))
    open_rows = undecided_rows(campaign)
    covers = []
    for unit in used:
        leaves = {leaf for leaf, agency in by_leaf.items() if agency == unit.pk}
        both = [node.criterion.code for node in tree.leaves if node.criterion.pk in leaves & own[unit.pk]]
        warnings = warnings_of(unit, appraisers[unit.pk], both, is_scored=unit.pk in scored)
        covers.append(Cover(unit, len(leaves), open_rows[unit.pk], appraisers[unit.pk], tuple(warnings)))
    return covers


def warnings_of(unit: Unit, appraisers: int, both: Sequence[str], *, is_scored: bool) -> Iterable[str]:
    if not appraisers:
        yield _("No account may appraise for this agency: nobody could do the work.")
    if both:
        codes = ", ".join(both)
        yield _("The agency fills in these criteria itself, as a part of a sheet: %(codes)s.") % {"codes": codes}
    if is_scored:
        yield _("The agency is scored itself: the coordinator appraises its own sheet.")


def people_who_appraise(campaign: Campaign, agencies: Iterable[Unit]) -> Counter[int]:
    """How many active people may appraise for each agency today; the coordinators for their own office."""
    held = Membership.objects.on(today()).filter(unit__in=list(agencies), user__is_active=True)
    able = held.filter(Q(role=Role.APPRAISER) | Q(role=Role.COORDINATOR, unit=campaign.office_id))
    pairs = able.order_by().values_list("unit", "user").distinct()
    return Counter(unit for unit, _person in pairs)


def filled_leaves(campaign: Campaign, tree: Tree, agencies: Iterable[Unit]) -> dict[int, set[int]]:
    """The leaves that each agency fills in for a unit of this campaign."""
    found: dict[int, set[int]] = {unit.pk: set() for unit in agencies}
    shares = Share.objects.filter(sheet__campaign=campaign, unit__in=found).order_by()
    for agency, criterion in shares.values_list("unit", "criterion").distinct():
        if agency is not None and criterion in tree.by_id:
            found[agency] |= {leaf.criterion.pk for leaf in tree.leaves_below(tree.by_id[criterion])}
    return found


def undecided_rows(campaign: Campaign) -> Counter[int | None]:
    """Rows of all sheets that an agency is to decide and nobody has; none before the campaign is open."""
    if campaign.status != CampaignStatus.OPEN:
        return Counter()
    rows = Score.objects.for_people().filter(sheet__campaign=campaign, appraisals=None).order_by()
    return Counter(rows.values_list("agency", flat=True))

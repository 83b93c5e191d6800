"""Questions about criteria and their answers: how many there are, who asks and who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from scoring.models import Campaign, CampaignStatus, Question
from scoring.tree import Tree
from units.access import Role
from units.models import Unit, User
from units.names import folded


def question_counts(campaign: Campaign) -> dict[int, int]:
    """The number of questions about each criterion that has any; one query."""
    counted = campaign.questions.order_by().values("criterion").annotate(count=Count("pk"))
    return {row["criterion"]: row["count"] for row in counted}


def asking_units(campaign: Campaign, user: User) -> list[Unit]:
    """The units of an open campaign for which the person may ask: those whose officer or leader he is."""
    own = user.units_as(Role.OFFICER, Role.LEADER)
    if not own or campaign.status != CampaignStatus.OPEN:
        return []
    return list(Unit.objects.filter(pk__in=own, results__campaign=campaign).order_by("code"))


@dataclass(frozen=True, slots=True)
class Answerers:
    """Who answers questions of a campaign: its coordinators, and the agencies that appraise the criterion.

    Shapes: `agencies` maps a criterion to those that appraise it or something below it.
    """

    campaign: Campaign
    agencies: Mapping[int, frozenset[int]]

    @classmethod
    def of(cls, campaign: Campaign, tree: Tree) -> Answerers:
        """One query."""
        assigned = dict(campaign.assignments.values_list("criterion", "agency"))
        found: dict[int, set[int]] = {node.criterion.pk: set() for node in tree.nodes}
        for node in tree.nodes:
            path = (node.criterion, *reversed(node.path))
            nearest = next((assigned[each.pk] for each in path if each.pk in assigned), None)
            if nearest is not None:
                for each in path if node.criterion.pk in assigned else path[:1]:
                    found[each.pk].add(nearest)
        return cls(campaign, {pk: frozenset(agencies) for pk, agencies in found.items()})

    def includes(self, user: User, criterion_id: int) -> bool:
        if self.campaign.coordinated_by(user):
            return True
        return not user.units_as(Role.APPRAISER).isdisjoint(self.agencies.get(criterion_id, frozenset()))


def matching(rows: QuerySet[Question], text: str) -> QuerySet[Question]:
    """Questions in which all the words stand: in the question, the answer or the criterion; capitals and
    diacritics do not matter. One query for what is searched, when there is something to search."""
    words = folded(text).split()
    if not words:
        return rows
    columns = rows.values_list("pk", "text", "answer", "criterion__code", "criterion__title")
    found = [pk for pk, *texts in columns if all(word in folded(" ".join(texts)) for word in words)]
    return rows.filter(pk__in=found)

"""A second version of the set of `tests.world`, edited and published, for the tests of its replacement."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from scoring.actions.contents import store_criteria
from scoring.actions.criteria import new_version
from scoring.actions.replacing import replace_set
from scoring.content import CriterionContent, SetContent
from scoring.models import Campaign, CriteriaSet, SetReplacement, SetStatus
from scoring.tree import Tree
from tests.world import World

Edit = Callable[[dict[str, CriterionContent]], None]


def change(code: str, **columns: Any) -> Edit:
    def edit(criteria: dict[str, CriterionContent]) -> None:
        criteria[code] = replace(criteria[code], **columns)

    return edit


def remove(*codes: str) -> Edit:
    def edit(criteria: dict[str, CriterionContent]) -> None:
        for code in codes:
            del criteria[code]

    return edit


def add(code: str, parent: str, maximum: str = "1", **columns: Any) -> Edit:
    def edit(criteria: dict[str, CriterionContent]) -> None:
        found = CriterionContent(
            code, parent, columns.pop("title", f"Tiêu chí mới {code}"), Decimal(maximum), "points", **columns
        )
        criteria[code] = found

    return edit


def renumber(old: str, new: str) -> Edit:
    """One leaf under another code, in its place."""

    def edit(criteria: dict[str, CriterionContent]) -> None:
        items = [
            (new, replace(each, code=new)) if code == old else (code, each) for code, each in criteria.items()
        ]
        criteria.clear()
        criteria.update(items)

    return edit


def summed(criteria: dict[str, CriterionContent]) -> dict[str, CriterionContent]:
    """The criteria in reading order with the maxima that their children add up to."""
    content = SetContent("x", 1, "x", "x", "x", Decimal(0), criteria=tuple(criteria.values())).in_reading_order()
    found = {each.code: each for each in content.criteria}
    below = content.children()
    for code in reversed(list(found)):
        if code in below:
            total = sum((found[each.code].max_points for each in below[code]), Decimal(0))
            found[code] = replace(found[code], max_points=total)
    return found


def later_version(world: World, *edits: Edit, published: bool = True) -> CriteriaSet:
    """The set as its next version, changed; maxima above leaves follow from those below."""
    draft = new_version(criteria_set=world.criteria_set, by=world.coordinator)
    criteria = {each.code: each for each in SetContent.of(Tree.of(draft)).criteria}
    for edit in edits:
        edit(criteria)
    criteria = summed(criteria)
    draft.criteria.all().delete()
    store_criteria(draft, list(criteria.values()), {})
    draft.total_points = sum((each.max_points for each in criteria.values() if not each.parent), Decimal(0))
    draft.status = SetStatus.PUBLISHED if published else SetStatus.DRAFT
    draft.save()
    return draft


def replaced(world: World, *edits: Edit, **columns: Any) -> SetReplacement:
    """The campaign of the world moved to such a version."""
    to_set = later_version(world, *edits)
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    found = replace_set(
        campaign=campaign,
        to_set=to_set,
        reason="Quyết định sửa đổi 15/QĐ-UBND",
        version=campaign.version,
        by=world.coordinator,
        **columns,
    )
    world.campaign.refresh_from_db()
    return found

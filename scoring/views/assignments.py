"""Which agency appraises which field, criterion or component, and whether everything is covered."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from scoring.actions.assignments import Assigned, assign
from scoring.actions.drafts import agencies_of
from scoring.assignments import by_function, coverage, decided_at, uncovered_leaves
from scoring.models import IMPORTED, Campaign, CampaignStatus
from scoring.tree import Node, Tree
from scoring.views.campaign_edit import coordinated
from scoring.workflow import MoveRefused
from units.access import person, require
from units.models import Unit

# Fields and criteria have a choice of their own; components only on demand: few agencies divide a criterion.
USUAL_DEPTH = 2


@dataclass(frozen=True, slots=True)
class AssignRow:
    """One criterion of the page. `agency` is its own choice, `effective` who appraises it; leaves say `from_code`
    when that is inherited. A survey fills rows of `is_imported`: nobody appraises them."""

    node: Node
    name: str
    has_choice: bool
    agency: int | None
    effective: str
    from_code: str
    is_imported: bool


@require_http_methods(["GET", "POST"])
def campaign_assign(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    require(
        found.status in (CampaignStatus.DRAFT, CampaignStatus.OPEN) and not found.external,
        _("Assignments are made while a campaign is a draft or open."),
    )
    tree = Tree.of(found.criteria_set)
    stored = {each.criterion_id: each.agency for each in found.assignments.select_related("agency")}
    if request.method == "GET":
        wanted = stored | by_function(tree, agencies_of(found)) if "propose" in request.GET else stored
        return assign_page(request, found, tree, chosen=wanted)
    known = {unit.pk: unit for unit in agencies_of(found)}
    posted = {node.criterion.pk for node in tree.nodes if f"agency-{node.criterion.pk}" in request.POST}
    choices = {**stored, **dict.fromkeys(posted)}
    nodes = [node for node in tree.nodes if has_choice(node, choices)]
    agencies = chosen_agencies(request.POST, nodes, stored, known)
    reason = request.POST.get("reason", "")
    try:
        done = assign(
            campaign=found, agencies=agencies, version=request.POST.get("version"), by=user, reason=reason
        )
    except (MoveRefused, StaleVersion) as refusal:
        messages.error(request, str(refusal))
        return assign_page(request, found, tree, chosen=agencies, status=409)
    messages.success(request, " ".join(told(done)))
    return redirect("campaign", code)


def told(done: Assigned) -> list[str]:
    """What the change did, in words."""
    said = [_("The assignments were saved.")]
    if done.moved:
        text = ngettext(
            "%(count)s row went to another agency.", "%(count)s rows went to another agency.", done.moved
        )
        said.append(text % {"count": done.moved})
    if done.stayed:
        text = ngettext(
            "%(count)s row is decided already and stays where it is.",
            "%(count)s rows are decided already and stay where they are.",
            done.stayed,
        )
        said.append(text % {"count": done.stayed})
    return said


def chosen_agencies(
    data: Mapping[str, Any], nodes: Iterable[Node], stored: Mapping[int, Unit], known: Mapping[int, Unit]
) -> dict[int, Unit]:
    """Criterion → agency from inputs `agency-<criterion>`; criteria without a choice on the page keep theirs."""
    shown = {node.criterion.pk for node in nodes}
    wanted = {pk: agency for pk, agency in stored.items() if pk not in shown}
    for pk in shown:
        number = number_of(str(data.get(f"agency-{pk}", "")))
        if number in known:
            wanted[pk] = known[number]
    return wanted


def number_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def assign_page(
    request: HttpRequest, found: Campaign, tree: Tree, *, chosen: Mapping[int, Unit], status: int = 200
) -> HttpResponse:
    """The tree with its choices, who appraises each leaf by them, and what is wrong with that."""
    offered = agencies_of(found)
    agencies = {pk: unit.pk for pk, unit in chosen.items() if pk in tree.by_id}
    rows = rows_of(tree, agencies, offered, shows_all="all" in request.GET)
    bare = uncovered_leaves(agencies, tree)
    context = {
        "campaign": found,
        "rows": rows,
        "agencies": offered,
        "coverage": coverage(found, tree, agencies, offered),
        "uncovered": [leaf.criterion.code for leaf in bare],
        "leaves": len(tree.leaves),
        "shows_all": all(row.has_choice for row in rows),
        "proposes": "propose" in request.GET,
        "is_open": found.status == CampaignStatus.OPEN,
        "reason": request.POST.get("reason", ""),
        "version": request.POST.get("version", found.version),
    }
    return render(request, "scoring/campaigns/assign.html", context, status=status)


def rows_of(tree: Tree, agencies: Mapping[int, int], offered: list[Unit], *, shows_all: bool) -> list[AssignRow]:
    names = {unit.pk: unit.name for unit in offered}
    return [row_of(node, tree, agencies, names, shows_all=shows_all) for node in tree.nodes]


def row_of(
    node: Node, tree: Tree, agencies: Mapping[int, int], names: Mapping[int, str], *, shows_all: bool
) -> AssignRow:
    place = decided_at(node, agencies)
    return AssignRow(
        node=node,
        name=f"agency-{node.criterion.pk}",
        has_choice=shows_all or has_choice(node, agencies),
        agency=agencies.get(node.criterion.pk),
        effective="" if place is None else names.get(agencies[place], ""),
        from_code="" if place in (None, node.criterion.pk) else tree.by_id[place].criterion.code,
        is_imported=node.criterion.method in IMPORTED,
    )


def has_choice(node: Node, agencies: Container[int]) -> bool:
    """Down to the usual depth, and wherever an agency stands already."""
    return node.depth <= USUAL_DEPTH or node.criterion.pk in agencies

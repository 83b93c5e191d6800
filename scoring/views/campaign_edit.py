from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from scoring.actions.campaigns import agencies_by_leaf, assign
from scoring.actions.drafts import agencies_of, change_campaign, create_campaign, scored_units
from scoring.forms.campaigns import CampaignForm, chosen_blocks
from scoring.models import IMPORTED, Campaign, CampaignStatus
from scoring.tree import Node, Tree
from scoring.views.campaigns import campaign_of
from scoring.workflow import MoveRefused
from units.access import Role, person, require
from units.models import Unit, User

# Fields and criteria; components below them only on demand: few agencies divide a criterion.
USUAL_DEPTH = 2


def coordinated(user: User, code: str) -> Campaign:
    """Raises: Http404 to outsiders, PermissionDenied to members who do not coordinate it."""
    found = campaign_of(user, code)
    require(found.coordinated_by(user), _("The coordinators of the office run the campaign."))
    return found


@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    """The head of a new draft; its units follow on the next page."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Campaigns are created by coordinators."))
    form = CampaignForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        created = create_campaign(campaign=form.save(commit=False), by=user)
        messages.success(request, _("The draft was created. Check its units and deadlines."))
        return redirect("campaign_edit", created.code)
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/campaigns/edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Head and units of a draft."""
    user = person(request)
    found = coordinated(user, code)
    if found.status != CampaignStatus.DRAFT:
        messages.info(request, _("The campaign is open; its head and units are fixed now."))
        return redirect("campaign", code)
    if request.method == "GET":
        return edit_page(request, found, CampaignForm(instance=found, user=user))
    offered = scored_units(found)
    before = (found.office_id, found.year, found.criteria_set_id, found.external)
    form = CampaignForm(request.POST, instance=found, user=user)
    blocks = chosen_blocks(request.POST, offered)
    if not form.is_valid():
        return edit_page(request, campaign_of(user, code), form, blocks=blocks, status=422)
    changed = form.instance
    same_units = before == (changed.office_id, changed.year, changed.criteria_set_id, changed.external)
    try:
        change_campaign(
            campaign=changed, blocks=blocks if same_units else None, version=request.POST.get("version"), by=user
        )
    except (StaleVersion, MoveRefused) as refusal:
        form.add_error(None, str(refusal))
        return edit_page(request, campaign_of(user, code), form, blocks=blocks, status=409)
    messages.success(request, _("The draft was saved."))
    return redirect("campaign" if same_units else "campaign_edit", changed.code)


def edit_page(
    request: HttpRequest,
    found: Campaign,
    form: CampaignForm,
    *,
    blocks: Mapping[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    if blocks is None:
        blocks = dict(found.results.values_list("unit", "block"))
    units = [
        {"unit": unit, "chosen": unit.pk in blocks, "block": blocks.get(unit.pk, "")}
        for unit in scored_units(found)
    ]
    # A stale form keeps its stale version: to save again, the page must be read again.
    version = request.POST.get("version", found.version)
    context = {"form": form, "campaign": found, "units": units, "version": version}
    return render(request, "scoring/campaigns/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def campaign_assign(request: HttpRequest, code: str) -> HttpResponse:
    """Which agency appraises which field, criterion or component."""
    user = person(request)
    found = coordinated(user, code)
    require(
        found.status in (CampaignStatus.DRAFT, CampaignStatus.OPEN) and not found.external,
        _("Assignments are made while a campaign is a draft or open."),
    )
    tree = Tree.of(found.criteria_set)
    stored = {each.criterion_id: each.agency for each in found.assignments.select_related("agency")}
    if request.method == "GET":
        return assign_page(request, found, tree, chosen={pk: unit.pk for pk, unit in stored.items()})
    known = {unit.pk: unit for unit in agencies_of(found)}
    agencies = chosen_agencies(request.POST, shown_nodes(request, tree, stored), stored, known)
    try:
        assign(campaign=found, agencies=agencies, version=request.POST.get("version"), by=user)
    except (MoveRefused, StaleVersion) as refusal:
        messages.error(request, str(refusal))
        chosen = {pk: unit.pk for pk, unit in agencies.items()}
        return assign_page(request, found, tree, chosen=chosen, status=409)
    messages.success(request, _("The assignments were saved."))
    return redirect("campaign", code)


def shown_nodes(request: HttpRequest, tree: Tree, assigned: Container[int]) -> list[Node]:
    """Nodes with an own choice: down to the usual depth, and whatever is assigned already; all on demand."""
    if "all" in request.GET:
        return list(tree.nodes)
    return [node for node in tree.nodes if node.depth <= USUAL_DEPTH or node.criterion.pk in assigned]


def chosen_agencies(
    data: Mapping[str, Any], nodes: list[Node], stored: Mapping[int, Unit], known: Mapping[int, Unit]
) -> dict[int, Unit]:
    """Criterion → agency from inputs `agency-<criterion>`; criteria not shown keep theirs."""
    shown = {node.criterion.pk for node in nodes}
    wanted = {pk: agency for pk, agency in stored.items() if pk not in shown}
    for pk in shown:
        text = str(data.get(f"agency-{pk}", ""))
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
        if number in known:
            wanted[pk] = known[number]
    return wanted


def assign_page(
    request: HttpRequest, found: Campaign, tree: Tree, *, chosen: Mapping[int, int], status: int = 200
) -> HttpResponse:
    by_leaf, agencies = agencies_by_leaf(found, tree), agencies_of(found)
    counts = Counter(by_leaf.values())
    nodes = shown_nodes(request, tree, chosen)
    context = {
        "campaign": found,
        "rows": [
            {"node": node, "agency": chosen.get(node.criterion.pk), "name": f"agency-{node.criterion.pk}"}
            for node in nodes
        ],
        "agencies": agencies,
        "coverage": [(unit, counts[unit.pk]) for unit in agencies if counts[unit.pk]],
        "uncovered": [
            node.criterion.code
            for node in tree.leaves
            if by_leaf[node.criterion.pk] is None and node.criterion.method not in IMPORTED
        ],
        "leaves": len(by_leaf),
        "shows_all": len(nodes) == len(tree.nodes),
        "version": request.POST.get("version", found.version),
    }
    return render(request, "scoring/campaigns/assign.html", context, status=status)

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.versions import StaleVersion
from scoring.actions.drafts import change_campaign, create_campaign, scored_units
from scoring.forms.campaigns import CampaignForm, chosen_blocks
from scoring.models import Campaign, CampaignStatus
from scoring.views.campaigns import campaign_of
from scoring.workflow import MoveRefused
from units.access import Role, person, require
from units.models import User


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

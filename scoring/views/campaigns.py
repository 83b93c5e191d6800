from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from scoring.actions.campaigns import opening_problems
from scoring.board import BoardRow, board_rows
from scoring.claims import open_claims
from scoring.deadlines import Deadline
from scoring.models import Campaign, CampaignStatus, ScoreSheet, SheetStatus
from scoring.survey import has_survey
from units.access import Role, find, person
from units.models import AuditEvent, User

HISTORY_LENGTH = 20


def campaign_of(user: User, code: str) -> Campaign:
    """Raises: Http404 for a campaign in which the person takes no part."""
    visible = Campaign.objects.visible_to(user)
    related = ("owner", "kept_by", "criteria_set__issuer", "grade_scale", "proposed_by")
    return find(visible.select_related(*related), code=code)


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns in which the person takes part, open ones first."""
    user = person(request)
    found = list(Campaign.objects.visible_to(user).select_related("owner", "criteria_set"))
    order = [CampaignStatus.OPEN, CampaignStatus.DRAFT, CampaignStatus.CLOSED]
    found.sort(key=lambda each: order.index(each.status) if each.status in order else len(order))  # type: ignore[arg-type]
    rows = [
        {
            "campaign": each,
            "deadline": Deadline.of(each.self_score_due_at) if each.status == CampaignStatus.OPEN else None,
            "governs": each.governed_by(user),
        }
        for each in found
    ]
    context = {"rows": rows, "may_create": user.has_role(Role.COORDINATOR)}
    return render(request, "scoring/campaigns/campaigns.html", context)


@require_GET
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """The board for those who govern the campaign; for others its head and their own rows."""
    user = person(request)
    found = campaign_of(user, code)
    if not found.governed_by(user):
        return own_page(request, found, user)
    rows = board_rows(found, found.sheets.all(), user)
    show = request.GET.get("show", "")
    if show not in FILTERS:
        show = ""
    context: dict[str, Any] = {
        **head(found),
        "rows": [row for row in rows if FILTERS[show](row)],
        "total": len(rows),
        "tabs": [(name, title(name), sum(map(FILTERS[name], rows))) for name in FILTERS],
        "show": show,
        "coordinates": found.coordinated_by(user),
        "leads": found.led_by(user),
        "todo": what_to_do(found, rows, user),
        "has_survey": has_survey(found),
        "history": AuditEvent.objects.about(found)[:HISTORY_LENGTH],
        "problems": opening_problems(found) if found.status == CampaignStatus.DRAFT else [],
        "drafted": found.results.select_related("unit") if found.status == CampaignStatus.DRAFT else [],
        "may_close": found.status == CampaignStatus.OPEN
        and not found.external
        and not any(map(awaits_appraisal, rows)),
    }
    return render(request, "scoring/campaigns/campaign.html", context)


def own_page(request: HttpRequest, found: Campaign, user: User) -> HttpResponse:
    """What a scored unit or an appraising agency may know: the head, the own sheet, nothing of others."""
    own = found.sheets.filter(unit__in=user.units_as(Role.OFFICER, Role.LEADER))
    agencies = user.units_as(Role.APPRAISER)
    assigned = ScoreSheet.objects.visible_to(user).filter(campaign=found, scores__agency__in=agencies)
    context = {
        **head(found),
        "rows": board_rows(found, own, user),
        "appraises": found.assignments.filter(agency__in=agencies).select_related("criterion"),
        "to_appraise": assigned.exclude(unit__in=user.units_as()).distinct().select_related("unit")
        if agencies
        else [],
    }
    return render(request, "scoring/campaigns/own.html", context)


def head(found: Campaign) -> dict[str, Any]:
    is_open = found.status == CampaignStatus.OPEN
    return {
        "campaign": found,
        "office": found.kept_by or found.owner,
        "deadline": Deadline.of(found.self_score_due_at) if is_open else None,
        "appraisal_deadline": Deadline.of(found.appraisal_due_at) if is_open else None,
    }


FILTERS: dict[str, Callable[[BoardRow], bool]] = {
    "": lambda row: True,
    "not-submitted": lambda row: row.not_submitted,
    "late": lambda row: row.is_late,
    "waiting": lambda row: row.waits,
}


def title(name: str) -> str:
    titles = {
        "": _("All units"),
        "not-submitted": _("Not submitted"),
        "late": _("Late"),
        "waiting": _("Waiting for me"),
    }
    return titles[name]


def awaits_appraisal(row: BoardRow) -> bool:
    return row.sheet.status in (SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL)


@dataclass(frozen=True, slots=True)
class ToDo:
    """A line of "what to do next"; without an address it only informs."""

    text: str
    url: str = ""


def what_to_do(found: Campaign, rows: Iterable[BoardRow], user: User) -> list[ToDo]:
    """What the campaign needs next, for the person who looks at it."""
    coordinates, leads = found.coordinated_by(user), found.led_by(user)
    publication = reverse("campaign_publication", args=[found.code])
    if found.external and found.status in (CampaignStatus.OPEN, CampaignStatus.CLOSED):
        text = _("Record what the parent published: points by row, then the decision.")
        return [ToDo(text, reverse("external_result", args=[found.code]))] if coordinates else []
    match found.status:
        case CampaignStatus.DRAFT:
            return [ToDo(_("Complete the draft, then open it: every unit gets its score sheet."))] * coordinates
        case CampaignStatus.OPEN:
            return open_todo(found, list(rows))
        case CampaignStatus.CLOSED if found.is_proposed:
            text = _("Look through the results and approve their publication.")
            waiting = _("The publication awaits the approval of the leader.")
            return [ToDo(text if leads else waiting, publication)]
        case CampaignStatus.CLOSED:
            text = _("Check what stands in the way of publication, then propose it to the leader.")
            return [ToDo(text, publication)] if coordinates else [ToDo(_("Not yet proposed for publication."))]
        case _:
            return [ToDo(_("The results are published."), reverse("results_campaign", args=[found.code]))]


def open_todo(found: Campaign, rows: list[BoardRow]) -> list[ToDo]:
    board = reverse("campaign", args=[found.code])
    missing = sum(row.not_submitted for row in rows)
    waiting = sum(map(awaits_appraisal, rows))
    todo = []
    if missing and not found.external:
        line = ngettext(
            "%(count)s sheet has not been submitted.", "%(count)s sheets have not been submitted.", missing
        )
        todo.append(ToDo(line % {"count": missing}, f"{board}?show=not-submitted"))
    if waiting:
        line = ngettext("%(count)s sheet awaits appraisal.", "%(count)s sheets await appraisal.", waiting)
        todo.append(ToDo(line % {"count": waiting}, f"{board}?show=waiting"))
    if claims := open_claims(found):
        line = ngettext(
            "%(count)s claim “not applicable” awaits a decision.",
            "%(count)s claims “not applicable” await a decision.",
            claims,
        )
        todo.append(ToDo(line % {"count": claims}, reverse("campaign_claims", args=[found.code])))
    if not missing and not waiting:
        todo.append(ToDo(_("Every sheet is appraised: close the campaign to rank the units.")))
    return todo

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from parportal.deadlines import Deadline
from scoring.actions.campaigns import opening_problems
from scoring.board import FILTERS, SORTS, BoardRow, board_rows, has_explanation, timeliness
from scoring.board_steps import step_names
from scoring.claims import open_claims
from scoring.models import UNFINISHED, Campaign, CampaignStatus, Score, ScoreSheet
from scoring.survey import has_survey
from units.access import Role, find, person
from units.models import AuditChange, AuditEvent, User

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
            "deadline": Deadline.of(each.self_score_due_at, each.now())
            if each.status == CampaignStatus.OPEN
            else None,
            "governs": each.governed_by(user),
        }
        for each in found
    ]
    context = {
        "rows": rows,
        "may_create": user.has_role(Role.COORDINATOR),
        "may_rehearse": user.has_role(Role.ADMINISTRATOR) or Campaign.objects.rehearsable_by(user).exists(),
    }
    return render(request, "scoring/campaigns/campaigns.html", context)


@require_GET
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """The board for those who govern the campaign; for others its head and their own rows."""
    user = person(request)
    found = campaign_of(user, code)
    if not found.governed_by(user):
        return own_page(request, found, user)
    rows = board_rows(found, found.sheets.all(), user)
    is_draft = found.status == CampaignStatus.DRAFT
    context: dict[str, Any] = {
        **head(found),
        **chosen_rows(request, found, rows),
        "coordinates": found.coordinated_by(user),
        "leads": found.led_by(user),
        "todo": what_to_do(found, rows, user),
        "has_survey": has_survey(found),
        "history": history_of(found),
        "problems": opening_problems(found) if is_draft else [],
        "drafted": found.results.select_related("unit") if is_draft else [],
        "may_close": found.status == CampaignStatus.OPEN
        and not found.external
        and not any(map(awaits_appraisal, rows)),
    }
    return render(request, "scoring/campaigns/campaign.html", context)


def chosen_rows(request: HttpRequest, found: Campaign, rows: list[BoardRow]) -> dict[str, Any]:
    """The rows of the filter and in the order that the address names, with the links to other choices."""
    show, sort = request.GET.get("show", ""), request.GET.get("sort", "")
    show, sort = show if show in FILTERS else "", sort if sort in SORTS else ""
    shown = sorted(filter(FILTERS[show], rows), key=SORTS[sort])
    kept = f"&sort={sort}" if sort else ""
    filters = filter_titles()
    return {
        "rows": shown,
        "columns": columns_of(found, rows),
        "total": len(rows),
        "timeliness": None if found.external else timeliness(rows),
        "tabs": [
            (f"?show={name}{kept}", filters[name], sum(map(FILTERS[name], rows)), name == show) for name in FILTERS
        ],
        "sorts": [(f"?show={show}&sort={name}", words, name == sort) for name, words in sort_titles().items()],
    }


def columns_of(found: Campaign, rows: Iterable[BoardRow]) -> tuple[str, ...]:
    return step_names(explains=has_explanation(found, [row.sheet for row in rows]))


def history_of(found: Campaign) -> list[tuple[AuditEvent, list[AuditChange]]]:
    """The last events of the campaign; what they did to single rows stands in the history of each row."""
    rows = ContentType.objects.get_for_model(Score).pk
    events = AuditEvent.objects.about(found)[:HISTORY_LENGTH]
    return [(event, [each for each in event.changes.all() if each.row_type_id != rows]) for event in events]


def own_page(request: HttpRequest, found: Campaign, user: User) -> HttpResponse:
    """What a scored unit or an appraising agency may know: the head, the own sheet, nothing of others."""
    own = found.sheets.filter(unit__in=user.units_as(Role.OFFICER, Role.LEADER))
    agencies = user.units_as(Role.APPRAISER)
    assigned = ScoreSheet.objects.visible_to(user).filter(campaign=found, scores__agency__in=agencies)
    context = {
        **head(found),
        "rows": (rows := board_rows(found, own, user)),
        "columns": columns_of(found, rows),
        "appraises": found.assignments.filter(agency__in=agencies).select_related("criterion"),
        "to_appraise": assigned.exclude(unit__in=user.units_as()).distinct().select_related("unit")
        if agencies
        else [],
    }
    return render(request, "scoring/campaigns/own.html", context)


def head(found: Campaign) -> dict[str, Any]:
    now = found.now()
    is_open = found.status == CampaignStatus.OPEN
    return {
        "campaign": found,
        "office": found.kept_by or found.owner,
        "deadline": Deadline.of(found.self_score_due_at, now) if is_open else None,
        "appraisal_deadline": Deadline.of(found.appraisal_due_at, now) if is_open else None,
    }


def filter_titles() -> dict[str, str]:
    return {
        "": _("All units"),
        "not-submitted": _("Not submitted"),
        "late": _("Late"),
        "waiting": _("Waiting for me"),
        "returned": pgettext("sheets of units", "Returned"),
        "extended": pgettext("sheets of units", "Extended"),
    }


def sort_titles() -> dict[str, str]:
    return {
        "": _("deadline"),
        "unit": _("unit"),
        "answered": _("completeness"),
        "late": _("lateness"),
    }


def awaits_appraisal(row: BoardRow) -> bool:
    return row.sheet.status in UNFINISHED


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
    waiting = sum(row.awaited == "appraisers" for row in rows)
    explaining = sum(row.awaited == "explanation" for row in rows)
    todo = []
    if missing and not found.external:
        line = ngettext(
            "%(count)s sheet has not been submitted.", "%(count)s sheets have not been submitted.", missing
        )
        todo.append(ToDo(line % {"count": missing}, f"{board}?show=not-submitted"))
    if waiting:
        line = ngettext("%(count)s sheet awaits appraisal.", "%(count)s sheets await appraisal.", waiting)
        todo.append(ToDo(line % {"count": waiting}, f"{board}?show=waiting"))
    if explaining:
        line = ngettext("%(count)s unit explains.", "%(count)s units explain.", explaining)
        todo.append(ToDo(line % {"count": explaining}, board))
    if asked := found.questions.filter(answer="").count():
        line = ngettext("%(count)s question awaits an answer.", "%(count)s questions await an answer.", asked)
        todo.append(ToDo(line % {"count": asked}, reverse("campaign_questions", args=[found.code])))
    if claims := open_claims(found):
        line = ngettext(
            "%(count)s claim “not applicable” awaits a decision.",
            "%(count)s claims “not applicable” await a decision.",
            claims,
        )
        todo.append(ToDo(line % {"count": claims}, reverse("campaign_claims", args=[found.code])))
    if not missing and not waiting and not explaining:
        todo.append(ToDo(_("Every sheet is appraised: close the campaign to rank the units.")))
    return todo

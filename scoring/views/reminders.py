"""From the board of a campaign: remind units, texts for phone messages, the board as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from scoring.actions.reminders import ToRemind, page_of, remind, to_remind
from scoring.board import board_rows
from scoring.board_workbook import board_workbook
from scoring.forms.reminders import ReminderForm
from scoring.models import Campaign, ScoreSheet
from scoring.reminder_words import phone_text, subject_of
from scoring.views.campaigns import campaign_of, columns_of
from units.access import person, require
from units.mail import absolute
from units.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chosen_sheets(campaign: Campaign, sent: QueryDict) -> QuerySet[ScoreSheet]:
    """The sheets ticked on the board; all of the campaign when none is."""
    chosen = [int(each) for each in sent.getlist("sheets") if each.isascii() and each.isdigit() and len(each) < 19]
    return campaign.sheets.filter(pk__in=chosen) if chosen else campaign.sheets.all()


def coordinated(user: User, code: str) -> Campaign:
    """Raises: Http404, PermissionDenied."""
    campaign = campaign_of(user, code)
    require(campaign.coordinated_by(user), _("Only the coordinator reminds the units."))
    return campaign


@require_POST
def campaign_remind(request: HttpRequest, code: str) -> HttpResponse:
    """First what would be sent to whom, then, once confirmed, the reminder."""
    user = person(request)
    campaign = coordinated(user, code)
    if not request.POST.getlist("sheets"):
        messages.warning(request, _("Tick the units that are to be reminded."))
        return redirect("campaign", code)
    sheets = chosen_sheets(campaign, request.POST)
    confirmed = "confirmed" in request.POST
    form = ReminderForm(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        told = remind(campaign=campaign, sheets=sheets, by=user, note=form.cleaned_data["note"])
        words = ngettext("%(count)s person was reminded.", "%(count)s people were reminded.", told)
        messages.success(request, words % {"count": told})
        return redirect("campaign", code)
    lines = to_remind(campaign, sheets)
    context = {
        "campaign": campaign,
        "form": form,
        "lines": [(each, subject_of(each.sheet, each.what)) for each in lines],
        "untold": [each for each in lines if not each.users],
    }
    return render(request, "scoring/campaigns/remind.html", context, status=422 if confirmed else 200)


@dataclass(frozen=True, slots=True)
class Message:
    """A text for one unit, and the people whom it concerns, to be sent from a phone."""

    unit: str
    text: str
    people: Sequence[User]


@require_GET
def campaign_messages(request: HttpRequest, code: str) -> HttpResponse:
    """Texts ready to be copied into messages: of the ticked units, else of all on which somebody's turn it is."""
    campaign = coordinated(person(request), code)
    lines = to_remind(campaign, chosen_sheets(campaign, request.GET))
    texts = list(phone_messages(lines))
    together = "\n\n".join(each.text for each in texts)
    context = {"campaign": campaign, "messages_to_copy": texts, "all_texts": together}
    return render(request, "scoring/campaigns/messages.html", context)


def phone_messages(lines: Iterable[ToRemind]) -> Iterable[Message]:
    for each in lines:
        text = phone_text(each.sheet, each.what, absolute(page_of(each.sheet)))
        yield Message(each.sheet.unit.name, text, each.users)


@require_GET
def campaign_board_file(request: HttpRequest, code: str) -> HttpResponse:
    """The board, completeness and timeliness by unit, as a workbook."""
    user = person(request)
    campaign = campaign_of(user, code)
    require(campaign.governed_by(user), _("Only the office that runs the campaign sees every unit."))
    rows = board_rows(campaign, campaign.sheets.all(), user)
    content = board_workbook(campaign, rows, columns_of(campaign, rows))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{campaign.code}-board.xlsx"'
    return response

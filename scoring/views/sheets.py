from collections.abc import Mapping

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET

from parportal.deadlines import Deadline
from parportal.prepared import Prepared
from scoring.leaves import give_set
from scoring.models import SUBMITTED_OR_LATER, Campaign, Question, ScoreSheet, Share, SheetStatus
from scoring.row_words import Refusal
from scoring.sheet_list import BADGES, sheet_lines
from scoring.sheet_page import SheetPage, sheet_page
from scoring.workflow import Move, missing_evidence_words, offered
from units.access import Role, find, person
from units.models import User

SHEETS_A_PAGE = 100
# What a person is told next to the buttons of the sheet, in the order of the work.
ON_THE_SHEET = ("propose", "send_back", "submit", "return", "send_explanation")


@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    user = person(request)
    visible = ScoreSheet.objects.visible_to(user)
    campaigns = Campaign.objects.filter(pk__in=visible.values("campaign")).order_by("-year", "code")
    chosen = {name: request.GET.get(name, "") for name in ("campaign", "status")}
    if chosen["campaign"]:
        visible = visible.filter(campaign__code=chosen["campaign"])
    if chosen["status"] in SheetStatus.values:
        visible = visible.filter(status=chosen["status"])
    ordered = visible.select_related("campaign", "unit").order_by(
        "-campaign__year", "campaign__code", "unit__code"
    )
    page = Paginator(ordered, SHEETS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": sheet_lines(list(page.object_list), user),
        "page": page,
        "campaigns": campaigns,
        "statuses": SheetStatus.choices,
        "chosen": chosen,
    }
    return render(request, "scoring/sheets/sheets.html", context)


def with_facts(sheets: QuerySet[ScoreSheet]) -> QuerySet[ScoreSheet]:
    """Sheets with all that their pages name, and whether there are parts and questions to be read."""
    return sheets.select_related("unit", "campaign").annotate(
        is_divided=Exists(Share.objects.filter(sheet=OuterRef("pk"))),
        has_questions=Exists(Question.objects.filter(campaign=OuterRef("campaign"))),
    )


SHEET = Prepared(lambda pk: with_facts(ScoreSheet.objects.filter(pk=pk)), values=1)


def sheet_of(user: User, pk: int) -> ScoreSheet:
    """A sheet the person may see, with all that its pages name.

    Raises: Http404.
    """
    sheet = SHEET.first(pk) if user.units_as(Role.OFFICER, Role.LEADER) else None
    if sheet is None or not sheet.is_owned_by(user):
        sheet = find(with_facts(ScoreSheet.objects.visible_to(user)), pk=pk)
    give_set(sheet.campaign)
    if not sheet.is_divided:  # type: ignore[attr-defined]
        sheet.parts = ()
    return sheet


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    return show_sheet(request, sheet_of(user, pk), user)


def show_sheet(
    request: HttpRequest,
    sheet: ScoreSheet,
    user: User,
    *,
    refusals: Mapping[int, Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = sheet_page(sheet, user, refusals=refusals, token=get_token(request))
    return render(request, "scoring/sheets/sheet.html", sheet_context(sheet, user, page), status=status)


def sheet_context(sheet: ScoreSheet, user: User, page: SheetPage) -> dict[str, object]:
    moves = [move for move in offered(sheet, user) if move.name in ON_THE_SHEET]
    return {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "badge": BADGES[SheetStatus(sheet.status)],
        "page": page,
        "can_edit": not page.locked,
        "deadline": running_deadline(sheet),
        "moves": [(move, refusal_of(move, sheet, page)) for move in moves],
        "may_divide": sheet.is_filled_by(user),
        "can_extend": may_extend(sheet, user),
        "may_appraise": sheet.status in SUBMITTED_OR_LATER and sheet.is_appraised_by(user),
    }


def running_deadline(sheet: ScoreSheet) -> Deadline | None:
    """What the unit works towards: the end of its self-score, or of its explanation; otherwise nothing."""
    due_at = {SheetStatus.DRAFT: sheet.deadline_at, SheetStatus.EXPLAINING: sheet.explanation_deadline_at}
    return Deadline.of(due_at.get(SheetStatus(sheet.status)), sheet.campaign.now())


def refusal_of(move: Move, sheet: ScoreSheet, page: SheetPage) -> str:
    """`Move.refusal`, without asking for the rows that the page has read already."""
    if move.name != "propose" or page.locked or page.part_note:
        return move.refusal(sheet)
    return missing_evidence_words([each.code for each in page.panel.without_evidence])


def may_extend(sheet: ScoreSheet, user: User) -> bool:
    return sheet.campaign.coordinated_by(user) and sheet.status in (SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER)

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parportal.deadlines import Deadline, days_late
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.approval_page import approved_content
from scoring.approvals import content_of
from scoring.explanations import explanation_page
from scoring.forms.sheets import ExtendForm, MoveForm
from scoring.models import Approval, Score, ScoreSheet, SheetStatus
from scoring.publishing import digest
from scoring.sheet_page import sheet_page
from scoring.views.sheets import sheet_of
from scoring.workflow import MOVES, Move, MoveRefused
from units.access import Role, find, person, require
from units.delegations import acting_name
from units.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with everything that is still open, then make the move."""
    user = person(request)
    sheet = sheet_of(user, pk)
    data = request.POST if request.method == "POST" else request.GET
    move = MOVES.get(data.get("move", ""))
    require(move is not None and move.who(user, sheet), _("This step is not yours to take."))
    assert move is not None
    is_sent = request.method == "POST"
    form = MoveForm(request.POST if is_sent else None, sheet=sheet, move=move)
    if is_sent and form.is_valid():
        entered = form.cleaned_data
        try:
            move_sheet(
                sheet=sheet,
                name=move.name,
                by=user,
                reason=entered.get("reason", ""),
                due_at=entered.get("due_at"),
                seen=request.POST.get("seen", "") if move.name == "submit" else None,
            )
        except MoveRefused as refusal:
            return ask(request, sheet_of(user, pk), user, move, form, refused=str(refusal))
        messages.success(request, _("Done: %(move)s.") % {"move": move.title})
        return redirect(next_url(request, sheet))
    return ask(request, sheet, user, move, form)


def ask(
    request: HttpRequest, sheet: ScoreSheet, user: User, move: Move, form: MoveForm, *, refused: str = ""
) -> HttpResponse:
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "move": move,
        "form": form,
        "refused": refused or move.refusal(sheet),
        "next": request.POST.get("next", request.GET.get("next", "")),
        "deadline": Deadline.of(present_deadline(sheet), sheet.campaign.now()),
        "explains": sheet.status == SheetStatus.EXPLAINING,
        **shown_before(sheet, user, move),
    }
    status = 409 if refused else 422 if request.method == "POST" else 200
    return render(request, "scoring/sheets/move.html", context, status=status)


def shown_before(sheet: ScoreSheet, user: User, move: Move) -> Mapping[str, object]:
    """What a person looks at before a move: the sheet as it will be proposed or approved, the explanations, the
    rows that are still without a cause."""
    if move.name == "finish":
        return {"without_cause": rows_without_cause(sheet)}
    if move.name == "send_explanation":
        return {"explanations": explanation_page(sheet, user)}
    if move.name not in ("propose", "submit"):
        return {}
    panel = sheet_page(sheet, user).panel
    if move.name == "propose":
        return {"panel": panel}
    content = content_of(sheet)
    late = days_late(sheet.campaign.self_score_due_at, sheet.campaign.now())
    shown = approved_content(sheet, user, content)
    return {"panel": panel, "content": shown, "seen": digest(content), "days_late": late}


def rows_without_cause(sheet: ScoreSheet) -> list[Score]:
    """What publication will ask for; it does not keep the appraisal from being finished."""
    rows = Score.objects.without_cause().filter(sheet=sheet).select_related("criterion")
    return list(rows.order_by("criterion__position"))


def next_url(request: HttpRequest, sheet: ScoreSheet) -> str:
    """Where the person came from, if that is a page of this portal; otherwise the sheet."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and safe else reverse("sheet", args=[sheet.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """More time for one unit: for its self-score, or for its explanation while it explains."""
    user = person(request)
    sheet = sheet_of(user, pk)
    require(sheet.campaign.coordinated_by(user), _("Only the coordinator gives a unit more time."))
    form = ExtendForm(request.POST or None, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        try:
            extend_deadline(sheet=sheet, by=user, **form.cleaned_data)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The unit has a new deadline."))
            return redirect(next_url(request, sheet))
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "form": form,
        "deadline": Deadline.of(present_deadline(sheet), sheet.campaign.now()),
        "explains": sheet.status == SheetStatus.EXPLAINING,
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/sheets/extend.html", context, status=status)


def present_deadline(sheet: ScoreSheet) -> datetime | None:
    return sheet.explanation_deadline_at if sheet.status == SheetStatus.EXPLAINING else sheet.deadline_at


@require_safe
def sheet_approvals(request: HttpRequest, pk: int) -> HttpResponse:
    """The last approval of a sheet; before the first one, a page that says so."""
    user = person(request)
    sheet = sheet_of(user, pk)
    last = sheet.approvals.last()
    if last is None:
        return render(request, "scoring/sheets/approval.html", {"sheet": sheet, "campaign": sheet.campaign})
    return redirect("sheet_approval", pk, last.number)


@require_safe
def sheet_approval(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Exactly what was approved, by whom and when, and what of it is otherwise now."""
    user = person(request)
    sheet = sheet_of(user, pk)
    approval = find(Approval.objects.filter(sheet=sheet).select_related("by"), number=number)
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "approval": approval,
        "approved_by": acting_name(approval.by, Role.LEADER, sheet.unit_id, timezone.localdate(approval.at)),
        "is_intact": digest(approval.data) == approval.sha256,
        "content": approved_content(sheet, user, approval.data, now=content_of(sheet)),
        "others": sheet.approvals.exclude(pk=approval.pk).values_list("number", flat=True),
    }
    return render(request, "scoring/sheets/approval.html", context)

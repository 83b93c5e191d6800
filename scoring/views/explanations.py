"""The unit explains appraised rows, one by one or with the form of the page; the appraiser replies."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from parportal.deadlines import Deadline
from parportal.entry.receipts import is_other_user, keep, other_user, stored_answer
from parportal.entry.versions import StaleVersion
from scoring.actions.explanations import reply_to_explanation, save_explanation
from scoring.explanations import Unsaved, check_sum, explanation_page, reply_part, rows_to_explain
from scoring.models import Explanation, Score, ScoreSheet
from scoring.replacing import criterion_now
from scoring.views.appraisal_rows import appraisable
from scoring.views.sheets import sheet_of
from scoring.workflow import MOVES, MoveRefused, why_explanation_is_locked
from units.access import find, person, require
from units.models import User

MAX_LENGTH = 4000


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_explanations(request: HttpRequest, pk: int) -> HttpResponse:
    """Every appraised row, the reduced ones first; a plain form saves all rows that were changed."""
    user = person(request)
    sheet = sheet_of(user, pk)
    require(sheet.is_first_round_opened, _("No round of explanation has been opened for this sheet."))
    if request.method != "POST":
        return page_of(request, user, sheet)
    require(sheet.is_filled_by(user), _("Only the unit itself explains its rows."))
    saved, unsaved = save_changed(request.POST, user, sheet)
    if saved:
        line = ngettext("%(count)s explanation was saved.", "%(count)s explanations were saved.", saved)
        messages.success(request, line % {"count": saved})
    if unsaved:
        return page_of(request, user, sheet, unsaved, status=409)
    return redirect("sheet_explanations", pk)


def page_of(
    request: HttpRequest,
    user: User,
    sheet: ScoreSheet,
    unsaved: Mapping[int, Unsaved] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    move = MOVES["send_explanation"]
    may_send = sheet.status in move.sources and move.who(user, sheet)
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "page": explanation_page(sheet, user, unsaved),
        "has_unsaved": bool(unsaved),
        "locked": why_explanation_is_locked(sheet, user),
        "is_unit": sheet.is_read_as_unit_by(user),
        "deadline": Deadline.of(sheet.explanation_deadline_at, sheet.campaign.now()),
        "send": move if may_send else None,
        "max_length": MAX_LENGTH,
    }
    return render(request, "scoring/sheets/explanations.html", context, status=status)


def save_changed(post: Mapping[str, str], user: User, sheet: ScoreSheet) -> tuple[int, dict[int, Unsaved]]:
    """Save each row whose text is not the one that the page showed; how many, and what was refused."""
    saved, unsaved = 0, {}
    for row in rows_to_explain(sheet, user):
        key = f"r{row.criterion_id}"
        version, _dash, shown = post.get(f"{key}-version", "").partition("-")
        text = typed_text(post, f"{key}-explanation")
        if f"{key}-explanation" not in post or check_sum(text) == shown:
            continue
        try:
            with transaction.atomic():
                score = row_of(user, sheet.pk, row.criterion_id)
                save_explanation(score=score, text=text, version=version, by=user)
        except (StaleVersion, MoveRefused) as refusal:
            there = getattr(row, "explanation", None)
            unsaved[row.criterion_id] = Unsaved(text, str(refusal), there.version if there else 0)
        else:
            saved += 1
    return saved, unsaved


def typed_text(post: Mapping[str, str], name: str) -> str:
    """A text area, with the line ends that are stored."""
    return post.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()[:MAX_LENGTH]


def row_of(user: User, pk: int, criterion_pk: int) -> Score:
    """The row, locked with its sheet; a page opened before the set was replaced names the old criterion.

    Raises: Http404.
    """
    rows = Score.objects.visible_to(user).for_saving()
    found = rows.filter(sheet=pk, criterion=criterion_pk).first()
    return found or find(rows, sheet=pk, criterion=criterion_now(pk, criterion_pk))


@require_POST
def sheet_explanation(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Save one explanation for the queue of the page: the row protocol, in JSON."""
    user = person(request)
    if is_other_user(request):
        return other_user()
    try:
        with transaction.atomic():
            score = row_of(user, pk, criterion_pk)
            require(score.sheet.is_filled_by(user), _("Only the unit itself explains its rows."))
            text = typed_text(request.POST, "explanation")
            found = save_explanation(score=score, text=text, version=request.POST.get("version"), by=user)
            return keep(request, 200, saved_answer(found, criterion_pk))
    except StaleVersion as stale:
        return stored_answer(request) or JsonResponse(conflict_answer(score, stale), status=409)
    except MoveRefused as refusal:
        told = [{"at": "", "text": str(refusal)}]
        return stored_answer(request) or JsonResponse({"result": "locked", "messages": told}, status=409)


def saved_answer(found: Explanation, criterion_pk: int) -> dict[str, object]:
    at = f"{timezone.localtime(found.at):%H:%M}"
    return {
        "result": "saved",
        "at": at,
        "version": found.version,
        "state": "",
        "texts": {f"r{criterion_pk}-at": _("saved %(time)s") % {"time": at}, f"r{criterion_pk}-msg": ""},
        "html": {},
        "values": {"explanation": found.text},
    }


def conflict_answer(score: Score, stale: StaleVersion) -> dict[str, object]:
    """What stands in the row now, and who wrote it when."""
    found = Explanation.objects.select_related("by").filter(score=score).first()
    return {
        "result": "conflict",
        "version": stale.current,
        "messages": [{"at": "", "text": str(stale)}],
        "theirs": {
            "text": found.text if found else "",
            "who": str(found.by) if found and found.by else "",
            "at": f"{timezone.localtime(found.at):%H:%M %d/%m/%Y}" if found and found.at else "",
            "values": {"explanation": found.text if found else ""},
        },
    }


@require_POST
def appraisal_reply(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Answer the explanation of a row; htmx gets the part of the row back, a plain form the page."""
    user = person(request)
    why = ""
    try:
        with transaction.atomic():
            score = appraisable(user, pk, criterion_pk)
            reply = typed_text(request.POST, "reply")
            reply_to_explanation(score=score, reply=reply, version=request.POST.get("version"), by=user)
    except (StaleVersion, MoveRefused) as refusal:
        why = str(refusal)
    if not request.htmx:  # type: ignore[attr-defined]
        if why:
            messages.error(request, why)
        else:
            messages.success(request, _("The reply was saved."))
        return redirect(f"{reverse('appraisal', args=[pk])}#row-{score.pk}")
    fresh = score_with_explanation(score.pk)
    context = {
        "part": reply_part(fresh, user),
        "why": why,
        "typed": request.POST.get("reply", "") if why else "",
    }
    return render(request, "scoring/appraisal/explanation.html", context, status=409 if why else 200)


def score_with_explanation(pk: int) -> Score:
    related = ("criterion", "sheet__unit", "sheet__campaign", "explanation__by", "explanation__reply_by")
    return Score.objects.select_related(*related).prefetch_related("appraisals__by").get(pk=pk)

"""One row of an appraisal page is saved: by htmx its outcome is answered, without it the page again."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parportal.display import moment
from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import present_round, save_appraisal
from scoring.appraisal_entries import appraisal_entry
from scoring.appraisal_pages import Changed
from scoring.appraisal_rows import Conflict, Desk, RefusedRow, row_of
from scoring.computing import SheetSums, stored_sums
from scoring.explanations import given_text
from scoring.loss_rows import loss_part
from scoring.models import Appraisal, Score
from scoring.replacing import criterion_now
from scoring.rows import AnswerProblem, AnswersRefused, rule_problems
from scoring.rules import RuleErrors
from scoring.settling import lost_points
from scoring.views.appraisal import find_campaign, find_sheet, sheet_page, tally
from scoring.views.appraisal_criterion import criterion_page
from scoring.views.claims import claims_page
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User

# What stands for the points when a button sent the row.
SENT_BY = {
    "accept": gettext_noop("the self-score"),
    "facts": gettext_noop("points from the facts"),
    "not_applicable": gettext_noop("not applicable"),
    "refuse": gettext_noop("claim refused"),
}
REFUSALS = (RuleErrors, AnswersRefused, StaleVersion, MoveRefused)


def appraisable(user: User, pk: int, criterion_pk: int) -> Score:
    """The row, locked with its sheet, when the person may appraise it.

    Raises: Http404 for what the person does not see, PermissionDenied for what he only sees.
    """
    rows = Score.objects.visible_to(user).appraisable_by(user).for_saving()
    rows = rows.select_related("criterion__section", "loss").filter(sheet=pk)
    score = rows.filter(criterion=criterion_pk).first()
    if score is None:
        criterion_pk = criterion_now(pk, criterion_pk)
        score = rows.filter(criterion=criterion_pk).first()
    if score is None:
        find(Score.objects.visible_to(user), sheet=pk, criterion=criterion_pk)
        require(False, _("Only the coordinator and the agency in charge appraise this row."))
    assert score is not None
    return score


@require_POST
def appraisal_row(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Save what was sent; after a conflict the sender keeps his own (`keep` is the version it replaces) or not."""
    user = person(request)
    if request.POST.get("how") == "theirs":
        return renewed(request, user, appraisable_again(user, pk, criterion_pk))
    post = kept_post(request.POST)
    try:
        with transaction.atomic():
            score = appraisable(user, pk, criterion_pk)
            was_lossy = lost_points(score) > 0
            entry = appraisal_entry(score, post, round_=present_round(score.sheet))
            sums = save_appraisal(score=score, entry=entry, version=post.get("version"), by=user)
    except REFUSALS as refusal:
        return refused(request, user, appraisable_again(user, pk, criterion_pk), refusal)
    if request.htmx:  # type: ignore[attr-defined]
        return saved(request, user, score, sums, was_lossy=was_lossy)
    return back(request, score)


def kept_post(post: QueryDict) -> QueryDict:
    """What was sent; whoever keeps his own sends it again over the version that he has seen."""
    if "keep" not in post:
        return post
    again = post.copy()
    again["version"], again["how"] = post.get("keep", ""), post.get("again", "")
    return again


def renewed(request: HttpRequest, user: User, score: Score) -> HttpResponse:
    """The row as it stands: what the other one saved goes into the inputs, and nothing is written."""
    if request.htmx:  # type: ignore[attr-defined]
        return saved(request, user, score, stored_sums(score.sheet), was_lossy=False)
    return back(request, score)


def appraisable_again(user: User, pk: int, criterion_pk: int) -> Score:
    """The row as it is stored: what a refused save had changed on the object is forgotten."""
    with transaction.atomic():
        return appraisable(user, pk, criterion_pk)


def with_rounds(score: Score) -> Score:
    prefetch_related_objects([score], Prefetch("appraisals", Appraisal.objects.select_related("by")))
    return score


def saved(request: HttpRequest, user: User, score: Score, sums: SheetSums, *, was_lossy: bool) -> HttpResponse:
    """The row's outcome, and beside it what else has changed: inputs that a button filled, the loss, the sums."""
    desk = Desk.of(user, score.sheet.campaign)
    row = row_of(with_rounds(score), desk, brief=True)
    if not was_lossy and hasattr(score, "loss"):
        row = replace(row, loss=loss_part(score, desk.parties, reason=row.reason))
    context = {
        "row": row,
        "desk": desk,
        "view": request.POST.get("view", "unit"),
        "renews_loss": row.loss is None or row.loss.is_proposed or not was_lossy,
        "renews_inputs": bool(request.POST.get("how") or request.POST.get("keep")),
        # An agency does not see the sums of the whole sheet.
        "renews_tally": desk.is_coordinator and request.POST.get("view") != "criterion",
        **tally(sums, score.sheet),
    }
    return render(request, "scoring/appraisal/saved.html", context)


def refused(request: HttpRequest, user: User, score: Score, refusal: Exception) -> HttpResponse:
    status = 409 if isinstance(refusal, StaleVersion | MoveRefused) else 422
    conflict = conflict_of(with_rounds(score), request.POST) if isinstance(refusal, StaleVersion) else None
    row = RefusedRow(request.POST, problems_of(refusal), conflict, seen_version(request.POST, refusal, conflict))
    if not request.htmx:  # type: ignore[attr-defined]
        return page_again(request, user, score, Changed({score.pk: row}, {}), status=status)
    desk = Desk.of(user, score.sheet.campaign)
    context = {"row": row_of(score, desk, refused=row, brief=True), "desk": desk}
    return render(request, "scoring/appraisal/outcome.html", context, status=status)


def seen_version(post: QueryDict, refusal: Exception, conflict: Conflict | None) -> str:
    """In a conflict the old version, until somebody chooses; who chose and was refused has seen the new one."""
    if conflict or not isinstance(refusal, StaleVersion):
        return post.get("version" if conflict else "keep", post.get("version", ""))
    return ""


def problems_of(refusal: Exception) -> dict[str, AnswerProblem]:
    """What is wrong, in words."""
    if isinstance(refusal, AnswersRefused):
        return dict(refusal.problems)
    if isinstance(refusal, RuleErrors):
        return rule_problems(refusal)
    return {"row": AnswerProblem(str(refusal))}


def conflict_of(score: Score, post: QueryDict) -> Conflict | None:
    """Both words on one row: the one that was sent, and the one that stands there."""
    round_ = present_round(score.sheet)
    own = next((each for each in score.appraisals.all() if each.round == round_), None)
    if own is None:
        return None
    how = post.get("again", "") if "keep" in post else post.get("how", "")
    mine = SENT_BY.get(how)
    said = gettext(mine) if mine else post.get("points", "").strip() or "–"
    return Conflict(
        mine=in_words(said, post.get("reason", "").strip()),
        theirs=in_words(given_text(own), own.reason),
        who=f"{own.by}, {moment(own.at)}",
        version=own.version,
        how=how,
    )


def in_words(said: str, reason: str) -> str:
    return " · ".join(filter(None, [said, reason]))


def page_again(request: HttpRequest, user: User, score: Score, changed: Changed, *, status: int) -> HttpResponse:
    """The page that the form came from, with what was typed."""
    if request.POST.get("view") == "claims" and score.sheet.campaign.governed_by(user):
        found = find_campaign(user, score.sheet.campaign.code)
        return claims_page(request, found, user, refused=changed.rows, status=status)
    if request.POST.get("view") == "criterion":
        code = score.sheet.campaign.code
        return criterion_page(request, user, code, score.criterion.code, changed, status=status)
    return sheet_page(request, user, find_sheet(user, score.sheet_id), changed, status=status)


def back(request: HttpRequest, score: Score) -> HttpResponse:
    """To the row on the page that the form came from; a decided claim leaves its list, so it is named."""
    if request.POST.get("view") == "claims":
        told = {"code": score.criterion.code, "unit": score.sheet.unit.name}
        messages.success(request, _("Decided: %(code)s, %(unit)s.") % told)
        return redirect("campaign_claims", score.sheet.campaign.code)
    if request.POST.get("view") == "criterion":
        url = reverse("appraisal_by_criterion", args=[score.sheet.campaign.code, score.criterion.code])
    else:
        url = reverse("appraisal", args=[score.sheet_id])
    return redirect(f"{url}#row-{score.pk}")

"""Cause and responsible parties of a row that lost points."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from parportal.display import message, moment
from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import accept_proposals, save_loss
from scoring.appraisal_pages import Changed
from scoring.appraisal_rows import Desk, for_page, readable_rows, row_of
from scoring.loss_rows import LossConflict, LossPart, Parties, loss_part, proposals, read_loss, typed_loss
from scoring.models import Score
from scoring.rules import RuleErrors
from scoring.settling import last_round
from scoring.views.appraisal import find_sheet
from scoring.views.appraisal_rows import appraisable, appraisable_again, back, page_again, with_rounds
from scoring.workflow import MoveRefused
from units.access import person, require
from units.audit import Action
from units.models import AuditChange, User


@require_POST
def appraisal_loss(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Save cause and parties; after a conflict the sender keeps his own (`keep`: the version replaced) or not."""
    user = person(request)
    if "theirs" in request.POST:
        return renewed(request, user, appraisable_again(user, pk, criterion_pk))
    try:
        with transaction.atomic():
            score = appraisable(user, pk, criterion_pk)
            parties = Parties(score.sheet.campaign)
            entry = read_loss(request.POST, parties)
            version = request.POST.get("keep", request.POST.get("version"))
            loss = save_loss(
                score=score, cause=entry.cause, responsible=entry.responsible, version=version, by=user
            )
    except (RuleErrors, StaleVersion, MoveRefused) as refusal:
        return refused(request, user, appraisable_again(user, pk, criterion_pk), refusal)
    if request.htmx:  # type: ignore[attr-defined]
        score.loss = loss
        return outcome(request, user, score, present_part(score, parties))
    return back(request, score)


def present_part(score: Score, parties: Parties) -> LossPart | None:
    last = last_round(with_rounds(score).appraisals.all())
    return loss_part(score, parties, reason=last.reason if last else "")


def outcome(
    request: HttpRequest, user: User, score: Score, part: LossPart | None, *, status: int = 200
) -> HttpResponse:
    context = {"loss": part, "pk": score.pk, "desk": Desk.of(user, score.sheet.campaign)}
    return render(request, "scoring/appraisal/loss_outcome.html", context, status=status)


def renewed(request: HttpRequest, user: User, score: Score) -> HttpResponse:
    """The loss as it stands: what the other one saved goes into the inputs, and nothing is written."""
    if not request.htmx:  # type: ignore[attr-defined]
        return back(request, score)
    desk = Desk.of(user, score.sheet.campaign)
    row = row_of(with_rounds(score), desk, brief=True)
    part = loss_part(score, desk.parties, reason=row.reason)
    context = {"row": row, "desk": desk, "loss": part, "view": request.POST.get("view", "unit")}
    answer = render(request, "scoring/appraisal/loss.html", context)
    return retarget(reswap(answer, "outerHTML"), f"#loss-{score.pk}")


def refused(request: HttpRequest, user: User, score: Score, refusal: Exception) -> HttpResponse:
    """What was typed is kept; whoever comes second sees both and chooses."""
    problem = text_of(refusal)
    part = present_part(score, Parties(score.sheet.campaign))
    conflict = None
    if isinstance(refusal, StaleVersion) and part is not None:
        conflict = conflict_of(score, part, request.POST)
    status = 409 if isinstance(refusal, StaleVersion | MoveRefused) else 422
    # What another one saved meanwhile is not known to the sender yet: his next save says the version he has seen.
    seen = request.POST.get("keep", request.POST.get("version", "")) if isinstance(refusal, RuleErrors) else ""
    if request.htmx:  # type: ignore[attr-defined]
        shown = replace(part, problem=problem, conflict=conflict, version=seen or part.version) if part else None
        return outcome(request, user, score, shown, status=status)

    def typed(stored: LossPart) -> LossPart:
        shown = typed_loss(stored, request.POST, problem=problem)
        return replace(shown, conflict=conflict, version=seen or stored.version)

    return page_again(request, user, score, Changed({}, {score.pk: typed}), status=status)


def conflict_of(score: Score, part: LossPart, post: QueryDict) -> LossConflict:
    """Both words on one loss, with who said the one that stands there."""
    kind = ContentType.objects.get_for_model(Score)
    changes = AuditChange.objects.filter(row_type=kind, row_id=score.pk, event__action=Action.LOSS_SAVED)
    last = changes.select_related("event__by").order_by("-event__at", "-pk").first()
    typed = typed_loss(part, post, problem="")
    return LossConflict(
        mine=in_words(typed),
        theirs=in_words(part),
        who=f"{last.event.by}, {moment(last.event.at)}" if last else "",
        version=part.version,
    )


def in_words(part: LossPart) -> str:
    return "; ".join(filter(None, [part.cause, *(line.party for line in part.lines)])) or "–"


def text_of(refusal: Exception) -> str:
    if isinstance(refusal, RuleErrors):
        return " ".join(message(error.message) for error in refusal.errors)
    return str(refusal)


@require_POST
def appraisal_accept_causes(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what is proposed for every decided row that lost points and has no cause yet."""
    user = person(request)
    sheet = find_sheet(user, pk)
    require(not Desk.of(user, sheet.campaign).reads_only, _("Leaders only read here."))
    rows = for_page(readable_rows(user, sheet.scores.lossy(), sheet.campaign))
    settled = (score for score in rows if score.appraisals.all() or not score.is_for_people)
    scores = {score.pk: score for score in settled if not hasattr(score, "loss")}
    reasons = {}
    for score in scores.values():
        score.sheet = sheet
        last = last_round(score.appraisals.all())
        reasons[score.pk] = last.reason if last else ""
    try:
        entries = proposals(scores, Parties(sheet.campaign), reasons)
        count = accept_proposals(sheet=sheet, entries=entries, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "Cause and parties of %(count)s row were recorded.",
            "Causes and parties of %(count)s rows were recorded.",
            count,
        )
        messages.success(request, text % {"count": count})
    return redirect("appraisal", pk)

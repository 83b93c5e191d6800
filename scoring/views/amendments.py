"""A published row is corrected: with a reason, seen before and after, then confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.display import points
from parportal.entry.versions import StaleVersion
from scoring.actions.amendments import CausesMissing, lock_row, record_causes, write_amendment
from scoring.actions.appraisals import write_loss
from scoring.actions.campaigns import publish_amended
from scoring.appraisal_entries import appraisal_entry
from scoring.appraisal_rows import Desk, RefusedRow, for_page, row_of
from scoring.loss_rows import LossPart, Parties, loss_part, read_loss, typed_loss
from scoring.models import Round, Score, UnitResult
from scoring.rows import AnswersRefused
from scoring.rules import RuleErrors
from scoring.settling import last_round, lost_points
from scoring.views.appraisal_rows import problems_of
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User

REFUSALS = (RuleErrors, AnswersRefused, StaleVersion, MoveRefused)


@dataclass(frozen=True, slots=True)
class Figures:
    """What counts for the unit, ready to print, before or after the amendment."""

    points: str
    earned: str
    index: str
    grade: str
    rank: str

    @classmethod
    def of(cls, score: Score) -> Figures:
        result = UnitResult.objects.select_related("grade").get(
            campaign=score.sheet.campaign_id, unit=score.sheet.unit_id
        )
        now = Score.objects.values_list("points", "counted_max_points").get(pk=score.pk)
        return cls(
            points=f"{points(now[0]) or '–'} / {points(now[1])}",
            earned=f"{points(result.earned_points)} / {points(result.applicable_max_points)}",
            index=points(result.index),
            grade=result.grade.name if result.grade else "–",
            rank=str(result.rank or "–"),
        )


@dataclass(frozen=True, slots=True)
class OtherLoss:
    """Another row that loses points by the amendment, with the cause that is proposed or was typed."""

    pk: int
    unit: str
    code: str
    title: str
    part: LossPart

    @classmethod
    def of(cls, row: Score, parties: Parties, post: QueryDict) -> OtherLoss | None:
        """None for a row that lost nothing (it cannot be asked about)."""
        part = loss_part(row, parties, reason=post.get("reason", "").strip())
        if part is None:
            return None
        if f"cause-{row.pk}" in post:
            part = typed_loss(part, of_row(post, row.pk), problem="")
        return cls(row.pk, row.sheet.unit.name, row.criterion.code, row.criterion.title, part)


def of_row(post: QueryDict, pk: int) -> QueryDict:
    """What the form says of one of the other rows, under the names that a loss has everywhere."""
    found = QueryDict(mutable=True)
    for name in ("cause", "party", "role"):
        found.setlist(name, post.getlist(f"{name}-{pk}"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def score_amend(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """First the form, then the figures before and after, then, once confirmed, the amendment."""
    user = person(request)
    score = find_published(user, pk, criterion_pk)
    if request.method != "POST":
        return page(request, user, score)
    confirmed = request.POST.get("confirmed") == "1"
    before = Figures.of(score)
    parties = Parties(score.sheet.campaign)
    missing: Exception | None = None
    try:
        with transaction.atomic():
            locked, others = write(request, user, score, parties)
            comparison = (before, Figures.of(score))
            lost = [each for row in others if (each := OtherLoss.of(row, parties, request.POST))]
            if confirmed:
                missing = confirm(request, user, locked, others, parties)
            transaction.set_rollback(not confirmed or missing is not None)
    except REFUSALS as refusal:
        return page(request, user, score, refusal=refusal)
    if confirmed and missing is None:
        messages.success(request, _("The results were amended and the units were told."))
        return redirect("results_campaign", score.sheet.campaign.code)
    return page(request, user, score, refusal=missing, comparison=comparison, others=lost)


def confirm(
    request: HttpRequest, user: User, score: Score, others: Sequence[Score], parties: Parties
) -> Exception | None:
    """Record the causes of the other rows and publish; what is wrong with those causes.

    Whoever gets an answer undoes everything.
    """
    try:
        causes = {row.pk: read_loss(of_row(request.POST, row.pk), parties) for row in others}
        record_causes(others, causes, by=user)
    except (CausesMissing, RuleErrors) as refusal:
        return refusal
    publish_amended(score.sheet.campaign, by=user, reason=request.POST.get("reason", "").strip())
    return None


def find_published(user: User, pk: int, criterion_pk: int) -> Score:
    """A row of a published campaign that the person coordinates."""
    rows = for_page(Score.objects.visible_to(user))
    rows = rows.select_related("sheet__campaign__criteria_set", "sheet__campaign__grade_scale")
    score = find(rows, sheet=pk, criterion=criterion_pk)
    campaign = score.sheet.campaign
    appraisable = Score.objects.appraisable_by(user).filter(pk=score.pk).exists()
    require(campaign.coordinated_by(user) and appraisable, _("Only the coordinator amends published results."))
    require(campaign.is_public, _("Only published results are amended."))
    return score


def write(request: HttpRequest, user: User, score: Score, parties: Parties) -> tuple[Score, list[Score]]:
    """Write the loss and the points of the row; the row, and other rows that lost points by it.

    Raises: what `REFUSALS` lists.
    """
    fresh = lock_row(score, by=user)
    reason = request.POST.get("reason", "").strip()
    entry = appraisal_entry(fresh, request.POST, round_=Round.AMENDMENT)
    loss = read_loss(request.POST, parties)
    if loss.cause or loss.responsible or hasattr(fresh, "loss"):
        write_loss(score=fresh, entry=loss, version=request.POST.get("loss_version"), by=user)
    version = request.POST.get("version")
    others = write_amendment(score=fresh, entry=entry, version=version, by=user, reason=reason)
    fresh.refresh_from_db(fields=["points", "counted_max_points"])
    if lost_points(fresh) > 0 and not (loss.cause and loss.responsible):
        raise MoveRefused(_("Every lost point needs a cause and a responsible party."))
    return fresh, others


def page(
    request: HttpRequest,
    user: User,
    score: Score,
    *,
    refusal: Exception | None = None,
    comparison: tuple[Figures, Figures] | None = None,
    others: Sequence[OtherLoss] = (),
) -> HttpResponse:
    desk = Desk.of(user, score.sheet.campaign)
    refused = None
    if request.method == "POST":
        seen = "" if isinstance(refusal, StaleVersion) else request.POST.get("version", "")
        refused = RefusedRow(request.POST, problems_of(refusal) if refusal else {}, seen=seen)
    context = {
        "row": row_of(score, desk, refused=refused),
        "how": request.POST.get("how", ""),
        "loss": amended_loss(score, desk.parties, request.POST),
        "desk": desk,
        "campaign": score.sheet.campaign,
        "sheet": score.sheet,
        "comparison": comparison,
        "others": others,
        "posted": [(name, value) for name in sent(request) for value in request.POST.getlist(name)],
    }
    status = 200 if refusal is None else 409 if isinstance(refusal, StaleVersion | MoveRefused) else 422
    return render(request, "scoring/appraisal/amend.html", context, status=status)


def sent(request: HttpRequest) -> list[str]:
    """The fields that the confirmation sends again."""
    asked_again = ("cause-", "party-", "role-")
    others = (name for name in request.POST if name not in ("csrfmiddlewaretoken", "confirmed"))
    return [name for name in others if not name.startswith(asked_again)]


def amended_loss(score: Score, parties: Parties, post: QueryDict) -> LossPart:
    """The loss as stored, or as typed; also for a row that has lost nothing yet but may after the amendment."""
    last = last_round(score.appraisals.all())
    part = loss_part(score, parties, reason=last.reason if last else "")
    loss = getattr(score, "loss", None)
    part = part or LossPart(loss.version if loss else 0, "", "", (), is_proposed=loss is None, missing="")
    return typed_loss(part, post, problem="") if post else part

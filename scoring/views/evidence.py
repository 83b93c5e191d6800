from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parportal.entry.problems import EntryProblem
from scoring.actions.evidence import add_evidence, link_evidence, remove_evidence
from scoring.forms.evidence import EvidenceForm
from scoring.models import Evidence, Score
from scoring.sheet_rows import evidence_text
from scoring.workflow import MoveRefused, why_rows_are_locked
from units.access import find, person, require
from units.models import User


def row_of(user: User, pk: int, criterion_pk: int, *, lock: bool = False) -> Score:
    """The row whose evidence the person's own unit keeps.

    Raises: Http404, PermissionDenied for who only reads the sheet.
    """
    rows = Score.objects.visible_to(user).select_related("criterion", "sheet__campaign", "sheet__unit")
    score = find(rows.for_saving() if lock else rows, sheet=pk, criterion=criterion_pk)
    require(score.sheet.is_filled_by(user), _("Only the unit itself keeps the evidence of its sheet."))
    return score


def back_to_row(score: Score) -> HttpResponse:
    return redirect(f"{reverse('sheet', args=[score.sheet_id])}#row-{score.criterion_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_evidence_add(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    user = person(request)
    score = row_of(user, pk, criterion_pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and try_to_add(form, user, score):
        messages.success(request, _("Evidence was added to %(code)s.") % {"code": score.criterion.code})
        return back_to_row(score)
    others = Evidence.objects.filter(sheet=score.sheet).exclude(scores=score)
    context = {
        "score": score,
        "sheet": score.sheet,
        "form": form,
        "locked": why_rows_are_locked(score.sheet, user),
        "others": [(each, evidence_text(each)) for each in others],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/sheets/evidence_add.html", context, status=status)


def try_to_add(form: EvidenceForm, user: User, score: Score) -> bool:
    """Add what the form holds, or leave the refusal in the form."""
    file = form.cleaned_data["file"]
    try:
        with transaction.atomic():
            locked = row_of(user, score.sheet_id, score.criterion_id, lock=True)
            add_evidence(score=locked, reference=form.reference(), file=file, by=user)
    except EntryProblem as problem:
        form.add_error("file", str(problem))
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


@require_POST
def sheet_evidence_link(request: HttpRequest, pk: int, criterion_pk: int, evidence_pk: int) -> HttpResponse:
    user = person(request)
    try:
        with transaction.atomic():
            score = row_of(user, pk, criterion_pk, lock=True)
            evidence = find(Evidence.objects.visible_to(user), pk=evidence_pk, sheet=pk)
            link_evidence(evidence=evidence, score=score, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Evidence was added to %(code)s.") % {"code": score.criterion.code})
    return back_to_row(row_of(user, pk, criterion_pk))


@require_POST
def evidence_remove(request: HttpRequest, pk: int, criterion_pk: int, evidence_pk: int) -> HttpResponse:
    user = person(request)
    try:
        with transaction.atomic():
            score = row_of(user, pk, criterion_pk, lock=True)
            evidence = find(Evidence.objects.visible_to(user), pk=evidence_pk, scores=score)
            remove_evidence(evidence=evidence, score=score, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Evidence was removed from %(code)s.") % {"code": score.criterion.code})
    return back_to_row(row_of(user, pk, criterion_pk))


@require_GET
def evidence_download(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a file to whoever sees a row that it proves; the browser may only save it."""
    evidence = find(Evidence.objects.visible_to(person(request)), pk=pk)
    if not evidence.file:
        raise Http404
    response = FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.original_name,
        content_type=evidence.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response

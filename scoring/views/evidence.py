"""Evidence of one row: added, linked, taken away, downloaded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parportal.entry.file_fields import uploads_of
from parportal.entry.kept_files import handed_out
from parportal.entry.problems import EntryProblem
from scoring.actions.evidence import add_documents, link_evidence, remove_evidence
from scoring.evidence_part import evidence_text
from scoring.evidence_rules import is_late_now, why_none_on_row
from scoring.filling import is_row_filled_by
from scoring.forms.evidence import EvidenceForm
from scoring.models import Evidence, Score
from scoring.register_offers import offers_of
from scoring.views.sheet_rows import save_rows, show_refused
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User


def row_of(user: User, pk: int, criterion_pk: int, *, lock: bool = False) -> Score:
    """The row whose evidence is the person's to keep.

    Raises: Http404, PermissionDenied for who only reads the row.
    """
    rows = Score.objects.visible_to(user).select_related("criterion", "sheet__campaign", "sheet__unit")
    score = find(rows.for_saving() if lock else rows, sheet=pk, criterion=criterion_pk)
    require(is_row_filled_by(score, user), _("Only the unit itself keeps the evidence of its sheet."))
    return score


def back_to_row(score: Score) -> HttpResponse:
    return redirect(f"{reverse('sheet', args=[score.sheet_id])}#row-{score.criterion_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_evidence_add(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    user = person(request)
    score = row_of(user, pk, criterion_pk)
    if request.method == "POST":
        form, added = try_to_add(request, user, score)
        if form.is_valid():
            messages.success(request, told(added, score))
            return back_to_row(score)
    else:
        form = EvidenceForm()
    return render(
        request,
        "scoring/sheets/evidence_add.html",
        add_page(form, user, score) | offers_of(score, user, request.GET.get("q", "")),
        status=422 if request.method == "POST" else 200,
    )


def add_page(form: EvidenceForm, user: User, score: Score) -> dict[str, Any]:
    late = is_late_now(score.sheet)
    others = Evidence.objects.visible_to(user).filter(sheet=score.sheet, replaced_by=None).exclude(scores=score)
    return {
        "score": score,
        "sheet": score.sheet,
        "form": form,
        "locked": why_none_on_row(score, user),
        "late": late,
        "uploaded": form.uploads,
        "others": [(each, evidence_text(each)) for each in (others.filter(is_late=True) if late else others)],
    }


def try_to_add(request: HttpRequest, user: User, score: Score) -> tuple[EvidenceForm, list[Evidence]]:
    """Add what the form holds, or leave the refusal in the form."""
    with transaction.atomic():
        form = EvidenceForm(request.POST, request.FILES, uploads=uploads_of(request, user))
        if not form.is_valid():
            return form, []
        try:
            with transaction.atomic():
                locked = row_of(user, score.sheet_id, score.criterion_id, lock=True)
                return form, add_documents(score=locked, reference=form.reference(), files=form.sources(), by=user)
        except EntryProblem as problem:
            form.add_error("file", str(problem))
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
    return form, []


def told(added: list[Evidence], score: Score) -> str:
    code = {"code": score.criterion.code, "count": len(added)}
    if len(added) < 2:
        return _("Evidence was added to %(code)s.") % code
    line = ngettext(
        "%(count)s document was added to %(code)s.", "%(count)s documents were added to %(code)s.", len(added)
    )
    return line % code


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
    row_of(user, pk, criterion_pk)
    refused = save_rows(request, user, pk)
    try:
        with transaction.atomic():
            score = row_of(user, pk, criterion_pk, lock=True)
            evidence = find(Evidence.objects.visible_to(user), pk=evidence_pk, scores=score)
            earlier = remove_evidence(evidence=evidence, score=score, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        line = _("Evidence was removed from %(code)s.") % {"code": score.criterion.code}
        if earlier is not None:
            line = _("The new version was taken back; “%(evidence)s” stands again.") % {"evidence": earlier}
        messages.success(request, line)
    if refused:
        return show_refused(request, user, pk, refused)
    return back_to(request, back_to_row(row_of(user, pk, criterion_pk)), pk)


def back_to(request: HttpRequest, row: HttpResponse, pk: int) -> HttpResponse:
    """The list of evidence for who came from there, else the row."""
    return redirect("sheet_evidence", pk) if request.POST.get("back") == "list" else row


@require_GET
def evidence_download(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a file to whoever sees a row that it proves; the browser may only save it."""
    return handed_out(find(Evidence.objects.visible_to(person(request)), pk=pk))


@require_GET
def evidence_version(request: HttpRequest, pk: int, earlier: int) -> FileResponse:
    """An earlier version of a document, for whoever sees the present one."""
    evidence: Evidence | None = find(Evidence.objects.visible_to(person(request)), pk=pk)
    while evidence is not None and evidence.pk != earlier:
        evidence = evidence.replaces
    if evidence is None:
        raise Http404
    return handed_out(evidence)

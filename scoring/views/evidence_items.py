"""The evidence of a whole sheet, and what is done with one document of it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parportal.entry.file_fields import uploads_of
from parportal.entry.problems import EntryProblem
from scoring.actions.evidence import change_reference, check_evidence, link_evidence, replace_evidence
from scoring.evidence_list import evidence_list
from scoring.evidence_part import evidence_text
from scoring.filling import is_row_filled_by
from scoring.forms.evidence import DocumentForm, reference_of
from scoring.models import Evidence, Score, ScoreSheet
from scoring.views.evidence import back_to, back_to_row, row_of
from scoring.views.sheet_rows import save_rows, show_refused
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User


@require_safe
def sheet_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    sheets = ScoreSheet.objects.visible_to(user).select_related("campaign__criteria_set", "unit")
    sheet = find(sheets, pk=pk)
    context = {"sheet": sheet, "campaign": sheet.campaign, "list": evidence_list(sheet, user)}
    return render(request, "scoring/sheets/evidence.html", context)


def document_of(user: User, pk: int) -> Evidence:
    """A document that is the person's to keep: all rows that it proves are his to fill in.

    Raises: Http404, PermissionDenied.
    """
    documents = Evidence.objects.visible_to(user).select_related("sheet__campaign", "sheet__unit")
    evidence = find(documents, pk=pk)
    rows = evidence.scores.select_related("criterion", "sheet__campaign", "sheet__unit")
    kept = evidence.sheet.is_filled_by(user) or (rows and all(is_row_filled_by(row, user) for row in rows))
    require(bool(kept), _("Only the unit itself keeps the evidence of its sheet."))
    return evidence


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the reference of a document before it is handed in."""
    user = person(request)
    evidence = document_of(user, pk)
    form = DocumentForm(request.POST or None, initial=reference_of(evidence))
    del form.fields["file"]
    if request.method == "POST" and form.is_valid():
        try:
            change_reference(evidence=evidence, reference=form.reference(), by=user)
        except (EntryProblem, MoveRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reference of “%(evidence)s” was saved.") % {"evidence": evidence})
            return redirect("sheet_evidence", evidence.sheet_id)
    return document_page(request, form, evidence, _("Correct the reference"))


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a new version of a document."""
    user = person(request)
    evidence = document_of(user, pk)
    if request.method == "POST":
        form = try_to_replace(request, user, evidence)
        if form.is_valid():
            messages.success(request, _("A new version of “%(evidence)s” was added.") % {"evidence": evidence})
            return redirect("sheet_evidence", evidence.sheet_id)
    else:
        form = DocumentForm(initial=reference_of(evidence))
    return document_page(request, form, evidence, _("New version"))


def try_to_replace(request: HttpRequest, user: User, evidence: Evidence) -> DocumentForm:
    """Add the new version that the form holds, or leave the refusal in the form."""
    with transaction.atomic():
        form = DocumentForm(request.POST, request.FILES, uploads=uploads_of(request, user))
        if not form.is_valid():
            return form
        try:
            with transaction.atomic():
                replace_evidence(evidence=evidence, reference=form.reference(), file=form.source(), by=user)
        except EntryProblem as problem:
            form.add_error("file", str(problem))
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
    return form


def document_page(request: HttpRequest, form: DocumentForm, evidence: Evidence, title: str) -> HttpResponse:
    context = {
        "form": form,
        "evidence": evidence,
        "text": evidence_text(evidence),
        "sheet": evidence.sheet,
        "title": title,
        "uploaded": form.uploads,
        "uses": evidence.scores.select_related("criterion").order_by("criterion__position"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/sheets/evidence_item.html", context, status=status)


@require_POST
def evidence_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """A document copied from last year was looked at."""
    user = person(request)
    evidence = document_of(user, pk)
    rows = list(evidence.scores.order_by("criterion__position"))
    refused = save_rows(request, user, evidence.sheet_id)
    try:
        check_evidence(evidence=evidence, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(evidence)s” is checked.") % {"evidence": evidence})
    if refused:
        return show_refused(request, user, evidence.sheet_id, refused)
    to_list = redirect("sheet_evidence", evidence.sheet_id)
    return back_to(request, back_to_row(rows[0]) if rows else to_list, evidence.sheet_id)


@require_POST
def evidence_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a document for the row whose code was typed."""
    user = person(request)
    evidence = find(Evidence.objects.visible_to(user).select_related("sheet"), pk=pk)
    code = request.POST.get("code", "").strip()
    rows = Score.objects.visible_to(user).filter(sheet=evidence.sheet_id)
    found = rows.filter(criterion__code=code).values_list("criterion", flat=True).first()
    if found is None:
        require(evidence.sheet.is_filled_by(user), _("Only the unit itself keeps the evidence of its sheet."))
        messages.error(
            request, _("There is no row “%(code)s” here. Type the code of the criterion.") % {"code": code}
        )
        return redirect("sheet_evidence", evidence.sheet_id)
    try:
        with transaction.atomic():
            score = row_of(user, evidence.sheet_id, found, lock=True)
            link_evidence(evidence=evidence, score=score, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Evidence was added to %(code)s.") % {"code": code})
    return redirect("sheet_evidence", evidence.sheet_id)

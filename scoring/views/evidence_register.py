"""Evidence of a row, chosen in the register of documents instead of being typed."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parportal.entry.problems import EntryProblem
from plans.models import Document
from scoring.actions.evidence_register import add_from_register
from scoring.forms.evidence import RegisterChoiceForm
from scoring.views.evidence import back_to_row, row_of
from scoring.workflow import MoveRefused
from units.access import person


@require_POST
def sheet_evidence_document(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    user = person(request)
    score = row_of(user, pk, criterion_pk)
    form = RegisterChoiceForm(request.POST, documents=Document.objects.offered_to(user, score.sheet.unit))
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for each in form.errors.values() for words in each))
        return redirect("sheet_evidence_add", pk, criterion_pk)
    chosen, page = form.cleaned_data["document"], form.cleaned_data["page"]
    try:
        with transaction.atomic():
            locked = row_of(user, pk, criterion_pk, lock=True)
            add_from_register(score=locked, document=chosen, page=page, by=user)
    except (MoveRefused, EntryProblem) as refusal:
        messages.error(request, str(refusal))
        return redirect("sheet_evidence_add", pk, criterion_pk)
    messages.success(request, _("Evidence was added to %(code)s.") % {"code": score.criterion.code})
    return back_to_row(score)

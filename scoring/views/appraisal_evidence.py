"""The evidence of one row: a panel beside the rows, or a page of its own without a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoring.appraisal_rows import readable_rows
from scoring.evidence_panel import evidence_line
from scoring.models import Score
from scoring.views.appraisal import find_sheet
from units.access import find, person


@require_safe
def appraisal_evidence(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Every document of the row with the pictures of its pages; only for rows that the person reads."""
    user = person(request)
    sheet = find_sheet(user, pk)
    rows = readable_rows(user, sheet.scores.all(), sheet.campaign).select_related("criterion")
    score: Score = find(rows, criterion=criterion_pk)
    papers = [evidence_line(each) for each in score.evidence.order_by("pk")]
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "score": score,
        "criterion": score.criterion,
        "evidence": papers,
        "first_preview": next((paper.preview for paper in papers if paper.preview), ""),
    }
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    name = "evidence_panel" if is_part else "evidence"
    return render(request, f"scoring/appraisal/{name}.html", context)

"""Documents as pictures of their pages; the original is only ever downloaded."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.kept_files import closed, quarantine_words
from parportal.entry.pictures import MAX_PAGES
from parportal.jobs.actions import revive_dead
from parportal.jobs.models import ACTIVE, Job, JobState
from scoring.evidence_jobs import has_preview, preview_key, start_preview
from scoring.evidence_part import evidence_text, file_address
from scoring.models import Evidence, EvidencePage
from units.access import find, person, require


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a document; `?part=1` gives the pictures alone. POST asks for pictures that were never made."""
    user = person(request)
    evidence = find(Evidence.objects.visible_to(user).select_related("sheet__unit", "sheet__campaign"), pk=pk)
    if request.method == "POST":
        start_preview(evidence, by=user)
        part = "?part=1" if getattr(request, "htmx", False) else ""
        return redirect(f"{reverse('evidence_preview', args=[pk])}{part}")
    job = None if evidence.page_count else latest_job(evidence)
    context = {
        "evidence": evidence,
        "sheet": evidence.sheet,
        "text": evidence_text(evidence),
        "file_url": file_address(evidence),
        "pages": evidence.pages.all() if not evidence.is_in_quarantine else (),
        "is_under_way": job is not None and job.state in ACTIVE,
        "job": job,
        "why_not": why_no_pages(evidence, job),
        "can_be_made": has_preview(evidence) and (job is None or job.state == JobState.FAILED),
        "is_cut": evidence.page_count == MAX_PAGES,
    }
    template = "scoring/sheets/evidence_preview.html"
    return render(request, f"{template}#pages" if request.GET.get("part") else template, context)


def latest_job(evidence: Evidence) -> Job | None:
    """The work on the preview; work whose worker died is taken up again."""
    jobs = Job.objects.filter(key=preview_key(evidence))
    job = jobs.order_by("-pk").first()
    if job is not None and job.is_stale and revive_dead(jobs.filter(pk=job.pk)):
        job.refresh_from_db()
    return job


def why_no_pages(evidence: Evidence, job: Job | None) -> str:
    """Why there are no pictures, in words; empty when there are, or will be."""
    if not evidence.file:
        return _("Only the reference of this document was recorded: there is no file.")
    if evidence.is_in_quarantine:
        return quarantine_words(evidence)
    if not has_preview(evidence):
        return _("There is no preview of files of this kind. Download it.")
    return job.error if job is not None and job.state == JobState.FAILED else ""


@require_safe
def evidence_page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The picture of one page, for whoever sees the document."""
    evidence = find(Evidence.objects.visible_to(person(request)), pk=pk)
    require(not evidence.is_in_quarantine, quarantine_words(evidence))
    page = find(EvidencePage.objects.filter(evidence=evidence), number=number)
    # Kept by the browser, but asked for each time: whether this person may still see it, the portal decides.
    etag = quote_etag(str(page.file.name))
    kept = get_conditional_response(request, etag=etag)
    response = closed(FileResponse(page.file.open("rb"), content_type="image/webp")) if kept is None else kept
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = etag
    return response

"""The paper on screen, and the files that a worker makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parportal.entry.kept_files import closed
from parportal.entry.problems import EntryProblem
from parportal.entry.uploads import CONTENT_TYPES
from parportal.jobs.models import Job, JobState
from reports.archiving import start_file
from reports.basis import NoPaper
from reports.campaign_zip import folder_of, kinds_of, start_zip
from reports.models import OF_PAPER, FileKind, Format, ReportFile
from reports.page_files import pages_of
from reports.pages import is_older, last_pdf, start_pages
from reports.papers.data import ChildrenUnclear
from reports.rendering import RENDERED, document_of
from reports.scans import take_scan
from reports.views.finding import report_written
from reports.workflow import MoveRefused
from scoring.models import Campaign
from scoring.models.campaigns import governing
from units.access import find, person, require

TYPES: Mapping[str, str] = {**CONTENT_TYPES, FileKind.DATA: "application/json"}


@require_safe
def report_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper on screen: the same document as the PDF."""
    found = report_written(person(request), pk, OF_PAPER)
    context: dict[str, Any] = {"report": found}
    try:
        context["document"] = document_of(found)
    except (ChildrenUnclear, NoPaper) as problem:
        context["problem"] = str(problem)
    return render(request, "reports/report_document.html", context)


@require_POST
def report_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a worker make the PDF, or the file for Word, and show how far it is."""
    user = person(request)
    found = report_written(user, pk)
    made_as = request.POST.get("format", Format.PDF)
    require(made_as in RENDERED)
    return redirect("job", start_file(found, Format(made_as), user).pk)


@require_safe
def report_file(request: HttpRequest, pk: int) -> FileResponse:
    """A finished paper, byte for byte as it was kept."""
    visible = ReportFile.objects.visible_to(person(request)).select_related("report__campaign", "report__unit")
    made = find(visible, pk=pk)
    ending = str(made.file.name).rsplit(".", 1)[-1]
    response = FileResponse(
        made.file.open("rb"), as_attachment=True, filename=made.download_name, content_type=TYPES[ending]
    )
    return closed(response)


@require_http_methods(["GET", "HEAD", "POST"])
def report_pages(request: HttpRequest, pk: int) -> HttpResponse:
    """The true pages of the last PDF as pictures; a worker makes them, anew when the report was changed since."""
    user = person(request)
    found = report_written(user, pk)
    if request.method == "POST":
        return redirect("job", start_pages(found, user, anew="anew" in request.POST).pk)
    made = last_pdf(found)
    pages = pages_of(made) if made else []
    context = {"report": found, "made": made, "pages": pages, "is_older": bool(made and is_older(made, found))}
    return render(request, "reports/report_pages.html", context)


@require_safe
def report_page(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """The picture of one page."""
    made = find(ReportFile.objects.visible_to(person(request)), pk=pk)
    page = next((page for page in pages_of(made) if page.number == number), None)
    if page is None:
        raise Http404
    return closed(FileResponse(default_storage.open(page.name), content_type="image/webp"))


@require_POST
def report_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed scan beside an archived edition."""
    user = person(request)
    found = report_written(user, pk)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise EntryProblem(_("Choose a file first."))
        job = take_scan(found, file, user)
    except (EntryProblem, MoveRefused) as why:
        messages.error(request, str(why))
        return redirect(f"{reverse('report', args=[pk])}#files")
    if job is not None:
        return redirect("job", job.pk)
    messages.success(request, _("The signed scan was added."))
    return redirect(f"{reverse('report', args=[pk])}#files")


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_zip(request: HttpRequest, code: str) -> HttpResponse:
    """Papers of all units of a campaign as one file, made by a worker."""
    user = person(request)
    campaign = find(Campaign.objects.visible_to(user), code=code)
    require(campaign.governed_by(user), _("The office that runs the campaign makes the papers of all units."))
    kinds = kinds_of(campaign)
    if request.method == "POST":
        kind, made_as = request.POST.get("kind", ""), request.POST.get("format", "")
        require(kind in dict(kinds) and made_as in RENDERED)
        return redirect("job", start_zip(campaign, kind, made_as, user).pk)
    context = {"campaign": campaign, "kinds": kinds, "formats": [Format(each) for each in RENDERED]}
    return render(request, "reports/campaign_zip.html", context)


@require_safe
def report_zip(request: HttpRequest, token: str) -> FileResponse:
    """The finished file, for those who asked for it and still run the campaign."""
    user = person(request)
    done = Job.objects.visible_to(user).filter(state=JobState.DONE)
    job = find(done, arguments__folder=folder_of(token))
    find(Campaign.objects.visible_to(user).filter(governing(user)), pk=job.arguments["campaign_id"])
    stored = default_storage.open(job.result["file"])
    return closed(FileResponse(stored, as_attachment=True, filename=job.result["name"]))

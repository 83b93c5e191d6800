"""The true pages of a paper as pictures: drawn of its PDF by a worker, kept as files beside it."""

from __future__ import annotations

import json

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry.previews import NoPreview, PagePicture, page_pictures
from parportal.jobs.actions import start
from parportal.jobs.models import Job
from parportal.jobs.tasks import JobFailed, Keep, Progress
from reports.actions.files import keep_file
from reports.archiving import report_for
from reports.basis import NoPaper
from reports.models import Format, Report, ReportFile
from reports.output.pdf import PdfUnavailable, as_pdf
from reports.page_files import folder_of, index_of, pages_of
from reports.papers.data import ChildrenUnclear
from reports.rendering import document_of
from reports.workflow import MoveRefused
from units.models import User


def last_pdf(report: Report) -> ReportFile | None:
    """Of this edition: the archived one, else the last that was made."""
    made = report.files.filter(format=Format.PDF, edition=report.edition)
    return made.order_by("-is_final", "-at", "-pk").first()


def is_older(made: ReportFile, report: Report) -> bool:
    """Whether the report was changed since."""
    return made.at < report.updated_at


def start_pages(report: Report, user: User, *, anew: bool) -> Job:
    return start(
        key=f"report-pages-{report.pk}",
        title=_("Pages: %(report)s") % {"report": report},
        handler=make_pages,
        arguments={"report_id": report.pk, "user_id": user.pk, "anew": anew},
        page_url=reverse("report_pages", args=[report.pk]),
        by=user,
    )


def make_pages(progress: Progress, *, report_id: int, user_id: int, anew: bool) -> Keep:
    """Make the PDF if it is asked for or the report was changed since, and draw its pages. An archived one stays.

    Raises: JobFailed.
    """
    progress(0, 0)
    user = User.objects.get(pk=user_id)
    report = report_for(report_id, user)
    made = last_pdf(report)
    if made is not None and not made.is_final and (anew or is_older(made, report)):
        made = None
    try:
        if made is None:
            content = as_pdf(document_of(report))
        else:
            with made.file.open("rb") as stored:
                content = stored.read()
        drawn = page_pictures(ContentFile(content), Format.PDF, progress)
    except (NoPaper, ChildrenUnclear, PdfUnavailable, NoPreview) as why:
        raise JobFailed(str(why)) from why

    def keep() -> dict[str, str]:
        try:
            pdf = made or keep_file(report=report, content=content, made_as=Format.PDF, by=user)
        except MoveRefused as refused:
            raise JobFailed(str(refused)) from refused
        keep_pages(pdf, drawn)
        return {"url": reverse("report_pages", args=[report_id]), "label": _("Look at the pages")}

    return keep


def keep_pages(made: ReportFile, drawn: list[PagePicture]) -> None:
    """Store the pictures, then what they are."""
    if pages_of(made):
        return
    rows = []
    for each in drawn:
        name = default_storage.save(f"{folder_of(made)}/{each.number:04}.webp", ContentFile(each.content))
        rows.append((each.number, each.width, each.height, name))
    default_storage.save(index_of(made), ContentFile(json.dumps(rows).encode()))

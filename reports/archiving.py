"""What a worker makes of a report: one file of a draft, or all files of an edition that is archived."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.jobs.actions import start
from parportal.jobs.models import Job
from parportal.jobs.tasks import JobFailed, Keep, Progress
from reports.actions.files import archive_files, keep_file
from reports.basis import NoPaper
from reports.editions import frozen_data
from reports.models import OF_PAPER, FileKind, Format, Report, ReportStatus
from reports.output.pdf import PdfUnavailable
from reports.papers.data import ChildrenUnclear
from reports.rendering import RENDERED, document_of
from reports.workflow import MoveRefused
from units.models import User

STEPS = 3
# What an edition is kept as, besides its data.
ARCHIVED_AS = (Format.PDF, Format.DOCX)


def report_for(report_id: int, user: User) -> Report:
    """The report, if the person may still write it.

    Raises: JobFailed.
    """
    report = Report.objects.editable_by(user).select_related(*OF_PAPER).filter(pk=report_id).first()
    if report is None:
        raise JobFailed(_("You may no longer make this report. Ask your coordinator."))
    return report


def start_file(report: Report, made_as: Format, user: User) -> Job:
    return start(
        key=f"report-{made_as}-{report.pk}",
        title=_("%(format)s: %(report)s") % {"format": made_as.label, "report": report},
        handler=make_file,
        arguments={"report_id": report.pk, "user_id": user.pk, "made_as": str(made_as)},
        page_url=reverse("report", args=[report.pk]),
        by=user,
    )


def make_file(progress: Progress, *, report_id: int, user_id: int, made_as: str) -> Keep:
    """The job behind "Make the PDF": what the person may not write any more is not made.

    Shapes: `made_as` is a value of `Format`.

    Raises: JobFailed.
    """
    progress(0, STEPS)
    user = User.objects.get(pk=user_id)
    report = report_for(report_id, user)
    try:
        document = document_of(report)
        progress(1, STEPS)
        content = RENDERED[made_as](document)
    except (ChildrenUnclear, NoPaper, PdfUnavailable) as problem:
        raise JobFailed(str(problem)) from problem
    progress(2, STEPS)

    def keep() -> dict[str, str]:
        try:
            made = keep_file(report=report, content=content, made_as=made_as, by=user)
        except MoveRefused as refused:
            raise JobFailed(str(refused)) from refused
        label = _("Download %(format)s") % {"format": Format(made_as).label}
        return {"url": reverse("report_file", args=[made.pk]), "label": label}

    return keep


def keeps_from_archive(report: Report) -> str:
    """Why the report cannot be archived now, in words; empty when it can."""
    if report.status != ReportStatus.APPROVED:
        return _("Only an approved report is archived.")
    if not (report.number and report.issued_on):
        return _("Fill in number and day of the report first.")
    return ""


def start_archive(report: Report, user: User) -> Job:
    return start(
        key=f"report-archive-{report.pk}",
        title=_("Archive: %(report)s") % {"report": report},
        handler=archive_report,
        arguments={"report_id": report.pk, "version": report.version, "user_id": user.pk},
        page_url=reverse("report", args=[report.pk]),
        by=user,
    )


def archive_report(progress: Progress, *, report_id: int, version: int, user_id: int) -> Keep:
    """Make every file of the edition; they are kept, and the state changes, in one transaction at the end.

    Raises: JobFailed.
    """
    steps = len(ARCHIVED_AS) + 1
    progress(0, steps)
    user = User.objects.get(pk=user_id)
    report = report_for(report_id, user)
    if problem := keeps_from_archive(report):
        raise JobFailed(problem)
    document = document_of(report)
    contents: dict[str, bytes] = {}
    for place, made_as in enumerate(ARCHIVED_AS, start=1):
        try:
            contents[made_as] = RENDERED[made_as](document)
        except PdfUnavailable as why:
            raise JobFailed(str(why)) from why
        progress(place, steps)
    contents[FileKind.DATA] = frozen_data(report)

    def keep() -> dict[str, str]:
        try:
            archive_files(report=report, contents=contents, version=version, by=user)
        except MoveRefused as refused:
            raise JobFailed(str(refused)) from refused
        return {"url": reverse("report", args=[report.pk]), "label": _("To the archived report")}

    return keep

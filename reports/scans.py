"""The signed scan of an archived paper: taken as it is, told by its content, handed out after the virus scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry import scanning
from parportal.entry.scanning import ScannerSilent
from parportal.entry.uploads import check_upload, random_name
from parportal.jobs.actions import start
from parportal.jobs.models import Job
from parportal.jobs.tasks import JobFailed, Keep, Progress
from reports.actions.drafts import lock_report
from reports.archiving import report_for
from reports.models import FileKind, Report, ReportFile, ReportStatus
from reports.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User

TAKEN = ("pdf", "png", "jpg")


def take_scan(report: Report, file: File[Any], by: User) -> Job | None:
    """Keep the scan beside the archived edition; where there is a scanner, a worker asks it first.

    Raises: EntryProblem, MoveRefused.
    """
    must_be_archived(report)
    checked = check_upload(file, max_bytes=settings.MAX_UPLOAD_BYTES, allowed=TAKEN)
    name = default_storage.save(f"reports/{random_name(checked.extension)}", file)
    if not scanning.is_on():
        keep_scan(report=report, scan=Scan(name, checked.size, checked.sha256, report.edition), by=by)
        return None
    facts = {"name": name, "size": checked.size, "sha256": checked.sha256, "edition": report.edition}
    return start(
        key=f"report-scan-{report.pk}-{checked.sha256[:16]}",
        title=_("Virus scan: %(evidence)s") % {"evidence": report},
        handler=scan_scan,
        arguments={"report_id": report.pk, "user_id": by.pk, **facts},
        page_url=reverse("report", args=[report.pk]),
        by=by,
    )


def must_be_archived(report: Report) -> None:
    if report.status != ReportStatus.ARCHIVED:
        raise MoveRefused(_("A signed scan is added to an archived report."))


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was taken. Shapes: `name` is that in the storage; `edition` is the one that was signed."""

    name: str
    size: int
    sha256: str
    edition: int


@transaction.atomic
def keep_scan(*, report: Report, scan: Scan, by: User) -> ReportFile:
    """Raises: MoveRefused; the file is thrown away then."""
    found = lock_report(report)
    try:
        must_be_archived(found)
        if found.edition != scan.edition:
            raise MoveRefused(_("The report has a new edition meanwhile: add the scan again."))
    except MoveRefused:
        default_storage.delete(scan.name)
        raise
    made = ReportFile.objects.create(
        report=found,
        format=FileKind.SCAN,
        file=scan.name,
        size=scan.size,
        sha256=scan.sha256,
        report_version=found.version,
        edition=found.edition,
        is_final=True,
        by=by,
    )
    record(Action.REPORT_SCANNED, found, by=by, changes=[Change(made, "sha256", "", scan.sha256)])
    return made


def scan_scan(progress: Progress, *, report_id: int, user_id: int, **facts: Any) -> Keep:
    """Ask the scanner; an infected file is thrown away. Shapes: `facts` are those of a `Scan`.

    Raises: JobFailed.
    """
    progress(0, 0)
    user = User.objects.get(pk=user_id)
    report, scan = report_for(report_id, user), Scan(**facts)
    try:
        with default_storage.open(scan.name) as stored:
            infected = scanning.is_infected(stored)
    except ScannerSilent as why:
        raise JobFailed(str(why)) from why
    if infected:
        default_storage.delete(scan.name)
        raise JobFailed(_("A virus was found in the file: it was not kept."))

    def keep() -> dict[str, str]:
        try:
            made = keep_scan(report=report, scan=scan, by=user)
        except MoveRefused as refused:
            raise JobFailed(str(refused)) from refused
        return {"url": reverse("report_file", args=[made.pk]), "label": _("Download the scan")}

    return keep

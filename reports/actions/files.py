"""Files of a report: what was made of it, those of an archived edition, the signed scan; each kept as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from reports.actions.drafts import lock_report
from reports.models import FileKind, Report, ReportFile, ReportStatus
from reports.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User


@transaction.atomic
def keep_file(*, report: Report, content: bytes, made_as: str, by: User) -> ReportFile:
    """Keep a paper as it was made of a draft, with its hash, author and time.

    Raises: MoveRefused when the draft was deleted meanwhile.
    """
    found = lock_report(report)
    made = new_file(report, content, made_as, by)
    made.file.save(f"report.{made_as}", ContentFile(content), save=True)
    if found.updated_at != report.updated_at:
        # The report was changed while the paper was made: it is older than the change.
        made.at = report.updated_at
        made.save(update_fields=["at"])
    record(Action.REPORT_RENDERED, report, by=by, changes=[Change(made, "sha256", "", made.sha256)])
    return made


def new_file(report: Report, content: bytes, made_as: str, by: User) -> ReportFile:
    return ReportFile(
        report=report,
        format=made_as,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        report_version=report.version,
        edition=report.edition,
        by=by,
    )


@transaction.atomic
def archive_files(*, report: Report, contents: Mapping[str, bytes], version: int, by: User) -> None:
    """Keep all files of an approved edition, and only then call it archived.

    Shapes: `contents` by `FileKind`. Raises: MoveRefused when the report was changed while they were made.
    """
    found = lock_report(report)
    if found.status != ReportStatus.APPROVED or found.version != version:
        raise MoveRefused(_("The report was changed while its files were made. Archive it again."))
    kept: list[ReportFile] = []
    try:
        for made_as, content in contents.items():
            made = new_file(found, content, made_as, by)
            made.is_final = True
            made.file.save(f"report.{made_as}", ContentFile(content), save=False)
            kept.append(made)
        ReportFile.objects.bulk_create(kept)
    except Exception:
        for made in kept:
            made.file.delete(save=False)
        raise
    found.status = ReportStatus.ARCHIVED
    found.version += 1
    found.save(update_fields=["status", "version"])
    changes = [Change(made, FileKind(made.format).value, "", made.sha256) for made in kept]
    status = Change(found, "status", ReportStatus.APPROVED.label, ReportStatus.ARCHIVED.label)
    record(Action.REPORT_ARCHIVED, found, by=by, changes=[status, *changes])

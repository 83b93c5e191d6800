"""The files of evidence: how one gets to a document, what follows its arrival, and how it goes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry import scanning
from parportal.entry.models import Upload
from parportal.entry.receiving import give_away
from parportal.entry.uploads import CONTENT_TYPES, CheckedUpload, UploadProblem, check_upload, kept_name
from scoring.evidence_jobs import start_preview, start_scan
from scoring.models import Evidence, Scan
from units.models import User

# A file that came with a form, or in parts before it.
Source = File[Any] | Upload


def attach(evidence: Evidence, source: Source) -> None:
    """Give a document its file. The sender's name is kept for the download; the stored name tells nothing.

    Raises: EntryProblem, which names the file.
    """
    if isinstance(source, Upload):
        evidence.file.name, checked = give_away(source)
    else:
        checked = checked_file(source)
        evidence.file = source
    evidence.original_name = kept_name(source.name or "")
    describe(evidence, checked)


def checked_file(file: File[Any]) -> CheckedUpload:
    """Raises: UploadProblem, which names the file."""
    try:
        return check_upload(file, max_bytes=settings.MAX_UPLOAD_BYTES, allowed=CONTENT_TYPES)
    except UploadProblem as problem:
        named = {"name": kept_name(file.name or ""), "why": str(problem)}
        raise UploadProblem(_("“%(name)s”: %(why)s"), named) from None


def take_file_of(evidence: Evidence, other: Evidence) -> None:
    """Give a new version the file of the one before: both use the same stored file."""
    for name in ("original_name", "extension", "content_type", "size", "sha256", "scan"):
        setattr(evidence, name, getattr(other, name))
    evidence.file.name = other.file.name


def describe(evidence: Evidence, checked: CheckedUpload) -> None:
    evidence.extension = checked.extension
    evidence.content_type = checked.content_type
    evidence.size = checked.size
    evidence.sha256 = checked.sha256


def arrived(evidence: Evidence, *, by: User) -> None:
    """What follows when a file was stored: the scan where there is a scanner, then the preview."""
    if not evidence.file:
        return
    if scanning.is_on() and evidence.scan == Scan.OFF:
        evidence.scan = Scan.WAITING
        evidence.save(update_fields=["scan"])
    if evidence.scan == Scan.WAITING:
        start_scan(evidence, by=by)
    else:
        start_preview(evidence, by=by)


def drop(evidence: Evidence) -> None:
    """Delete a document with its page pictures and its file, unless another document has the same file."""
    storage, names = evidence.file.storage, [str(page.file.name) for page in evidence.pages.all()]
    name = str(evidence.file.name or "")
    evidence.delete()
    if name and not Evidence.objects.filter(file=name).exists():
        names.append(name)

    def delete_files() -> None:
        for each in names:
            storage.delete(each)

    transaction.on_commit(delete_files)

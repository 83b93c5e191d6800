"""The files of evidence: what follows the arrival of one, and how it goes."""

from __future__ import annotations

from django.db import transaction

from parportal.entry.kept_files import await_scan, take_facts_of
from scoring.evidence_jobs import start_preview, start_scan
from scoring.models import Evidence
from units.models import User


def take_file_of(evidence: Evidence, other: Evidence) -> None:
    """Give a new version the file of the one before: both use the same stored file."""
    take_facts_of(evidence, other)
    evidence.file.name = other.file.name


def arrived(evidence: Evidence, *, by: User) -> None:
    """What follows when a file was stored: the scan where there is a scanner, then the preview."""
    if not evidence.file:
        return
    if await_scan(evidence):
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

"""Files that rows keep and hand out again, such as evidence: how one gets to its row, its scan, its download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import models
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parportal.entry import scanning
from parportal.entry.models import Upload
from parportal.entry.receiving import give_away
from parportal.entry.uploads import CONTENT_TYPES, CheckedUpload, UploadProblem, check_upload, kept_name

# A file that came with a form, or in parts before it.
Source = File[Any] | Upload
FACTS = ("original_name", "extension", "content_type", "size", "sha256")


class Scan(models.TextChoices):
    """What a virus scanner said of a file. What waits or was found infected is in quarantine: nobody gets it."""

    OFF = "off", gettext_lazy("not scanned")
    WAITING = "waiting", gettext_lazy("waiting for the virus scan")
    CLEAN = "clean", gettext_lazy("no virus found")
    INFECTED = "infected", gettext_lazy("infected")


class KeptFile(models.Model):
    """A row with one file or none; the sender's name is kept for the download, the stored name tells nothing.

    Units: `size` in bytes; `sha256` in hexadecimal; `extension` without the point, in our spelling (jpg).
    """

    original_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    extension = models.CharField(max_length=10, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.OFF)

    if TYPE_CHECKING:
        # Each kind of row has a folder of its own.
        file: models.FileField

    class Meta:
        abstract = True

    @property
    def is_in_quarantine(self) -> bool:
        """Whether its file is handed to nobody: not scanned yet, or found infected."""
        return self.scan in (Scan.WAITING, Scan.INFECTED)


def attach(row: KeptFile, source: Source) -> None:
    """Give a row its file.

    Raises: EntryProblem, which names the file.
    """
    if isinstance(source, Upload):
        row.file.name, checked = give_away(source)
    else:
        checked = checked_file(source)
        row.file = source
    row.original_name = kept_name(source.name or "")
    row.extension = checked.extension
    row.content_type = checked.content_type
    row.size = checked.size
    row.sha256 = checked.sha256


def checked_file(file: File[Any]) -> CheckedUpload:
    """Raises: UploadProblem, which names the file."""
    try:
        return check_upload(file, max_bytes=settings.MAX_UPLOAD_BYTES, allowed=CONTENT_TYPES)
    except UploadProblem as problem:
        named = {"name": kept_name(file.name or ""), "why": str(problem)}
        raise UploadProblem(_("“%(name)s”: %(why)s"), named) from None


def take_facts_of(row: KeptFile, other: KeptFile) -> None:
    """Say of the file of a row what is known of that of another, its scan included."""
    for name in (*FACTS, "scan"):
        setattr(row, name, getattr(other, name))


def await_scan(row: KeptFile) -> bool:
    """Put a file that has arrived into quarantine where there is a scanner; whether it waits for its scan."""
    if row.file and scanning.is_on() and row.scan == Scan.OFF:
        row.scan = Scan.WAITING
        row.save(update_fields=["scan"])
    return row.scan == Scan.WAITING


def scanned(row: KeptFile) -> bool:
    """Whether the scanner finds the file infected.

    Raises: ScannerSilent.
    """
    with row.file.open("rb") as content:
        return scanning.is_infected(content)


def handed_out(row: KeptFile) -> FileResponse:
    """The file as a download: the browser may only save it.

    Raises: Http404 where there is no file, PermissionDenied while it is in quarantine.
    """
    if not row.file:
        raise Http404
    if row.is_in_quarantine:
        raise PermissionDenied(quarantine_words(row))
    response = FileResponse(
        row.file.open("rb"), as_attachment=True, filename=row.original_name, content_type=row.content_type
    )
    return closed(response)


def closed(response: FileResponse) -> FileResponse:
    """Nothing of a stranger's file runs, and nothing of it stays in a cache."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def quarantine_words(row: KeptFile) -> str:
    return _("“%(evidence)s” is in quarantine (%(scan)s) and is handed to nobody.") % {
        "evidence": row,
        "scan": Scan(row.scan).label,
    }

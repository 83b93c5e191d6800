"""A chapter of the guide on paper: rendered like the official papers, without their frame."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from guide.chapters import Chapter, chapter
from parportal.jobs.tasks import JobFailed, Keep, Progress
from reports.output.pdf import PdfUnavailable, write

FOLDER = "guide"


def as_html(found: Chapter) -> str:
    """The chapter as one page, in Vietnamese whatever the reader's language is."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("guide/print.html", {"chapter": found})


def as_pdf(found: Chapter) -> bytes:
    """Raises: PdfUnavailable."""
    return write(as_html(found), found.pictures)


def kept_name(found: Chapter) -> str:
    """Where the printed chapter is kept; another name whenever its text, a picture or its look changes."""
    said = sha256(as_html(found).encode())
    for _file, path in sorted(found.pictures.items()):
        said.update(path.read_bytes())
    return f"{FOLDER}/{found.slug}-{said.hexdigest()[:16]}.pdf"


def make_file(progress: Progress, *, slug: str) -> Keep:
    """The job behind "Print version (PDF)".

    Raises: JobFailed.
    """
    progress(0, 1)
    found = chapter(slug)
    try:
        content = as_pdf(found)
    except PdfUnavailable as problem:
        raise JobFailed(str(problem)) from problem

    def keep() -> dict[str, str]:
        forget(slug)
        default_storage.save(kept_name(found), ContentFile(content))
        return {"url": reverse("guide_pdf", args=[slug]), "label": _("Download %(format)s") % {"format": "PDF"}}

    return keep


def forget(slug: str) -> None:
    """What was printed of this chapter before."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        if name.startswith(f"{slug}-"):
            default_storage.delete(f"{FOLDER}/{name}")

"""A document as PDF: A4 by Decree 30/2020, its fonts from the portal, tagged and archival (PDF/A-3a).

Rendering takes a second and more, and much memory: only workers and commands call it, never a web process.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from parportal.checks import PDF_LIBRARIES
from reports.documents import Document

FONT_SCHEME = "portal-font:"
FONTS = frozenset(f"LiberationSerif-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic"))
PDF_VARIANT = "pdf/a-3a"


class PdfUnavailable(Exception):
    """This machine cannot make PDF files; the text says what to install."""


def as_html(document: Document) -> str:
    """The document as one self-contained page: what the PDF is made of, and the file of `--format html`."""
    return render_to_string("reports/standalone.html", {"document": document})


def as_pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises: PdfUnavailable when the system libraries are missing.
    """
    weasyprint = load_weasyprint()
    page = weasyprint.HTML(string=as_html(document), url_fetcher=font_fetcher(weasyprint))
    with warnings.catch_warnings():
        # WeasyPrint leaves the colour profile it embeds to the garbage collector.
        warnings.filterwarnings("ignore", r"unclosed file .*\.icc", ResourceWarning)
        written: bytes = page.write_pdf(pdf_variant=PDF_VARIANT, presentational_hints=True)
    return written


def load_weasyprint() -> Any:
    """WeasyPrint, loaded when it is needed: without its libraries every other page still works."""
    try:
        import weasyprint
    except OSError as error:
        raise PdfUnavailable(
            _("PDF files cannot be made on this server: %(error)s. The administrator installs: %(command)s")
            % {
                "error": str(error).splitlines()[0].rstrip("."),
                "command": f"apt-get install --no-install-recommends {' '.join(PDF_LIBRARIES.values())}",
            }
        ) from error
    return weasyprint


def font_fetcher(weasyprint: Any) -> Any:
    """A fetcher that hands out the portal's fonts and nothing else: no file, no network."""

    class FontFetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            name = url.removeprefix(FONT_SCHEME)
            if name not in FONTS:
                raise ValueError(f"a document loads nothing but the portal's fonts: {url[:200]}")
            return weasyprint.urls.URLFetcherResponse(
                url, font_path(name).read_bytes(), {"Content-Type": "font/ttf"}
            )

    return FontFetcher()


def font_path(name: str) -> Path:
    found = finders.find(f"fonts/{name}")
    if not isinstance(found, str):
        raise FileNotFoundError(f"static/fonts/{name}")
    return Path(found)

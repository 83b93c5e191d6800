"""A document as PDF: A4 by Decree 30/2020, its fonts from the portal, tagged and archival (PDF/A-3a).

Rendering takes a second and more, and much memory: only workers and commands call it, never a web process.
"""

from __future__ import annotations

import atexit
import re
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from parportal.checks import PDF_LIBRARIES
from reports.documents import Document
from reports.output.layout import layout
from reports.output.pdf_facts import Finisher, data_of

FONT_SCHEME = "portal-font:"
PICTURE_SCHEME = "portal-picture:"
FONTS = frozenset(f"LiberationSerif-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic"))
PDF_VARIANT = "pdf/a-3a"
# White space that ends a block: WeasyPrint 70 breaks a line that is exactly full behind its first word for it.
ENDING = re.compile(r"[ \t\r\n]+(?=</(?:p|li|td|th|h[1-6]|caption|figcaption)>)")


class PdfUnavailable(Exception):
    """This machine cannot make PDF files; the text says what to install."""


def as_html(document: Document, *, paged: bool = False) -> str:
    """The document as one self-contained page, the file of `--format html`; `paged` is what the PDF is made of,
    with footnotes on their pages instead of below the text.
    """
    values = {"document": document, "layout": layout(), "paged": paged}
    return render_to_string("reports/standalone.html", values)


def as_pdf(document: Document, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """The document as PDF, with its data inside, or other files by their names, where its variant takes any.

    Raises: PdfUnavailable when the system libraries are missing.
    """
    chosen = layout()
    return write(
        as_html(document, paged=True),
        variant=chosen.pdf_variant,
        finisher=Finisher(document, signature_field=chosen.signature_field),
        attachments=(data_of(document) if attachments is None else attachments)
        if chosen.takes_attachments
        else {},
    )


def write(
    html: str,
    pictures: Mapping[str, Path] | None = None,
    *,
    variant: str = PDF_VARIANT,
    finisher: Finisher | None = None,
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """A page of HTML as PDF; it loads the portal's fonts, and of `pictures` those it names: `portal-picture:NAME`.

    Raises: PdfUnavailable when the system libraries are missing.
    """
    weasyprint = load_weasyprint()
    fetcher = font_fetcher(weasyprint, pictures)
    page = weasyprint.HTML(string=ENDING.sub("", html), url_fetcher=fetcher)
    files = [
        weasyprint.Attachment(string=content, name=name, url_fetcher=fetcher, relationship="Data")
        for name, content in (attachments or {}).items()
    ]
    with warnings.catch_warnings():
        # WeasyPrint leaves the colour profile it embeds to the garbage collector.
        warnings.filterwarnings("ignore", r"unclosed file .*\.icc", ResourceWarning)
        fonts, faces = loaded_fonts()
        written: bytes = page.write_pdf(
            stylesheets=[faces],
            font_config=fonts,
            pdf_variant=variant,
            presentational_hints=True,
            finisher=finisher,
            attachments=files,
        )
    return written


@cache
def loaded_fonts() -> tuple[Any, Any]:
    """The portal's fonts and the style sheet that names them, read once a process: each reading keeps memory."""
    weasyprint = load_weasyprint()
    atexit.register(loaded_fonts.cache_clear)  # they are closed by a library that is gone after the interpreter
    fonts = weasyprint.text.fonts.FontConfiguration()
    text = render_to_string("reports/fonts.css")
    return fonts, weasyprint.CSS(string=text, font_config=fonts, url_fetcher=font_fetcher(weasyprint))


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


def font_fetcher(weasyprint: Any, pictures: Mapping[str, Path] | None = None) -> Any:
    """A fetcher that hands out the portal's fonts, these PNG pictures and nothing else: no file, no network."""
    files = {f"{FONT_SCHEME}{name}": ("font/ttf", font_path(name)) for name in FONTS}
    files |= {f"{PICTURE_SCHEME}{name}": ("image/png", path) for name, path in (pictures or {}).items()}

    class FontFetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url not in files:
                raise ValueError(f"a document loads nothing but the portal's fonts: {url[:200]}")
            kind, path = files[url]
            return weasyprint.urls.URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return FontFetcher()


def font_path(name: str) -> Path:
    found = finders.find(f"fonts/{name}")
    if not isinstance(found, str):
        raise FileNotFoundError(f"static/fonts/{name}")
    return Path(found)

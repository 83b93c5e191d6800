"""Charts for Word, which takes no drawings of ours: pictures with their words beside them.

SVG → PDF by WeasyPrint → PNG: the letters and greys are those of the paper.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm

from reports.documents import Annex, Chart, Document, Section
from reports.output.pdf import PdfUnavailable, font_fetcher, load_weasyprint, loaded_fonts

DOTS_PER_INCH = 200
# As many as the edges of letters need; a picture of more is four times as large.
GREYS = 16
# The size that a chart gives itself. Units: mm.
SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)mm" height="([\d.]+)mm"')


def charts_of(document: Document) -> Iterator[Chart]:
    """Every chart, in the order of the text."""
    parts: tuple[Section | Annex, ...] = (*document.sections, *document.annexes)
    for part in parts:
        yield from charts_in(part)


def charts_in(part: Section | Annex) -> Iterator[Chart]:
    yield from (block for block in part.blocks if isinstance(block, Chart))
    for inside in part.sections:
        yield from charts_in(inside)


def chart_pictures(document: Document) -> Mapping[str, bytes]:
    """A PNG for each chart, by its SVG, all made in one run.

    None where this machine cannot draw: words take their place.
    """
    drawings = list(dict.fromkeys(chart.svg for chart in charts_of(document)))
    if not drawings:
        return {}
    try:
        return dict(zip(drawings, pictures(drawings), strict=True))
    except PdfUnavailable:
        return {}


def pictures(drawings: Iterable[str]) -> list[bytes]:
    """Raises: PdfUnavailable."""
    import pypdfium2

    weasyprint = load_weasyprint()
    page = weasyprint.HTML(string=sheet_of(list(drawings)), url_fetcher=font_fetcher(weasyprint))
    found = []
    fonts, faces = loaded_fonts()
    opened = pypdfium2.PdfDocument(page.write_pdf(stylesheets=[faces], font_config=fonts))
    try:
        for each in opened:
            written = io.BytesIO()
            bitmap = each.render(scale=DOTS_PER_INCH / 72, grayscale=True)
            greys = bitmap.to_pil().convert("L").quantize(GREYS)
            greys.save(written, "PNG", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
            bitmap.close()
            each.close()
            found.append(written.getvalue())
    finally:
        opened.close()
    return found


def sheet_of(drawings: list[str]) -> str:
    """A page for each chart, as large as the chart."""
    rules = []
    for place, drawing in enumerate(drawings):
        width, height = size_of(drawing)
        rules.append(f"@page c{place}{{size:{width}mm {height}mm;margin:0}}.c{place}{{page:c{place}}}")
    rules.append("body{margin:0}svg{display:block}div+div{break-before:page}")
    body = "".join(f'<div class="c{place}">{drawing}</div>' for place, drawing in enumerate(drawings))
    return f'<html lang="vi"><style>{"".join(rules)}</style><body>{body}</body></html>'


def size_of(drawing: str) -> tuple[float, float]:
    """Width and height. Units: mm."""
    found = SIZE.match(drawing)
    if found is None:
        raise ValueError("a chart says how large it is")
    return float(found[1]), float(found[2])


def put_chart(file: Any, paragraph: Any, chart: Chart, pictures: Mapping[str, bytes]) -> None:
    """The picture in a paragraph of its own, what it shows in words for those who do not see it."""
    content = pictures.get(chart.svg)
    paragraph.alignment = ALIGN.CENTER
    if content is None:
        paragraph.add_run(f"[{chart.alt}]").italic = True
        return
    paragraph.paragraph_format.first_line_indent = Mm(0)
    made = paragraph.add_run().add_picture(io.BytesIO(content), width=Mm(size_of(chart.svg)[0]))
    words = made._inline.docPr
    words.set("descr", chart.alt)
    words.set("title", chart.caption[:255])

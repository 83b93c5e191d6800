"""Documents as pictures of their pages, drawn in a process of its own that may use little and may die.

A PDF or a picture of a stranger is drawn by libraries written in C: what crashes them, fills the memory or never
ends takes this process with it, not the worker. The process loads no Django and opens no database.

    python -m parportal.entry.pictures KIND FILE FOLDER

writes 0001.webp, 0002.webp … and tells each as a line `number total width height`.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 50
# Of a page picture; a page longer than wide to the extreme is drawn narrower.
WIDTH, MAX_HEIGHT = 1200, 3600
# The largest picture that is opened at all: a scanner's A3 at 600 dpi has 70 million.
MAX_PIXELS = 100_000_000
QUALITY = 80
MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 90
WALL_SECONDS = 180

# How the process ends. Anything else: it was killed, or crashed.
DONE, PASSWORD, DAMAGED, TOO_LARGE = 0, 3, 4, 5


class NoPictures(Exception):
    """Nothing can be drawn; `code` is how the process ends."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page that was drawn. Units: `width` and `height` in pixels; `total` in pages of the document."""

    number: int
    total: int
    width: int
    height: int


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(WALL_SECONDS)


def draw(kind: str, source: Path, folder: Path) -> Iterator[Drawn]:
    """Raises: NoPictures."""
    yield from draw_pdf(source, folder) if kind == "pdf" else draw_picture(source, folder)


def draw_pdf(source: Path, folder: Path) -> Iterator[Drawn]:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)
        raise NoPictures(PASSWORD if locked else DAMAGED) from None
    total = len(document)
    if not total:
        raise NoPictures(DAMAGED)
    if document.get_formtype():
        document.init_forms()
    for number in range(1, min(total, MAX_PAGES) + 1):
        try:
            page = document[number - 1]
            picture = page.render(scale=scale_of(*page.get_size())).to_pil()
        except pdfium.PdfiumError:
            raise NoPictures(DAMAGED) from None
        page.close()
        yield keep(picture, folder, number, total)


def scale_of(width: float, height: float) -> float:
    """How much to enlarge a page. Units: points."""
    if width < 1 or height < 1:
        raise NoPictures(DAMAGED)
    return min(WIDTH / width, MAX_HEIGHT / height)


def draw_picture(source: Path, folder: Path) -> Iterator[Drawn]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(source, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NoPictures(TOO_LARGE)
            picture.draft("RGB", (WIDTH * 2, MAX_HEIGHT * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((WIDTH, MAX_HEIGHT))
            yield keep(upright, folder, 1, 1)
    except Image.DecompressionBombError:
        raise NoPictures(TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError):
        raise NoPictures(DAMAGED) from None


def keep(picture: Image, folder: Path, number: int, total: int) -> Drawn:
    on_paper(picture).save(folder / f"{number:04}.webp", "WEBP", quality=QUALITY)
    return Drawn(number, total, picture.width, picture.height)


def on_paper(picture: Image) -> Image:
    """What is transparent shows white paper; what cannot be kept otherwise becomes plain colours."""
    from PIL import Image as Images

    if picture.mode in ("RGB", "L"):
        return picture
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        paper = Images.new("RGB", above.size, "white")
        paper.paste(above, mask=above.getchannel("A"))
        return paper
    return picture.convert("RGB")


def main(kind: str, source: str, folder: str) -> int:
    limit_resources()
    try:
        for page in draw(kind, Path(source), Path(folder)):
            sys.stdout.write(f"{page.number} {page.total} {page.width} {page.height}\n")
            sys.stdout.flush()
    except NoPictures as refused:
        return refused.code
    except MemoryError:
        return TOO_LARGE
    return DONE


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Pictures of pages, drawn in a process that may die: what they hold, and what is refused in words."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from PIL import Image

from parportal.entry import pictures
from parportal.entry.previews import NoPreview, PagePicture, page_pictures

from .drawn import huge_picture, locked_pdf, pdf, picture, turned_picture


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def drawn(content: bytes, kind: str) -> list[PagePicture]:
    return page_pictures(ContentFile(content), kind, lambda done, total: None)


def drawn_here(content: bytes, kind: str, folder: Path) -> list[tuple[int, int]]:
    """Sizes of the pages, drawn in this process: quicker."""
    source = folder / "source"
    source.write_bytes(content)
    return [(page.width, page.height) for page in pictures.draw(kind, source, folder)]


def refusal(content: bytes, kind: str) -> str:
    with pytest.raises(NoPreview) as refused:
        drawn(content, kind)
    return str(refused.value)


def opened(page: PagePicture) -> Image.Image:
    return Image.open(io.BytesIO(page.content))


def test_each_page_of_a_pdf_becomes_a_picture_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    pages = page_pictures(ContentFile(pdf(3)), "pdf", lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [(page.number, page.width, page.height) for page in pages] == [(n, 1200, 1699) for n in (1, 2, 3)]
    shown = opened(pages[0])
    assert (shown.format, shown.size) == ("WEBP", (1200, 1699))
    red, green = (colour.getpixel((400, 1300)) for colour in shown.convert("RGB").split()[:2])
    assert isinstance(red, int)
    assert isinstance(green, int)
    assert (red > 200, green < 60) == (True, True)


def test_a_long_document_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "MAX_PAGES", 2)
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf(5, size="60 80"))
    assert [(page.number, page.total) for page in pictures.draw("pdf", source, tmp_path)] == [(1, 5), (2, 5)]


@pytest.mark.parametrize(
    ("size", "shown"), [("20000 20000", (1200, 1200)), ("10 14400", (3, 3600)), ("60 80", (1200, 1600))]
)
def test_odd_pages_are_drawn_within_the_limits(size: str, shown: tuple[int, int], tmp_path: Path) -> None:
    ((width, height),) = drawn_here(pdf(1, size=size), "pdf", tmp_path)
    assert abs(width - shown[0]) <= 1
    assert abs(height - shown[1]) <= 1


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (picture("PNG"), "png", (60, 40)),
        (picture("PNG", (3000, 1500)), "png", (1200, 600)),
        (picture("JPEG", (2400, 1200)), "jpg", (1200, 600)),
        (picture("JPEG", mode="CMYK"), "jpg", (60, 40)),
        (picture("PNG", mode="P"), "png", (60, 40)),
        (picture("PNG", mode="1"), "png", (60, 40)),
        (turned_picture(), "jpg", (40, 60)),
    ],
)
def test_a_picture_is_shown_upright_and_no_larger_than_needed(
    content: bytes, kind: str, size: tuple[int, int], tmp_path: Path
) -> None:
    assert drawn_here(content, kind, tmp_path) == [size]
    with Image.open(tmp_path / "0001.webp") as shown:
        assert shown.size == size


def test_what_is_transparent_shows_white_paper() -> None:
    shown = opened(drawn(picture("PNG", mode="RGBA"), "png")[0])
    darkest, _lightest = shown.convert("L").getextrema()
    assert isinstance(darkest, int)
    assert darkest > 250


def test_where_a_phone_was_is_not_in_its_preview() -> None:
    assert not opened(drawn(turned_picture(), "jpg")[0]).getexif()


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (locked_pdf(), "pdf", "protected by a password"),
        (pdf()[:200], "pdf", "damaged"),
        (b"%PDF-1.4\n%%EOF", "pdf", "damaged"),
        (pdf(0), "pdf", "damaged"),
        (picture("PNG")[:60], "png", "damaged"),
        (b"<svg/>", "png", "damaged"),
        (huge_picture(), "png", "too large"),
        (huge_picture(14_000), "png", "too large"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_words(content: bytes, kind: str, words: str) -> None:
    assert words in refusal(content, kind)


def test_a_process_that_dies_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert "too much time or memory" in refusal(pdf(), "pdf")


def test_the_process_may_use_little_memory() -> None:
    code = "from parportal.entry import pictures; pictures.limit_resources(); bytearray(2 * 1024**3)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_whoever_stops_listening_stops_the_process() -> None:
    class Enough(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        page_pictures(ContentFile(pdf(50, size="60 80")), "pdf", stop)

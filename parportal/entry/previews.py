"""Page pictures of a document: the other side of `parportal.entry.pictures`, whose process draws them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from parportal.entry import pictures
from parportal.entry.problems import EntryProblem

# Kinds of files that can be drawn, by their extension.
DRAWABLE = ("pdf", "png", "jpg")

_WHY_NOT = {
    pictures.PASSWORD: _("The document is protected by a password: there is no preview. Download it."),
    pictures.DAMAGED: _("The document is damaged or made in an unusual way: there is no preview. Download it."),
    pictures.TOO_LARGE: _("The picture is too large to be drawn: there is no preview. Download it."),
}
_TOO_MUCH = _("Drawing the document took too much time or memory: there is no preview. Download it.")


class NoPreview(EntryProblem):
    """There are no page pictures, and why."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as a WebP picture. Units: `width` and `height` in pixels."""

    number: int
    width: int
    height: int
    content: bytes


def page_pictures(file: File[Any], kind: str, progress: Callable[[int, int], None]) -> list[PagePicture]:
    """Draw the first pages of a document. `progress` is told how many of them are drawn.

    Raises: NoPreview; whatever `progress` raises.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as copy:
            copy.writelines(file.chunks())
        drawn = draw(kind, source, folder, progress)
        return [
            PagePicture(number, width, height, (folder / f"{number:04}.webp").read_bytes())
            for number, width, height in drawn
        ]


def draw(
    kind: str, source: Path, folder: Path, progress: Callable[[int, int], None]
) -> list[tuple[int, int, int]]:
    """Number, width and height of each page. The process gets none of our environment, so none of our secrets."""
    command = [sys.executable, "-m", "parportal.entry.pictures", kind, str(source), str(folder)]
    drawn = []
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env={}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            for line in process.stdout or ():
                number, total, width, height = map(int, line.split())
                drawn.append((number, width, height))
                progress(number, min(total, pictures.MAX_PAGES))
        except BaseException:
            process.kill()
            raise
    if process.returncode != pictures.DONE:
        raise NoPreview(_WHY_NOT.get(process.returncode, _TOO_MUCH))
    return drawn

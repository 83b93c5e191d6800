"""The pictures of the guide: PNG files that script/guide takes from the demonstration."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

FOLDER = "img/guide"


def path_of(file: str) -> Path:
    """Raises: FileNotFoundError."""
    found = finders.find(f"{FOLDER}/{file}")
    if not isinstance(found, str):
        raise FileNotFoundError(f"static/{FOLDER}/{file}")
    return Path(found)


@cache
def size_of(file: str) -> tuple[int, int]:
    """Width and height in pixels, as the head of the file says them."""
    with path_of(file).open("rb") as opened:
        width, height = struct.unpack(">II", opened.read(24)[16:])
    return width, height

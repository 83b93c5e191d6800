"""What an office may choose about its papers, within the ranges of Decree 30/2020/NĐ-CP: the settings `PAPER`."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VARIANTS = ("pdf/a-3a", "pdf/a-1b")
ANNEX_PAGES = ("anew", "running")
ANNEX_LINES = ("filled", "open")
# How long the national title is in bold, in sizes of its font; hundredths of a millimetre for each point.
NATION = 7.37 * 100
WIDTH, HEIGHT = 210, 297


@dataclass(frozen=True, slots=True)
class Layout:
    """Units: millimetres for margins, points for sizes.

    `annex_pages`: each annex counted from 1 with the first number hidden, or pages counted on and all shown.
    `annex_line`: number and day of the paper below the title of an annex, or left open there, where the signature
    says them. `subject_gap`: between the number of a letter and its "V/v". `signature_field`: an empty one, for a
    signing program.
    Raises: ImproperlyConfigured.
    Source: Decree 30/2020/NĐ-CP, Annex I.
    """

    left: int = 30
    right: int = 15
    top: int = 20
    bottom: int = 20
    size: int = 14
    annex_pages: str = "anew"
    annex_line: str = "filled"
    subject_gap: int = 6
    pdf_variant: str = "pdf/a-3a"
    signature_field: bool = False

    def __post_init__(self) -> None:
        allowed: dict[str, tuple[object, ...]] = {
            "left": tuple(range(30, 36)),
            "right": tuple(range(15, 21)),
            "top": tuple(range(20, 26)),
            "bottom": tuple(range(20, 26)),
            "size": (13, 14),
            "annex_pages": ANNEX_PAGES,
            "annex_line": ANNEX_LINES,
            "subject_gap": tuple(range(13)),
            "pdf_variant": VARIANTS,
        }
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                listed = ", ".join(map(str, values))
                raise ImproperlyConfigured(f"PAPER_{name.upper()} is {getattr(self, name)!r}; it may be {listed}.")

    @property
    def small(self) -> int:
        """The size of bodies and national title: one below that of the text, as everything rises together."""
        return self.size - 1

    @property
    def table(self) -> int:
        return self.size - 2

    @property
    def text_width(self) -> int:
        return WIDTH - self.left - self.right

    @property
    def head(self) -> tuple[int, int]:
        """The halves of the head in hundredths of the text: the national title stands on one line."""
        right = max(60, ceil(NATION * self.small / self.text_width))
        return 100 - right, right

    @property
    def counts_annexes_anew(self) -> bool:
        return self.annex_pages == "anew"

    @property
    def leaves_annex_line_open(self) -> bool:
        return self.annex_line == "open"

    @property
    def takes_attachments(self) -> bool:
        """PDF/A-1 allows no file inside a file."""
        return self.pdf_variant != "pdf/a-1b"


def layout() -> Layout:
    return Layout(**settings.PAPER)

"""The register as its list shows it: narrowed by the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from plans.models import Document, DocumentKind
from plans.models.documents import DocumentQuerySet
from units.models import User

IN_FORCE, EXPIRED = "in_force", "expired"
TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means all. Shapes: `unit` is the primary key of the register's unit."""

    text: str = ""
    year: int | None = None
    kind: str = ""
    unit: int | None = None
    normative: bool = False
    show: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Wanted:
        kind, show = asked.get("kind", ""), asked.get("show", "")
        return cls(
            text=asked.get("q", "").strip()[:TEXT_LENGTH],
            year=number_of(asked.get("year", ""), 4),
            kind=kind if kind in DocumentKind.values else "",
            unit=number_of(asked.get("unit", ""), 18),
            normative=asked.get("normative") == "1",
            show=show if show in (IN_FORCE, EXPIRED) else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return self != Wanted()

    def documents(self, user: User, on: date) -> DocumentQuerySet:
        """What the person may see of it."""
        found = Document.objects.visible_to(user).containing(self.text)
        if self.year is not None:
            found = found.filter(issued_on__year=self.year)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.unit is not None:
            found = found.filter(owner=self.unit)
        if self.normative:
            found = found.filter(is_normative=True)
        if self.show:
            found = found.in_force(on) if self.show == IN_FORCE else found.expired(on)
        return found


def number_of(text: str, digits: int) -> int | None:
    """A number of the address; None for anything else, and for a year that no calendar has."""
    return int(text) or None if text.isascii() and text.isdigit() and len(text) <= digits else None

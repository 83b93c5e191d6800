"""The list of papers that a person writes: narrowed by year, unit, kind and state, in pages.

What other units sent is listed where it was received: their draft of a next edition is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.models import Report, ReportKind, ReportQuerySet, ReportStatus
from reports.starting import number
from units.models import Unit, User

SIZES = (20, 50, 100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address narrows the list to; empty means all. Units: `size` in rows of a page."""

    year: int = 0
    unit: str = ""
    kind: str = ""
    status: str = ""
    size: int = SIZES[0]

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Wanted:
        size = number(data.get("size", ""))
        kind, status = data.get("kind", ""), data.get("status", "")
        return cls(
            year=number(data.get("year", "")),
            unit=data.get("unit", "")[:40],
            kind=kind if kind in ReportKind.values else "",
            status=status if status in ReportStatus.values else "",
            size=size if size in SIZES else SIZES[0],
        )

    @property
    def is_narrowed(self) -> bool:
        return any((self.year, self.unit, self.kind, self.status))

    def reports(self, user: User) -> ReportQuerySet:
        found = Report.objects.editable_by(user)
        named = {"year": self.year, "unit__code": self.unit, "kind": self.kind, "status": self.status}
        chosen = found.filter(**{name: value for name, value in named.items() if value})
        return chosen.select_related("unit", "campaign", "updated_by").order_by("-year", "-updated_at", "-pk")

    def offers(self, user: User) -> dict[str, Any]:
        """What the list can be narrowed to: two queries."""
        visible = Report.objects.editable_by(user)
        return {
            "years": list(visible.order_by("-year").values_list("year", flat=True).distinct()),
            "units": list(Unit.objects.filter(pk__in=visible.values("unit")).order_by("name")),
            "all_kinds": ReportKind.choices,
            "states": ReportStatus.choices,
            "sizes": SIZES,
        }

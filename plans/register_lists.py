"""The registers of initiatives and of meetings as their lists show them: narrowed by the address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from plans.document_list import TEXT_LENGTH, number_of
from plans.models import Initiative, Meeting
from plans.models.registers import InitiativeQuerySet, MeetingQuerySet
from units.models import User
from units.names import folded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty means all. Shapes: `unit` is the primary key of a unit."""

    text: str = ""
    year: int | None = None
    unit: int | None = None

    @classmethod
    def of(cls, asked: QueryDict) -> Wanted:
        return cls(
            text=asked.get("q", "").strip()[:TEXT_LENGTH],
            year=number_of(asked.get("year", ""), 4),
            unit=number_of(asked.get("unit", ""), 18),
        )

    @property
    def is_narrowed(self) -> bool:
        return self != Wanted()

    def initiatives(self, user: User) -> list[Initiative]:
        """What the person may see of them: one query; a register of years has hundreds, words are sought here."""
        found: InitiativeQuerySet = Initiative.objects.visible_to(user).select_related("owner", "unit")
        if self.year is not None:
            found = found.filter(year=self.year)
        if self.unit is not None:
            found = found.filter(unit=self.unit)
        words = folded(self.text).split()
        return [each for each in found if all(word in searched(each) for word in words)]

    def meetings(self, user: User) -> MeetingQuerySet:
        found: MeetingQuerySet = Meeting.objects.visible_to(user)
        if self.year is not None:
            found = found.filter(held_on__year=self.year)
        return found if self.unit is None else found.filter(owner=self.unit)


def searched(row: Initiative) -> str:
    """All words of an initiative, without capitals and diacritics."""
    return folded(" ".join((row.title, row.field, row.recognised_by, row.number, row.unit.name)))

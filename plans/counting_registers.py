"""How many initiatives a unit had, and how many meetings steered its reform: from rows, one query each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from plans.models import Initiative, Meeting
from units.names import folded

if TYPE_CHECKING:
    from plans.models.registers import InitiativeQuerySet
    from units.models import Unit


def initiatives_of(unit: Unit, year: int) -> int:
    """Initiatives of a unit: its own, in whose register they stand, and all those of its own register.

    One that stands in the register of a unit and in that of the office above is counted once.
    """
    return counted(of_year(unit, year))


def recognised_of(unit: Unit, year: int) -> int:
    """Those of them that a decision recognises."""
    return counted(of_year(unit, year).recognised())


def meetings_of(unit: Unit, year: int) -> int:
    """Meetings of the unit itself, by the day on which they were held."""
    return Meeting.objects.filter(owner=unit, held_on__year=year).count()


def of_year(unit: Unit, year: int) -> InitiativeQuerySet:
    return Initiative.objects.filter(Q(unit=unit) | Q(owner=unit), year=year)


def counted(initiatives: InitiativeQuerySet) -> int:
    """Rows, those alike of one unit once."""
    return len({(unit, folded(title)) for unit, title in initiatives.order_by().values_list("unit", "title")})

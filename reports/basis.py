"""What a paper is made of: a unit and a year, and the campaign, plan, notice or inspection that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from plans.models import Conclusion, Inspection, Plan
from reports.periods import counted_on, span_of
from scoring.models import Campaign
from units.models import Unit

T = TypeVar("T")


class NoPaper(Exception):
    """What a paper is asked of is not there, in words."""


@dataclass(frozen=True, slots=True)
class Basis:
    """`unit` issues the paper, or, of a paper about one unit of a campaign, was scored in it.

    `period` is a value of `reports.periods.Period`, or empty; `on` is the day whose state is told; `children`
    holds the results of the unit's communes, where that was chosen; `is_inside`: what is not published yet is told
    too, as to the office that keeps the campaign.
    """

    unit: Unit
    year: int
    on: date
    period: str = ""
    campaign: Campaign | None = None
    children: Campaign | None = None
    plan: Plan | None = None
    conclusion: Conclusion | None = None
    inspection: Inspection | None = None
    is_inside: bool = True
    _read: dict[Callable[[Basis], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A report on a period tells nothing of what came after its cut-off."""
        if self.period:
            object.__setattr__(self, "on", counted_on(self.period, self.year, self.on))

    def once(self, read: Callable[[Basis], T]) -> T:
        """What `read` finds of it, read once for all sections, figures and annexes of a paper."""
        if read not in self._read:
            self._read[read] = read(self)
        found: T = self._read[read]
        return found

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of what it tells; without a period the whole year."""
        if not self.period:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        return span_of(self.period, self.year).first, self.on

    @property
    def of_campaign(self) -> Campaign:
        """Raises: NoPaper."""
        if self.campaign is None:
            raise NoPaper("a paper about a campaign needs one")
        return self.campaign

    @property
    def without_unit(self) -> NoPaper:
        """That the unit was not scored in the campaign."""
        values = {"unit": self.unit.code, "campaign": self.of_campaign.code}
        return NoPaper(_("There is no unit %(unit)s in the campaign %(campaign)s.") % values)

"""What a paper is made of: a unit and a year, and the campaign, plan, notice or inspection that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plans.models import Conclusion, Inspection, Plan
from reports.periods import counted_on
from scoring.models import Campaign
from units.models import Unit


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

    def __post_init__(self) -> None:
        """A report on a period tells nothing of what came after its cut-off."""
        if self.period:
            object.__setattr__(self, "on", counted_on(self.period, self.year, self.on))

    @property
    def of_campaign(self) -> Campaign:
        """Raises: NoPaper."""
        if self.campaign is None:
            raise NoPaper("a paper about a campaign needs one")
        return self.campaign

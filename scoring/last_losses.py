"""What a row lost last time: the same criterion of the same unit, or of those it was made of.

The last earlier published campaign of the same owner counts; owner and unit are followed through their lineage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from parportal.display import points
from scoring.comparable import predecessors
from scoring.models import PUBLIC, ROUND_ORDER, Campaign, Score
from scoring.rules import CountsAs

READ = {
    "code": "criterion__code",
    "counts_as": "criterion__counts_as",
    "unit": "sheet__unit",
    "unit_name": "sheet__unit__name",
    "year": "sheet__campaign__year",
    "cause": "loss__cause",
    "round": "appraisals__round",
    "given_reason": "appraisals__reason",
}


@dataclass(frozen=True, slots=True)
class LastLoss:
    """Points lost at the same place in an earlier year; `unit` is named where it was a predecessor."""

    year: int
    unit: str
    lost: Decimal
    cause: str
    reason: str

    @property
    def text(self) -> str:
        shown = {"year": self.year, "lost": points(self.lost), "unit": self.unit}
        head = _("%(unit)s, %(year)s: lost %(lost)s") if self.unit else _("%(year)s: lost %(lost)s")
        told = [self.cause, self.reason if self.reason != self.cause else ""]
        return " · ".join([head % shown, *filter(None, told)])


def last_losses(campaign: Campaign, rows: Iterable[Score]) -> dict[int, tuple[LastLoss, ...]]:
    """What the rows lost last time, by primary key: two queries.

    Shapes: the rows know their criterion, and the unit of their sheet.
    """
    rows = list(rows)
    if not rows:
        return {}
    units = {row.sheet.unit_id for row in rows}
    before = predecessors({*units, campaign.owner_id})
    members = units | {pk for unit in units for pk in before.get(unit, {})}
    owners = {campaign.owner_id, *before.get(campaign.owner_id, {})}
    found = lost_there(campaign, owners, members, {row.criterion.code for row in rows})
    return {
        row.pk: tuple(
            loss
            for unit in (row.sheet.unit_id, *before.get(row.sheet.unit_id, {}))
            if (loss := loss_of(found.get((unit, row.criterion.code)), of=row.sheet.unit_id))
        )
        for row in rows
    }


def lost_there(
    campaign: Campaign, owners: Iterable[int], units: Iterable[int], codes: Iterable[str]
) -> dict[tuple[int, str], Mapping[str, Any]]:
    """Rows of the last earlier campaign of each unit that lost points, by unit and code; their last round."""
    earlier = Campaign.objects.filter(
        status__in=PUBLIC, year__lt=campaign.year, owner__in=list(owners), training=campaign.training
    )
    latest = earlier.filter(sheets__unit=OuterRef("sheet__unit")).order_by("-year", "-pk").values("pk")[:1]
    rows = short(Score.objects.filter(sheet__unit__in=list(units), criterion__code__in=list(codes)))
    paths: dict[str, Any] = {name: F(path) for name, path in READ.items()}
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    read: Iterable[Mapping[str, Any]] = (
        rows.filter(sheet__campaign=Subquery(latest)).order_by().values("points", "counted_max_points", **paths)
    )
    for row in read:
        place = (row["unit"], row["code"])
        kept = found.get(place)
        if kept is None or ROUND_ORDER[row["round"]] > ROUND_ORDER[kept["round"]]:
            found[place] = row
    return found


def short(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Rows that lost points. Their campaign is over: what has no points has lost them."""
    base = Q(criterion__counts_as=CountsAs.BASE.value)
    missing = Q(points__lt=F("counted_max_points")) | Q(points=None, counted_max_points__gt=0)
    return rows.filter(base & missing | Q(criterion__counts_as=CountsAs.PENALTY.value, points__gt=0))


def loss_of(row: Mapping[str, Any] | None, *, of: int) -> LastLoss | None:
    if row is None:
        return None
    given = row["points"] or Decimal(0)
    lost = given if row["counts_as"] == CountsAs.PENALTY else row["counted_max_points"] - given
    name = row["unit_name"] if row["unit"] != of else ""
    return LastLoss(row["year"], name, lost, row["cause"] or "", row["given_reason"] or "")

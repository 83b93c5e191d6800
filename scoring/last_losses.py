"""What a row lost last time: the same criterion of the same unit, or of those it was made of.

The last earlier published campaign of the same owner counts; owner and unit are followed through their lineage.
What was promised and done about it since stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from parportal.display import day, points
from scoring.models import PUBLIC, ROUND_ORDER, Campaign, Filing, FilingKind, Measure, Score, ScoreSheet
from scoring.rules import CountsAs
from units.models import Lineage

READ = {
    "score": "pk",
    "code": "criterion__code",
    "counts_as": "criterion__counts_as",
    "unit": "sheet__unit",
    "unit_name": "sheet__unit__name",
    "successor": "sheet__unit__successors__successor",
    "year": "sheet__campaign__year",
    "cause": "loss__cause",
    "round": "appraisals__round",
    "given_reason": "appraisals__reason",
}


@dataclass(frozen=True, slots=True)
class LastLoss:
    """Points lost at the same place in an earlier year; `unit` is named where it was a predecessor.

    Shapes: `remedies` are lines of what units sent about it: their measures, or what came of these.
    """

    year: int
    unit: str
    lost: Decimal
    cause: str
    reason: str
    remedies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        shown = {"year": self.year, "lost": points(self.lost), "unit": self.unit}
        head = _("%(unit)s, %(year)s: lost %(lost)s") if self.unit else _("%(year)s: lost %(lost)s")
        told = [self.cause, self.reason if self.reason != self.cause else ""]
        return " · ".join([head % shown, *filter(None, told), *self.remedies])


def last_losses(campaign: Campaign, rows: Iterable[Score]) -> dict[int, tuple[LastLoss, ...]]:
    """What the rows lost last time, by primary key, those of the own unit first: two queries.

    Shapes: the rows know their criterion, and the unit of their sheet.
    """
    rows = list(rows)
    if not rows:
        return {}
    units = {row.sheet.unit_id for row in rows}
    found: dict[tuple[int, str], list[LastLoss]] = defaultdict(list)
    losses = list(lost_there(campaign, units, {row.criterion.code for row in rows}))
    remedies = remedies_of({lost["score"] for lost in losses})
    for lost in losses:
        for unit in {lost["unit"], lost["successor"]} & units:
            loss = loss_of(lost, of=unit, remedies=tuple(remedies.get(lost["score"], ())))
            found[unit, lost["code"]].append(loss)
    return {
        row.pk: tuple(sorted(found[row.sheet.unit_id, row.criterion.code], key=lambda loss: loss.unit))
        for row in rows
    }


def lost_there(campaign: Campaign, units: Iterable[int], codes: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    """Rows that lost points in the last earlier campaign of these units, or of those that went into them.

    Shapes: a row for each unit that it went into (`successor`), with the last round of its appraisal.
    """
    earlier = Campaign.objects.filter(
        of(campaign.owner_id, "owner"), status__in=PUBLIC, year__lt=campaign.year, training=campaign.training
    )
    latest = earlier.filter(sheets__unit=OuterRef("sheet__unit")).order_by("-year", "-pk").values("pk")[:1]
    sheets = ScoreSheet.objects.filter(of(units, "unit"))
    rows = short(Score.objects.filter(sheet__in=sheets.values("pk"), criterion__code__in=list(codes)))
    paths: dict[str, Any] = {name: F(path) for name, path in READ.items()}
    read: Iterable[Mapping[str, Any]] = (
        rows.filter(sheet__campaign=Subquery(latest)).order_by().values("points", "counted_max_points", **paths)
    )
    last: dict[tuple[int, str, int | None], Mapping[str, Any]] = {}
    for row in read:
        place = (row["unit"], row["code"], row["successor"])
        kept = last.get(place)
        if kept is None or ROUND_ORDER[row["round"]] > ROUND_ORDER[kept["round"]]:
            last[place] = row
    return last.values()


def of(units: int | Iterable[int], name: str) -> Q:
    """Whether the unit in this column is one of these, or went into one of them."""
    wanted = [units] if isinstance(units, int) else list(units)
    before = Lineage.objects.filter(successor__in=wanted).values("predecessor")
    return Q(**{f"{name}__in": wanted}) | Q(**{f"{name}__in": before})


def short(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Rows that lost points. Their campaign is over: what has no points has lost them."""
    base = Q(criterion__counts_as=CountsAs.BASE.value)
    missing = Q(points__lt=F("counted_max_points")) | Q(points=None, counted_max_points__gt=0)
    return rows.filter(base & missing | Q(criterion__counts_as=CountsAs.PENALTY.value, points__gt=0))


def loss_of(row: Mapping[str, Any], *, of: int, remedies: tuple[str, ...] = ()) -> LastLoss:
    given = row["points"] or Decimal(0)
    lost = given if row["counts_as"] == CountsAs.PENALTY else row["counted_max_points"] - given
    name = row["unit_name"] if row["unit"] != of else ""
    return LastLoss(row["year"], name, lost, row["cause"] or "", row["given_reason"] or "", remedies)


def remedies_of(scores: Iterable[int]) -> dict[int, list[str]]:
    """What units have sent about lost points, by the primary key of the score: one query, none without losses."""
    lost = list(scores)
    if not lost:
        return {}
    sent = Filing.objects.filter(
        round=OuterRef("remediation__round"), unit=OuterRef("unit"), sent_on__isnull=False
    )
    rows = (
        Measure.objects.filter(Exists(sent), remediation__loss__score__in=lost)
        .annotate(is_reported=Exists(sent.filter(kind=FilingKind.REPORT)))
        .order_by("unit__name", "pk")
        .values("remediation__loss__score", "unit__name", "text", "by_on", "result", "done_on", "is_reported")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if words := remedy(row):
            found[row["remediation__loss__score"]].append(words)
    return found


def remedy(said: Mapping[str, Any]) -> str:
    """The result that a unit reported, else the measure that it planned."""
    if said["is_reported"] and said["result"]:
        on, what = said["done_on"], said["result"]
        words = _("%(unit)s has done: %(what)s (%(day)s)") if on else _("%(unit)s has done: %(what)s")
    elif said["text"]:
        on, what = said["by_on"], said["text"]
        words = _("%(unit)s plans: %(what)s (by %(day)s)") if on else _("%(unit)s plans: %(what)s")
    else:
        return ""
    return words % {"unit": said["unit__name"], "what": what, "day": day(on)}

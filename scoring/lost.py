"""Lost points added up: by criterion, over all units, and by who answers for them, alone or with others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from scoring.models import SUBMITTED_OR_LATER, Responsibility, Score
from scoring.rules import CountsAs

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LeafLoss:
    """What was lost at one criterion, of how much, at how many units. Units: points."""

    code: str
    title: str
    lost: Decimal
    units: int


class Answering(NamedTuple):
    """Who answers for a loss. Two units of one name are two, a unit that several owners name is one."""

    name: str
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class PartyLoss:
    """What one party answers for. Units: points; `shared` is named in full for each of those who share it.

    `name` is empty where nobody was named.
    """

    name: str
    sole: Decimal
    shared: Decimal
    count: int

    @property
    def total(self) -> Decimal:
        return self.sole + self.shared


@dataclass(frozen=True, slots=True)
class Lost:
    """Both sums, the greatest first. Units: points; in `total` each loss counts once, whoever answers for it."""

    by_leaf: tuple[LeafLoss, ...]
    by_party: tuple[PartyLoss, ...]
    total: Decimal

    @property
    def sole(self) -> Decimal:
        return sum((party.sole for party in self.by_party if party.name), ZERO)

    @property
    def unnamed(self) -> Decimal:
        return sum((party.total for party in self.by_party if not party.name), ZERO)

    @property
    def shared(self) -> Decimal:
        """What several answer for together, counted once."""
        return self.total - self.sole - self.unnamed


def read_lost(scores: QuerySet[Score]) -> Lost:
    """Of all these rows, as far as their sheets were submitted: two queries."""
    lossy = scores.lossy().filter(sheet__status__in=SUBMITTED_OR_LATER)  # type: ignore[attr-defined]
    columns = ("pk", "criterion__code", "criterion__title", "criterion__counts_as", "points", "counted_max_points")
    rows = list(lossy.order_by("criterion__position").values_list(*columns))
    named: dict[int, list[Answering]] = defaultdict(list)
    parties = Responsibility.objects.filter(loss__score__in=lossy.order_by().values("pk")).order_by("pk")
    for score, name, unit in parties.values_list("loss__score", "party__name", "party__unit"):
        named[score].append(Answering(name, unit))
    leaves: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    shares: list[tuple[Decimal, tuple[Answering, ...]]] = []
    for pk, code, title, counts_as, points, most in rows:
        given = points or ZERO
        lost = given if counts_as == CountsAs.PENALTY else most - given
        leaves[code, title].append(lost)
        shares.append((lost, tuple(named[pk])))
    found = [LeafLoss(*key, sum(each, ZERO), len(each)) for key, each in leaves.items()]
    by_leaf = tuple(sorted(found, key=lambda leaf: -leaf.lost))
    return Lost(by_leaf, by_party(shares), sum((lost for lost, _who in shares), ZERO))


def by_party(losses: Iterable[tuple[Decimal, Iterable[Answering]]]) -> tuple[PartyLoss, ...]:
    """Each party with what it answers for alone and what with others, the most first; at the end what nobody does.

    Shapes: pairs of lost points and those who answer for them, whatever their role.
    """
    sole: dict[Answering, Decimal] = defaultdict(Decimal)
    shared: dict[Answering, Decimal] = defaultdict(Decimal)
    counts: dict[Answering, int] = defaultdict(int)
    for lost, parties in losses:
        named = dict.fromkeys(parties) or (Answering(""),)
        for party in named:
            (shared if len(named) > 1 else sole)[party] += lost
            counts[party] += 1
    found = [PartyLoss(party.name, sole[party], shared[party], counts[party]) for party in counts]
    return tuple(sorted(found, key=lambda party: (not party.name, -party.total, party.name)))

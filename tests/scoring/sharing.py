"""Parts of commune A's sheet given away and filled in, for the tests of a divided sheet."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from scoring.actions.scores import RowEntry, save_score
from scoring.actions.shares import ShareEntry, give_share
from scoring.models import Share
from scoring.rules import LeafState
from tests.world import World
from units.models import Unit, User

TWO = RowEntry(LeafState.ANSWERED, {"points": Decimal(2)})
THREE = RowEntry(LeafState.ANSWERED, {"count": 3})


def give(world: World, code: str, filler: User | Unit, **columns: Any) -> Share:
    """A part of commune A's sheet, given by its officer."""
    criterion = world.criteria_set.criteria.get(code=code)
    by = columns.pop("by", world.officer_a)
    return give_share(sheet=world.sheet(world.commune_a), entry=ShareEntry(criterion, filler, **columns), by=by)


def codes(rows: Any) -> list[str]:
    return list(rows.order_by("criterion__position").values_list("criterion__code", flat=True))


def save(world: World, code: str, by: User, entry: RowEntry = TWO) -> None:
    with transaction.atomic():
        score = world.score(world.commune_a, code)
        save_score(score=score, entry=entry, version=score.version, by=by)

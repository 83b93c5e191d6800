"""A row whose numbers the unit has reported: 27 of 30 tasks."""

from django.utils import timezone

from indicators.models import Return
from scoring.models import Criterion
from tests.conftest import forget_sets
from tests.indicators.reporting import make_period, make_set, put, return_of
from tests.world import World

SOURCES = [
    {"input": "numerator", "figure": "bieu-thu: 1.2"},
    {"input": "denominator", "figure": "bieu-thu: 1.1"},
]


def name_sources(world: World, sources: list[dict[str, str]]) -> None:
    leaf = Criterion.objects.get(criteria_set=world.criteria_set, code="2.1")
    leaf.params = {**leaf.params, "sources": sources}
    leaf.save()
    forget_sets()


def report_tasks(world: World) -> Return:
    """Commune A has handed in 27 of 30 tasks; the row 2.1 takes its numbers from there."""
    name_sources(world, SOURCES)
    made = return_of(make_period(world, make_set(), year=world.campaign.year), world.commune_a)
    put(made, "1.1", 30)
    put(made, "1.2", 27)
    hand_in(made)
    return made


def hand_in(made: Return) -> None:
    Return.objects.filter(pk=made.pk).update(status="submitted", submitted_at=timezone.now())

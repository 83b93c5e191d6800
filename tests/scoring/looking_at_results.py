"""Results for tests that only look at them: the campaign of the small district, published once a module."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from scoring.models import Campaign
from tests.scoring.results_world import publish
from tests.world import World

Login = Callable[[str], Client]
PAGES = [
    ("results_campaign", ["dot-thu"]),
    ("results_unit", ["dot-thu", "23497"]),
    ("results_unit", ["dot-thu", "23488"]),
    ("results_export", ["dot-thu", "json"]),
    ("results_export", ["dot-thu", "csv"]),
    ("results_export", ["dot-thu", "xlsx"]),
]
MEMBERS = ["officer_a", "leader_a", "officer_b", "justice_officer"]


@pytest.fixture(scope="module")
def is_published(world_of_module: World | None, django_db_blocker: DjangoDbBlocker) -> bool:
    """Only where every test of the module asks for `campaign`; others would find it published, or not."""
    if world_of_module is None:
        return False
    with django_db_blocker.unblock():
        publish(world_of_module)
    return True


@pytest.fixture
def campaign(is_published: bool, world: World) -> Campaign:
    """Published; each test undoes its own changes."""
    return Campaign.objects.get(pk=world.campaign.pk) if is_published else publish(world)


def opened(login: Login, names: list[str]) -> dict[int, list[tuple[str, str]]]:
    """Who opens which page of results, by the status of the answer."""
    found: dict[int, list[tuple[str, str]]] = {}
    for name in names:
        client = login(name)
        for page, args in PAGES:
            status = client.get(reverse(page, args=args)).status_code
            found.setdefault(status, []).append((name, page))
    return found


def charts(login: Login, name: str, page: str = "results_campaign", *args: str) -> list[str]:
    response = login(name).get(reverse(page, args=["dot-thu", *args]))
    return [chart.name for chart in response.context["charts"]]

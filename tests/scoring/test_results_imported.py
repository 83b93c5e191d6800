"""Results that were published elsewhere and imported."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.scoring.results_world import KON_RAY, load_kon_ray_units
from tests.world import person
from units.access import Role
from units.models import Unit

pytestmark = pytest.mark.any_database


def test_a_published_figure_that_differs_stands_beside_the_computed_one(db: None) -> None:
    load_kon_ray_units()
    call_command("import_results", KON_RAY, verbosity=0)
    kon_ray = Unit.objects.get(code="614", valid_from="2004-07-08")
    reader = person("reader", (Role.LEADER, kon_ray))
    client = Client()
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse("results_campaign", args=["kon-ray-2021-commune"]))
    page = response.content.decode()
    for figure in ("76,65", "95,00", "80,68", "78,15", "82,26"):
        assert figure in page
    [row] = [each for each in response.context["league"].rows if each.result.unit.code == "23488"]
    assert (row.rank, row.rank_published, row.moved) == (6, 3, 3)
    assert {"earned_points", "index", "rank"} == set(row.differences)
    calm = [each for each in response.context["league"].rows if each.result.unit.code != "23488"]
    assert not any(each.differences for each in calm)

"""A row is saved while the set of its campaign is replaced: on real connections, as in `test_concurrency`."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from scoring.actions.replacing import replace_set
from scoring.models import Campaign, CriteriaSet, Score, SetReplacement
from tests.scoring.replacing import change, later_version, remove
from tests.scoring.test_concurrency import earned, points_row
from tests.two_people import meanwhile
from tests.world import World, make_world

__test__ = connection.vendor == "postgresql"

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def to_set(world: World) -> CriteriaSet:
    with transaction.atomic():
        return later_version(world, change("1.2.2", max_points=Decimal("1.5")), remove("1.1"))


def replace_now(world: World, to_set: CriteriaSet) -> SetReplacement:
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    by = world.fresh("coordinator")
    return replace_set(campaign=campaign, to_set=to_set, reason="Sửa đổi", version=campaign.version, by=by)


def row_of(world: World) -> Score:
    return Score.objects.select_related("criterion").get(sheet__unit=world.commune_a, criterion__code="3")


def test_a_row_sent_while_the_set_is_replaced_lands_in_the_new_version(world: World, to_set: CriteriaSet) -> None:
    row = row_of(world)
    url = reverse("sheet_row", args=[row.sheet_id, row.criterion_id])
    client = Client()
    client.force_login(world.fresh("officer_a"), backend=BACKEND)
    other = meanwhile(
        lambda: replace_now(world, to_set), lambda: client.post(url, {"answer-points": "1,5", "version": "1"})
    )
    assert other.error is None
    assert other.result.status_code == 200
    assert (row_of(world).self_points, row_of(world).criterion.criteria_set_id) == (Decimal("1.5"), to_set.pk)
    assert earned(world) == Decimal("1.5")


def test_a_replacement_waits_for_the_row_that_is_being_saved(world: World, to_set: CriteriaSet) -> None:
    other = meanwhile(lambda: points_row(world, "1.5"), lambda: replace_now(world, to_set))
    assert other.error is None
    assert (row_of(world).self_points, row_of(world).criterion.criteria_set_id) == (Decimal("1.5"), to_set.pk)
    assert earned(world) == Decimal("1.5")

"""Two people at one round of remediation: on real connections, as in `test_concurrency`."""

import pytest
from django.db import connection, transaction

from scoring.actions.remediation import Days, Paper, RemediationRefused, add_to_round, open_round
from scoring.actions.remediation_filings import Said, save_measures, send_filing
from scoring.models import Campaign, Filing, FilingKind, Loss, Measure, RemediationRound, Score, ScoreSheet
from tests.scoring.remedying import filing, in_days, measures, opened, publish
from tests.two_people import meanwhile
from tests.world import World, make_world
from units.models import Party

__test__ = connection.vendor == "postgresql"

PLAN = FilingKind.PLAN


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def open_now(world: World, campaign: Campaign) -> RemediationRound:
    return open_round(campaign=campaign, days=Days(in_days(10), in_days(40)), by=world.fresh("coordinator"))


def test_of_two_who_open_a_round_the_second_is_told(world: World) -> None:
    with transaction.atomic():
        publish(world)
    other = meanwhile(lambda: open_now(world, world.campaign), lambda: open_now(world, world.campaign))
    assert isinstance(other.error, RemediationRefused)
    assert (RemediationRound.objects.count(), Filing.objects.count()) == (1, 4)


def test_what_is_missing_is_added_once(world: World) -> None:
    with transaction.atomic():
        found = opened(world)
        Score.objects.filter(pk=world.score(world.commune_a, "2.1").pk).update(points=0)

    def add() -> int:
        return add_to_round(round_=found, by=world.fresh("coordinator")).tasks

    other = meanwhile(add, add)
    assert (other.error, other.result) == (None, 0)
    assert found.remediations.count() == Loss.objects.count() == 6


def test_two_campaigns_of_an_office_need_the_same_party_at_once(world: World) -> None:
    with transaction.atomic():
        publish(world)
        Loss.objects.all().delete()
        Party.objects.filter(unit=world.commune_b).delete()
        second = Campaign.objects.get(pk=world.campaign.pk)
        second.pk, second.code = None, "dot-hai"
        second.save()
        sheet = ScoreSheet.objects.create(campaign=second, unit=world.commune_b, status="published")
        criterion = world.score(world.commune_b, "2.1").criterion
        Score.objects.create(sheet=sheet, criterion=criterion, counted_max_points=2, points=0)
    other = meanwhile(lambda: open_now(world, world.campaign), lambda: open_now(world, second))
    assert other.error is None
    assert Party.objects.filter(owner=world.district, unit=world.commune_b).count() == 1


def test_what_is_sent_is_what_was_saved_before(world: World) -> None:
    with transaction.atomic():
        found = opened(world)
        for each in measures(found, world.commune_a)[1:]:
            Measure.objects.filter(pk=each.pk).update(text="Đã có")
    first = measures(found, world.commune_a)[0]

    def save() -> int:
        said = {first.pk: Said("Việc một", None, 0)}
        by = world.fresh("officer_a")
        return save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=said, by=by)

    def send() -> Filing:
        plan = filing(found, world.commune_a)
        return send_filing(filing=plan, paper=Paper(), version=1, by=world.fresh("leader_a"))

    assert meanwhile(save, send).error is None
    assert isinstance(meanwhile(lambda: None, save).error, RemediationRefused)
    first.refresh_from_db()
    assert first.text == "Việc một"

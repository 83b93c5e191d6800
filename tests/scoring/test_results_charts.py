"""Charts on the pages of results: who sees which, that sums are explained, and which years compare."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from scoring.lost import Answering, by_party, read_lost
from scoring.models import Campaign, CriteriaSet, Criterion, Loss, Score, UnitResult
from scoring.years import of_unit, shared_percent, years_of
from tests.scoring import looking_at_results
from tests.scoring.looking_at_results import Login
from tests.world import World
from units.models import Lineage, Party, Unit

pytestmark = pytest.mark.any_database
campaign, is_published = looking_at_results.campaign, looking_at_results.is_published


def earlier(world: World, year: int, index: str, *, criteria_set: CriteriaSet | None = None) -> Campaign:
    """A published campaign of an earlier year with the index of commune A."""
    made = Campaign.objects.create(
        code=f"nam-{year}",
        title=f"Năm {year}",
        owner=world.district,
        criteria_set=criteria_set or world.criteria_set,
        year=year,
        status="published",
        published_at=f"{year + 1}-02-01T08:00Z",
    )
    UnitResult.objects.create(campaign=made, unit=world.commune_a, index=Decimal(index))
    return made


def other_version(world: World, *, maximum: str, version: int = 9) -> CriteriaSet:
    """The set of the world again, its leaf 3 with another maximum."""
    made = CriteriaSet.objects.get(pk=world.criteria_set.pk)
    made.pk, made.version = None, version
    made.save()
    kept: dict[int | None, Criterion | None] = {None: None}
    for node in world.criteria_set.criteria.order_by("position"):
        old, node.pk, node.criteria_set = node.pk, None, made
        node.parent, node.section = kept[node.parent_id], kept[node.section_id]
        if node.code == "3":
            node.max_points = Decimal(maximum)
        node.save()
        kept[old] = node
    return made


def test_a_file_of_a_chart_holds_no_more_than_the_page(campaign: Campaign, login: Login) -> None:

    def status(name: str, chart: str, unit: str = "") -> int:
        url = reverse("results_chart", args=["dot-thu", chart])
        return login(name).get(url, {"unit": unit} if unit else {}).status_code

    assert status("officer_b", "index") == 200
    assert status("officer_b", "parties") == status("officer_b", "parties", "23497") == 404
    assert status("officer_a", "parties", "23497") == status("coordinator", "parties") == 200
    assert (
        status("officer_a", "parties", "99999")
        == status("officer_a", "years")
        == status("outsider", "index")
        == 404
    )
    response = login("officer_b").get(reverse("results_chart", args=["dot-thu", "index"]))
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert response.content.startswith(b"<svg ")


def test_each_loss_counts_once_in_the_total_and_in_full_for_each_who_answers(
    world: World, campaign: Campaign
) -> None:
    loss = Loss.objects.filter(score__sheet__unit=world.commune_b).order_by("pk")[0]
    other = Party.objects.create(owner=world.district, code="PX", name="Phòng X")
    loss.responsibilities.create(party=other, role="monitor")
    lost = read_lost(Score.objects.filter(sheet__campaign=campaign))
    results = campaign.results.all()
    assert lost.total == sum(each.applicable_max_points - each.earned_points for each in results) == Decimal(7)
    assert lost.total == sum(leaf.lost for leaf in lost.by_leaf) == lost.sole + lost.shared
    group, single = lost.by_party
    assert (single.name, single.sole, single.shared, single.count) == ("Phòng X", Decimal(0), lost.shared, 1)
    assert group.total == lost.total
    assert [leaf.lost for leaf in lost.by_leaf] == sorted((leaf.lost for leaf in lost.by_leaf), reverse=True)


def test_the_greatest_come_first_and_nobody_last() -> None:
    a, b, c = map(Answering, "ABC")
    found = by_party([(Decimal(3), ()), (Decimal(1), (a,)), (Decimal(2), (b, a)), (Decimal(1), (c, c))])
    assert [(each.name, int(each.sole), int(each.shared)) for each in found] == [
        ("A", 1, 2),
        ("B", 0, 2),
        ("C", 1, 0),
        ("", 3, 0),
    ]


def test_years_by_the_same_set_are_joined_by_a_line(world: World, campaign: Campaign, login: Login) -> None:
    earlier(world, campaign.year - 1, "80")
    years = years_of(campaign, UnitResult.objects.visible_to(world.people["officer_a"]))
    assert [(each.year, each.follows) for each in years] == [(campaign.year - 1, False), (campaign.year, True)]
    mine = of_unit(years, world.commune_a.pk)
    assert [each.mean for each in mine] == [Decimal(80), Decimal("91.67")]
    assert [each.mean for each in of_unit(years, world.commune_b.pk)] == [Decimal(50)]
    page = login("officer_a").get(reverse("results_unit", args=["dot-thu", "23497"])).content.decode()
    assert "+11,67" in page
    # Of the campaign before, officer B saw nothing: his unit was not in it.
    assert len(years_of(campaign, UnitResult.objects.visible_to(world.people["officer_b"]))) == 1


def test_sets_that_differ_too_much_are_not_compared_and_the_page_says_so(
    world: World, campaign: Campaign, login: Login
) -> None:
    changed = other_version(world, maximum="7")
    earlier(world, campaign.year - 1, "80", criteria_set=changed)
    response = login("district_leader").get(reverse("results_campaign", args=["dot-thu"]))
    chart = response.context["charts"][-1]
    with override("vi"):
        assert chart.rows[1][-1] == gettext("not comparable")
    assert "58%" in chart.said[0]
    assert not re.search(r'd="M[\d. ]+L', chart.svgs[0])


def test_how_much_two_sets_share_is_the_smaller_share(world: World, campaign: Campaign) -> None:
    own = world.criteria_set
    assert shared_percent(own.pk, own.pk) == 100
    # Ten of twelve points hang on unchanged criteria, and ten of seventeen.
    changed = other_version(world, maximum="7")
    assert shared_percent(own.pk, changed.pk) == shared_percent(changed.pk, own.pk) == Decimal(1000) / 17
    assert shared_percent(own.pk, other_version(world, maximum="2", version=8).pk) == 100


def test_a_renamed_unit_goes_on_a_merged_one_begins_anew(world: World, campaign: Campaign) -> None:
    before = earlier(world, campaign.year - 1, "80")
    old = Unit.objects.create(
        code="1", name="Xã Cũ", type="commune", parent=world.district, valid_from=date(1990, 1, 1)
    )
    before.results.update(unit=old)
    line = Lineage.objects.create(predecessor=old, successor=world.commune_a, kind="renamed")
    years = years_of(campaign, UnitResult.objects.all())
    assert len(of_unit(years, world.commune_a.pk)) == 2
    line.kind = "merged"
    line.save()
    assert len(of_unit(years, world.commune_a.pk)) == 1


def test_charts_need_few_queries_however_many_units(world: World, campaign: Campaign, login: Login) -> None:
    client = login("coordinator")
    url = reverse("results_campaign", args=["dot-thu"])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for place in range(30):
        unit = Unit.objects.create(
            code=f"9{place:04d}",
            name=f"Xã {place}",
            type="commune",
            parent=world.district,
            valid_from=date(2000, 1, 1),
        )
        UnitResult.objects.create(campaign=campaign, unit=unit, index=Decimal(60))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 20

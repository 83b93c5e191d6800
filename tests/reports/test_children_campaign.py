"""Which campaign holds the results of the unit's communes."""

import pytest

from reports.papers.data import ChildrenUnclear, children_campaign
from scoring.models import Campaign, CampaignStatus
from tests.reports.kon_ray import KonRay

pytestmark = pytest.mark.any_database


def resolve(kon_ray: KonRay, chosen: Campaign | None = None) -> Campaign | None:
    return children_campaign(kon_ray.district, year=2021, chosen=chosen, campaigns=Campaign.objects.all())


def second(kon_ray: KonRay, **values: object) -> Campaign:
    made = Campaign.objects.get(pk=kon_ray.children.pk)
    made.pk, made.code = None, "kon-ray-2021-again"
    for name, value in values.items():
        setattr(made, name, value)
    made.save()
    return made


def test_the_only_published_one_of_the_year(kon_ray: KonRay) -> None:
    assert resolve(kon_ray) == kon_ray.children


def test_none_is_an_error_that_says_what_is_missing(kon_ray: KonRay) -> None:
    Campaign.objects.filter(pk=kon_ray.children.pk).update(status=CampaignStatus.CLOSED)
    with pytest.raises(ChildrenUnclear) as caught:
        resolve(kon_ray)
    assert caught.value.found == []
    assert "2021" in str(caught.value)


def test_several_are_an_error_that_lists_them(kon_ray: KonRay) -> None:
    second(kon_ray)
    with pytest.raises(ChildrenUnclear) as caught:
        resolve(kon_ray)
    assert "kon-ray-2021-again, kon-ray-2021-commune" in str(caught.value)


def test_a_choice_decides(kon_ray: KonRay) -> None:
    chosen = second(kon_ray)
    assert resolve(kon_ray, chosen) == chosen


@pytest.mark.parametrize("values", [{"year": 2020}, {"status": CampaignStatus.OPEN}])
def test_other_years_and_unpublished_ones_do_not_count(kon_ray: KonRay, values: dict[str, object]) -> None:
    second(kon_ray, **values)
    assert resolve(kon_ray) == kon_ray.children


def test_campaigns_of_other_owners_do_not_count(kon_ray: KonRay) -> None:
    second(kon_ray, owner=kon_ray.province)
    assert resolve(kon_ray) == kon_ray.children


def test_a_commune_scores_nobody(kon_ray: KonRay) -> None:
    everything = Campaign.objects.all()
    assert children_campaign(kon_ray.communes[0], year=2021, chosen=None, campaigns=everything) is None

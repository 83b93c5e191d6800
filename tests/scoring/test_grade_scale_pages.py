from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.grade_scales import GradeEntry, ScaleEntry, change_scale
from scoring.models import Campaign, GradeScale, UnitResult
from scoring.workflow import MoveRefused
from tests.scoring.results_world import publish
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def scale_data(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Thang của huyện",
        "source": "QĐ 5",
        "grade_0": "Đạt",
        "from_0": "62,5",
        "grade_1": "Chưa đạt",
        "from_1": "0",
        "version": 1,
        **changed,
    }


def test_an_office_makes_a_scale_of_its_own_and_changes_it(world: World, login: Login) -> None:
    client = login("coordinator")
    assert client.post(reverse("grade_scale_new"), scale_data()).status_code == 302
    made = GradeScale.objects.get(name="Thang của huyện")
    assert made.code == "614-thang-cua-huyen"
    assert [(each.code, each.from_index) for each in made.all_grades] == [
        ("dat", Decimal("62.5")),
        ("chua-dat", 0),
    ]
    url = reverse("grade_scale_edit", args=[made.code])
    first, second = made.all_grades
    swapped = scale_data(pk_0=first.pk, from_0="0", pk_1=second.pk, from_1="62,5", grade_1="Không đạt")
    assert client.post(url, swapped).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.from_index, second.from_index, second.name) == (Decimal(0), Decimal("62.5"), "Không đạt")
    stale = client.post(url, swapped | {"name": "Tên khác"})
    assert stale.status_code == 409
    assert "Tên khác" in stale.content.decode()
    assert GradeScale.objects.get(pk=made.pk).name == "Thang của huyện"
    assert made.code in client.get(reverse("grade_scales")).content.decode()


def test_two_grades_and_two_scales_of_one_name_get_codes_of_their_own(world: World, login: Login) -> None:
    client = login("coordinator")
    for _time in range(2):
        client.post(reverse("grade_scale_new"), scale_data(name="Đ", grade_1="Đạt"))
    made = GradeScale.objects.filter(name="Đ").order_by("code")
    assert [each.code for each in made] == ["614-d", "614-d-2"]
    assert [each.code for each in made[0].all_grades] == ["dat", "dat-2"]


def test_a_scale_that_became_fixed_meanwhile_is_not_changed(world: World) -> None:
    entry = ScaleEntry("Khác", "", (GradeEntry(None, "Đạt", Decimal(0)),))
    with pytest.raises(MoveRefused):
        change_scale(scale=GradeScale.objects.get(), entry=entry, version=1, by=world.coordinator)
    assert GradeScale.objects.get().name != "Khác"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from_0": ""}, "from_0"),
        ({"grade_0": ""}, "grade_0"),
        ({"from_1": "62,50"}, "from_1"),
        ({"from_0": "101"}, "from_0"),
        ({"name": ""}, "name"),
        ({"grade_0": "", "from_0": "", "grade_1": "", "from_1": ""}, "grade_0"),
    ],
)
def test_a_wrong_scale_is_told_at_its_field(
    world: World, login: Login, changed: dict[str, str], field: str
) -> None:
    response = login("coordinator").post(reverse("grade_scale_new"), scale_data(**changed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert GradeScale.objects.count() == 1


def test_a_scale_in_use_by_others_or_by_published_results_is_copied(world: World, login: Login) -> None:
    client = login("coordinator")
    shared = reverse("grade_scale_edit", args=["thang-thu"])
    assert client.get(shared).status_code == 302, "nobody's own: everybody's"
    client.post(reverse("grade_scale_new") + "?copy=thang-thu", scale_data())
    own = GradeScale.objects.get(name="Thang của huyện")
    assert client.get(reverse("grade_scale_edit", args=[own.code])).status_code == 200
    Campaign.objects.filter(pk=world.campaign.pk).update(grade_scale=own)
    publish(world)
    assert client.get(reverse("grade_scale_edit", args=[own.code])).status_code == 302
    assert "Trung bình" in client.get(reverse("grade_scale_new") + "?copy=thang-thu").content.decode()


def test_a_grade_that_units_have_is_not_removed(world: World, login: Login) -> None:
    client = login("coordinator")
    client.post(reverse("grade_scale_new"), scale_data())
    own = GradeScale.objects.get(name="Thang của huyện")
    first, second = own.all_grades
    Campaign.objects.filter(pk=world.campaign.pk).update(grade_scale=own)
    UnitResult.objects.filter(unit=world.commune_a).update(grade=first, index=Decimal(70))
    url = reverse("grade_scale_edit", args=[own.code])
    gone = scale_data(grade_0="", from_0="", pk_0="", pk_1=second.pk)
    response = client.post(url, gone)
    assert response.status_code == 409
    assert own.grades.count() == 2
    client.post(url, scale_data(pk_0=first.pk, from_0="80", pk_1=second.pk))
    assert str(UnitResult.objects.get(unit=world.commune_a).grade) == "Chưa đạt", (
        "the round goes on by the new bounds"
    )

from collections.abc import Callable

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from scoring.models import Grade, GradeScale
from scoring.resources import GradeResource
from tests.scoring.results_world import publish
from tests.world import World

Login = Callable[[str], Client]


def test_the_administrator_edits_grade_scales_but_finds_no_results_there(world: World, login: Login) -> None:
    client = login("administrator")
    index = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:scoring_gradescale_changelist") in index
    for word in ("unitresult", "/score/", "scoresheet", "appraisal"):
        assert word not in index
    scale = GradeScale.objects.get()
    url = reverse("admin:scoring_gradescale_change", args=[scale.pk])
    assert client.get(url).status_code == 200
    assert client.get(reverse("admin:scoring_grade_import")).status_code == 200


@pytest.mark.parametrize("name", ["coordinator", "district_leader", "officer_a"])
def test_nobody_else_enters_the_administration(world: World, login: Login, name: str) -> None:
    assert login(name).get(reverse("admin:scoring_gradescale_changelist")).status_code == 403


def rows(name: str) -> tablib.Dataset:
    return tablib.Dataset(["thang-thu", "tot", name, "80"], headers=["scale", "code", "name", "from_index"])


def test_grades_are_imported_by_scale_and_code(world: World) -> None:
    result = GradeResource().import_data(rows("Tốt lắm"), dry_run=False)
    assert not result.has_errors()
    assert Grade.objects.get(code="tot").name == "Tốt lắm"
    assert Grade.objects.count() == 5


def test_the_scale_of_published_results_does_not_change(world: World, login: Login) -> None:
    publish(world)
    result = GradeResource().import_data(rows("Tốt lắm"), dry_run=False)
    assert result.has_errors() or result.has_validation_errors()
    assert Grade.objects.get(code="tot").name == "Tốt"
    url = reverse("admin:scoring_gradescale_change", args=[GradeScale.objects.get().pk])
    login("administrator").post(url, {"code": "thang-khac", "name": "x", "source": ""})
    assert GradeScale.objects.get().code == "thang-thu"

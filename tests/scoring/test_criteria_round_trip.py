"""What is exported can be imported again, and is the same."""

import io
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from scoring.actions.criteria import import_criteria_set
from scoring.content import SetContent, from_json, to_json
from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_layout import COLUMNS, NUMBERS, SETTINGS, canonical
from scoring.importing.criteria_workbook import criteria_workbook
from scoring.lint import lint
from scoring.models import CriteriaSet
from scoring.rules import METHODS
from scoring.rules.settings import SettingKind
from scoring.tree import Tree
from tests.scoring.criteria_books import contents
from tests.world import World

pytestmark = pytest.mark.any_database

SAMPLES = ["mau-xa-2024", "mau-xa-2026", "mau-so-xa-2026", "kon-ray-2021-district", "kon-ray-2021-commune"]
many = hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[None, None, None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "units", "agencies", "grade_scales", *SAMPLES, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def samples(loaded: None, db: None) -> None:
    """The shipped sets, loaded once; each test undoes its own changes."""


def stored(code: str) -> SetContent:
    return SetContent.of(Tree.of(CriteriaSet.objects.select_related("issuer").get(code=code)))


@given(contents())
@many
def test_any_set_survives_workbook_and_database(world: World, content: SetContent) -> None:
    assert read_criteria_set(io.BytesIO(criteria_workbook(content)), by=None) == content
    draft = import_criteria_set(content=content, by=None)
    assert SetContent.of(Tree.of(draft)) == content


@given(contents())
@hypothesis_settings(max_examples=40)
def test_any_sound_set_has_no_errors_and_survives_json(content: SetContent) -> None:
    assert not any(finding.is_error for finding in lint(content))
    assert from_json(to_json(content)) == content
    assert content.in_reading_order() == content
    assert [canonical(each.params) for each in content.criteria] == [each.params for each in content.criteria]


@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.usefixtures("samples")
def test_the_shipped_sets_are_sound_and_survive(code: str) -> None:
    content = replace(stored(code), version=9)
    assert not any(finding.is_error for finding in lint(content))
    assert read_criteria_set(io.BytesIO(criteria_workbook(content)), by=None) == content


@pytest.mark.usefixtures("samples")
def test_the_sample_workbook_and_its_fixture_agree() -> None:
    expected = stored("mau-xa-2024")
    CriteriaSet.objects.filter(code="mau-xa-2024").delete()
    assert read_criteria_set(Path(settings.BASE_DIR) / "fixtures" / "mau-xa-2024.xlsx", by=None) == expected


@pytest.mark.usefixtures("samples")
def test_the_sample_set_is_complete() -> None:
    tree = Tree.of(CriteriaSet.objects.get(code="mau-xa-2024"))
    assert (len(tree.roots), len(tree.leaves) >= 100, tree.depth) == (10, True, 3)
    assert len([node for node in tree.nodes if node.depth == 2]) >= 35
    criteria = [node.criterion for node in tree.nodes]
    assert {leaf.criterion.method for leaf in tree.leaves} == set(METHODS)
    assert {each.counts_as for each in criteria} == {"base", "bonus", "penalty"}
    assert {each.no_case_policy for each in criteria} == {"exclude", "full", "zero"}
    assert {each.zero_denominator_policy for each in criteria} == {"exclude", "full", "zero"}
    assert [each.code for each in criteria if each.knock_out] == ["2.3"]
    assert {each.code for each in criteria if each.knock_out_branch} == {"2.3.1", "2.3.2", "2.3.3"}
    assert all(leaf.criterion.guidance for leaf in tree.leaves)


@pytest.mark.usefixtures("samples")
def test_the_second_sample_has_a_thousand_points_and_facts_without_points() -> None:
    tree = Tree.of(CriteriaSet.objects.get(code="mau-so-xa-2026"))
    assert tree.criteria_set.total_points == 1000
    recorded = [leaf.criterion for leaf in tree.leaves if leaf.criterion.method == "information"]
    assert [each.max_points for each in recorded] == [0, 0, 0, 0]


@pytest.mark.parametrize("name", METHODS)
def test_the_workbook_has_a_column_for_everything_that_a_method_declares(name: str) -> None:
    guide = (Path(settings.BASE_DIR) / "docs" / "criteria-workbook.md").read_text(encoding="utf-8")
    for setting in METHODS[name].settings:
        if setting.kind is SettingKind.ROWS:
            columns = COLUMNS[setting.name.removesuffix("s")]
            assert set(columns) == {column.name for column in setting.columns}
            assert len(set(columns.values())) == len(columns)
        else:
            assert (SETTINGS[setting.name] in NUMBERS) == (setting.kind in NUMBERS)
            assert f"`{setting.name}`" in guide


def test_parameters_from_elsewhere_are_brought_into_one_form() -> None:
    written = {
        "of": "percent",
        "label": "Tỷ lệ",
        "bands": [{"from": None, "from_closed": False, "to": 70.5, "points": 1}],
    }
    assert canonical(written) == {"of": "percent", "label": "Tỷ lệ", "bands": [{"to": "70.5", "points": "1"}]}
    assert canonical({"options": "nonsense"}) == {"options": "nonsense"}

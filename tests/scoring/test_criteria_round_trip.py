"""What is exported can be imported again, and is the same."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from scoring.actions.criteria import import_criteria_set
from scoring.content import SetContent, from_json, to_json
from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_layout import canonical
from scoring.importing.criteria_workbook import criteria_workbook
from scoring.lint import lint
from scoring.models import CriteriaSet
from scoring.tree import Tree
from tests.scoring.criteria_books import contents
from tests.world import World

SAMPLES = ["mau-xa-2024", "mau-xa-2026", "kon-ray-2021-district", "kon-ray-2021-commune"]
many = hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def samples(db: None) -> None:
    call_command("loaddata", "units", "agencies", "grade_scales", *SAMPLES, verbosity=0)


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
def test_any_sound_set_has_no_findings_and_survives_json(content: SetContent) -> None:
    assert lint(content) == ()
    assert from_json(to_json(content)) == content
    assert content.in_reading_order() == content
    assert [canonical(each.params) for each in content.criteria] == [each.params for each in content.criteria]


@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.usefixtures("samples")
def test_the_shipped_sets_are_sound_and_survive(code: str) -> None:
    content = replace(stored(code), version=9)
    assert lint(content) == ()
    assert read_criteria_set(io.BytesIO(criteria_workbook(content)), by=None) == content


@pytest.mark.usefixtures("samples")
def test_the_sample_workbook_and_its_fixture_agree() -> None:
    expected = stored("mau-xa-2024")
    CriteriaSet.objects.filter(code="mau-xa-2024").delete()
    assert read_criteria_set(Path(settings.BASE_DIR) / "fixtures" / "mau-xa-2024.xlsx", by=None) == expected


@pytest.mark.usefixtures("samples")
def test_the_sample_set_is_complete() -> None:
    tree = Tree.of(CriteriaSet.objects.get(code="mau-xa-2024"))
    assert (len(tree.roots), len(tree.leaves) >= 70, tree.depth) == (8, True, 3)
    assert len([node for node in tree.nodes if node.depth == 2]) >= 35
    assert {leaf.criterion.method for leaf in tree.leaves} == {
        "points", "choice", "ratio", "bands", "weighted", "count",
    }  # fmt: skip
    assert all(leaf.criterion.guidance for leaf in tree.leaves)


def test_parameters_from_elsewhere_are_brought_into_one_form() -> None:
    written = {
        "of": "percent",
        "label": "Tỷ lệ",
        "bands": [{"from": None, "from_closed": False, "to": 70.5, "points": 1}],
    }
    assert canonical(written) == {"of": "percent", "label": "Tỷ lệ", "bands": [{"to": "70.5", "points": "1"}]}
    assert canonical({"options": "nonsense"}) == {"options": "nonsense"}

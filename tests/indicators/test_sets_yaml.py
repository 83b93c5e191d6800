"""Sets of indicators from YAML: what is written is what is read, and every problem is told by its place."""

from pathlib import Path

import pytest
from django.utils import translation

from indicators.importing.yaml_set import read_yaml_set
from parportal.entry.problems import ImportProblems

pytestmark = pytest.mark.any_database

HEAD = """
schema: par-portal/indicators/1
code: bo-thu
version: 1
title: "Bộ thử"
"""
TREE = """
tree:
  - code: 1.10
    title: Nhóm
    children:
      - {code: 1.10.a, title: Có, value_type: integer, roll_up: sum, least: 0}
      - {code: 1.10.b, title: Chọn, value_type: choice, options: {0: no, 1: yes}, roll_up: choices}
"""


def read(tmp_path: Path, text: str) -> list[str]:
    """The places of the problems, in English."""
    path = tmp_path / "set.yaml"
    path.write_text(text)
    with translation.override("en"), pytest.raises(ImportProblems) as refused:
        read_yaml_set(path)
    return [each.cell or each.value or each.reason for each in refused.value.problems]


def test_what_is_written_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(HEAD + TREE)
    content = read_yaml_set(path)
    group, number, choice = content.indicators
    assert (group.code, group.parent, number.parent) == ("1.10", "", "1.10")
    assert choice.options == (("0", "no"), ("1", "yes"))
    assert (content.version, number.levels) == (1, ())
    assert number.least == 0


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("par-portal/indicators/1", "par-portal/indicators/9", ["schema"]),
        ("version: 1", "version: một", ["version/version"]),
        ("title: Nhóm", "titel: Nhóm", ["tree/1.10/titel"]),
        ("least: 0", "least: ít", ["tree/1.10/1.10.a/least"]),
        ("least: 0", "least: 0.00001", ["tree/1.10/1.10.a/least"]),
        ("least: 0", "is_cumulative: 1", ["tree/1.10/1.10.a/is_cumulative"]),
        ("least: 0", "levels: commune", ["tree/1.10/1.10.a/levels"]),
        ("least: 0", "title2: {a: b}", ["tree/1.10/1.10.a/title2"]),
        ("title: Có", "title: [Có]", ["tree/1.10/1.10.a/title"]),
        ("{0: no, 1: yes}", "[no, yes]", ["tree/1.10/1.10.b/options"]),
        ("{0: no, 1: yes}", "{}", ["tree/1.10.b/options"]),
        ("code: 1.10.a", "code: 1.10.b", ["tree/1.10.b/code"]),
    ],
)
def test_a_problem_is_told_by_its_place(tmp_path: Path, old: str, new: str, places: list[str]) -> None:
    assert read(tmp_path, (HEAD + TREE).replace(old, new)) == places


def test_several_problems_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD + TREE.replace("least: 0", "most: viel, colour: red").replace("title: Nhóm", "places: two")
    assert read(tmp_path, text) == ["tree/1.10/places", "tree/1.10/1.10.a/colour", "tree/1.10/1.10.a/most"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "expected"),
        ("- a\n- b", "Keys with values are needed here."),
        (HEAD + "code: noch-einer\n", "the key code stands twice"),
        (HEAD + "tree: []", "The set asks for no figure."),
        (HEAD + "tree: &a [{code: 1.a, title: Vòng, children: *a}]", "The tree has too many levels."),
        ("!!python/object/apply:os.system [ls]", "could not determine a constructor"),
    ],
)
def test_what_is_no_set_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(text)
    with translation.override("en"), pytest.raises(ImportProblems) as refused:
        read_yaml_set(path)
    assert says in str(refused.value)

"""Steps of editing as pure functions: a sound tree after each, codes followed, refusals in words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from scoring import edits
from scoring.content import CriterionContent, SetContent
from scoring.edits import Edited, EditRefused
from scoring.importing.criteria_example import EXAMPLE
from scoring.lint.structure import MAX_DEPTH, structure


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def outline(content: SetContent) -> str:
    """Codes with those below them in brackets: 1(1.1 1.2) 2."""
    below = content.children()

    def branch(code: str) -> str:
        inner = " ".join(branch(each.code) for each in below.get(code, ()))
        return f"{code}({inner})" if inner else code

    return " ".join(branch(each.code) for each in below.get("", ()))


def of(text: str) -> SetContent:
    """A set from its outline; what has nothing below it is scored."""
    criteria: list[CriterionContent] = []
    above = [""]
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            above.append(criteria[-1].code)
        elif token == ")":
            above.pop()
        else:
            criteria.append(CriterionContent(token, above[-1], f"Tiêu chí {token}", Decimal(1)))
    parents = {each.parent for each in criteria}
    leaves = (each if each.code in parents else replace(each, method="points") for each in criteria)
    return replace(EXAMPLE, criteria=tuple(leaves))


def codes(edited: Edited) -> list[str]:
    return [each.code for each in edited.content.criteria]


@pytest.mark.parametrize(
    ("before", "where", "new"),
    [
        ("", {}, "1"),
        ("1 2", {}, "3"),
        ("I II III", {}, "IV"),
        ("A B", {}, "C"),
        ("1", {"parent": "1"}, "1.1"),
        ("1(1.1 1.2)", {"parent": "1"}, "1.3"),
        ("1(1.1(1.1.1))", {"parent": "1.1"}, "1.1.2"),
        ("1(1.9 1.10)", {"parent": "1"}, "1.11"),
        ("1(1.a 1.b)", {"parent": "1"}, "1.c"),
        ("TC01 TC09", {}, "TC10"),
        ("1(1.1 1.2) 1.3", {"parent": "1"}, "1.4"),
        ("1(1.1 1.2)", {"after": "1.1"}, "1.3"),
        ("I(I.1)", {"parent": "I"}, "I.2"),
    ],
)
def test_a_new_criterion_gets_the_code_that_comes_next(before: str, where: dict[str, str], new: str) -> None:
    edited = edits.add(of(before), **where)  # type: ignore[arg-type]
    assert (edited.at, edited.title) == (new, f"added {new}")
    assert new in codes(edited)


def test_a_criterion_is_added_right_after_the_branch_of_another() -> None:
    edited = edits.add(of("1(1.1(1.1.1) 1.2) 2"), after="1.1")
    assert outline(edited.content) == "1(1.1(1.1.1) 1.3 1.2) 2"


def test_a_criterion_below_a_penalty_is_a_penalty() -> None:
    head, *others = of("1(1.1) 2").criteria
    content = replace(of("1"), criteria=(replace(head, counts_as="penalty"), *others))
    kinds = {each.code: each.counts_as for each in edits.add(content, parent="1").content.criteria}
    assert (kinds["1.2"], kinds["2"]) == ("penalty", "base")


def test_a_parent_with_its_first_child_is_no_longer_scored_itself() -> None:
    edited = edits.add(of("1(1.1)"), parent="1.1")
    assert edited.emptied == "1.1"
    assert [each.method for each in edited.content.criteria] == ["", "", ""]
    assert edits.add(edited.content, parent="1.1").emptied == ""


def test_texts_are_kept_as_workbooks_are_read_whatever_the_keyboard() -> None:
    texts = {"title": "Ca\u0309i ca\u0301ch", "params": {"parts": [{"label": "e\u0323"}]}}
    (changed,) = (each for each in edits.change(EXAMPLE, "1.1", texts).content.criteria if each.code == "1.1")
    assert (changed.title, changed.params) == ("Cải cách", {"parts": [{"label": "ẹ"}]})


def test_a_new_code_takes_those_below_along() -> None:
    edited = edits.change(of("1(1.1 1.2) 2"), "1", {"code": "I", "max_points": Decimal(3)})
    assert outline(edited.content) == "I(1.1 1.2) 2"
    assert (edited.renamed, edited.title) == ({"1": "I"}, "renamed 1 to I")
    assert edited.content.criteria[0].max_points == 3


@pytest.mark.parametrize(
    ("attributes", "at", "why"),
    [
        ({"code": "2"}, "code", "The code 2 is taken"),
        ({"code": "x" * 21}, "code", "longer than 20"),
        ({"code": " 9"}, "code", "without blanks"),
        ({"code": "9 a"}, "code", "without blanks"),
        ({"code": ""}, "code", "letters, digits"),
        ({"title": "  "}, "title", "Give the criterion a title"),
        ({"title": "x" * 501}, "title", "at most 500"),
        ({"max_points": Decimal(-1)}, "max_points", "negative"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_attribute(attributes: dict[str, Any], at: str, why: str) -> None:
    with pytest.raises(EditRefused, match=why) as refused:
        edits.change(of("1 2"), "1", attributes)
    assert refused.value.at == at


def test_only_attributes_are_changed_so() -> None:
    with pytest.raises(ValueError, match="parent"):
        edits.change(of("1 2"), "1", {"parent": "2"})
    with pytest.raises(ValueError, match="version"):
        edits.change_set(EXAMPLE, {"version": 2})


def test_the_head_of_the_set_is_changed() -> None:
    edited = edits.change_set(EXAMPLE, {"title": "Bộ mới", "total_points": Decimal(50)})
    assert edited.content == replace(EXAMPLE, title="Bộ mới", total_points=Decimal(50))
    for wrong in ({"title": " "}, {"total_points": Decimal(-1)}, {"point_step": Decimal(0)}):
        with pytest.raises(EditRefused):
            edits.change_set(EXAMPLE, wrong)


@pytest.mark.parametrize(
    ("code", "direction", "after"),
    [
        ("1.2", "up", "1(1.2(1.2.1) 1.1 1.3) 2"),
        ("1.2", "down", "1(1.1 1.3 1.2(1.2.1)) 2"),
        ("1.2", "in", "1(1.1(1.2(1.2.1)) 1.3) 2"),
        ("1.2", "out", "1(1.1 1.3) 1.2(1.2.1) 2"),
        ("2", "in", "1(1.1 1.2(1.2.1) 1.3 2)"),
        ("2", "up", "2 1(1.1 1.2(1.2.1) 1.3)"),
        ("1.2.1", "out", "1(1.1 1.2 1.2.1 1.3) 2"),
    ],
)
def test_a_branch_moves_with_everything_below_it(code: str, direction: str, after: str) -> None:
    edited = edits.move(of("1(1.1 1.2(1.2.1) 1.3) 2"), code, direction)
    assert outline(edited.content) == after
    assert (edited.at, edited.renamed) == (code, {})


@pytest.mark.parametrize(
    ("code", "direction"), [("1", "up"), ("2", "down"), ("1", "in"), ("1", "out"), ("1.1", "in"), ("9", "up")]
)
def test_a_move_that_leads_nowhere_is_refused(code: str, direction: str) -> None:
    with pytest.raises(EditRefused):
        edits.move(of("1(1.1) 2"), code, direction)


@pytest.mark.parametrize(
    ("code", "where", "after"),
    [
        ("2", {"parent": "1", "place": 1}, "1(2(2.1) 1.1 1.2)"),
        ("2", {"parent": "1", "place": 99}, "1(1.1 1.2 2(2.1))"),
        ("1.1", {"parent": "2"}, "1(1.2) 2(2.1 1.1)"),
        ("1.1", {"parent": "", "place": 1}, "1.1 1(1.2) 2(2.1)"),
    ],
)
def test_a_branch_moves_to_any_place(code: str, where: dict[str, Any], after: str) -> None:
    assert outline(edits.move_to(of("1(1.1 1.2) 2(2.1)"), code, **where).content) == after


def test_nothing_stands_below_itself() -> None:
    content = of("1(1.1)")
    with pytest.raises(EditRefused, match="itself"):
        edits.move_to(content, "1", parent="1.1")
    with pytest.raises(EditRefused, match="itself"):
        edits.copy(content, "1", parent="1.1")


@pytest.mark.parametrize(
    ("before", "branch", "after"),
    [
        ("2(5 2.7(x)) 1", "", "1(1.1 1.2(1.2.1)) 2"),
        ("II(a) I", "", "I(I.1) II"),
        ("B(x) A", "", "A(A.1) B"),
        ("1(1.2 1.1) 3", "1", "1(1.1 1.2) 3"),
    ],
)
def test_renumbering_gives_codes_by_place(before: str, branch: str, after: str) -> None:
    edited = edits.renumber(of(before), branch)
    assert outline(edited.content) == after
    assert all(old != new for old, new in edited.renamed.items())


def test_renumbering_a_branch_takes_no_code_from_outside_it() -> None:
    with pytest.raises(EditRefused, match=r"1\.1 belongs"):
        edits.renumber(of("1(1.2) 1.1"), "1")
    with pytest.raises(EditRefused, match="already"):
        edits.renumber(of("1(1.1) 2"))


@pytest.mark.parametrize(
    ("code", "parent", "after"),
    [
        ("1.1", None, "1(1.1(1.1.1) 1.3(1.3.1) 1.2) 2"),
        ("1", None, "1(1.1(1.1.1) 1.2) 3(3.1(3.1.1) 3.2) 2"),
        ("1.1", "2", "1(1.1(1.1.1) 1.2) 2(2.1(2.1.1))"),
        ("2", "1", "1(1.1(1.1.1) 1.2 1.3) 2"),
    ],
)
def test_a_branch_is_copied_with_new_codes(code: str, parent: str | None, after: str) -> None:
    content = of("1(1.1(1.1.1) 1.2) 2")
    assert outline(edits.copy(content, code, parent=parent).content) == after


def test_a_branch_is_removed_and_the_next_one_looked_at() -> None:
    content = of("1(1.1(1.1.1 1.1.2) 1.2) 2")
    edited = edits.remove(content, "1.1")
    assert (outline(edited.content), edited.at) == ("1(1.2) 2", "1.2")
    assert edited.title == "removed 1.1 with 2 criteria below it"
    assert edits.remove(edited.content, "1.2").at == "1"
    assert edits.remove(of("1"), "1").at == ""


def test_only_an_empty_set_takes_the_criteria_of_another() -> None:
    empty = replace(EXAMPLE, code="moi", criteria=(), total_points=Decimal(1))
    edited = edits.fill(empty, EXAMPLE)
    assert (edited.content.criteria, edited.content.total_points) == (EXAMPLE.criteria, EXAMPLE.total_points)
    assert edited.content.code == "moi"
    with pytest.raises(EditRefused, match="already"):
        edits.fill(EXAMPLE, EXAMPLE)


def test_the_tree_grows_to_its_depth_and_no_further() -> None:
    content = of("1")
    for _level in range(1, MAX_DEPTH):
        content = edits.add(content, parent=content.criteria[-1].code).content
    with pytest.raises(EditRefused, match="deeper"):
        edits.add(content, parent=content.criteria[-1].code)
    two = edits.add(content)
    with pytest.raises(EditRefused, match="deeper"):
        edits.move_to(two.content, two.at, parent=content.criteria[-1].code)


def any_step(data: st.DataObject, content: SetContent) -> Edited:
    """One step of those the page offers, on any criterion."""
    code = data.draw(st.sampled_from([each.code for each in content.criteria] or [""]))
    other = data.draw(st.sampled_from(["", *(each.code for each in content.criteria)]))
    steps: dict[str, Callable[[], Edited]] = {
        "add": lambda: edits.add(content, parent=code),
        "field": lambda: edits.add(content),
        "after": lambda: edits.add(content, after=code) if code else edits.add(content),
        "rename": lambda: edits.change(content, code, {"code": data.draw(st.sampled_from("IXab19"))}),
        "renumber": lambda: edits.renumber(content, other),
        "copy": lambda: edits.copy(content, code, parent=other),
        "copy_after": lambda: edits.copy(content, code),
        "remove": lambda: edits.remove(content, code),
        "move_to": lambda: edits.move_to(content, code, parent=other, place=data.draw(st.integers(1, 4))),
        **{way: partial(edits.move, content, code, way) for way in ("up", "down", "in", "out")},
    }
    return steps[data.draw(st.sampled_from(sorted(steps)))]()


@given(st.data())
def test_every_sequence_of_steps_keeps_a_sound_tree(data: st.DataObject) -> None:
    content = EXAMPLE
    for _step in range(data.draw(st.integers(1, 12))):
        try:
            edited = any_step(data, content)
        except EditRefused:
            continue
        after = edited.content
        assert edited.title
        assert after.in_reading_order() == after
        assert [finding for finding in structure(after) if finding.at != "criteria"] == []
        assert all(len(each.code) <= 20 for each in after.criteria)
        parents = {each.parent for each in after.criteria}
        assert not any(each.method or each.params for each in after.criteria if each.code in parents)
        assert edited.renamed.keys() <= {each.code for each in content.criteria}
        assert len(set(edited.renamed.values())) == len(edited.renamed)
        if edited.at:
            assert edited.at in codes(edited)
        content = after

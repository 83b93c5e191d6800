"""Whatever the set: a sound one has no errors, and a fault planted into it is found."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.content import CriterionContent, SetContent
from scoring.lint import lint
from tests.scoring.criteria_books import contents
from tests.scoring.lint_sets import errors

Fault = Callable[[SetContent, int], SetContent]


def altered(content: SetContent, position: int, **changes: object) -> SetContent:
    rows = list(content.criteria)
    rows[position] = replace(rows[position], **changes)  # type: ignore[arg-type]
    return replace(content, criteria=tuple(rows))


def leaves(content: SetContent) -> list[int]:
    below = content.children()
    return [position for position, each in enumerate(content.criteria) if each.code not in below]


def larger_maximum(content: SetContent, position: int) -> SetContent:
    return altered(content, position, max_points=content.criteria[position].max_points + Decimal("0.25"))


def no_method(content: SetContent, position: int) -> SetContent:
    return altered(content, position, method="", params={})


def knock_out(content: SetContent, position: int) -> SetContent:
    return altered(content, position, knock_out=True)


def option_above(content: SetContent, position: int) -> SetContent:
    points = content.criteria[position].max_points + 1
    options = [{"code": "a", "label": "a", "points": str(points)}]
    return altered(content, position, method="choice", params={"options": options})


def overlap(content: SetContent, position: int) -> SetContent:
    bands = [{"to": "90", "to_closed": True, "points": "0"}, {"from": "90", "points": "max"}]
    return altered(content, position, method="bands", params={"of": "percent", "label": "a", "bands": bands})


def gap(content: SetContent, position: int) -> SetContent:
    bands = [{"to": "90", "points": "0"}, {"from": "90", "from_closed": False, "points": "max"}]
    return altered(content, position, method="bands", params={"of": "percent", "label": "a", "bands": bands})


def same_code(content: SetContent, position: int) -> SetContent:
    twin = replace(content.criteria[position], max_points=Decimal(0))
    return replace(content, criteria=(*content.criteria, twin))


def lost(content: SetContent, position: int) -> SetContent:
    return altered(content, position, parent="khong-co")


def strange_setting(content: SetContent, position: int) -> SetContent:
    params = {**content.criteria[position].params, "khong_co": "1"}
    return altered(content, position, params=params)


@given(contents())
def test_a_sound_set_has_no_errors(content: SetContent) -> None:
    assert errors(content) == []


@pytest.mark.parametrize(
    ("plant", "kind", "at"),
    [
        (larger_maximum, None, "max_points"),
        (no_method, "no_method", "method"),
        (knock_out, "knock_out", "knock_out"),
        (option_above, "above_maximum", "params.options.0.points"),
        (overlap, "band_overlap", "params.bands.1.from"),
        (gap, "band_gap", "params.bands.1.from"),
        (same_code, "duplicate", "code"),
        (lost, "lost", "parent"),
        (strange_setting, "rules", "params.khong_co"),
    ],
)
@settings(max_examples=8)  # for each of nine faults
@given(content=contents(), data=st.data())
def test_a_planted_fault_is_found_where_it_is(
    plant: Fault, kind: str | None, at: str, content: SetContent, data: st.DataObject
) -> None:
    position = data.draw(st.sampled_from(leaves(content)))
    criterion = content.criteria[position]
    found = errors(plant(content, position))
    if kind is None:  # told where the sum is checked: at the parent, or at the set
        places = {(finding.code, finding.at) for finding in found}
        assert (criterion.parent, at if criterion.parent else "total_points") in places
    else:
        assert (kind, criterion.code, at) in {(finding.kind, finding.code, finding.at) for finding in found}


@given(contents(), st.data())
def test_every_finding_says_where_what_and_how_to_mend(content: SetContent, data: st.DataObject) -> None:
    position = data.draw(st.sampled_from(leaves(content)))
    keys = []
    for finding in lint(no_method(content, position)):
        assert finding.what
        assert finding.mend
        assert len(finding.key) <= 300
        keys.append(finding.key)
    assert len(keys) == len(set(keys))


@given(contents(), st.data())
def test_a_set_within_its_own_frame_keeps_it(content: SetContent, data: st.DataObject) -> None:
    assert errors(content, frame=content) == []
    upper = [each for each in content.criteria if each.code.count(".") < 2]
    criterion: CriterionContent = data.draw(st.sampled_from(upper))
    less = replace(content, criteria=tuple(each for each in content.criteria if each != criterion))
    assume(criterion not in less.criteria)
    assert "frame" in {finding.kind for finding in errors(less, frame=content)}

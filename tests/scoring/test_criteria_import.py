"""A criteria workbook is checked as a whole: every problem at its cell, and nothing stored with any of them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from parportal.entry.problems import ImportProblems
from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.importing.criteria_layout import CRITERIA, LENGTHS, SET
from scoring.importing.criteria_workbook import criteria_template
from scoring.models import CriteriaSet, Criterion
from tests.scoring.criteria_books import Edit, book_file, cells, problems, write
from tests.world import World

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_sound_workbook_is_read() -> None:
    assert read_criteria_set(book_file(), by=None) == EXAMPLE


def test_a_code_keeps_its_last_zero() -> None:
    assert read_criteria_set(book_file(), by=None).criteria[-1].code == "2.10"


def test_numbers_typed_with_a_comma_in_text_cells_are_read() -> None:
    edits = [write("criteria", "D3", "1,00"), write("rules", "I3", "0,5"), write("rules", "I10", "0,50")]
    assert read_criteria_set(book_file(EXAMPLE, *edits), by=None) == EXAMPLE


def test_rows_may_stand_in_any_order() -> None:
    shuffled = replace(EXAMPLE, criteria=(*EXAMPLE.criteria[4:], *EXAMPLE.criteria[:4]))
    codes = [each.code for each in read_criteria_set(book_file(shuffled), by=None).criteria]
    assert codes == ["2", "2.1", "2.2", "2.10", "1", "1.1", "1.2", "1.3"]


def test_children_before_their_parent_are_put_below_it() -> None:
    upside_down = replace(EXAMPLE, criteria=tuple(reversed(EXAMPLE.criteria)))
    codes = [each.code for each in read_criteria_set(book_file(upside_down), by=None).criteria]
    assert codes == ["2", "2.10", "2.2", "2.1", "1", "1.3", "1.2", "1.1"]


@pytest.mark.parametrize(
    ("cell", "value", "expected", "reason"),
    [
        # the sheet `set`
        ("set!B2", "bộ 1", ["set!B2"], "no blanks"),
        ("set!B2", "bộ-1", ["set!B2"], "slug"),
        ("set!B2", "a" * 61, ["set!B2"], "At most 60 characters"),
        ("set!B3", 0, ["set!B3"], "from 1 to"),
        ("set!B3", None, ["set!B3"], "something is needed"),
        ("set!B6", "31/2/2026", ["set!B6"], "no such day"),
        ("set!B7", "999", ["set!B7"], "There is no unit"),
        ("set!B7", 614, ["set!B7"], "stored as a number"),
        ("set!B8", "ward", ["set!B8"], "Only these are possible"),
        ("set!B9", 11, ["set!B9"], "add up to 10, not to 11"),
        ("set!B9", "ten", ["set!B9"], "not a number"),
        ("set!B11", 5, ["set!B11"], "from 0 to 4"),
        ("set!B12", 0, ["set!B12"], "0 is below 0.01"),
        ("set!B13", "bankers", ["set!B13"], "half_up"),
        # the sheet `criteria`
        ("criteria!A5", 1.3, ["criteria!A5"], "may have been 1.10"),
        ("criteria!B5", 1, ["criteria!B5"], "stored as a number"),
        ("criteria!C3", None, ["criteria!C3"], "something is needed"),
        ("criteria!C3", "T" * 501, ["criteria!C3"], "At most 500 characters"),
        ("criteria!D5", 2.5, ["criteria!D2"], "below 1 add up to 6.5, not to 6"),
        ("criteria!D3", "abc", ["criteria!D3"], "not a number"),
        ("criteria!D3", "1.353", ["criteria!D3"], "can be read as"),
        ("criteria!D3", 1.005, ["criteria!D3"], "At most 2 decimals"),
        ("criteria!E3", "magic", ["criteria!E3"], "points, choice"),
        ("criteria!E9", None, ["criteria!E9"], "no scoring method"),
        ("criteria!E2", "points", ["criteria!E2"], "not scored itself"),
        ("criteria!F3", "extra", ["criteria!F3"], "bonus"),
        ("criteria!G3", "half", ["criteria!G3"], "exclude, full, zero"),
        ("criteria!I3", "maybe", ["criteria!I3"], "yes or no"),
        ("criteria!K3", "cooking", ["criteria!K3"], "justice"),
        # the sheet `rules`
        ("rules!A2", "7.7", ["rules!A2"], "no criterion of this code"),
        ("rules!B3", "optin", ["rules!B3"], "option, band, source, part, table, setting"),
        ("rules!C3", "dung_han", ["rules!C3"], "already in use"),
        ("rules!C3", 7, ["rules!C3"], "stored as a number"),
        ("rules!D3", None, ["rules!D3"], "missing"),
        ("rules!I3", 3, ["rules!I3"], "3 points, and the criterion gives 1 at most"),
        ("rules!I3", "much", ["rules!I3"], "not a number"),
        ("rules!I6", 1.5, ["rules!I6"], "1.5 is above 1"),
        ("rules!J3", 1, ["rules!J3"], "nothing in this column"),
        ("rules!C8", "colour", ["criteria!E5", "rules!C8"], "no such setting"),
        ("rules!C9", "label", ["rules!C9"], "stands here twice"),
        ("rules!C14", "options", ["criteria!E7", "rules!C14"], "not the name of a setting"),
        ("rules!I10", "0", ["rules!I10"], "must be worth something"),
        ("rules!I13", "share", ["rules!I13"], "ratio, percent"),
        ("rules!E21", 60, ["rules!E21"], "No band owns what lies below 60"),
        ("rules!E21", 40, ["rules!E21"], "overlap from 40 on"),
        ("rules!G22", 90, ["rules!G22"], "No band owns what lies above 90"),
        ("rules!E20", 50, ["rules!G20"], "ends before it begins"),
    ],
)
def test_each_mistake_is_told_at_its_cell(cell: str, value: object, expected: list[str], reason: str) -> None:
    sheet, _mark, address = cell.partition("!")
    found = problems(write(sheet, address, value))
    assert cells(found) == expected
    assert reason in " ".join(problem.reason for problem in found)


def test_two_criteria_of_one_code_are_both_named() -> None:
    found = problems(write("criteria", "A8", "2.1"))
    assert [each for each in cells(found) if each.startswith("criteria")] == ["criteria!A7", "criteria!A8"]


def test_a_parent_that_is_not_there_is_told_where_it_is_written() -> None:
    found = problems(write("criteria", "B5", "9"))
    assert cells(found) == ["criteria!D2", "criteria!B5"]
    assert "There is no criterion 9" in found[1].reason


def test_a_circle_of_parents_is_told_with_its_path() -> None:
    found = problems(write("criteria", "B2", "1.1"))
    circle = [problem for problem in found if problem.cell in ("B2", "B3")]
    assert len(circle) == 2
    assert "1 ← 1.1 ← 1" in circle[0].reason


def test_a_criterion_below_itself_is_a_circle_too() -> None:
    assert "1.3 ← 1.3" in next(
        each.reason for each in problems(write("criteria", "B5", "1.3")) if each.cell == "B5"
    )


def test_what_hangs_below_a_circle_is_not_blamed_for_it() -> None:
    found = problems(write("criteria", "B2", "1.1"))
    assert not [problem for problem in found if problem.cell in ("B4", "B5")]


def test_a_maximum_off_the_step_is_told() -> None:
    found = problems(write("set", "B12", 0.25), write("criteria", "D9", 0.9), write("criteria", "D8", 1.1))
    assert "criteria!D9" in cells(found)
    assert "0.9 is not a multiple of 0.25" in next(each.reason for each in found if each.cell == "D9")


def test_a_bonus_stands_outside_the_sums() -> None:
    def add_bonus(book: Any) -> None:
        book["criteria"].append(["B", None, "Điểm thưởng", 5, "points", "bonus"])

    content = read_criteria_set(book_file(EXAMPLE, add_bonus), by=None)
    assert (content.criteria[-1].counts_as, content.total_points) == ("bonus", Decimal(10))


def test_a_group_of_bonus_holds_only_bonus_and_an_item_above_its_cap_is_taken() -> None:
    def add_group(book: Any) -> None:
        book["criteria"].append(["B", None, "Điểm thưởng", 5, None, "bonus"])
        book["criteria"].append(["B.1", "B", "Mô hình", 6, "points", "bonus"])
        book["criteria"].append(["B.2", "B", "Sáng kiến", 2, "points"])

    assert cells(problems(add_group)) == ["criteria!F12"]


def test_everything_is_told_at_once_in_the_order_of_the_file() -> None:
    found = problems(
        write("rules", "I3", 3),
        write("set", "B7", "999"),
        write("criteria", "A9", 2.1),
        write("criteria", "D5", "abc"),
        write("criteria", "E4", "magic"),
        write("rules", "E21", 60),
    )
    assert cells(found) == [
        "set!B7", "criteria!E4", "criteria!D5", "criteria!A9", "rules!I3", "rules!E21",
    ]  # fmt: skip


def test_a_maximum_that_cannot_be_read_brings_no_wrong_sums() -> None:
    assert cells(problems(write("criteria", "D3", "abc"))) == ["criteria!D3"]


def drop(sheet: str) -> Edit:
    return lambda book: book.remove(book[sheet])


@pytest.mark.parametrize("sheet", ["set", "criteria", "rules"])
def test_a_missing_sheet_is_told(sheet: str) -> None:
    found = problems(drop(sheet))
    assert f"{sheet}!" in cells(found)
    assert "This sheet is missing." in [problem.reason for problem in found]


@pytest.mark.parametrize(("sheet", "cell", "title"), [("criteria", "D1", "max_points"), ("rules", "I1", "value")])
def test_a_missing_column_is_told(sheet: str, cell: str, title: str) -> None:
    found = problems(write(sheet, cell, None))
    assert [(problem.sheet, problem.value) for problem in found] == [(sheet, title)]


def test_an_unknown_column_does_not_hide_other_problems() -> None:
    found = problems(write("criteria", "M1", "remark"), write("criteria", "D5", 2.5))
    assert cells(found) == ["criteria!M1", "criteria!D2"]


def test_a_formula_is_not_taken_for_its_value() -> None:
    assert cells(problems(write("criteria", "D3", "=1"))) == ["criteria!D3"]


def test_an_empty_tree_is_told() -> None:
    with pytest.raises(ImportProblems) as refused:
        read_criteria_set(book_file(replace(EXAMPLE, criteria=())), by=None)
    assert [str(each) for each in refused.value.problems] == [
        "criteria: The set has no criteria. Add at least one field."
    ]


def test_a_tree_deeper_than_ten_levels_is_refused() -> None:
    codes = ["", *(f"n{level}" for level in range(1, 12))]
    rows = [replace(EXAMPLE.criteria[0], code=code, parent=parent) for parent, code in pairwise(codes)]
    rows[-1] = replace(rows[-1], method="points")
    with pytest.raises(ImportProblems) as refused:
        read_criteria_set(book_file(replace(EXAMPLE, total_points=Decimal(6), criteria=tuple(rows))), by=None)
    assert cells(list(refused.value.problems)) == ["criteria!B12"]


@pytest.mark.parametrize("content", [b"", b"no workbook"], ids=["empty", "text"])
def test_a_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "set.xlsx"
    with pytest.raises(ImportProblems) as refused:
        read_criteria_set(file, by=None)
    assert len(refused.value.problems) == 1


def test_a_published_version_is_refused_and_the_next_one_named(world: World) -> None:
    CriteriaSet.objects.create(
        code="vi-du",
        version=1,
        title="x",
        issuer=world.district,
        unit_type="commune",
        total_points=1,
        status="published",
    )
    (problem,) = problems(write("set", "B13", "half_up"))
    assert (problem.sheet, problem.cell) == ("set", "B3")
    assert "Give the workbook version 2." in problem.reason
    assert read_criteria_set(book_file(EXAMPLE, write("set", "B3", 2)), by=None).version == 2


def test_the_code_of_another_unit_is_refused(world: World) -> None:
    CriteriaSet.objects.create(
        code="vi-du", title="x", issuer=world.province, unit_type="commune", total_points=1, status="retired"
    )
    (problem,) = problems(write("set", "B3", 4))
    assert (problem.cell, "another unit" in problem.reason) == ("B2", True)


def test_a_coordinator_imports_only_for_the_own_unit(world: World) -> None:
    assert read_criteria_set(book_file(), by=world.coordinator) == EXAMPLE
    assert cells(problems(write("set", "B3", 1), by=world.outsider)) == ["set!B7"]


def test_a_code_used_twice_means_the_unit_of_the_day_of_the_decision(world: World) -> None:
    type(world.district).objects.create(code="614", name="Xã Mới", type="commune", valid_from="2025-07-01")
    type(world.district).objects.filter(pk=world.district.pk).update(valid_to="2025-06-30")
    edits = [write("set", "B6", "12/3/2024")]
    assert read_criteria_set(book_file(EXAMPLE, *edits), by=world.coordinator).issuer == "614"
    assert cells(problems(write("set", "B6", "12/3/2026"), by=world.coordinator)) == ["set!B7"]


def test_the_template_is_empty_and_its_example_can_be_imported() -> None:
    book = openpyxl.load_workbook(io.BytesIO(criteria_template()))
    assert [book[name].max_row for name in ("criteria", "rules")] == [1, 1]
    assert book["criteria"].data_validations.dataValidation
    assert book["criteria"].column_dimensions["A"].number_format == "@"
    for name in ("set", "criteria", "rules"):
        book.remove(book[name])
        book[f"example {name}"].title = name
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    assert read_criteria_set(file, by=None) == EXAMPLE


def test_the_empty_template_says_what_is_missing() -> None:
    file = io.BytesIO(criteria_template())
    with pytest.raises(ImportProblems) as refused:
        read_criteria_set(file, by=None)
    assert {"set!B2", "set!B4", "criteria!"} <= set(cells(list(refused.value.problems)))


@pytest.mark.parametrize(("sheet", "model"), [(SET, CriteriaSet), (CRITERIA, Criterion)])
def test_no_text_is_longer_than_its_column(sheet: str, model: type[CriteriaSet] | type[Criterion]) -> None:
    limits = {name: model._meta.get_field(name).max_length for name in LENGTHS[sheet]}  # type: ignore[union-attr]
    assert limits == LENGTHS[sheet]

"""The workbook of a sheet: how it is laid out, and that it comes back as it went out, and as it would be typed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parportal.entry.numbers import format_entry
from parportal.entry.workbooks import open_workbook
from parportal.entry.writing import word_key
from scoring.actions.exclusions import add_exclusion
from scoring.actions.scores import RowEntry, row_entry, save_score
from scoring.importing.sheet_layout import codes_by_word, option_labels, value_text
from scoring.importing.sheet_plan import SheetRows
from scoring.importing.sheet_reading import read_workbook
from scoring.importing.sheet_workbook import sheet_workbook
from scoring.models import Score, ScoreSheet
from scoring.rows import PREFIX
from scoring.rules import Input, Kind, LeafState, Method, Option
from tests.entry.books import named
from tests.scoring.sheet_books import Sheet, changes, download, every_method, refusals, upload
from tests.world import World
from units.models import Party

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


@pytest.fixture
def methods(world: World) -> World:
    return every_method(world)


@pytest.fixture
def sheet(methods: World) -> ScoreSheet:
    return methods.sheet(methods.commune_a)


@pytest.fixture
def officer(methods: World, login: Login) -> Client:
    return login("officer_a")


# One answer to everything that is asked.
ANSWERS: dict[str, dict[str, Any]] = {
    "1.1": {"points": Decimal("1.98")},
    "1.2": {"option": "ban_hanh_tre_han"},
    "1.3": {"percent": Decimal("70.5")},
    "1.4": {"numerator": 633, "denominator": 1640},
    "1.5": {"dung_han": 13, "qua_han": 11},
    "1.6": {"count": 3},
    "1.7": {"value": Decimal("82.353")},
    "1.8": {"current": 5, "has_base": "yes", "previous": 7},
    "1.9": {"percent": Decimal("64.125")},
    "1.11": {"value": 1234},
}


def answer(world: World, code: str, **texts: str) -> None:
    score = world.score(world.commune_a, code)
    entry = RowEntry(LeafState.ANSWERED, ANSWERS[code], **texts)
    save_score(score=score, entry=entry, version=score.version, by=world.officer_a)


def fill(world: World) -> None:
    for code in ANSWERS:
        answer(world, code, note="= Ghi chú\ncó hai dòng")


# Layout ---------------------------------------------------------------------------------------------------------
def test_only_the_cells_to_be_filled_in_are_open(officer: Client, sheet: ScoreSheet) -> None:
    found = download(officer, sheet)
    assert found.sheet.protection.sheet
    open_cells = {
        cell.coordinate for line in found.sheet.iter_rows() for cell in line if not cell.protection.locked
    }
    expected = {found.at("1.8", name) for name in ("current", "has_base", "previous", "state", "reason", "note")}
    lines = {str(line) for line in found.lines("1.8")}
    assert {each for each in open_cells if each.lstrip("ABCDEFGHIJKLMNOP") in lines} == expected
    closed = found.lines("1.10")[0]
    assert not {each for each in open_cells if each.endswith(str(closed)) and len(each) == len(str(closed)) + 1}
    assert found.book["portal"].sheet_state == "veryHidden"
    assert found.book["lists"].sheet_state == "hidden"
    assert found.sheet.freeze_panes == "C9"
    assert found.sheet.row_dimensions[8].hidden


def test_cells_keep_what_is_typed_and_offer_what_can_be_chosen(officer: Client, sheet: ScoreSheet) -> None:
    found = download(officer, sheet)
    assert found.sheet[found.at("1.10", "code")].value == "1.10"
    for code, name in (("1.1", "points"), ("1.4", "numerator"), ("1.10", "code")):
        assert found.sheet[found.at(code, name)].number_format == "@"
    lists = {
        str(cells): each.formula1
        for each in found.sheet.data_validations.dataValidation
        for cells in str(each.sqref).split()
    }
    for each in found.sheet.data_validations.dataValidation:
        cells = str(each.sqref).split()
        assert len(cells) == len(set(cells)), "Excel repairs a workbook whose lists overlap"
    column = lists[found.at("1.2", "option")].partition("$")[2][0]
    words = [cell.value for cell in found.book["lists"][column] if cell.value]
    assert words == ["Ban hành đúng hạn (2 điểm)", "Ban hành trễ hạn (0,5 điểm)"]
    assert found.at("1.1", "state") in lists
    assert found.at("1.8", "has_base") in lists


def test_the_head_says_whose_file_it_is_and_until_when(officer: Client, sheet: ScoreSheet) -> None:
    found = download(officer, sheet)
    head = " ".join(str(found.sheet[f"A{line}"].value) for line in range(1, 7))
    for each in ("Xã Tân Lập", "Đợt chấm điểm thử", "Bộ đủ cách chấm"):
        assert each in head
    assert found.book["Hướng dẫn"]["B2"].value == "Tiêu chí “points”"


def test_rows_that_nobody_fills_in_say_why(methods: World, officer: Client, sheet: ScoreSheet) -> None:
    add_exclusion(
        campaign=methods.campaign,
        criterion=methods.criteria_set.criteria.get(code="1.1"),
        party=Party.objects.get(owner=methods.district, unit=methods.commune_a),
        reason="Xã mới thành lập",
        approved_by="UBND huyện",
        by=methods.coordinator,
    )
    found = download(officer, sheet)
    first = next(line for line in range(9, 30) if found.sheet[f"A{line}"].value == "1.1")
    assert "Xã mới thành lập" in found.sheet[f"E{first}"].value
    assert found.sheet[f"F{first}"].protection.locked
    assert changes(upload(officer, sheet, found)) == {}


def test_the_same_sheet_is_the_same_file(methods: World, sheet: ScoreSheet) -> None:
    assert sheet_workbook(sheet, methods.officer_a) == sheet_workbook(sheet, methods.officer_a)


# There and back -----------------------------------------------------------------------------------------------
def test_every_method_comes_back_unchanged(methods: World, officer: Client, sheet: ScoreSheet) -> None:
    fill(methods)
    content = download(officer, sheet)
    before = list(Score.objects.order_by("pk").values())
    for language in ("vi", "en"):
        officer.cookies["django_language"] = language
        preview = upload(officer, sheet, content)
        assert (changes(preview), refusals(preview)) == ({}, [])
        assert preview.context["plan"].unchanged == len(ANSWERS)
    assert list(Score.objects.order_by("pk").values()) == before


def test_typed_again_the_same_changes_nothing_either(methods: World, officer: Client, sheet: ScoreSheet) -> None:
    fill(methods)
    found = download(officer, sheet)
    found.put("1.1", points="1.98").put("1.2", option="ban hành  trễ hạn (0.5 points)").put("1.7", value=82.353)
    found.put("1.4", denominator="1.640").put("1.11", value=1234.0).put("1.3", percent="70,5 %")
    preview = upload(officer, sheet, found)
    assert (changes(preview), refusals(preview)) == ({}, [])


def typed_values(method: Method) -> st.SearchStrategy[dict[str, str]]:
    """What a person could type into the inputs of a method, some of it impossible."""
    return st.fixed_dictionaries({each.name: texts_of(each) for each in method.inputs()})


def texts_of(each: Input) -> st.SearchStrategy[str]:
    if each.options:
        return st.sampled_from(["", *(option.code for option in each.options)])
    numbers = st.decimals(min_value=0, max_value=2000, places=0 if each.kind is Kind.INTEGER else 3)
    written = st.builds(
        lambda value, language: format_entry(value, language=language), numbers, st.sampled_from(["vi", "en"])
    )
    return st.one_of(st.just(""), written, st.sampled_from(["1.353", "1,5", "12.000", "x", "-1", "1.353,5"]))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_filled_in_is_read_as_if_it_were_typed(methods: World, data: st.DataObject) -> None:
    sheet = methods.sheet(methods.commune_a)
    rows = SheetRows.of(sheet, methods.officer_a)
    found = Sheet(sheet_workbook(sheet, methods.officer_a))
    typed: dict[int, dict[str, str]] = {}
    for pk, score in rows.scores.items():
        if not score.is_for_unit:
            continue
        method = rows.method(score)
        values = data.draw(typed_values(method), label=method.name)
        for each in method.inputs():
            text = values[each.name]
            shown = value_text(each, text or None) if each.options else text
            found.put(score.criterion.code, **{each.name: shown or None})
        typed[pk] = {PREFIX + name: text for name, text in values.items()}
    read = read_workbook(open_workbook(named(found.content)), sheet, rows.methods())
    assert {row.criterion for row in read.rows} == set(typed)
    for row in read.rows:
        method = rows.methods()[row.criterion]
        assert said(method, row.fields) == said(method, typed[row.criterion])


def said(method: Method, fields: dict[str, str] | Any) -> object:
    try:
        return row_entry(method, fields)
    except Exception as refused:  # noqa: BLE001 - whatever refuses the one refuses the other
        return str(refused)


def test_words_of_a_list_that_would_be_the_same_tell_their_code() -> None:
    options = (Option("a", "Có", Decimal(1)), Option("b", "có", Decimal(1)), Option("c", "Không", Decimal(0)))
    labels = option_labels(options)
    assert len({word_key(each) for each in labels.values()}) == 3
    assert {codes_by_word(options)[word_key(label)] for label in labels.values()} == {"a", "b", "c"}

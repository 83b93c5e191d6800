"""Settings of methods as forms: what is stored, shown, typed and stored again is the same, for every method."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.importing.criteria_layout import plain
from scoring.method_entries import (
    STATED,
    read_entries,
    stored_entries,
    typed_entries,
    with_row_changed,
)
from scoring.method_form import SettingField, setting_fields
from scoring.rows import AnswerProblem
from scoring.rules import METHODS
from scoring.rules.settings import MAXIMUM, Setting, SettingKind

COLUMNS = (
    Setting("code", "Code", SettingKind.TEXT),
    Setting("label", "Label", SettingKind.TEXT),
    Setting("points", "Points", SettingKind.POINTS),
    Setting("closed", "Closed", SettingKind.FLAG, default=True),
    Setting("extra", "Extra", SettingKind.NUMBER, required=False, only_if=("question", ())),
)
EVERY_KIND = (
    Setting("of", "Of", SettingKind.WORD, words=(("ratio", "Ratio"), ("percent", "Percent"))),
    Setting("numerator", "Numerator", SettingKind.TEXT, only_if=("of", ("ratio",))),
    Setting("label", "Label", SettingKind.TEXT, only_if=("of", ("percent",))),
    Setting("step", "Step", SettingKind.NUMBER, minimum=None),
    Setting("base", "Base", SettingKind.POINTS, default=Decimal(0)),
    Setting("strict", "Strict", SettingKind.FLAG, default=False),
    Setting("mode", "Mode", SettingKind.WORD, default="full", words=(("full", "Full"), ("part", "Part"))),
    Setting("question", "Question", SettingKind.TEXT, required=False, hint="Asked"),
    Setting("rows", "Rows", SettingKind.ROWS, columns=COLUMNS, named_by="code"),
)
PARAMS = {
    "of": "ratio",
    "numerator": "Số hồ sơ",
    "step": "-0.5",
    "base": "max",
    "strict": True,
    "mode": "part",
    "question": "Vùng cao?",
    "rows": [
        {"code": "a", "label": "Đúng hạn", "points": "max", "closed": False},
        {"code": "b", "label": "Trễ hạn", "points": "1.25", "extra": "1.353"},
    ],
}

texts = st.text(
    st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\x85"), min_size=1, max_size=30
)


@st.composite
def settings_of(draw: st.DrawFn, declared: tuple[Setting, ...], around: Mapping[str, object]) -> dict[str, Any]:
    """Params that a set may say to a method: every setting that is asked, the optional ones now and then."""
    params: dict[str, Any] = {}
    for each in declared:
        defaults = {other.name: other.default for other in declared}
        is_left_out = (not each.required or each.default is not None) and draw(st.booleans())
        if not each.is_asked({**around, **defaults, **params}) or is_left_out:
            continue
        params[each.name] = draw(value_of(each, {**around, **params}))
    return params


def value_of(setting: Setting, around: Mapping[str, object]) -> st.SearchStrategy[Any]:
    match setting.kind:
        case SettingKind.TEXT:
            return texts.map(str.strip).filter(bool)
        case SettingKind.WORD:
            return st.sampled_from([word for word, _label in setting.words])
        case SettingKind.FLAG:
            return st.booleans()
        case SettingKind.ROWS:
            return st.lists(settings_of(setting.columns, around), min_size=1, max_size=4)
        case SettingKind.POINTS:
            return st.one_of(st.just(MAXIMUM), numbers(Decimal(0), Decimal(100)))
        case _:
            return numbers(setting.minimum, setting.maximum)


def numbers(minimum: Decimal | None, maximum: Decimal | None) -> st.SearchStrategy[str]:
    lowest = Decimal(-1000) if minimum is None else minimum
    highest = Decimal(100000) if maximum is None else maximum
    return st.sampled_from([0, 2, 3]).flatmap(
        lambda places: st.decimals(lowest, highest, places=places).map(lambda value: plain(value + 0))
    )


def post_of(fields: tuple[SettingField, ...]) -> QueryDict:
    """What a browser sends of a form: inputs by name, ticked boxes alone, one mark for each row."""
    sent: list[tuple[str, str]] = []
    for each in (each for field in fields for each in field.walk()):
        sent += [(each.name, str(row.key)) for row in each.rows]
        if each.is_stated:
            sent.append((STATED, each.place))
        if each.kind == "flag" and each.checked:
            sent.append((each.name, "on"))
        elif each.kind not in ("flag", "rows"):
            sent.append((each.name, each.value))
    return QueryDict(urlencode(sent))


def again(declared: tuple[Setting, ...], params: Mapping[str, object]) -> dict[str, object]:
    """Stored, shown, sent back, stored."""
    fields = setting_fields(declared, stored_entries(declared, params))
    reading = read_entries(declared, typed_entries(declared, post_of(fields)))
    assert not reading.problems
    return dict(reading.params)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=40)
@given(data=st.data())
def test_a_form_gives_back_the_params_it_shows(name: str, language: str, data: st.DataObject) -> None:
    declared = METHODS[name].settings
    params = data.draw(settings_of(declared, {}))
    with translation.override(language):
        assert again(declared, params) == params


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_setting_comes_back(language: str) -> None:
    with translation.override(language):
        assert again(EVERY_KIND, PARAMS) == PARAMS


def test_what_says_the_default_stays_written() -> None:
    params = {**PARAMS, "strict": False, "mode": "full", "rows": [{"code": "a", "label": "A", "closed": True}]}
    assert again(EVERY_KIND, params) == params


def fields_of(params: Mapping[str, object]) -> dict[str, SettingField]:
    fields = setting_fields(EVERY_KIND, stored_entries(EVERY_KIND, params))
    return {each.place: each for field in fields for each in field.walk()}


def test_numbers_stand_there_as_people_type_them() -> None:
    with translation.override("vi"):
        fields = fields_of(PARAMS)
    assert fields["step"].value == "-0,5"
    assert fields["base"].value == "tối đa"
    assert fields["rows.1.points"].value == "1,25"
    # 1,353 would be asked about: a thousand, or one and a bit?
    assert fields["rows.1.extra"].value == "1,3530"


def test_a_setting_is_seen_only_where_it_is_asked() -> None:
    fields = fields_of(PARAMS)
    assert (fields["numerator"].is_asked, fields["label"].is_asked) == (True, False)
    assert fields["label"].shown_for == "params.of percent"
    assert fields["rows.1.extra"].is_asked
    fields = fields_of({**PARAMS, "question": ""})
    assert not fields["rows.1.extra"].is_asked
    assert fields["rows.1.extra"].shown_for == "params.question"


def test_what_is_not_asked_is_not_kept() -> None:
    params = read(**{"params.of": "percent", "params.label": "Tỷ lệ", "params.numerator": "Số hồ sơ"}).params
    assert params == {"of": "percent", "label": "Tỷ lệ"}


def read(**typed: str) -> Any:
    return read_entries(EVERY_KIND, typed_entries(EVERY_KIND, QueryDict(urlencode(typed))))


@pytest.mark.parametrize("typed", ["max", "MAX", "tối đa", "Tối đa"])
def test_all_points_are_written_in_a_word(typed: str) -> None:
    with translation.override("vi"):
        assert read(**{"params.base": typed}).params["base"] == MAXIMUM


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("step", "nhiều", "This is not a number."),
        ("base", "50 %", "A percent sign does not belong here."),
        ("step", "1.353", "This can be read as 1353 or as 1.3530. Type 1353 or 1.3530."),
    ],
)
def test_what_is_no_number_is_told_at_its_place(name: str, typed: str, told: str) -> None:
    with translation.override("en"):
        reading = read(**{f"params.{name}": typed})
        assert reading.problems[name].text == told
    assert name not in reading.params


def test_the_two_readings_of_a_number_are_offered() -> None:
    with translation.override("vi"):
        assert read(**{"params.step": "1.353"}).problems["step"].choices == ("1353", "1,3530")


def rows_typed(*rows: str) -> QueryDict:
    """Rows of label and points: "Đúng hạn|1"."""
    sent = []
    for key, row in enumerate(rows):
        label, _mark, points = row.partition("|")
        sent += [
            ("params.rows", str(key)),
            (f"params.rows.{key}.label", label),
            (f"params.rows.{key}.points", points),
        ]
    return QueryDict(urlencode(sent))


def test_blank_rows_are_left_and_errors_still_find_their_row() -> None:
    typed = rows_typed("Đúng hạn|1", "", "Trễ hạn|x", "Sót|2")
    reading = read_entries(EVERY_KIND, typed_entries(EVERY_KIND, typed))
    kept: Any = reading.params["rows"]
    assert [row["label"] for row in kept] == ["Đúng hạn", "Trễ hạn", "Sót"]
    assert set(reading.problems) == {"rows.2.points"}
    # The rules count the rows that were kept.
    assert reading.place("rows.2.points") == "rows.3.points"
    assert reading.place("rows") == "rows"
    assert reading.place("step") == "step"


def test_a_row_without_a_name_takes_it_from_its_text() -> None:
    typed = rows_typed("Ban hành đúng hạn|1", "Ban hành đúng hạn|0")
    rows: Any = read_entries(EVERY_KIND, typed_entries(EVERY_KIND, typed)).params["rows"]
    assert [row["code"] for row in rows] == ["ban_hanh_dung_han", "ban_hanh_dung_han_2"]


def test_rows_are_added_and_removed_by_a_button() -> None:
    entries = typed_entries(EVERY_KIND, rows_typed("a|1", "b|2"))
    added = with_row_changed(entries, "add rows")
    assert [row.texts.get("label") for row in added.rows["rows"]] == ["a", "b", None]
    removed = with_row_changed(entries, "remove rows 0")
    assert [row.texts["label"] for row in removed.rows["rows"]] == ["b"]
    assert with_row_changed(entries, "add columns") == entries
    assert with_row_changed(entries, "remove rows 7").rows == entries.rows
    assert with_row_changed(entries, "") == entries


def test_an_empty_list_shows_a_row_to_begin_with() -> None:
    fields = setting_fields(EVERY_KIND, stored_entries(EVERY_KIND, {}))
    assert len(fields[-1].rows) == 1
    two = with_row_changed(stored_entries(EVERY_KIND, {}), "add rows")
    assert len(setting_fields(EVERY_KIND, two)[-1].rows) == 2


def test_problems_stand_at_their_fields() -> None:
    problems = {"rows.0.points": AnswerProblem("Quá nhiều."), "rows": AnswerProblem("Thiếu dòng.")}
    fields = setting_fields(EVERY_KIND, stored_entries(EVERY_KIND, PARAMS), problems)
    rows = fields[-1]
    assert rows.box.texts == ("Thiếu dòng.",)
    assert [cell.box.texts for cell in rows.rows[0].fields] == [(), (), ("Quá nhiều.",), (), ()]
    assert rows.rows[0].fields[2].box.id == "id_params.rows.0.points-errors"


def test_nonsense_of_a_draft_is_seen_and_not_lost_by_looking() -> None:
    fields = fields_of({**PARAMS, "step": "half", "rows": "none", "unknown": "x"})
    assert fields["step"].value == "half"
    assert len(fields["rows"].rows) == 1


def test_a_word_of_the_method_before_is_no_answer_to_a_setting_of_the_same_name() -> None:
    entries = typed_entries(EVERY_KIND, QueryDict("params.of=mean&params.mode=table"))

    assert (entries.texts["of"], entries.texts["mode"]) == ("", "full")

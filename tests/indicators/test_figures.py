"""What a return says, and what its checks find."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.actions.sets import import_set, publish_set
from indicators.figures import Finding, Said, blocking, findings_of
from indicators.form import Form, forget_forms, form_of
from indicators.importing.yaml_set import read_yaml_set
from indicators.models import Indicator, Return
from indicators.reading import rows_in
from indicators.rules import Outcome
from tests.indicators.reporting import fill, make_period, make_set, put, put_line, return_of, said_by
from tests.indicators.test_sets_workbook import FIXTURES
from tests.world import World
from units.models import UnitType

KEPT = {"4.tiep": 10, "4.xong": 8, "4.con": 2}


@pytest.fixture
def reported(world: World) -> Return:
    return return_of(make_period(world, make_set()), world.commune_a)


def found_in(reported: Return, before: Return | None = None) -> dict[str, Finding]:
    form = form_of(reported.period.indicator_set)
    previous = said_by(before) if before else Said({}, {})
    return {each.check.code: each for each in findings_of(form, said_by(reported), previous)}


def kept_back(reported: Return) -> list[str]:
    rows = rows_in(reported)
    return [each.check.code for each in blocking(found_in(reported).values(), rows)]


def test_a_complete_return_keeps_every_check(reported: Return) -> None:
    fill(reported)
    assert found_in(reported) == {}
    assert said_by(reported).whole["1.4"] == 2


def test_a_formula_follows_from_what_is_reported_and_from_nothing_else(reported: Return) -> None:
    put(reported, "1.1", 10)
    assert "1.4" not in said_by(reported).whole
    put(reported, "1.2", 0)
    assert said_by(reported).whole["1.4"] == 10


def test_formulas_follow_from_each_other_in_any_order(reported: Return) -> None:
    Indicator.objects.filter(set=reported.period.indicator_set, code="2.1").update(formula="1.4 + 1.4")
    Indicator.objects.filter(set=reported.period.indicator_set, code="1.4").update(formula="2.5 + 1.1")
    Indicator.objects.filter(set=reported.period.indicator_set, code="2.5").update(formula="1.2 + 1")
    put(reported, "1.1", 10)
    put(reported, "1.2", 1)
    assert [said_by(reported).whole[code] for code in ("2.5", "1.4", "2.1")] == [2, 12, 24]


def test_the_total_of_a_column_is_derived_from_its_lines(reported: Return) -> None:
    put_line(reported, "3", "huyen", {"3.a": 3})
    put_line(reported, "3", "xa", {"3.a": 4, "3.b": 2})
    said = said_by(reported)
    assert [said.whole["3.a"], said.whole["3.b"]] == [7, 2]
    table = Indicator.objects.get(set=reported.period.indicator_set, code="3").pk
    assert said.lines[table] == {"huyen": {"3.a": 3}, "xa": {"3.a": 4, "3.b": 2}}


def test_a_broken_check_is_found_at_all_its_rows(reported: Return) -> None:
    first, second = put(reported, "1.1", 5), put(reported, "1.2", 6)
    finding = found_in(reported)["K1"]
    assert finding.is_broken
    assert set(finding.places) == {(first.indicator_id, ""), (second.indicator_id, "")}
    assert [finding.judgement.left, finding.judgement.right] == [Decimal(6), Decimal(5)]


def test_a_check_of_a_table_is_found_in_its_line(reported: Return) -> None:
    put_line(reported, "3", "huyen", {"3.a": 9, "3.b": 1})
    entry = put_line(reported, "3", "xa", {"3.a": 1, "3.b": 2})
    finding = found_in(reported)["K3"]
    assert (finding.line, finding.places) == ("xa", ((entry.indicator_id, "xa"),))


def test_an_error_is_kept_back_and_a_warning_stands_with_a_reason(reported: Return) -> None:
    put(reported, "2.5", 21)
    assert kept_back(reported) == ["K2"]
    put(reported, "2.5", 21, reason="Đếm cả hội nghị của thôn")
    assert kept_back(reported) == []
    put(reported, "1.1", 1)
    put(reported, "1.2", 2, reason="Chỉ lỗi cảnh báo mới được giải trình")
    assert kept_back(reported) == ["K1"]


def test_withdrawn_files_explain_exactly_their_number(reported: Return) -> None:
    put_line(reported, "4", "1", KEPT | {"4.tiep": 15, "4.rut": 5})
    assert found_in(reported)["K4"].judgement.outcome is Outcome.EXPLAINED
    assert kept_back(reported) == []
    put_line(reported, "4", "2", KEPT | {"4.tiep": 15, "4.rut": 4})
    assert kept_back(reported) == ["K4"]


def test_what_is_carried_over_is_judged_on_the_totals_of_both_periods(world: World) -> None:
    indicator_set = make_set()
    before = return_of(make_period(world, indicator_set, year=2024), world.commune_a)
    now = return_of(make_period(world, indicator_set, year=2025), world.commune_a)
    put_line(before, "4", "1", KEPT | {"4.ten": "Hộ tịch"})
    put_line(before, "4", "2", KEPT | {"4.ten": "Đất đai", "4.con": 3, "4.xong": 7})
    put_line(now, "4", "7", KEPT | {"4.cu": 5})
    assert "K5" not in found_in(now, before)
    put_line(now, "4", "7", KEPT | {"4.cu": 4})
    finding = found_in(now, before)["K5"]
    assert finding.line == ""
    assert finding.judgement.difference == -1
    # Without a return of the period before there is nothing to compare with.
    assert "K5" not in found_in(now)


@pytest.mark.parametrize(
    ("type_", "year", "expected"),
    [(UnitType.DISTRICT, 2025, True), (UnitType.COMMUNE, 2025, False), (UnitType.DISTRICT, 2026, False)],
)
def test_rows_are_asked_of_their_levels_and_in_their_years(
    reported: Return, type_: str, year: int, expected: bool
) -> None:
    Indicator.objects.filter(set=reported.period.indicator_set, code="2.6").update(to_year=2025)
    items = form_of(reported.period.indicator_set).items_for(type_, year).values()
    assert ("2.6" in {item.indicator.code for item in items}) is expected


@pytest.mark.parametrize("heading", ["1", "2"])
def test_a_heading_with_nothing_below_is_left_out(reported: Return, heading: str) -> None:
    below = Indicator.objects.filter(set=reported.period.indicator_set, parent__code=heading)
    below.update(levels=[UnitType.PROVINCE])
    roots = form_of(reported.period.indicator_set).roots_for(UnitType.COMMUNE, 2025)
    assert heading not in {root.indicator.code for root in roots}


# Form II.06a as it is shipped ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def form_06a(django_db_setup: None, django_db_blocker: object) -> Form:
    from django.db import transaction

    forget_forms()  # of a test before, by the same primary key
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        content = read_yaml_set(FIXTURES / "mau-06a.yaml")
        stored = publish_set(indicator_set=import_set(content=content, office=None, by=None), by=None)
        form = form_of(stored)
        transaction.set_rollback(True)
    return form


COUNT = st.integers(0, 10**6)
Line = dict[str, Decimal]


@st.composite
def lines_of_06a(draw: st.DrawFn) -> Line:
    """A line that keeps every identity, but for the files withdrawn."""
    early, on_time, late, in_time, overdue, withdrawn = (draw(COUNT) for _ in range(6))
    solved, pending = early + on_time + late, in_time + overdue
    received = solved + pending + withdrawn
    carried = draw(st.integers(0, received))
    online = draw(st.integers(0, received - carried))
    columns = {
        "3": received,
        "4": online,
        "5": received - carried - online,
        "6": carried,
        "7": solved,
        "8": early,
        "9": on_time,
        "10": late,
        "11": pending,
        "12": in_time,
        "13": overdue,
        "rut": withdrawn,
    }
    return {f"06a.{name}": Decimal(value) for name, value in columns.items()}


def judged(form: Form, lines: list[Line]) -> list[tuple[str, str, Outcome]]:
    table = form.by_code["06a"].pk
    said = Said({}, {table: {str(number): line for number, line in enumerate(lines, 1)}})
    return [(each.check.code, each.line, each.judgement.outcome) for each in findings_of(form, said)]


@given(line=lines_of_06a())
def test_a_line_of_06a_is_kept_or_explained_by_what_was_withdrawn(form_06a: Form, line: Line) -> None:
    expected = [("T4", "1", Outcome.EXPLAINED)] if line["06a.rut"] else []
    assert judged(form_06a, [line]) == expected


@given(line=lines_of_06a(), column=st.sampled_from(["3", "4", "5", "6", "8", "9", "10", "12", "13"]))
def test_one_wrong_figure_breaks_an_identity_of_06a(form_06a: Form, line: Line, column: str) -> None:
    wrong = line | {f"06a.{column}": line[f"06a.{column}"] + 1}
    broken = {code for code, _line, outcome in judged(form_06a, [line, wrong]) if outcome is Outcome.BROKEN}
    part_of = {"T1": "3456", "T2": ("8", "9", "10"), "T3": ("12", "13"), "T4": "3"}
    assert broken == {code for code, columns in part_of.items() if column in columns}


@given(line=lines_of_06a())
def test_a_line_of_06a_without_the_withdrawn_column_is_broken_by_it(form_06a: Form, line: Line) -> None:
    bare = {code: value for code, value in line.items() if code != "06a.rut"}
    assert [code for code, _line, outcome in judged(form_06a, [bare])] == (["T4"] if line["06a.rut"] else [])

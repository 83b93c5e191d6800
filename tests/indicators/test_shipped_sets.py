"""The sets that the portal ships: what the sources print is in them, and they can be used as they are."""

import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from indicators.content import IndicatorContent, SetContent
from indicators.importing.yaml_set import read_yaml_set
from indicators.models import IndicatorSet, SetStatus

pytestmark = pytest.mark.any_database

FIXTURES = Path(__file__).parents[2] / "fixtures" / "indicators"
SHIPPED = sorted(FIXTURES.glob("*.yaml"))


@pytest.fixture(scope="module")
def statistics() -> SetContent:
    return read_yaml_set(FIXTURES / "thong-ke-cchc.yaml")


@pytest.fixture(scope="module")
def district() -> SetContent:
    return read_yaml_set(FIXTURES / "so-lieu-huyen.yaml")


def by_code(content: SetContent) -> dict[str, IndicatorContent]:
    return {each.code: each for each in content.indicators}


def load(*words: object) -> str:
    out = io.StringIO()
    call_command("import_indicators", *map(str, words), stdout=out)
    return out.getvalue()


def test_all_130_rows_are_there_and_100_of_them_are_filled_in(statistics: SetContent) -> None:
    rows = statistics.indicators
    assert len(rows) == 130
    typed = [each for each in rows if each.value_type and not each.formula]
    assert Counter(each.value_type for each in typed) == {"integer": 73, "percent": 20, "choice": 7}
    assert len(rows) - len(typed) == 30  # groups, one of which follows from its parts


def test_every_input_has_a_unit_and_levels(statistics: SetContent) -> None:
    for each in statistics.indicators:
        if each.value_type:
            assert each.levels, each.code
            assert each.measure or each.value_type == "choice", each.code
        else:
            assert not each.measure, each.code


def test_figures_of_the_district_alone_end_with_2025(statistics: SetContent) -> None:
    for each in statistics.indicators:
        assert each.to_year == (2025 if each.levels == ("district",) else None), each.code


def test_rolling_up_suits_the_kind_of_value(statistics: SetContent) -> None:
    found = Counter((each.value_type, each.roll_up) for each in statistics.indicators)
    assert found["percent", "mean"] == 20
    assert found["choice", "choices"] == 7
    assert found["integer", "sum"] + found["integer", "latest"] == 74


def test_the_identities_of_the_tree_are_checked(statistics: SetContent) -> None:
    checks = {each.code: each for each in statistics.checks}
    # I04 is a formula; I18 and I19 are what a percentage and a choice are.
    assert set(checks) == {f"I{number:02}" for number in range(1, 18)} - {"I04"}
    assert by_code(statistics)["1.6"].formula == "1.6.1 + 1.6.2"
    assert [code for code, each in checks.items() if each.severity == "warning"] == ["I16"]
    assert [code for code, each in checks.items() if each.null_as_zero] == ["I03", "I08"]
    assert all(each.title for each in checks.values())


def test_what_the_form_prints_is_kept_beside_the_code(statistics: SetContent) -> None:
    rows = by_code(statistics)
    assert rows["1.2.1"].printed_code == "1.1.1"
    assert rows["4.1.4.a"].printed_code == "Trong đó"
    assert rows["7.4"].measure == "%"


def test_form_06a_has_its_columns_and_one_for_what_was_withdrawn() -> None:
    form = read_yaml_set(FIXTURES / "mau-06a.yaml")
    table, *columns = form.indicators
    assert (table.lines, {each.parent for each in columns}) == ("free", {"06a"})
    assert [each.printed_code for each in columns] == [*map(str, range(2, 14)), ""]
    (rule,) = [each for each in form.checks if each.rule == "06a.3 == 06a.7 + 06a.11"]
    assert rule.explained_by == "06a.rut"
    (carried,) = [each for each in form.checks if "previous" in each.rule]
    assert carried.severity == "warning"


def test_the_district_set_holds_what_the_outline_of_the_report_names(district: SetContent) -> None:
    rows = by_code(district)
    assert {each.code for each in rows.values() if each.lines} == {"1.1", "2.1", "3.3", "3.4", "4.1"}
    assert all(
        each.levels == ("district",) for each in rows.values() if each.value_type and each.parent not in TABLES
    )
    assert {each.measure for each in rows.values() if each.value_type == "decimal"} == {"triệu đồng"}
    assert (rows["5.2.3"].numerator, rows["5.2.3"].denominator) == ("5.2.2", "5.2.1")
    assert len(rows["4.1"].table_lines) == 4


TABLES = {"1.1", "2.1", "3.3", "3.4", "4.1"}


def test_the_set_of_a_commune_holds_what_the_outline_of_its_report_names() -> None:
    rows = by_code(read_yaml_set(FIXTURES / "so-lieu-xa.yaml"))
    tables = {each.code for each in rows.values() if each.lines}
    assert tables == {"1.1", "2.1", "2.2", "4.3"}
    assert len(rows["4.3"].table_lines) == 19
    assert all(
        each.levels == ("commune",) for each in rows.values() if each.value_type and each.parent not in tables
    )


@pytest.mark.django_db
def test_all_of_them_are_loaded_and_published_by_one_command_which_may_be_repeated() -> None:
    first = load(*SHIPPED, "--publish").splitlines()
    assert first == [
        "mau-06a v1: 14 rows, 13 figures, 5 checks, published",
        "so-lieu-huyen v1: 59 rows, 44 figures, 12 checks, published",
        "so-lieu-xa v1: 49 rows, 37 figures, 6 checks, published",
        "thong-ke-cchc v1: 130 rows, 101 figures, 16 checks, published",
    ]
    assert load(*SHIPPED, "--publish").splitlines() == [f"{line}, unchanged" for line in first]
    assert IndicatorSet.objects.count() == 4
    for path in SHIPPED:
        assert SetContent.of(IndicatorSet.objects.get(code=path.stem)) == read_yaml_set(path)


@pytest.mark.django_db
def test_a_dry_run_keeps_nothing() -> None:
    assert "nothing kept" in load(SHIPPED[0], "--dry-run", "--publish")
    assert not IndicatorSet.objects.exists()


@pytest.mark.django_db
def test_a_draft_takes_the_new_content_and_a_published_set_needs_the_next_version(tmp_path: Path) -> None:
    path, text = tmp_path / "set.yaml", SHIPPED[0].read_text()
    path.write_text(text)
    load(path)
    path.write_text(text.replace("Hồ sơ rút, trả lại", "Hồ sơ rút"))
    load(path, "--publish")
    assert IndicatorSet.objects.get().indicators.get(code="06a.rut").title == "Hồ sơ rút"
    with pytest.raises(CommandError, match="give the file version 2"):
        load(SHIPPED[0])
    path.write_text(text.replace("version: 1", "version: 2"))
    load(path)
    versions = list(IndicatorSet.objects.order_by("version").values_list("version", "status"))
    assert versions == [(1, SetStatus.PUBLISHED), (2, SetStatus.DRAFT)]


@pytest.mark.django_db
def test_every_problem_of_a_file_is_told_and_nothing_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(
        SHIPPED[0].read_text().replace("06a.7 + 06a.11", "06a.7 + 06a.99").replace("levels:", "level:")
    )
    with pytest.raises(CommandError, match="tree/06a/level"):
        load(SHIPPED[1], path)
    path.write_text(SHIPPED[0].read_text().replace("06a.7 + 06a.11", "06a.7 + 06a.99"))
    with pytest.raises(CommandError, match=r"checks/T4/rule: .*06a\.99"):
        load(SHIPPED[1], path)
    with pytest.raises(CommandError, match=r"none\.yaml"):
        load(SHIPPED[1], tmp_path / "none.yaml")
    assert not IndicatorSet.objects.exists()
